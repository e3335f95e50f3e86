/* signal: what the tests make and spoil audio with: seeded random numbers, sines, noise, level.
 * Double precision, mono, 8000 samples/s; a full-scale sine is +3.14 dBm0. Not for the product. */
#ifndef LF_SIGNAL_H
#define LF_SIGNAL_H
#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGNAL_RATE = 8000 };

/* xorshift64*: the same seed gives the same numbers on every machine. */
struct signal_random {
	uint64_t state;
};

static inline struct signal_random signal_seed(uint64_t seed)
{
	return (struct signal_random){ .state = seed * 0x9E3779B97F4A7C15u + 1 };
}

/* 0 <= x < 1 */
static inline double signal_uniform(struct signal_random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return (double)((random->state * 0x2545F4914F6CDD1Du) >> 11) / 9007199254740992.0;
}

static inline double signal_between(struct signal_random *random, double low, double high)
{
	return low + (high - low) * signal_uniform(random);
}

static inline double signal_gauss(struct signal_random *random)
{
	double u = signal_uniform(random), v = signal_uniform(random);
	return sqrt(-2.0 * log(1.0 - u)) * cos(2.0 * M_PI * v);
}

/* Amplitude (peak, in int16 units) of a sine of this level. */
static inline double signal_peak(double dbm0)
{
	return 32767.0 * pow(10.0, (dbm0 - 3.14) / 20.0);
}

/* Root-mean-square (int16 units) of anything of this level. */
static inline double signal_rms(double dbm0)
{
	return signal_peak(dbm0) / sqrt(2.0);
}

static inline void signal_add_sine(double *out, size_t n, double hz, double dbm0, double phase)
{
	double peak = signal_peak(dbm0);
	for (size_t i = 0; i < n; i++)
		out[i] += peak * sin(phase + 2.0 * M_PI * hz * (double)i / SIGNAL_RATE);
}

/* White over 0-4 kHz. From a table of 262144 numbers, read from a place by lot, so that thousands
 * of trials stay quick. */
static inline void signal_add_noise(double *out, size_t n, double dbm0,
				    struct signal_random *random)
{
	enum { TABLE = 1 << 18 };
	static double table[TABLE];
	double rms = signal_rms(dbm0);
	if (table[0] == 0.0) {
		struct signal_random own = signal_seed(0x901);
		for (size_t i = 0; i < TABLE; i++)
			table[i] = signal_gauss(&own);
	}
	size_t at = (size_t)(signal_uniform(random) * TABLE);
	for (size_t i = 0; i < n; i++)
		out[i] += rms * table[(at + i) % TABLE];
}

static inline void signal_to_pcm(int16_t *out, const double *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double x = in[i] > 32767.0 ? 32767.0 : in[i] < -32768.0 ? -32768.0 : in[i];
		out[i] = (int16_t)lrint(x);
	}
}

/* Level of a stretch of audio, dBm0; -99 for digital silence. */
static inline double signal_level(const int16_t *pcm, size_t n)
{
	double sum = 0.0;
	for (size_t i = 0; i < n; i++)
		sum += (double)pcm[i] * pcm[i];
	if (n == 0 || sum == 0.0)
		return -99.0;
	return 10.0 * log10(sum / (double)n / (32767.0 * 32767.0 / 2.0)) + 3.14;
}

/* Level of one frequency alone, dBm0 (whole stretch, no window: use whole periods). */
static inline double signal_level_at(const int16_t *pcm, size_t n, double hz)
{
	double re = 0.0, im = 0.0;
	for (size_t i = 0; i < n; i++) {
		double angle = 2.0 * M_PI * hz * (double)i / SIGNAL_RATE;
		re += pcm[i] * cos(angle);
		im += pcm[i] * sin(angle);
	}
	double peak = 2.0 * sqrt(re * re + im * im) / (double)n;
	return peak < 1e-3 ? -99.0 : 20.0 * log10(peak / 32767.0) + 3.14;
}
#endif

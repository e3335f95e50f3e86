/* The measurement behind the DTMF receiver: how exact it is, with the margin to the receiver's
 * limits beside it (2.5 % of 697 Hz is 17.4 Hz; 1.8 % is 12.5, 3.5 % is 24.4). */
#include "dtmf_pair.h"
#include "signal.h"
#include "test.h"

#include <string.h>

enum { TRIES = 2000 };

static struct dtmf_pair measure(const double *wave, float row, float column)
{
	float x[DTMF_PAIR_SAMPLES], hz[2] = { row, column };
	struct dtmf_pair pair;
	for (int i = 0; i < DTMF_PAIR_SAMPLES; i++)
		x[i] = (float)wave[i];
	dtmf_pair_measure(&pair, x, hz);
	return pair;
}

/* The hardest pair: nearest to each other, high 8 dB below low, 15 dB S/N. */
static void frequency_and_level_hold_in_noise(void)
{
	struct signal_random random = signal_seed(5);
	for (double offset = -0.035; offset <= 0.036; offset += 0.0175) {
		double square = 0.0, level = 0.0, worst = 0.0, least = 1.0;
		for (int i = 0; i < TRIES; i++) {
			double wave[DTMF_PAIR_SAMPLES] = { 0 }, hz = 1209 * (1.0 - offset);
			signal_add_sine(wave, DTMF_PAIR_SAMPLES, 941 * (1.0 + offset), -10,
					2 * M_PI * signal_uniform(&random));
			signal_add_sine(wave, DTMF_PAIR_SAMPLES, hz, -18,
					2 * M_PI * signal_uniform(&random));
			signal_add_noise(wave, DTMF_PAIR_SAMPLES, -9.4 - 15, &random);
			struct dtmf_pair pair = measure(wave, 941, 1209);
			square += (pair.hz[1] - hz) * (pair.hz[1] - hz) / TRIES;
			level += 20.0 * log10(pair.peak[1] / signal_peak(-18)) / TRIES;
			worst = fmax(worst, pair.worst_residual);
			least = fmin(least, pair.explained);
		}
		test_note("dtmf_pair: %+.2f %%: weak pitch within %.2f Hz rms, level %+.3f dB, "
			  "explained >= %.3f (limit 0.90), worst block %.3f (limit 0.35)",
			  100 * offset, sqrt(square), level, least, worst);
		CHECK(sqrt(square) < 1.3);
		CHECK_NEAR(level, 0.0, 0.1);
		CHECK(least > 0.93);
		CHECK(worst < 0.25);
	}
}

/* A tone that covers only part of the 30 ms shows in the blocks it leaves out. */
static void a_missing_stretch_is_seen(void)
{
	struct signal_random random = signal_seed(6);
	for (int i = 0; i < TRIES; i++) {
		double wave[DTMF_PAIR_SAMPLES] = { 0 };
		size_t n = DTMF_PAIR_SAMPLES - 3 * DTMF_BLOCK;
		signal_add_sine(wave, n, 770, -10, 2 * M_PI * signal_uniform(&random));
		signal_add_sine(wave, n, 1477, -10, 2 * M_PI * signal_uniform(&random));
		struct dtmf_pair pair = measure(wave, 770, 1477);
		CHECK(pair.explained < 0.90 || pair.worst_residual > 0.35);
	}
}

static void a_third_pitch_is_not_explained(void)
{
	double wave[DTMF_PAIR_SAMPLES] = { 0 };
	signal_add_sine(wave, DTMF_PAIR_SAMPLES, 852, -10, 0.1);
	signal_add_sine(wave, DTMF_PAIR_SAMPLES, 1336, -10, 0.2);
	signal_add_sine(wave, DTMF_PAIR_SAMPLES, 2200, -10, 0.3);
	CHECK_NEAR(measure(wave, 852, 1336).explained, 2.0 / 3.0, 0.03);
}

static void silence_is_nothing(void)
{
	double wave[DTMF_PAIR_SAMPLES] = { 0 };
	struct dtmf_pair pair = measure(wave, 697, 1633);
	CHECK_NEAR(pair.peak[0] + pair.peak[1], 0.0, 0.0);
	CHECK_NEAR(pair.explained, 0.0, 0.0);
	CHECK(isinf(pair.worst_residual));
}

int main(void)
{
	TEST(frequency_and_level_hold_in_noise);
	TEST(a_missing_stretch_is_seen);
	TEST(a_third_pitch_is_not_explained);
	TEST(silence_is_nothing);
	return test_end();
}

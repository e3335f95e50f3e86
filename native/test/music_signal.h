/* music_signal: makes tunes from a seed, for the C tests: one to three voices (organ, plucked
 * string, flute with vibrato, square lead), a drum, any tempo. Not for the product. */
#ifndef LF_MUSIC_SIGNAL_H
#define LF_MUSIC_SIGNAL_H
#include <math.h>
#include <stddef.h>

#include "signal.h"

enum music_voice { MUSIC_ORGAN, MUSIC_STRING, MUSIC_FLUTE, MUSIC_SQUARE, MUSIC_VOICES };

static inline double music_wave(enum music_voice voice, double phase, double t)
{
	switch (voice) {
	case MUSIC_ORGAN:
		return sin(phase) + 0.4 * sin(2 * phase) + 0.25 * sin(3 * phase) + 0.1 * sin(4 * phase);
	case MUSIC_STRING:
		return exp(-3.0 * t) * (sin(phase) + 0.6 * sin(2 * phase) + 0.4 * sin(3 * phase));
	case MUSIC_FLUTE:
		return (1.0 + 0.2 * sin(2 * M_PI * 5.0 * t)) * (sin(phase) + 0.12 * sin(2 * phase));
	default:
		return sin(phase) + sin(3 * phase) / 3 + sin(5 * phase) / 5;
	}
}

static inline void music_add_voice(double *out, size_t n, double beat_s, double dbm0,
								   struct signal_random *random)
{
	static const int scale[] = { 0, 2, 4, 5, 7, 9, 11, 12 };
	enum music_voice voice = (enum music_voice)(signal_uniform(random) * MUSIC_VOICES);
	double peak = signal_peak(dbm0), legato = signal_between(random, 0.5, 1.0);
	int key = (int)signal_between(random, 48, 72);
	for (size_t at = 0; at < n;) {
		double beats = signal_uniform(random) < 0.6   ? 1.0
					   : signal_uniform(random) < 0.5 ? 0.5
													  : 2.0;
		size_t length = (size_t)(beats * beat_s * SIGNAL_RATE);
		size_t sounding = (size_t)((double)length * legato);
		int note = key + scale[(int)(signal_uniform(random) * 8)];
		double hz = 440.0 * pow(2.0, (note - 69) / 12.0), phase = 0.0;
		bool rest = signal_uniform(random) < 0.1;
		for (size_t i = 0; i < length && at + i < n && !rest; i++) {
			double t = (double)i / SIGNAL_RATE;
			double edge = fmin(1.0, fmin(t, (double)(sounding - i) / SIGNAL_RATE) / 0.01);
			if (i >= sounding)
				break;
			phase += 2.0 * M_PI * hz / SIGNAL_RATE;
			out[at + i] += peak * edge * music_wave(voice, phase, t);
		}
		at += length;
	}
}

static inline void music_add(double *out, size_t n, double dbm0, struct signal_random *random)
{
	double beat_s = signal_between(random, 0.3, 0.9);
	int voices = 1 + (int)(signal_uniform(random) * 3.0);
	for (int v = 0; v < voices; v++)
		music_add_voice(out, n, beat_s, dbm0 - 3.0 * v, random);
	if (signal_uniform(random) < 0.5)
		return;
	double drum = signal_rms(dbm0);
	for (size_t i = 0; i < n; i++)
		out[i] += drum * signal_gauss(random) * exp(-40.0 * fmod((double)i / SIGNAL_RATE, beat_s));
}
#endif

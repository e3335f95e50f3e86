/* speech_signal: makes something with the pitch, formants, loudness and pauses of speech, from a
 * seed, for the C tests (real voices come in by tests/media). Not for the product. */
#ifndef LF_SPEECH_SIGNAL_H
#define LF_SPEECH_SIGNAL_H
#include <math.h>
#include <stddef.h>

#include "signal.h"

enum { SPEECH_FORMANTS = 3 };

struct speech_sound {
	double voiced; /* 0 hiss … 1 voice */
	double formant_hz[SPEECH_FORMANTS];
	double gain;
	size_t samples;
};

static inline struct speech_sound speech_next(struct signal_random *random)
{
	double kind = signal_uniform(random);
	struct speech_sound sound = {
		.voiced = kind < 0.70 ? 1.0 : 0.0,
		.formant_hz = { signal_between(random, 260, 850), signal_between(random, 850, 2300),
						signal_between(random, 2300, 3200) },
		.gain = kind < 0.70   ? signal_between(random, 0.4, 1.0)
				: kind < 0.85 ? 0.12
							  : 0.0,
		.samples = (size_t)signal_between(random, 400, kind < 0.70 ? 2000 : 1000),
	};
	if (kind > 0.97)
		sound.samples *= 4; /* a breath */
	return sound;
}

/* Adds n samples at about this mean level (pauses counted). pitch_hz: the speaker's. */
static inline void speech_add(double *out, size_t n, double pitch_hz, double dbm0,
							  struct signal_random *random)
{
	double state[SPEECH_FORMANTS][2] = { { 0 } }, phase = 0.0, melody = 0.0, level = 0.0;
	double last = 0.0;
	double scale = signal_rms(dbm0) * 3.0;
	struct speech_sound sound = speech_next(random);
	size_t left = sound.samples;
	for (size_t i = 0; i < n; i++, left--) {
		if (left == 0) {
			sound = speech_next(random);
			left = sound.samples;
			melody = signal_between(random, -0.2, 0.2);
		}
		double pitch = pitch_hz * (1.0 + melody + 0.1 * (double)left / (double)sound.samples);
		phase += pitch / SIGNAL_RATE;
		double source = signal_gauss(random) * 0.3;
		if (phase >= 1.0) {
			phase -= 1.0;
			source += sound.voiced * 8.0;
		}
		double sum = 0.0, radiated = source - last; /* lips pass no DC */
		last = source;
		for (int k = 0; k < SPEECH_FORMANTS; k++) {
			double w = 2.0 * M_PI * sound.formant_hz[k] / SIGNAL_RATE;
			double r = exp(-M_PI * (60.0 + 40.0 * k) / SIGNAL_RATE);
			double y =
				2.0 * (1.0 - r) * radiated + 2.0 * r * cos(w) * state[k][0] - r * r * state[k][1];
			state[k][1] = state[k][0];
			state[k][0] = y;
			sum += y * (k == 0 ? 1.0 : k == 1 ? 0.4 : 0.15);
		}
		level += (sound.gain - level) * 0.004; /* mouths don't click */
		out[i] += scale * level * sum;
	}
}
#endif

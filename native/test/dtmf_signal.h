/* dtmf_signal: keypad digits made and spoilt to order, one digit a trial. For receivers' tests. */
#ifndef LF_DTMF_SIGNAL_H
#define LF_DTMF_SIGNAL_H
#include "signal.h"

#include <string.h>

enum { DTMF_SIGNAL_LEAD = 800, DTMF_SIGNAL_LONGEST = 24000 };

static const double dtmf_signal_row[] = { 697, 770, 852, 941 };
static const double dtmf_signal_column[] = { 1209, 1336, 1477, 1633 };
static const char dtmf_signal_keys[] = "123A456B789C*0#D";

/* What every digit of a condition is like. Zero is harmless everywhere but on_ms and snr_db. */
struct dtmf_signal {
	double on_ms, off_ms;
	double level_dbm0; /* of the louder pitch */
	double twist_db;   /* high minus low */
	double offset;	   /* both pitches, each up or down by lot: 0.015 = 1.5 % */
	bool any_offset;   /* a lot between 0 and offset instead of offset itself */
	double snr_db;	   /* both pitches to white noise in 0-4 kHz; 0: no noise */
	double dropout_ms; /* silence somewhere inside */
	double dial_dbm0;  /* 350+440 Hz under it all, per pitch; 0: none */
};

struct dtmf_signal_audio {
	int16_t pcm[DTMF_SIGNAL_LONGEST];
	size_t n;
	char digits[40];
};

static inline double dtmf_signal_shift(const struct dtmf_signal *s, struct signal_random *random)
{
	double size = s->any_offset ? s->offset * signal_uniform(random) : s->offset;
	return signal_uniform(random) < 0.5 ? 1.0 + size : 1.0 - size;
}

static inline void dtmf_signal_digit(const struct dtmf_signal *s, double *out, size_t n, int key,
				     struct signal_random *random)
{
	double low = s->level_dbm0 - fmax(0.0, s->twist_db), turn = 2.0 * M_PI;
	double high = s->level_dbm0 + fmin(0.0, s->twist_db);
	signal_add_sine(out, n, dtmf_signal_row[key / 4] * dtmf_signal_shift(s, random), low,
			turn * signal_uniform(random));
	signal_add_sine(out, n, dtmf_signal_column[key % 4] * dtmf_signal_shift(s, random), high,
			turn * signal_uniform(random));
	size_t gap = (size_t)(s->dropout_ms * 8);
	if (gap > 0 && gap < n)
		memset(out + (size_t)((double)(n - gap) * signal_uniform(random)), 0,
		       gap * sizeof *out);
}

/* count digits by lot (same: all alike), with their pauses, between a lead and a tail of noise. */
static inline void dtmf_signal_make(struct dtmf_signal_audio *audio, const struct dtmf_signal *s,
				    int count, bool same, struct signal_random *random)
{
	static double wave[DTMF_SIGNAL_LONGEST];
	size_t on = (size_t)(s->on_ms * 8), off = (size_t)(s->off_ms * 8);
	size_t at = DTMF_SIGNAL_LEAD + (size_t)(signal_uniform(random) * 400.0);
	int key = (int)(signal_uniform(random) * 16.0);
	memset(wave, 0, sizeof wave);
	for (int i = 0; i < count; i++, at += on + off) {
		dtmf_signal_digit(s, wave + at, on, key, random);
		audio->digits[i] = dtmf_signal_keys[key];
		if (!same)
			key = (int)(signal_uniform(random) * 16.0);
	}
	audio->digits[count] = '\0';
	audio->n = at + DTMF_SIGNAL_LEAD;
	if (s->dial_dbm0 != 0.0) {
		signal_add_sine(wave, audio->n, 350.0, s->dial_dbm0, signal_uniform(random));
		signal_add_sine(wave, audio->n, 440.0, s->dial_dbm0, signal_uniform(random));
	}
	if (s->snr_db != 0.0) {
		double both = s->level_dbm0 + 10.0 * log10(1.0 + pow(10.0, -fabs(s->twist_db) / 10.0));
		signal_add_noise(wave, audio->n, both - s->snr_db, random);
	}
	signal_to_pcm(audio->pcm, wave, audio->n);
}
#endif

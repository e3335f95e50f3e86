/* dtmf_pair: measures two pitches in 30 ms of audio: exact frequency, level, and how much of the
 * audio they explain, stretch by stretch. Not: which digit, nor when; that is dtmf's.
 * Pure; any thread; no allocation; about 8 us a call. */
#ifndef LF_DTMF_PAIR_H
#define LF_DTMF_PAIR_H

enum {
	DTMF_BLOCK = 20,			 /* 2.5 ms */
	DTMF_PAIR_BLOCKS = 12,			 /* 30 ms */
	DTMF_PAIR_SAMPLES = DTMF_BLOCK * DTMF_PAIR_BLOCKS,
};

struct dtmf_pair {
	float hz[2];	      /* row, column: as measured */
	float peak[2];	      /* amplitude, int16 units */
	float energy;	      /* sum of squares of the whole stretch */
	float explained;      /* 0 to 1: the share of the energy that is these two sines */
	float worst_residual; /* of all 2.5 ms blocks: what isn't explained / the pair's mean energy */
};

/* x: DTMF_PAIR_SAMPLES at 8 kHz. Looks for one sine within about +-50 Hz of each hz[]. */
void dtmf_pair_measure(struct dtmf_pair *out, const float *x, const float hz[2]);
#endif

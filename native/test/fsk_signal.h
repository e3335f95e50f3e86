/* fsk_signal: makes caller-ID FSK for the tests, independent of spandsp: exact rate and pitch,
 * twist, cut or repeated seizure, pauses between bytes, wrong bits. Not for the product. */
#ifndef LF_FSK_SIGNAL_H
#define LF_FSK_SIGNAL_H
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "signal.h"

enum { FSK_SIGNAL_BITS = 8192 };

struct fsk_signal {
	double mark_hz, space_hz, rate;
	double mark_dbm0, space_dbm0;
	double phase;
	int bits;
	uint8_t bit[FSK_SIGNAL_BITS];
};

static inline void fsk_signal_bit(struct fsk_signal *fsk, int bit)
{
	if (fsk->bits < FSK_SIGNAL_BITS)
		fsk->bit[fsk->bits++] = (uint8_t)bit;
}

static inline void fsk_signal_seizure(struct fsk_signal *fsk, int bits)
{
	for (int i = 0; i < bits; i++)
		fsk_signal_bit(fsk, i & 1);
}

static inline void fsk_signal_mark(struct fsk_signal *fsk, int bits)
{
	for (int i = 0; i < bits; i++)
		fsk_signal_bit(fsk, 1);
}

/* stuffing: further mark bits after each byte. */
static inline void fsk_signal_bytes(struct fsk_signal *fsk, const uint8_t *bytes, size_t n,
									int stuffing)
{
	for (size_t i = 0; i < n; i++) {
		fsk_signal_bit(fsk, 0);
		for (int k = 0; k < 8; k++)
			fsk_signal_bit(fsk, bytes[i] >> k & 1);
		fsk_signal_mark(fsk, 1 + stuffing);
	}
}

/* Adds the bits to out, at most max samples; returns how many it took. */
static inline size_t fsk_signal_write(const struct fsk_signal *fsk, double *out, size_t max)
{
	size_t n = (size_t)(fsk->bits * SIGNAL_RATE / fsk->rate);
	double mark = signal_peak(fsk->mark_dbm0), space = signal_peak(fsk->space_dbm0);
	double phase = fsk->phase;
	if (n > max)
		n = max;
	for (size_t i = 0; i < n; i++) {
		int bit = fsk->bit[(size_t)((double)i * fsk->rate / SIGNAL_RATE)];
		out[i] += (bit ? mark : space) * sin(phase);
		phase += 2.0 * M_PI * (bit ? fsk->mark_hz : fsk->space_hz) / SIGNAL_RATE;
	}
	return n;
}
#endif

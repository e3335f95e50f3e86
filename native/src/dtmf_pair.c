/* dtmf_pair: two sines fitted under a Hann window, then taken away; what is left is the judge.
 * The Hann window keeps the row's leakage out of the column (-60 dB at the 268 Hz between them),
 * so each sine is found alone; its frequency comes from the window's first moment. */
#include "dtmf_pair.h"

#include <math.h>
#include <stdbool.h>

enum { PASSES = 3, N = DTMF_PAIR_SAMPLES };
static const float RATE = 8000.0f;
static const float TWO_PI = 6.2831853f;

/* Sums of the Hann window over m = n - (N - 1) / 2: of w, and of w m^2. For w = cos^2(pi m / N)
 * they have closed forms; N is large enough for them to hold to 0.1 %. */
static const float WINDOW_SUM = N / 2.0f;
static const float WINDOW_MOMENT = (float)N * N * N * (1.0f / 24.0f - 1.0f / (4.0f * 9.8696044f));

struct spinner {
	float re, im, turn_re, turn_im;
};

static struct spinner spin(float radians_per_sample)
{
	float start = -radians_per_sample * (N - 1) / 2.0f;
	return (struct spinner){ .re = cosf(start), .im = sinf(start),
				 .turn_re = cosf(radians_per_sample),
				 .turn_im = sinf(radians_per_sample) };
}

static inline void turn(struct spinner *s)
{
	float re = s->re * s->turn_re - s->im * s->turn_im;
	s->im = s->re * s->turn_im + s->im * s->turn_re;
	s->re = re;
}

struct sine {
	float hz, re, im; /* x = re cos(2 pi hz m / RATE) + im sin(...) */
};

/* One sine near sine->hz: amplitude and phase at that frequency, then the frequency bettered. With
 * Y0 = sum w x e^-jam and Y1 = sum w m x e^-jam the offset is Im(Y1 / Y0) sum w / sum w m^2. */
static void refine(struct sine *sine, const float *windowed, bool move)
{
	float radians = TWO_PI * sine->hz / RATE, m = -(N - 1) / 2.0f;
	struct spinner s = spin(radians);
	float c0 = 0.0f, s0 = 0.0f, c1 = 0.0f, s1 = 0.0f;
	for (int n = 0; n < N; n++, m += 1.0f) {
		float c = windowed[n] * s.re, i = windowed[n] * s.im;
		c0 += c;
		s0 += i;
		c1 += m * c;
		s1 += m * i;
		turn(&s);
	}
	sine->re = c0 / (WINDOW_SUM / 2.0f);
	sine->im = s0 / (WINDOW_SUM / 2.0f);
	float power = c0 * c0 + s0 * s0;
	if (move && power > 0.0f) {
		float offset = (c1 * s0 - s1 * c0) / power * WINDOW_SUM / WINDOW_MOMENT;
		sine->hz += fminf(fmaxf(offset * RATE / TWO_PI, -60.0f), 60.0f);
	}
}

static void judge_rest(struct dtmf_pair *out, const float *x, const struct sine sines[2])
{
	struct spinner a = spin(TWO_PI * sines[0].hz / RATE), b = spin(TWO_PI * sines[1].hz / RATE);
	float energy = 0.0f, rest = 0.0f, worst = 0.0f;
	float mean = (out->peak[0] * out->peak[0] + out->peak[1] * out->peak[1]) / 2.0f * DTMF_BLOCK;
	for (int block = 0; block < DTMF_PAIR_BLOCKS; block++) {
		float block_rest = 0.0f;
		for (int n = 0; n < DTMF_BLOCK; n++, x++) {
			float r = *x - sines[0].re * a.re - sines[0].im * a.im - sines[1].re * b.re -
				  sines[1].im * b.im;
			block_rest += r * r;
			energy += *x * *x;
			turn(&a);
			turn(&b);
		}
		rest += block_rest;
		worst = fmaxf(worst, block_rest);
	}
	out->energy = energy;
	out->explained = energy > 0.0f ? fmaxf(0.0f, 1.0f - rest / energy) : 0.0f;
	out->worst_residual = mean > 0.0f ? worst / mean : INFINITY;
}

void dtmf_pair_measure(struct dtmf_pair *out, const float *x, const float hz[2])
{
	float windowed[N];
	struct sine sines[2] = { { hz[0], 0, 0 }, { hz[1], 0, 0 } };
	struct spinner hann = spin(TWO_PI / N);
	for (int n = 0; n < N; n++) {
		windowed[n] = x[n] * (0.5f + 0.5f * hann.re);
		turn(&hann);
	}
	for (int i = 0; i < 2; i++) {
		for (int pass = 0; pass < PASSES; pass++)
			refine(&sines[i], windowed, pass + 1 < PASSES);
		out->hz[i] = sines[i].hz;
		out->peak[i] = sqrtf(sines[i].re * sines[i].re + sines[i].im * sines[i].im);
	}
	judge_rest(out, x, sines);
}

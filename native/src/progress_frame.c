/* progress_frame: a band of 200-800 Hz is taken out as a complex signal at 1000 samples/s; if two
 * rotating pointers (order-2 linear prediction) explain it and it carries most of the line's
 * energy, 30 ms were a call-progress tone. Voiced speech has more harmonics or energy elsewhere.
 * Pitches above come from the correlations of the line itself. Why not spandsp's detector:
 * docs/adr/0011. */
#include "progress_frame.h"

#include <math.h>
#include <string.h>

static const float pi = 3.14159265f;
static const float band_centre_hz = 500.0f, band_half_hz = 300.0f, band_rate = 1000.0f;
static const float quiet_dbm0 = -50.0f;  /* -35 dBm0, Australia's weak burst -10 dB, and a margin */
static const float band_share = 0.55f;   /* of all energy that must lie in the band */
static const float misfit_limit = 0.06f; /* of the band's energy that two pointers may leave over */
static const float high_share = 0.94f;   /* of all energy that one high pitch must explain */
static const float low_hz = 310.0f, low_top_hz = 670.0f, high_hz = 850.0f;

float progress_power(float dbm0)
{
	const float full = 32767.0f;
	return 0.5f * full * full * powf(10.0f, (dbm0 - 3.14f) / 10.0f);
}

void progress_ear_init(struct progress_ear *ear)
{
	float sum = 0.0f;
	for (int k = 0; k < PROGRESS_TAPS;
		 k++) { /* Hamming-windowed low pass, moved up to the centre */
		float t = (float)k - (PROGRESS_TAPS - 1) / 2.0f;
		float window = 0.54f + 0.46f * cosf(2.0f * pi * t / (PROGRESS_TAPS - 1));
		float tap = window * sinf(2.0f * pi * band_half_hz / 8000.0f * t) / t;
		ear->taps[0][k] = tap * cosf(2.0f * pi * band_centre_hz / 8000.0f * t);
		ear->taps[1][k] = tap * sinf(2.0f * pi * band_centre_hz / 8000.0f * t);
		sum += tap;
	}
	for (int k = 0; k < PROGRESS_TAPS; k++) { /* sqrt 2: band power = power of the sines in it */
		ear->taps[0][k] *= 1.41421356f / sum;
		ear->taps[1][k] *= 1.41421356f / sum;
	}
	progress_ear_reset(ear);
}

void progress_ear_reset(struct progress_ear *ear)
{
	memset(ear->history, 0, sizeof ear->history);
	memset(ear->band, 0, sizeof ear->band);
	memset(ear->sums, 0, sizeof ear->sums);
	ear->next = 0;
}

/* Four sums side by side: the compiler may then use vector instructions. */
static float dot(const float *a, const float *b)
{
	float sum[4] = { 0.0f };
	for (int k = 0; k < PROGRESS_TAPS; k += 4)
		for (int lane = 0; lane < 4; lane++)
			sum[lane] += a[k + lane] * b[k + lane];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void take_samples(struct progress_ear *ear, const int16_t *pcm, struct progress_sums *sums)
{
	float *history = ear->history;
	memmove(history, history + PROGRESS_FRAME, PROGRESS_TAPS * sizeof *history);
	float *x = history + PROGRESS_TAPS;
	for (int i = 0; i < PROGRESS_FRAME; i++)
		x[i] = pcm[i];
	for (int i = 0; i < PROGRESS_FRAME; i++) {
		sums->power += x[i] * x[i];
		sums->lag1 += x[i] * x[i - 1];
		sums->lag2 += x[i] * x[i - 2];
	}
}

static void take_band(struct progress_ear *ear, struct progress_sums *sums)
{
	float *re = ear->band[0], *im = ear->band[1];
	for (int part = 0; part < 2; part++) {
		float *z = ear->band[part];
		z[0] = z[PROGRESS_BAND_FRAME];
		z[1] = z[PROGRESS_BAND_FRAME + 1];
	}
	bool quiet = sums->power < 0.1f * progress_power(quiet_dbm0) * PROGRESS_FRAME;
	for (int m = 0; m < PROGRESS_BAND_FRAME; m++) {
		const float *x = ear->history + 8 * (m + 1);
		/* Taps run backwards in time; theirs are symmetric (re) and antisymmetric (im). */
		re[m + 2] = quiet ? 0.0f : dot(ear->taps[0], x);
		im[m + 2] = quiet ? 0.0f : -dot(ear->taps[1], x);
	}
	for (int m = 2; m < PROGRESS_BAND_FRAME + 2; m++) {
		sums->s00 += re[m] * re[m] + im[m] * im[m];
		sums->s11 += re[m - 1] * re[m - 1] + im[m - 1] * im[m - 1];
		sums->s22 += re[m - 2] * re[m - 2] + im[m - 2] * im[m - 2];
		sums->re01 += re[m] * re[m - 1] + im[m] * im[m - 1];
		sums->im01 += im[m] * re[m - 1] - re[m] * im[m - 1];
		sums->re12 += re[m - 1] * re[m - 2] + im[m - 1] * im[m - 2];
		sums->im12 += im[m - 1] * re[m - 2] - re[m - 1] * im[m - 2];
		sums->re02 += re[m] * re[m - 2] + im[m] * im[m - 2];
		sums->im02 += im[m] * re[m - 2] - re[m] * im[m - 2];
	}
}

static struct progress_sums total(const struct progress_ear *ear)
{
	struct progress_sums all = ear->sums[0];
	for (int i = 1; i < PROGRESS_WINDOW; i++) {
		const struct progress_sums *s = &ear->sums[i];
		all.power += s->power, all.lag1 += s->lag1, all.lag2 += s->lag2;
		all.s00 += s->s00, all.s11 += s->s11, all.s22 += s->s22;
		all.re01 += s->re01, all.im01 += s->im01, all.re12 += s->re12;
		all.im12 += s->im12, all.re02 += s->re02, all.im02 += s->im02;
	}
	return all;
}

/* Share of the band's energy that z[n] = a z[n-1] + b z[n-2], a and b complex, leaves over. */
static float misfit(const struct progress_sums *s)
{
	float ridge = 1e-4f * (s->s11 + s->s22) + 1e-3f;
	float s11 = s->s11 + ridge, s22 = s->s22 + ridge;
	float det = s11 * s22 - (s->re12 * s->re12 + s->im12 * s->im12);
	if (det <= 0.0f)
		return 1.0f;
	/* c1 = <z0, z1>, c2 = <z0, z2>, p = <z1, z2>; a = (c1 s22 - c2 p*) / det … */
	float a_re = (s->re01 * s22 - (s->re02 * s->re12 + s->im02 * s->im12)) / det;
	float a_im = (s->im01 * s22 - (s->im02 * s->re12 - s->re02 * s->im12)) / det;
	float b_re = (s->re02 * s11 - (s->re01 * s->re12 - s->im01 * s->im12)) / det;
	float b_im = (s->im02 * s11 - (s->re01 * s->im12 + s->im01 * s->re12)) / det;
	float explained = a_re * s->re01 + a_im * s->im01 + b_re * s->re02 + b_im * s->im02;
	return 1.0f - explained / (s->s00 + 1e-3f);
}

static bool is_low(const struct progress_sums *s, struct progress_frame *frame)
{
	float in_band = s->s00 / (PROGRESS_WINDOW * PROGRESS_BAND_FRAME);
	if (in_band < band_share * frame->power || misfit(s) > misfit_limit)
		return false;
	frame->share = in_band / (frame->power + 1.0f);
	float hz = atan2f(s->im01, s->re01) * band_rate / (2.0f * pi);
	frame->hz = hz < 0.0f ? hz + band_rate : hz;
	frame->pair = 1.0f - (s->re01 * s->re01 + s->im01 * s->im01) / (s->s00 * s->s11 + 1e-3f);
	return frame->hz > low_hz && frame->hz < low_top_hz;
}

/* One sine of power A has correlations A cos(kw); white noise is in lag 0 alone. */
static bool is_high(const struct progress_sums *s, struct progress_frame *frame)
{
	float c;                                 /* cos(w) */
	if (fabsf(s->lag1) < 0.15f * s->power) { /* about 2000 Hz, where lag 1 vanishes */
		if (s->lag2 > -high_share * s->power)
			return false;
		c = -s->lag1 / s->lag2;
	} else {
		float ratio = s->lag2 / s->lag1, root = sqrtf(ratio * ratio + 8.0f);
		c = (ratio + (s->lag1 > 0.0f ? root : -root)) / 4.0f;
		if (fabsf(c) >= 1.0f || fabsf(s->lag1) < high_share * fabsf(c) * s->power)
			return false;
	}
	frame->hz = acosf(c) * 8000.0f / (2.0f * pi);
	frame->pair = 0.0f;
	return frame->hz > high_hz;
}

static bool is_howl(const struct progress_sums *s)
{
	/* Means of cos(w) and cos(2w) over the four pitches: -0.1 and -0.73; +-5 % moves them by 0.15.
	 */
	return s->lag1 > -0.45f * s->power && s->lag1 < 0.25f * s->power && s->lag2 < -0.45f * s->power;
}

struct progress_frame progress_ear_feed(struct progress_ear *ear, const int16_t pcm[PROGRESS_FRAME])
{
	struct progress_sums *newest = &ear->sums[ear->next];
	struct progress_frame frame = { .kind = PROGRESS_CLASS_NONE };
	ear->next = (ear->next + 1) % PROGRESS_WINDOW;
	memset(newest, 0, sizeof *newest);
	take_samples(ear, pcm, newest);
	take_band(ear, newest);
	struct progress_sums all = total(ear);
	frame.power = all.power / (PROGRESS_WINDOW * PROGRESS_FRAME);
	frame.newest = newest->power / PROGRESS_FRAME;
	frame.tilt = all.lag1 / (all.power + 1.0f);
	if (frame.power < progress_power(quiet_dbm0))
		return frame;
	if (is_low(&all, &frame))
		frame.kind = PROGRESS_CLASS_LOW;
	else if (is_high(&all, &frame))
		frame.kind = PROGRESS_CLASS_HIGH;
	else if (is_howl(&all))
		frame.kind = PROGRESS_CLASS_HOWL;
	return frame;
}

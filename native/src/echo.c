/* echo: the echo canceller of a trunk port: SpeexDSP's adaptive filter takes off what the hybrid
 * returns of what we send; a small suppressor lowers the rest while the far side is not speaking.
 * The filter's first guess is that echo comes at once: give it tx as early as it can be heard again
 * in rx, and never later (measured in docs/adr/0013-echo.md). */
#include "echo.h"

#include <errno.h>
#include <math.h>
#include <speex/speex_echo.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	SAMPLES_PER_MS = 8,
	TAIL_MIN_MS = 32,
	TAIL_MAX_MS = 128,
	FRAME_MIN = 40,
	FRAME_MAX = 320,
	NEAR_HOLD_MS = 60, /* after near speech the suppressor keeps away for so long */
	SILENT_PEAK = 24,  /* -62 dBm0: echo of what is quieter is below any line's noise */
};
/* Residual is suppressed only where the filter takes off 9 dB at least: then what is left is far
 * more likely its own error than somebody speaking. */
static const float residual_share = 0.125f;
static const float suppress_gain = 0.25f; /* -12 dB */
static const float gain_step = 0.1f;      /* per frame, so that nothing clicks */
/* Mean square of -45 dBm0: quieter sending has no echo worth a suppressor. */
static const float sending_power = 8240.0f;
/* SpeexDSP's own high-pass at 8000 Hz: -22 dB at 50 Hz, -2.4 dB at 200 Hz. */
static const float hum_radius = 0.9f;
static const float hum_damping = 0.9f * 0.9f + 0.7f * 0.1f * 0.1f;
static const float noise_rise = 1.01f; /* per frame, the noise floor follows 9 dB in 2 s */

struct echo {
	SpeexEchoState *state;
	size_t frame;
	int tail_frames;
	int sending_frames; /* frames for which echo of what was sent may still come */
	int near_frames;
	int near_hold;
	float gain;
	float noise; /* mean square of what is there when nobody speaks */
	bool disabled;
	int silent_frames; /* since something was sent */
	float hum[2];
	size_t delay;
	int16_t sent[ECHO_DELAY_MAX + FRAME_MAX]; /* the last samples of tx, newest at the end */
	int16_t received[FRAME_MAX]; /* SpeexDSP's input and output must not overlap; ours may */
	int16_t tx_before[FRAME_MAX]; /* the frame before, for a filter that begins again */
};

int echo_create(struct echo **out, size_t frame, int tail_ms)
{
	if (frame < FRAME_MIN || frame > FRAME_MAX || tail_ms < TAIL_MIN_MS || tail_ms > TAIL_MAX_MS)
		return -EINVAL;
	struct echo *echo = calloc(1, sizeof *echo);
	if (echo == NULL)
		return -ENOMEM;
	echo->frame = frame;
	echo->tail_frames = tail_ms * SAMPLES_PER_MS / (int)frame + 1;
	echo->near_hold = NEAR_HOLD_MS * SAMPLES_PER_MS / (int)frame + 1;
	echo->state = speex_echo_state_init((int)frame, tail_ms * SAMPLES_PER_MS);
	if (echo->state == NULL) {
		free(echo);
		return -ENOMEM;
	}
	int rate = 1000 * SAMPLES_PER_MS;
	speex_echo_ctl(echo->state, SPEEX_ECHO_SET_SAMPLING_RATE, &rate);
	echo_reset(echo);
	*out = echo;
	return 0;
}

void echo_free(struct echo *echo)
{
	if (echo == NULL)
		return;
	speex_echo_state_destroy(echo->state);
	free(echo);
}

void echo_reset(struct echo *echo)
{
	speex_echo_state_reset(echo->state);
	memset(echo->sent, 0, sizeof echo->sent);
	memset(echo->tx_before, 0, sizeof echo->tx_before);
	memset(echo->received, 0, sizeof echo->received);
	echo->disabled = false;
	echo->silent_frames = 0;
	echo->hum[0] = echo->hum[1] = 0.0f;
	echo->sending_frames = 0;
	echo->near_frames = 0;
	echo->gain = 1.0f;
	echo->noise = sending_power;
}

int echo_set_delay(struct echo *echo, size_t samples)
{
	if (samples > ECHO_DELAY_MAX)
		return -EINVAL;
	echo->delay = samples;
	return 0;
}

/* Keeps tx and returns the frame of it that can be heard now at the earliest. */
static const int16_t *delayed(struct echo *echo, const int16_t *tx)
{
	enum { KEPT = sizeof echo->sent / sizeof echo->sent[0] };
	if (echo->delay == 0)
		return tx;
	memmove(echo->sent, echo->sent + echo->frame, (KEPT - echo->frame) * sizeof *tx);
	memcpy(echo->sent + KEPT - echo->frame, tx, echo->frame * sizeof *tx);
	return echo->sent + KEPT - echo->frame - echo->delay;
}

static float mean_square(const int16_t *pcm, size_t n)
{
	float sum = 0.0f;
	for (size_t i = 0; i < n; i++)
		sum += (float)pcm[i] * (float)pcm[i];
	return sum / (float)n;
}

/* Where the gain should go: 1 while the far party may be speaking or we send nothing. */
static float wanted_gain(struct echo *echo, float removed, float left)
{
	if (echo->sending_frames == 0 || left > removed * residual_share)
		echo->near_frames = echo->sending_frames == 0 ? 0 : echo->near_hold;
	else if (echo->near_frames > 0)
		echo->near_frames--;
	if (echo->sending_frames == 0 || echo->near_frames > 0 || left <= echo->noise)
		return 1.0f;
	float to_noise = sqrtf(echo->noise / left); /* the floor stays audible: no pumping */
	return to_noise > suppress_gain ? to_noise : suppress_gain;
}

static void suppress(struct echo *echo, const int16_t *tx, int16_t *out)
{
	float removed = 0.0f, left = mean_square(out, echo->frame);
	for (size_t i = 0; i < echo->frame; i++) {
		float echoed = (float)echo->received[i] - (float)out[i];
		removed += echoed * echoed;
	}
	removed /= (float)echo->frame;
	if (mean_square(tx, echo->frame) > sending_power)
		echo->sending_frames = echo->tail_frames;
	else if (echo->sending_frames > 0)
		echo->sending_frames--;
	echo->noise = left < echo->noise ? left : echo->noise * noise_rise + 0.1f;

	float target = wanted_gain(echo, removed, left), from = echo->gain;
	float to =
		target > from ? fminf(target, from + 2.0f * gain_step) : fmaxf(target, from - gain_step);
	if (from == 1.0f && to == 1.0f)
		return;
	for (size_t i = 0; i < echo->frame; i++) {
		float gain = from + (to - from) * (float)i / (float)echo->frame;
		out[i] = (int16_t)lrintf((float)out[i] * gain);
	}
	echo->gain = to;
}

static bool is_silent(const int16_t *pcm, size_t n)
{
	int16_t peak = 0; /* no early end: so it is four instructions for eight samples */
	for (size_t i = 0; i < n; i++) {
		int16_t size = pcm[i] < 0 ? (int16_t)-(pcm[i] + 1) : pcm[i];
		peak = size > peak ? size : peak;
	}
	return peak <= SILENT_PEAK;
}

/* What SpeexDSP does to rx before it filters: a high-pass of second order, which takes off direct
 * current and hum. The same here, so that a voice does not change its colour when the filter rests.
 * in and out may be the same. */
static void take_off_hum(struct echo *echo, const int16_t *in, int16_t *out)
{
	float w1 = echo->hum[0], w2 = echo->hum[1];
	for (size_t i = 0; i < echo->frame; i++) {
		float w = (float)in[i] + 2.0f * hum_radius * w1 - hum_damping * w2;
		float y = hum_radius * (w - 2.0f * w1 + w2);
		out[i] = (int16_t)lrintf(fminf(fmaxf(y, INT16_MIN), INT16_MAX));
		w2 = w1;
		w1 = w;
	}
	echo->hum[0] = w1;
	echo->hum[1] = w2;
}

/* The filter, which rests while nothing was sent for longer than its tail: nothing can come back
 * then. Both ways begin with the frame before, which gives them the memory they would have. */
static void filter(struct echo *echo, const int16_t *rx, const int16_t *tx, int16_t *out)
{
	int16_t before[FRAME_MAX];
	bool rested = echo->silent_frames > echo->tail_frames;
	if (!is_silent(tx, echo->frame))
		echo->silent_frames = 0;
	else if (!rested)
		echo->silent_frames++;
	bool rests = echo->silent_frames > echo->tail_frames;
	if (rests && !rested) {
		echo->hum[0] = echo->hum[1] = 0.0f;
		take_off_hum(echo, echo->received, before);
	} else if (rested && !rests) {
		speex_echo_cancellation(echo->state, echo->received, echo->tx_before, before);
	}
	memcpy(echo->received, rx, echo->frame * sizeof *rx);
	memcpy(echo->tx_before, tx, echo->frame * sizeof *tx);
	if (rests)
		take_off_hum(echo, echo->received, out);
	else
		speex_echo_cancellation(echo->state, echo->received, tx, out);
}

void echo_cancel(struct echo *echo, const int16_t *rx, const int16_t *tx, int16_t *out)
{
	size_t size = echo->frame * sizeof *rx;
	if (echo->disabled) {
		memmove(out, rx, size);
		return;
	}
	tx = delayed(echo, tx);
	filter(echo, rx, tx, out);
	suppress(echo, tx, out);
}

void echo_disable(struct echo *echo)
{
	echo->disabled = true;
}

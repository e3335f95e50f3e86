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
};
/* Residual is suppressed only where the filter takes off 9 dB at least: then what is left is far
 * more likely its own error than somebody speaking. */
static const float residual_share = 0.125f;
static const float suppress_gain = 0.25f; /* -12 dB */
static const float gain_step = 0.1f;      /* per frame, so that nothing clicks */
/* Mean square of -45 dBm0: quieter sending has no echo worth a suppressor. */
static const float sending_power = 8240.0f;
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
	size_t delay;
	int16_t sent[ECHO_DELAY_MAX + FRAME_MAX]; /* the last samples of tx, newest at the end */
	int16_t received[FRAME_MAX]; /* SpeexDSP's input and output must not overlap; ours may */
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
	echo->disabled = false;
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

void echo_cancel(struct echo *echo, const int16_t *rx, const int16_t *tx, int16_t *out)
{
	size_t size = echo->frame * sizeof *rx;
	if (echo->disabled) {
		memmove(out, rx, size);
		return;
	}
	tx = delayed(echo, tx);
	memcpy(echo->received, rx, size);
	speex_echo_cancellation(echo->state, echo->received, tx, out);
	suppress(echo, tx, out);
}

void echo_disable(struct echo *echo)
{
	echo->disabled = true;
}

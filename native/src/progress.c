/* progress: what a trunk hears: frames (progress_frame.c) make bursts and gaps (progress_cadence.c)
 * make tones (progress_rules.c); beside them voice and silence, here. */
#include "progress.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "progress_cadence.h"
#include "progress_frame.h"

enum {
	VOICE_LOOK_FRAMES = 10,  /* of the last 100 ms … */
	VOICE_FRAMES = 6,        /* … 60 ms must sound like speech */
	SILENCE_FRAMES = 30,     /* 300 ms */
	FLOOR_BLOCK_FRAMES = 20, /* the noise floor is the least of 8 x 200 ms: */
	FLOOR_BLOCKS = 8,        /* speech has a gap in 1.6 s, noise hasn't */
	HELD_EVENTS = 4,         /* a frame makes three at most: tone over, tone, voice */
};
static const float voice_dbm0 = -42.0f, silence_dbm0 = -45.0f;
static const float voice_over_floor = 8.0f; /* 9 dB */
static const float voice_tilt = 0.2f;
static const float voice_glide = 0.008f; /* of the pitch in 10 ms; noise moves a tone's by 0.2 % */

struct progress {
	struct progress_ear ear;
	struct progress_cadence cadence;
	float floor[FLOOR_BLOCKS];
	int floor_block, floor_frames;
	unsigned speechlike; /* one bit a frame, newest lowest */
	int tone_run;        /* loud frames of tone in a row */
	enum progress_class last_kind;
	float last_hz;
	int quiet_frames;
	int state; /* PROGRESS_VOICE, PROGRESS_SILENCE or 0 */
	int heard; /* tone reported as on */
	int16_t block[PROGRESS_FRAME];
	size_t filled;
	float voice_power, silence_power;
	struct progress_event held[HELD_EVENTS]; /* of the frame being looked at */
	int held_count;
};

int progress_create(struct progress **out)
{
	struct progress *progress = calloc(1, sizeof *progress);
	if (progress == NULL)
		return -ENOMEM;
	progress_ear_init(&progress->ear);
	progress->voice_power = progress_power(voice_dbm0);
	progress->silence_power = progress_power(silence_dbm0);
	progress_reset(progress);
	*out = progress;
	return 0;
}

void progress_free(struct progress *progress)
{
	free(progress);
}

void progress_reset(struct progress *progress)
{
	progress_ear_reset(&progress->ear);
	progress->cadence.expect_dial = false;
	progress_cadence_reset(&progress->cadence);
	for (int i = 0; i < FLOOR_BLOCKS; i++)
		progress->floor[i] = -1.0f; /* nothing known */
	progress->floor_block = progress->floor_frames = 0;
	progress->speechlike = 0;
	progress->tone_run = 0;
	progress->last_kind = PROGRESS_CLASS_NONE;
	progress->quiet_frames = 0;
	progress->state = 0;
	progress->heard = 0;
	progress->filled = 0;
}

void progress_expect_dial(struct progress *progress)
{
	progress->cadence.expect_dial = true;
}

static float track_floor(struct progress *progress, float power)
{
	float *block = &progress->floor[progress->floor_block];
	if (*block < 0.0f || power < *block)
		*block = power;
	float least = *block;
	for (int i = 0; i < FLOOR_BLOCKS; i++)
		if (progress->floor[i] >= 0.0f && progress->floor[i] < least)
			least = progress->floor[i];
	if (++progress->floor_frames == FLOOR_BLOCK_FRAMES) {
		progress->floor_frames = 0;
		progress->floor_block = (progress->floor_block + 1) % FLOOR_BLOCKS;
		progress->floor[progress->floor_block] = -1.0f;
	}
	return least;
}

/* A vowel may pass for a tone, but not for long: a run of less than 60 ms of tone counts
 * afterwards. */
static bool hears_voice(struct progress *progress, const struct progress_frame *frame)
{
	float floor = track_floor(progress, frame->newest);
	bool loud = frame->newest > progress->voice_power && frame->newest > voice_over_floor * floor;
	bool tone = frame->kind != PROGRESS_CLASS_NONE;
	progress->speechlike <<= 1;
	if (tone && loud) {
		progress->tone_run++;
	} else {
		if (progress->tone_run < VOICE_FRAMES && loud)
			progress->speechlike |= ((1u << progress->tone_run) - 1) << 1;
		progress->tone_run = 0;
	}
	bool glides = frame->kind == PROGRESS_CLASS_LOW && frame->kind == progress->last_kind &&
				  fabsf(frame->hz - progress->last_hz) > voice_glide * frame->hz;
	if (loud && (glides || (!tone && frame->tilt > voice_tilt)))
		progress->speechlike |= 1;
	progress->last_kind = frame->kind;
	progress->last_hz = frame->hz;
	progress->speechlike &= (1u << VOICE_LOOK_FRAMES) - 1;
	return __builtin_popcount(progress->speechlike) >= VOICE_FRAMES;
}

static void hold(struct progress *progress, int kind, bool on)
{
	if (progress->held_count < HELD_EVENTS)
		progress->held[progress->held_count++] =
			(struct progress_event){ .kind = (enum progress_kind)kind, .on = on };
}

static void report_tone(struct progress *progress, int heard)
{
	if (heard == progress->heard)
		return;
	if (progress->heard != 0)
		hold(progress, progress->heard, false);
	if (heard != 0) {
		hold(progress, heard, true);
		progress->state = 0; /* voice or silence after it is news again */
	}
	progress->heard = heard;
}

static void look(struct progress *progress)
{
	struct progress_frame frame = progress_ear_feed(&progress->ear, progress->block);
	report_tone(progress, progress_cadence_feed(&progress->cadence, &frame));
	if (hears_voice(progress, &frame)) {
		progress_cadence_break(&progress->cadence);
		report_tone(progress, 0);
		if (progress->state != PROGRESS_VOICE)
			hold(progress, PROGRESS_VOICE, true);
		progress->state = PROGRESS_VOICE;
	}
	progress->quiet_frames =
		frame.newest < progress->silence_power ? progress->quiet_frames + 1 : 0;
	if (progress->quiet_frames < SILENCE_FRAMES)
		return;
	progress->quiet_frames = SILENCE_FRAMES;
	if (progress->heard == 0 && progress->state != PROGRESS_SILENCE) {
		hold(progress, PROGRESS_SILENCE, true);
		progress->state = PROGRESS_SILENCE;
	}
}

int progress_feed(struct progress *progress, const int16_t *pcm, size_t n,
				  struct progress_event *events, int max)
{
	int count = 0;
	while (n > 0) {
		size_t take = PROGRESS_FRAME - progress->filled;
		take = take < n ? take : n;
		memcpy(progress->block + progress->filled, pcm, take * sizeof *pcm);
		progress->filled += take;
		pcm += take;
		n -= take;
		if (progress->filled < PROGRESS_FRAME)
			continue;
		progress->filled = 0;
		progress->held_count = 0;
		look(progress);
		for (int i = 0; i < progress->held_count && count < max; i++)
			events[count++] = progress->held[i];
	}
	return count;
}

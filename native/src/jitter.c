/* jitter: see jitter.h. Frames of 20 ms are read 10 ms at a time, from the first tick on: 0-10 ms
 * of slack, by chance. Every gap adds 10 ms; what was not needed for 2 s is taken away again. So a
 * regular writer settles at the least delay it can have, for one covered gap at most. */
#include "jitter.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"

enum {
	MISSING_LIMIT = 6,             /* 60 ms of nothing: the far end has stopped speaking */
	WINDOW = 200,                  /* ticks over which slack is judged */
	SLACK = JITTER_FRAME,          /* kept however quiet the network is */
	EXCESS = 12 * JITTER_FRAME,   /* beyond this the delay is felt: trim in speech as well */
	TRIM_EVERY = 20,              /* ticks: a pause between two digits loses 10 ms, not all */
	TRIM_EXCESS_EVERY = 4,
	QUIET = 200                    /* peak below which a frame may go unheard */
};

struct jitter {
	struct ring *ring;
	uint64_t written;
	uint64_t passed, trimmed;
	int16_t last[JITTER_FRAME]; /* what a gap is filled with */
	bool playing;
	int missing;
	int ticks;      /* in this window */
	int untrimmed;  /* ticks since a frame was left out */
	size_t least;   /* samples left over after a read, at the worst of this window */
	size_t surplus; /* samples to take away */
};

int jitter_create(struct jitter **out)
{
	*out = NULL;
	struct jitter *jitter = calloc(1, sizeof(*jitter));
	if (jitter == NULL)
		return -ENOMEM;
	int error = ring_create(&jitter->ring, sizeof(int16_t), JITTER_CAPACITY);
	if (error < 0) {
		free(jitter);
		return error;
	}
	*out = jitter;
	return 0;
}

void jitter_free(struct jitter *jitter)
{
	if (jitter == NULL)
		return;
	ring_free(jitter->ring);
	free(jitter);
}

size_t jitter_write(struct jitter *jitter, const int16_t *pcm, size_t n)
{
	size_t taken = ring_write(jitter->ring, pcm, n);
	jitter->written += taken;
	return taken;
}

uint64_t jitter_written(const struct jitter *jitter)
{
	return jitter->written;
}

uint64_t jitter_passed(const struct jitter *jitter)
{
	return jitter->passed;
}

uint64_t jitter_trimmed(const struct jitter *jitter)
{
	return jitter->trimmed;
}

static bool is_quiet(const int16_t *pcm)
{
	for (int i = 0; i < JITTER_FRAME; i++)
		if (pcm[i] > QUIET || pcm[i] < -QUIET)
			return false;
	return true;
}

static void judge_slack(struct jitter *jitter, size_t left)
{
	if (left < jitter->least)
		jitter->least = left;
	if (++jitter->ticks < WINDOW)
		return;
	jitter->surplus = jitter->least > SLACK ? jitter->least - SLACK : 0;
	jitter->ticks = 0;
	jitter->least = JITTER_CAPACITY;
}

/* Leaves out a frame of surplus, a quiet one unless there is much too much. */
static void trim(struct jitter *jitter, int16_t *pcm)
{
	bool excess = jitter->surplus >= EXCESS;
	jitter->untrimmed++;
	if (jitter->surplus < JITTER_FRAME || (!excess && !is_quiet(pcm)))
		return;
	if (jitter->untrimmed < (excess ? TRIM_EXCESS_EVERY : TRIM_EVERY))
		return;
	if (ring_count(jitter->ring) < JITTER_FRAME)
		return;
	ring_read(jitter->ring, pcm, JITTER_FRAME);
	jitter->passed += JITTER_FRAME;
	jitter->trimmed += JITTER_FRAME;
	jitter->surplus -= JITTER_FRAME;
	jitter->untrimmed = 0;
}

static void start(struct jitter *jitter)
{
	jitter->playing = true;
	jitter->missing = 0;
	jitter->ticks = 0;
	jitter->least = JITTER_CAPACITY;
	jitter->surplus = 0;
}

/* A gap: the last 10 ms again, fading out over 60 ms. Not spandsp's plc: Debian's build copies
 * between overlapping memory (found by ASan), and a gap on a LAN is one frame. */
static void conceal(const struct jitter *jitter, int16_t *pcm)
{
	int from = MISSING_LIMIT - jitter->missing, steps = MISSING_LIMIT * JITTER_FRAME;
	for (int i = 0; i < JITTER_FRAME; i++)
		pcm[i] = (int16_t)(jitter->last[i] * (from * JITTER_FRAME - i) / steps);
}

/* The end of a burst that is no whole frame: played out, filled up with silence. */
static size_t read_rest(struct jitter *jitter, int16_t *pcm)
{
	size_t n = ring_read(jitter->ring, pcm, JITTER_FRAME);
	memset(pcm + n, 0, (JITTER_FRAME - n) * sizeof(int16_t));
	jitter->passed += n;
	return n;
}

enum jitter_result jitter_read(struct jitter *jitter, int16_t *pcm)
{
	size_t count = ring_count(jitter->ring);
	if (!jitter->playing) {
		if (count == 0) {
			memset(pcm, 0, JITTER_FRAME * sizeof(int16_t));
			return JITTER_IDLE;
		}
		start(jitter);
	}
	if (count >= JITTER_FRAME) {
		ring_read(jitter->ring, pcm, JITTER_FRAME);
		jitter->passed += JITTER_FRAME;
		jitter->missing = 0;
		trim(jitter, pcm);
		judge_slack(jitter, ring_count(jitter->ring));
		memcpy(jitter->last, pcm, sizeof(jitter->last));
		return JITTER_AUDIO;
	}
	if (++jitter->missing < MISSING_LIMIT) {
		jitter->least = 0;
		conceal(jitter, pcm);
		return JITTER_MISSING;
	}
	jitter->playing = false;
	return read_rest(jitter, pcm) > 0 ? JITTER_AUDIO : JITTER_IDLE;
}

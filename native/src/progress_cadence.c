/* progress_cadence: makes bursts and gaps of the frames. A 30 ms window lengthens a burst by 20 ms
 * and shortens the gap by as much (start and end are taken back by one frame each where they are
 * used). */
#include "progress_cadence.h"

#include <math.h>
#include <string.h>

enum {
	BRIDGE_FRAMES = 5,      /* 40 ms gaps (special dial tone) are bridged, 90 ms ones are not */
	STRAY_FRAMES = 3,       /* another pitch for 30 ms: the next burst, without a gap */
	ESTABLISHED_FRAMES = 4, /* shorter is a click */
	LOUD_FRAMES = 6,        /* 60 ms of something else in a gap: not a cadence */
	WINDOW_EXCESS_MS = 20,
};
static const float same_pitch = 0.06f;  /* within a burst; frames of a beating pair differ */
static const float same_burst = 0.2f;   /* -7 dB: where a burst ends */
static const float loud_share = 0.15f;  /* of the tone's power: 8 dB below it is no gap */
static const float steady_share = 0.5f; /* mean over peak power; a decaying note has less */

void progress_cadence_reset(struct progress_cadence *cadence)
{
	bool expect_dial = cadence->expect_dial;
	memset(cadence, 0, sizeof *cadence);
	cadence->expect_dial = expect_dial;
}

void progress_cadence_break(struct progress_cadence *cadence)
{
	cadence->count = 0;
	cadence->heard = 0;
	cadence->loud = 0;
	cadence->voiced = true;
	if (cadence->in_burst && cadence->missing == 0)
		return; /* a tone has begun on the heels of the speech: its start counts */
	cadence->in_burst = false;
	cadence->end = cadence->clock;
}

static bool fits(const struct progress_cadence *cadence, const struct progress_frame *frame)
{
	const struct progress_burst *now = &cadence->now;
	float hz = now->hz / (float)cadence->frames, power = now->power / (float)cadence->frames;
	if (frame->kind != now->kind || frame->power < same_burst * power)
		return false;
	return now->kind == PROGRESS_CLASS_HOWL || fabsf(frame->hz - hz) < same_pitch * hz;
}

static void open_burst(struct progress_cadence *cadence, const struct progress_frame *frame,
					   int start)
{
	cadence->in_burst = true;
	cadence->now = (struct progress_burst){ .kind = frame->kind };
	cadence->frames = cadence->missing = cadence->stray = 0;
	cadence->start = start;
	cadence->peak = cadence->highest = 0.0f;
	cadence->lowest = 4000.0f;
	cadence->dip = INFINITY;
}

/* The gap before now is over for certain: the burst is no click. */
static void settle_gap(struct progress_cadence *cadence)
{
	if (cadence->count == 0)
		return;
	int off = (cadence->start - cadence->end - 1) * PROGRESS_FRAME_MS + WINDOW_EXCESS_MS;
	cadence->past[0].off_ms = off > 0 ? off : 0;
}

static void extend_burst(struct progress_cadence *cadence, const struct progress_frame *frame)
{
	cadence->frames++;
	cadence->now.hz += frame->hz;
	cadence->now.pair += frame->pair;
	cadence->now.power += frame->power;
	cadence->now.share += frame->share;
	cadence->peak = fmaxf(cadence->peak, frame->power);
	float *latest = &cadence->latest[cadence->frames % PROGRESS_EDGE];
	if (cadence->frames > 2 * PROGRESS_EDGE)
		cadence->dip = fminf(cadence->dip, *latest);
	*latest = frame->power;
	if (cadence->frames > PROGRESS_EDGE) { /* the first ones are half of something else */
		cadence->lowest = fminf(cadence->lowest, frame->hz);
		cadence->highest = fmaxf(cadence->highest, frame->hz);
	}
	cadence->missing = cadence->stray = 0;
	if (cadence->frames == ESTABLISHED_FRAMES)
		settle_gap(cadence);
	if (cadence->frames >= ESTABLISHED_FRAMES) {
		cadence->end = cadence->clock;
		cadence->loud = 0;
	}
}

static void close_burst(struct progress_cadence *cadence)
{
	struct progress_burst burst = cadence->now;
	float frames = (float)cadence->frames;
	cadence->in_burst = false;
	if (cadence->frames < ESTABLISHED_FRAMES)
		return;
	burst.on_ms = (cadence->end - cadence->start + 1) * PROGRESS_FRAME_MS - WINDOW_EXCESS_MS;
	burst.off_ms = 0;
	burst.hz /= frames;
	burst.pair /= frames;
	burst.power /= frames;
	burst.share /= frames;
	burst.ripple = cadence->peak / cadence->dip;
	burst.steady = burst.power > steady_share * cadence->peak;
	memmove(cadence->past + 1, cadence->past, (PROGRESS_PAST - 1) * sizeof burst);
	cadence->past[0] = burst;
	if (cadence->count < PROGRESS_PAST)
		cadence->count++;
}

static void miss_burst(struct progress_cadence *cadence, const struct progress_frame *frame)
{
	cadence->missing++;
	cadence->stray = frame->kind != PROGRESS_CLASS_NONE ? cadence->stray + 1 : 0;
	if (cadence->stray >= STRAY_FRAMES) {
		close_burst(cadence);
		open_burst(cadence, frame, cadence->clock - STRAY_FRAMES + 1);
		extend_burst(cadence, frame);
	} else if (cadence->missing >= BRIDGE_FRAMES) {
		close_burst(cadence);
	}
}

static void watch_gap(struct progress_cadence *cadence, const struct progress_frame *frame)
{
	float tone = cadence->past[0].power;
	if (cadence->count == 0 || cadence->clock - cadence->end <= PROGRESS_EDGE)
		return;
	if (cadence->count > 1 && cadence->past[1].power > tone)
		tone = cadence->past[1].power;
	if (frame->newest > loud_share * tone)
		cadence->loud++;
	else if (cadence->loud > 0)
		cadence->loud--;
	if (cadence->loud >= LOUD_FRAMES) {
		cadence->count = 0;
		cadence->heard = 0;
		cadence->loud = 0;
	}
}

int progress_cadence_feed(struct progress_cadence *cadence, const struct progress_frame *frame)
{
	cadence->clock++;
	if (cadence->in_burst) {
		if (fits(cadence, frame))
			extend_burst(cadence, frame);
		else
			miss_burst(cadence, frame);
	} else if (frame->kind != PROGRESS_CLASS_NONE) {
		open_burst(cadence, frame, cadence->clock);
		extend_burst(cadence, frame);
	} else {
		watch_gap(cadence, frame);
	}
	if (cadence->heard != 0 && progress_rules_over(cadence)) {
		cadence->heard = 0;
		cadence->count = 0;
	}
	if (cadence->heard == 0)
		cadence->heard = progress_rules_find(cadence);
	return cadence->heard;
}

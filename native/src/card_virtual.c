/* card_virtual: see card_virtual.h. */
#include "card_virtual.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"

/* Kept free for signals: audio may be lost, a ring or battery change is not. */
static const size_t SIGNAL_RESERVE = 8;

struct waiting {
	struct line_signal signal;
	uint64_t place; /* in the audio: due when so many samples have passed */
};

struct far_end {
	uint16_t port;
	struct jitter *jitter;
	struct ring *signals; /* struct waiting, JS → engine */
	struct ring *frames;  /* struct lf_frame, engine → JS */
	/* Last state by kind of signal, for when signals were merged. */
	atomic_bool merged;
	atomic_uint latest[LF_FAR_BATTERY + 1];
	_Atomic int64_t merged_at;
	atomic_ullong frames_lost, samples_dropped, underruns, signals_merged;
	/* engine thread */
	uint8_t told; /* the state the far end knows */
	bool half;    /* the first half of a frame is there */
	bool news;
	uint32_t resend; /* next kind to bring up to date after merging; 0 = none */
	uint64_t trimmed_counted;
	uint64_t unheard_until; /* place in the audio: what lies before it was said on-hook */
	struct lf_frame frame;
};

int far_end_create(struct far_end **out, uint16_t port, uint8_t state)
{
	*out = NULL;
	struct far_end *far_end = calloc(1, sizeof(*far_end));
	if (far_end == NULL)
		return -ENOMEM;
	far_end->port = port;
	far_end->told = state;
	atomic_store(&far_end->latest[LF_FAR_BATTERY], 1);
	int error = jitter_create(&far_end->jitter);
	if (error == 0)
		error = ring_create(&far_end->signals, sizeof(struct waiting), FAR_END_SIGNALS);
	if (error == 0)
		error = ring_create(&far_end->frames, sizeof(struct lf_frame), FAR_END_FRAMES);
	if (error < 0) {
		far_end_free(far_end);
		return error;
	}
	*out = far_end;
	return 0;
}

void far_end_free(struct far_end *far_end)
{
	if (far_end == NULL)
		return;
	ring_free(far_end->frames);
	ring_free(far_end->signals);
	jitter_free(far_end->jitter);
	free(far_end);
}

size_t far_end_write(struct far_end *far_end, const int16_t *pcm, size_t n)
{
	size_t taken = jitter_write(far_end->jitter, pcm, n);
	if (taken < n)
		atomic_fetch_add(&far_end->samples_dropped, n - taken);
	return taken;
}

void far_end_signal(struct far_end *far_end, const struct line_signal *signal)
{
	struct waiting waiting = {*signal, jitter_written(far_end->jitter)};
	if (signal->what <= LF_FAR_BATTERY)
		atomic_store(&far_end->latest[signal->what], signal->value);
	/* After one was merged all are, until the engine has caught up: order is kept. */
	if (!atomic_load(&far_end->merged) && ring_write(far_end->signals, &waiting, 1) == 1)
		return;
	atomic_store(&far_end->merged_at, signal->at_us);
	atomic_store(&far_end->merged, true);
	atomic_fetch_add(&far_end->signals_merged, 1);
}

size_t far_end_fetch(struct far_end *far_end, struct lf_frame *frames, size_t max)
{
	return ring_read(far_end->frames, frames, max);
}

void far_end_count(struct far_end *far_end, struct far_end_counts *counts)
{
	counts->frames_lost += atomic_exchange(&far_end->frames_lost, 0);
	counts->samples_dropped += atomic_exchange(&far_end->samples_dropped, 0);
	counts->underruns += atomic_exchange(&far_end->underruns, 0);
	counts->signals_merged += atomic_exchange(&far_end->signals_merged, 0);
}

bool far_end_has_news(struct far_end *far_end)
{
	bool news = far_end->news;
	far_end->news = false;
	return news;
}

/* Leaves silence of the first n samples. */
static void forget(int16_t *pcm, uint64_t n)
{
	size_t known = n < LF_TICK_SAMPLES ? (size_t)n : LF_TICK_SAMPLES;
	memset(pcm, 0, known * sizeof(*pcm));
}

static enum jitter_result read_line(void *line, int16_t *pcm, const struct line_time *time)
{
	struct far_end *far_end = line;
	(void)time;
	uint64_t from = jitter_passed(far_end->jitter);
	enum jitter_result result = jitter_read(far_end->jitter, pcm);
	if (from < far_end->unheard_until)
		forget(pcm, far_end->unheard_until - from);
	if (result == JITTER_MISSING)
		atomic_fetch_add_explicit(&far_end->underruns, 1, memory_order_relaxed);
	uint64_t trimmed = jitter_trimmed(far_end->jitter);
	if (trimmed != far_end->trimmed_counted) {
		atomic_fetch_add(&far_end->samples_dropped, trimmed - far_end->trimmed_counted);
		far_end->trimmed_counted = trimmed;
	}
	return result;
}

/* Everything queued was looked at and more had been merged: the last state of each kind follows. */
static bool take_merged(struct far_end *far_end, struct line_signal *signal)
{
	if (far_end->resend == 0) {
		if (!atomic_load(&far_end->merged) || ring_count(far_end->signals) > 0)
			return false;
		atomic_store(&far_end->merged, false);
		far_end->resend = LF_FAR_HOOK;
	}
	signal->what = far_end->resend;
	signal->value = atomic_load(&far_end->latest[far_end->resend]);
	signal->at_us = atomic_load(&far_end->merged_at);
	static const uint8_t next[LF_FAR_BATTERY + 1] = {
		[LF_FAR_HOOK] = LF_FAR_RING, [LF_FAR_RING] = LF_FAR_POLARITY,
		[LF_FAR_POLARITY] = LF_FAR_BATTERY};
	far_end->resend = next[far_end->resend];
	return true;
}

static bool next_signal(void *line, bool loop_open, struct line_signal *signal)
{
	struct far_end *far_end = line;
	const struct waiting *first = ring_peek(far_end->signals);
	if (first == NULL)
		return take_merged(far_end, signal);
	if (first->place > jitter_passed(far_end->jitter)) {
		if (!loop_open)
			return false;
		far_end->unheard_until = first->place;
	}
	*signal = first->signal;
	ring_read(far_end->signals, NULL, 1);
	return true;
}

static int64_t known_until(void *line, int64_t now_us)
{
	struct far_end *far_end = line;
	const struct waiting *first = ring_peek(far_end->signals);
	return first != NULL && first->signal.at_us < now_us ? first->signal.at_us : now_us;
}

static void put_signal(struct far_end *far_end, uint16_t kind, uint32_t value)
{
	struct lf_frame frame = {.port = far_end->port, .kind = kind, .value = value};
	ring_write(far_end->frames, &frame, 1);
	far_end->news = true;
}

/* Tells the far end what changed; a change that finds no room is told later. */
static void tell(struct far_end *far_end, uint8_t state)
{
	static const struct {
		uint8_t bit;
		uint16_t kind;
	} told[] = {{LF_STATE_OFF_HOOK, LF_FAR_HOOK},
		    {LF_STATE_RING, LF_FAR_RING},
		    {LF_STATE_REVERSED, LF_FAR_POLARITY},
		    {LF_STATE_BATTERY, LF_FAR_BATTERY}};
	for (int i = 0; i < 4; i++) {
		/* A port of the exchange shows its loop, one of a telephone all the rest. */
		bool concerns = ((far_end->port & LF_FXO) != 0) == (told[i].kind == LF_FAR_HOOK);
		if (!concerns || ((state ^ far_end->told) & told[i].bit) == 0)
			continue;
		if (ring_space(far_end->frames) == 0)
			return;
		put_signal(far_end, told[i].kind, (state & told[i].bit) != 0);
		far_end->told ^= told[i].bit;
	}
}

static void write_line(void *line, const int16_t *pcm, uint8_t state, const struct line_time *time)
{
	struct far_end *far_end = line;
	tell(far_end, state);
	/* All far ends get their frames in the same ticks: one wake-up for JS, every 20 ms. */
	bool second = time->tick % 2 == 1;
	memcpy(far_end->frame.pcm + (second ? LF_TICK_SAMPLES : 0), pcm,
	       LF_TICK_SAMPLES * sizeof(int16_t));
	bool complete = second && far_end->half;
	far_end->half = !second;
	if (!complete)
		return;
	far_end->frame.port = far_end->port;
	if (ring_space(far_end->frames) > SIGNAL_RESERVE) {
		ring_write(far_end->frames, &far_end->frame, 1);
		far_end->news = true;
	} else {
		atomic_fetch_add_explicit(&far_end->frames_lost, 1, memory_order_relaxed);
	}
}

const struct line_ops far_end_ops = {read_line, next_signal, known_until, write_line};

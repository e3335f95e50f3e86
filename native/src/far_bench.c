/* far_bench: see far_bench.h. */
#include "far_bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dtmf.h"

enum {
	NOISE = 4000,        /* peak of speech */
	CLICK = 24000,       /* peak of a click */
	CLICK_HEARD = 12000, /* more than speech ever is, less than a click through a bridge */
	CLICK_SAMPLES = 8,
	CLICK_EVERY = 100,   /* ticks */
	DIAL_AFTER_MS = 400,
	RING_ON_MS = 1000,
	RING_CYCLE_MS = 5000,
	OPEN_MS = 300,
	QUEUE = 4
};

enum bench_state { RESTING, ALERTED, TALKING, OPENING, OVER };

struct bench {
	uint16_t port;
	struct lf_bench options;
	struct bench_group *group;
	enum bench_state state;
	int64_t since;
	bool dialled, ringing, battery_off;
	uint8_t shown; /* what the port shows */
	struct dtmf_sender *keys;
	struct line_signal queue[QUEUE];
	int queued;
	uint64_t heard; /* the click this far end heard last */
	uint32_t seed;
	int16_t last[LF_TICK_SAMPLES];
};

int bench_create(struct bench **out, uint16_t port, const struct lf_bench *options)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	*out = NULL;
	if (bench == NULL)
		return -ENOMEM;
	bench->port = port;
	bench->options = *options;
	bench->options.digits[sizeof(options->digits) - 1] = '\0';
	bench->seed = port * 2654435761u + 1;
	int error = dtmf_sender_create(&bench->keys);
	if (error < 0) {
		free(bench);
		return error;
	}
	*out = bench;
	return 0;
}

void bench_free(struct bench *bench)
{
	if (bench == NULL)
		return;
	dtmf_sender_free(bench->keys);
	free(bench);
}

void bench_enter(struct bench *bench, struct bench_group *group)
{
	bench->group = group;
}

static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void put(struct bench *bench, uint32_t what, uint32_t value, int64_t at)
{
	if (bench->queued < QUEUE)
		bench->queue[bench->queued++] = (struct line_signal){at, what, value};
}

static void enter(struct bench *bench, enum bench_state state, int64_t now)
{
	bench->state = state;
	bench->since = now;
}

static void run_telephone(struct bench *bench, int64_t now)
{
	const struct lf_bench *options = &bench->options;
	int64_t ms = (now - bench->since) / 1000;
	bool ring = bench->shown & LF_STATE_RING;
	bool lifts = false;
	switch (bench->state) {
	case RESTING:
		if (ring && options->answer_ms > 0)
			enter(bench, ALERTED, now);
		lifts = options->start_ms > 0 && ms >= options->start_ms;
		break;
	case ALERTED:
		lifts = ms >= options->answer_ms;
		break;
	case TALKING:
		if (!bench->dialled && ms >= DIAL_AFTER_MS) {
			bench->dialled = true;
			dtmf_sender_put(bench->keys, options->digits);
		}
		if (options->talk_ms > 0 && ms >= options->talk_ms) {
			put(bench, LF_FAR_HOOK, 0, now);
			dtmf_sender_stop(bench->keys);
			enter(bench, OVER, now);
		}
		break;
	case OPENING:
	case OVER:
		if ((options->flags & LF_BENCH_REPEAT) && ms >= options->pause_ms)
			enter(bench, RESTING, now);
		break;
	}
	if (lifts) {
		put(bench, LF_FAR_HOOK, 1, now);
		bench->dialled = options->digits[0] == '\0';
		enter(bench, TALKING, now);
	}
}

static void run_exchange(struct bench *bench, int64_t now)
{
	const struct lf_bench *options = &bench->options;
	int64_t ms = (now - bench->since) / 1000;
	bool seized = bench->shown & LF_STATE_OFF_HOOK;
	bool ring = false;
	if (seized && (bench->state == RESTING || bench->state == ALERTED))
		enter(bench, TALKING, now);
	switch (bench->state) {
	case RESTING:
		if (options->start_ms > 0 && ms >= options->start_ms)
			enter(bench, ALERTED, now);
		break;
	case ALERTED:
		ring = ms % RING_CYCLE_MS < RING_ON_MS;
		break;
	case TALKING:
		if (options->talk_ms > 0 && ms >= options->talk_ms) {
			put(bench, LF_FAR_BATTERY, 0, now);
			enter(bench, OPENING, now);
		} else if (!seized) {
			enter(bench, OVER, now);
		}
		break;
	case OPENING:
		if (ms >= OPEN_MS) {
			put(bench, LF_FAR_BATTERY, 1, now);
			enter(bench, OVER, now);
		}
		break;
	case OVER:
		if ((options->flags & LF_BENCH_REPEAT) && !seized && ms >= options->pause_ms)
			enter(bench, RESTING, now);
		break;
	}
	if (ring != bench->ringing) {
		bench->ringing = ring;
		put(bench, LF_FAR_RING, ring, now);
	}
}

static void speak(struct bench *bench, int16_t *pcm, uint64_t tick)
{
	/* Syllables of 250 ms, three of four spoken, in sentences of 2 s with 1 s between them. */
	uint64_t place = tick + bench->port * 37u;
	if (place % 300 >= 200 || place / 25 % 4 == 3)
		return;
	for (int i = 0; i < LF_TICK_SAMPLES; i++) {
		bench->seed = bench->seed * 1664525u + 1013904223u;
		pcm[i] = (int16_t)((int32_t)(bench->seed >> 16) % (2 * NOISE) - NOISE);
	}
}

static void click(struct bench *bench, int16_t *pcm, const struct line_time *time)
{
	struct bench_group *group = bench->group;
	if (time->tick % CLICK_EVERY != 0)
		return;
	if (group->click_tick != time->tick) {
		group->click_tick = time->tick;
		group->clicks++;
		/* The first sample of what is read now was on the line one tick ago. */
		group->click_at_us = time->now_us - LF_TICK_SAMPLES * 125;
	}
	for (int i = 0; i < CLICK_SAMPLES; i++)
		pcm[i] = CLICK;
}

static enum jitter_result read_bench(void *line, int16_t *pcm, const struct line_time *time)
{
	struct bench *bench = line;
	int64_t start = now_ns();
	memset(pcm, 0, LF_TICK_SAMPLES * sizeof(int16_t));
	if (bench->since == 0)
		bench->since = time->now_us;
	if (bench->port & LF_FXO)
		run_exchange(bench, time->now_us);
	else
		run_telephone(bench, time->now_us);
	if (bench->options.flags & LF_BENCH_ECHO)
		for (int i = 0; i < LF_TICK_SAMPLES; i++)
			pcm[i] = bench->last[i] / 2;
	if (dtmf_sender_busy(bench->keys))
		dtmf_sender_fill(bench->keys, pcm, LF_TICK_SAMPLES);
	else if (bench->options.flags & LF_BENCH_SPEAK)
		speak(bench, pcm, time->tick);
	if (bench->options.flags & LF_BENCH_PULSE)
		click(bench, pcm, time);
	bench->group->cpu_ns += (uint64_t)(now_ns() - start);
	return JITTER_AUDIO;
}

static bool next_signal(void *line, bool loop_open, struct line_signal *signal)
{
	struct bench *bench = line;
	(void)loop_open;
	if (bench->queued == 0)
		return false;
	*signal = bench->queue[0];
	memmove(bench->queue, bench->queue + 1, (size_t)--bench->queued * sizeof(*signal));
	return true;
}

static int64_t known_until(void *line, int64_t now_us)
{
	(void)line;
	return now_us;
}

static void listen(struct bench *bench, const int16_t *pcm)
{
	struct bench_group *group = bench->group;
	if (bench->heard == group->clicks)
		return;
	for (int i = 0; i < LF_TICK_SAMPLES; i++) {
		if (pcm[i] < CLICK_HEARD)
			continue;
		/* The first sample of what is written now is on the line now. */
		int64_t delay = now_ns() / 1000 + i * 125 - group->click_at_us;
		int64_t bucket = delay / LF_DELAY_BUCKET_US;
		if (bucket < 0 || bucket >= LF_LATE_BUCKETS)
			bucket = LF_LATE_BUCKETS - 1;
		group->delay[bucket]++;
		group->pulses++;
		group->fresh = true;
		bench->heard = group->clicks;
		return;
	}
}

static void write_bench(void *line, const int16_t *pcm, uint8_t state,
			const struct line_time *time)
{
	struct bench *bench = line;
	int64_t start = now_ns();
	(void)time;
	bench->shown = state;
	if (bench->options.flags & LF_BENCH_ECHO)
		memcpy(bench->last, pcm, sizeof(bench->last));
	if (bench->options.flags & LF_BENCH_LISTEN)
		listen(bench, pcm);
	bench->group->cpu_ns += (uint64_t)(now_ns() - start);
}

const struct line_ops bench_ops = {read_bench, next_signal, known_until, write_bench};

/* fake_line: a line in a test's hand: says what it is given, hears into a buffer, signals when
 * told; and the surroundings a port needs, with a clock that only the test moves. */
#ifndef LF_FAKE_LINE_H
#define LF_FAKE_LINE_H
#include <stdlib.h>
#include <string.h>

#include "port.h"
#include "test.h"

enum { FAKE_SIGNALS = 64, FAKE_HEARD = 8000 * 30, FAKE_EVENTS = 256 };

struct fake_line {
	int16_t say[FAKE_HEARD]; /* what it will say, from say_at on; silence after say_end */
	size_t say_at, say_end;
	int16_t heard[FAKE_HEARD];
	size_t heard_end;
	struct line_signal signals[FAKE_SIGNALS];
	int signal_count;
	enum jitter_result result;
	uint8_t state;
};

struct fake_box {
	struct port_context context;
	struct lf_settings settings;
	struct lf_event events[FAKE_EVENTS];
	int event_count;
	bool deaf; /* takes no events */
	struct port *port;
	struct fake_line *line;
};

static inline enum jitter_result fake_read(void *at, int16_t *pcm, const struct line_time *time)
{
	struct fake_line *line = at;
	(void)time;
	memset(pcm, 0, LF_TICK_SAMPLES * sizeof(int16_t));
	for (int i = 0; i < LF_TICK_SAMPLES && line->say_at < line->say_end; i++)
		pcm[i] = line->say[line->say_at++];
	return line->result;
}

static inline bool fake_signal(void *at, bool loop_open, struct line_signal *signal)
{
	struct fake_line *line = at;
	(void)loop_open;
	if (line->signal_count == 0)
		return false;
	*signal = line->signals[0];
	memmove(line->signals, line->signals + 1,
		(size_t)--line->signal_count * sizeof(*signal));
	return true;
}

static inline int64_t fake_known_until(void *at, int64_t now_us)
{
	(void)at;
	return now_us;
}

static inline void fake_write(void *at, const int16_t *pcm, uint8_t state,
			      const struct line_time *time)
{
	struct fake_line *line = at;
	(void)time;
	line->state = state;
	if (line->heard_end + LF_TICK_SAMPLES <= FAKE_HEARD) {
		memcpy(line->heard + line->heard_end, pcm, LF_TICK_SAMPLES * sizeof(int16_t));
		line->heard_end += LF_TICK_SAMPLES;
	}
}

static const struct line_ops fake_ops = {fake_read, fake_signal, fake_known_until, fake_write};

static inline bool fake_emit(void *owner, const struct lf_event *event)
{
	struct fake_box *box = owner;
	if (box->deaf || box->event_count == FAKE_EVENTS)
		return false;
	box->events[box->event_count++] = *event;
	return true;
}

static inline void fake_release(void *owner, struct clip *clip)
{
	(void)owner;
	free(clip);
}

static inline struct fake_box *fake_box_create(uint16_t id)
{
	struct fake_box *box = calloc(1, sizeof(*box));
	struct fake_line *line = calloc(1, sizeof(*line));
	if (box == NULL || line == NULL || bridges_create(&box->context.bridges) != 0)
		abort();
	box->settings.flash_min_ms = 90;
	box->settings.flash_max_ms = 600;
	box->settings.cadence_count = 2;
	box->settings.cadence_ms[0] = 1000;
	box->settings.cadence_ms[1] = 4000;
	box->settings.tones[0].segments[0] =
		(struct tone_segment){.hz = {450}, .level_dbm0 = -10, .ms = 0};
	box->settings.tones[0].segment_count = 1;
	box->context.settings = &box->settings;
	box->context.emit = fake_emit;
	box->context.release_clip = fake_release;
	box->context.owner = box;
	box->context.time.now_us = 1000000000;
	box->line = line;
	line->result = JITTER_AUDIO;
	if (port_create(&box->port, id, &box->context) != 0)
		abort();
	port_attach(box->port, &fake_ops, line);
	return box;
}

static inline void fake_box_free(struct fake_box *box)
{
	port_withdraw(box->port);
	port_free(box->port);
	bridges_free(box->context.bridges);
	free(box->line);
	free(box);
}

static inline void fake_run(struct fake_box *box, int ms)
{
	for (int at = 0; at < ms; at += 10) {
		box->context.time.now_us += 10000;
		box->context.time.tick++;
		bridges_clear(box->context.bridges);
		port_receive(box->port);
		port_send(box->port);
	}
}

/* Signals at this moment of the box's clock, offset_us later. */
static inline void fake_put(struct fake_box *box, uint32_t what, uint32_t value, int64_t offset_us)
{
	struct line_signal signal = {box->context.time.now_us + offset_us, what, value};
	if (box->line->signal_count == FAKE_SIGNALS)
		abort();
	box->line->signals[box->line->signal_count++] = signal;
}

static inline int fake_count(const struct fake_box *box, enum lf_event_kind kind)
{
	int count = 0;
	for (int i = 0; i < box->event_count; i++)
		count += box->events[i].kind == kind;
	return count;
}

static inline const struct lf_event *fake_find(const struct fake_box *box, enum lf_event_kind kind)
{
	for (int i = 0; i < box->event_count; i++)
		if (box->events[i].kind == kind)
			return &box->events[i];
	return NULL;
}
#endif

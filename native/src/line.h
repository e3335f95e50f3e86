/* line: what a port needs of the copper behind it. Each card driver (virtual, later DAHDI, SIP)
 * implements these; the engine calls them from the tick, so none may block or allocate. */
#ifndef LF_LINE_H
#define LF_LINE_H
#include <stdbool.h>
#include <stdint.h>

#include "linefinder.h"
#include "jitter.h"

/* The moment of a tick: its planned time and its number. */
struct line_time {
	int64_t now_us; /* CLOCK_MONOTONIC */
	uint64_t tick;
};

/* Something the far end did. what: enum lf_far_signal. */
struct line_signal {
	int64_t at_us; /* when it happened, not when it is looked at */
	uint32_t what;
	uint32_t value;
};

struct line_ops {
	/* What came from the line in this tick, LF_TICK_SAMPLES. */
	enum jitter_result (*read)(void *line, int16_t *pcm, const struct line_time *time);
	/* The next signal that is due now; false when there is none. A signal waits for the audio
	 * before it, but not while the loop is open: that audio is then not heard. */
	bool (*signal)(void *line, bool loop_open, struct line_signal *signal);
	/* Until when it is known that nothing else happened: now, or the moment of a signal that
	 * waits for its place in the audio. */
	int64_t (*known_until)(void *line, int64_t now_us);
	/* What the port sends in this tick and the state it shows (LF_STATE_*). */
	void (*write)(void *line, const int16_t *pcm, uint8_t state, const struct line_time *time);
};
#endif

/* hook: see hook.h. Figures: standards sheet section 3. */
#include "hook.h"

#include <string.h>

/* A contact must rest this long to count. Short of the 20 ms make of 14 pps at 2.5:1. */
static const int64_t DEBOUNCE_US = 10000;
/* Breaks of pulse dialling, 8-14 pps at 1.3-2.5:1 are 40-89 ms; somewhat more is taken. */
static const int64_t PULSE_MIN_US = 25000;
static const int64_t PULSE_MAX_US = 105000;
/* The longest make inside a digit is 54 ms, the shortest pause between digits 256 ms (350 CN). */
static const int64_t DIGIT_END_US = 200000;

void hook_init(struct hook *hook)
{
	memset(hook, 0, sizeof(*hook));
	hook_window(hook, 90, 600);
}

void hook_window(struct hook *hook, int flash_min_ms, int flash_max_ms)
{
	hook->flash_min_us = (int64_t)flash_min_ms * 1000;
	hook->flash_max_us = (int64_t)flash_max_ms * 1000;
}

static void emit(struct hook *hook, enum hook_kind kind, int value)
{
	if (hook->count == HOOK_QUEUE) /* cannot be: at most four come of one edge, all are taken */
		return;
	int at = (hook->head + hook->count++) % HOOK_QUEUE;
	hook->queue[at] = (struct hook_event){.kind = kind, .value = value};
}

bool hook_next(struct hook *hook, struct hook_event *event)
{
	if (hook->count == 0)
		return false;
	*event = hook->queue[hook->head];
	hook->head = (hook->head + 1) % HOOK_QUEUE;
	hook->count--;
	return true;
}

static void end_break(struct hook *hook, int64_t length)
{
	if (length >= PULSE_MIN_US && length <= PULSE_MAX_US) {
		hook->pulses++;
		hook->last_break_us = length;
	} else if (length >= hook->flash_min_us && length <= hook->flash_max_us) {
		hook->pulses = 0;
		emit(hook, HOOK_FLASH, (int)(length / 1000));
	} else if (length > PULSE_MAX_US) {
		hook->pulses = 0; /* between the longest pulse and the shortest flash: neither */
	}
}

/* A lone break that could be both a pulse "1" and a flash is a flash: nobody flashes twice within
 * a digit, and the window is a setting. */
static void end_digit(struct hook *hook)
{
	if (hook->pulses == 1 && hook->last_break_us >= hook->flash_min_us)
		emit(hook, HOOK_FLASH, (int)(hook->last_break_us / 1000));
	else if (hook->pulses <= 10)
		emit(hook, HOOK_DIGIT, '0' + hook->pulses % 10);
	hook->pulses = 0;
}

static void run_out(struct hook *hook, int64_t now)
{
	if (!hook->lifted)
		return;
	int64_t limit = hook->flash_max_us > PULSE_MAX_US ? hook->flash_max_us : PULSE_MAX_US;
	if (hook->in_break && now - hook->break_since > limit) {
		hook->lifted = hook->in_break = false;
		hook->pulses = 0;
		emit(hook, HOOK_ON, 0);
	} else if (!hook->in_break && hook->pulses > 0 && now - hook->make_since >= DIGIT_END_US) {
		end_digit(hook);
	}
}

/* The contact has rested: it changed for good at `at`. */
static void steady_edge(struct hook *hook, bool off, int64_t at)
{
	run_out(hook, at);
	hook->steady = off;
	if (!hook->lifted) {
		if (off) {
			hook->lifted = true;
			hook->in_break = false;
			hook->pulses = 0;
			emit(hook, HOOK_OFF, 0);
		}
	} else if (!off) {
		hook->in_break = true;
		hook->break_since = at;
	} else if (hook->in_break) {
		hook->in_break = false;
		hook->make_since = at;
		end_break(hook, at - hook->break_since);
	}
}

void hook_advance(struct hook *hook, int64_t now)
{
	if (hook->raw != hook->steady && now - hook->raw_since >= DEBOUNCE_US)
		steady_edge(hook, hook->raw, hook->raw_since);
	/* While the contact chatters nothing runs out: what it was doing is not known yet. */
	if (hook->raw == hook->steady)
		run_out(hook, now);
}

void hook_edge(struct hook *hook, bool off, int64_t at)
{
	hook_advance(hook, at);
	if (off == hook->raw)
		return;
	hook->raw = off;
	hook->raw_since = at;
}

void hook_gone(struct hook *hook, int64_t at)
{
	hook->raw = hook->steady = false;
	hook->raw_since = at;
	if (hook->lifted)
		emit(hook, HOOK_ON, 0);
	hook->lifted = hook->in_break = false;
	hook->pulses = 0;
}

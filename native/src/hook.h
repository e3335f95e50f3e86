/* hook: makes lifted, replaced, flash and pulse digits out of the contacts of a telephone's hook.
 * Timed by the moments the contact changed, not by the tick. Engine thread; never allocates. */
#ifndef LF_HOOK_H
#define LF_HOOK_H
#include <stdbool.h>
#include <stdint.h>

enum hook_kind { HOOK_OFF = 1, HOOK_ON, HOOK_FLASH, HOOK_DIGIT };
struct hook_event {
	enum hook_kind kind;
	int value; /* HOOK_FLASH ms, HOOK_DIGIT '0'-'9' */
};
enum { HOOK_QUEUE = 8 };

/* Embedded in its port; fields are hook.c's own. */
struct hook {
	int64_t flash_min_us, flash_max_us;
	int64_t raw_since, break_since, make_since;
	bool raw, steady, lifted, in_break;
	int pulses;
	int64_t last_break_us;
	struct hook_event queue[HOOK_QUEUE];
	int head, count;
};

void hook_init(struct hook *hook);
/* Breaks of min..max ms are flashes, longer ones on-hook. Takes effect with the next break. */
void hook_window(struct hook *hook, int flash_min_ms, int flash_max_ms);
/* The contact changed (off: loop closed) at that moment; moments must not go back. */
void hook_edge(struct hook *hook, bool off, int64_t at_us);
/* Nothing changed until now_us: lets debounce, flash window and digits run out. */
void hook_advance(struct hook *hook, int64_t now_us);
/* The telephone is gone: on-hook at once. */
void hook_gone(struct hook *hook, int64_t at_us);
/* Takes the next event; false when there is none. */
bool hook_next(struct hook *hook, struct hook_event *event);
#endif

/* engine: the media engine's own thread and the tick it lives by. Takes work from the control
 * thread through a ring, gives events back through another. Knows ports, not JavaScript.
 *
 *   control.c (JS thread) ──struct engine_order──▶ engine ──▶ ports ──▶ lines
 *   control.c             ◀──lf_event, retired────┘ */
#ifndef LF_ENGINE_H
#define LF_ENGINE_H
#include "port.h"
#include "ring.h"

enum {
	ENGINE_TICK_US = 10000,
	ENGINE_ORDERS = 512,   /* 10 ms of the busiest second of a box of 512 ports */
	ENGINE_EVENTS = 2048,  /* one second of JS standing still in that second */
	ENGINE_RETIRED = 4096, /* more than control.c ever has handed over at once */
	ENGINE_CATCH_UP = 10   /* ticks made up for when late; more are left out */
};

enum engine_what {
	ENGINE_COMMAND, ENGINE_ADD_PORT, ENGINE_REMOVE_PORT, ENGINE_ATTACH, ENGINE_ATTACH_BENCH,
	ENGINE_DETACH, ENGINE_SETTINGS, ENGINE_CLIP, ENGINE_ECHO
};

/* An order. object: port, far end, settings, clip, echo or recorder; the engine's from now on. */
struct engine_order {
	uint16_t what;
	uint16_t port; /* ENGINE_CLIP: clip number */
	uint16_t kind, flags, count;
	uint8_t month, day, hour, minute;
	uint32_t value;
	int32_t gain_cb;
	void *object;
	union {
		struct {
			char number[40];
			char name[72];
		} caller;
		char digits[72];
		uint16_t clips[LF_MAX_PLAY];
	} body;
};

/* What the engine has done with: control.c frees it. */
enum engine_retired_kind {
	RETIRED_PORT, RETIRED_FAR_END, RETIRED_BENCH, RETIRED_SETTINGS, RETIRED_CLIP, RETIRED_ECHO
};
struct engine_retired {
	enum engine_retired_kind kind;
	void *object;
};

struct engine;
/* settings: the first ones, the engine's if this succeeds. 0, -ENOMEM, -EMFILE. */
int engine_create(struct engine **out, struct lf_settings *settings);
/* Runs the tick on a thread of its own. 0 or negative errno of pthread_create. */
int engine_start(struct engine *engine, bool real_time);
/* Ends the thread; everything that was handed over comes back as retired. */
void engine_stop(struct engine *engine);
void engine_free(struct engine *engine);
/* One tick by hand (tests; before engine_start only). */
void engine_tick(struct engine *engine, int64_t now_us);

/* Control thread. */
bool engine_order(struct engine *engine, const struct engine_order *order);
size_t engine_orders_space(const struct engine *engine);
size_t engine_drain(struct engine *engine, struct lf_event *events, size_t max);
bool engine_take_retired(struct engine *engine, struct engine_retired *retired);
void engine_read(struct engine *engine, struct lf_stats *stats);
/* Readable when there is something to drain or to fetch since engine_hush. */
int engine_bell(const struct engine *engine);
void engine_hush(struct engine *engine);
struct port_context *engine_context(struct engine *engine);
int64_t engine_now(void);
#endif

/* far_bench: far ends inside the engine, for measurements: they speak, echo, click and measure the
 * way of a click, lift, dial and hang up, at no cost of JS or sockets. Not a card. Engine thread,
 * but for create and free. */
#ifndef LF_FAR_BENCH_H
#define LF_FAR_BENCH_H
#include "line.h"

/* What the far ends of one engine share; all zero at first. */
struct bench_group {
	int64_t click_at_us; /* when the last click was on the line */
	uint64_t clicks;     /* sent; all far ends click in the same tick */
	uint64_t click_tick;
	uint64_t pulses;     /* heard */
	bool fresh;          /* delay changed */
	uint32_t delay[LF_LATE_BUCKETS];
	uint64_t cpu_ns;
};

struct bench;
/* 0 or -ENOMEM */
int bench_create(struct bench **out, uint16_t port, const struct lf_bench *options);
void bench_free(struct bench *bench);
/* It joins the engine. */
void bench_enter(struct bench *bench, struct bench_group *group);
extern const struct line_ops bench_ops; /* line: struct bench */
#endif

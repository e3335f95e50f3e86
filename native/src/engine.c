/* engine: see engine.h. */
#include "engine.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "card_virtual.h"
#include "denormals.h"
#include "far_bench.h"
#include "fxo.h"

enum { PRIORITY = 60 };

struct engine {
	struct port_context context;
	struct ring *orders, *events, *retired;
	int bell;
	atomic_bool rung, stopping;
	bool news;
	pthread_t thread;
	bool running;
	/* engine thread */
	struct lf_settings *settings;
	struct port *ports[LF_MAX_PORTS];
	int port_count;
	struct port *by_number[2][LF_MAX_PORTS + 1];
	struct clip *clips[LF_MAX_CLIPS];
	struct bench_group bench;
	uint64_t bench_ns;
	/* read by the control thread */
	atomic_ullong ticks, ticks_lost, late_max_us, events_lost;
	atomic_uint late[LF_LATE_BUCKETS];
	atomic_bool real_time;
	atomic_int far_ends, bridge_count;
	atomic_ullong bench_us, delay_pulses;
	atomic_uint delay[LF_LATE_BUCKETS];
};

static int64_t clock_us(clockid_t clock)
{
	struct timespec now = {0};
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t engine_now(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

static bool emit(void *owner, const struct lf_event *event)
{
	struct engine *engine = owner;
	engine->news = true;
	if (ring_write(engine->events, event, 1) == 1)
		return true;
	atomic_fetch_add_explicit(&engine->events_lost, 1, memory_order_relaxed);
	return false;
}

/* control.c never has more objects out than ENGINE_RETIRED: this always finds room. */
static void retire(struct engine *engine, enum engine_retired_kind kind, void *object)
{
	struct engine_retired retired = {kind, object};
	if (object != NULL)
		ring_write(engine->retired, &retired, 1);
}

static void release_clip(void *owner, struct clip *clip)
{
	retire(owner, RETIRED_CLIP, clip);
}

int engine_create(struct engine **out, struct lf_settings *settings)
{
	*out = NULL;
	struct engine *engine = calloc(1, sizeof(*engine));
	if (engine == NULL)
		return -ENOMEM;
	engine->bell = -1;
	int error = ring_create(&engine->orders, sizeof(struct engine_order), ENGINE_ORDERS);
	if (error == 0)
		error = ring_create(&engine->events, sizeof(struct lf_event), ENGINE_EVENTS);
	if (error == 0)
		error = ring_create(&engine->retired, sizeof(struct engine_retired),
				    ENGINE_RETIRED);
	if (error == 0)
		error = bridges_create(&engine->context.bridges);
	if (error == 0) {
		engine->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		error = engine->bell < 0 ? -errno : 0;
	}
	if (error < 0) {
		engine_free(engine);
		return error;
	}
	engine->settings = settings;
	engine->context.settings = settings;
	engine->context.emit = emit;
	engine->context.release_clip = release_clip;
	engine->context.owner = engine;
	*out = engine;
	return 0;
}

static struct port *find_port(struct engine *engine, uint16_t id)
{
	uint16_t number = id & LF_PORT_MASK;
	if (number == 0 || number > LF_MAX_PORTS)
		return NULL;
	return engine->by_number[(id & LF_FXO) != 0][number];
}

static void add_port(struct engine *engine, struct port *port)
{
	engine->ports[engine->port_count++] = port;
	engine->by_number[(port->id & LF_FXO) != 0][port->id & LF_PORT_MASK] = port;
}

static void retire_line(struct engine *engine, struct port *port)
{
	if (port->ops == NULL)
		return;
	bool virtual = port->ops == &far_end_ops;
	retire(engine, virtual ? RETIRED_FAR_END : RETIRED_BENCH, port->line);
	atomic_fetch_sub(&engine->far_ends, 1);
}

static void remove_port(struct engine *engine, struct port *port)
{
	retire_line(engine, port);
	port_withdraw(port);
	if (port->fxo != NULL)
		retire(engine, RETIRED_ECHO, fxo_give_echo(port, NULL));
	for (int i = 0; i < engine->port_count; i++) {
		if (engine->ports[i] == port) {
			engine->ports[i] = engine->ports[--engine->port_count];
			break;
		}
	}
	engine->by_number[(port->id & LF_FXO) != 0][port->id & LF_PORT_MASK] = NULL;
	retire(engine, RETIRED_PORT, port);
}

static void attach(struct engine *engine, struct port *port, const struct engine_order *order)
{
	bool bench = order->what == ENGINE_ATTACH_BENCH;
	if (bench)
		bench_enter(order->object, &engine->bench);
	port_attach(port, bench ? &bench_ops : &far_end_ops, order->object);
	atomic_fetch_add(&engine->far_ends, 1);
}

static void change_settings(struct engine *engine, struct lf_settings *settings)
{
	retire(engine, RETIRED_SETTINGS, engine->settings);
	engine->settings = settings;
	engine->context.settings = settings;
}

static void change_clip(struct engine *engine, uint16_t id, struct clip *clip)
{
	struct clip *before = engine->clips[id];
	engine->clips[id] = clip;
	if (before == NULL)
		return;
	before->replaced = true;
	if (before->users == 0)
		retire(engine, RETIRED_CLIP, before);
}

static void perform(struct engine *engine, struct port *port, const struct engine_order *order)
{
	struct clip *clips[LF_MAX_PLAY];
	struct port_command command = {
		.kind = order->kind, .value = order->value, .gain_cb = order->gain_cb,
		.flags = order->flags, .month = order->month, .day = order->day,
		.hour = order->hour, .minute = order->minute, .number = order->body.caller.number,
		.name = order->body.caller.name, .digits = order->body.digits, .clips = clips,
		.recorder = order->object};
	if (order->kind == LF_PLAY)
		for (int i = 0; i < order->count; i++)
			if (engine->clips[order->body.clips[i]] != NULL)
				clips[command.count++] = engine->clips[order->body.clips[i]];
	port_perform(port, &command);
}

static void carry_out(struct engine *engine, const struct engine_order *order)
{
	if (order->what == ENGINE_ADD_PORT) {
		add_port(engine, order->object);
		return;
	}
	if (order->what == ENGINE_SETTINGS) {
		change_settings(engine, order->object);
		return;
	}
	if (order->what == ENGINE_CLIP) {
		change_clip(engine, order->port, order->object);
		return;
	}
	/* control.c orders nothing of a port that it has not added or has removed. */
	struct port *port = find_port(engine, order->port);
	if (port == NULL)
		return;
	switch (order->what) {
	case ENGINE_COMMAND:
		perform(engine, port, order);
		break;
	case ENGINE_REMOVE_PORT:
		remove_port(engine, port);
		break;
	case ENGINE_ATTACH:
	case ENGINE_ATTACH_BENCH:
		attach(engine, port, order);
		break;
	case ENGINE_DETACH:
		retire_line(engine, port);
		port_detach(port);
		break;
	case ENGINE_ECHO:
		retire(engine, RETIRED_ECHO, fxo_give_echo(port, order->object));
		break;
	}
}

static void ring_bell(struct engine *engine)
{
	uint64_t one = 1;
	if (!engine->news || atomic_exchange(&engine->rung, true))
		return;
	engine->news = false;
	if (write(engine->bell, &one, sizeof(one)) < 0)
		return; /* full means: it is ringing already */
}

static void publish(struct engine *engine)
{
	atomic_store(&engine->bridge_count, bridges_count(engine->context.bridges));
	atomic_store(&engine->bench_us, engine->bench.cpu_ns / 1000);
	atomic_store(&engine->delay_pulses, engine->bench.pulses);
	for (int i = 0; engine->bench.fresh && i < LF_LATE_BUCKETS; i++)
		atomic_store_explicit(&engine->delay[i], engine->bench.delay[i],
				      memory_order_relaxed);
	engine->bench.fresh = false;
}

void engine_tick(struct engine *engine, int64_t now_us)
{
	struct engine_order order;
	engine->context.time.now_us = now_us;
	/* What was there at the start, no more: a flood of orders must not hold the tick. */
	for (size_t n = ring_count(engine->orders); n > 0; n--) {
		ring_read(engine->orders, &order, 1);
		carry_out(engine, &order);
	}
	bridges_clear(engine->context.bridges);
	for (int i = 0; i < engine->port_count; i++)
		if (!engine->ports[i]->asleep)
			port_receive(engine->ports[i]);
	for (int i = 0; i < engine->port_count; i++) {
		struct port *port = engine->ports[i];
		if (port->asleep)
			continue;
		port_send(port);
		if (port->ops == &far_end_ops && far_end_has_news(port->line))
			engine->news = true;
	}
	publish(engine);
	engine->context.time.tick++;
	atomic_fetch_add_explicit(&engine->ticks, 1, memory_order_relaxed);
	ring_bell(engine);
}

static void note_lateness(struct engine *engine, int64_t late)
{
	if (late < 0)
		late = 0;
	int64_t bucket = late / LF_LATE_BUCKET_US;
	if (bucket >= LF_LATE_BUCKETS)
		bucket = LF_LATE_BUCKETS - 1;
	atomic_fetch_add_explicit(&engine->late[bucket], 1, memory_order_relaxed);
	if ((uint64_t)late > atomic_load(&engine->late_max_us))
		atomic_store(&engine->late_max_us, (uint64_t)late);
}

static void *run(void *argument)
{
	struct engine *engine = argument;
	pthread_setname_np(pthread_self(), "lf-engine");
	denormals_off();
	int64_t next = engine_now() + ENGINE_TICK_US;
	while (!atomic_load(&engine->stopping)) {
		struct timespec until = {.tv_sec = next / 1000000, .tv_nsec = next % 1000000 * 1000};
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		int64_t late = engine_now() - next;
		note_lateness(engine, late);
		if (late > ENGINE_CATCH_UP * ENGINE_TICK_US) {
			int64_t lost = late / ENGINE_TICK_US;
			atomic_fetch_add(&engine->ticks_lost, (uint64_t)lost);
			next += lost * ENGINE_TICK_US;
		}
		engine_tick(engine, next);
		next += ENGINE_TICK_US;
	}
	return NULL;
}

int engine_start(struct engine *engine, bool real_time)
{
	int error = pthread_create(&engine->thread, NULL, run, engine);
	if (error != 0)
		return -error;
	engine->running = true;
	struct sched_param priority = {.sched_priority = PRIORITY};
	bool granted = real_time &&
		       pthread_setschedparam(engine->thread, SCHED_FIFO, &priority) == 0;
	atomic_store(&engine->real_time, granted);
	return 0;
}

void engine_stop(struct engine *engine)
{
	struct engine_order order;
	if (engine->running) {
		atomic_store(&engine->stopping, true);
		pthread_join(engine->thread, NULL);
		engine->running = false;
	}
	/* What was still ordered is carried out, so that everything handed over has an owner. */
	while (ring_read(engine->orders, &order, 1) == 1)
		carry_out(engine, &order);
	while (engine->port_count > 0)
		remove_port(engine, engine->ports[0]);
	for (int i = 0; i < LF_MAX_CLIPS; i++)
		retire(engine, RETIRED_CLIP, engine->clips[i]);
	memset(engine->clips, 0, sizeof(engine->clips));
	retire(engine, RETIRED_SETTINGS, engine->settings);
	engine->settings = NULL;
}

void engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	ring_free(engine->retired);
	ring_free(engine->events);
	ring_free(engine->orders);
	bridges_free(engine->context.bridges);
	if (engine->bell >= 0)
		close(engine->bell);
	free(engine);
}

bool engine_order(struct engine *engine, const struct engine_order *order)
{
	return ring_write(engine->orders, order, 1) == 1;
}

size_t engine_orders_space(const struct engine *engine)
{
	return ring_space(engine->orders);
}

size_t engine_drain(struct engine *engine, struct lf_event *events, size_t max)
{
	return ring_read(engine->events, events, max);
}

bool engine_take_retired(struct engine *engine, struct engine_retired *retired)
{
	return ring_read(engine->retired, retired, 1) == 1;
}

int engine_bell(const struct engine *engine)
{
	return engine->bell;
}

void engine_hush(struct engine *engine)
{
	atomic_store(&engine->rung, false);
}

struct port_context *engine_context(struct engine *engine)
{
	return &engine->context;
}

void engine_read(struct engine *engine, struct lf_stats *stats)
{
	clockid_t clock;
	stats->now_us = (uint64_t)engine_now();
	stats->real_time = atomic_load(&engine->real_time);
	stats->ticks = atomic_load(&engine->ticks);
	stats->ticks_lost = atomic_load(&engine->ticks_lost);
	stats->late_max_us = atomic_load(&engine->late_max_us);
	if (engine->running && pthread_getcpuclockid(engine->thread, &clock) == 0)
		stats->engine_cpu_us = (uint64_t)clock_us(clock);
	stats->bench_cpu_us = atomic_load(&engine->bench_us);
	stats->events_lost = atomic_load(&engine->events_lost);
	stats->far_ends = (uint64_t)atomic_load(&engine->far_ends);
	stats->bridges = (uint64_t)atomic_load(&engine->bridge_count);
	stats->delay_pulses = atomic_load(&engine->delay_pulses);
	for (int i = 0; i < LF_LATE_BUCKETS; i++) {
		stats->late[i] = atomic_load_explicit(&engine->late[i], memory_order_relaxed);
		stats->delay[i] = atomic_load_explicit(&engine->delay[i], memory_order_relaxed);
	}
}

/* The engine's own work, its tick moved by hand: orders, events, what comes back, the bell. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "card_virtual.h"
#include "engine.h"
#include "failing_alloc.h"
#include "test.h"

static struct engine *engine;
static int64_t now;

static struct lf_settings *settings(void)
{
	struct lf_settings *made = calloc(1, sizeof(*made));
	if (made == NULL)
		abort();
	made->flash_min_ms = 90;
	made->flash_max_ms = 600;
	made->cadence_count = 2;
	made->cadence_ms[0] = 1000;
	made->cadence_ms[1] = 4000;
	return made;
}

static void open_engine(void)
{
	if (engine_create(&engine, settings()) != 0)
		abort();
	now = 1000000;
}

static int give(uint16_t what, uint16_t port, void *object)
{
	return engine_order(engine, &(struct engine_order){.what = what, .port = port,
							   .object = object});
}

static void add_port(uint16_t id)
{
	struct port *port;
	if (port_create(&port, id, engine_context(engine)) != 0)
		abort();
	give(ENGINE_ADD_PORT, id, port);
}

static void run(int ticks)
{
	for (int i = 0; i < ticks; i++)
		engine_tick(engine, now += ENGINE_TICK_US);
}

static int take_back(void)
{
	struct engine_retired retired;
	int count = 0;
	while (engine_take_retired(engine, &retired)) {
		count++;
		if (retired.kind == RETIRED_PORT)
			port_free(retired.object);
		else if (retired.kind == RETIRED_FAR_END)
			far_end_free(retired.object);
		else
			free(retired.object);
	}
	return count;
}

static void close_engine(void)
{
	engine_stop(engine);
	take_back();
	engine_free(engine);
}

static bool bell_rings(void)
{
	struct pollfd bell = {.fd = engine_bell(engine), .events = POLLIN};
	uint64_t count;
	if (poll(&bell, 1, 0) != 1)
		return false;
	return read(bell.fd, &count, sizeof(count)) == sizeof(count);
}

static void what_was_given_comes_back(void)
{
	struct far_end *far_end;
	struct clip *clip, *newer;
	open_engine();
	for (uint16_t i = 1; i <= 20; i++)
		add_port(i);
	CHECK_INT(far_end_create(&far_end, 3, LF_STATE_BATTERY), ==, 0);
	give(ENGINE_ATTACH, 3, far_end);
	CHECK_INT(clip_create(&clip, NULL, 0), ==, 0);
	CHECK_INT(clip_create(&newer, NULL, 0), ==, 0);
	give(ENGINE_CLIP, 5, clip);
	give(ENGINE_CLIP, 5, newer);
	give(ENGINE_SETTINGS, 0, settings());
	run(1);
	CHECK_INT(take_back(), ==, 2); /* the older clip and settings */
	give(ENGINE_REMOVE_PORT, 3, NULL);
	give(ENGINE_REMOVE_PORT, 4, NULL);
	run(1);
	CHECK_INT(take_back(), ==, 3); /* two ports and a far end */
	add_port(3);
	/* Ordered, but never carried out by a tick: it comes back as well. */
	engine_stop(engine);
	CHECK_INT(take_back(), ==, 21);
	engine_free(engine);
}

static void the_bell_rings_once_until_hushed(void)
{
	struct lf_event event;
	struct engine_order dial = {.what = ENGINE_COMMAND, .port = 1, .kind = LF_DIAL,
				    .body = {.digits = "!"}};
	open_engine();
	add_port(1);
	run(3);
	CHECK(!bell_rings());
	engine_order(engine, &dial);
	run(1);
	CHECK(bell_rings());
	engine_order(engine, &dial);
	run(5);
	CHECK(!bell_rings());
	/* What came while it was silent rings as soon as somebody listens again. */
	engine_hush(engine);
	run(1);
	CHECK(bell_rings());
	CHECK_INT(engine_drain(engine, &event, 1), ==, 1);
	CHECK_INT(event.kind, ==, LF_DIAL_DONE);
	CHECK_INT(event.at_us, ==, 1000000 + 4 * ENGINE_TICK_US);
	close_engine();
}

static void events_that_find_no_room_are_counted(void)
{
	struct engine_order dial = {.what = ENGINE_COMMAND, .port = 1, .kind = LF_DIAL,
				    .body = {.digits = "!"}};
	struct lf_event event;
	struct lf_stats stats;
	int overflows = 0, lost = 0, done = 0;
	open_engine();
	add_port(1);
	for (int i = 0; i < ENGINE_EVENTS + 100; i++) {
		CHECK(engine_order(engine, &dial));
		if (i % 100 == 99)
			run(1);
	}
	run(1);
	while (engine_drain(engine, &event, 1) == 1)
		done += event.kind == LF_DIAL_DONE;
	engine_order(engine, &dial);
	run(1);
	while (engine_drain(engine, &event, 1) == 1) {
		done += event.kind == LF_DIAL_DONE;
		overflows += event.kind == LF_OVERFLOW;
		lost += event.kind == LF_OVERFLOW ? (int)event.value : 0;
	}
	engine_read(engine, &stats);
	CHECK_INT(done + lost, ==, ENGINE_EVENTS + 101);
	CHECK_INT(overflows, ==, 1);
	CHECK_INT(lost, ==, 100);
	CHECK_INT(stats.events_lost, >=, 100);
	close_engine();
}

static void orders_are_bounded(void)
{
	struct engine_order dial = {.what = ENGINE_COMMAND, .port = 9, .kind = LF_TONE_OFF};
	int taken = 0;
	open_engine();
	while (engine_order(engine, &dial))
		taken++;
	CHECK_INT(taken, ==, ENGINE_ORDERS);
	CHECK_INT(engine_orders_space(engine), ==, 0);
	run(1);
	CHECK_INT(engine_orders_space(engine), ==, ENGINE_ORDERS);
	close_engine();
}

static void an_unknown_clip_is_left_out(void)
{
	struct engine_order play = {.what = ENGINE_COMMAND, .port = 1, .kind = LF_PLAY, .value = 3,
				    .count = 2, .flags = LF_FLAG_LOOP,
				    .body = {.clips = {100, 1023}}};
	struct lf_event event;
	open_engine();
	add_port(1);
	engine_order(engine, &play);
	run(1);
	CHECK_INT(engine_drain(engine, &event, 1), ==, 1);
	CHECK_INT(event.kind, ==, LF_PLAY_DONE);
	CHECK_INT(event.value, ==, 3);
	close_engine();
}

static void the_thread_keeps_time(void)
{
	struct lf_stats stats;
	uint64_t noted = 0;
	open_engine();
	add_port(1);
	CHECK_INT(engine_start(engine, false), ==, 0);
	usleep(300000);
	engine_read(engine, &stats);
	for (int i = 0; i < LF_LATE_BUCKETS; i++)
		noted += stats.late[i];
	test_note("%llu ticks in 300 ms, the latest %llu us late", (unsigned long long)stats.ticks,
		  (unsigned long long)stats.late_max_us);
	CHECK_INT(stats.ticks + stats.ticks_lost, >=, 25);
	CHECK_INT(stats.ticks + stats.ticks_lost, <=, 31);
	CHECK_INT(noted, >=, stats.ticks - 1);
	CHECK_INT(stats.engine_cpu_us, >, 0);
	close_engine();
}

static void no_memory_is_an_answer(void)
{
	int failed = 0;
	for (int nth = 0; nth < 100; nth++) {
		struct lf_settings *first = settings();
		alloc_left = nth;
		int error = engine_create(&engine, first);
		bool ran_out = alloc_left < 0;
		alloc_left = -1;
		if (!ran_out) {
			CHECK_INT(error, ==, 0);
			close_engine();
			break;
		}
		CHECK_INT(error, ==, -ENOMEM);
		CHECK(engine == NULL);
		free(first);
		failed++;
	}
	CHECK_INT(failed, >=, 4);
}

int main(void)
{
	TEST(what_was_given_comes_back);
	TEST(the_bell_rings_once_until_hushed);
	TEST(events_that_find_no_room_are_counted);
	TEST(orders_are_bounded);
	TEST(an_unknown_clip_is_left_out);
	TEST(the_thread_keeps_time);
	TEST(no_memory_is_an_answer);
	return test_end();
}

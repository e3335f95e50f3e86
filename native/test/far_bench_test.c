/* Far ends for measurements: what they do must be what they say, or the bench measures nothing. */
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "engine.h"
#include "signal.h"
#include "test.h"

static struct control *control;
static struct lf_event events[64];
static size_t event_count;

static void open_box(void)
{
	static const uint16_t ids[] = {1, 2, LF_FXO | 1};
	if (control_open(&control, false, false) != 0 || control_ports(control, ids, 3) != 0)
		abort();
	event_count = 0;
}

/* In step with the real clock's reading, so that measured delays mean something. */
static void run(int ms)
{
	static int64_t now;
	now = now == 0 ? engine_now() : now;
	for (int i = 0; i < ms / 10; i++)
		engine_tick(control_engine(control), now += ENGINE_TICK_US);
	event_count += control_drain(control, events + event_count, 64 - event_count);
}

static int count(uint16_t port, uint16_t kind)
{
	int n = 0;
	for (size_t i = 0; i < event_count; i++)
		n += events[i].port == port && events[i].kind == kind;
	return n;
}

static void perform(uint16_t kind, uint16_t port, uint32_t value)
{
	struct lf_command command = {.kind = kind, .port = port, .value = value};
	if (control_perform(control, &command) != 0)
		abort();
}

static void a_telephone_lifts_dials_and_hangs_up_again_and_again(void)
{
	struct lf_bench bench = {.flags = LF_BENCH_REPEAT, .start_ms = 100, .talk_ms = 3000,
				 .pause_ms = 1000, .digits = "802"};
	open_box();
	CHECK(control_attach(control, 1, &bench) >= 0);
	run(2500);
	CHECK_INT(count(1, LF_OFF_HOOK), ==, 1);
	CHECK_INT(count(1, LF_DIGIT), ==, 3);
	CHECK_INT(events[3].value, ==, '2');
	run(2000);
	CHECK_INT(count(1, LF_ON_HOOK), ==, 1);
	run(4000);
	CHECK_INT(count(1, LF_OFF_HOOK), ==, 3); /* 0.1, 4.2 and 8.3 s */
	control_close(control);
}

static void a_telephone_answers_its_ring(void)
{
	struct lf_bench bench = {.answer_ms = 300};
	open_box();
	CHECK(control_attach(control, 2, &bench) >= 0);
	run(1000);
	CHECK_INT(event_count, ==, 0);
	perform(LF_RING, 2, 0);
	run(280);
	CHECK_INT(event_count, ==, 0);
	run(100);
	CHECK_INT(count(2, LF_OFF_HOOK), ==, 1);
	control_close(control);
}

static void an_exchange_rings_and_disconnects(void)
{
	struct lf_bench bench = {.start_ms = 100, .talk_ms = 500};
	open_box();
	CHECK(control_attach(control, LF_FXO | 1, &bench) >= 0);
	run(1500);
	CHECK_INT(count(LF_FXO | 1, LF_RING_START), ==, 1);
	CHECK_INT(count(LF_FXO | 1, LF_RING_STOP), ==, 1);
	perform(LF_SEIZE, LF_FXO | 1, 0);
	run(1200);
	CHECK_INT(count(LF_FXO | 1, LF_OPEN_INTERVAL), ==, 1);
	CHECK_INT(count(LF_FXO | 1, LF_BATTERY_LOST), ==, 0);
	control_close(control);
}

static void clicks_are_heard_through_a_bridge_among_speech(void)
{
	struct lf_bench speaker = {.flags = LF_BENCH_PULSE | LF_BENCH_SPEAK, .start_ms = 20};
	struct lf_bench listener = {.flags = LF_BENCH_LISTEN | LF_BENCH_SPEAK, .start_ms = 20};
	struct lf_stats stats;
	open_box();
	control_attach(control, 1, &speaker);
	control_attach(control, 2, &listener);
	run(500);
	perform(LF_JOIN, 1, 1);
	perform(LF_JOIN, 2, 1);
	run(5000);
	control_stats(control, &stats);
	uint32_t measured = 0;
	for (int i = 0; i < LF_LATE_BUCKETS; i++)
		measured += stats.delay[i];
	CHECK_INT(stats.delay_pulses, ==, 5);
	CHECK_INT(measured, ==, 5);
	CHECK_INT(stats.bench_cpu_us, >, 0);
	control_close(control);
}

int main(void)
{
	TEST(a_telephone_lifts_dials_and_hangs_up_again_and_again);
	TEST(a_telephone_answers_its_ring);
	TEST(an_exchange_rings_and_disconnects);
	TEST(clicks_are_heard_through_a_bridge_among_speech);
	return test_end();
}

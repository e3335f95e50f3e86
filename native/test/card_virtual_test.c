/* The virtual card's copper: frames, signals in their order, floods, a JS that does not fetch. */
#include <stdlib.h>
#include <string.h>

#include "card_virtual.h"
#include "test.h"

static struct far_end *far_end;
static struct line_time when;
static int16_t pcm[LF_TICK_SAMPLES];

static void start(uint16_t port)
{
	if (far_end_create(&far_end, port, LF_STATE_BATTERY) != 0)
		abort();
	when = (struct line_time){1000000, 0};
}

static void tick(uint8_t state)
{
	int16_t out[LF_TICK_SAMPLES];
	for (int i = 0; i < LF_TICK_SAMPLES; i++)
		out[i] = (int16_t)(when.tick * LF_TICK_SAMPLES + (uint64_t)i);
	far_end_ops.read(far_end, pcm, &when);
	far_end_ops.write(far_end, out, state, &when);
	when.tick++;
	when.now_us += 10000;
}

static void frames_of_160_come_every_second_tick(void)
{
	struct lf_frame frames[8];
	start(3);
	tick(LF_STATE_BATTERY);
	CHECK(!far_end_has_news(far_end));
	tick(LF_STATE_BATTERY);
	CHECK(far_end_has_news(far_end));
	CHECK(!far_end_has_news(far_end));
	CHECK_INT(far_end_fetch(far_end, frames, 8), ==, 1);
	CHECK_INT(frames[0].port, ==, 3);
	CHECK_INT(frames[0].kind, ==, 0);
	for (int i = 0; i < 160; i++)
		CHECK_INT(frames[0].pcm[i], ==, i);
	far_end_free(far_end);
	/* One that came in the middle of a frame gets whole frames only. */
	start(3);
	when.tick = 7;
	tick(LF_STATE_BATTERY);
	CHECK_INT(far_end_fetch(far_end, frames, 8), ==, 0);
	tick(LF_STATE_BATTERY);
	tick(LF_STATE_BATTERY);
	CHECK_INT(far_end_fetch(far_end, frames, 8), ==, 1);
	CHECK_INT(frames[0].pcm[0], ==, 640);
	far_end_free(far_end);
}

static void changes_are_told_to_whom_they_concern(void)
{
	struct lf_frame frames[8];
	start(3);
	tick(LF_STATE_RING | LF_STATE_OFF_HOOK);
	CHECK_INT(far_end_fetch(far_end, frames, 8), ==, 2);
	CHECK_INT(frames[0].kind, ==, LF_FAR_RING);
	CHECK_INT(frames[0].value, ==, 1);
	CHECK_INT(frames[1].kind, ==, LF_FAR_BATTERY);
	CHECK_INT(frames[1].value, ==, 0);
	far_end_free(far_end);
	start(LF_FXO | 3);
	tick(LF_STATE_RING | LF_STATE_OFF_HOOK | LF_STATE_BATTERY);
	CHECK_INT(far_end_fetch(far_end, frames, 8), ==, 1);
	CHECK_INT(frames[0].kind, ==, LF_FAR_HOOK);
	CHECK_INT(frames[0].value, ==, 1);
	far_end_free(far_end);
}

static void a_signal_waits_for_the_audio_before_it(void)
{
	struct line_signal signal = {when.now_us, LF_FAR_HOOK, 1}, got;
	int16_t second[1600];
	int ticks = 0;
	for (int i = 0; i < 1600; i++)
		second[i] = 5000;
	start(1);
	far_end_write(far_end, second, 800);
	signal.at_us = 1234;
	far_end_signal(far_end, &signal);
	CHECK_INT(far_end_ops.known_until(far_end, 5000), ==, 1234);
	while (!far_end_ops.signal(far_end, false, &got)) {
		tick(LF_STATE_BATTERY);
		CHECK_INT(++ticks, <, 20);
	}
	CHECK_INT(ticks, ==, 10);
	CHECK_INT(got.at_us, ==, 1234);
	CHECK_INT(far_end_ops.known_until(far_end, 5000), ==, 5000);
	far_end_free(far_end);
}

static void on_an_open_loop_a_signal_is_due_at_once_and_what_was_said_is_not_heard(void)
{
	struct line_signal signal = {1234, LF_FAR_HOOK, 1}, got;
	int16_t said[800];
	int heard = 0;
	for (int i = 0; i < 800; i++)
		said[i] = 5000;
	start(1);
	far_end_write(far_end, said, 200);
	far_end_signal(far_end, &signal);
	far_end_write(far_end, said, 600);
	CHECK(!far_end_ops.signal(far_end, false, &got));
	CHECK(far_end_ops.signal(far_end, true, &got));
	CHECK_INT(got.at_us, ==, 1234);
	CHECK(!far_end_ops.signal(far_end, true, &got));
	for (int i = 0; i < 10; i++) {
		tick(LF_STATE_BATTERY);
		for (int k = 0; k < LF_TICK_SAMPLES; k++) {
			CHECK_INT(pcm[k], ==, heard < 200 ? 0 : 5000);
			heard++;
		}
	}
	far_end_free(far_end);
}

static void a_flood_ends_in_the_last_state(void)
{
	struct line_signal got = {0, 0, 0};
	struct far_end_counts counts = {0, 0, 0, 0};
	int taken = 0;
	uint32_t hook = 9;
	start(1);
	for (uint32_t i = 0; i <= 1000; i++) {
		struct line_signal signal = {i, LF_FAR_HOOK, i % 2};
		far_end_signal(far_end, &signal);
	}
	struct line_signal last = {2000, LF_FAR_HOOK, 1};
	far_end_signal(far_end, &last);
	while (far_end_ops.signal(far_end, false, &got)) {
		if (got.what == LF_FAR_HOOK)
			hook = got.value;
		taken++;
	}
	CHECK_INT(hook, ==, 1);
	CHECK_INT(taken, ==, FAR_END_SIGNALS + 4);
	far_end_count(far_end, &counts);
	CHECK_INT(counts.signals_merged, ==, 1002 - FAR_END_SIGNALS);
	/* Afterwards all is as before. */
	last.value = 0;
	far_end_signal(far_end, &last);
	CHECK(far_end_ops.signal(far_end, false, &got));
	CHECK_INT(got.value, ==, 0);
	CHECK(!far_end_ops.signal(far_end, false, &got));
	far_end_free(far_end);
}

static void who_does_not_fetch_loses_audio_and_no_signal(void)
{
	struct lf_frame frames[64];
	struct far_end_counts counts = {0, 0, 0, 0};
	start(1);
	for (int i = 0; i < 400; i++)
		tick(LF_STATE_BATTERY | (i % 100 < 50 ? LF_STATE_RING : 0));
	tick(LF_STATE_BATTERY);
	size_t n = far_end_fetch(far_end, frames, 64);
	int rings = 0;
	for (size_t i = 0; i < n; i++)
		rings += frames[i].kind == LF_FAR_RING;
	CHECK_INT(n, <=, FAR_END_FRAMES);
	CHECK_INT(rings, ==, 8);
	CHECK_INT(frames[n - 1].value, ==, 0);
	far_end_count(far_end, &counts);
	CHECK_INT(counts.frames_lost, ==, 200 - (n - 8));
	far_end_free(far_end);
}

int main(void)
{
	TEST(frames_of_160_come_every_second_tick);
	TEST(changes_are_told_to_whom_they_concern);
	TEST(a_signal_waits_for_the_audio_before_it);
	TEST(on_an_open_loop_a_signal_is_due_at_once_and_what_was_said_is_not_heard);
	TEST(a_flood_ends_in_the_last_state);
	TEST(who_does_not_fetch_loses_audio_and_no_signal);
	return test_end();
}

/* The rules on histories of bursts put together by hand: what each needs, and what undoes it. */
#include "progress_cadence.h"

#include <string.h>

#include "test.h"

static struct progress_cadence cadence;

/* Adds a burst and its gap at the newest end; off 0: its gap is going on. */
static struct progress_burst *add(float hz, int on_ms, int off_ms)
{
	memmove(cadence.past + 1, cadence.past, (PROGRESS_PAST - 1) * sizeof cadence.past[0]);
	cadence.past[0] = (struct progress_burst){ .kind = PROGRESS_CLASS_LOW,
											   .on_ms = on_ms,
											   .off_ms = off_ms,
											   .hz = hz,
											   .power = 1e6f,
											   .share = 1.0f,
											   .ripple = 1.1f,
											   .steady = true };
	if (cadence.count < PROGRESS_PAST)
		cadence.count++;
	return &cadence.past[0];
}

static void begin(void)
{
	memset(&cadence, 0, sizeof cadence);
}

/* What is found when the newest gap has lasted ms. */
static int after_gap(int ms)
{
	cadence.in_burst = false;
	cadence.end = 1000;
	cadence.clock = 1000 + ms / 10 - 1;
	return progress_rules_find(&cadence);
}

static int three_cycles(float hz, int on_ms, int off_ms)
{
	begin();
	add(hz, on_ms, off_ms);
	add(hz, on_ms, off_ms);
	add(hz, on_ms, 0);
	return after_gap(off_ms * 7 / 10);
}

static void equal_cycles_are_busy_or_congestion(void)
{
	CHECK_INT(three_cycles(450, 350, 350), ==, PROGRESS_BUSY);
	CHECK_INT(three_cycles(400, 500, 500), ==, PROGRESS_BUSY);
	CHECK_INT(three_cycles(425, 240, 240), ==, PROGRESS_CONGESTION);
	CHECK_INT(three_cycles(550, 500, 500), ==, PROGRESS_BUSY);
	CHECK_INT(three_cycles(450, 1000, 1000), ==, 0);
	CHECK_INT(three_cycles(450, 100, 100), ==, 0);
	CHECK_INT(three_cycles(450, 300, 800), ==, 0);
}

static void one_odd_cycle_undoes_it(void)
{
	three_cycles(450, 350, 350);
	cadence.past[1].on_ms = 420;
	CHECK_INT(after_gap(250), ==, 0);
	three_cycles(450, 350, 350);
	cadence.past[2].off_ms = 420;
	CHECK_INT(after_gap(250), ==, 0);
	three_cycles(450, 350, 350);
	cadence.past[1].hz = 480;
	CHECK_INT(after_gap(250), ==, 0);
	three_cycles(450, 350, 350);
	cadence.past[1].steady = false;
	CHECK_INT(after_gap(250), ==, 0);
	three_cycles(450, 350, 350);
	cadence.past[1].ripple = 2.0f;
	CHECK_INT(after_gap(250), ==, 0);
	three_cycles(450, 350, 350);
	cadence.past[1].share = 0.7f;
	CHECK_INT(after_gap(250), ==, 0);
	three_cycles(450, 350, 350);
	CHECK_INT(after_gap(100), ==, 0); /* not yet */
}

static void levels_in_turn_are_australias_congestion(void)
{
	three_cycles(425, 375, 375);
	cadence.past[1].power = 1e5f;
	CHECK_INT(after_gap(250), ==, PROGRESS_CONGESTION);
	cadence.past[1].power = 1e4f;
	CHECK_INT(after_gap(250), ==, 0);
}

static void hong_kongs_call_waiting_needs_a_fourth_burst(void)
{
	CHECK_INT(three_cycles(440, 500, 500), ==, 0);
	cadence.past[0].off_ms = 500;
	cadence.in_burst = true;
	cadence.now =
		(struct progress_burst){ .kind = PROGRESS_CLASS_LOW, .hz = 440 * 4, .power = 4e6f };
	cadence.frames = 4;
	cadence.start = 1000;
	cadence.end = 1003;
	CHECK_INT(progress_rules_find(&cadence), ==, PROGRESS_BUSY);
}

static void ringback_is_one_long_burst_or_two_short_ones_and_a_pause(void)
{
	begin();
	add(450, 1000, 0);
	CHECK_INT(after_gap(900), ==, 0);
	CHECK_INT(after_gap(1000), ==, PROGRESS_RINGBACK);
	cadence.voiced = true;
	CHECK_INT(after_gap(1000), ==, 0); /* after a talk it might be a beep */
	begin();
	add(425, 400, 200);
	add(425, 400, 0);
	CHECK_INT(after_gap(500), ==, 0);
	CHECK_INT(after_gap(700), ==, PROGRESS_RINGBACK);
	begin();
	add(550, 1000, 0); /* nobody rings with 480 + 620 Hz */
	CHECK_INT(after_gap(1500), ==, 0);
}

static void unobtainable_is_sit(void)
{
	begin();
	add(450, 100, 100);
	add(450, 100, 100);
	add(450, 100, 100);
	add(450, 400, 400);
	CHECK_INT(after_gap(60), ==, 0);
	add(450, 100, 0);
	CHECK_INT(after_gap(60), ==, PROGRESS_SIT);
	cadence.past[1].off_ms = 100;
	CHECK_INT(after_gap(60), ==, 0);
}

static void great_britains_congestion_goes_in_pairs(void)
{
	begin();
	add(400, 400, 350);
	add(400, 225, 525);
	add(400, 400, 350);
	add(400, 225, 0);
	CHECK_INT(after_gap(60), ==, PROGRESS_CONGESTION);
	cadence.past[2].off_ms = 350; /* not 0.75 s together */
	CHECK_INT(after_gap(60), ==, 0);
}

static void tones_end_when_their_cadence_does(void)
{
	three_cycles(450, 350, 350);
	cadence.heard = PROGRESS_BUSY;
	after_gap(400);
	CHECK(!progress_rules_over(&cadence));
	after_gap(700);
	CHECK(progress_rules_over(&cadence));
	begin();
	add(450, 1000, 0);
	cadence.heard = PROGRESS_RINGBACK;
	after_gap(5500);
	CHECK(!progress_rules_over(&cadence)); /* its pause isn't known yet */
	after_gap(6600);
	CHECK(progress_rules_over(&cadence));
	begin();
	add(450, 1000, 4000);
	add(450, 1000, 0);
	cadence.heard = PROGRESS_RINGBACK;
	after_gap(4400);
	CHECK(!progress_rules_over(&cadence));
	after_gap(5000);
	CHECK(progress_rules_over(&cadence));
}

int main(void)
{
	TEST(equal_cycles_are_busy_or_congestion);
	TEST(one_odd_cycle_undoes_it);
	TEST(levels_in_turn_are_australias_congestion);
	TEST(hong_kongs_call_waiting_needs_a_fourth_burst);
	TEST(ringback_is_one_long_burst_or_two_short_ones_and_a_pause);
	TEST(unobtainable_is_sit);
	TEST(great_britains_congestion_goes_in_pairs);
	TEST(tones_end_when_their_cadence_does);
	return test_end();
}

/* Bursts and gaps from made-up frames: lengths, bridges, clicks, another pitch, something loud. */
#include "progress_cadence.h"

#include <string.h>

#include "test.h"

static struct progress_cadence cadence;

static const float tone_power = 1e6f;

static int feed(enum progress_class kind, float hz, float power, int frames)
{
	int heard = 0;
	struct progress_frame frame = {
		.kind = kind, .hz = hz, .share = 1.0f, .power = power, .newest = power
	};
	while (frames-- > 0)
		heard = progress_cadence_feed(&cadence, &frame);
	return heard;
}

/* What a burst of ms looks like through a window of 30 ms: 20 ms longer. */
static void burst(int ms, float hz)
{
	feed(PROGRESS_CLASS_LOW, hz, tone_power, ms / 10 + 2);
}

static int gap(int ms)
{
	return feed(PROGRESS_CLASS_NONE, 0, 10.0f, ms / 10 - 2);
}

static void begin(void)
{
	memset(&cadence, 0, sizeof cadence);
	progress_cadence_reset(&cadence);
}

static void lengths_are_measured(void)
{
	for (int on = 100; on <= 1000; on += 150)
		for (int off = 90; off <= 900; off += 270) {
			begin();
			burst(on, 450);
			gap(off);
			burst(on, 450);
			gap(100);
			CHECK_INT(cadence.count, ==, 2);
			CHECK_INT(cadence.past[0].on_ms, ==, on);
			CHECK_INT(cadence.past[1].on_ms, ==, on);
			CHECK_INT(cadence.past[1].off_ms, ==, off);
			CHECK_NEAR(cadence.past[0].hz, 450, 0.1);
			CHECK(cadence.past[0].steady && (on < 150 || cadence.past[0].ripple < 1.1f));
		}
}

static void short_gaps_are_bridged_and_clicks_are_nothing(void)
{
	begin();
	for (int i = 0; i < 5; i++) {
		burst(400, 450);
		gap(40);
	}
	CHECK_INT(cadence.count, ==, 0); /* special dial tone: one burst, still going on */
	CHECK(cadence.in_burst);
	begin();
	burst(500, 450);
	gap(500);
	feed(PROGRESS_CLASS_LOW, 600, tone_power, 2);
	gap(500);
	CHECK_INT(cadence.count, ==, 1);
}

static void another_pitch_begins_another_burst(void)
{
	begin();
	feed(PROGRESS_CLASS_HIGH, 950, tone_power, 33);
	feed(PROGRESS_CLASS_HIGH, 1400, tone_power, 33);
	feed(PROGRESS_CLASS_HIGH, 1800, tone_power, 10);
	CHECK_INT(cadence.count, ==, 2);
	CHECK_NEAR(cadence.past[1].hz, 950, 1);
	CHECK_NEAR(cadence.past[0].hz, 1400, 5);
	CHECK_INT(cadence.past[1].off_ms, <=, 50);
}

static void something_loud_in_a_gap_ends_everything(void)
{
	begin();
	for (int i = 0; i < 4; i++) {
		burst(350, 450);
		gap(350);
	}
	CHECK_INT(cadence.heard, ==, PROGRESS_BUSY);
	burst(350, 450);
	gap(100);
	CHECK_INT(feed(PROGRESS_CLASS_NONE, 0, tone_power, 10), ==, 0);
	CHECK_INT(cadence.count, ==, 0);
}

static void decaying_notes_ripple(void)
{
	begin();
	float power = tone_power;
	for (int i = 0; i < 40; i++, power *= 0.97f)
		feed(PROGRESS_CLASS_LOW, 450, power, 1);
	gap(200);
	CHECK_INT(cadence.count, >=, 1);
	CHECK(cadence.past[0].ripple > 1.8f);
}

static void breaking_forgets_but_keeps_that_somebody_spoke(void)
{
	begin();
	burst(350, 450);
	gap(350);
	progress_cadence_break(&cadence);
	CHECK_INT(cadence.count, ==, 0);
	CHECK(cadence.voiced);
	progress_cadence_reset(&cadence);
	CHECK(!cadence.voiced);
}

int main(void)
{
	TEST(lengths_are_measured);
	TEST(short_gaps_are_bridged_and_clicks_are_nothing);
	TEST(another_pitch_begins_another_burst);
	TEST(something_loud_in_a_gap_ends_everything);
	TEST(decaying_notes_ripple);
	TEST(breaking_forgets_but_keeps_that_somebody_spoke);
	return test_end();
}

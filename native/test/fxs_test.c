/* Telephone ports: ringing, ring trip, caller ID to the phone, flash by command of the far end. */
#include "fake_line.h"
#include "signal.h"

static struct fake_box *box;

static void ring(const char *number)
{
	struct port_command command = {.kind = LF_RING, .number = number, .name = "", .month = 11,
				       .day = 20, .hour = 10, .minute = 42,
				       .flags = number != NULL ? LF_FLAG_CALLER_ID : 0};
	port_perform(box->port, &command);
}

/* How long the line goes on (not) ringing, ms. */
static int ring_length(bool on)
{
	int ms = 0;
	while (((box->line->state & LF_STATE_RING) != 0) == on && ms < 20000) {
		fake_run(box, 10);
		ms += 10;
	}
	return ms;
}

static double level_of_last(int ms)
{
	size_t n = (size_t)ms * 8;
	return signal_level(box->line->heard + box->line->heard_end - n, n);
}

static void rings_at_once_in_the_countrys_cadence(void)
{
	static const uint32_t british[] = {400, 200, 400, 2000};
	box = fake_box_create(LF_FXS | 1);
	box->settings.cadence_count = 4;
	memcpy(box->settings.cadence_ms, british, sizeof(british));
	ring(NULL);
	fake_run(box, 10);
	CHECK(box->line->state & LF_STATE_RING);
	for (int round = 0; round < 3; round++) {
		CHECK_INT(ring_length(true), >=, 390);
		CHECK_INT(ring_length(false), ==, 200);
		CHECK_INT(ring_length(true), ==, 400);
		CHECK_INT(ring_length(false), ==, 2000);
	}
	port_perform(box->port, &(struct port_command){.kind = LF_RING_OFF});
	fake_run(box, 10);
	CHECK_INT(ring_length(false), ==, 20000);
	fake_box_free(box);
}

static void fsk_comes_500_ms_after_the_first_ring_and_once(void)
{
	box = fake_box_create(LF_FXS | 1);
	ring("01062345678");
	fake_run(box, 10);
	CHECK_INT(ring_length(true), <=, 1000);
	fake_run(box, 500);
	CHECK(level_of_last(500) < -60);
	fake_run(box, 600);
	CHECK_NEAR(level_of_last(300), -13.5, 1.5);
	fake_run(box, 1200);
	CHECK(level_of_last(300) < -60);
	CHECK_INT(ring_length(false), ==, 1700);
	CHECK_INT(ring_length(true), ==, 1000);
	fake_run(box, 2000);
	CHECK(level_of_last(1900) < -60);
	fake_box_free(box);
}

static void dtmf_comes_before_the_first_ring(void)
{
	box = fake_box_create(LF_FXS | 1);
	box->settings.caller_id_form = CALLERID_DTMF;
	ring("12345");
	fake_run(box, 10);
	int silent = ring_length(false);
	CHECK_INT(silent, >=, 7 * 100);
	CHECK_INT(silent, <=, 7 * 200 + 600);
	CHECK(level_of_last(200) < -60);
	CHECK_INT(ring_length(true), ==, 1000);
	fake_box_free(box);
}

static void a_short_pause_is_made_long_enough(void)
{
	box = fake_box_create(LF_FXS | 1);
	box->settings.cadence_ms[1] = 700;
	ring("01062345678");
	fake_run(box, 10);
	ring_length(true);
	CHECK_INT(ring_length(false), >=, 600 + 500 + 300);
	CHECK(level_of_last(250) < -60);
	CHECK_INT(ring_length(true), ==, 1000);
	CHECK_INT(ring_length(false), ==, 700);
	fake_box_free(box);
}

static void lifting_stops_ring_and_caller_id(void)
{
	for (int after = 100; after < 3000; after += 650) {
		box = fake_box_create(LF_FXS | 1);
		ring("01062345678");
		fake_run(box, after);
		fake_put(box, LF_FAR_HOOK, 1, 0);
		fake_run(box, 30);
		CHECK(!(box->line->state & LF_STATE_RING));
		CHECK_INT(fake_count(box, LF_OFF_HOOK), ==, 1);
		fake_run(box, 100);
		CHECK(level_of_last(90) < -60);
		fake_run(box, 8000);
		CHECK(!(box->line->state & LF_STATE_RING));
		/* Nor does a ring that comes too late. */
		ring(NULL);
		fake_run(box, 50);
		CHECK(!(box->line->state & LF_STATE_RING));
		fake_box_free(box);
	}
}

static void a_number_that_cannot_be_sent_rings_all_the_same(void)
{
	static const enum callerid_form forms[] = {CALLERID_BELL202, CALLERID_DTMF};
	for (int i = 0; i < 2; i++) {
		box = fake_box_create(LF_FXS | 1);
		box->settings.caller_id_form = forms[i];
		ring("no number at all");
		fake_run(box, 3000);
		CHECK_INT(ring_length(false), <=, 4000);
		fake_box_free(box);
	}
}

static void a_timed_flash_has_its_length(void)
{
	box = fake_box_create(LF_FXS | 1);
	fake_put(box, LF_FAR_FLASH, 300, 0); /* on-hook: means nothing */
	fake_run(box, 1000);
	CHECK_INT(box->event_count, ==, 0);
	fake_put(box, LF_FAR_HOOK, 1, 0);
	fake_run(box, 100);
	fake_put(box, LF_FAR_FLASH, 300, -3333);
	fake_run(box, 500);
	CHECK_INT(fake_count(box, LF_HOOK_FLASH), ==, 1);
	CHECK_INT(fake_find(box, LF_HOOK_FLASH)->value, ==, 300);
	/* Replaced in the middle of a flash: stays down. */
	fake_put(box, LF_FAR_FLASH, 500, 0);
	fake_run(box, 100);
	fake_put(box, LF_FAR_HOOK, 0, 0);
	fake_run(box, 1000);
	CHECK_INT(fake_count(box, LF_ON_HOOK), ==, 1);
	CHECK(!port_off_hook(box->port));
	fake_box_free(box);
}

static void an_open_loop_says_nothing(void)
{
	box = fake_box_create(LF_FXS | 1);
	for (int i = 0; i < 8000; i++)
		box->line->say[i] = 5000;
	box->line->say_end = 8000;
	fake_run(box, 100);
	CHECK_INT(box->port->rx[40], ==, 0);
	fake_put(box, LF_FAR_HOOK, 1, 0);
	fake_run(box, 100);
	CHECK_INT(box->port->rx[40], ==, 5000);
	fake_put(box, LF_FAR_HOOK, 0, 0);
	fake_run(box, 20);
	CHECK_INT(box->port->rx[40], ==, 0);
	fake_box_free(box);
}

/* So that a call in which only our side talks is not taken for a dead one. */
static void talking_into_it_is_reported(void)
{
	box = fake_box_create(LF_FXS | 1);
	fake_put(box, LF_FAR_HOOK, 1, 0);
	fake_run(box, 2500);
	CHECK_INT(fake_count(box, LF_SILENCE), ==, 1);
	for (size_t i = 0; i < 8000; i++)
		box->line->say[box->line->say_end + i] = i % 16 < 8 ? 2000 : -2000;
	box->line->say_end += 8000;
	fake_run(box, 500);
	CHECK_INT(fake_count(box, LF_VOICE), ==, 1);
	fake_run(box, 3000);
	CHECK_INT(fake_count(box, LF_SILENCE), ==, 2);
	fake_box_free(box);
}

int main(void)
{
	TEST(rings_at_once_in_the_countrys_cadence);
	TEST(fsk_comes_500_ms_after_the_first_ring_and_once);
	TEST(dtmf_comes_before_the_first_ring);
	TEST(a_short_pause_is_made_long_enough);
	TEST(lifting_stops_ring_and_caller_id);
	TEST(a_number_that_cannot_be_sent_rings_all_the_same);
	TEST(a_timed_flash_has_its_length);
	TEST(an_open_loop_says_nothing);
	TEST(talking_into_it_is_reported);
	return test_end();
}

/* The hook against standards sheet section 3: debounce, flash window, pulses of 8-14 pps. */
#include <stdlib.h>
#include <string.h>

#include "hook.h"
#include "signal.h"
#include "test.h"

static struct hook hook;
static int64_t now;
static char got[256]; /* O off, N on, F flash, digits */
static int flash_ms;

static void take(void)
{
	struct hook_event event;
	while (hook_next(&hook, &event)) {
		size_t end = strlen(got);
		if (end + 1 >= sizeof(got))
			abort();
		got[end] = event.kind == HOOK_OFF     ? 'O'
			   : event.kind == HOOK_ON    ? 'N'
			   : event.kind == HOOK_FLASH ? 'F'
						      : (char)event.value;
		got[end + 1] = '\0';
		if (event.kind == HOOK_FLASH)
			flash_ms = event.value;
	}
}

static void start(void)
{
	hook_init(&hook);
	hook_window(&hook, 90, 600);
	now = 5000000;
	memset(got, 0, sizeof(got));
	flash_ms = 0;
}

/* Time passes in ticks of 10 ms that lie anywhere beside the edges. */
static void pass(double ms)
{
	int64_t end = now + (int64_t)(ms * 1000);
	for (int64_t tick = now / 10000 * 10000 + 10000; tick <= end; tick += 10000) {
		hook_advance(&hook, tick);
		take();
	}
	now = end;
}

static void edge(bool off)
{
	hook_edge(&hook, off, now);
	take();
}

static void lift(void)
{
	edge(true);
	pass(100);
}

static void pulses(int count, double pps, double ratio)
{
	double period = 1000.0 / pps, open = period * ratio / (ratio + 1);
	for (int i = 0; i < count; i++) {
		edge(false);
		pass(open);
		edge(true);
		pass(period - open);
	}
}

static void lifted_within_30_ms_replaced_after_the_window(void)
{
	start();
	edge(true);
	pass(30);
	CHECK_TEXT(got, "O");
	pass(3000);
	edge(false);
	pass(590);
	CHECK_TEXT(got, "O");
	pass(30);
	CHECK_TEXT(got, "ON");
	pass(2 * 3600 * 1000.0);
	CHECK_TEXT(got, "ON");
}

static void bounces_are_one_change(void)
{
	start();
	for (int i = 0; i < 7; i++) {
		edge(i % 2 == 0);
		pass(4);
	}
	pass(100);
	CHECK_TEXT(got, "O");
	for (int i = 0; i < 6; i++) {
		edge(i % 2 != 0);
		pass(5);
	}
	pass(1000);
	CHECK_TEXT(got, "O");
}

static void flashes_in_the_window_alone(void)
{
	static const struct {
		int ms;
		const char *events;
	} cases[] = {{5, "O"},    {20, "O"},   {110, "OF"}, {300, "OF"},
		     {595, "OF"}, {650, "ONO"}, {2000, "ONO"}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start();
		lift();
		edge(false);
		pass(cases[i].ms);
		edge(true);
		pass(1000);
		CHECK_TEXT(got, cases[i].events);
		if (strchr(got, 'F') != NULL)
			CHECK_INT(flash_ms, ==, cases[i].ms);
	}
}

static void the_window_is_a_setting(void)
{
	start();
	hook_window(&hook, 300, 1000);
	lift();
	edge(false);
	pass(200);
	edge(true);
	pass(500);
	CHECK_TEXT(got, "O");
	edge(false);
	pass(900);
	edge(true);
	pass(500);
	CHECK_TEXT(got, "OF");
}

static void every_digit_at_every_speed(void)
{
	static const double speeds[] = {8, 9, 10, 12, 14};
	static const double ratios[] = {1.3, 1.6, 2.0, 2.5};
	for (size_t s = 0; s < 5; s++)
		for (size_t r = 0; r < 4; r++) {
			start();
			hook_window(&hook, 120, 600);
			lift();
			for (int digit = 1; digit <= 10; digit++) {
				pulses(digit, speeds[s], ratios[r]);
				pass(350);
			}
			CHECK_TEXT(got, "O1234567890");
		}
}

static void chattering_contacts_still_dial(void)
{
	struct signal_random random = signal_seed(7);
	start();
	lift();
	for (int i = 0; i < 5; i++) {
		for (int half = 0; half < 2; half++) {
			edge(half == 1);
			double bounce = signal_between(&random, 0.5, 3);
			pass(bounce);
			edge(half == 0);
			pass(1);
			edge(half == 1);
			pass((half == 0 ? 60 : 40) - bounce - 1);
		}
	}
	pass(400);
	CHECK_TEXT(got, "O5");
}

static void eleven_pulses_are_no_digit(void)
{
	start();
	lift();
	pulses(11, 10, 1.6);
	pass(400);
	CHECK_TEXT(got, "O");
}

static void replacing_in_the_middle_of_a_digit_ends_it(void)
{
	start();
	lift();
	pulses(3, 10, 1.6);
	edge(false);
	pass(700);
	CHECK_TEXT(got, "ON");
}

static void a_telephone_that_is_gone_is_on_hook(void)
{
	start();
	hook_gone(&hook, now);
	take();
	CHECK_TEXT(got, "");
	lift();
	hook_gone(&hook, now);
	take();
	CHECK_TEXT(got, "ON");
	pass(1000);
	CHECK_TEXT(got, "ON");
}

/* Whatever the contact does, off and on are told in turn, and a second of rest tells the truth. */
static void any_edges_end_in_the_truth(void)
{
	for (int seed = 1; seed <= 300; seed++) {
		struct signal_random random = signal_seed((uint64_t)seed);
		bool off = false;
		start();
		for (int i = 0; i < 40; i++) {
			off = signal_uniform(&random) < 0.5;
			edge(off);
			pass(exp(signal_between(&random, 0, 6.5)));
			if (strlen(got) > 200)
				got[0] = strrchr(got, 'N') > strrchr(got, 'O') ? 'N' : 'O', got[1] = 0;
		}
		pass(1000);
		const char *on = strrchr(got, 'N'), *lifted = strrchr(got, 'O');
		CHECK_INT(hook.lifted, ==, off);
		CHECK_INT(lifted != NULL && (on == NULL || lifted > on), ==, off);
		CHECK(strstr(got, "OO") == NULL && strstr(got, "NN") == NULL);
	}
}

int main(void)
{
	TEST(lifted_within_30_ms_replaced_after_the_window);
	TEST(bounces_are_one_change);
	TEST(flashes_in_the_window_alone);
	TEST(the_window_is_a_setting);
	TEST(every_digit_at_every_speed);
	TEST(chattering_contacts_still_dial);
	TEST(eleven_pulses_are_no_digit);
	TEST(replacing_in_the_middle_of_a_digit_ends_it);
	TEST(a_telephone_that_is_gone_is_on_hook);
	TEST(any_edges_end_in_the_truth);
	return test_end();
}

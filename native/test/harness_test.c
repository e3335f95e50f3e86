/* The harness judged by itself: a check that fails must be seen, or no test means anything. */
#include "signal.h"
#include "test.h"

#include <string.h>

static void failing_int(void) { CHECK_INT(1, ==, 2); }
static void failing_text(void) { CHECK_TEXT("a", "b"); }
static void failing_near(void) { CHECK_NEAR(NAN, 1.0, 1.0); }
static void failing_plain(void) { CHECK(1 > 2); }

static void failed_checks_are_seen(void)
{
	void (*bodies[])(void) = { failing_int, failing_text, failing_near, failing_plain };
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		bodies[i]();
		bool seen = test_why[0] != '\0';
		test_why[0] = '\0';
		CHECK(seen);
	}
}

static void full_scale_sine_is_3_14_dbm0(void)
{
	double wave[8000] = { 0 };
	int16_t pcm[8000];
	signal_add_sine(wave, 8000, 1000.0, 3.14, 0.1);
	signal_to_pcm(pcm, wave, 8000);
	CHECK_NEAR(signal_level(pcm, 8000), 3.14, 0.01);
	CHECK_NEAR(signal_level_at(pcm, 8000, 1000.0), 3.14, 0.01);
}

static void noise_has_the_level_asked_for(void)
{
	static double wave[80000];
	static int16_t pcm[80000];
	struct signal_random random = signal_seed(7);
	signal_add_noise(wave, 80000, -20.0, &random);
	signal_to_pcm(pcm, wave, 80000);
	CHECK_NEAR(signal_level(pcm, 80000), -20.0, 0.1);
}

int main(void)
{
	TEST(failed_checks_are_seen);
	TEST(full_scale_sine_is_3_14_dbm0);
	TEST(noise_has_the_level_asked_for);
	return test_end();
}

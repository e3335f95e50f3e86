/* Talking into a telephone: what counts as speech, what as silence, and how soon. */
#include "../src/speech.h"
#include "signal.h"
#include "test.h"

enum { TICK = 80 };
static struct speech speech;
static struct signal_random randomness;

/* Feeds ms of noise at a level; returns when the change came, ms from the start, or -1. */
static int change_after(enum speech_change wanted, double dbm0, int ms)
{
	for (int at = 0; at < ms; at += 10) {
		double block[TICK] = {0.0};
		int16_t pcm[TICK];
		signal_add_noise(block, TICK, dbm0, &randomness);
		signal_to_pcm(pcm, block, TICK);
		if (speech_feed(&speech, pcm, TICK) == wanted)
			return at + 10;
	}
	return -1;
}

static void start(void)
{
	randomness = signal_seed(7);
	speech_reset(&speech);
	change_after(SPEECH_ENDED, -65.0, 2500);
}

static void speech_is_heard_within_100_ms(void)
{
	for (double dbm0 = -38.0; dbm0 <= 0.0; dbm0 += 2.0) {
		start();
		int ms = change_after(SPEECH_BEGAN, dbm0, 500);
		CHECK(ms > 0);
		CHECK_INT(ms, <=, 100);
	}
}

static void a_click_is_no_speech(void)
{
	start();
	for (int click = 0; click < 20; click++) {
		CHECK_INT(change_after(SPEECH_BEGAN, -10.0, 30), ==, -1);
		CHECK_INT(change_after(SPEECH_BEGAN, -65.0, 200), ==, -1);
	}
}

static void a_pause_is_no_silence_and_two_seconds_are(void)
{
	start();
	CHECK(change_after(SPEECH_BEGAN, -20.0, 500) > 0);
	CHECK_INT(change_after(SPEECH_ENDED, -65.0, 1800), ==, -1);
	CHECK_INT(change_after(SPEECH_BEGAN, -20.0, 500), ==, -1); /* it never ended */
	int ms = change_after(SPEECH_ENDED, -65.0, 3000);
	CHECK_INT(ms, >=, 1990);
	CHECK_INT(ms, <=, 2100);
}

static void a_fan_becomes_the_room(void)
{
	start();
	CHECK(change_after(SPEECH_BEGAN, -30.0, 500) > 0);
	CHECK(change_after(SPEECH_ENDED, -30.0, 20000) > 0);
	CHECK(change_after(SPEECH_BEGAN, -15.0, 500) > 0); /* and speech stands out of it */
}

static void nobody_has_spoken_yet_is_said_once(void)
{
	randomness = signal_seed(9);
	speech_reset(&speech);
	CHECK(change_after(SPEECH_ENDED, -65.0, 2500) > 0);
	CHECK_INT(change_after(SPEECH_ENDED, -65.0, 10000), ==, -1);
}

int main(void)
{
	TEST(speech_is_heard_within_100_ms);
	TEST(a_click_is_no_speech);
	TEST(a_pause_is_no_silence_and_two_seconds_are);
	TEST(a_fan_becomes_the_room);
	TEST(nobody_has_spoken_yet_is_said_once);
	return test_end();
}

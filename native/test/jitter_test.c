/* Jitter: delay it costs, gaps it covers, surplus it trims, bursts it takes. */
#include <stdlib.h>

#include "jitter.h"
#include "signal.h"
#include "test.h"

static int16_t ramp_at;

static void write_frame(struct jitter *jitter, size_t n)
{
	int16_t pcm[1600];
	for (size_t i = 0; i < n; i++)
		pcm[i] = ++ramp_at;
	jitter_write(jitter, pcm, n);
}

static void regular_frames_pass_whole(void)
{
	struct jitter *jitter;
	int16_t pcm[JITTER_FRAME], expected = 0;
	CHECK_INT(jitter_create(&jitter), ==, 0);
	ramp_at = 0;
	int idle = 0;
	for (int tick = 0; tick < 400; tick++) {
		if (tick % 2 == 0)
			write_frame(jitter, 160);
		enum jitter_result result = jitter_read(jitter, pcm);
		if (result == JITTER_IDLE) {
			idle++;
			continue;
		}
		CHECK_INT(result, ==, JITTER_AUDIO);
		for (int i = 0; i < JITTER_FRAME; i++)
			CHECK_INT(pcm[i], ==, (int16_t)++expected);
	}
	CHECK_INT(idle, ==, 0);
	CHECK_INT(jitter_trimmed(jitter), ==, 0);
	jitter_free(jitter);
}

/* A frame that comes 3 ms after the tick that wants it: one gap, then never again. */
static void an_unlucky_phase_settles(void)
{
	struct jitter *jitter;
	int16_t pcm[JITTER_FRAME];
	int missing = 0;
	CHECK_INT(jitter_create(&jitter), ==, 0);
	for (int tick = 0; tick < 2000; tick++) {
		/* Between two ticks, now before and now after the third one of 10 ms. */
		bool late = tick % 100 >= 50;
		if (!late && tick % 2 == 0)
			write_frame(jitter, 160);
		missing += jitter_read(jitter, pcm) == JITTER_MISSING;
		if (late && tick % 2 == 0)
			write_frame(jitter, 160);
	}
	CHECK_INT(missing, >=, 1);
	CHECK_INT(missing, <=, 2);
	jitter_free(jitter);
}

static void a_late_frame_is_covered_and_nothing_is_lost(void)
{
	struct jitter *jitter;
	int16_t pcm[JITTER_FRAME];
	int missing = 0;
	CHECK_INT(jitter_create(&jitter), ==, 0);
	ramp_at = 0;
	for (int tick = 0; tick < 100; tick++) {
		bool late = tick == 40 || tick == 42;
		if (tick % 2 == 0 && !late)
			write_frame(jitter, 160);
		if (tick == 43)
			write_frame(jitter, 320);
		missing += jitter_read(jitter, pcm) == JITTER_MISSING;
	}
	CHECK_INT(missing, >=, 1);
	CHECK_INT(missing, <=, 3);
	CHECK_INT(jitter_passed(jitter) + 480, >=, jitter_written(jitter));
	jitter_free(jitter);
}

static void delay_that_is_not_needed_goes_away(void)
{
	struct jitter *jitter;
	int16_t pcm[JITTER_FRAME], quiet[1600] = {0};
	int missing = 0;
	CHECK_INT(jitter_create(&jitter), ==, 0);
	for (int i = 0; i < 5; i++)
		jitter_write(jitter, quiet, 1600); /* a second at once, then real time */
	for (int tick = 0; tick < 4000; tick++) {
		if (tick % 2 == 0)
			jitter_write(jitter, quiet, 160);
		missing += jitter_read(jitter, pcm) == JITTER_MISSING;
	}
	CHECK_INT(jitter_written(jitter) - jitter_passed(jitter), <=, 240);
	CHECK_INT(jitter_trimmed(jitter), >=, 7000);
	CHECK_INT(jitter_trimmed(jitter), <=, 8000);
	CHECK_INT(missing, ==, 0);
	jitter_free(jitter);
}

static void loud_delay_is_trimmed_only_when_it_hurts(void)
{
	struct jitter *jitter;
	int16_t pcm[JITTER_FRAME], loud[160];
	for (int i = 0; i < 160; i++)
		loud[i] = 10000;
	CHECK_INT(jitter_create(&jitter), ==, 0);
	for (int i = 0; i < 4; i++)
		jitter_write(jitter, loud, 160);
	for (int tick = 0; tick < 1500; tick++) {
		if (tick % 2 == 0)
			jitter_write(jitter, loud, 160);
		jitter_read(jitter, pcm);
	}
	CHECK_INT(jitter_trimmed(jitter), ==, 0);
	jitter_free(jitter);
}

static void a_burst_is_played_whole_and_then_it_is_idle(void)
{
	struct jitter *jitter;
	int16_t pcm[JITTER_FRAME];
	int audio = 0, last = -1;
	CHECK_INT(jitter_create(&jitter), ==, 0);
	ramp_at = 0;
	write_frame(jitter, 1600);
	write_frame(jitter, 1234);
	for (int tick = 0; tick < 60; tick++) {
		enum jitter_result result = jitter_read(jitter, pcm);
		audio += result == JITTER_AUDIO;
		if (result == JITTER_IDLE && tick > 1 && last < 0)
			last = tick;
	}
	CHECK_INT(audio, ==, 36);
	CHECK_INT(jitter_passed(jitter), ==, 2834);
	CHECK_INT(last, <=, 43);
	jitter_free(jitter);
}

static void too_much_is_refused(void)
{
	struct jitter *jitter;
	int16_t pcm[1600] = {0};
	size_t taken = 0;
	CHECK_INT(jitter_create(&jitter), ==, 0);
	for (int i = 0; i < 20; i++)
		taken += jitter_write(jitter, pcm, 1600);
	CHECK_INT(taken, ==, JITTER_CAPACITY);
	CHECK_INT(jitter_written(jitter), ==, JITTER_CAPACITY);
	jitter_free(jitter);
	jitter_free(NULL);
}

int main(void)
{
	TEST(regular_frames_pass_whole);
	TEST(an_unlucky_phase_settles);
	TEST(a_late_frame_is_covered_and_nothing_is_lost);
	TEST(delay_that_is_not_needed_goes_away);
	TEST(loud_delay_is_trimmed_only_when_it_hurts);
	TEST(a_burst_is_played_whole_and_then_it_is_idle);
	TEST(too_much_is_refused);
	return test_end();
}

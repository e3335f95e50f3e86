/* Ports: what is mixed, what is reported, what is left behind. */
#include "fake_line.h"
#include "signal.h"

static double heard_level(const struct fake_box *box, double hz, int ms)
{
	size_t n = (size_t)ms * 8;
	return signal_level_at(box->line->heard + box->line->heard_end - n, n, hz);
}

static void command(struct fake_box *box, struct port_command command)
{
	port_perform(box->port, &command);
}

static struct clip *sine_clip(double hz, double dbm0, size_t samples)
{
	static int16_t pcm[16000];
	struct clip *clip;
	for (size_t i = 0; i < samples; i++)
		pcm[i] = (int16_t)(signal_peak(dbm0) * sin(2 * M_PI * hz * (double)i / 8000));
	if (clip_create(&clip, pcm, samples) != 0)
		abort();
	return clip;
}

static void tone_player_and_bridge_add_up(void)
{
	struct fake_box *box = fake_box_create(LF_FXS | 1);
	struct clip *clip = sine_clip(800, -20, 800);
	command(box, (struct port_command){.kind = LF_PLAY_TONE, .value = 0});
	command(box, (struct port_command){.kind = LF_PLAY, .value = 9, .count = 1, .clips = &clip,
					   .flags = LF_FLAG_LOOP});
	fake_run(box, 600);
	CHECK_NEAR(heard_level(box, 450, 400), -10, 0.3);
	CHECK_NEAR(heard_level(box, 800, 400), -20, 0.3);
	command(box, (struct port_command){.kind = LF_TONE_OFF});
	command(box, (struct port_command){.kind = LF_STOP_PLAY});
	fake_run(box, 300);
	CHECK_NEAR(heard_level(box, 450, 200), -100, 45);
	CHECK_INT(fake_count(box, LF_PLAY_DONE), ==, 1);
	CHECK_INT(fake_find(box, LF_PLAY_DONE)->value, ==, 9);
	fake_box_free(box);
	free(clip);
}

static void too_loud_is_limited_not_wrapped(void)
{
	struct fake_box *box = fake_box_create(LF_FXS | 1);
	static int16_t loud[80];
	struct clip *clip;
	for (int i = 0; i < 80; i++)
		loud[i] = 32767;
	CHECK_INT(clip_create(&clip, loud, 80), ==, 0);
	command(box, (struct port_command){.kind = LF_PLAY_TONE, .value = 0});
	command(box, (struct port_command){.kind = LF_PLAY, .count = 1, .clips = &clip,
					   .flags = LF_FLAG_LOOP});
	fake_run(box, 100);
	int16_t lowest = 32767;
	for (size_t i = 0; i < box->line->heard_end; i++)
		if (box->line->heard[i] < lowest)
			lowest = box->line->heard[i];
	CHECK_INT(lowest, >, 20000);
	fake_box_free(box);
	free(clip);
}

static void a_lost_event_is_counted_and_told_first(void)
{
	struct fake_box *box = fake_box_create(LF_FXS | 7);
	box->deaf = true;
	for (int i = 0; i < 3; i++)
		command(box, (struct port_command){.kind = LF_DIAL, .digits = "!"});
	box->deaf = false;
	command(box, (struct port_command){.kind = LF_DIAL, .digits = "!"});
	CHECK_INT(box->event_count, ==, 2);
	CHECK_INT(box->events[0].kind, ==, LF_OVERFLOW);
	CHECK_INT(box->events[0].value, ==, 3);
	CHECK_INT(box->events[0].port, ==, 7);
	CHECK_INT(box->events[1].kind, ==, LF_DIAL_DONE);
	fake_box_free(box);
}

static void its_own_keys_are_not_heard_as_dialled(void)
{
	struct fake_box *box = fake_box_create(LF_FXO | 1);
	command(box, (struct port_command){.kind = LF_SEIZE});
	command(box, (struct port_command){.kind = LF_DIAL, .digits = "42"});
	for (int i = 0; i < 100; i++) {
		fake_run(box, 10);
		/* The line throws back what it gets, 12 dB down. */
		memcpy(box->line->say, box->line->heard + box->line->heard_end - 80, 160);
		for (int k = 0; k < 80; k++)
			box->line->say[k] /= 4;
		box->line->say_at = 0;
		box->line->say_end = 80;
	}
	CHECK_INT(fake_count(box, LF_DIAL_DONE), ==, 1);
	CHECK_INT(fake_count(box, LF_DIGIT), ==, 0);
	fake_box_free(box);
}

static void a_port_that_goes_leaves_nothing_behind(void)
{
	struct fake_box *box = fake_box_create(LF_FXS | 1);
	struct clip *clip = sine_clip(800, -20, 800);
	command(box, (struct port_command){.kind = LF_JOIN, .value = 5});
	command(box, (struct port_command){.kind = LF_PLAY, .count = 1, .clips = &clip,
					   .flags = LF_FLAG_LOOP});
	CHECK_INT(bridges_count(box->context.bridges), ==, 1);
	port_withdraw(box->port);
	CHECK_INT(bridges_count(box->context.bridges), ==, 0);
	CHECK_INT(clip->users, ==, 0);
	CHECK_INT(box->event_count, ==, 0);
	fake_box_free(box);
	free(clip);
}

static void a_digit_that_comes_in_pieces_is_one(void)
{
	static int16_t keys[8000];
	struct dtmf_sender *sender;
	struct fake_box *box = fake_box_create(LF_FXS | 1);
	CHECK_INT(dtmf_sender_create(&sender), ==, 0);
	CHECK_INT(dtmf_sender_put(sender, "112"), ==, 0);
	for (int i = 0; i < 8000; i += 80)
		dtmf_sender_fill(sender, keys + i, 80);
	dtmf_sender_free(sender);
	fake_put(box, LF_FAR_HOOK, 1, 0);
	fake_run(box, 100);
	for (int i = 0; i < 100; i++) {
		if (i % 7 == 4) { /* held up in the middle of digits, 10 to 150 ms */
			box->line->result = JITTER_MISSING;
			fake_run(box, 10 + i % 5 * 10);
			box->line->result = JITTER_IDLE;
			fake_run(box, i % 10 * 10);
			box->line->result = JITTER_AUDIO;
		}
		memcpy(box->line->say, keys + 80 * i, 160);
		box->line->say_at = 0;
		box->line->say_end = 80;
		fake_run(box, 10);
	}
	CHECK_INT(fake_count(box, LF_DIGIT), ==, 3);
	fake_box_free(box);
}

static void a_port_at_rest_sleeps_and_wakes(void)
{
	static const uint16_t ids[] = {LF_FXS | 1, LF_FXO | 1};
	for (int i = 0; i < 2; i++) {
		struct fake_box *box = fake_box_create(ids[i]);
		fake_run(box, 1000);
		CHECK(!box->port->asleep); /* somebody is there, even if silent */
		fake_put(box, i == 0 ? LF_FAR_HOOK : LF_FAR_RING, 1, 0);
		fake_run(box, 300);
		port_detach(box->port);
		CHECK(!box->port->asleep);
		fake_run(box, 20000);
		CHECK(box->port->asleep);
		CHECK_INT(fake_count(box, i == 0 ? LF_ON_HOOK : LF_RING_STOP), ==, 1);
		command(box, (struct port_command){.kind = LF_PLAY_TONE, .value = 0});
		CHECK(!box->port->asleep);
		fake_run(box, 1000);
		CHECK(!box->port->asleep);
		command(box, (struct port_command){.kind = LF_TONE_OFF});
		fake_run(box, 100);
		CHECK(box->port->asleep);
		command(box, (struct port_command){.kind = LF_JOIN, .value = 1});
		fake_run(box, 100);
		CHECK(!box->port->asleep);
		fake_box_free(box);
	}
}

int main(void)
{
	TEST(tone_player_and_bridge_add_up);
	TEST(too_loud_is_limited_not_wrapped);
	TEST(a_lost_event_is_counted_and_told_first);
	TEST(its_own_keys_are_not_heard_as_dialled);
	TEST(a_port_that_goes_leaves_nothing_behind);
	TEST(a_digit_that_comes_in_pieces_is_one);
	TEST(a_port_at_rest_sleeps_and_wakes);
	return test_end();
}

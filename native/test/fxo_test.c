/* Exchange lines: ring bursts, polarity, open interval, battery, what is heard when. */
#include "fake_line.h"
#include "fxo.h"
#include "signal.h"

static struct fake_box *box;

static void loop(bool close)
{
	port_perform(box->port,
		     &(struct port_command){.kind = close ? LF_SEIZE : LF_RELEASE});
}

static void signal_for(uint32_t what, uint32_t value, int ms)
{
	fake_put(box, what, value, 0);
	fake_run(box, ms);
}

static void bursts_from_100_ms_count(void)
{
	box = fake_box_create(LF_FXO | 1);
	signal_for(LF_FAR_RING, 1, 80);
	signal_for(LF_FAR_RING, 0, 300);
	CHECK_INT(box->event_count, ==, 0);
	signal_for(LF_FAR_RING, 1, 120);
	CHECK_INT(fake_count(box, LF_RING_START), ==, 1);
	signal_for(LF_FAR_RING, 0, 60); /* a dip is the same burst */
	signal_for(LF_FAR_RING, 1, 500);
	CHECK_INT(box->event_count, ==, 1);
	signal_for(LF_FAR_RING, 0, 120);
	CHECK_INT(fake_count(box, LF_RING_STOP), ==, 1);
	signal_for(LF_FAR_RING, 1, 1000);
	signal_for(LF_FAR_RING, 0, 1000);
	CHECK_INT(fake_count(box, LF_RING_START), ==, 2);
	CHECK_INT(fake_count(box, LF_RING_STOP), ==, 2);
	fake_box_free(box);
}

/* Glare: the exchange takes ringing away as soon as it sees the loop. */
static void ringing_that_meets_our_seizure_is_reported(void)
{
	box = fake_box_create(LF_FXO | 1);
	fake_put(box, LF_FAR_RING, 1, 0);
	fake_run(box, 50);
	CHECK_INT(fake_count(box, LF_RING_START), ==, 0);
	loop(true);
	fake_run(box, 20);
	CHECK_INT(fake_count(box, LF_RING_START), ==, 1);
	fake_run(box, 1000);
	CHECK_INT(fake_count(box, LF_RING_START), ==, 1);
	loop(false); /* and it still rings: somebody new */
	fake_run(box, 100);
	CHECK_INT(fake_count(box, LF_RING_START), ==, 2);
	fake_box_free(box);
	box = fake_box_create(LF_FXO | 1);
	loop(true);
	signal_for(LF_FAR_RING, 1, 30);
	signal_for(LF_FAR_RING, 0, 300);
	CHECK_INT(fake_count(box, LF_RING_START), ==, 1);
	CHECK_INT(fake_count(box, LF_RING_STOP), ==, 1);
	fake_box_free(box);
}

static void open_intervals_are_told_off_hook_only(void)
{
	box = fake_box_create(LF_FXO | 1);
	signal_for(LF_FAR_BATTERY, 0, 400);
	signal_for(LF_FAR_BATTERY, 1, 100);
	CHECK_INT(fake_count(box, LF_OPEN_INTERVAL), ==, 0);
	loop(true);
	signal_for(LF_FAR_BATTERY, 0, 190);
	signal_for(LF_FAR_BATTERY, 1, 100);
	CHECK_INT(fake_count(box, LF_OPEN_INTERVAL), ==, 0);
	signal_for(LF_FAR_BATTERY, 0, 230);
	CHECK_INT(fake_count(box, LF_OPEN_INTERVAL), ==, 1);
	CHECK_NEAR(fake_find(box, LF_OPEN_INTERVAL)->value, 205, 6);
	signal_for(LF_FAR_BATTERY, 1, 500);
	CHECK_INT(fake_count(box, LF_OPEN_INTERVAL), ==, 1);
	fake_box_free(box);
}

static void a_dead_line_is_told_once_and_its_return(void)
{
	box = fake_box_create(LF_FXO | 1);
	signal_for(LF_FAR_BATTERY, 0, 900);
	CHECK_INT(box->event_count, ==, 0);
	fake_run(box, 60000);
	CHECK_INT(fake_count(box, LF_BATTERY_LOST), ==, 1);
	signal_for(LF_FAR_BATTERY, 1, 1000);
	CHECK_INT(fake_count(box, LF_BATTERY_RETURNED), ==, 1);
	CHECK_INT(box->event_count, ==, 2);
	fake_box_free(box);
}

static void short_reversals_are_noise(void)
{
	box = fake_box_create(LF_FXO | 1);
	fake_put(box, LF_FAR_POLARITY, 1, 0);
	fake_run(box, 10);
	signal_for(LF_FAR_POLARITY, 0, 200);
	CHECK_INT(box->event_count, ==, 0);
	signal_for(LF_FAR_POLARITY, 1, 100);
	CHECK_INT(fake_find(box, LF_POLARITY_REVERSAL)->value, ==, 1);
	signal_for(LF_FAR_POLARITY, 0, 100);
	CHECK_INT(fake_count(box, LF_POLARITY_REVERSAL), ==, 2);
	fake_box_free(box);
}

static void signals_late_in_one_tick_keep_their_times(void)
{
	/* Battery off for 300 ms, but both changes are looked at in the same tick. */
	box = fake_box_create(LF_FXO | 1);
	loop(true);
	fake_run(box, 500);
	fake_put(box, LF_FAR_BATTERY, 0, -350000);
	fake_put(box, LF_FAR_BATTERY, 1, -50000);
	fake_run(box, 10);
	CHECK_INT(fake_count(box, LF_OPEN_INTERVAL), ==, 1);
	CHECK_INT(fake_find(box, LF_OPEN_INTERVAL)->value, ==, 300);
	fake_box_free(box);
}

static void a_far_end_that_goes_disconnects_without_alarm(void)
{
	box = fake_box_create(LF_FXO | 1);
	signal_for(LF_FAR_RING, 1, 300);
	loop(true);
	port_detach(box->port);
	fake_run(box, 5000);
	CHECK_INT(fake_count(box, LF_RING_STOP), ==, 1);
	CHECK_INT(fake_count(box, LF_OPEN_INTERVAL), ==, 1);
	CHECK_INT(fake_count(box, LF_BATTERY_LOST), ==, 0);
	CHECK_INT(atomic_load(&box->port->state), ==, LF_STATE_BATTERY | LF_STATE_OFF_HOOK);
	fake_box_free(box);
}

static void without_a_far_end_nothing_happens(void)
{
	box = fake_box_create(LF_FXO | 1);
	port_withdraw(box->port);
	fake_run(box, 20000);
	CHECK_INT(box->event_count, ==, 0);
	CHECK_INT(atomic_load(&box->port->state), ==, LF_STATE_BATTERY);
	fake_box_free(box);
}

static void sine(double hz, double dbm0, int ms)
{
	for (int i = 0; i < ms * 8; i++)
		box->line->say[i] = (int16_t)(signal_peak(dbm0) * sin(2 * M_PI * hz * i / 8000));
	box->line->say_at = 0;
	box->line->say_end = (size_t)ms * 8;
}

static void caller_id_survives_audio_that_comes_late(void)
{
	static int16_t message[16000];
	struct callerid_sender *sender;
	struct callerid id = {.form = CALLERID_BELL202, .number = "01062345678"};
	CHECK_INT(callerid_sender_create(&sender), ==, 0);
	CHECK_INT(callerid_sender_start(sender, &id, 11, 20, 10, 42), ==, 0);
	for (int i = 0; i < 16000; i += 80)
		callerid_sender_fill(sender, message + i, 80);
	callerid_sender_free(sender);
	box = fake_box_create(LF_FXO | 1);
	for (int i = 0; i < 200; i++) {
		if (i % 25 == 24) { /* held up, for 50 ms and then for 150 ms more */
			box->line->result = JITTER_MISSING;
			fake_run(box, 50);
			box->line->result = JITTER_IDLE;
			fake_run(box, 150);
			box->line->result = JITTER_AUDIO;
		}
		memcpy(box->line->say, message + 80 * i, 160);
		box->line->say_at = 0;
		box->line->say_end = 80;
		fake_run(box, 10);
	}
	CHECK_INT(fake_count(box, LF_CALLER_ID), ==, 1);
	CHECK_TEXT(fake_find(box, LF_CALLER_ID)->number, "01062345678");
	fake_box_free(box);
}

static void fax_tones_are_heard_off_hook_only(void)
{
	box = fake_box_create(LF_FXO | 1);
	sine(2100, -14, 2000);
	fake_run(box, 2500);
	CHECK_INT(box->event_count, ==, 0);
	loop(true);
	sine(2100, -14, 2000);
	fake_run(box, 2500);
	CHECK_INT(fake_count(box, LF_TONE), >=, 1);
	CHECK_INT(fake_find(box, LF_TONE)->value, ==, LF_HEARD_FAX_ANSWER);
	fake_box_free(box);
}

static void an_echo_is_cancelled_and_fax_tones_end_that(void)
{
	struct echo *echo;
	static int16_t speech[8000];
	struct signal_random random = signal_seed(3);
	struct clip *clip;
	box = fake_box_create(LF_FXO | 1);
	CHECK_INT(echo_create(&echo, LF_TICK_SAMPLES, FXO_ECHO_TAIL_MS), ==, 0);
	CHECK(fxo_give_echo(box->port, echo) == NULL);
	for (int i = 0; i < 8000; i++)
		speech[i] = (int16_t)(2000 * signal_gauss(&random));
	CHECK_INT(clip_create(&clip, speech, 8000), ==, 0);
	loop(true);
	port_perform(box->port, &(struct port_command){.kind = LF_PLAY, .count = 1, .clips = &clip,
						       .flags = LF_FLAG_LOOP});
	double level = 0;
	for (int i = 0; i < 300; i++) {
		fake_run(box, 10);
		for (int k = 0; k < 80; k++)
			box->line->say[k] = box->line->heard[box->line->heard_end - 80 + (size_t)k] / 2;
		box->line->say_at = 0;
		box->line->say_end = 80;
		level = signal_level(box->port->rx, 80);
	}
	CHECK(level < -25); /* the echo came back at about -16 dBm0 */
	sine(2100, -10, 1500);
	fake_run(box, 1500);
	CHECK_INT(fake_count(box, LF_TONE), >=, 1);
	sine(1000, -10, 500);
	fake_run(box, 500);
	CHECK_NEAR(signal_level(box->port->rx, 80), -10, 0.5);
	fake_box_free(box);
	free(clip);
}

int main(void)
{
	TEST(bursts_from_100_ms_count);
	TEST(ringing_that_meets_our_seizure_is_reported);
	TEST(open_intervals_are_told_off_hook_only);
	TEST(a_dead_line_is_told_once_and_its_return);
	TEST(short_reversals_are_noise);
	TEST(signals_late_in_one_tick_keep_their_times);
	TEST(a_far_end_that_goes_disconnects_without_alarm);
	TEST(without_a_far_end_nothing_happens);
	TEST(caller_id_survives_audio_that_comes_late);
	TEST(fax_tones_are_heard_off_hook_only);
	TEST(an_echo_is_cancelled_and_fax_tones_end_that);
	return test_end();
}

/* The control thread's half: what it refuses, a call through it, failing memory at every place,
 * and everything at once with the real thread running. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control.h"
#include "engine.h"
#include "failing_alloc.h"
#include "signal.h"
#include "test.h"

static struct control *control;
static int64_t now;

static void run(int ticks)
{
	for (int i = 0; i < ticks; i++)
		engine_tick(control_engine(control), now += ENGINE_TICK_US);
}

static void open_box(void)
{
	static const uint16_t ids[] = {1, 2, 3, LF_FXO | 1, LF_FXO | 2};
	if (control_open(&control, false, false) != 0 || control_ports(control, ids, 5) != 0)
		abort();
	now = engine_now();
	run(1);
}

static struct lf_settings settings(void)
{
	struct lf_settings made = {.version = LF_VERSION, .flash_min_ms = 90, .flash_max_ms = 600,
				   .cadence_count = 2, .cadence_ms = {1000, 4000}};
	return made;
}

static void wrong_arguments_are_refused(void)
{
	static const uint16_t bad[][2] = {{0, 1}, {513, 1}, {0x8001, 1}, {LF_FXO, 1}};
	struct lf_command command = {.kind = LF_TONE_OFF, .port = 9};
	open_box();
	for (int i = 0; i < 4; i++)
		CHECK_INT(control_ports(control, bad[i], 2), ==, -EINVAL);
	CHECK_INT(control_ports(control, bad[0], LF_MAX_PORTS + 1), ==, -EINVAL);
	CHECK_INT(control_perform(control, &command), ==, -ENOENT);
	command.port = 1;
	command.kind = 0;
	CHECK_INT(control_perform(control, &command), ==, -EINVAL);
	command.kind = LF_STOP_RECORD + 1;
	CHECK_INT(control_perform(control, &command), ==, -EINVAL);
	command.kind = LF_PLAY_TONE;
	command.value = LF_TONES;
	CHECK_INT(control_perform(control, &command), ==, -EINVAL);
	command.kind = LF_PLAY;
	command.count = LF_MAX_PLAY + 1;
	CHECK_INT(control_perform(control, &command), ==, -EINVAL);
	command.count = 1;
	command.body.clips[0] = LF_MAX_CLIPS;
	CHECK_INT(control_perform(control, &command), ==, -EINVAL);
	memset(&command.body, 'x', sizeof(command.body)); /* text without an end */
	command.kind = LF_DIAL;
	CHECK_INT(control_perform(control, &command), ==, -EINVAL);
	command.kind = LF_RING;
	CHECK_INT(control_perform(control, &command), ==, -EINVAL);
	command.kind = LF_RECORD;
	CHECK_INT(control_perform(control, &command), ==, -EINVAL);
	CHECK_INT(control_load_clip(control, LF_MAX_CLIPS, NULL, 0), ==, -EINVAL);
	control_close(control);
}

static void settings_are_checked(void)
{
	struct lf_settings good = settings(), bad;
	open_box();
	CHECK_INT(control_configure(control, &good), ==, 0);
	bad = good, bad.version = 2;
	CHECK_INT(control_configure(control, &bad), ==, -EINVAL);
	bad = good, bad.cadence_count = LF_MAX_CADENCE + 2;
	CHECK_INT(control_configure(control, &bad), ==, -EINVAL);
	bad = good, bad.cadence_count = 3, bad.cadence_ms[2] = 1000;
	CHECK_INT(control_configure(control, &bad), ==, -EINVAL);
	bad = good, bad.cadence_ms[0] = 0;
	CHECK_INT(control_configure(control, &bad), ==, -EINVAL);
	bad = good, bad.flash_min_ms = 700;
	CHECK_INT(control_configure(control, &bad), ==, -EINVAL);
	bad = good, bad.caller_id_form = 3;
	CHECK_INT(control_configure(control, &bad), ==, -EINVAL);
	bad = good, bad.tones[3].segment_count = 17;
	CHECK_INT(control_configure(control, &bad), ==, -EINVAL);
	bad = good, bad.tones[10].repeat_from = 16;
	CHECK_INT(control_configure(control, &bad), ==, -EINVAL);
	control_close(control);
}

static void far_ends_are_checked(void)
{
	int16_t pcm[LF_WRITE_SAMPLES + 1] = {0};
	open_box();
	CHECK_INT(control_attach(control, 9, NULL), ==, -ENOENT);
	CHECK_INT(control_far_write(control, 1, pcm, 10), ==, -ENOENT);
	CHECK_INT(control_far_signal(control, 1, LF_FAR_HOOK, 1), ==, -ENOENT);
	CHECK_INT(control_attach(control, 1, NULL), ==, LF_STATE_BATTERY);
	CHECK_INT(control_attach(control, 1, NULL), ==, -EBUSY);
	CHECK_INT(control_attach(control, LF_FXO | 1, NULL), ==, LF_STATE_BATTERY);
	CHECK_INT(control_far_write(control, 1, pcm, LF_WRITE_SAMPLES + 1), ==, -EINVAL);
	CHECK_INT(control_far_write(control, 1, pcm, LF_WRITE_SAMPLES), ==, LF_WRITE_SAMPLES);
	CHECK_INT(control_far_signal(control, 1, LF_FAR_RING, 1), ==, -EINVAL);
	CHECK_INT(control_far_signal(control, 1, LF_FAR_HOOK, 2), ==, -EINVAL);
	CHECK_INT(control_far_signal(control, 1, LF_FAR_FLASH, LF_MAX_FLASH_MS + 1), ==, -EINVAL);
	CHECK_INT(control_far_signal(control, LF_FXO | 1, LF_FAR_HOOK, 1), ==, -EINVAL);
	CHECK_INT(control_far_signal(control, 1, 77, 0), ==, -EINVAL);
	CHECK_INT(control_far_signal(control, 1, LF_FAR_DETACH, 0), ==, 0);
	CHECK_INT(control_far_signal(control, 1, LF_FAR_DETACH, 0), ==, -ENOENT);
	/* Free again at once, before the engine knew of it. */
	CHECK_INT(control_attach(control, 1, NULL), ==, LF_STATE_BATTERY);
	run(1);
	control_close(control);
}

static void perform(uint16_t kind, uint16_t port, uint32_t value)
{
	struct lf_command command = {.kind = kind, .port = port, .value = value};
	if (control_perform(control, &command) != 0)
		abort();
}

static void two_far_ends_talk(void)
{
	static struct lf_frame frames[64];
	int16_t pcm[160];
	double heard = -100;
	open_box();
	control_attach(control, 1, NULL);
	control_attach(control, 2, NULL);
	control_far_signal(control, 1, LF_FAR_HOOK, 1);
	control_far_signal(control, 2, LF_FAR_HOOK, 1);
	now = engine_now();
	run(10);
	struct lf_event events[8];
	CHECK_INT(control_drain(control, events, 8), ==, 2);
	CHECK_INT(events[0].kind, ==, LF_OFF_HOOK);
	perform(LF_JOIN, 1, 4);
	perform(LF_JOIN, 2, 4);
	for (int i = 0; i < 50; i++) {
		for (int k = 0; k < 160; k++)
			pcm[k] = (int16_t)(8000 * sin(2 * M_PI * 500 * k / 8000));
		control_far_write(control, 1, pcm, 160);
		run(2);
		size_t n = control_far_read(control, frames, 64);
		for (size_t f = 0; f < n; f++)
			if (frames[f].port == 2 && frames[f].kind == 0)
				heard = signal_level(frames[f].pcm, 160);
	}
	CHECK_NEAR(heard, 20 * log10(8000 / 32767.0) + 3.14, 0.2);
	/* A port that is taken out of the configuration, in mid-call, takes nothing with it. */
	static const uint16_t fewer[] = {1, 3};
	CHECK_INT(control_ports(control, fewer, 2), ==, 0);
	run(3);
	struct lf_stats stats;
	control_stats(control, &stats);
	CHECK_INT(stats.ports, ==, 2);
	CHECK_INT(stats.far_ends, ==, 1);
	CHECK_INT(stats.bridges, ==, 1);
	struct lf_port_state states[8];
	CHECK_INT(control_port_states(control, states, 8), ==, 2);
	CHECK_INT(states[0].state, ==, LF_STATE_BATTERY | LF_STATE_OFF_HOOK);
	CHECK_INT(states[0].far_end, ==, 1);
	control_close(control);
}

static void a_full_ring_is_told_and_nothing_leaks(void)
{
	struct lf_command command = {.kind = LF_RECORD, .port = 1};
	int16_t pcm[80] = {0};
	int taken = 0;
	open_box();
	perform(LF_TONE_OFF, 1, 0);
	while (control_load_clip(control, 7, pcm, 80) == 0)
		taken++;
	CHECK_INT(taken, ==, ENGINE_ORDERS - 1);
	CHECK_INT(control_perform(control, &command), ==, -EAGAIN);
	CHECK_INT(control_attach(control, 1, NULL), ==, -EAGAIN);
	struct lf_settings good = settings();
	CHECK_INT(control_configure(control, &good), ==, -EAGAIN);
	struct lf_stats stats;
	control_stats(control, &stats);
	CHECK_INT(stats.commands_refused, ==, 4);
	run(1);
	CHECK_INT(control_load_clip(control, 7, pcm, 80), ==, 0);
	/* Without a tick to give them back, at most ENGINE_RETIRED objects are out. */
	for (int i = 0; i < 3 * ENGINE_RETIRED; i++) {
		if (control_load_clip(control, (uint32_t)i % 3, pcm, 80) == -EAGAIN)
			run(1);
	}
	control_close(control);
}

/* Everything that allocates, with the nth allocation failing: an error or success, never worse. */
static int everything(void)
{
	static const uint16_t ids[] = {1, 2, LF_FXO | 1, LF_FXO | 2};
	struct lf_settings with_echo = settings();
	struct lf_bench bench = {.flags = LF_BENCH_SPEAK};
	struct lf_command record = {.kind = LF_RECORD, .port = 1};
	int16_t pcm[80] = {0};
	int failures = 0;
	with_echo.echo_cancel = 1;
	snprintf(record.body.path, sizeof(record.body.path), "/tmp/control-test-%d.wav",
		 (int)getpid());
	int error = control_open(&control, false, false);
	if (error < 0)
		return error == -ENOMEM ? 1 : 1000;
	now = 1000000;
	failures += control_ports(control, ids, 4) < 0;
	failures += control_configure(control, &with_echo) < 0;
	failures += control_attach(control, 1, NULL) == -ENOMEM;
	failures += control_attach(control, 2, &bench) == -ENOMEM;
	failures += control_load_clip(control, 1, pcm, 80) < 0;
	failures += control_perform(control, &record) == -ENOMEM;
	run(3);
	control_close(control);
	unlink(record.body.path);
	return failures;
}

static void memory_may_fail_anywhere(void)
{
	int failed = 0;
	for (int nth = 0; nth < 500; nth++) {
		alloc_left = nth;
		int failures = everything();
		bool ran_out = alloc_left < 0;
		alloc_left = -1;
		if (!ran_out) {
			CHECK_INT(failures, ==, 0);
			break;
		}
		CHECK_INT(failures, >=, 1);
		CHECK_INT(failures, <=, 4);
		failed++;
	}
	test_note("%d places where memory can fail", failed);
	CHECK_INT(failed, >=, 40);
}

static void everything_at_once_with_the_thread(void)
{
	static struct lf_frame frames[64];
	static struct lf_event events[64];
	struct signal_random random = signal_seed(11);
	uint16_t ids[12];
	int16_t pcm[160] = {0};
	struct lf_stats stats;
	for (uint16_t i = 0; i < 12; i++)
		ids[i] = i < 6 ? i + 1 : (uint16_t)(LF_FXO | (i - 5));
	CHECK_INT(control_open(&control, true, false), ==, 0);
	CHECK_INT(control_ports(control, ids, 12), ==, 0);
	for (int i = 0; i < 6000; i++) {
		uint16_t port = ids[(int)signal_between(&random, 0, 11.99)];
		int what = (int)signal_between(&random, 0, 9.99);
		struct lf_command command = {.port = port, .value = (uint32_t)i % 5, .count = 1};
		command.kind = (uint16_t)signal_between(&random, LF_RING, LF_STOP_PLAY + 2.99);
		snprintf(command.body.digits, sizeof(command.body.digits), "%c", i % 3 ? '5' : 0);
		if (what == 0)
			control_attach(control, port, NULL);
		else if (what == 1)
			control_far_signal(control, port, LF_FAR_DETACH, 0);
		else if (what == 2)
			control_far_write(control, port, pcm, 160);
		else if (what <= 4)
			control_far_signal(control, port, (port & LF_FXO) ? LF_FAR_RING : LF_FAR_HOOK,
					   (uint32_t)i % 2);
		else if (what == 5)
			control_load_clip(control, 5, pcm, 160);
		else if (what == 6)
			control_ports(control, ids, 8 + (size_t)(i % 5));
		else
			control_perform(control, &command);
		control_drain(control, events, 64);
		control_far_read(control, frames, 64);
		if (i % 20 == 0)
			usleep(2000);
	}
	control_stats(control, &stats);
	CHECK_INT(stats.ticks, >, 20);
	control_close(control);
}

int main(void)
{
	TEST(wrong_arguments_are_refused);
	TEST(settings_are_checked);
	TEST(far_ends_are_checked);
	TEST(two_far_ends_talk);
	TEST(a_full_ring_is_told_and_nothing_leaks);
	TEST(memory_may_fail_anywhere);
	TEST(everything_at_once_with_the_thread);
	return test_end();
}

/* The receiver against the limits of the standards sheet, section 1, hundreds of seeded trials a
 * condition; the limit stands beside it. DTMF_TRIALS=10000 gives the figures of the ADR. */
#include "allocations.h"
#include "dtmf.h"
#include "dtmf_signal.h"
#include "failing_alloc.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>

static struct dtmf_receiver *receiver;
static struct dtmf_signal_audio audio;

/* Feeds in ticks; returns how many digits came. */
static int receive(const int16_t *pcm, size_t n, char *digits, int max)
{
	int count = 0;
	for (size_t i = 0; i < n; i += 80)
		count += dtmf_receiver_feed(receiver, pcm + i, n - i < 80 ? n - i : 80,
					    digits + count, max - count);
	digits[count] = '\0';
	return count;
}

static int trials(void)
{
	const char *text = getenv("DTMF_TRIALS");
	return text != NULL ? atoi(text) : 200;
}

struct score {
	int right, none, wrong; /* wrong: other digits or more digits */
};

static struct score run(const char *name, const struct dtmf_signal *signal, int digits, bool same)
{
	struct score score = { 0 };
	struct signal_random random = signal_seed(0x5eed);
	char heard[64];
	for (int i = 0; i < trials(); i++) {
		dtmf_signal_make(&audio, signal, digits, same, &random);
		dtmf_receiver_reset(receiver);
		int count = receive(audio.pcm, audio.n, heard, sizeof heard - 1);
		if (strcmp(heard, audio.digits) == 0)
			score.right++;
		else if (count == 0)
			score.none++;
		else
			score.wrong++;
	}
	test_note("dtmf: %-52s right %6.2f %%  none %6.2f %%  wrong %5.2f %%", name,
		  100.0 * score.right / trials(), 100.0 * score.none / trials(),
		  100.0 * score.wrong / trials());
	return score;
}

/* Each trial one digit; every one must be heard. */
static void accepts(void)
{
	const struct {
		const char *limit;
		struct dtmf_signal signal;
	} cases[] = {
		{ "40 ms", { .on_ms = 40, .level_dbm0 = -10 } },
		{ "+-1.5 % (Q.24)", { .on_ms = 40, .level_dbm0 = -10, .offset = 0.015 } },
		{ "+-1.8 % (NTT)", { .on_ms = 40, .level_dbm0 = -10, .offset = 0.018 } },
		{ "+-2 % (China)", { .on_ms = 40, .level_dbm0 = -10, .offset = 0.020 } },
		{ "high -8 dB", { .on_ms = 40, .level_dbm0 = -10, .twist_db = -8 } },
		{ "high +4 dB", { .on_ms = 40, .level_dbm0 = -10, .twist_db = 4 } },
		{ "high +5 dB (NTT)", { .on_ms = 40, .level_dbm0 = -10, .twist_db = 5 } },
		{ "0 dBm0 each", { .on_ms = 40, .level_dbm0 = 0 } },
		{ "-25 dBm0", { .on_ms = 40, .level_dbm0 = -25 } },
		{ "S/N 15 dB", { .on_ms = 40, .level_dbm0 = -10, .snr_db = 15 } },
		{ "dial tone 350+440 as loud as the digit",
		  { .on_ms = 40, .level_dbm0 = -10, .dial_dbm0 = -10 } },
		{ "0 dBm0, +-1.8 %, 15 dB",
		  { .on_ms = 40, .offset = 0.018, .snr_db = 15 } },
		{ "-25, +-1.8 %, high -8 dB, 15 dB",
		  { .on_ms = 40, .level_dbm0 = -25, .offset = 0.018, .twist_db = -8, .snr_db = 15 } },
		{ "-25, +-1.8 %, high +4 dB, 15 dB",
		  { .on_ms = 40, .level_dbm0 = -25, .offset = 0.018, .twist_db = 4, .snr_db = 15 } },
		{ "0, +-1.8 %, high -8 dB, 15 dB",
		  { .on_ms = 40, .offset = 0.018, .twist_db = -8, .snr_db = 15 } },
		{ "-25, +-1.8 % at most, high -8 dB, 15 dB, dial tone -30",
		  { .on_ms = 40, .level_dbm0 = -25, .offset = 0.018, .any_offset = true,
		    .twist_db = -8, .snr_db = 15, .dial_dbm0 = -30 } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct score score = run(cases[i].limit, &cases[i].signal, 1, false);
		CHECK_INT(score.right, ==, trials());
	}
}

/* A number dialled at the fastest legal speed, 40/40 ms, all alike or by lot. */
static void accepts_numbers_at_full_speed(void)
{
	struct dtmf_signal signal = { .on_ms = 40, .off_ms = 40, .level_dbm0 = -17, .offset = 0.018,
				      .twist_db = -8, .snr_db = 15 };
	CHECK_INT(run("12 digits 40/40 ms, worst case", &signal, 12, false).right, ==, trials());
	CHECK_INT(run("12 equal digits 40/40 ms, worst case", &signal, 12, true).right, ==, trials());
	signal.off_ms = 30;
	CHECK_INT(run("12 equal digits 40/30 ms (NTT), worst case", &signal, 12, true).right, ==,
		  trials());
}

static void rejects(void)
{
	const struct {
		const char *limit;
		struct dtmf_signal signal;
	} cases[] = {
		{ "23 ms (Q.24)", { .on_ms = 23, .level_dbm0 = -10 } },
		{ "23 ms, 15 dB", { .on_ms = 23, .level_dbm0 = -10, .snr_db = 15 } },
		{ "24 ms (NTT), 0 dBm0", { .on_ms = 24, .level_dbm0 = 0 } },
		{ "+-3.5 % (Q.24)", { .on_ms = 200, .level_dbm0 = -10, .offset = 0.035 } },
		{ "+-3.5 %, 15 dB", { .on_ms = 200, .level_dbm0 = -10, .offset = 0.035, .snr_db = 15 } },
		{ "+-3 % (NTT)", { .on_ms = 200, .level_dbm0 = -10, .offset = 0.03 } },
		{ "-55 dBm0", { .on_ms = 200, .level_dbm0 = -55 } },
		{ "high -14 dB", { .on_ms = 200, .level_dbm0 = -10, .twist_db = -14 } },
		{ "high +10 dB", { .on_ms = 200, .level_dbm0 = -10, .twist_db = 10 } },
		{ "noise as loud as the digit", { .on_ms = 200, .level_dbm0 = -10, .snr_db = 0.01 } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct score score = run(cases[i].limit, &cases[i].signal, 1, false);
		CHECK_INT(score.none, ==, trials());
	}
}

/* A digit of 100 ms with a hole anywhere in it is one digit. */
static void dropouts_never_double_a_digit(void)
{
	const double holes[] = { 1, 2, 4, 6, 8, 10, 15 };
	for (size_t i = 0; i < sizeof holes / sizeof holes[0]; i++) {
		char name[64];
		struct dtmf_signal signal = { .on_ms = 120, .level_dbm0 = -10, .dropout_ms = holes[i] };
		snprintf(name, sizeof name, "120 ms with a dropout of %g ms", holes[i]);
		CHECK_INT(run(name, &signal, 1, false).right, ==, trials());
		signal.offset = 0.018;
		signal.twist_db = -8;
		signal.snr_db = 15;
		snprintf(name, sizeof name, "the same, +-1.8 %%, high -8 dB, 15 dB");
		CHECK_INT(run(name, &signal, 1, false).right, ==, trials());
	}
}

/* One pitch alone is a single tone, whatever its level. */
static void one_pitch_is_no_digit(void)
{
	static double wave[8000];
	char heard[64];
	for (int k = 0; k < 8; k++) {
		double hz = k < 4 ? dtmf_signal_row[k] : dtmf_signal_column[k - 4];
		memset(wave, 0, sizeof wave);
		signal_add_sine(wave, 8000, hz, -6.0, 0.3);
		signal_to_pcm(audio.pcm, wave, 8000);
		dtmf_receiver_reset(receiver);
		CHECK_INT(receive(audio.pcm, 8000, heard, 63), ==, 0);
	}
}

/* A voice held at 227.8 Hz: its third and seventh harmonic lie within 2.5 % of 697 and 1633 Hz, and
 * the high-pass hides its lowest ones. Some of the others are left, as in any voice. */
static void harmonics_of_a_voice_are_no_digit(void)
{
	static double wave[8000];
	const double level[] = { -12, -16, -10, -24, -24, -30, -12, -28 };
	char heard[64];
	memset(wave, 0, sizeof wave);
	for (int k = 0; k < 8; k++)
		signal_add_sine(wave, 8000, 227.8 * (k + 1), level[k], 0.7 * k);
	signal_to_pcm(audio.pcm, wave, 8000);
	dtmf_receiver_reset(receiver);
	CHECK_INT(receive(audio.pcm, 8000, heard, 63), ==, 0);
}

static void a_held_key_is_one_digit(void)
{
	struct dtmf_signal signal = { .on_ms = 2500, .level_dbm0 = -10, .snr_db = 15, .offset = 0.01 };
	struct signal_random random = signal_seed(9);
	char heard[64];
	dtmf_signal_make(&audio, &signal, 1, false, &random);
	dtmf_receiver_reset(receiver);
	receive(audio.pcm, 10000, heard, 63);
	CHECK_TEXT(heard, audio.digits);
	CHECK(dtmf_receiver_present(receiver));
	CHECK_INT(receive(audio.pcm + 10000, audio.n - 10000, heard, 63), ==, 0);
	CHECK(!dtmf_receiver_present(receiver));
}

/* Lost ticks inside a digit, and a long loss: never a second digit. */
static void lost_frames_never_double_a_digit(void)
{
	struct dtmf_signal signal = { .on_ms = 200, .level_dbm0 = -10 };
	struct signal_random random = signal_seed(4);
	int right = 0;
	for (int i = 0; i < trials(); i++) {
		char heard[64];
		int count = 0, lost = 1 + (int)(signal_uniform(&random) * 8.0);
		dtmf_signal_make(&audio, &signal, 1, false, &random);
		size_t from = 1300 + (size_t)(signal_uniform(&random) * 500.0);
		dtmf_receiver_reset(receiver);
		count += receive(audio.pcm, from, heard, 8);
		for (int k = 0; k < lost; k++, from += 80)
			dtmf_receiver_fill_in(receiver, 80);
		count += receive(audio.pcm + from, audio.n - from, heard + count, 8);
		heard[count] = '\0';
		right += strcmp(heard, audio.digits) == 0;
	}
	test_note("dtmf: 200 ms with 10 to 80 ms lost: right %.2f %%", 100.0 * right / trials());
	CHECK_INT(right, ==, trials());
}

static void size_of_the_pieces_does_not_matter(void)
{
	struct dtmf_signal signal = { .on_ms = 50, .off_ms = 50, .level_dbm0 = -10, .snr_db = 20 };
	struct signal_random random = signal_seed(11);
	dtmf_signal_make(&audio, &signal, 16, false, &random);
	const size_t pieces[] = { 1, 7, 20, 79, 160, 1600 };
	for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++) {
		char heard[64] = { 0 };
		int count = 0;
		dtmf_receiver_reset(receiver);
		for (size_t i = 0; i < audio.n; i += pieces[k])
			count += dtmf_receiver_feed(receiver, audio.pcm + i,
						    audio.n - i < pieces[k] ? audio.n - i : pieces[k],
						    heard + count, 63 - count);
		CHECK_TEXT(heard, audio.digits);
	}
}

static void no_room_for_a_digit_writes_nothing(void)
{
	struct dtmf_signal signal = { .on_ms = 100, .level_dbm0 = -10 };
	struct signal_random random = signal_seed(12);
	char heard[2] = { 'x', 'x' };
	dtmf_signal_make(&audio, &signal, 1, false, &random);
	dtmf_receiver_reset(receiver);
	CHECK_INT(dtmf_receiver_feed(receiver, audio.pcm, audio.n, heard, 0), ==, 0);
	CHECK_INT(heard[0], ==, 'x');
}

static int16_t sent[16 * 8000];

static void sender_is_heard_by_the_receiver(void)
{
	struct dtmf_sender *sender = NULL;
	char heard[64];
	CHECK_INT(dtmf_sender_create(&sender), ==, 0);
	CHECK_INT(dtmf_sender_put(sender, dtmf_signal_keys), ==, 0);
	dtmf_sender_fill(sender, sent, 16 * 1600 - 80);
	CHECK(dtmf_sender_busy(sender));
	dtmf_sender_fill(sender, sent + 16 * 1600 - 80, 160);
	CHECK(!dtmf_sender_busy(sender));
	dtmf_receiver_reset(receiver);
	receive(sent, 16 * 1600, heard, 63);
	CHECK_TEXT(heard, dtmf_signal_keys);
	dtmf_sender_free(sender);
}

/* GB/T 15279: low -9 +-3, high -7 +-3 dBm, high 2 +-1 dB above low, +-1.5 %. */
static void sender_keeps_level_and_timing(void)
{
	struct dtmf_sender *sender = NULL;
	CHECK_INT(dtmf_sender_create(&sender), ==, 0);
	CHECK_INT(dtmf_sender_put(sender, "5,5"), ==, 0);
	dtmf_sender_fill(sender, sent, 800 + 800 + 8000 + 800 + 800 + 100);
	CHECK_NEAR(signal_level_at(sent, 800, 770.0), -9.0, 0.1);
	CHECK_NEAR(signal_level_at(sent, 800, 1336.0), -7.0, 0.1);
	CHECK_NEAR(signal_level(sent + 800, 8800), -99.0, 0.0);
	CHECK_NEAR(signal_level_at(sent + 9600, 800, 770.0), -9.0, 0.1);
	CHECK_NEAR(signal_level(sent + 10400, 900), -99.0, 0.0);
	CHECK(!dtmf_sender_busy(sender));
	dtmf_sender_free(sender);
}

static void sender_refuses_what_it_cannot_send(void)
{
	struct dtmf_sender *sender = NULL;
	char many[DTMF_MAX_DIGITS + 2];
	memset(many, '7', sizeof many);
	many[DTMF_MAX_DIGITS + 1] = '\0';
	CHECK_INT(dtmf_sender_create(&sender), ==, 0);
	CHECK_INT(dtmf_sender_put(sender, "12x"), ==, -EINVAL);
	CHECK_INT(dtmf_sender_put(sender, "a"), ==, -EINVAL);
	CHECK_INT(dtmf_sender_put(sender, many), ==, -ENOSPC);
	CHECK(!dtmf_sender_busy(sender));
	CHECK_INT(dtmf_sender_put(sender, many + 1), ==, 0);
	CHECK_INT(dtmf_sender_put(sender, "1"), ==, -ENOSPC);
	dtmf_sender_fill(sender, sent, 80);
	CHECK_INT(dtmf_sender_put(sender, "1"), ==, 0);
	dtmf_sender_stop(sender);
	CHECK(!dtmf_sender_busy(sender));
	dtmf_sender_fill(sender, sent, 800);
	CHECK_NEAR(signal_level(sent, 800), -99.0, 0.0);
	CHECK_INT(dtmf_sender_put(sender, "1"), ==, 0);
	dtmf_sender_fill(sender, sent, 800);
	CHECK_NEAR(signal_level_at(sent, 800, 697.0), -9.0, 0.1);
	dtmf_sender_free(sender);
}

static void memory_is_taken_in_create_alone(void)
{
	struct dtmf_sender *sender = NULL;
	struct dtmf_receiver *none = NULL;
	char heard[64];
	alloc_left = 0;
	CHECK_INT(dtmf_sender_create(&sender), ==, -ENOMEM);
	alloc_left = 0;
	CHECK_INT(dtmf_receiver_create(&none), ==, -ENOMEM);
	alloc_left = -1;
	CHECK_INT(dtmf_sender_create(&sender), ==, 0);
	allocations_begin();
	dtmf_receiver_reset(receiver);
	CHECK_INT(dtmf_sender_put(sender, "147,"), ==, 0);
	dtmf_sender_fill(sender, sent, 16000);
	CHECK_INT(receive(sent, 16000, heard, 63), ==, 3);
	dtmf_receiver_fill_in(receiver, 80);
	dtmf_sender_stop(sender);
	CHECK_INT(allocations_made, ==, 0);
	dtmf_sender_free(sender);
}

int main(void)
{
	if (dtmf_receiver_create(&receiver) != 0)
		return 1;
	TEST(accepts);
	TEST(accepts_numbers_at_full_speed);
	TEST(rejects);
	TEST(dropouts_never_double_a_digit);
	TEST(one_pitch_is_no_digit);
	TEST(harmonics_of_a_voice_are_no_digit);
	TEST(a_held_key_is_one_digit);
	TEST(lost_frames_never_double_a_digit);
	TEST(size_of_the_pieces_does_not_matter);
	TEST(no_room_for_a_digit_writes_nothing);
	TEST(sender_is_heard_by_the_receiver);
	TEST(sender_keeps_level_and_timing);
	TEST(sender_refuses_what_it_cannot_send);
	TEST(memory_is_taken_in_create_alone);
	dtmf_receiver_free(receiver);
	return test_end();
}

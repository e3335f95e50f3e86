/* Caller ID received: made here (not by spandsp), spoilt, heard. The limits are the standards
 * sheet's section 4: +-1 % rate and pitch, -6 to +10 dB (Bell 202) and +-6 dB (V.23) of twist, 20
 * dB SNR, -36 to -5 dBm0; asked for: 99.9 % right, never a wrong number, there within 200 ms. */
#include "callerid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "allocations.h"
#include "callerid_message.h"
#include "fsk_signal.h"
#include "signal.h"
#include "speech_signal.h"
#include "test.h"

enum { MAX = 5 * SIGNAL_RATE, FRAME = 80 };

static struct callerid_receiver *receiver;
static struct callerid_text *text;
static double wave[MAX];
static int16_t pcm[MAX];

struct line { /* what a message goes through */
	double snr_db, twist_from, twist_to, level_from, level_to;
	int seizure, marks, repeats, stuffing;
	enum callerid_form form;
};

struct tally {
	int right, wrong, bad, none, late, misnamed;
};

static struct callerid random_identity(struct signal_random *random, enum callerid_form form)
{
	static const char *const names[] = { "", "Caller", "王小明", "Müller" };
	struct callerid id = { .form = form };
	int digits = 3 + (int)(signal_uniform(random) * 12);
	for (int i = 0; i < digits; i++)
		id.number[i] = (char)('0' + (int)(signal_uniform(random) * 10));
	snprintf(id.name, sizeof id.name, "%s", names[(int)(signal_uniform(random) * 4)]);
	return id;
}

/* Writes the message into pcm; returns the samples, *end where the checksum ends. */
static size_t make_fsk(const struct line *line, const struct callerid *id,
					   struct signal_random *random, size_t *end)
{
	static struct fsk_signal fsk;
	uint8_t message[CALLERID_MESSAGE_MAX];
	bool v23 = line->form == CALLERID_V23;
	double twist = signal_between(random, line->twist_from, line->twist_to);
	double top = line->level_to - fabs(twist) / 2.0;
	double level = signal_between(random, line->level_from, top);
	double pitch = signal_between(random, 0.99, 1.01);
	int n = callerid_message_compose(message, id, 11, 20, 9, 5, text);
	memset(&fsk, 0, sizeof fsk);
	fsk.mark_hz = (v23 ? 1300.0 : 1200.0) * pitch;
	fsk.space_hz = (v23 ? 2100.0 : 2200.0) * pitch;
	fsk.rate = 1200.0 * signal_between(random, 0.99, 1.01);
	fsk.mark_dbm0 = level + twist / 2.0;
	fsk.space_dbm0 = level - twist / 2.0;
	fsk.phase = signal_between(random, 0.0, 6.0);
	for (int i = 0; i < line->repeats; i++) {
		fsk_signal_seizure(&fsk, line->seizure);
		fsk_signal_mark(&fsk, line->marks);
	}
	fsk_signal_bytes(&fsk, message, (size_t)n, line->stuffing);
	fsk_signal_mark(&fsk, 2); /* the least a sender adds */
	memset(wave, 0, sizeof wave);
	size_t start = (size_t)signal_between(random, 400, 900);
	*end = start + fsk_signal_write(&fsk, wave + start, MAX - 5000);
	size_t total = *end + 2400;
	signal_add_noise(wave, total, level - line->snr_db, random);
	signal_to_pcm(pcm, wave, total);
	return total;
}

static void hear(size_t total, const struct callerid *sent, size_t end, struct tally *tally)
{
	struct callerid heard, got = { .number = "" };
	int verdict = 0;
	size_t when = 0;
	callerid_receiver_reset(receiver);
	for (size_t i = 0; i + FRAME <= total; i += FRAME) {
		int now = callerid_receiver_feed(receiver, pcm + i, FRAME, &heard);
		if (now != 0 && verdict != 1) {
			verdict = now;
			got = heard;
			when = i + FRAME;
		}
	}
	if (verdict < 0)
		tally->bad++;
	else if (verdict == 0)
		tally->none++;
	else if (strcmp(got.number, sent->number) != 0 || strcmp(got.name, sent->name) != 0)
		tally->wrong++;
	else
		tally->right++;
	if (verdict == 1 && when > end + 200 * 8)
		tally->late++;
	if (verdict == 1 && got.form != sent->form)
		tally->misnamed++;
}

static struct tally try_line(const struct line *line, int trials, uint64_t seed)
{
	struct signal_random random = signal_seed(seed);
	struct tally tally = { 0 };
	for (int i = 0; i < trials; i++) {
		size_t end;
		struct callerid id = random_identity(&random, line->form);
		size_t total = make_fsk(line, &id, &random, &end);
		hear(total, &id, end, &tally);
	}
	return tally;
}

static void note(const char *what, const struct tally *tally)
{
	test_note("%-46s right %d wrong %d bad %d none %d late %d form mistaken %d", what, tally->right,
			  tally->wrong, tally->bad, tally->none, tally->late, tally->misnamed);
}

static void fsk_within_the_standard_is_read(void)
{
	static const struct {
		const char *what;
		struct line line;
		int trials;
	} lines[] = {
		{ "Bell 202, 20 dB SNR, -36..-5 dBm0, flat",
		  { 20, 0, 0, -36, -5, 300, 180, 1, 0, CALLERID_BELL202 },
		  400 },
		{ "Bell 202, twist -6..+10 dB",
		  { 20, -6, 10, -34, -5, 300, 180, 1, 0, CALLERID_BELL202 },
		  400 },
		{ "V.23, 20 dB SNR, -36..-5 dBm0, flat",
		  { 20, 0, 0, -36, -5, 300, 180, 1, 0, CALLERID_V23 },
		  400 },
		{ "V.23, twist -6..+6 dB", { 20, -6, 6, -34, -5, 300, 180, 1, 0, CALLERID_V23 }, 400 },
	};
	int right = 0, trials = 0;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct tally tally = try_line(&lines[i].line, lines[i].trials, 100 + i);
		note(lines[i].what, &tally);
		CHECK_INT(tally.wrong, ==, 0);
		CHECK_INT(tally.late, ==, 0);
		CHECK_INT(tally.misnamed, ==, 0);
		right += tally.right;
		trials += lines[i].trials;
	}
	test_note("all: %d of %d (99.9 %%)", right, trials);
	CHECK_INT(right * 1000, >=, trials * 999);
}

static void seizures_may_be_cut_doubled_or_missing(void)
{
	static const struct {
		const char *what;
		struct line line;
	} lines[] = {
		{ "seizure cut to 60 bits", { 20, -3, 3, -30, -10, 60, 180, 1, 0, CALLERID_BELL202 } },
		{ "no seizure, 80 marks", { 20, -3, 3, -30, -10, 0, 80, 1, 0, CALLERID_V23 } },
		{ "seizure and mark twice", { 20, -3, 3, -30, -10, 300, 180, 2, 0, CALLERID_BELL202 } },
		{ "20 mark bits between bytes", { 20, -3, 3, -30, -10, 300, 180, 1, 20, CALLERID_V23 } },
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct tally tally = try_line(&lines[i].line, 100, 200 + i);
		note(lines[i].what, &tally);
		CHECK_INT(tally.right, ==, 100);
	}
}

static void below_the_standard_it_is_right_or_silent(void)
{
	static const double snr[] = { 14, 12, 10, 8, 6 };
	for (size_t i = 0; i < sizeof snr / sizeof snr[0]; i++) {
		struct line line = { snr[i], -8,  8, -40, -5,
							 300,    180, 1, 0,   i % 2 ? CALLERID_V23 : CALLERID_BELL202 };
		struct tally tally = try_line(&line, 200, 300 + i);
		char what[64];
		snprintf(what, sizeof what, "%.0f dB SNR, twist -8..+8", snr[i]);
		note(what, &tally);
		CHECK_INT(tally.wrong, ==, 0);
	}
}

static void a_wrong_checksum_is_reported_as_bad(void)
{
	struct signal_random random = signal_seed(17);
	struct line line = { 30, 0, 0, -20, -10, 300, 180, 1, 0, CALLERID_BELL202 };
	int bad = 0, forms = 0;
	for (int i = 0; i < 40; i++) {
		static struct fsk_signal fsk;
		uint8_t message[CALLERID_MESSAGE_MAX];
		struct callerid id = random_identity(&random, i % 2 ? CALLERID_V23 : CALLERID_BELL202), out;
		int n = callerid_message_compose(message, &id, 1, 1, 0, 0, text);
		memset(&fsk, 0, sizeof fsk);
		message[2 + (int)(signal_uniform(&random) * (n - 2))] ^= 0x01;
		fsk.mark_hz = i % 2 ? 1300 : 1200;
		fsk.space_hz = i % 2 ? 2100 : 2200;
		fsk.rate = 1200;
		fsk.mark_dbm0 = fsk.space_dbm0 = line.level_from;
		fsk_signal_seizure(&fsk, 300);
		fsk_signal_mark(&fsk, 180);
		fsk_signal_bytes(&fsk, message, (size_t)n, 0);
		memset(wave, 0, sizeof wave);
		size_t total = 2400 + fsk_signal_write(&fsk, wave, MAX - 5000);
		signal_to_pcm(pcm, wave, total);
		callerid_receiver_reset(receiver);
		int verdict = callerid_receiver_feed(receiver, pcm, total, &out);
		CHECK_INT(verdict, !=, 1);
		bad += verdict == -EBADMSG;
		forms += out.form == id.form;
	}
	CHECK_INT(bad, ==, 40);
	CHECK_INT(forms, ==, 40);
}

static void message_waiting_is_no_identity(void)
{
	static struct fsk_signal fsk = {
		.mark_hz = 1200, .space_hz = 2200, .rate = 1200, .mark_dbm0 = -13.5, .space_dbm0 = -13.5
	};
	static const uint8_t message[] = { 0x82, 0x03, 0x0B, 0x01, 0xFF, 0x70 };
	struct callerid out;
	fsk_signal_seizure(&fsk, 300);
	fsk_signal_mark(&fsk, 180);
	fsk_signal_bytes(&fsk, message, sizeof message, 0);
	memset(wave, 0, sizeof wave);
	size_t total = 2400 + fsk_signal_write(&fsk, wave, MAX - 5000);
	signal_to_pcm(pcm, wave, total);
	callerid_receiver_reset(receiver);
	CHECK_INT(callerid_receiver_feed(receiver, pcm, total, &out), ==, 0);
}

/* DTMF digits on_ms / off_ms; gap_at: that digit's tone is left out (-1: none). */
static size_t make_dtmf(const char *digits, int on_ms, int off_ms, double dbm0, int gap_at,
						size_t *end)
{
	static const char keys[] = "123A456B789C*0#D";
	static const double low[] = { 697, 770, 852, 941 }, high[] = { 1209, 1336, 1477, 1633 };
	size_t at = 800, on = (size_t)on_ms * 8;
	memset(wave, 0, sizeof wave);
	for (int i = 0; digits[i] != '\0'; i++) {
		int key = (int)(strchr(keys, digits[i]) - keys);
		if (i != gap_at) {
			signal_add_sine(wave + at, on, low[key / 4], dbm0 - 2, 0.3 * i);
			signal_add_sine(wave + at, on, high[key % 4], dbm0, 0.7 * i);
		}
		*end = at + on;
		at += on + (size_t)off_ms * 8;
	}
	return at + 8000;
}

static void dtmf_forms_are_read(void)
{
	static const char *const frames[][2] = {
		{ "D", "C" }, { "A", "#" }, { "", "#" }, { "A", "C" }
	};
	struct signal_random random = signal_seed(21);
	struct tally tally = { 0 };
	enum { TRIALS = 400 };
	for (int i = 0; i < TRIALS; i++) {
		char digits[64];
		size_t end;
		struct callerid id = random_identity(&random, CALLERID_DTMF);
		if (strlen(id.number) < 5)
			strcat(id.number, "01");
		id.name[0] = '\0';
		snprintf(digits, sizeof digits, "%s%s%s", frames[i % 4][0], id.number, frames[i % 4][1]);
		double dbm0 = signal_between(&random, -24, -5);
		size_t total = make_dtmf(digits, (int)signal_between(&random, 50, 100),
								 (int)signal_between(&random, 50, 100), dbm0, -1, &end);
		signal_add_noise(wave, total, dbm0 - 18, &random);
		signal_to_pcm(pcm, wave, total);
		hear(total, &id, end, &tally);
	}
	note("DTMF D..C A..# ..# A..C, 50-100 ms, 18 dB SNR", &tally);
	CHECK_INT(tally.wrong, ==, 0);
	CHECK_INT(tally.late, ==, 0);
	CHECK_INT(tally.misnamed, ==, 0);
	CHECK_INT(tally.right, ==, TRIALS);
}

static void a_dtmf_digit_lost_gives_no_number(void)
{
	struct signal_random random = signal_seed(22);
	struct tally tally = { 0 };
	for (int i = 0; i < 150; i++) {
		char digits[64];
		size_t end;
		struct callerid id = random_identity(&random, CALLERID_DTMF);
		id.name[0] = '\0';
		int n = snprintf(digits, sizeof digits, "D%sC", id.number);
		int lost = (int)(signal_uniform(&random) * n);
		size_t total = make_dtmf(digits, 70, 70, -12, lost, &end);
		signal_to_pcm(pcm, wave, total);
		hear(total, &id, end, &tally);
	}
	note("DTMF with one digit lost", &tally);
	CHECK_INT(tally.wrong, ==, 0);
	CHECK_INT(tally.right, ==, 0);
}

static void speech_and_noise_identify_nobody(void)
{
	struct signal_random random = signal_seed(23);
	int identities = 0, bad = 0;
	callerid_receiver_reset(receiver);
	for (int minute = 0; minute < 5 * 12; minute++) {
		struct callerid out;
		memset(wave, 0, sizeof wave);
		if (minute % 3 == 0)
			signal_add_noise(wave, MAX, signal_between(&random, -40, -10), &random);
		else
			speech_add(wave, MAX, signal_between(&random, 80, 280), -15.0, &random);
		signal_to_pcm(pcm, wave, MAX);
		int verdict = callerid_receiver_feed(receiver, pcm, MAX, &out);
		identities += verdict == 1;
		bad += verdict < 0;
	}
	test_note("5 minutes of speech and noise: %d identities, %d bad messages", identities, bad);
	CHECK_INT(identities, ==, 0);
	CHECK_INT(bad, ==, 0);
}

static void any_frame_size_and_no_allocation(void)
{
	struct signal_random random = signal_seed(24);
	struct line line = { 25, 0, 0, -20, -10, 300, 180, 1, 0, CALLERID_V23 };
	struct callerid id = random_identity(&random, CALLERID_V23), out;
	static const size_t frames[] = { 1, 7, 80, 160, 1000 };
	size_t end, total = make_fsk(&line, &id, &random, &end);
	for (size_t k = 0; k < sizeof frames / sizeof frames[0]; k++) {
		int identities = 0;
		callerid_receiver_reset(receiver);
		allocations_begin();
		for (size_t i = 0; i + frames[k] <= total; i += frames[k])
			identities += callerid_receiver_feed(receiver, pcm + i, frames[k], &out) == 1;
		CHECK_INT(allocations_made, ==, 0);
		CHECK_INT(identities, ==, 1);
		CHECK_TEXT(out.number, id.number);
	}
}

int main(void)
{
	if (callerid_receiver_create(&receiver) != 0 || callerid_text_open(&text) != 0)
		return 1;
	TEST(fsk_within_the_standard_is_read);
	TEST(seizures_may_be_cut_doubled_or_missing);
	TEST(below_the_standard_it_is_right_or_silent);
	TEST(a_wrong_checksum_is_reported_as_bad);
	TEST(message_waiting_is_no_identity);
	TEST(dtmf_forms_are_read);
	TEST(a_dtmf_digit_lost_gives_no_number);
	TEST(speech_and_noise_identify_nobody);
	TEST(any_frame_size_and_no_allocation);
	callerid_text_close(text);
	callerid_receiver_free(receiver);
	callerid_receiver_free(NULL);
	return test_end();
}

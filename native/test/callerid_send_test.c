/* Caller ID sent: level, pitch, rate and framing of the wave itself, measured here without spandsp.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "allocations.h"
#include "callerid.h"
#include "signal.h"
#include "test.h"

enum { MAX = 4 * SIGNAL_RATE, SEIZURE = 300, MARK = 180 };

static struct callerid_sender *sender;
static int16_t pcm[MAX];

static size_t send_all(enum callerid_form form, const char *number, size_t frame)
{
	struct callerid id = { .form = form };
	size_t n = 0;
	snprintf(id.number, sizeof id.number, "%s", number);
	if (callerid_sender_start(sender, &id, 11, 20, 9, 5) != 0)
		return 0;
	for (; callerid_sender_busy(sender) && n + frame <= MAX; n += frame)
		callerid_sender_fill(sender, pcm + n, frame);
	return n;
}

/* The pitch around sample i: which of the two has more energy over one bit. */
static int bit_at(double sample, double mark_hz, double space_hz)
{
	/* spandsp's modem stands on mark for a bit before it asks for the first one. */
	size_t from = (size_t)(sample + SIGNAL_RATE / 1200.0 + 0.5);
	return signal_level_at(pcm + from, 6, mark_hz) > signal_level_at(pcm + from, 6, space_hz);
}

static void check_fsk(enum callerid_form form, double mark_hz, double space_hz)
{
	size_t n = send_all(form, "13800138000", 80);
	double bit = SIGNAL_RATE / 1200.0;
	int sum = 0;
	CHECK(n > (size_t)((SEIZURE + MARK + 200) * bit));
	CHECK_NEAR(signal_level(pcm, n - 200), -13.5, 0.3);
	for (int i = 5; i < SEIZURE; i++)
		CHECK_INT(bit_at(i * bit, mark_hz, space_hz), ==, i & 1);
	size_t mark = (size_t)((SEIZURE + 2) * bit);
	CHECK_NEAR(signal_level_at(pcm + mark, 1160, mark_hz), -13.5, 0.3); /* pure, all the time */
	int length = 2;
	for (int i = 0; i < length + 1; i++) {
		double start = (SEIZURE + MARK + 10 * i) * bit;
		int byte = 0;
		CHECK_INT(bit_at(start, mark_hz, space_hz), ==, 0);
		for (int k = 0; k < 8; k++)
			byte |= bit_at(start + (1 + k) * bit, mark_hz, space_hz) << k;
		CHECK_INT(bit_at(start + 9 * bit, mark_hz, space_hz), ==, 1);
		if (i == 1)
			length = 2 + byte;
		sum += byte;
	}
	CHECK_INT(sum & 0xFF, ==, 0);
}

static void bell_202_is_as_the_standard_says(void)
{
	check_fsk(CALLERID_BELL202, 1200.0, 2200.0);
}

static void v23_is_as_the_standard_says(void)
{
	check_fsk(CALLERID_V23, 1300.0, 2100.0);
}

static void frame_size_changes_nothing(void)
{
	static int16_t first[MAX];
	size_t n = send_all(CALLERID_BELL202, "13800138000", 80);
	memcpy(first, pcm, sizeof first);
	size_t m = send_all(CALLERID_BELL202, "13800138000", 160);
	CHECK_INT(m, >=, n);
	CHECK(memcmp(first, pcm, n * sizeof *pcm) == 0);
}

static void dtmf_form_is_framed_by_d_and_c(void)
{
	size_t n = send_all(CALLERID_DTMF, "+801", 80); /* there is no digit for + */
	CHECK_INT(n, >=, 5 * 200 * 8 - 800);
	CHECK_INT(n, <=, 5 * 200 * 8 + 800);
	CHECK(signal_level_at(pcm + 80, 640, 941.0) > -12.0); /* D = 941 + 1633 */
	CHECK(signal_level_at(pcm + 80, 640, 1633.0) > -12.0);
}

static void stopped_it_is_silent(void)
{
	struct callerid id = { .form = CALLERID_BELL202, .number = "801" };
	CHECK_INT(callerid_sender_start(sender, &id, 1, 1, 0, 0), ==, 0);
	callerid_sender_fill(sender, pcm, 160);
	callerid_sender_stop(sender);
	CHECK(!callerid_sender_busy(sender));
	callerid_sender_fill(sender, pcm, 160);
	CHECK_NEAR(signal_level(pcm, 160), -99.0, 0.1);
	id.number[0] = 'x';
	CHECK_INT(callerid_sender_start(sender, &id, 1, 1, 0, 0), ==, -EINVAL);
	CHECK(!callerid_sender_busy(sender));
}

static void sending_allocates_nothing(void)
{
	for (int form = CALLERID_BELL202; form <= CALLERID_DTMF; form++) {
		struct callerid id = { .form = (enum callerid_form)form,
							   .number = "801",
							   .name = "王小明" };
		allocations_begin();
		CHECK_INT(callerid_sender_start(sender, &id, 1, 1, 0, 0), ==, 0);
		while (callerid_sender_busy(sender))
			callerid_sender_fill(sender, pcm, 160);
		CHECK_INT(allocations_made, ==, 0);
	}
}

int main(void)
{
	if (callerid_sender_create(&sender) != 0)
		return 1;
	TEST(bell_202_is_as_the_standard_says);
	TEST(v23_is_as_the_standard_says);
	TEST(frame_size_changes_nothing);
	TEST(dtmf_form_is_framed_by_d_and_c);
	TEST(stopped_it_is_silent);
	TEST(sending_allocates_nothing);
	callerid_sender_free(sender);
	callerid_sender_free(NULL);
	return test_end();
}

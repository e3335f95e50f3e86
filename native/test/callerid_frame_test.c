/* Cutting messages from bits: cut, doubled and missing seizures, stuffing, broken bytes. */
#include "callerid_frame.h"

#include <string.h>

#include "signal.h"
#include "test.h"

static struct callerid_frame frame;
static enum callerid_frame_verdict last;
static const uint8_t message[] = { 0x04, 0x03, '1', '2', '3', 0x63 };

static void send_bit(int bit)
{
	enum callerid_frame_verdict verdict = callerid_frame_bit(&frame, bit);
	if (verdict != CALLERID_FRAME_NONE)
		last = verdict;
}

static void send_marks(int n)
{
	while (n-- > 0)
		send_bit(1);
}

static void send_seizure(int n)
{
	for (int i = 0; i < n; i++)
		send_bit(i & 1);
}

static void send_byte(uint8_t byte)
{
	send_bit(0);
	for (int i = 0; i < 8; i++)
		send_bit(byte >> i & 1);
	send_bit(1);
}

static void begin(void)
{
	callerid_frame_reset(&frame);
	last = CALLERID_FRAME_NONE;
}

static void send_message(int stuffing)
{
	for (size_t i = 0; i < sizeof message; i++) {
		send_byte(message[i]);
		if (i + 1 < sizeof message)
			send_marks(stuffing);
	}
}

static void check_complete(void)
{
	CHECK_INT(last, ==, CALLERID_FRAME_COMPLETE);
	CHECK_INT(frame.n, ==, sizeof message);
	CHECK(memcmp(frame.message, message, sizeof message) == 0);
}

static void a_message_is_cut_out(void)
{
	begin();
	send_seizure(300);
	send_marks(180);
	send_message(0);
	check_complete();
}

static void the_seizure_may_be_cut_absent_or_doubled(void)
{
	static const struct {
		int seizure, marks, times;
	} forms[] = {
		{ 37, 180, 1 }, { 0, 80, 1 }, { 0, 30, 1 }, { 300, 180, 2 }, { 301, 180, 3 },
	};
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		begin();
		for (int k = 0; k < forms[i].times; k++) {
			send_seizure(forms[i].seizure);
			send_marks(forms[i].marks);
		}
		send_message(0);
		check_complete();
	}
}

static void mark_bits_may_stand_between_bytes(void)
{
	begin();
	send_marks(180);
	send_message(20);
	check_complete();
	begin();
	send_marks(180);
	for (int i = 0; i < 4; i++)
		send_byte(message[i]);
	send_marks(60); /* too long a pause */
	CHECK_INT(last, ==, CALLERID_FRAME_BROKEN);
}

static void a_missing_stop_bit_breaks_it(void)
{
	begin();
	send_marks(180);
	for (int i = 0; i < 4; i++)
		send_byte(message[i]);
	for (int i = 0; i < 10; i++)
		send_bit(0);
	CHECK_INT(last, ==, CALLERID_FRAME_BROKEN);
	CHECK(!callerid_frame_open(&frame));
}

static void a_lost_carrier_breaks_it(void)
{
	begin();
	send_marks(180);
	for (int i = 0; i < 4; i++)
		send_byte(message[i]);
	CHECK(callerid_frame_open(&frame));
	CHECK_INT(callerid_frame_end(&frame), ==, CALLERID_FRAME_BROKEN);
	CHECK_INT(callerid_frame_end(&frame), ==, CALLERID_FRAME_NONE);
}

static void bytes_without_a_mark_or_a_known_type_are_nothing(void)
{
	begin();
	send_marks(25);
	send_message(0);
	CHECK_INT(last, ==, CALLERID_FRAME_NONE);
	begin();
	send_marks(180);
	send_byte(0x55);
	CHECK(!callerid_frame_open(&frame));
}

static void a_second_message_follows_the_first(void)
{
	begin();
	send_marks(180);
	send_message(0);
	last = CALLERID_FRAME_NONE;
	send_marks(180);
	send_message(0);
	check_complete();
}

static void random_bits_never_overrun(void)
{
	struct signal_random random = signal_seed(11);
	begin();
	for (int i = 0; i < 400000; i++) {
		double ones = i / 2000 % 2 ? 0.97 : 0.5; /* long marks now and then */
		send_bit(signal_uniform(&random) < ones);
		CHECK_INT(frame.n, <=, CALLERID_MESSAGE_MAX);
	}
}

int main(void)
{
	TEST(a_message_is_cut_out);
	TEST(the_seizure_may_be_cut_absent_or_doubled);
	TEST(mark_bits_may_stand_between_bytes);
	TEST(a_missing_stop_bit_breaks_it);
	TEST(a_lost_carrier_breaks_it);
	TEST(bytes_without_a_mark_or_a_known_type_are_nothing);
	TEST(a_second_message_follows_the_first);
	TEST(random_bits_never_overrun);
	return test_end();
}

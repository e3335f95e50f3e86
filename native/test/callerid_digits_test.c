/* DTMF caller ID: the forms of the standards sheet section 4, and what is no form. */
#include "callerid_digits.h"

#include <errno.h>
#include <string.h>

#include "test.h"

enum { MS = 8 };
static struct callerid_digits digits;
static struct callerid id;
static uint64_t now;

/* Sends the digits, period ms each ('.' one period of nothing), then quiet; the first verdict
 * counts. */
static int hear(const char *string, int period_ms, int quiet_ms)
{
	int verdict = 0;
	struct callerid out;
	callerid_digits_reset(&digits);
	memset(&id, 0, sizeof id);
	now += 10000 * MS;
	for (const char *s = string; *s != '\0'; s++) {
		if (*s != '.')
			callerid_digits_put(&digits, *s, now);
		for (int ms = 0; ms < period_ms; ms += 10, now += 10 * MS) {
			int heard = callerid_digits_judge(&digits, now, ms >= period_ms / 2, &out);
			if (heard != 0 && verdict == 0) {
				verdict = heard;
				id = out;
			}
		}
	}
	for (int ms = 0; ms < quiet_ms; ms += 10, now += 10 * MS) {
		int heard = callerid_digits_judge(&digits, now, true, &out);
		if (heard != 0 && verdict == 0) {
			verdict = heard;
			id = out;
		}
	}
	return verdict;
}

static void forms_with_a_number_stand(void)
{
	static const struct {
		const char *sent, *number;
	} forms[] = {
		{ "A5551234C", "5551234" },
		{ "A5551234D999B00C", "5551234" },
		{ "D13800138000C", "13800138000" },
		{ "A13800138000#", "13800138000" },
		{ "13800138000#", "13800138000" },
		{ "B5551234C", "5551234" },
		{ "D801C", "801" },
		{ "*5551234#", "5551234" },
		{ "C5551234A", "5551234" },
		{ "#5551234*", "5551234" },
	};
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		for (int period = 100; period <= 200; period += 50) {
			CHECK_INT(hear(forms[i].sent, period, 150), ==, 1);
			CHECK_INT(id.form, ==, CALLERID_DTMF);
			CHECK_TEXT(id.number, forms[i].number);
			CHECK_INT(id.presentation, ==, CALLERID_ALLOWED);
		}
}

static void forms_without_a_number_stand(void)
{
	static const struct {
		const char *sent;
		enum callerid_presentation why;
	} forms[] = {
		{ "B10C", CALLERID_PRIVATE },    { "B00C", CALLERID_UNAVAILABLE },
		{ "D1#", CALLERID_PRIVATE },     { "D2#", CALLERID_UNAVAILABLE },
		{ "D3#", CALLERID_UNAVAILABLE },
	};
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		CHECK_INT(hear(forms[i].sent, 140, 100), ==, 1);
		CHECK_INT(id.presentation, ==, forms[i].why);
		CHECK_TEXT(id.number, "");
	}
}

static void nothing_stands_without_its_end(void)
{
	static const char *const strings[] = {
		"5551234", "A", "5#", "1234#", "*72#", "##", "*57*123#"
	};
	for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
		CHECK_INT(hear(strings[i], 140, 1000), ==, 0);
	CHECK_INT(hear("13800138000#55", 140, 100), ==, 0); /* no pause: not over */
}

static void a_form_that_breaks_off_is_bad(void)
{
	CHECK_INT(hear("A5551234", 140, 1000), ==, -EBADMSG);
	CHECK_INT(hear("D5551234", 140, 1000), ==, -EBADMSG);
	CHECK_INT(hear("5551234C", 140, 1000), ==, -EBADMSG);
	CHECK_TEXT(id.number, "");
	CHECK_INT(id.form, ==, CALLERID_DTMF);
}

static void a_digit_lost_or_doubled_shows_in_the_pace(void)
{
	for (int period = 100; period <= 200; period += 20) {
		CHECK_INT(hear("D1380.138000C", period, 150), ==, -EBADMSG);
		CHECK_INT(hear("A5551234.#", period, 150), ==, -EBADMSG);
		CHECK_INT(hear("5.551234#", period, 150), ==, -EBADMSG);
		CHECK_TEXT(id.number, "");
	}
}

static void a_number_too_long_is_bad(void)
{
	CHECK_INT(hear("D123456789012345678901234567890123C", 100, 1000), ==, -EBADMSG);
	static const char digit[] =
		"D1234567890123456789012345678901234567890123456789012345678901234567"
		"890123456789012345678901234567890123456789012345678901234C";
	CHECK_INT(hear(digit, 100, 1000), ==, -EBADMSG);
	CHECK_TEXT(id.number, "");
}

static void it_stands_within_200_ms(void)
{
	/* The end digit lasts 70 ms after it is recognised; then 120 ms of quiet. */
	CHECK_INT(hear("D5551234C", 140, 0), ==, 1);
	CHECK_INT(hear("5551234#", 140, 130), ==, 1);
}

int main(void)
{
	TEST(forms_with_a_number_stand);
	TEST(forms_without_a_number_stand);
	TEST(nothing_stands_without_its_end);
	TEST(a_form_that_breaks_off_is_bad);
	TEST(a_digit_lost_or_doubled_shows_in_the_pace);
	TEST(a_number_too_long_is_bad);
	TEST(it_stands_within_200_ms);
	return test_end();
}

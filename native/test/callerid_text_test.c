/* Names between UTF-8 and the wire: GB 2312 when a character needs it, else Latin-1. */
#include <string.h>

#include "allocations.h"
#include "callerid_message.h"
#include "test.h"

static struct callerid_text *text;

static void check_wire(const char *utf8, const char *wire)
{
	uint8_t out[64];
	size_t n = callerid_text_to_wire(text, utf8, out, sizeof out);
	CHECK_INT(n, ==, strlen(wire));
	CHECK(memcmp(out, wire, n) == 0);
}

static void check_read(const char *wire, size_t n, const char *utf8)
{
	char out[65];
	callerid_text_from_wire(text, (const uint8_t *)wire, n, out, 64);
	CHECK_TEXT(out, utf8);
}

static void chinese_goes_as_gb2312(void)
{
	check_wire("王小明", "\xCD\xF5\xD0\xA1\xC3\xF7");
	check_wire("王 A", "\xCD\xF5 A");
}

static void western_letters_go_as_latin1(void)
{
	check_wire("Müller", "M\xFCller");
	check_wire("Smith, J.", "Smith, J.");
}

static void what_cannot_be_said_becomes_a_question_mark(void)
{
	check_wire("王😀", "\xCD\xF5?");
	check_wire("a\x01z", "a?z");
	check_wire("\xFFz", "?z");    /* not UTF-8 */
	check_wire("\xE7\x8E", "??"); /* half a character */
}

static void text_is_cut_at_a_whole_character(void)
{
	uint8_t out[5];
	CHECK_INT(callerid_text_to_wire(text, "王小明", out, 5), ==, 4);
	char utf8[9];
	callerid_text_from_wire(text, (const uint8_t *)"\xCD\xF5\xD0\xA1\xC3\xF7", 6, utf8, 8);
	CHECK_TEXT(utf8, "王小");
	callerid_text_from_wire(text, (const uint8_t *)"\xFC\xFC\xFC\xFC!", 5, utf8, 5);
	CHECK_TEXT(utf8, "üü");
}

static void received_text_is_told_apart(void)
{
	check_read("\xCD\xF5\xD0\xA1\xC3\xF7", 6, "王小明");
	check_read("M\xFCller", 6, "Müller");
	check_read("  Smith  ", 9, "Smith");
	check_read("", 0, "");
}

static void received_rubbish_is_dropped(void)
{
	check_read("a\x07z", 3, "");
	check_read("a\x90z", 3, "");
	check_read("\xA1", 1, "");
	check_read("ab\0cd", 5, "");
}

static void converting_allocates_nothing(void)
{
	uint8_t wire[64];
	char utf8[65];
	allocations_begin();
	size_t n = callerid_text_to_wire(text, "上海王小明有限公司😀 ABC", wire, sizeof wire);
	callerid_text_from_wire(text, wire, n, utf8, 64);
	callerid_text_from_wire(text, (const uint8_t *)"\xF7\xFE\xCD\xF5", 4, utf8, 64);
	CHECK_INT(allocations_made, ==, 0);
}

int main(void)
{
	if (callerid_text_open(&text) != 0)
		return 1;
	TEST(chinese_goes_as_gb2312);
	TEST(western_letters_go_as_latin1);
	TEST(what_cannot_be_said_becomes_a_question_mark);
	TEST(text_is_cut_at_a_whole_character);
	TEST(received_text_is_told_apart);
	TEST(received_rubbish_is_dropped);
	TEST(converting_allocates_nothing);
	callerid_text_close(text);
	return test_end();
}

/* Caller-ID messages: what is composed, what is believed. */
#include "callerid_message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "allocations.h"
#include "signal.h"
#include "test.h"

static struct callerid_text *text;

/* Puts length and checksum around a body; returns the message's length. */
static size_t wrap(uint8_t *out, uint8_t type, const char *body, size_t n)
{
	uint8_t sum = 0;
	out[0] = type;
	out[1] = (uint8_t)n;
	memcpy(out + 2, body, n);
	for (size_t i = 0; i < n + 2; i++)
		sum = (uint8_t)(sum + out[i]);
	out[n + 2] = (uint8_t)-sum;
	return n + 3;
}

static int parse(uint8_t type, const char *body, size_t n, struct callerid *id)
{
	uint8_t message[CALLERID_MESSAGE_MAX];
	memset(id, 0, sizeof *id);
	return callerid_message_parse(message, wrap(message, type, body, n), id, text);
}
#define PARSE(type, body, id) parse(type, body, sizeof(body) - 1, id)

static int compose(uint8_t *out, enum callerid_form form, const char *number, const char *name,
				   enum callerid_presentation presentation)
{
	struct callerid id = { .form = form, .presentation = presentation };
	snprintf(id.number, sizeof id.number, "%s", number);
	snprintf(id.name, sizeof id.name, "%s", name);
	return callerid_message_compose(out, &id, 11, 20, 9, 5, text);
}

static void a_number_alone_is_sdmf_in_bell_202(void)
{
	uint8_t out[CALLERID_MESSAGE_MAX], sum = 0;
	int n = compose(out, CALLERID_BELL202, "13800138000", "", CALLERID_ALLOWED);
	CHECK_INT(n, ==, 2 + 19 + 1);
	CHECK(memcmp(out,
				 "\x04\x13"
				 "11200905"
				 "13800138000",
				 21) == 0);
	for (int i = 0; i < n; i++)
		sum = (uint8_t)(sum + out[i]);
	CHECK_INT(sum, ==, 0);
}

static void with_a_name_or_in_v23_it_is_mdmf(void)
{
	uint8_t out[CALLERID_MESSAGE_MAX];
	CHECK(compose(out, CALLERID_BELL202, "801", "Wang", CALLERID_ALLOWED) > 0);
	CHECK(memcmp(out,
				 "\x80\x15\x01\x08"
				 "11200905"
				 "\x02\x03"
				 "801"
				 "\x07\x04"
				 "Wang",
				 23) == 0);
	CHECK(compose(out, CALLERID_V23, "801", "", CALLERID_ALLOWED) > 0);
	CHECK(memcmp(out,
				 "\x80\x12\x01\x08"
				 "11200905"
				 "\x02\x03"
				 "801"
				 "\x08\x01O",
				 20) == 0);
}

static void reasons_stand_in_for_what_is_withheld(void)
{
	uint8_t out[CALLERID_MESSAGE_MAX];
	CHECK(compose(out, CALLERID_BELL202, "801", "Wang", CALLERID_PRIVATE) > 0);
	CHECK(memcmp(out,
				 "\x04\x09"
				 "11200905"
				 "P",
				 11) == 0);
	CHECK(compose(out, CALLERID_V23, "", "", CALLERID_UNAVAILABLE) > 0);
	CHECK(memcmp(out,
				 "\x80\x10\x01\x08"
				 "11200905"
				 "\x04\x01O\x08\x01O",
				 18) == 0);
}

static void long_latin_names_are_cut_for_gr30_telephones(void)
{
	uint8_t out[CALLERID_MESSAGE_MAX];
	struct callerid id = { 0 };
	int n = compose(out, CALLERID_BELL202, "801", "A name of more than fifteen", CALLERID_ALLOWED);
	CHECK_INT(out[18], ==, 15);
	CHECK_INT(callerid_message_parse(out, (size_t)n, &id, text), ==, 1);
	CHECK_TEXT(id.name, "A name of more");
	n = compose(out, CALLERID_V23, "801", "A name of more than fifteen", CALLERID_ALLOWED);
	CHECK_INT(callerid_message_parse(out, (size_t)n, &id, text), ==, 1);
	CHECK_TEXT(id.name, "A name of more than fifteen");
}

static void impossible_input_is_refused(void)
{
	uint8_t out[CALLERID_MESSAGE_MAX];
	struct callerid id = { .number = "80A" };
	CHECK_INT(callerid_message_compose(out, &id, 1, 1, 0, 0, text), ==, -EINVAL);
	id.number[2] = '1';
	CHECK_INT(callerid_message_compose(out, &id, 13, 1, 0, 0, text), ==, -EINVAL);
	CHECK_INT(callerid_message_compose(out, &id, 1, 0, 0, 0, text), ==, -EINVAL);
	CHECK_INT(callerid_message_compose(out, &id, 1, 1, 24, 0, text), ==, -EINVAL);
	CHECK_INT(callerid_message_compose(out, &id, 1, 1, 0, -1, text), ==, -EINVAL);
	memset(id.name, 'x', sizeof id.name); /* no end */
	CHECK_INT(callerid_message_compose(out, &id, 1, 1, 0, 0, text), ==, -EINVAL);
}

static void identities_are_read(void)
{
	struct callerid id;
	CHECK_INT(PARSE(0x04,
					"11200905"
					"02188889999",
					&id),
			  ==, 1);
	CHECK_TEXT(id.number, "02188889999");
	CHECK_INT(PARSE(0x04, "11200905P", &id), ==, 1);
	CHECK_INT(id.presentation, ==, CALLERID_PRIVATE);
	CHECK_INT(PARSE(0x04, "00000000", &id), ==, 1);
	CHECK_INT(id.presentation, ==, CALLERID_UNAVAILABLE);
	/* ETSI: call type first, date later, a display text nobody asked for */
	CHECK_INT(PARSE(0x80,
					"\x11\x01\x01\x02\x03"
					"801"
					"\x01\x08"
					"11200905\x50\x02hi\x07\x06"
					"\xCD\xF5\xD0\xA1\xC3\xF7",
					&id),
			  ==, 1);
	CHECK_TEXT(id.number, "801");
	CHECK_TEXT(id.name, "王小明");
	CHECK_INT(PARSE(0x80, "\x04\x01P\x08\x01P", &id), ==, 1);
	CHECK_INT(id.presentation, ==, CALLERID_PRIVATE);
	CHECK_INT(PARSE(0x80, "\x02\x0D(021)55667788", &id), ==, -EBADMSG);
	CHECK_INT(PARSE(0x80,
					"\x02\x0C"
					"021-55667788",
					&id),
			  ==, 1);
	CHECK_TEXT(id.number, "02155667788");
}

static void other_messages_are_sound_but_no_identity(void)
{
	struct callerid id;
	CHECK_INT(PARSE(0x82, "\x0B\x01\xFF", &id), ==, 0);
	CHECK_INT(PARSE(0x06, "\x42\x42\x42", &id), ==, 0);
	CHECK_INT(PARSE(0x80,
					"\x01\x08"
					"11200905",
					&id),
			  ==, 0);
	CHECK_TEXT(id.number, "");
}

static void lies_are_not_believed(void)
{
	struct callerid id;
	CHECK_INT(PARSE(0x80,
					"\x02\x20"
					"801",
					&id),
			  ==, -EBADMSG); /* longer than the message */
	CHECK_INT(PARSE(0x80,
					"\x02\x02"
					"801",
					&id),
			  ==, -EBADMSG); /* shorter: "1" is no field */
	CHECK_INT(PARSE(0x80, "\x02", &id), ==, -EBADMSG);
	CHECK_INT(PARSE(0x80,
					"\x02\x03"
					"80A",
					&id),
			  ==, -EBADMSG);
	CHECK_INT(PARSE(0x80,
					"\x02\x03"
					"801\x02\x03"
					"802",
					&id),
			  ==, -EBADMSG); /* two numbers */
	CHECK_INT(PARSE(0x80,
					"\x04\x03"
					"801",
					&id),
			  ==, -EBADMSG); /* a reason that is a number */
	CHECK_INT(PARSE(0x80,
					"\x01\x08"
					"99990905\x02\x03"
					"801",
					&id),
			  ==, -EBADMSG);
	CHECK_INT(PARSE(0x04, "1120", &id), ==, -EBADMSG);
	CHECK_INT(PARSE(0x04,
					"11200905"
					"123456789012345678901234567890123",
					&id),
			  ==, -EBADMSG);
	CHECK_TEXT(id.number, "");
}

static void any_single_wrong_byte_is_noticed(void)
{
	uint8_t out[CALLERID_MESSAGE_MAX];
	struct callerid id;
	int n = compose(out, CALLERID_BELL202, "13800138000", "王小明", CALLERID_ALLOWED);
	for (int i = 0; i < n; i++)
		for (int change = 1; change < 256; change++) {
			out[i] = (uint8_t)(out[i] ^ change);
			int verdict = callerid_message_parse(out, (size_t)n, &id, text);
			out[i] = (uint8_t)(out[i] ^ change);
			CHECK_INT(verdict, ==, -EBADMSG);
		}
	for (int cut = 0; cut < n; cut++)
		CHECK_INT(callerid_message_parse(out, (size_t)cut, &id, text), ==, -EBADMSG);
}

static void what_is_composed_is_read_back(void)
{
	struct signal_random random = signal_seed(5);
	static const char *const names[] = { "", "Smith", "王小明", "Müller" };
	int trials = 0;
	for (; trials < 2000; trials++) {
		uint8_t out[CALLERID_MESSAGE_MAX];
		struct callerid id = { 0 };
		char number[CALLERID_MAX_NUMBER + 1] = "";
		int digits = 1 + (int)(signal_uniform(&random) * CALLERID_MAX_NUMBER);
		const char *name = names[(int)(signal_uniform(&random) * 4)];
		for (int i = 0; i < digits; i++)
			number[i] = (char)('0' + (int)(signal_uniform(&random) * 10));
		enum callerid_form form = signal_uniform(&random) < 0.5 ? CALLERID_V23 : CALLERID_BELL202;
		allocations_begin();
		int n = compose(out, form, number, name, CALLERID_ALLOWED);
		CHECK_INT(callerid_message_parse(out, (size_t)n, &id, text), ==, 1);
		CHECK_INT(allocations_made, ==, 0);
		CHECK_TEXT(id.number, number);
		CHECK_TEXT(id.name, name);
		CHECK_INT(id.presentation, ==, CALLERID_ALLOWED);
	}
}

int main(void)
{
	if (callerid_text_open(&text) != 0)
		return 1;
	TEST(a_number_alone_is_sdmf_in_bell_202);
	TEST(with_a_name_or_in_v23_it_is_mdmf);
	TEST(reasons_stand_in_for_what_is_withheld);
	TEST(long_latin_names_are_cut_for_gr30_telephones);
	TEST(impossible_input_is_refused);
	TEST(identities_are_read);
	TEST(other_messages_are_sound_but_no_identity);
	TEST(lies_are_not_believed);
	TEST(any_single_wrong_byte_is_noticed);
	TEST(what_is_composed_is_read_back);
	callerid_text_close(text);
	return test_end();
}

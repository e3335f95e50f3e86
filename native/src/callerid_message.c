/* callerid_message: composes and reads caller-ID messages. A message is believed only if its
 * checksum is right and its lengths, date and number make sense: eight bits of checksum alone let
 * one garbled message in 256 through. */
#include "callerid_message.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
	TYPE_SDMF = 0x04,
	TYPE_MDMF = 0x80,
	FIELD_DATE = 0x01,
	FIELD_NUMBER = 0x02,
	FIELD_NO_NUMBER = 0x04,
	FIELD_NAME = 0x07,
	FIELD_NO_NAME = 0x08,
	DATE_LENGTH = 8,
	/* GR-30 telephones print 15 characters and some fail on more; others take what ETSI allows. */
	NAME_MAX_GR30 = 15,
	NAME_MAX_ETSI = 50,
};

static uint8_t sum_of(const uint8_t *bytes, size_t n)
{
	uint8_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum = (uint8_t)(sum + bytes[i]);
	return sum;
}

static bool dialable(const char *number)
{
	size_t n = strnlen(number, CALLERID_MAX_NUMBER + 1);
	return n <= CALLERID_MAX_NUMBER && strspn(number, "0123456789*#+") == n;
}

static bool is_ascii(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] >= 0x80)
			return false;
	return true;
}

static size_t put_field(uint8_t *out, uint8_t type, const void *body, size_t n)
{
	out[0] = type;
	out[1] = (uint8_t)n;
	memcpy(out + 2, body, n);
	return n + 2;
}

static size_t put_name(uint8_t *out, const struct callerid *id, struct callerid_text *text)
{
	uint8_t name[NAME_MAX_ETSI];
	size_t n = callerid_text_to_wire(text, id->name, name, NAME_MAX_ETSI);
	if (id->form == CALLERID_BELL202 && is_ascii(name, n) && n > NAME_MAX_GR30)
		n = NAME_MAX_GR30;
	return put_field(out, FIELD_NAME, name, n);
}

int callerid_message_compose(uint8_t out[CALLERID_MESSAGE_MAX], const struct callerid *id,
							 int month, int day, int hour, int minute, struct callerid_text *text)
{
	char date[DATE_LENGTH + 1];
	const char *reason = id->presentation == CALLERID_PRIVATE ? "P" : "O";
	bool number = id->presentation == CALLERID_ALLOWED && id->number[0] != '\0';
	bool name = id->presentation == CALLERID_ALLOWED && id->name[0] != '\0';
	size_t n = 2;

	if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 ||
		minute > 59 || !dialable(id->number) ||
		strnlen(id->name, CALLERID_MAX_NAME + 1) > CALLERID_MAX_NAME)
		return -EINVAL;
	snprintf(date, sizeof date, "%02u%02u%02u%02u", (unsigned)month % 100u, (unsigned)day % 100u,
			 (unsigned)hour % 100u, (unsigned)minute % 100u);
	if (id->form != CALLERID_V23 && !name) {
		const char *body = number ? id->number : reason;
		out[0] = TYPE_SDMF;
		memcpy(out + n, date, DATE_LENGTH);
		n += DATE_LENGTH;
		memcpy(out + n, body, strlen(body));
		n += strlen(body);
	} else {
		out[0] = TYPE_MDMF;
		n += put_field(out + n, FIELD_DATE, date, DATE_LENGTH);
		if (number)
			n += put_field(out + n, FIELD_NUMBER, id->number, strlen(id->number));
		else
			n += put_field(out + n, FIELD_NO_NUMBER, reason, 1);
		if (name)
			n += put_name(out + n, id, text);
		else
			n += put_field(out + n, FIELD_NO_NAME, reason, 1);
	}
	out[1] = (uint8_t)(n - 2);
	out[n] = (uint8_t)-sum_of(out, n);
	return (int)(n + 1);
}

static int two_digits(const uint8_t *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	return (s[0] - '0') * 10 + (s[1] - '0');
}

/* A box in front of us may not know the time and send zeros; anything else must be a date. */
static bool date_makes_sense(const uint8_t *date, size_t n)
{
	if (n < DATE_LENGTH)
		return false;
	int month = two_digits(date), day = two_digits(date + 2);
	int hour = two_digits(date + 4), minute = two_digits(date + 6);
	return month >= 0 && month <= 12 && day >= 0 && day <= 31 && hour >= 0 && hour <= 24 &&
		   minute >= 0 && minute <= 59;
}

/* A number field: digits, or one letter saying why there are none. Returns false if it is neither.
 */
static bool read_number(struct callerid *out, const uint8_t *body, size_t n)
{
	size_t used = 0;
	if (n == 1 && (body[0] == 'P' || body[0] == 'O' || body[0] == 'I' || body[0] == 'C')) {
		out->presentation = body[0] == 'P' ? CALLERID_PRIVATE : CALLERID_UNAVAILABLE;
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		if (body[i] == ' ' || body[i] == '-')
			continue; /* some exchanges print the number prettily */
		if (body[i] == '\0' || strchr("0123456789*#+", body[i]) == NULL ||
			used == CALLERID_MAX_NUMBER)
			return false;
		out->number[used++] = (char)body[i];
	}
	out->number[used] = '\0';
	out->presentation = used > 0 ? CALLERID_ALLOWED : CALLERID_UNAVAILABLE;
	return true;
}

static int read_sdmf(const uint8_t *data, size_t n, struct callerid *out)
{
	if (!date_makes_sense(data, n) || !read_number(out, data + DATE_LENGTH, n - DATE_LENGTH))
		return -EBADMSG;
	return 1;
}

static int read_mdmf(const uint8_t *data, size_t n, struct callerid *out,
					 struct callerid_text *text)
{
	bool number = false, identity = false;
	while (n > 0) {
		if (n < 2 || data[1] > n - 2)
			return -EBADMSG; /* a length that lies */
		const uint8_t *body = data + 2;
		size_t length = data[1];
		if (data[0] == FIELD_DATE && !date_makes_sense(body, length))
			return -EBADMSG;
		if (data[0] == FIELD_NUMBER || data[0] == FIELD_NO_NUMBER) {
			if (number || !read_number(out, body, length) ||
				(data[0] == FIELD_NO_NUMBER && out->number[0] != '\0'))
				return -EBADMSG;
			number = identity = true;
		} else if (data[0] == FIELD_NAME) {
			callerid_text_from_wire(text, body, length, out->name, CALLERID_MAX_NAME);
			identity = true;
		} else if (data[0] == FIELD_NO_NAME) {
			identity = true;
		}
		data += length + 2;
		n -= length + 2;
	}
	if (!number)
		out->presentation = CALLERID_UNAVAILABLE;
	return identity ? 1 : 0;
}

int callerid_message_parse(const uint8_t *message, size_t n, struct callerid *out,
						   struct callerid_text *text)
{
	enum callerid_form form = out->form;
	int verdict = 0;
	memset(out, 0, sizeof *out);
	out->form = form;
	out->presentation = CALLERID_UNAVAILABLE;
	if (n < 3 || n != (size_t)message[1] + 3 || sum_of(message, n) != 0)
		return -EBADMSG;
	if (message[0] == TYPE_SDMF)
		verdict = read_sdmf(message + 2, message[1], out);
	else if (message[0] == TYPE_MDMF)
		verdict = read_mdmf(message + 2, message[1], out, text);
	if (verdict != 1) {
		out->number[0] = out->name[0] = '\0';
		out->presentation = CALLERID_UNAVAILABLE;
	}
	return verdict;
}

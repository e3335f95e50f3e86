/* callerid_text: names between UTF-8 and the wire of a caller-ID message. The wire doesn't say
 * which character set it carries: two bytes A1-F7, A1-FE are taken for GB 2312 (YD/T 1277), single
 * letters C0-FF for Latin-1. glibc's converters are opened once; converting allocates nothing
 * (callerid_message_test watches that). */
#include "callerid_message.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const iconv_t no_converter = (iconv_t)-1;

struct callerid_text {
	iconv_t to_gb;
	iconv_t from_gb;
};

int callerid_text_open(struct callerid_text **out)
{
	struct callerid_text *text = calloc(1, sizeof *text);
	if (text == NULL)
		return -ENOMEM;
	text->to_gb = iconv_open("GB2312", "UTF-8");
	text->from_gb = iconv_open("UTF-8", "GB2312");
	*out = text;
	return 0;
}

void callerid_text_close(struct callerid_text *text)
{
	if (text == NULL)
		return;
	if (text->to_gb != no_converter)
		iconv_close(text->to_gb);
	if (text->from_gb != no_converter)
		iconv_close(text->from_gb);
	free(text);
}

/* Length of the UTF-8 character at s and its code point; a stray byte counts as one character. */
static size_t utf8_character(const char *s, uint32_t *code)
{
	const uint8_t *b = (const uint8_t *)s;
	size_t n = b[0] < 0x80   ? 1
			   : b[0] < 0xC2 ? 0
			   : b[0] < 0xE0 ? 2
			   : b[0] < 0xF0 ? 3
			   : b[0] < 0xF5 ? 4
							 : 0;
	*code = n > 1 ? b[0] & (0x7Fu >> n) : b[0];
	for (size_t i = 1; i < n; i++) {
		if ((b[i] & 0xC0) != 0x80)
			n = 0;
		else
			*code = *code << 6 | (b[i] & 0x3F);
	}
	if (n == 0) {
		*code = 0xFFFD;
		return 1;
	}
	return n;
}

static bool needs_gb(const char *utf8)
{
	uint32_t code;
	for (const char *s = utf8; *s != '\0';) {
		s += utf8_character(s, &code);
		if (code > 0xFF && code != 0xFFFD)
			return true;
	}
	return false;
}

/* One character as GB 2312: 1 or 2 bytes, 0 if it has none. */
static size_t to_gb(struct callerid_text *text, const char *utf8, size_t n, uint8_t out[4])
{
	char *from = (char *)utf8, *to = (char *)out;
	size_t left = n, room = 4;
	if (text->to_gb == no_converter)
		return 0;
	if (iconv(text->to_gb, &from, &left, &to, &room) == (size_t)-1 || left != 0)
		return 0;
	return 4 - room;
}

size_t callerid_text_to_wire(struct callerid_text *text, const char *utf8, uint8_t *out, size_t max)
{
	bool gb = needs_gb(utf8);
	size_t used = 0;
	while (*utf8 != '\0') {
		uint8_t bytes[4] = { '?' };
		uint32_t code;
		size_t n = utf8_character(utf8, &code), wire = 1;
		if (code >= 0x20 && code < 0x7F) {
			bytes[0] = (uint8_t)code;
		} else if (gb) {
			wire = to_gb(text, utf8, n, bytes);
			if (wire == 0) {
				bytes[0] = '?';
				wire = 1;
			}
		} else if (code >= 0xA0 && code <= 0xFF) {
			bytes[0] = (uint8_t)code;
		}
		if (used + wire > max)
			break;
		memcpy(out + used, bytes, wire);
		used += wire;
		utf8 += n;
	}
	return used;
}

static bool looks_gb(const uint8_t *wire, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (wire[i] < 0x80)
			continue;
		if (wire[i] < 0xA1 || wire[i] > 0xF7 || i + 1 >= n || wire[i + 1] < 0xA1 ||
			wire[i + 1] > 0xFE)
			return false;
		i++;
	}
	return true;
}

/* Returns false if a pair has no character; then nothing of it is believed. */
static bool from_gb(struct callerid_text *text, const uint8_t *wire, size_t n, char *out,
					size_t max)
{
	size_t room = max;
	for (size_t i = 0; i < n;) {
		char *from = (char *)wire + i, *to = out + (max - room);
		size_t step = wire[i] < 0x80 ? 1 : 2, left = step, before = room;
		if (text->from_gb == no_converter)
			return false;
		if (iconv(text->from_gb, &from, &left, &to, &room) == (size_t)-1) {
			if (errno != E2BIG)
				return false;
			room = before; /* full: keep the whole characters that fitted */
			break;
		}
		i += step;
	}
	out[max - room] = '\0';
	return true;
}

static bool from_latin1(const uint8_t *wire, size_t n, char *out, size_t max)
{
	size_t used = 0;
	for (size_t i = 0; i < n; i++) {
		if (wire[i] >= 0x80 && wire[i] < 0xC0 && wire[i] != 0xA0)
			return false;
		size_t need = wire[i] < 0x80 ? 1 : 2;
		if (used + need > max)
			break;
		if (need == 2) {
			out[used++] = (char)(0xC0 | wire[i] >> 6);
			out[used++] = (char)(0x80 | (wire[i] & 0x3F));
		} else {
			out[used++] = (char)wire[i];
		}
	}
	out[used] = '\0';
	return true;
}

static bool has_control(const uint8_t *wire, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (wire[i] < 0x20 || wire[i] == 0x7F)
			return true;
	return false;
}

void callerid_text_from_wire(struct callerid_text *text, const uint8_t *wire, size_t n, char *out,
							 size_t max)
{
	while (n > 0 && (wire[n - 1] == ' ' || wire[n - 1] == '\0'))
		n--;
	while (n > 0 && wire[0] == ' ') {
		wire++;
		n--;
	}
	out[0] = '\0';
	if (has_control(wire, n))
		return;
	if (looks_gb(wire, n) && from_gb(text, wire, n, out, max))
		return;
	if (!from_latin1(wire, n, out, max))
		out[0] = '\0';
}

/* callerid_digits: see the header. */
#include "callerid_digits.h"

#include <errno.h>
#include <string.h>

enum {
	PER_MS = 8,
	NEXT_DIGIT_MS =
		600,            /* exchanges send 100-200 ms a digit; later than this it's another string */
	PAUSE_MS = 120,     /* quiet after which a form without a certain end is over */
	PACE_SLACK_MS = 20, /* the receiver's block is 12.75 ms */
	INFO_DIGITS = 2,    /* of B<info>; longer is a number whose exchange begins it with B */
	LETTER_FORM_MIN = 1, /* digits of a number between A…D letters */
	PLAIN_FORM_MIN = 5,  /* and of <num># or *<num>#, which a telephone in parallel may dial too */
};

void callerid_digits_reset(struct callerid_digits *digits)
{
	memset(digits, 0, sizeof *digits);
}

void callerid_digits_put(struct callerid_digits *digits, char digit, uint64_t now)
{
	uint64_t gap = now - digits->last;
	if (digits->n > 0) {
		if (digits->n == 1 || gap < digits->shortest)
			digits->shortest = gap;
		if (gap > digits->longest)
			digits->longest = gap;
	}
	if (digits->n < CALLERID_DIGITS_MAX)
		digits->digits[digits->n++] = digit;
	else
		digits->too_long = true;
	digits->last = now;
	digits->quiet_since = 0;
}

static bool is_letter(char c)
{
	return c >= 'A' && c <= 'D';
}

static bool is_end(char c)
{
	return is_letter(c) || c == '*' || c == '#';
}

static bool even_pace(const struct callerid_digits *digits)
{
	return digits->n < 3 ||
		   digits->longest <= digits->shortest + digits->shortest / 2 + PACE_SLACK_MS * PER_MS;
}

/* The digits after the letter at s, up to the next sign. */
static int field_length(const char *s)
{
	return (int)strspn(s + 1, "0123456789");
}

static bool take_number(const char *s, int n, struct callerid *out)
{
	if (n > CALLERID_MAX_NUMBER)
		return false;
	memcpy(out->number, s, (size_t)n);
	out->number[n] = '\0';
	out->presentation = CALLERID_ALLOWED;
	return true;
}

/* B<info>: 10 restricted, the others (00) not available. D<one digit>#: 1 restricted. */
static void take_reason(struct callerid *out, bool restricted)
{
	out->number[0] = '\0';
	out->presentation = restricted ? CALLERID_PRIVATE : CALLERID_UNAVAILABLE;
}

/* [A<num>][D<redirecting>][B<info>]C, D<num>C; an A field wins over a D field. */
static bool read_fields(const char *s, struct callerid *out)
{
	const char *number = NULL, *info = NULL;
	int number_length = 0;
	while (*s != 'C') {
		int n = field_length(s);
		if (!is_letter(*s) || n == 0)
			return false;
		if (*s == 'B' && n <= INFO_DIGITS)
			info = s + 1;
		else if (number == NULL) {
			number = s + 1;
			number_length = n;
		}
		s += n + 1;
	}
	if (s[1] != '\0')
		return false;
	if (number != NULL)
		return number_length >= LETTER_FORM_MIN && take_number(number, number_length, out);
	if (info == NULL)
		return false;
	take_reason(out, info[0] == '1');
	return true;
}

/* A form whose end digit leaves no doubt: no need to wait for a pause. */
static bool read_certain(const struct callerid_digits *digits, struct callerid *out)
{
	const char *s = digits->digits;
	char start = s[0], end = s[digits->n - 1];
	if (digits->n < 3 || !is_letter(start) || start == 'C')
		return false;
	if (end == 'C')
		return read_fields(s, out);
	int n = field_length(s);
	if (end != '#' || n != digits->n - 2)
		return false;
	if (start == 'D' && n == 1) {
		take_reason(out, s[1] == '1');
		return true;
	}
	return start != 'B' && take_number(s + 1, n, out);
}

/* <num># and the forms with other start and end signs: only a pause tells that they are over. */
static bool read_after_pause(const struct callerid_digits *digits, struct callerid *out)
{
	const char *s = digits->digits;
	char end = s[digits->n - 1];
	if (!is_end(s[0])) {
		int n = (int)strspn(s, "0123456789");
		return end == '#' && n == digits->n - 1 && n >= PLAIN_FORM_MIN && take_number(s, n, out);
	}
	int n = field_length(s), least = is_letter(s[0]) && is_letter(end) ? 3 : PLAIN_FORM_MIN;
	return digits->n > 2 && is_end(end) && n == digits->n - 2 && n >= least &&
		   take_number(s + 1, n, out);
}

int callerid_digits_judge(struct callerid_digits *digits, uint64_t now, bool quiet,
						  struct callerid *out)
{
	if (digits->n == 0)
		return 0;
	if (!quiet)
		digits->quiet_since = 0;
	else if (digits->quiet_since == 0)
		digits->quiet_since = now;
	memset(out, 0, sizeof *out);
	out->form = CALLERID_DTMF;
	out->presentation = CALLERID_UNAVAILABLE;
	bool pause = quiet && now - digits->quiet_since >= PAUSE_MS * PER_MS;
	bool stands = read_certain(digits, out) || (pause && read_after_pause(digits, out));
	if (stands) {
		bool believed = even_pace(digits) && !digits->too_long;
		callerid_digits_reset(digits);
		if (believed)
			return 1;
		out->number[0] = '\0';
		out->presentation = CALLERID_UNAVAILABLE;
		return -EBADMSG;
	}
	if (now - digits->last < NEXT_DIGIT_MS * PER_MS)
		return 0;
	/* Over without standing: a letter among several digits says that it was meant as caller ID. */
	bool meant = digits->n >= 4 && strpbrk(digits->digits, "ABCD") != NULL;
	callerid_digits_reset(digits);
	return meant ? -EBADMSG : 0;
}

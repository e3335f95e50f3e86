/* callerid_digits: a caller's number sent as DTMF digits (standards sheet section 4). There is no
 * checksum: an identity stands only with its start and end digits and an even pace, for an uneven
 * one means that a digit was lost or doubled. Engine thread; allocates nothing. */
#ifndef LF_CALLERID_DIGITS_H
#define LF_CALLERID_DIGITS_H
#include <stdbool.h>
#include <stdint.h>

#include "callerid.h"

/* A<32>D<32>B<32>C is the longest form. */
enum { CALLERID_DIGITS_MAX = 3 * CALLERID_MAX_NUMBER + 4 };

struct callerid_digits {
	char digits[CALLERID_DIGITS_MAX + 1];
	int n;
	uint64_t last;     /* when the last digit was recognised, samples */
	uint64_t shortest; /* from digit to digit, samples */
	uint64_t longest;
	uint64_t quiet_since; /* 0: not quiet */
	bool too_long;
};

void callerid_digits_reset(struct callerid_digits *digits);
/* now: samples, growing. */
void callerid_digits_put(struct callerid_digits *digits, char digit, uint64_t now);
/* To be asked every few ms; quiet: no digit is being sent. Returns 1 and fills *out when an
 * identity stands, -EBADMSG when a form began that cannot be believed, else 0. */
int callerid_digits_judge(struct callerid_digits *digits, uint64_t now, bool quiet,
						  struct callerid *out);
#endif

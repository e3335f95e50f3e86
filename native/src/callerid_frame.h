/* callerid_frame: cuts the bits of one FSK modem into caller-ID messages: mark, start and stop
 * bits, length. Not: what a message says (callerid_message.c). Engine thread; allocates nothing. */
#ifndef LF_CALLERID_FRAME_H
#define LF_CALLERID_FRAME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "callerid_message.h"

enum callerid_frame_verdict {
	CALLERID_FRAME_NONE,     /* nothing yet */
	CALLERID_FRAME_COMPLETE, /* message[0..n) came with every start and stop bit in place */
	CALLERID_FRAME_BROKEN,   /* one began and broke off: a stop bit missing, too long a pause */
};

struct callerid_frame {
	uint8_t message[CALLERID_MESSAGE_MAX];
	size_t n;
	int marks; /* 1 bits in a row */
	int bits;  /* of the byte being read, -1: waiting for a start bit */
	uint8_t byte;
};

void callerid_frame_reset(struct callerid_frame *frame);
/* True while inside a message. */
bool callerid_frame_open(const struct callerid_frame *frame);
/* A complete message stays readable until the next bit. */
enum callerid_frame_verdict callerid_frame_bit(struct callerid_frame *frame, int bit);
/* The carrier went away. */
enum callerid_frame_verdict callerid_frame_end(struct callerid_frame *frame);
#endif

/* callerid_frame: see the header. The seizure (0 1 0 1 …) is never waited for: lines cut it short,
 * lengthen it or send it twice. A message begins where a run of mark ends. */
#include "callerid_frame.h"

enum {
	MARKS_BEFORE = 30,   /* of 180 (80 off-hook); data has 9 at most in a row */
	MARKS_BETWEEN = 40,  /* standards sheet: 10-20 mark bits may stand between bytes */
	SHORTEST_BROKEN = 4, /* bytes: less is noise, not a message */
	BITS_PER_BYTE = 8,
};

/* GR-30 and ETSI message types; anything else after a mark is noise or another service. */
static bool known_type(uint8_t type)
{
	return type == 0x04 || type == 0x06 || type == 0x80 || type == 0x82 || type == 0x86 ||
		   type == 0x89;
}

static void wait_for_start(struct callerid_frame *frame, int marks)
{
	frame->bits = -1;
	frame->marks = marks;
}

void callerid_frame_reset(struct callerid_frame *frame)
{
	frame->n = 0;
	wait_for_start(frame, 0);
}

bool callerid_frame_open(const struct callerid_frame *frame)
{
	return frame->n > 0;
}

enum callerid_frame_verdict callerid_frame_end(struct callerid_frame *frame)
{
	bool broken = frame->n >= SHORTEST_BROKEN;
	callerid_frame_reset(frame);
	return broken ? CALLERID_FRAME_BROKEN : CALLERID_FRAME_NONE;
}

static bool is_complete(const struct callerid_frame *frame)
{
	return frame->n >= 2 && frame->n == (size_t)frame->message[1] + 3;
}

static enum callerid_frame_verdict take_byte(struct callerid_frame *frame)
{
	if (frame->n == 0 && !known_type(frame->byte)) {
		wait_for_start(frame, 1);
		return CALLERID_FRAME_NONE;
	}
	frame->message[frame->n++] = frame->byte;
	wait_for_start(frame, 1);
	return is_complete(frame) ? CALLERID_FRAME_COMPLETE : CALLERID_FRAME_NONE;
}

enum callerid_frame_verdict callerid_frame_bit(struct callerid_frame *frame, int bit)
{
	if (is_complete(frame))
		callerid_frame_reset(frame);
	if (frame->bits >= BITS_PER_BYTE) {
		if (bit != 0)
			return take_byte(frame);
		if (frame->n == 0) {
			callerid_frame_reset(frame);
			return CALLERID_FRAME_NONE;
		}
		return callerid_frame_end(frame); /* no stop bit */
	}
	if (frame->bits >= 0) {
		frame->byte |= (uint8_t)((bit != 0) << frame->bits++);
		return CALLERID_FRAME_NONE;
	}
	if (bit != 0) {
		if (frame->marks < MARKS_BETWEEN)
			frame->marks++;
		if (frame->n > 0 && frame->marks >= MARKS_BETWEEN)
			return callerid_frame_end(frame);
		return CALLERID_FRAME_NONE;
	}
	if (frame->n > 0 || frame->marks >= MARKS_BEFORE) {
		frame->bits = 0;
		frame->byte = 0;
	}
	frame->marks = 0;
	return CALLERID_FRAME_NONE;
}

/* Fuzz target of the caller-ID receiver: bytes are samples as they come from a line. Another half
 * of the inputs (first byte odd) drives the framing with bits, which samples hardly ever get right.
 */
#include <stdlib.h>
#include <string.h>

#include "callerid.h"
#include "callerid_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct callerid *id)
{
	if (strnlen(id->number, sizeof id->number) > CALLERID_MAX_NUMBER ||
		strnlen(id->name, sizeof id->name) > CALLERID_MAX_NAME)
		abort();
	if (id->presentation != CALLERID_ALLOWED && id->number[0] != '\0')
		abort();
}

static void hear_samples(const uint8_t *data, size_t size)
{
	static struct callerid_receiver *receiver;
	static int16_t pcm[4096];
	struct callerid id;
	size_t n = size / 2 < 4096 ? size / 2 : 4096;
	if (receiver == NULL && callerid_receiver_create(&receiver) != 0)
		abort();
	callerid_receiver_reset(receiver);
	memcpy(pcm, data, n * 2);
	if (callerid_receiver_feed(receiver, pcm, n, &id) == 1)
		check(&id);
	memset(pcm, 0, sizeof pcm);
	if (callerid_receiver_feed(receiver, pcm, 4096, &id) == 1)
		check(&id);
}

static void hear_bits(const uint8_t *data, size_t size)
{
	static struct callerid_text *text;
	struct callerid_frame frame;
	if (text == NULL && callerid_text_open(&text) != 0)
		abort();
	callerid_frame_reset(&frame);
	for (size_t i = 0; i < 60; i++)
		callerid_frame_bit(&frame, 1);
	for (size_t i = 0; i < size * 8; i++) {
		struct callerid id = { .form = CALLERID_V23 };
		if (callerid_frame_bit(&frame, data[i / 8] >> i % 8 & 1) != CALLERID_FRAME_COMPLETE)
			continue;
		if (callerid_message_parse(frame.message, frame.n, &id, text) == 1)
			check(&id);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	if (data[0] & 1)
		hear_bits(data + 1, size - 1);
	else
		hear_samples(data + 1, size - 1);
	return 0;
}

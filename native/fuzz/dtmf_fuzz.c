/* Any audio, in pieces of any size, with losses in between: the receiver must neither read nor
 * write out of bounds, nor tell more digits than fit, nor more than one per 30 ms.
 * Input: pairs of a byte (size of the piece, top bit: lost) and its samples. */
#include "dtmf.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dtmf_receiver *receiver;
	int16_t pcm[128];
	char digits[2];
	size_t samples = 0, count = 0;
	if (receiver == NULL && dtmf_receiver_create(&receiver) != 0)
		abort();
	dtmf_receiver_reset(receiver);
	while (size > 0) {
		size_t n = *data & 0x7f;
		bool lost = *data++ & 0x80;
		size--;
		if (lost) {
			dtmf_receiver_fill_in(receiver, n);
			continue;
		}
		n = n > size / 2 ? size / 2 : n;
		memcpy(pcm, data, n * 2);
		data += n * 2;
		size -= n * 2;
		samples += n;
		int told = dtmf_receiver_feed(receiver, pcm, n, digits, 1);
		if (told < 0 || told > 1 || (told == 1 && strchr("0123456789ABCD*#", digits[0]) == NULL))
			abort();
		count += (size_t)told;
		if (n == 0 && !lost)
			break;
	}
	if (count > samples / 240)
		abort();
	return 0;
}

/* callerid_send: caller ID to a telephone, as FSK (spandsp's modem) or DTMF. When it is sent (after
 * which ring, with which pause) is the port's business, not ours. */
#include "callerid.h"

#include <errno.h>
#include <spandsp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callerid_message.h"
#include "dtmf.h"

enum {
	SEIZURE_BITS = 300, /* 30 framed bytes of 0x55: 0 1 0 1 … */
	MARK_BITS = 180,
	TAIL_BITS = 10, /* the checksum's stop bit must not be the last thing heard */
	BITS_PER_BYTE = 10,
};
static const float send_dbm0 = -13.5f; /* standards sheet section 4 */

struct callerid_sender {
	fsk_tx_state_t *modem;
	struct callerid_text *text;
	struct dtmf_sender *digits;
	uint8_t message[CALLERID_MESSAGE_MAX];
	int message_bits;
	int next_bit;
	bool fsk_busy;
};

static int next_bit(void *user)
{
	struct callerid_sender *sender = user;
	int bit = sender->next_bit++;
	if (bit < SEIZURE_BITS)
		return bit & 1;
	bit -= SEIZURE_BITS;
	if (bit < MARK_BITS)
		return 1;
	bit -= MARK_BITS;
	if (bit < sender->message_bits) {
		int place = bit % BITS_PER_BYTE;
		if (place == 0)
			return 0;
		return place == 9 ? 1 : sender->message[bit / BITS_PER_BYTE] >> (place - 1) & 1;
	}
	return bit - sender->message_bits < TAIL_BITS ? 1 : SIG_STATUS_END_OF_DATA;
}

int callerid_sender_create(struct callerid_sender **out)
{
	int error = -ENOMEM;
	struct callerid_sender *sender = calloc(1, sizeof *sender);
	if (sender == NULL)
		return -ENOMEM;
	sender->modem = fsk_tx_init(NULL, &preset_fsk_specs[FSK_BELL202], next_bit, sender);
	if (sender->modem == NULL)
		goto fail;
	error = callerid_text_open(&sender->text);
	if (error != 0)
		goto fail;
	error = dtmf_sender_create(&sender->digits);
	if (error != 0)
		goto fail;
	*out = sender;
	return 0;
fail:
	callerid_sender_free(sender);
	return error;
}

void callerid_sender_free(struct callerid_sender *sender)
{
	if (sender == NULL)
		return;
	if (sender->modem != NULL)
		fsk_tx_free(sender->modem);
	callerid_text_close(sender->text);
	dtmf_sender_free(sender->digits);
	free(sender);
}

/* D<number>C; without a number variant 1's information codes: B10C withheld, B00C not available. */
static int start_dtmf(struct callerid_sender *sender, const struct callerid *id)
{
	char digits[CALLERID_MAX_NUMBER + 3];
	char number[CALLERID_MAX_NUMBER + 1];
	size_t n = 0;
	for (const char *s = id->number; *s != '\0' && n < CALLERID_MAX_NUMBER; s++)
		if (*s >= '0' && *s <= '9') /* the form has no other characters */
			number[n++] = *s;
	number[n] = '\0';
	if (id->presentation != CALLERID_ALLOWED || n == 0)
		snprintf(digits, sizeof digits, "B%sC", id->presentation == CALLERID_PRIVATE ? "10" : "00");
	else
		snprintf(digits, sizeof digits, "D%sC", number);
	return dtmf_sender_put(sender->digits, digits);
}

int callerid_sender_start(struct callerid_sender *sender, const struct callerid *id, int month,
						  int day, int hour, int minute)
{
	callerid_sender_stop(sender);
	int n = callerid_message_compose(sender->message, id, month, day, hour, minute, sender->text);
	if (n < 0)
		return n;
	if (id->form == CALLERID_DTMF)
		return start_dtmf(sender, id);
	sender->message_bits = n * BITS_PER_BYTE;
	sender->next_bit = 0;
	fsk_tx_restart(sender->modem,
				   &preset_fsk_specs[id->form == CALLERID_V23 ? FSK_V23CH1 : FSK_BELL202]);
	fsk_tx_set_get_bit(sender->modem, next_bit, sender);
	fsk_tx_power(sender->modem, send_dbm0);
	sender->fsk_busy = true;
	return 0;
}

void callerid_sender_stop(struct callerid_sender *sender)
{
	sender->fsk_busy = false;
	dtmf_sender_stop(sender->digits);
}

bool callerid_sender_busy(const struct callerid_sender *sender)
{
	return sender->fsk_busy || dtmf_sender_busy(sender->digits);
}

void callerid_sender_fill(struct callerid_sender *sender, int16_t *pcm, size_t n)
{
	if (!sender->fsk_busy) {
		dtmf_sender_fill(sender->digits, pcm, n);
		return;
	}
	int written = fsk_tx(sender->modem, pcm, (int)n);
	if ((size_t)written < n) {
		memset(pcm + written, 0, (n - (size_t)written) * sizeof *pcm);
		sender->fsk_busy = false;
	}
}

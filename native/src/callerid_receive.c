/* callerid_receive: hears caller ID on an on-hook trunk: Bell 202, V.23 and DTMF at once, with no
 * setting.
 *
 *   pcm ─▶ energy gate ─┬▶ three spandsp FSK modems ─▶ callerid_frame ─▶ callerid_message ─┐
 *                       ├▶ mark pitch (Bell 202 or V.23?)                                   ├▶
 * identity └▶ dtmf receiver ─▶ callerid_digits ───────────────────────────────┘
 *
 * Either modem reads either standard: what parts them is twist. Measured at 20 dB SNR (docs/adr/
 * 0012-caller-id.md): mark 1300 / space 2100 reads -8 to +3 dB, 1150 / 2100 reads 0 to +10 dB. */
#include "callerid.h"

#include <errno.h>
#include <math.h>
#include <spandsp.h>
#include <stdlib.h>
#include <string.h>

#include "callerid_digits.h"
#include "callerid_frame.h"
#include "callerid_message.h"
#include "dtmf.h"

enum {
	EARS = 3,
	BLOCK = 80,              /* 10 ms */
	GATE_OPEN_BLOCKS = 12,   /* stays open so long after the last energy: 120 ms */
	CARRIER_LOST_BLOCKS = 3, /* 30 ms of quiet inside a message end it */
	AGREE_BLOCKS = 5,        /* after one ear has a message the others get 50 ms */
};
/* Mean square of -46 dBm0: 2 dB below the -36 dBm a receiver must hear, less 6 dB of twist and a
 * margin; noise 20 dB under a message that weak never opens the gate. */
static const float gate_power = 6550.0f;
/* On a line so noisy that messages arrive garbled, one in some hundred garbled ones has a right
 * checksum by chance. What the mark leaves over tells the noise: 0.12 is about 14 dB SNR, below
 * which two modems must agree, 0.4 about 9 dB, below which nothing is believed (asked for: 20 dB).
 */
static const float lone_impurity = 0.12f, agreed_impurity = 0.40f;
static const float modem_cutoff_dbm0 = -52.0f;

/* mark, space; see the top of the file. */
static const int ear_hz[EARS][2] = { { 1200, 2200 }, { 1300, 2100 }, { 1150, 2100 } };

struct ear {
	struct callerid_receiver *receiver;
	fsk_rx_state_t *modem;
	struct callerid_frame frame;
	bool heard;  /* a message came, whole or not */
	int verdict; /* of callerid_message_parse */
	struct callerid id;
};

struct callerid_receiver {
	struct ear ears[EARS];
	struct callerid_text *text;
	struct dtmf_receiver *dtmf;
	struct callerid_digits digits;
	int quiet_blocks;
	int decide_blocks;            /* until what the ears have is judged; 0: nothing to judge */
	float mark_impurity, mark_hz; /* of the purest block of the message so far */
	uint64_t now;                 /* samples fed since reset */
	size_t filled;
	int16_t block[BLOCK];
};

static void ear_settle(struct ear *ear, enum callerid_frame_verdict verdict)
{
	if (verdict == CALLERID_FRAME_NONE)
		return;
	if (ear->heard && ear->verdict >= 0)
		return; /* what stands isn't undone by noise after it */
	ear->heard = true;
	ear->verdict = -EBADMSG;
	if (verdict == CALLERID_FRAME_COMPLETE)
		ear->verdict =
			callerid_message_parse(ear->frame.message, ear->frame.n, &ear->id, ear->receiver->text);
	if (ear->receiver->decide_blocks == 0)
		ear->receiver->decide_blocks = AGREE_BLOCKS;
}

static void on_bit(void *user, int bit)
{
	struct ear *ear = user;
	if (bit >= 0) /* negative: carrier up, carrier down; the gate tells us that */
		ear_settle(ear, callerid_frame_bit(&ear->frame, bit));
}

static int ear_open(struct ear *ear, struct callerid_receiver *receiver, const int hz[2])
{
	fsk_spec_t spec = preset_fsk_specs[FSK_BELL202];
	spec.freq_one = hz[0];
	spec.freq_zero = hz[1];
	ear->receiver = receiver;
	ear->modem = fsk_rx_init(NULL, &spec, FSK_FRAME_MODE_ASYNC, on_bit, ear);
	if (ear->modem == NULL)
		return -ENOMEM;
	fsk_rx_signal_cutoff(ear->modem, modem_cutoff_dbm0);
	return 0;
}

int callerid_receiver_create(struct callerid_receiver **out)
{
	int error = -ENOMEM;
	struct callerid_receiver *receiver = calloc(1, sizeof *receiver);
	if (receiver == NULL)
		return -ENOMEM;
	for (int i = 0; i < EARS; i++) {
		error = ear_open(&receiver->ears[i], receiver, ear_hz[i]);
		if (error != 0)
			goto fail;
	}
	error = callerid_text_open(&receiver->text);
	if (error != 0)
		goto fail;
	error = dtmf_receiver_create(&receiver->dtmf);
	if (error != 0)
		goto fail;
	callerid_receiver_reset(receiver);
	*out = receiver;
	return 0;
fail:
	callerid_receiver_free(receiver);
	return error;
}

void callerid_receiver_free(struct callerid_receiver *receiver)
{
	if (receiver == NULL)
		return;
	for (int i = 0; i < EARS; i++)
		if (receiver->ears[i].modem != NULL)
			fsk_rx_free(receiver->ears[i].modem);
	callerid_text_close(receiver->text);
	dtmf_receiver_free(receiver->dtmf);
	free(receiver);
}

static void forget_message(struct callerid_receiver *receiver)
{
	for (int i = 0; i < EARS; i++) {
		callerid_frame_reset(&receiver->ears[i].frame);
		receiver->ears[i].heard = false;
	}
	receiver->decide_blocks = 0;
	receiver->mark_impurity = 1.0f;
	receiver->mark_hz = 0.0f;
}

void callerid_receiver_reset(struct callerid_receiver *receiver)
{
	forget_message(receiver);
	callerid_digits_reset(&receiver->digits);
	dtmf_receiver_reset(receiver->dtmf);
	receiver->quiet_blocks = GATE_OPEN_BLOCKS;
	receiver->now = 0;
	receiver->filled = 0;
}

/* The mark between seizure and message is the purest tone there is in one; its pitch tells the
 * standard. In noise too: for a sine of power A the correlation at lag k is A cos(kw), and white
 * noise is in lag 0 alone. How pure: what x[n] + x[n-2] = 2 cos(w) x[n-1] leaves over. */
static void look_for_mark(struct callerid_receiver *receiver)
{
	const int16_t *pcm = receiver->block;
	float lag0 = 0.0f, lag1 = 0.0f, lag2 = 0.0f, left = 0.0f;
	for (int i = 2; i < BLOCK; i++) {
		lag0 += (float)pcm[i] * (float)pcm[i];
		lag1 += (float)pcm[i] * (float)pcm[i - 1];
		lag2 += (float)pcm[i] * (float)pcm[i - 2];
	}
	if (lag1 <= 0.0f) /* above 2000 Hz */
		return;
	float ratio = lag2 / lag1;
	float c = (ratio + sqrtf(ratio * ratio + 8.0f)) / 4.0f; /* cos(w) */
	float hz = c < 1.0f ? acosf(c) * (8000.0f / 6.2831853f) : 0.0f;
	if (hz < 1100.0f || hz > 1400.0f)
		return;
	for (int i = 2; i < BLOCK; i++) {
		float x = (float)pcm[i] + (float)pcm[i - 2] - 2.0f * c * (float)pcm[i - 1];
		left += x * x;
	}
	if (left < receiver->mark_impurity * lag0) {
		receiver->mark_impurity = left / lag0;
		receiver->mark_hz = hz;
	}
}

static bool same_identity(const struct callerid *a, const struct callerid *b)
{
	return a->presentation == b->presentation && strcmp(a->number, b->number) == 0 &&
		   strcmp(a->name, b->name) == 0;
}

/* What the ears have together: 1, 0 (a sound message, but no identity) or -EBADMSG. */
static int judge(struct callerid_receiver *receiver, struct callerid *out)
{
	struct ear *good = NULL;
	int sound = 0, agree = 0, broken = 0;
	for (int i = 0; i < EARS; i++) {
		struct ear *ear = &receiver->ears[i];
		broken += ear->heard && ear->verdict < 0;
		if (!ear->heard || ear->verdict < 0)
			continue;
		sound++;
		if (ear->verdict != 1)
			continue;
		if (good != NULL && !same_identity(&good->id, &ear->id))
			return -EBADMSG; /* two checksums right, two numbers: neither is believed */
		good = ear;
		agree++;
	}
	if (good == NULL)
		return sound == 0 && broken > 1 ? -EBADMSG : 0; /* one ear alone heard ghosts */
	if (receiver->mark_impurity > (agree > 1 ? agreed_impurity : lone_impurity))
		return -EBADMSG;
	*out = good->id;
	return 1;
}

static bool undecided(const struct callerid_receiver *receiver)
{
	bool sound = false, open = false;
	for (int i = 0; i < EARS; i++) {
		const struct ear *ear = &receiver->ears[i];
		sound = sound || (ear->heard && ear->verdict >= 0);
		open = open || callerid_frame_open(&ear->frame);
	}
	return open && !sound;
}

static int judge_when_due(struct callerid_receiver *receiver, struct callerid *out)
{
	if (receiver->decide_blocks == 0)
		return 0;
	if (receiver->decide_blocks > 1) {
		receiver->decide_blocks--;
		return 0;
	}
	if (undecided(receiver))
		return 0;
	memset(out, 0, sizeof *out);
	int verdict = judge(receiver, out);
	out->form = receiver->mark_hz > 1250.0f ? CALLERID_V23 : CALLERID_BELL202;
	if (verdict != 1)
		out->presentation = CALLERID_UNAVAILABLE;
	forget_message(receiver);
	return verdict;
}

static int hear_fsk(struct callerid_receiver *receiver, struct callerid *out)
{
	if (receiver->quiet_blocks == CARRIER_LOST_BLOCKS)
		for (int i = 0; i < EARS; i++)
			ear_settle(&receiver->ears[i], callerid_frame_end(&receiver->ears[i].frame));
	if (receiver->quiet_blocks < CARRIER_LOST_BLOCKS) {
		look_for_mark(receiver);
		for (int i = 0; i < EARS; i++)
			fsk_rx(receiver->ears[i].modem, receiver->block, BLOCK);
	}
	return judge_when_due(receiver, out);
}

static int hear_digits(struct callerid_receiver *receiver, struct callerid *out)
{
	char digits[8];
	int n = dtmf_receiver_feed(receiver->dtmf, receiver->block, BLOCK, digits, (int)sizeof digits);
	for (int i = 0; i < n; i++)
		callerid_digits_put(&receiver->digits, digits[i], receiver->now);
	bool quiet = !dtmf_receiver_present(receiver->dtmf);
	return callerid_digits_judge(&receiver->digits, receiver->now, quiet, out);
}

static bool has_energy(const int16_t *block)
{
	float sum = 0.0f;
	for (int i = 0; i < BLOCK; i++)
		sum += (float)block[i] * (float)block[i];
	return sum > gate_power * BLOCK;
}

static int hear_block(struct callerid_receiver *receiver, struct callerid *out)
{
	bool energy = has_energy(receiver->block);
	receiver->now += BLOCK;
	if (energy)
		receiver->quiet_blocks = 0;
	else if (receiver->quiet_blocks < GATE_OPEN_BLOCKS)
		receiver->quiet_blocks++;
	if (receiver->quiet_blocks >= GATE_OPEN_BLOCKS) {
		/* Silence, the usual state of 48 lines: only a string of digits may still wait. */
		return callerid_digits_judge(&receiver->digits, receiver->now, true, out);
	}
	int by_fsk = hear_fsk(receiver, out);
	if (by_fsk == 1)
		return 1;
	struct callerid other;
	int by_digits = hear_digits(receiver, &other);
	if (by_digits == 0)
		return by_fsk;
	*out = other;
	return by_digits;
}

int callerid_receiver_feed(struct callerid_receiver *receiver, const int16_t *pcm, size_t n,
						   struct callerid *out)
{
	int result = 0;
	while (n > 0) {
		size_t take = BLOCK - receiver->filled < n ? BLOCK - receiver->filled : n;
		memcpy(receiver->block + receiver->filled, pcm, take * sizeof *pcm);
		receiver->filled += take;
		pcm += take;
		n -= take;
		if (receiver->filled < BLOCK)
			continue;
		receiver->filled = 0;
		struct callerid id;
		int heard = hear_block(receiver, &id);
		if (heard != 0 && result != 1) { /* an identity outweighs a bad message */
			result = heard;
			*out = id;
		}
	}
	return result;
}

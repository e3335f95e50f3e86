/* faxtone: fax and modem tones, heard by spandsp's modem_connect_tones: one detector for the
 * calling tone, one for the answer tone in all its forms. Here: what counts as one tone. */
#include "faxtone.h"

#include <errno.h>
#include <math.h>
#include <spandsp.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	/* A calling fax repeats its tone every 3.5 s; one calling is reported once. */
	FORGET_SAMPLES = 5 * SAMPLE_RATE,
	/* After the last likely frame the detectors hear on, to notice the end of a tone. */
	HANGOVER_SAMPLES = SAMPLE_RATE / 2,
};

/* Share of a frame's energy at one of the two pitches that makes it worth a closer look. The
 * detectors cost 8 us per 10 ms of speech, this look 0.2; both tones are pure, 38 Hz off
 * included. */
static const float LIKELY_SHARE = 0.3f;

/* One of the two detectors and what it has said. */
struct ear {
	modem_connect_tones_rx_state_t *detector;
	int heard;	       /* kind that stands now, spandsp's number, or NONE */
	enum faxtone_kind told; /* last kind reported */
	size_t quiet;	       /* samples since it was heard */
};

struct faxtone {
	struct ear calling, answer;
	size_t listening; /* samples for which the detectors still hear */
};

static void hear(void *ear, int code, int level, int delay)
{
	(void)level;
	(void)delay;
	((struct ear *)ear)->heard = code;
}

static void start(struct faxtone *faxtone)
{
	/* With a state given, init allocates nothing; with NULL it makes one. */
	faxtone->calling = (struct ear){ .detector = modem_connect_tones_rx_init(
		faxtone->calling.detector, MODEM_CONNECT_TONES_FAX_CNG, hear, &faxtone->calling) };
	faxtone->answer = (struct ear){ .detector = modem_connect_tones_rx_init(
		faxtone->answer.detector, MODEM_CONNECT_TONES_ANS_PR, hear, &faxtone->answer) };
}

int faxtone_create(struct faxtone **out)
{
	struct faxtone *faxtone = calloc(1, sizeof *faxtone);
	if (faxtone == NULL)
		return -ENOMEM;
	start(faxtone);
	if (faxtone->calling.detector == NULL || faxtone->answer.detector == NULL) {
		faxtone_free(faxtone);
		return -ENOMEM;
	}
	*out = faxtone;
	return 0;
}

void faxtone_free(struct faxtone *faxtone)
{
	if (faxtone == NULL)
		return;
	if (faxtone->calling.detector != NULL)
		modem_connect_tones_rx_free(faxtone->calling.detector);
	if (faxtone->answer.detector != NULL)
		modem_connect_tones_rx_free(faxtone->answer.detector);
	free(faxtone);
}

void faxtone_reset(struct faxtone *faxtone)
{
	start(faxtone);
}

static enum faxtone_kind kind_of(int code)
{
	switch (code) {
	case MODEM_CONNECT_TONES_FAX_CNG:
		return FAXTONE_CALLING;
	case MODEM_CONNECT_TONES_ANS:
	case MODEM_CONNECT_TONES_ANSAM:
		return FAXTONE_ANSWER;
	case MODEM_CONNECT_TONES_ANS_PR:
	case MODEM_CONNECT_TONES_ANSAM_PR:
		return FAXTONE_ANSWER_REVERSALS;
	default:
		return FAXTONE_NONE;
	}
}

/* An answer tone may turn out to have reversals, and is reported again then; never the other way,
 * and never twice. */
static enum faxtone_kind listen(struct ear *ear, const int16_t *pcm, size_t n)
{
	modem_connect_tones_rx(ear->detector, pcm, (int)n);
	enum faxtone_kind kind = kind_of(ear->heard);
	if (kind == FAXTONE_NONE) {
		ear->quiet += n;
		if (ear->quiet >= FORGET_SAMPLES)
			ear->told = FAXTONE_NONE;
		return FAXTONE_NONE;
	}
	ear->quiet = 0;
	if (kind <= ear->told)
		return FAXTONE_NONE;
	ear->told = kind;
	return kind;
}

/* Share of the energy of n samples that lies at hz (Goertzel). */
static float share_at(const int16_t *pcm, size_t n, float hz, float energy)
{
	float k = 2.0f * cosf(2.0f * (float)M_PI * hz / SAMPLE_RATE), a = 0, b = 0;
	for (size_t i = 0; i < n; i++) {
		float c = (float)pcm[i] + k * a - b;
		b = a;
		a = c;
	}
	return (a * a + b * b - k * a * b) * 2.0f / ((float)n * energy);
}

static bool is_likely(const int16_t *pcm, size_t n)
{
	float energy = 1;
	for (size_t i = 0; i < n; i++)
		energy += (float)pcm[i] * (float)pcm[i];
	return share_at(pcm, n, 1100, energy) > LIKELY_SHARE ||
	       share_at(pcm, n, 2100, energy) > LIKELY_SHARE;
}

enum faxtone_kind faxtone_feed(struct faxtone *faxtone, const int16_t *pcm, size_t n)
{
	if (is_likely(pcm, n))
		faxtone->listening = HANGOVER_SAMPLES;
	if (faxtone->listening == 0) {
		faxtone->calling.quiet += n;
		faxtone->answer.quiet += n;
		if (faxtone->calling.quiet >= FORGET_SAMPLES)
			faxtone->calling.told = FAXTONE_NONE;
		if (faxtone->answer.quiet >= FORGET_SAMPLES)
			faxtone->answer.told = FAXTONE_NONE;
		return FAXTONE_NONE;
	}
	faxtone->listening -= n < faxtone->listening ? n : faxtone->listening;
	enum faxtone_kind calling = listen(&faxtone->calling, pcm, n);
	enum faxtone_kind answer = listen(&faxtone->answer, pcm, n);
	return answer != FAXTONE_NONE ? answer : calling;
}

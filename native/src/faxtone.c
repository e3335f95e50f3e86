/* faxtone: fax and modem tones, heard by spandsp's modem_connect_tones: one detector for the calling
 * tone, one for the answer tone with all its forms. Here: what counts as one tone. */
#include "faxtone.h"

#include <errno.h>
#include <spandsp.h>
#include <stdlib.h>

enum {
	/* A calling fax repeats its tone every 3.5 s; one calling is reported once. */
	FORGET_SAMPLES = 5 * SAMPLE_RATE,
};

/* One of the two detectors and what it has said. */
struct ear {
	modem_connect_tones_rx_state_t *detector;
	int heard;	       /* kind that stands now, spandsp's number, or NONE */
	enum faxtone_kind told; /* last kind reported */
	size_t quiet;	       /* samples since it was heard */
};

struct faxtone {
	struct ear calling, answer;
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

enum faxtone_kind faxtone_feed(struct faxtone *faxtone, const int16_t *pcm, size_t n)
{
	enum faxtone_kind calling = listen(&faxtone->calling, pcm, n);
	enum faxtone_kind answer = listen(&faxtone->answer, pcm, n);
	return answer != FAXTONE_NONE ? answer : calling;
}

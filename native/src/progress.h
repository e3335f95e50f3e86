/* progress: what a trunk hears: dial, ringback, busy, congestion, SIT, howler, by frequency and
 * cadence with tolerance, for every tone plan at once; and speech / silence. Works on the trunk's
 * own receive path before mixing. Engine thread; no allocation after create. */
#ifndef LF_PROGRESS_H
#define LF_PROGRESS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum progress_kind {
	PROGRESS_DIAL = 1, PROGRESS_RINGBACK, PROGRESS_BUSY, PROGRESS_CONGESTION, PROGRESS_SIT,
	PROGRESS_HOWLER, PROGRESS_VOICE, PROGRESS_SILENCE
};

struct progress_event {
	enum progress_kind kind;
	bool on; /* false: the tone is over (cadence broken or stopped); always true for voice/silence */
};

struct progress;
int progress_create(struct progress **out);
void progress_free(struct progress *progress);
/* Start afresh (trunk seized, answered, or dialling done). */
void progress_reset(struct progress *progress);
/* Feeds n samples; writes what became certain now to events[max]; returns their count.
 * Busy/congestion: after 3 equal cycles. Dial: continuous >= 500 ms while no digit has been sent
 * (the caller says what it means). VOICE/SILENCE: on change, voice after >= 60 ms of speech-like
 * energy, silence after >= 300 ms. */
int progress_feed(struct progress *progress, const int16_t *pcm, size_t n, struct progress_event *events, int max);
#endif

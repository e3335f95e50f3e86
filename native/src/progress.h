/* progress: what a trunk hears: dial, ringback, busy, congestion, SIT, howler, by frequency and
 * cadence with tolerance, for every tone plan at once; and speech / silence. Works on the trunk's
 * own receive path before mixing. Engine thread; no allocation after create. */
#ifndef LF_PROGRESS_H
#define LF_PROGRESS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum progress_kind {
	PROGRESS_DIAL = 1,
	PROGRESS_RINGBACK,
	PROGRESS_BUSY,
	PROGRESS_CONGESTION,
	PROGRESS_SIT,
	PROGRESS_HOWLER,
	PROGRESS_VOICE,
	PROGRESS_SILENCE
};

struct progress_event {
	enum progress_kind kind;
	bool
		on; /* false: the tone is over (cadence broken or stopped); always true for voice/silence */
};

struct progress;
int progress_create(struct progress **out);
void progress_free(struct progress *progress);
/* Start afresh (trunk seized, answered, or dialling done). */
void progress_reset(struct progress *progress);
/* After a reset: the trunk has just been seized and no digit sent, so a continuous tone is dial
 * tone after 500 ms. Not said, dial tone of one pitch (400-450 Hz) is believed after 3 s only,
 * because ringback sounds alike for up to 2.2 s; a dial tone of two pitches (350+440) after 700 ms.
 */
void progress_expect_dial(struct progress *progress);
/* Feeds n samples; writes what became certain now to events[max]; returns their count (a
 * frame of 80 samples makes three at most; what does not fit is lost).
 * Busy/congestion: within 3 equal cycles and 4 s. China's number unobtainable (3 x 0.1/0.1,
 * 0.4/0.4) is SIT. VOICE/SILENCE: on change, voice after >= 60 ms of speech-like energy, silence
 * after
 * >= 300 ms below -45 dBm0; gaps of a recognised cadence are not silence. Costs 1.5 us per 20 ms.
 */
int progress_feed(struct progress *progress, const int16_t *pcm, size_t n,
				  struct progress_event *events, int max);
#endif

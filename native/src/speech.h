/* speech: whether somebody talks into a telephone, by level over the noise of the room. For long
 * silences (a call both sides have left), not for pauses: it holds on through them. Trunks have
 * progress.h, which also tells speech from tones. Engine thread; nothing is allocated. */
#ifndef LF_SPEECH_H
#define LF_SPEECH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum speech_change { SPEECH_SAME, SPEECH_BEGAN, SPEECH_ENDED };

struct speech {
	float floor; /* mean square of the room */
	int loud_ms;
	int quiet_ms;
	bool known; /* BEGAN or ENDED has been told */
	bool talking;
};

/* A handset has been lifted: nothing is known yet. */
void speech_reset(struct speech *speech);

/* Takes n samples (int16 mono 8 kHz, a tick's worth). BEGAN after 60 ms of speech, ENDED after 2 s
 * without any (also at first, when nobody has spoken for 2 s). */
enum speech_change speech_feed(struct speech *speech, const int16_t *pcm, size_t n);
#endif

/* tone: plays call-progress tones (up to four pitches, cadence, amplitude modulation).
 * Not: DTMF or FSK. All functions: engine thread unless said otherwise; no allocation after
 * create. */
#ifndef LF_TONE_H
#define LF_TONE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TONE_MAX_HZ = 4, TONE_MAX_SEGMENTS = 16 };

/* One stretch of a cadence. hz: 0 = unused. level_dbm0: per frequency, full-scale sine = +3.14.
 * ms 0 = for ever. modulation_hz 0 = none. */
struct tone_segment {
	float hz[TONE_MAX_HZ];
	float level_dbm0;
	uint32_t ms;
	float modulation_hz;
};

/* repeat_from: segment at which it starts again, -1 = plays once. */
struct tone_plan {
	struct tone_segment segments[TONE_MAX_SEGMENTS];
	int segment_count;
	int repeat_from;
};

struct tone;
int tone_create(struct tone **out);	     /* any thread; 0 or -ENOMEM */
void tone_free(struct tone *tone);	     /* any thread; NULL is fine */
void tone_start(struct tone *tone, const struct tone_plan *plan); /* copies the plan; restarts */
void tone_stop(struct tone *tone);
/* True also in the 5 ms in which a tone that was stopped or has ended fades. */
bool tone_playing(const struct tone *tone);
/* Writes n samples (n <= 160) of int16 at 8 kHz, silence when not playing. */
void tone_fill(struct tone *tone, int16_t *pcm, size_t n);
#endif

/* progress_frame: looks at 10 ms of a line and says whether it is a call-progress tone and where.
 * No cadence, no memory beyond 30 ms. Engine thread; allocates nothing. */
#ifndef LF_PROGRESS_FRAME_H
#define LF_PROGRESS_FRAME_H
#include <stdbool.h>
#include <stdint.h>

enum {
	PROGRESS_FRAME = 80, /* samples */
	PROGRESS_FRAME_MS = 10,
	PROGRESS_TAPS = 64,
	PROGRESS_BAND_FRAME = 10, /* complex samples of the low band per frame */
	PROGRESS_WINDOW = 3,      /* frames looked at together: 30 ms */
};

enum progress_class {
	PROGRESS_CLASS_NONE,
	PROGRESS_CLASS_LOW,  /* one or two pitches between 300 and 700 Hz */
	PROGRESS_CLASS_HIGH, /* one pitch above */
	PROGRESS_CLASS_HOWL, /* 1400 + 2060 + 2450 + 2600 Hz */
};

/* What the last 30 ms were. Powers are mean squares of int16. */
struct progress_frame {
	enum progress_class kind;
	float hz;     /* centre of the tone */
	float pair;   /* 0 one pitch; about (half the distance / 160 Hz) squared of two */
	float share;  /* of all energy that lies in the tone's band */
	float power;  /* of 30 ms */
	float newest; /* of the 10 ms alone */
	float tilt;   /* correlation of neighbouring samples; voice 0.3 to 1, white noise 0 */
};

struct progress_sums {
	float power, lag1, lag2;                  /* of the samples */
	float s00, s11, s22;                      /* of the band: energies at lag 0, 1, 2 */
	float re01, im01, re12, im12, re02, im02; /* and products between the lags */
};

struct progress_ear {
	float history[PROGRESS_TAPS + PROGRESS_FRAME];
	float band[2][PROGRESS_BAND_FRAME + 2]; /* re, im; the first two are the last of before */
	float taps[2][PROGRESS_TAPS];
	struct progress_sums sums[PROGRESS_WINDOW];
	int next;
};

/* Mean square of a level; for the tables of limits. */
float progress_power(float dbm0);
void progress_ear_init(struct progress_ear *ear);
void progress_ear_reset(struct progress_ear *ear);
struct progress_frame progress_ear_feed(struct progress_ear *ear,
										const int16_t pcm[PROGRESS_FRAME]);
#endif

/* progress_cadence: bursts and gaps of tone, and what they mean, by rules that hold in every
 * country rather than by a table of countries (docs/adr/0011). Engine thread; allocates nothing. */
#ifndef LF_PROGRESS_CADENCE_H
#define LF_PROGRESS_CADENCE_H
#include <stdbool.h>

#include "progress.h"
#include "progress_frame.h"

enum { PROGRESS_PAST = 6, PROGRESS_EDGE = 3 /* frames in which the window holds something else */ };

struct progress_burst {
	enum progress_class kind;
	int on_ms, off_ms; /* off: the pause after it, once it is over */
	float hz, pair, power;
	float share;  /* of its energy that lay in the band: overtones have the rest */
	float ripple; /* loudest over faintest 30 ms inside it, as powers */
	bool steady;  /* as loud at its end as at its beginning: a tone, not a plucked string */
};

struct progress_cadence {
	struct progress_burst past[PROGRESS_PAST]; /* newest first */
	int count;
	bool in_burst;
	struct progress_burst now;   /* sums over its frames, until it ends */
	float peak, dip;             /* power of the loudest and the faintest inner frame of now */
	float latest[PROGRESS_EDGE]; /* powers of its last frames, which may be its edge */
	float lowest, highest;       /* pitch over the frames of now */
	int frames;                  /* tone frames of now */
	int start, end;              /* first and last frame of now, or of the burst before the gap */
	int missing;                 /* frames since now was last heard */
	int stray;                   /* frames of another tone in a row */
	int loud;                    /* frames of something loud that is no tone, in the gap */
	int clock;
	int heard; /* enum progress_kind that stands, 0: none */
	bool expect_dial;
	bool voiced; /* somebody has spoken since the reset */
};

void progress_cadence_reset(struct progress_cadence *cadence);
/* The tone that stands after this frame, 0: none. */
int progress_cadence_feed(struct progress_cadence *cadence, const struct progress_frame *frame);
/* Somebody speaks: whatever stood is over, nothing before counts. */
void progress_cadence_break(struct progress_cadence *cadence);

/* progress_rules.c: the tone that the bursts and gaps so far amount to, 0: none (yet). */
int progress_rules_find(const struct progress_cadence *cadence);
/* Whether the tone that stands is over. */
bool progress_rules_over(const struct progress_cadence *cadence);

static inline int progress_cadence_on_ms(const struct progress_cadence *cadence)
{
	return cadence->in_burst ? (cadence->end - cadence->start - 1) * PROGRESS_FRAME_MS : 0;
}

static inline int progress_cadence_gap_ms(const struct progress_cadence *cadence)
{
	return cadence->in_burst ? 0 : (cadence->clock - cadence->end + 1) * PROGRESS_FRAME_MS;
}
#endif

/* tone_signal: the call-progress tones of the standards sheet's section 2, as the tests play them:
 * exact, or a little off in pitch, cadence and level. Not for the product (its plans are in
 * config/). */
#ifndef LF_TONE_SIGNAL_H
#define LF_TONE_SIGNAL_H
#include <math.h>
#include <stddef.h>

#include "progress.h"
#include "signal.h"

struct tone_signal_part {
	double ms; /* 0: for ever */
	double hz[4];
	double db, modulation_hz; /* db: against the other parts */
};

struct tone_signal {
	const char *name;
	int kind; /* enum progress_kind, 0: must not be taken for any */
	struct tone_signal_part parts[8];
};

#define ON(ms, ...)                                                                                \
	{                                                                                              \
		ms, { __VA_ARGS__ }, 0, 0                                                                  \
	}
#define OFF(ms)                                                                                    \
	{                                                                                              \
		ms, { 0 }, 0, 0                                                                            \
	}

static const struct tone_signal tone_signals[] = {
	{ "CN dial", PROGRESS_DIAL, { ON(0, 450) } },
	{ "CN special dial", PROGRESS_DIAL, { ON(400, 450), OFF(40) } },
	{ "DE SG dial", PROGRESS_DIAL, { ON(0, 425) } },
	{ "FR dial", PROGRESS_DIAL, { ON(0, 330, 440) } },
	{ "GB HK TW US dial", PROGRESS_DIAL, { ON(0, 350, 440) } },
	{ "AU dial", PROGRESS_DIAL, { ON(0, 413, 438) } },
	{ "JP dial", PROGRESS_DIAL, { ON(0, 400) } },
	{ "CN ringback", PROGRESS_RINGBACK, { ON(1000, 450), OFF(4000) } },
	{ "DE ringback", PROGRESS_RINGBACK, { ON(1000, 425), OFF(4000) } },
	{ "FR ringback", PROGRESS_RINGBACK, { ON(1500, 440), OFF(3500) } },
	{ "US ringback", PROGRESS_RINGBACK, { ON(2000, 440, 480), OFF(4000) } },
	{ "TW ringback", PROGRESS_RINGBACK, { ON(1000, 440, 480), OFF(2000) } },
	{ "JP ringback", PROGRESS_RINGBACK, { ON(1000, 384, 416), OFF(2000) } },
	{ "GB ringback",
	  PROGRESS_RINGBACK,
	  { ON(400, 400, 450), OFF(200), ON(400, 400, 450), OFF(2000) } },
	{ "AU ringback",
	  PROGRESS_RINGBACK,
	  { ON(400, 413, 438), OFF(200), ON(400, 413, 438), OFF(2000) } },
	{ "HK ringback",
	  PROGRESS_RINGBACK,
	  { ON(400, 440, 480), OFF(200), ON(400, 440, 480), OFF(3000) } },
	{ "SG ringback",
	  PROGRESS_RINGBACK,
	  { { 400, { 425 }, 0, 24 }, OFF(200), { 400, { 425 }, 0, 24 }, OFF(2000) } },
	{ "CN busy", PROGRESS_BUSY, { ON(350, 450), OFF(350) } },
	{ "DE busy", PROGRESS_BUSY, { ON(480, 425), OFF(480) } },
	{ "FR busy", PROGRESS_BUSY, { ON(500, 440), OFF(500) } },
	{ "GB busy", PROGRESS_BUSY, { ON(375, 400), OFF(375) } },
	{ "AU busy", PROGRESS_BUSY, { ON(375, 425), OFF(375) } },
	{ "HK TW US busy", PROGRESS_BUSY, { ON(500, 480, 620), OFF(500) } },
	{ "JP busy", PROGRESS_BUSY, { ON(500, 400), OFF(500) } },
	{ "SG busy", PROGRESS_BUSY, { ON(750, 425), OFF(750) } },
	{ "CN congestion", PROGRESS_CONGESTION, { ON(700, 450), OFF(700) } },
	{ "DE congestion", PROGRESS_CONGESTION, { ON(240, 425), OFF(240) } },
	{ "FR congestion", PROGRESS_CONGESTION, { ON(250, 440), OFF(250) } },
	{ "HK TW US congestion", PROGRESS_CONGESTION, { ON(250, 480, 620), OFF(250) } },
	{ "SG congestion", PROGRESS_CONGESTION, { ON(250, 425), OFF(250) } },
	{ "GB congestion", PROGRESS_CONGESTION, { ON(400, 400), OFF(350), ON(225, 400), OFF(525) } },
	{ "AU congestion",
	  PROGRESS_CONGESTION,
	  { ON(375, 425), OFF(375), { 375, { 425 }, -10, 0 }, OFF(375) } },
	{ "CN unobtainable",
	  PROGRESS_SIT,
	  { ON(100, 450), OFF(100), ON(100, 450), OFF(100), ON(100, 450), OFF(100), ON(400, 450),
		OFF(400) } },
	{ "SIT", PROGRESS_SIT, { ON(330, 950), ON(330, 1400), ON(330, 1800), OFF(1000) } },
	{ "CN howler", PROGRESS_HOWLER, { ON(0, 950) } },
	{ "US receiver off hook", PROGRESS_HOWLER, { ON(100, 1400, 2060, 2450, 2600), OFF(100) } },
	{ "CN call waiting", 0, { ON(400, 450), OFF(4000) } },
	{ "DE call waiting", 0, { ON(200, 425), OFF(200), ON(200, 425), OFF(5000) } },
	{ "HK call waiting",
	  0,
	  { ON(500, 440), OFF(500), ON(500, 440), OFF(500), ON(500, 440), OFF(8000) } },
	{ "SG call waiting",
	  0,
	  { { 300, { 425 }, 0, 24 }, OFF(200), { 300, { 425 }, 0, 24 }, OFF(3200) } },
	{ "TW call waiting", 0, { ON(250, 350, 440), OFF(250), ON(250, 350, 440), OFF(3250) } },
	{ "GB call waiting", 0, { ON(100, 400), OFF(4000) } },
	{ "US call waiting", 0, { ON(300, 440), OFF(10000) } },
	{ "CN toll notify", 0, { ON(200, 450), OFF(200), ON(200, 450), OFF(600) } },
	{ "CN reminder", 0, { ON(400, 1400), OFF(10000) } },
	{ "fax calling", 0, { ON(500, 1100), OFF(3000) } },
	{ "fax answer", 0, { ON(0, 2100) } },
};
enum { TONE_SIGNALS = sizeof tone_signals / sizeof tone_signals[0] };

static inline int tone_signal_parts(const struct tone_signal *tone)
{
	int n = 1;
	while (n < 8 && tone->parts[n].ms > 0)
		n++;
	return n;
}

/* Adds n samples of it: pitch and time are factors (1: exact), dbm0 the level of all its pitches.
 */
static inline void tone_signal_add(double *out, size_t n, const struct tone_signal *tone,
								   double pitch, double time, double dbm0)
{
	int count = tone_signal_parts(tone);
	size_t at = 0;
	for (int i = 0; at < n; i = (i + 1) % count) {
		const struct tone_signal_part *part = &tone->parts[i];
		size_t length = part->ms > 0 ? (size_t)(part->ms * time * 8) : n;
		int pitches = 0;
		if (length > n - at)
			length = n - at;
		while (pitches < 4 && part->hz[pitches] > 0)
			pitches++;
		for (int k = 0; k < pitches; k++) {
			double peak = signal_peak(dbm0 + part->db - 10.0 * log10(pitches));
			double step = 2.0 * M_PI * part->hz[k] * pitch / SIGNAL_RATE;
			double beat = 2.0 * M_PI * part->modulation_hz / SIGNAL_RATE;
			for (size_t j = 0; j < length; j++) {
				double t = (double)j;
				double swell = beat > 0 ? (1.0 + cos(beat * t)) / 2.0 : 1.0;
				out[at + j] += peak * swell * sin(k + step * t);
			}
		}
		at += length;
	}
}
#endif

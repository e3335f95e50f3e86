/* progress_rules: what bursts and gaps amount to. The figures are the standards sheet's section 2,
 * widened by 10 % (cadence) and 5 % (pitch); which countries each rule serves stands beside it. */
#include "progress_cadence.h"

#include <math.h>
#include <stdlib.h>

enum {
	/* Busy and congestion: equal bursts and gaps, everywhere. */
	CYCLE_MIN_MS = 160,
	CYCLE_MAX_MS = 900,
	CONGESTION_BELOW_MS = 300, /* DE FR US SG 240-250; busy is 350 at least */
	SLOW_FROM_MS = 600,        /* CN congestion 700, SG busy 750: 3 cycles would take over 4 s */
	/* Ringback: 1/4 CN DE, 1.5/3.5 FR, 2/4 US, 1/2 TW JP; 0.4/0.2/0.4/2 GB AU SG, /3 HK. */
	RING_MIN_MS = 630,
	RING_MAX_MS = 2300,
	RING_GAP_MS = 950, /* longer than any gap of busy or congestion */
	RING_PAUSE_MS = 1500,
	DOUBLE_MIN_MS = 335, /* SG call waiting is 300 */
	DOUBLE_MAX_MS = 480,
	DOUBLE_GAP_MS = 600,
	RING_UNKNOWN_MS = 6500, /* a pause after which ringback is over, its length not being known */
	DIAL_MS = 500,
	DIAL_PAIR_MS = 700,  /* 350+440 is nothing but dial tone (GB HK TW US) */
	DIAL_LONE_MS = 3000, /* 400-450 alone may be ringback for 2.2 s */
	DIAL_AFTER_VOICE_MS = 1000,
	DIAL_WANDER_HZ = 12,
	HOWLER_MS = 1500, /* 950 Hz: in SIT it lasts 0.33 s, as record tone 0.4 s */
	SIT_OFF_MS = 1600,
	VACANT_SHORT_MIN_MS = 60,
	VACANT_SHORT_MAX_MS = 150,
	VACANT_LONG_MIN_MS = 320,
	VACANT_LONG_MAX_MS = 480,
};

/* A tone of an exchange is this pure with 20 dB of noise under it, a note with overtones is not. */
static const float pure_share = 0.8f;
/* 2.3 dB: vibrato and decay have more, no busy tone has. */
static const float level_ripple = 1.7f;

static bool near_ms(int a, int b)
{
	int slack = (a > b ? a : b) / 12;
	return abs(a - b) <= (slack > 25 ? slack : 25);
}

static bool within(int ms, int low, int high)
{
	return ms >= low && ms <= high;
}

static bool near_db(float a, float b, float db)
{
	float ratio = powf(10.0f, db / 10.0f);
	return a < b * ratio && b < a * ratio;
}

static bool same_tone(const struct progress_burst *a, const struct progress_burst *b)
{
	return a->kind == b->kind && fabsf(a->hz - b->hz) < 15.0f && fabsf(a->pair - b->pair) < 0.06f;
}

static bool same_burst(const struct progress_burst *a, const struct progress_burst *b)
{
	return same_tone(a, b) && near_ms(a->on_ms, b->on_ms) && a->steady && b->steady;
}

static bool is_low(const struct progress_burst *burst, float from_hz, float to_hz)
{
	return burst->kind == PROGRESS_CLASS_LOW && burst->hz >= from_hz && burst->hz <= to_hz;
}

/* The tone of the burst that is going on, as if it were over. */
static struct progress_burst current(const struct progress_cadence *cadence)
{
	struct progress_burst burst = cadence->now;
	float frames = (float)(cadence->frames > 0 ? cadence->frames : 1);
	burst.hz /= frames;
	burst.pair /= frames;
	burst.power /= frames;
	burst.share /= frames;
	burst.on_ms = progress_cadence_on_ms(cadence);
	burst.steady = burst.power > 0.5f * cadence->peak;
	return burst;
}

/* The fourth burst has begun: established, and of the same tone. */
static bool begun_again(const struct progress_cadence *cadence)
{
	struct progress_burst now = current(cadence);
	return cadence->in_burst && now.on_ms >= 20 && same_tone(&now, &cadence->past[0]);
}

static bool cycle_fits(const struct progress_burst *burst)
{
	return within(burst->on_ms, CYCLE_MIN_MS, CYCLE_MAX_MS) &&
		   within(burst->off_ms, CYCLE_MIN_MS, CYCLE_MAX_MS) && burst->share > pure_share &&
		   burst->ripple < level_ripple && burst->on_ms <= 2 * burst->off_ms &&
		   burst->off_ms <= 2 * burst->on_ms;
}

/* Hong Kong's call waiting tone is three bursts of France's and New Zealand's busy tone. */
static bool may_be_call_waiting(const struct progress_burst *burst)
{
	return is_low(burst, 415.0f, 465.0f) && burst->pair < 0.01f && within(burst->on_ms, 440, 560) &&
		   within(burst->off_ms, 440, 560);
}

static int busy_or_congestion(const struct progress_burst *burst)
{
	if (burst->on_ms < CONGESTION_BELOW_MS)
		return PROGRESS_CONGESTION;
	if (burst->on_ms < SLOW_FROM_MS)
		return PROGRESS_BUSY;
	/* China's congestion (450 Hz, 700 ms) or Singapore's busy (425 Hz, 750 ms), whichever is
	 * nearer. */
	float china = fabsf(burst->hz - 450.0f) / 22.0f + fabsf((float)burst->on_ms - 700.0f) / 70.0f;
	float singapore =
		fabsf(burst->hz - 425.0f) / 21.0f + fabsf((float)burst->on_ms - 750.0f) / 75.0f;
	return singapore < china ? PROGRESS_BUSY : PROGRESS_CONGESTION;
}

/* Two whole cycles and most of the third burst, for those too slow for three cycles in 4 s. */
static int find_slow(const struct progress_cadence *cadence)
{
	const struct progress_burst *past = cadence->past;
	struct progress_burst now = current(cadence);
	if (cadence->count < 2 || !cadence->in_burst || past[0].on_ms < SLOW_FROM_MS ||
		now.on_ms < past[0].on_ms * 6 / 10 || now.on_ms > past[0].on_ms * 12 / 10)
		return 0;
	if (!cycle_fits(&past[0]) || !same_burst(&past[0], &past[1]) || !now.steady ||
		!near_ms(past[0].off_ms, past[1].off_ms) || !same_tone(&now, &past[0]) ||
		!near_db(past[0].power, past[1].power, 3.0f) || !near_db(past[0].power, now.power, 3.0f))
		return 0;
	return busy_or_congestion(&past[0]);
}

static int find_equal_cycles(const struct progress_cadence *cadence)
{
	const struct progress_burst *past = cadence->past;
	int gap = progress_cadence_gap_ms(cadence);
	if (cadence->count < 3 || past[0].kind != PROGRESS_CLASS_LOW || !cycle_fits(&past[1]) ||
		!same_burst(&past[0], &past[1]) || !same_burst(&past[1], &past[2]) ||
		!near_ms(past[1].off_ms, past[2].off_ms))
		return 0;
	bool again = begun_again(cadence) && near_ms(past[0].off_ms, past[1].off_ms);
	bool pausing = gap >= past[1].off_ms * 6 / 10 && gap <= past[1].off_ms + 40;
	if (!again && (!pausing || may_be_call_waiting(&past[1])))
		return 0;
	if (near_db(past[0].power, past[1].power, 3.0f) && near_db(past[1].power, past[2].power, 3.0f))
		return busy_or_congestion(&past[1]);
	/* Australia's congestion: every second burst 10 dB down. */
	if (near_db(past[0].power, past[2].power, 3.0f) &&
		!near_db(past[0].power, past[1].power, 5.0f) &&
		near_db(past[0].power, past[1].power, 16.0f))
		return PROGRESS_CONGESTION;
	return 0;
}

/* Great Britain's congestion 0.4/0.35/0.225/0.525: two bursts in turn, each 0.75 s with its gap. */
static int find_paired_cycles(const struct progress_cadence *cadence)
{
	const struct progress_burst *past = cadence->past;
	if (cadence->count < 4 || cadence->in_burst || progress_cadence_gap_ms(cadence) < 50)
		return 0;
	if (!same_burst(&past[0], &past[2]) || !same_burst(&past[1], &past[3]) ||
		!same_tone(&past[0], &past[1]) || near_ms(past[0].on_ms, past[1].on_ms))
		return 0;
	for (int i = 1; i < 4; i++) {
		if (!within(past[i].on_ms, 150, 500) || !within(past[i].on_ms + past[i].off_ms, 640, 860) ||
			!near_ms(past[i].on_ms + past[i].off_ms, past[1].on_ms + past[1].off_ms))
			return 0;
	}
	return PROGRESS_CONGESTION;
}

/* China's number unobtainable, 3 x 0.1/0.1 and 0.4/0.4: says what SIT says elsewhere, so it is SIT.
 */
static int find_vacant(const struct progress_cadence *cadence)
{
	const struct progress_burst *past = cadence->past;
	int longs = 0;
	if (cadence->count < 5)
		return 0;
	for (int i = 0; i < 5; i++) {
		bool brief = within(past[i].on_ms, VACANT_SHORT_MIN_MS, VACANT_SHORT_MAX_MS);
		bool held = within(past[i].on_ms, VACANT_LONG_MIN_MS, VACANT_LONG_MAX_MS);
		if ((!brief && !held) || !same_tone(&past[i], &past[0]))
			return 0;
		if (i < 4 && held)
			longs++;
		if (i > 0 && brief && !within(past[i].off_ms, VACANT_SHORT_MIN_MS, VACANT_SHORT_MAX_MS))
			return 0;
		if (i > 0 && held && !within(past[i].off_ms, VACANT_LONG_MIN_MS, VACANT_LONG_MAX_MS))
			return 0;
	}
	return longs == 1 ? PROGRESS_SIT : 0;
}

static bool is_pitch(const struct progress_burst *burst, float hz)
{
	return burst->kind == PROGRESS_CLASS_HIGH && fabsf(burst->hz - hz) < 0.065f * hz;
}

static int find_sit(const struct progress_cadence *cadence)
{
	const struct progress_burst *past = cadence->past;
	struct progress_burst now = current(cadence);
	if (cadence->count < 2 || !cadence->in_burst || now.on_ms < 200)
		return 0;
	if (!is_pitch(&past[1], 950.0f) || !is_pitch(&past[0], 1400.0f) || !is_pitch(&now, 1800.0f) ||
		past[1].off_ms > 80 || past[0].off_ms > 80)
		return 0;
	/* Segments of 276 and 380 ms (North America), 330 elsewhere. */
	return within(past[0].on_ms, 220, 460) && within(past[1].on_ms, 220, 460) ? PROGRESS_SIT : 0;
}

static int find_howler(const struct progress_cadence *cadence)
{
	const struct progress_burst *past = cadence->past;
	struct progress_burst now = current(cadence);
	if (cadence->in_burst && is_pitch(&now, 950.0f) && now.on_ms >= HOWLER_MS)
		return PROGRESS_HOWLER;
	if (cadence->count < 5)
		return 0;
	for (int i = 0; i < 5; i++) /* receiver off hook, 0.1/0.1 (US) */
		if (past[i].kind != PROGRESS_CLASS_HOWL || !within(past[i].on_ms, 60, 160) ||
			(i > 0 && !within(past[i].off_ms, 50, 160)))
			return 0;
	return PROGRESS_HOWLER;
}

static bool rings(const struct progress_burst *burst)
{
	return is_low(burst, 375.0f, 500.0f) && burst->steady;
}

/* The pairs of AU and SG beat at 24 Hz: a null at an edge takes up to 40 ms off a burst. */
static bool is_double(const struct progress_burst *past)
{
	return rings(&past[0]) && rings(&past[1]) && same_tone(&past[0], &past[1]) &&
		   abs(past[0].on_ms - past[1].on_ms) <= 50 &&
		   within((past[0].on_ms + past[1].on_ms) / 2, DOUBLE_MIN_MS, DOUBLE_MAX_MS) &&
		   within(past[1].off_ms, 140, 290);
}

/* One cycle is enough on a line where nobody has spoken yet; later a beep could be anything. */
static int find_ringback(const struct progress_cadence *cadence)
{
	const struct progress_burst *past = cadence->past;
	int gap = progress_cadence_gap_ms(cadence), count = cadence->count;
	if (count < 1 || cadence->in_burst)
		return 0;
	if (rings(&past[0]) && within(past[0].on_ms, RING_MIN_MS, RING_MAX_MS) && gap >= RING_GAP_MS) {
		if (count == 1)
			return cadence->voiced ? 0 : PROGRESS_RINGBACK;
		return past[1].off_ms >= RING_PAUSE_MS && same_burst(&past[0], &past[1]) ? PROGRESS_RINGBACK
																				 : 0;
	}
	if (count < 2 || gap < DOUBLE_GAP_MS || !is_double(past))
		return 0;
	if (count < 4)
		return cadence->voiced ? 0 : PROGRESS_RINGBACK;
	return past[2].off_ms >= RING_PAUSE_MS && is_double(past + 2) ? PROGRESS_RINGBACK : 0;
}

/* A held note is what comes closest to dial tone; it wavers, has overtones, or isn't held so long.
 */
static int find_dial(const struct progress_cadence *cadence)
{
	struct progress_burst now = current(cadence);
	if (!cadence->in_burst || cadence->missing > 0 || !is_low(&now, 362.0f, 477.0f) ||
		cadence->highest - cadence->lowest > DIAL_WANDER_HZ || cadence->peak > 1.4f * now.power)
		return 0;
	if (cadence->expect_dial && !cadence->voiced)
		return now.on_ms >= DIAL_MS ? PROGRESS_DIAL : 0;
	if (now.share < 0.85f)
		return 0;
	bool pair = now.pair > 0.055f && now.pair < 0.13f && now.hz < 425.0f;
	int needed = pair ? DIAL_PAIR_MS : DIAL_LONE_MS;
	return now.on_ms >= needed + (cadence->voiced ? DIAL_AFTER_VOICE_MS : 0) ? PROGRESS_DIAL : 0;
}

int progress_rules_find(const struct progress_cadence *cadence)
{
	static int (*const rules[])(const struct progress_cadence *) = {
		find_slow, find_equal_cycles, find_paired_cycles, find_vacant,
		find_sit,  find_howler,       find_ringback,      find_dial,
	};
	if (cadence->count == 0 && !cadence->in_burst)
		return 0;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		int kind = rules[i](cadence);
		if (kind != 0)
			return kind;
	}
	return 0;
}

static int longest(const struct progress_cadence *cadence, bool off)
{
	int ms = 0;
	for (int i = off ? 1 : 0; i < cadence->count; i++) {
		int length = off ? cadence->past[i].off_ms : cadence->past[i].on_ms;
		ms = length > ms ? length : ms;
	}
	return ms;
}

bool progress_rules_over(const struct progress_cadence *cadence)
{
	int on = progress_cadence_on_ms(cadence), gap = progress_cadence_gap_ms(cadence);
	int known_on = longest(cadence, false), known_off = longest(cadence, true);
	switch (cadence->heard) {
	case PROGRESS_DIAL:
		return !cadence->in_burst;
	case PROGRESS_HOWLER:
		return gap > 400;
	case PROGRESS_SIT:
		return gap > SIT_OFF_MS || on > HOWLER_MS;
	case PROGRESS_RINGBACK:
		if (on > known_on + known_on / 3 + 150)
			return true;
		return gap >
			   (known_off >= RING_PAUSE_MS ? known_off + known_off / 6 + 150 : RING_UNKNOWN_MS);
	default: /* busy, congestion */
		return gap > known_off + known_off / 2 + 100 || on > known_on + known_on / 2 + 100;
	}
}

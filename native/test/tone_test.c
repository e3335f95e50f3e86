/* Tones against the plan: level, pitch, cadence, smoothness. Limits: standards sheet, section 2. */
#include "allocations.h"
#include "failing_alloc.h"
#include "signal.h"
#include "test.h"
#include "tone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = 8000, LONGEST = 20 * SECOND };
static int16_t pcm[LONGEST];

static struct tone_segment burst(float hz1, float hz2, float dbm0, uint32_t ms)
{
	return (struct tone_segment){ .hz = { hz1, hz2 }, .level_dbm0 = dbm0, .ms = ms };
}

/* Plays into pcm[] in pieces of the engine's tick, or of odd sizes. */
static void play(const struct tone_plan *plan, size_t n, size_t piece)
{
	struct tone *tone = NULL;
	if (tone_create(&tone) != 0)
		abort();
	tone_start(tone, plan);
	for (size_t done = 0; done < n; done += piece)
		tone_fill(tone, pcm + done, n - done < piece ? n - done : piece);
	tone_free(tone);
}

static void levels_are_exact(void)
{
	for (float dbm0 = -40.0f; dbm0 <= 3.0f; dbm0 += 4.3f) {
		struct tone_plan plan = { { burst(450, 0, dbm0, 0) }, 1, -1 };
		play(&plan, 2 * SECOND, 80);
		CHECK_NEAR(signal_level(pcm + 800, SECOND), dbm0, 0.02);
		CHECK_NEAR(signal_level_at(pcm + 800, SECOND, 450.0), dbm0, 0.02);
	}
}

static void each_pitch_of_a_pair_has_the_level(void)
{
	struct tone_plan plan = { { burst(350, 440, -13.0f, 0) }, 1, -1 };
	play(&plan, 2 * SECOND, 80);
	CHECK_NEAR(signal_level_at(pcm + 800, SECOND, 350.0), -13.0, 0.02);
	CHECK_NEAR(signal_level_at(pcm + 800, SECOND, 440.0), -13.0, 0.02);
	CHECK_NEAR(signal_level(pcm + 800, SECOND), -13.0 + 3.01, 0.02);
}

/* Distortion: limit 10 % (-20 dB) in GB 3380; ours is rounding to 16 bits. */
static void pitch_is_pure_and_does_not_drift(void)
{
	struct tone_plan plan = { { burst(425.5f, 0, -10.0f, 0) }, 1, -1 };
	play(&plan, LONGEST, 80);
	double total = signal_level(pcm + LONGEST - 2 * SECOND, 2 * SECOND);
	double tone = signal_level_at(pcm + LONGEST - 2 * SECOND, 2 * SECOND, 425.5);
	double rest = 10.0 * log10(1.0 + 1e-9 - pow(10.0, (tone - total) / 10.0));
	test_note("tone: everything but the pitch %.0f dB (limit -20)", rest);
	CHECK_NEAR(tone, -10.0, 0.02);
	CHECK(rest < -50.0);
}

/* First sample from which 1 ms holds more than half the peak (or, for falling, doesn't). */
static size_t find_edge(size_t from, size_t n, double half, bool rising)
{
	for (size_t i = from; i + 10 <= n; i++) {
		int peak = 0;
		for (size_t k = 0; k < 10; k++)
			peak = abs(pcm[i + k]) > peak ? abs(pcm[i + k]) : peak;
		if ((peak > half) == rising)
			return i;
	}
	return n;
}

/* Cadence: limit +-10 % (GB 3380). */
static void cadence_lasts_what_the_plan_says(void)
{
	const uint32_t cases[][2] = {
		{ 350, 350 }, { 700, 700 }, { 400, 40 }, { 100, 100 }, { 1000, 4000 },
	};
	for (size_t c = 0; c < 5; c++) {
		const uint32_t *ms = cases[c];
		struct tone_plan plan = { { burst(1000, 0, -10.0f, ms[0]), burst(0, 0, 0, ms[1]) }, 2, 0 };
		size_t n = (size_t)(ms[0] + ms[1]) * 8 * 3 + 80;
		double half = signal_peak(-10.0) / 2.0;
		play(&plan, n, 80);
		size_t on = find_edge(0, n, half, true), off = find_edge(on, n, half, false);
		size_t on2 = find_edge(off, n, half, true), off2 = find_edge(on2, n, half, false);
		CHECK_NEAR((double)(off - on) / 8.0, ms[0], 1.5);
		CHECK_NEAR((double)(on2 - off) / 8.0, ms[1], 1.5);
		CHECK_NEAR((double)(off2 - on) / 8.0, 2.0 * ms[0] + ms[1], 1.5);
	}
}

static void size_of_the_pieces_does_not_matter(void)
{
	static int16_t whole[SECOND];
	struct tone_plan plan = { { burst(480, 620, -24.0f, 33), burst(0, 0, 0, 17),
				    burst(950, 0, -20, 3) }, 3, 0 };
	const size_t pieces[] = { 1, 7, 79, 80, 81, 160, 8000 };
	play(&plan, SECOND, 80);
	memcpy(whole, pcm, sizeof whole);
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		play(&plan, SECOND, pieces[i]);
		/* phasors are trimmed at other moments: 1 step of rounding */
		for (size_t k = 0; k < SECOND; k++)
			CHECK_INT(abs(pcm[k] - whole[k]), <=, 1);
	}
}

/* A click is a jump no pitch of the tone could make; sin can turn at most 2*pi*f/rate a sample. */
static void nothing_clicks(void)
{
	struct tone_plan plan = { { burst(950, 0, -10, 30), burst(1400, 0, -10, 30),
				    burst(1400, 0, 0, 30), burst(1400, 0, 3, 30), burst(0, 0, 0, 20) }, 5, 0 };
	double steepest = signal_peak(3.14) * 2.0 * M_PI * 1400.0 / 8000.0 * 1.3;
	play(&plan, SECOND, 80);
	for (size_t i = 1; i < SECOND; i++)
		CHECK_INT(abs(pcm[i] - pcm[i - 1]), <=, steepest);
	CHECK_INT(abs(pcm[0]), <=, 600);
}

/* One pitch over a boundary: a howler's steps must sound as one tone getting louder. */
static void phase_goes_on_when_only_the_level_changes(void)
{
	struct tone_plan plan = { { burst(950, 0, -10, 103), burst(950, 0, -10, 97) }, 2, 0 };
	play(&plan, 2 * SECOND, 80);
	CHECK_NEAR(signal_level_at(pcm + 800, SECOND, 950.0), -10.0, 0.02);
}

/* Japan: 400 Hz modulated with 16 Hz. Power as in the plan, sidebands at 384 and 416 Hz. */
static void modulation_has_sidebands_and_the_same_power(void)
{
	struct tone_plan plan = { { burst(400, 0, -15.0f, 0) }, 1, -1 };
	plan.segments[0].modulation_hz = 16.0f;
	play(&plan, 2 * SECOND, 80);
	double carrier = signal_level_at(pcm + 800, SECOND, 400.0);
	CHECK_NEAR(signal_level(pcm + 800, SECOND), -15.0, 0.05);
	CHECK_NEAR(signal_level_at(pcm + 800, SECOND, 384.0) - carrier, 20.0 * log10(0.85 / 2.0), 0.1);
	CHECK_NEAR(signal_level_at(pcm + 800, SECOND, 416.0) - carrier, 20.0 * log10(0.85 / 2.0), 0.1);
}

static void plays_once_then_is_silent(void)
{
	struct tone *tone = NULL;
	struct tone_plan plan = { { burst(440, 0, -10, 100), burst(0, 0, 0, 50),
				    burst(440, 0, -10, 100) }, 3, -1 };
	CHECK_INT(tone_create(&tone), ==, 0);
	CHECK(!tone_playing(tone));
	tone_fill(tone, pcm, 80);
	CHECK_NEAR(signal_level(pcm, 80), -99.0, 0.0);
	tone_start(tone, &plan);
	CHECK(tone_playing(tone));
	tone_fill(tone, pcm, 250 * 8 + 39);
	CHECK(tone_playing(tone));
	tone_fill(tone, pcm, 1);
	CHECK(!tone_playing(tone));
	tone_fill(tone, pcm, 800);
	CHECK_NEAR(signal_level(pcm, 800), -99.0, 0.0);
	tone_free(tone);
}

static void stop_fades_and_ends(void)
{
	struct tone *tone = NULL;
	struct tone_plan plan = { { burst(350, 440, -13, 0) }, 1, -1 };
	CHECK_INT(tone_create(&tone), ==, 0);
	tone_start(tone, &plan);
	tone_fill(tone, pcm, 1600);
	tone_stop(tone);
	tone_fill(tone, pcm, 40);
	CHECK(!tone_playing(tone));
	CHECK_INT(abs(pcm[39]), <, 700);
	tone_fill(tone, pcm, 80);
	CHECK_NEAR(signal_level(pcm, 80), -99.0, 0.0);
	tone_stop(tone);
	CHECK(!tone_playing(tone));
	tone_start(tone, &plan); /* restarts from nothing */
	tone_fill(tone, pcm, SECOND);
	CHECK_NEAR(signal_level(pcm + 400, 4000), -13.0 + 3.01, 0.3);
	tone_free(tone);
}

static void loud_plans_saturate_and_bad_plans_are_silent(void)
{
	struct tone_plan loud = { { { { 1400, 2060, 2450, 2600 }, 40.0f, 100, 0 } }, 1, 0 };
	struct tone_plan bad[] = { { { burst(450, 0, -10, 0) }, 0, -1 },
				   { { burst(450, 0, -10, 0) }, TONE_MAX_SEGMENTS + 1, -1 },
				   { { burst(450, 0, -10, 5) }, 1, 1 },
				   { { burst(NAN, -5, -10, 5) }, 1, 0 },
				   { { burst(1e9f, INFINITY, -10, 5) }, 1, 0 } };
	play(&loud, SECOND, 80);
	CHECK(signal_level(pcm, SECOND) > 3.0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		play(&bad[i], SECOND, 80);
		CHECK_NEAR(signal_level(pcm, SECOND), -99.0, 0.0);
	}
}

/* Segments shorter than the glide with ever new pitches: voices are taken over, never run out. */
static void many_short_pitches_do_no_harm(void)
{
	struct tone_plan plan = { .segment_count = TONE_MAX_SEGMENTS, .repeat_from = 0 };
	for (int i = 0; i < TONE_MAX_SEGMENTS; i++)
		for (int k = 0; k < TONE_MAX_HZ; k++)
			plan.segments[i] = (struct tone_segment){
				.hz = { 300.0f + 50.0f * (float)i, 1301.0f + 50.0f * (float)i,
					2302.0f, 3303.0f + (float)i },
				.level_dbm0 = -10.0f, .ms = 1 };
	play(&plan, 4 * SECOND, 80);
	CHECK(signal_level(pcm, 4 * SECOND) > -30.0);
}

static void memory_is_taken_in_create_alone(void)
{
	struct tone *tone = NULL;
	struct tone_plan plan = { { burst(350, 440, -13, 20), burst(0, 0, 0, 20) }, 2, 0 };
	alloc_left = 0;
	CHECK_INT(tone_create(&tone), ==, -ENOMEM);
	alloc_left = -1;
	tone_free(tone);
	CHECK_INT(tone_create(&tone), ==, 0);
	allocations_begin();
	tone_start(tone, &plan);
	tone_fill(tone, pcm, SECOND);
	tone_stop(tone);
	tone_fill(tone, pcm, 80);
	CHECK_INT(allocations_made, ==, 0);
	tone_free(tone);
}

int main(void)
{
	TEST(memory_is_taken_in_create_alone);
	TEST(levels_are_exact);
	TEST(each_pitch_of_a_pair_has_the_level);
	TEST(pitch_is_pure_and_does_not_drift);
	TEST(cadence_lasts_what_the_plan_says);
	TEST(size_of_the_pieces_does_not_matter);
	TEST(nothing_clicks);
	TEST(phase_goes_on_when_only_the_level_changes);
	TEST(modulation_has_sidebands_and_the_same_power);
	TEST(plays_once_then_is_silent);
	TEST(stop_fades_and_ends);
	TEST(loud_plans_saturate_and_bad_plans_are_silent);
	TEST(many_short_pitches_do_no_harm);
	return test_end();
}

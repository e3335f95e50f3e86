/* One frame: which sounds are a call-progress tone, and where its pitch is put. */
#include "progress_frame.h"

#include <string.h>

#include "signal.h"
#include "test.h"

enum { N = 1600 };

static struct progress_ear ear;
static struct signal_random line_noise;

/* What the last frame of 200 ms of these pitches is. */
static struct progress_frame look(const double *hz, int count, double dbm0, double snr_db)
{
	static double wave[N];
	static int16_t pcm[N];
	struct progress_frame frame = { .kind = PROGRESS_CLASS_NONE };
	memset(wave, 0, sizeof wave);
	for (int i = 0; i < count; i++)
		signal_add_sine(wave, N, hz[i], dbm0, 2.0 * i);
	signal_add_noise(wave, N, dbm0 - snr_db, &line_noise);
	signal_to_pcm(pcm, wave, N);
	progress_ear_reset(&ear);
	for (int i = 0; i < N; i += PROGRESS_FRAME)
		frame = progress_ear_feed(&ear, pcm + i);
	return frame;
}

static void low_tones_are_found_with_their_pitch(void)
{
	static const double pairs[][2] = { { 400, 0 },   { 425, 0 },   { 450, 0 },
									   { 350, 440 }, { 480, 620 }, { 400, 450 },
									   { 413, 438 }, { 440, 480 }, { 384, 416 } };
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		for (double level = -35; level <= -10; level += 12.5)
			for (double off = 0.95; off < 1.06; off += 0.05) {
				double hz[2] = { pairs[i][0] * off, pairs[i][1] * off };
				int count = pairs[i][1] > 0 ? 2 : 1;
				double centre = count == 2 ? (hz[0] + hz[1]) / 2 : hz[0];
				struct progress_frame frame = look(hz, count, level, 20);
				CHECK_INT(frame.kind, ==, PROGRESS_CLASS_LOW);
				CHECK_NEAR(frame.hz, centre, 12.0);
			}
}

static void two_pitches_differ_from_one(void)
{
	double one[] = { 400 }, two[] = { 350, 440 };
	CHECK(look(one, 1, -20, 20).pair < 0.02);
	CHECK_NEAR(look(two, 2, -20, 20).pair, 0.078, 0.02);
}

static void high_tones_are_found_with_their_pitch(void)
{
	for (double hz = 950; hz <= 2150; hz += 50) {
		struct progress_frame frame = look(&hz, 1, -30, 20);
		CHECK_INT(frame.kind, ==, PROGRESS_CLASS_HIGH);
		CHECK_NEAR(frame.hz, hz, 0.01 * hz);
	}
}

static void the_receiver_off_hook_tone_is_found(void)
{
	for (double off = 0.97; off < 1.04; off += 0.03) {
		double hz[] = { 1400 * off, 2060 * off, 2450 * off, 2600 * off };
		CHECK_INT(look(hz, 4, -20, 20).kind, ==, PROGRESS_CLASS_HOWL);
	}
}

static void other_sounds_are_none(void)
{
	static const double chords[][4] = { { 262, 330, 392, 523 },
										{ 120, 240, 360, 480 },
										{ 200, 400, 600, 800 },
										{ 450, 900, 1350, 1800 } };
	for (size_t i = 0; i < sizeof chords / sizeof chords[0]; i++)
		CHECK_INT(i * 10 + look(chords[i], 4, -20, 20).kind, ==, i * 10 + PROGRESS_CLASS_NONE);
	double hum = 50;
	CHECK_INT(look(&hum, 1, -20, 20).kind, ==, PROGRESS_CLASS_NONE);
	CHECK_INT(look(&hum, 0, -20, 0).kind, ==, PROGRESS_CLASS_NONE); /* noise alone */
}

static void too_quiet_is_none(void)
{
	double hz = 450;
	struct progress_frame frame = look(&hz, 1, -60, 20);
	CHECK_INT(frame.kind, ==, PROGRESS_CLASS_NONE);
	CHECK_NEAR(10 * log10(frame.power / progress_power(-60)), 0.0, 1.0);
}

int main(void)
{
	line_noise = signal_seed(8);
	progress_ear_init(&ear);
	TEST(low_tones_are_found_with_their_pitch);
	TEST(two_pitches_differ_from_one);
	TEST(high_tones_are_found_with_their_pitch);
	TEST(the_receiver_off_hook_tone_is_found);
	TEST(other_sounds_are_none);
	TEST(too_quiet_is_none);
	return test_end();
}

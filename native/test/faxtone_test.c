/* Fax and modem tones against T.30 (CNG 1100 +-38 Hz, 0.5 s on, 3 s off; CED 2100 +-15 Hz, 2.6-4 s)
 * and G.168 / V.25 (phase reversals every 450 +-25 ms). */
#include "allocations.h"
#include "failing_alloc.h"
#include "faxtone.h"
#include "signal.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { N = 10 * SIGNAL_RATE, LEAD = 4000 };
static double wave[N];
static int16_t pcm[N];

struct heard {
	enum faxtone_kind kinds[16];
	int count;
	size_t at[16]; /* ms after LEAD */
};

static struct heard listen(struct faxtone *faxtone)
{
	struct heard heard = { .count = 0 };
	for (size_t i = 0; i < N; i += 80) {
		enum faxtone_kind kind = faxtone_feed(faxtone, pcm + i, 80);
		if (kind == FAXTONE_NONE || heard.count == 16)
			continue;
		heard.at[heard.count] = (i + 80 - LEAD) / 8;
		heard.kinds[heard.count++] = kind;
	}
	return heard;
}

static struct heard listen_afresh(void)
{
	struct faxtone *faxtone = NULL;
	if (faxtone_create(&faxtone) != 0)
		abort();
	struct heard heard = listen(faxtone);
	faxtone_free(faxtone);
	return heard;
}

static void clear(double noise_dbm0)
{
	struct signal_random random = signal_seed(30);
	memset(wave, 0, sizeof wave);
	if (noise_dbm0 != 0.0)
		signal_add_noise(wave, N, noise_dbm0, &random);
}

/* Three bursts, the last one 2 s before the end. */
static void make_calling_tone(double hz, double dbm0, double snr_db)
{
	clear(dbm0 - snr_db);
	for (size_t k = 0; k < 3; k++)
		signal_add_sine(wave + LEAD + k * 28000, 4000, hz, dbm0, 0.4);
	signal_to_pcm(pcm, wave, N);
}

static void make_answer_tone(double hz, double dbm0, double snr_db, size_t reversal_ms)
{
	clear(dbm0 - snr_db);
	for (size_t done = 0, part = 0; done < 26400; part++) {
		size_t n = reversal_ms == 0 ? 26400 : reversal_ms * 8;
		n = n > 26400 - done ? 26400 - done : n;
		double phase = 2.0 * M_PI * hz * (double)done / SIGNAL_RATE + (part % 2 ? M_PI : 0.0);
		signal_add_sine(wave + LEAD + done, n, hz, dbm0, phase);
		done += n;
	}
	signal_to_pcm(pcm, wave, N);
}

static void hears_calling_tone_once(void)
{
	const double levels[] = { -5, -15, -25, -35 };
	for (size_t i = 0; i < 4; i++) {
		for (double hz = 1062; hz <= 1138; hz += 19) {
			make_calling_tone(hz, levels[i], 25);
			struct heard heard = listen_afresh();
			CHECK_INT(heard.count, ==, 1);
			CHECK_INT(heard.kinds[0], ==, FAXTONE_CALLING);
			CHECK_INT(heard.at[0], <=, 500); /* within the first burst */
		}
	}
}

static void hears_answer_tone_once(void)
{
	const double levels[] = { -5, -15, -25, -35 };
	for (size_t i = 0; i < 4; i++) {
		for (double hz = 2085; hz <= 2115; hz += 15) {
			make_answer_tone(hz, levels[i], 25, 0);
			struct heard heard = listen_afresh();
			CHECK_INT(heard.count, ==, 1);
			CHECK_INT(heard.kinds[0], ==, FAXTONE_ANSWER);
			CHECK_INT(heard.at[0], <=, 1000);
		}
	}
}

static void hears_reversals(void)
{
	/* spandsp takes 430 to 470 ms, at 25 dB S/N and better; V.25 allows 425 to 475. */
	for (size_t ms = 430; ms <= 470; ms += 20) {
		make_answer_tone(2100, -12, 28, ms);
		struct heard heard = listen_afresh();
		CHECK_INT(heard.count, >=, 1);
		CHECK_INT(heard.kinds[heard.count - 1], ==, FAXTONE_ANSWER_REVERSALS);
		CHECK_INT(heard.at[heard.count - 1], <=, 2000);
	}
}

static void two_faxes_one_after_the_other_are_two(void)
{
	struct faxtone *faxtone = NULL;
	CHECK_INT(faxtone_create(&faxtone), ==, 0);
	make_calling_tone(1100, -15, 30);
	CHECK_INT(listen(faxtone).count, ==, 1);
	CHECK_INT(listen(faxtone).count, ==, 0); /* repeats within 5 s: the same fax */
	clear(0);
	signal_to_pcm(pcm, wave, N);
	CHECK_INT(listen(faxtone).count, ==, 0);
	make_calling_tone(1100, -15, 30);
	CHECK_INT(listen(faxtone).count, ==, 1);
	faxtone_reset(faxtone);
	CHECK_INT(listen(faxtone).count, ==, 1);
	faxtone_free(faxtone);
}

/* Tones a line carries all day, and none of them a fax. */
static void other_tones_are_no_fax(void)
{
	const double pitches[][2] = { { 350, 440 }, { 450, 0 }, { 425, 0 }, { 480, 620 }, { 950, 0 },
				      { 1004, 0 }, { 1200, 2200 }, { 1300, 0 }, { 1400, 0 },
				      { 1633, 941 }, { 1800, 0 }, { 2000, 0 }, { 2225, 0 } };
	for (size_t i = 0; i < sizeof pitches / sizeof pitches[0]; i++) {
		clear(-45);
		for (size_t k = 0; k < 2; k++)
			if (pitches[i][k] > 0)
				signal_add_sine(wave + LEAD, N - LEAD, pitches[i][k], -8, 0.2);
		signal_to_pcm(pcm, wave, N);
		CHECK_INT(listen_afresh().count, ==, 0);
	}
}

static void short_tones_and_noise_are_no_fax(void)
{
	clear(-12);
	signal_to_pcm(pcm, wave, N);
	CHECK_INT(listen_afresh().count, ==, 0);
	clear(0);
	signal_add_sine(wave + LEAD, 1600, 1100, -10, 0);
	signal_add_sine(wave + 3 * LEAD, 1600, 2100, -10, 0);
	signal_to_pcm(pcm, wave, N);
	CHECK_INT(listen_afresh().count, ==, 0);
}

static void memory_is_taken_in_create_alone(void)
{
	struct faxtone *faxtone = NULL;
	alloc_left = 0;
	CHECK_INT(faxtone_create(&faxtone), ==, -ENOMEM);
	alloc_left = -1;
	CHECK_INT(faxtone_create(&faxtone), ==, 0);
	make_calling_tone(1100, -15, 30);
	allocations_begin();
	faxtone_reset(faxtone);
	CHECK_INT(listen(faxtone).count, ==, 1);
	CHECK_INT(allocations_made, ==, 0);
	faxtone_free(faxtone);
}

int main(void)
{
	TEST(memory_is_taken_in_create_alone);
	TEST(hears_calling_tone_once);
	TEST(hears_answer_tone_once);
	TEST(hears_reversals);
	TEST(two_faxes_one_after_the_other_are_two);
	TEST(other_tones_are_no_fax);
	TEST(short_tones_and_noise_are_no_fax);
	return test_end();
}

/* Call progress against the tones of ten countries: pitch +-5 %, cadence +-10 %, -10 to -35 dBm0,
 * 20 dB SNR (standards sheet section 2); busy and congestion within 3 cycles and 4 s; nothing false
 * on speech, music, ringback or the tones of a call in progress. */
#include "progress.h"

#include <stdio.h>
#include <string.h>

#include "allocations.h"
#include "music_signal.h"
#include "signal.h"
#include "speech_signal.h"
#include "test.h"
#include "tone_signal.h"

enum { FRAME = 80, MAX = 20 * SIGNAL_RATE, EVENTS = 8 };

static struct progress *progress;
static double wave[MAX];
static int16_t pcm[MAX];

struct heard {
	int on[PROGRESS_SILENCE + 1], off[PROGRESS_SILENCE + 1];
	int first; /* kind of the first tone, 0: none */
	double first_s, last_off_s, voice_s, silence_s;
};

static struct heard listen(size_t n)
{
	struct heard heard = { .voice_s = -1, .silence_s = -1, .last_off_s = -1 };
	for (size_t i = 0; i + FRAME <= n; i += FRAME) {
		struct progress_event events[EVENTS];
		double now = (double)(i + FRAME) / SIGNAL_RATE;
		int count = progress_feed(progress, pcm + i, FRAME, events, EVENTS);
		for (int k = 0; k < count; k++) {
			int kind = events[k].kind;
			(events[k].on ? heard.on : heard.off)[kind]++;
			if (kind == PROGRESS_VOICE && heard.voice_s < 0)
				heard.voice_s = now;
			else if (kind == PROGRESS_SILENCE && heard.silence_s < 0)
				heard.silence_s = now;
			else if (kind < PROGRESS_VOICE && !events[k].on)
				heard.last_off_s = now;
			else if (kind < PROGRESS_VOICE && heard.first == 0) {
				heard.first = kind;
				heard.first_s = now;
			}
		}
	}
	return heard;
}

static int tones_on(const struct heard *heard)
{
	int n = 0;
	for (int kind = PROGRESS_DIAL; kind <= PROGRESS_HOWLER; kind++)
		n += heard->on[kind];
	return n;
}

static double cycle_s(const struct tone_signal *tone, double time)
{
	double ms = 0;
	for (int i = 0; i < tone_signal_parts(tone); i++)
		ms += tone->parts[i].ms * time;
	return ms / 1000.0;
}

struct spread { /* how far the tones are off */
	double pitch, time;
	const char *name;
};

struct result {
	int missed, mistaken, voice, late;
	double worst_s;
};

static void play(const struct tone_signal *tone, const struct spread *spread, int trial,
				 struct signal_random *random, struct result *result)
{
	double pitch = signal_between(random, 1 - spread->pitch, 1 + spread->pitch);
	double time = signal_between(random, 1 - spread->time, 1 + spread->time);
	double level = signal_between(random, -35, -10), lead = signal_between(random, 0, 0.25);
	size_t n = tone->kind == 0 ? 12 * SIGNAL_RATE : 7 * SIGNAL_RATE;
	size_t start = (size_t)(lead * SIGNAL_RATE);
	memset(wave, 0, n * sizeof *wave);
	tone_signal_add(wave + start, n - start, tone, pitch, time, level);
	signal_add_noise(wave, n, level - 20, random);
	signal_to_pcm(pcm, wave, n);
	progress_reset(progress);
	if (tone->kind == PROGRESS_DIAL && trial % 2 == 0)
		progress_expect_dial(progress);
	struct heard heard = listen(n);
	double took = heard.first_s - (double)start / SIGNAL_RATE;
	result->voice += heard.on[PROGRESS_VOICE];
	if (heard.first == 0 && tone->kind != 0)
		result->missed++;
	for (int kind = PROGRESS_DIAL; kind <= PROGRESS_HOWLER; kind++)
		if (kind != tone->kind && heard.on[kind] > 0)
			result->mistaken++;
	if (heard.first != tone->kind)
		return;
	if (took > result->worst_s)
		result->worst_s = took;
	if (tone->kind == PROGRESS_BUSY || tone->kind == PROGRESS_CONGESTION) {
		double three = 3 * cycle_s(tone, time) + 0.08; /* three bursts and their gaps, seen */
		if (took > 4.0 || (tone_signal_parts(tone) == 2 && took > three))
			result->late++;
	}
}

/* Beyond 2 % / 4 % off, China's congestion (450 Hz, 0.7 s) and Singapore's busy (425 Hz, 0.75 s)
 * overlap. */
static bool may_overlap(const struct tone_signal *tone, const struct spread *spread)
{
	return spread->pitch > 0.02 && tone->parts[0].ms >= 700 && tone->parts[0].ms <= 750;
}

static void try_tones(const struct spread *spread, int trials)
{
	struct result all = { 0 };
	for (int t = 0; t < TONE_SIGNALS; t++) {
		struct signal_random random = signal_seed(t + 1);
		struct result result = { 0 };
		for (int trial = 0; trial < trials; trial++)
			play(&tone_signals[t], spread, trial, &random, &result);
		if (result.missed + result.mistaken + result.late + result.voice > 0)
			test_note("%s, %s: missed %d, mistaken %d, late %d, voice %d of %d", spread->name,
					  tone_signals[t].name, result.missed, result.mistaken, result.late,
					  result.voice, trials);
		if (may_overlap(&tone_signals[t], spread))
			result.mistaken = 0;
		all.missed += result.missed;
		all.mistaken += result.mistaken;
		all.late += result.late;
		all.voice += result.voice;
	}
	test_note("%s: %d tones, %d times each: missed %d, mistaken %d, late %d, taken for voice %d",
			  spread->name, TONE_SIGNALS, trials, all.missed, all.mistaken, all.late, all.voice);
	CHECK_INT(all.missed, ==, 0);
	CHECK_INT(all.mistaken, ==, 0);
	CHECK_INT(all.late, ==, 0);
	CHECK_INT(all.voice, ==, 0);
}

static void every_tone_as_it_should_be(void)
{
	static const struct spread exact = { 0.01, 0.03, "pitch +-1 %, cadence +-3 %" };
	try_tones(&exact, 3);
}

static void every_tone_at_the_edge_of_its_tolerance(void)
{
	static const struct spread wide = { 0.05, 0.10, "pitch +-5 %, cadence +-10 %" };
	try_tones(&wide, 8);
}

static void make_speech(size_t n, uint64_t seed)
{
	struct signal_random random = signal_seed(seed);
	memset(wave, 0, n * sizeof *wave);
	speech_add(wave, n, signal_between(&random, 80, 300), signal_between(&random, -30, -12),
			   &random);
	signal_add_noise(wave, n, -60, &random);
	signal_to_pcm(pcm, wave, n);
}

static void speech_is_no_tone_but_voice(void)
{
	int tones = 0, unheard = 0;
	for (int i = 0; i < 30; i++) {
		make_speech(MAX, 500 + i);
		progress_reset(progress);
		if (i % 3 == 0)
			progress_expect_dial(progress);
		struct heard heard = listen(MAX);
		tones += tones_on(&heard);
		unheard += heard.on[PROGRESS_VOICE] == 0;
	}
	test_note("10 minutes of speech: %d tones, in %d of 30 stretches no voice", tones, unheard);
	CHECK_INT(tones, ==, 0);
	CHECK_INT(unheard, ==, 0);
}

static void music_is_no_tone(void)
{
	int tones = 0;
	for (int i = 0; i < 45; i++) {
		struct signal_random random = signal_seed(900 + i);
		memset(wave, 0, sizeof wave);
		music_add(wave, MAX, signal_between(&random, -30, -10), &random);
		signal_to_pcm(pcm, wave, MAX);
		progress_reset(progress);
		struct heard heard = listen(MAX);
		tones += tones_on(&heard);
	}
	test_note("15 minutes of tunes: %d tones", tones);
	CHECK_INT(tones, ==, 0);
}

/* The caller hangs up after a talk: busy tone must be heard, and quickly. */
static void busy_after_speech_is_heard(void)
{
	enum { TALK = 4 * SIGNAL_RATE, ALL = 10 * SIGNAL_RATE };
	double worst = 0;
	int tries = 0;
	for (int t = 0; t < TONE_SIGNALS; t++) {
		int kind = tone_signals[t].kind;
		if (kind != PROGRESS_BUSY && kind != PROGRESS_CONGESTION)
			continue;
		struct signal_random random = signal_seed(40 + t);
		memset(wave, 0, ALL * sizeof *wave);
		speech_add(wave, TALK, 140, -18, &random);
		tone_signal_add(wave + TALK, ALL - TALK, &tone_signals[t], 1, 1, -20);
		signal_add_noise(wave, ALL, -45, &random);
		signal_to_pcm(pcm, wave, ALL);
		progress_reset(progress);
		struct heard heard = listen(ALL);
		CHECK_INT(heard.on[kind], ==, 1);
		CHECK_INT(tones_on(&heard), ==, 1);
		worst = heard.first_s - 4.0 > worst ? heard.first_s - 4.0 : worst;
		tries++;
	}
	test_note("busy or congestion after speech: %d of %d, worst %.2f s (4)", tries, tries, worst);
	CHECK(worst <= 4.0);
}

/* Ringback, then an answer: ringback is over and voice begins, in this order and at once. */
static void an_answer_ends_ringback(void)
{
	enum { RING = 6 * SIGNAL_RATE, ALL = 9 * SIGNAL_RATE };
	struct signal_random random = signal_seed(77);
	memset(wave, 0, ALL * sizeof *wave);
	tone_signal_add(wave, RING, &tone_signals[7], 1, 1, -20);
	speech_add(wave + RING, ALL - RING, 160, -20, &random);
	signal_to_pcm(pcm, wave, ALL);
	progress_reset(progress);
	struct heard heard = listen(ALL);
	CHECK_INT(heard.on[PROGRESS_RINGBACK], ==, 1);
	CHECK_INT(heard.off[PROGRESS_RINGBACK], ==, 1);
	CHECK(heard.voice_s >= heard.last_off_s);
	size_t spoken = RING; /* where the first sound of the answer is */
	while (spoken < ALL - 400 && signal_level(pcm + spoken, 400) < -25)
		spoken += 80;
	double late = heard.voice_s - (double)spoken / SIGNAL_RATE;
	test_note("voice told %.0f ms after the answer's first 50 ms of sound", late * 1000);
	CHECK(late < 0.4);
	CHECK_INT(heard.on[PROGRESS_SILENCE], <=, 6); /* at its pauses, never in ringback's */
	CHECK(heard.silence_s < 0 || heard.silence_s > 6.0 || heard.silence_s < 2.0);
}

static void a_tone_that_stops_is_over(void)
{
	enum { ALL = 16 * SIGNAL_RATE };
	for (int t = 0; t < TONE_SIGNALS; t++) {
		const struct tone_signal *tone = &tone_signals[t];
		if (tone->kind == 0)
			continue;
		size_t n = 8 * SIGNAL_RATE;
		memset(wave, 0, ALL * sizeof *wave);
		tone_signal_add(wave, n, tone, 1, 1, -20);
		signal_to_pcm(pcm, wave, ALL);
		progress_reset(progress);
		struct heard heard = listen(ALL);
		CHECK_INT(heard.on[tone->kind], ==, 1);
		CHECK_INT(heard.off[tone->kind], ==, 1);
		CHECK_INT(heard.on[PROGRESS_SILENCE], >=, 1);
		CHECK(heard.last_off_s > 5.0 && heard.last_off_s < 15.0);
	}
}

static void silence_is_told_once(void)
{
	struct signal_random random = signal_seed(3);
	memset(wave, 0, sizeof wave);
	signal_add_noise(wave, MAX, -55, &random);
	signal_to_pcm(pcm, wave, MAX);
	progress_reset(progress);
	struct heard heard = listen(MAX);
	CHECK_INT(heard.on[PROGRESS_SILENCE], ==, 1);
	CHECK_NEAR(heard.silence_s, 0.3, 0.02);
	CHECK_INT(heard.on[PROGRESS_VOICE] + tones_on(&heard), ==, 0);
}

static void steady_noise_is_neither(void)
{
	struct signal_random random = signal_seed(4);
	memset(wave, 0, sizeof wave);
	signal_add_noise(wave + MAX / 2, MAX / 2, -25, &random);
	signal_to_pcm(pcm, wave, MAX);
	progress_reset(progress);
	struct heard heard = listen(MAX);
	CHECK_INT(heard.on[PROGRESS_VOICE] + tones_on(&heard), ==, 0);
	CHECK_INT(heard.on[PROGRESS_SILENCE], ==, 1);
}

static void any_frame_size_and_no_allocation(void)
{
	static const size_t frames[] = { 1, 33, 80, 160, 960 };
	for (size_t k = 0; k < sizeof frames / sizeof frames[0]; k++) {
		struct progress_event events[EVENTS];
		int busy = 0;
		memset(wave, 0, sizeof wave);
		tone_signal_add(wave, MAX, &tone_signals[17], 1, 1, -20);
		signal_to_pcm(pcm, wave, MAX);
		progress_reset(progress);
		allocations_begin();
		for (size_t i = 0; i + frames[k] <= 4 * SIGNAL_RATE; i += frames[k]) {
			int n = progress_feed(progress, pcm + i, frames[k], events, EVENTS);
			for (int j = 0; j < n; j++)
				busy += events[j].kind == PROGRESS_BUSY && events[j].on;
		}
		CHECK_INT(allocations_made, ==, 0);
		CHECK_INT(busy, ==, 1);
	}
}

int main(void)
{
	if (progress_create(&progress) != 0)
		return 1;
	TEST(every_tone_as_it_should_be);
	TEST(every_tone_at_the_edge_of_its_tolerance);
	TEST(speech_is_no_tone_but_voice);
	TEST(music_is_no_tone);
	TEST(busy_after_speech_is_heard);
	TEST(an_answer_ends_ringback);
	TEST(a_tone_that_stops_is_over);
	TEST(silence_is_told_once);
	TEST(steady_noise_is_neither);
	TEST(any_frame_size_and_no_allocation);
	progress_free(progress);
	return test_end();
}

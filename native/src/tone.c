/* tone: plays call-progress tones. A pitch is a rotating phasor ("voice"); a cadence tells the
 * voices which loudness to glide to. Not: DTMF, FSK, mixing.
 *
 * Why not spandsp's dds or tone_generate: measured, ddsf costs 12 ns a sample with its table's
 * error at -55 dB, and tone_generate knows four fixed on/off times and no glide; a phasor costs a
 * quarter of that and is exact. Levels are spandsp's (dds_scaling_dbm0f), so both agree what
 * 0 dBm0 is. */
#include "tone.h"

#include <errno.h>
#include <math.h>
#include <spandsp.h>
#include <stdlib.h>
#include <string.h>

enum {
	SAMPLES_PER_MS = 8,
	/* 5 ms from one loudness to the next keeps clicks away. Rise and fall glide alike after
	 * the boundary, so a burst measured at half its height lasts what the plan says. */
	GLIDE_SAMPLES = 40,
	/* The pitches of a segment while those of the one before it fade. */
	VOICES = 2 * TONE_MAX_HZ,
};

/* Depth of amplitude modulation. ITU-T E.180 lists "400x16" without a depth; the Japanese ringback
 * is specified as 85 % +- 15. The carrier is lowered so that the power stays the plan's. */
static const float MODULATION_DEPTH = 0.85f;
static const float HIGHEST_HZ = 3999.0f;
static const float LOUDEST_DBM0 = 3.14f;

struct voice {
	float hz;
	float re, im;		/* the phasor, length 1 */
	float turn_re, turn_im; /* its turn per sample */
	float peak, step, goal; /* loudness now, its change per sample, where it goes */
};

struct tone {
	struct tone_plan plan;
	bool playing;
	int segment;
	bool forever;	  /* the segment has no end */
	uint64_t left;	  /* samples left of the segment */
	int glide_left;	  /* samples left of the glide */
	struct voice voices[VOICES];
	struct voice modulator; /* hz 0: none */
};

int tone_create(struct tone **out)
{
	struct tone *tone = calloc(1, sizeof *tone);
	if (tone == NULL)
		return -ENOMEM;
	*out = tone;
	return 0;
}

void tone_free(struct tone *tone)
{
	free(tone);
}

static void voice_tune(struct voice *voice, float hz)
{
	double angle = 2.0 * M_PI * (double)hz / SAMPLE_RATE;
	voice->hz = hz;
	voice->re = 1.0f;
	voice->im = 0.0f;
	voice->turn_re = (float)cos(angle);
	voice->turn_im = (float)sin(angle);
	voice->peak = 0.0f;
}

static inline void voice_turn(struct voice *voice)
{
	float re = voice->re * voice->turn_re - voice->im * voice->turn_im;
	voice->im = voice->re * voice->turn_im + voice->im * voice->turn_re;
	voice->re = re;
}

/* Rounding lets the phasor's length creep; once a call of tone_fill keeps it at 1. */
static void voice_trim(struct voice *voice)
{
	float correction = 1.5f - 0.5f * (voice->re * voice->re + voice->im * voice->im);
	voice->re *= correction;
	voice->im *= correction;
}

/* The voice that already sounds this pitch (its phase goes on), else the quietest free one. */
static struct voice *voice_for(struct tone *tone, float hz)
{
	struct voice *quietest = NULL;
	for (int i = 0; i < VOICES; i++)
		if (tone->voices[i].hz == hz)
			return &tone->voices[i];
	for (int i = 0; i < VOICES; i++) {
		struct voice *voice = &tone->voices[i];
		if (voice->goal == 0.0f && (quietest == NULL || voice->peak < quietest->peak))
			quietest = voice;
	}
	voice_tune(quietest, hz);
	return quietest;
}

static bool usable(float hz)
{
	return hz > 0.0f && hz <= HIGHEST_HZ; /* false for NaN too */
}

/* Modulation glides with the carrier it was started for; without a carrier it is not heard. */
static void set_modulation(struct tone *tone, const struct tone_segment *segment)
{
	bool silent = true;
	for (int i = 0; i < TONE_MAX_HZ; i++)
		silent = silent && !usable(segment->hz[i]);
	if (silent)
		return;
	if (!usable(segment->modulation_hz))
		tone->modulator.hz = 0.0f;
	else if (tone->modulator.hz != segment->modulation_hz)
		voice_tune(&tone->modulator, segment->modulation_hz);
}

/* Sends every voice towards the loudness the segment gives it; NULL: towards silence. */
static void glide_to(struct tone *tone, const struct tone_segment *segment)
{
	for (int i = 0; i < VOICES; i++)
		tone->voices[i].goal = 0.0f;
	if (segment != NULL) {
		float peak = dds_scaling_dbm0f(fminf(segment->level_dbm0, LOUDEST_DBM0));
		set_modulation(tone, segment);
		if (tone->modulator.hz > 0.0f)
			peak /= sqrtf(1.0f + MODULATION_DEPTH * MODULATION_DEPTH / 2.0f);
		for (int i = 0; i < TONE_MAX_HZ; i++)
			if (usable(segment->hz[i]))
				voice_for(tone, segment->hz[i])->goal = peak;
	}
	for (int i = 0; i < VOICES; i++) {
		struct voice *voice = &tone->voices[i];
		voice->step = (voice->goal - voice->peak) / GLIDE_SAMPLES;
	}
	tone->glide_left = GLIDE_SAMPLES;
}

static void end_glide(struct tone *tone)
{
	for (int i = 0; i < VOICES; i++) {
		struct voice *voice = &tone->voices[i];
		voice->step = 0.0f;
		voice->peak = voice->goal;
		if (voice->goal == 0.0f)
			voice->hz = 0.0f;
	}
}

static void enter_segment(struct tone *tone, int index)
{
	const struct tone_segment *segment = &tone->plan.segments[index];
	tone->segment = index;
	tone->forever = segment->ms == 0;
	tone->left = (uint64_t)segment->ms * SAMPLES_PER_MS;
	glide_to(tone, segment);
}

static void next_segment(struct tone *tone)
{
	if (tone->segment + 1 < tone->plan.segment_count)
		enter_segment(tone, tone->segment + 1);
	else if (tone->plan.repeat_from >= 0)
		enter_segment(tone, tone->plan.repeat_from);
	else
		tone_stop(tone);
}

void tone_start(struct tone *tone, const struct tone_plan *plan)
{
	if (plan->segment_count < 1 || plan->segment_count > TONE_MAX_SEGMENTS ||
	    plan->repeat_from >= plan->segment_count) {
		tone_stop(tone);
		return;
	}
	tone->plan = *plan;
	tone->playing = true;
	enter_segment(tone, 0);
}

void tone_stop(struct tone *tone)
{
	if (!tone->playing)
		return;
	tone->playing = false;
	glide_to(tone, NULL);
}

bool tone_playing(const struct tone *tone)
{
	return tone->playing || tone->glide_left > 0;
}

/* Four samples at once: the chain from one sample to the next is what costs. */
typedef float vector __attribute__((vector_size(16)));

static size_t add_voice_by_fours(struct voice *voice, float *mix, size_t n)
{
	vector re, im, peak, out;
	struct voice ahead = *voice;
	size_t done = 0;
	for (int lane = 0; lane < 4; lane++) {
		re[lane] = ahead.re;
		im[lane] = ahead.im;
		peak[lane] = voice->peak + (float)lane * voice->step;
		voice_turn(&ahead);
	}
	/* The turn of four samples: the turn squared, squared. */
	float c = voice->turn_re, s = voice->turn_im;
	float c2 = c * c - s * s, s2 = 2.0f * c * s, c4 = c2 * c2 - s2 * s2, s4 = 2.0f * c2 * s2;
	for (; done + 4 <= n; done += 4) {
		memcpy(&out, mix + done, sizeof out);
		out += im * peak;
		memcpy(mix + done, &out, sizeof out);
		peak += 4.0f * voice->step;
		vector turned = re * c4 - im * s4;
		im = re * s4 + im * c4;
		re = turned;
	}
	voice->re = re[0];
	voice->im = im[0];
	voice->peak = peak[0];
	return done;
}

static void add_voice(struct voice *voice, float *mix, size_t n)
{
	for (size_t i = add_voice_by_fours(voice, mix, n); i < n; i++) {
		mix[i] += voice->im * voice->peak;
		voice->peak += voice->step;
		voice_turn(voice);
	}
	voice_trim(voice);
}

static int16_t to_sample(float x)
{
	x = x > 32767.0f ? 32767.0f : x < -32768.0f ? -32768.0f : x;
	return (int16_t)(x + (x < 0.0f ? -0.5f : 0.5f));
}

static void modulate(struct voice *modulator, float *mix, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mix[i] *= 1.0f + MODULATION_DEPTH * modulator->re;
		voice_turn(modulator);
	}
	voice_trim(modulator);
}

/* A stretch in which no segment and no glide ends; n <= GLIDE_SAMPLES. */
static void fill_stretch(struct tone *tone, int16_t *pcm, size_t n)
{
	float mix[GLIDE_SAMPLES] = { 0 };
	for (int i = 0; i < VOICES; i++)
		if (tone->voices[i].hz > 0.0f)
			add_voice(&tone->voices[i], mix, n);
	if (tone->modulator.hz > 0.0f)
		modulate(&tone->modulator, mix, n);
	for (size_t i = 0; i < n; i++)
		pcm[i] = to_sample(mix[i]);
}

void tone_fill(struct tone *tone, int16_t *pcm, size_t n)
{
	while (n > 0 && tone_playing(tone)) {
		size_t stretch = n < GLIDE_SAMPLES ? n : GLIDE_SAMPLES;
		if (tone->glide_left > 0 && stretch > (size_t)tone->glide_left)
			stretch = (size_t)tone->glide_left;
		if (tone->playing && !tone->forever && stretch > tone->left)
			stretch = (size_t)tone->left;
		fill_stretch(tone, pcm, stretch);
		pcm += stretch;
		n -= stretch;
		if (tone->glide_left > 0 && (tone->glide_left -= (int)stretch) == 0)
			end_glide(tone);
		if (tone->playing && !tone->forever && (tone->left -= stretch) == 0)
			next_segment(tone);
	}
	memset(pcm, 0, n * sizeof *pcm);
}

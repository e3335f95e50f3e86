/* noun_cli tone MS PART...: plays a plan. PART: hz[+hz...]/dbm0/ms[*modHz], 0 for silence, ms 0 for
 * ever; @N as the last word: starts again from part N, else plays once. */
#include "noun_cli.h"
#include "tone.h"

#include <stdio.h>
#include <stdlib.h>

static bool read_part(struct tone_segment *segment, const char *text)
{
	char *end = (char *)text;
	for (int i = 0; i < TONE_MAX_HZ; i++) {
		segment->hz[i] = strtof(end, &end);
		if (*end != '+')
			break;
		end++;
	}
	if (*end++ != '/')
		return false;
	segment->level_dbm0 = strtof(end, &end);
	if (*end++ != '/')
		return false;
	segment->ms = (uint32_t)strtoul(end, &end, 10);
	if (*end == '*')
		segment->modulation_hz = strtof(end + 1, &end);
	return *end == '\0';
}

int tone_command(int argc, char **argv)
{
	struct tone_plan plan = { .repeat_from = -1 };
	struct tone *tone = NULL;
	int16_t pcm[80];
	long left = argc > 1 ? strtol(argv[1], NULL, 10) * 8 : 0;
	for (int i = 2; i < argc; i++) {
		if (argv[i][0] == '@') {
			plan.repeat_from = atoi(argv[i] + 1);
		} else if (plan.segment_count == TONE_MAX_SEGMENTS ||
			   !read_part(&plan.segments[plan.segment_count++], argv[i])) {
			fprintf(stderr, "tone: \"%s\" is not hz/dbm0/ms\n", argv[i]);
			return 2;
		}
	}
	if (tone_create(&tone) != 0)
		return 1;
	tone_start(tone, &plan);
	for (; left > 0; left -= 80) {
		tone_fill(tone, pcm, 80);
		noun_write(pcm, left < 80 ? (size_t)left : 80);
	}
	tone_free(tone);
	return 0;
}

/* progress_cli: noun_cli progress [dial]: reads audio, prints a line "MS KIND on|off" per finding.
 * dial: as after seizing a trunk, before any digit. */
#include <stdio.h>
#include <string.h>

#include "noun_cli.h"
#include "progress.h"

static const char *const names[] = { "",    "dial",   "ringback", "busy",   "congestion",
									 "sit", "howler", "voice",    "silence" };

int progress_command(int argc, char **argv)
{
	struct progress *progress;
	int16_t pcm[80];
	long samples = 0;
	if (progress_create(&progress) != 0)
		return 1;
	if (argc > 1 && strcmp(argv[1], "dial") == 0)
		progress_expect_dial(progress);
	for (size_t n; (n = noun_read(pcm, 80)) > 0; samples += (long)n) {
		struct progress_event events[8];
		int count = progress_feed(progress, pcm, n, events, 8);
		for (int i = 0; i < count; i++)
			printf("%ld %s %s\n", (samples + (long)n) / 8, names[events[i].kind],
				   events[i].on ? "on" : "off");
	}
	progress_free(progress);
	return 0;
}

/* noun_cli faxtone: fax and modem tones of the audio. */
#include "faxtone.h"
#include "noun_cli.h"

#include <stdio.h>

int faxtone_command(int argc, char **argv)
{
	static const char *const names[] = { "none", "calling", "answer", "reversals" };
	struct faxtone *faxtone = NULL;
	int16_t pcm[80];
	size_t n, ms = 0;
	(void)argc;
	(void)argv;
	if (faxtone_create(&faxtone) != 0)
		return 1;
	while ((n = noun_read(pcm, 80)) > 0) {
		enum faxtone_kind kind = faxtone_feed(faxtone, pcm, n);
		ms += n / 8;
		if (kind != FAXTONE_NONE)
			printf("%s %zu\n", names[kind], ms);
	}
	faxtone_free(faxtone);
	return 0;
}

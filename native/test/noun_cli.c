/* noun_cli: finds the subcommand and runs it. See noun_cli.h. */
#include "noun_cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	noun_command *run;
	const char *usage;
} commands[] = {
	{ "tone", tone_command, "MS SEGMENT... [@REPEAT_FROM]  SEGMENT: hz[+hz...]/dbm0/ms[/modHz]" },
	{ "dtmf-send", dtmf_send_command, "DIGITS" },
	{ "dtmf-receive", dtmf_receive_command, "reads audio, prints one digit a line with its ms" },
	{ "faxtone", faxtone_command, "reads audio, prints one tone a line with its ms" },
	{ "callerid-send", callerid_send_command, "bell202|v23|dtmf NUMBER|P|O [NAME]" },
	{ "callerid-receive", callerid_receive_command, "reads audio, prints one identity a line" },
	{ "progress", progress_command, "[dial]  reads audio, prints MS KIND on|off a line" },
};

size_t noun_read(int16_t *pcm, size_t n)
{
	return fread(pcm, sizeof *pcm, n, stdin);
}

void noun_write(const int16_t *pcm, size_t n)
{
	if (fwrite(pcm, sizeof *pcm, n, stdout) != n) {
		perror("noun_cli: write");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	size_t count = sizeof commands / sizeof commands[0];
	for (size_t i = 0; argc > 1 && i < count; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "noun_cli %s %s\n", commands[i].name, commands[i].usage);
	return 2;
}

/* callerid_cli: noun_cli callerid-send FORM NUMBER|P|O [NAME]: writes audio, with 100 ms of silence
 * before and 300 ms after; 20 November, 10:30.
 * noun_cli callerid-receive: reads audio, prints "MS FORM allowed|private|unavailable NUMBER NAME"
 * (- for none) or "MS FORM bad" a line. */
#include <stdio.h>
#include <string.h>

#include "callerid.h"
#include "noun_cli.h"

static const char *const forms[] = { "bell202", "v23", "dtmf" };
static const char *const presentations[] = { "allowed", "private", "unavailable" };

static void write_silence(int ms)
{
	int16_t pcm[80] = { 0 };
	for (; ms > 0; ms -= 10)
		noun_write(pcm, 80);
}

static int read_identity(struct callerid *id, int argc, char **argv)
{
	memset(id, 0, sizeof *id);
	for (int i = 0; i < 3; i++)
		if (argc > 2 && strcmp(argv[1], forms[i]) == 0) {
			id->form = (enum callerid_form)i;
			if (strcmp(argv[2], "P") == 0)
				id->presentation = CALLERID_PRIVATE;
			else if (strcmp(argv[2], "O") == 0)
				id->presentation = CALLERID_UNAVAILABLE;
			else
				snprintf(id->number, sizeof id->number, "%s", argv[2]);
			snprintf(id->name, sizeof id->name, "%s", argc > 3 ? argv[3] : "");
			return 0;
		}
	return -1;
}

int callerid_send_command(int argc, char **argv)
{
	struct callerid_sender *sender;
	struct callerid id;
	int16_t pcm[80];
	if (read_identity(&id, argc, argv) != 0 || callerid_sender_create(&sender) != 0)
		return 2;
	int error = callerid_sender_start(sender, &id, 11, 20, 10, 30);
	write_silence(100);
	while (callerid_sender_busy(sender)) {
		callerid_sender_fill(sender, pcm, 80);
		noun_write(pcm, 80);
	}
	write_silence(300);
	callerid_sender_free(sender);
	return error == 0 ? 0 : 1;
}

int callerid_receive_command(int argc, char **argv)
{
	struct callerid_receiver *receiver;
	struct callerid id;
	int16_t pcm[80];
	long samples = 0;
	(void)argc;
	(void)argv;
	if (callerid_receiver_create(&receiver) != 0)
		return 1;
	for (size_t n; (n = noun_read(pcm, 80)) > 0;) {
		int heard = callerid_receiver_feed(receiver, pcm, n, &id);
		samples += (long)n;
		if (heard == 1)
			printf("%ld %s %s %s %s\n", samples / 8, forms[id.form], presentations[id.presentation],
				   id.number[0] ? id.number : "-", id.name[0] ? id.name : "-");
		else if (heard < 0)
			printf("%ld %s bad\n", samples / 8, forms[id.form]);
	}
	callerid_receiver_free(receiver);
	return 0;
}

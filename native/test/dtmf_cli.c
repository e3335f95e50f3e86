/* noun_cli dtmf-send DIGITS: the digits as audio. noun_cli dtmf-receive: digits of the audio. */
#include "dtmf.h"
#include "noun_cli.h"

#include <stdio.h>

int dtmf_send_command(int argc, char **argv)
{
	struct dtmf_sender *sender = NULL;
	int16_t pcm[80];
	if (dtmf_sender_create(&sender) != 0)
		return 1;
	if (argc != 2 || dtmf_sender_put(sender, argv[1]) != 0) {
		fprintf(stderr, "dtmf-send: digits are 0-9 A-D * # and ','\n");
		dtmf_sender_free(sender);
		return 2;
	}
	while (dtmf_sender_busy(sender)) {
		dtmf_sender_fill(sender, pcm, 80);
		noun_write(pcm, 80);
	}
	dtmf_sender_free(sender);
	return 0;
}

int dtmf_receive_command(int argc, char **argv)
{
	struct dtmf_receiver *receiver = NULL;
	int16_t pcm[80];
	char digit;
	size_t n, ms = 0;
	(void)argc;
	(void)argv;
	if (dtmf_receiver_create(&receiver) != 0)
		return 1;
	while ((n = noun_read(pcm, 80)) > 0) {
		ms += n / 8;
		if (dtmf_receiver_feed(receiver, pcm, n, &digit, 1) == 1)
			printf("%c %zu\n", digit, ms);
	}
	dtmf_receiver_free(receiver);
	return 0;
}

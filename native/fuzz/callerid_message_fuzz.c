/* Fuzz target of the caller-ID message parser: bytes are a message; its length and checksum are put
 * right first, so that the structure behind them is reached. */
#include <stdlib.h>
#include <string.h>

#include "callerid_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(const uint8_t *message, size_t n, struct callerid_text *text)
{
	struct callerid id = { .form = CALLERID_V23 };
	int verdict = callerid_message_parse(message, n, &id, text);
	if (strnlen(id.number, sizeof id.number) > CALLERID_MAX_NUMBER ||
		strnlen(id.name, sizeof id.name) > CALLERID_MAX_NAME || id.form != CALLERID_V23)
		abort();
	if (verdict != 1 && (id.number[0] != '\0' || id.name[0] != '\0'))
		abort();
	for (const char *s = id.number; *s != '\0'; s++)
		if (strchr("0123456789*#+", *s) == NULL)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct callerid_text *text;
	uint8_t message[CALLERID_MESSAGE_MAX];
	uint8_t sum = 0;
	if (text == NULL && callerid_text_open(&text) != 0)
		abort();
	if (size < 2 || size > CALLERID_MESSAGE_MAX - 1)
		return 0;
	memcpy(message, data, size);
	parse(message, size, text);
	message[1] = (uint8_t)(size - 2);
	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + message[i]);
	message[size] = (uint8_t)-sum;
	parse(message, size + 1, text);
	return 0;
}

/* callerid_message: the bytes of a caller-ID message (GR-30 / ETS 300 659-1: SDMF 0x04, MDMF 0x80)
 * and the text in them. Not: how they travel (callerid_send.c, callerid_receive.c).
 * Engine thread after open; nothing here allocates after callerid_text_open. */
#ifndef LF_CALLERID_MESSAGE_H
#define LF_CALLERID_MESSAGE_H
#include <stddef.h>
#include <stdint.h>

#include "callerid.h"

/* Type, length, 255 data bytes, checksum. */
enum { CALLERID_MESSAGE_MAX = 258 };

/* Names on the wire: GB 2312 (YD/T 1277) when a character needs it, else Latin-1. */
struct callerid_text;
int callerid_text_open(struct callerid_text **out); /* 0 or -ENOMEM; works without GB 2312 too */
void callerid_text_close(struct callerid_text *text);
/* UTF-8 -> wire, at most max bytes, cut at a whole character; what cannot be said becomes '?'.
 * Returns the bytes written. */
size_t callerid_text_to_wire(struct callerid_text *text, const char *utf8, uint8_t *out,
							 size_t max);
/* Wire -> UTF-8 of at most max bytes and a NUL. Text that is neither becomes "". */
void callerid_text_from_wire(struct callerid_text *text, const uint8_t *wire, size_t n, char *out,
							 size_t max);

/* Composes id with its checksum; returns its length, or -EINVAL (number not dialable, no such
 * date). Bell 202 without a name is sent as SDMF, the one form every telephone of GR-30
 * understands; all else is MDMF, the only form of ETSI's set. */
int callerid_message_compose(uint8_t out[CALLERID_MESSAGE_MAX], const struct callerid *id,
							 int month, int day, int hour, int minute, struct callerid_text *text);
/* Reads one whole message, n bytes from type to checksum. Fills *out (but not its form) and returns
 * 1; 0: sound, but not an identity (message waiting, charge…), *out empty; -EBADMSG: checksum or
 * structure wrong, *out empty. */
int callerid_message_parse(const uint8_t *message, size_t n, struct callerid *out,
						   struct callerid_text *text);
#endif

/* callerid: sends caller ID to telephones, receives it from trunks (FSK on spandsp; DTMF through
 * the project's receiver). Formats: GR-30 / ETS 300 659-1 SDMF and MDMF; DTMF forms of
 * standards sheet section 4. Engine thread unless said otherwise; no allocation after create. */
#ifndef LF_CALLERID_H
#define LF_CALLERID_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALLERID_MAX_NUMBER = 32, CALLERID_MAX_NAME = 64 };
enum callerid_form { CALLERID_BELL202, CALLERID_V23, CALLERID_DTMF };
enum callerid_presentation { CALLERID_ALLOWED, CALLERID_PRIVATE, CALLERID_UNAVAILABLE };

struct callerid {
	enum callerid_form form;
	enum callerid_presentation presentation;
	char number[CALLERID_MAX_NUMBER + 1]; /* digits, NUL-terminated */
	char name[CALLERID_MAX_NAME +
			  1]; /* UTF-8 (received GB 2312 or Latin-1 is converted or dropped) */
};

struct callerid_sender;
int callerid_sender_create(struct callerid_sender **out);
void callerid_sender_free(struct callerid_sender *sender);
/* month 1-12, day, hour, minute: local time stamped into the message. 0 or -EINVAL. */
int callerid_sender_start(struct callerid_sender *sender, const struct callerid *id, int month,
						  int day, int hour, int minute);
void callerid_sender_stop(struct callerid_sender *sender);
bool callerid_sender_busy(const struct callerid_sender *sender);
void callerid_sender_fill(struct callerid_sender *sender, int16_t *pcm, size_t n);

struct callerid_receiver;
int callerid_receiver_create(struct callerid_receiver **out);
void callerid_receiver_free(struct callerid_receiver *receiver);
void callerid_receiver_reset(struct callerid_receiver *receiver); /* a new call, or back to idle */
/* Listens for Bell 202, V.23 and DTMF at once. Feed whenever the trunk is on-hook.
 * Returns 1 and fills *out when an identity with a right checksum (or a complete DTMF form) stands,
 * -EBADMSG when a message came whose checksum is wrong (out->form is set), else 0. */
int callerid_receiver_feed(struct callerid_receiver *receiver, const int16_t *pcm, size_t n,
						   struct callerid *out);
#endif

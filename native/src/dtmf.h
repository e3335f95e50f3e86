/* dtmf: sends and receives keypad digits (on spandsp). Limits: standards sheet section 1.
 * Engine thread unless said otherwise; no allocation after create. */
#ifndef LF_DTMF_H
#define LF_DTMF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DTMF_MAX_DIGITS = 64 };

struct dtmf_sender;
int dtmf_sender_create(struct dtmf_sender **out);
void dtmf_sender_free(struct dtmf_sender *sender);
/* Digits 0-9 A-D * # and ',' (1 s pause); 100/100 ms, -9/-7 dBm0. Returns 0 or -ENOSPC, -EINVAL. */
int dtmf_sender_put(struct dtmf_sender *sender, const char *digits);
void dtmf_sender_stop(struct dtmf_sender *sender);
bool dtmf_sender_busy(const struct dtmf_sender *sender);
/* Writes n samples, silence when there is nothing to send. */
void dtmf_sender_fill(struct dtmf_sender *sender, int16_t *pcm, size_t n);

struct dtmf_receiver;
int dtmf_receiver_create(struct dtmf_receiver **out);
void dtmf_receiver_free(struct dtmf_receiver *receiver);
void dtmf_receiver_reset(struct dtmf_receiver *receiver);
/* Feeds n samples; writes digits recognised now to digits[max]. Returns their count: at most one a
 * 30 ms of audio, so max 1 is enough for a tick; what has no room is lost. */
int dtmf_receiver_feed(struct dtmf_receiver *receiver, const int16_t *pcm, size_t n, char *digits,
		       int max);
/* Frames that never came (lost or late): n samples of nothing known, must not double a digit. */
void dtmf_receiver_fill_in(struct dtmf_receiver *receiver, size_t n);
/* True while a digit's tone is present (talk path may be muted then). */
bool dtmf_receiver_present(const struct dtmf_receiver *receiver);
#endif

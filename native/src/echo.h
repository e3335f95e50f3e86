/* echo: echo canceller of a trunk port (SpeexDSP). Off for fax and modem tones.
 * Engine thread; no allocation after create. */
#ifndef LF_ECHO_H
#define LF_ECHO_H
#include <stddef.h>
#include <stdint.h>

enum { ECHO_DELAY_MAX = 640 };

struct echo;
/* frame: samples per call (the tick, 80); tail_ms >= 32. 0, -ENOMEM, -EINVAL. */
int echo_create(struct echo **out, size_t frame, int tail_ms);
void echo_free(struct echo *echo);
void echo_reset(struct echo *echo);
/* rx: what came from the line; tx: what was sent to it in the same frame; out may be rx. */
void echo_cancel(struct echo *echo, const int16_t *rx, const int16_t *tx, int16_t *out);
/* The card's own delay: echo of what was given as tx cannot be heard in rx for so many samples
 * (0 … ECHO_DELAY_MAX; 0 after create, kept by reset). The filter converges three times as fast
 * when told. 0 or -EINVAL. */
int echo_set_delay(struct echo *echo, size_t samples);
/* Fax or modem heard: passes audio untouched until reset. */
void echo_disable(struct echo *echo);
#endif

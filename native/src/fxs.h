/* fxs: what a port with a telephone on it does: hook, ringing, caller ID to the phone.
 * Engine thread, but for create and free. */
#ifndef LF_FXS_H
#define LF_FXS_H
#include "port.h"

int fxs_create(struct fxs **out); /* 0 or -ENOMEM */
void fxs_free(struct fxs *fxs);
void fxs_receive(struct port *port, enum jitter_result result);
void fxs_ring(struct port *port, const struct port_command *command);
void fxs_ring_off(struct port *port);
void fxs_gone(struct port *port);
/* On-hook, not ringing, nothing to run out. */
bool fxs_at_rest(const struct fxs *fxs);
/* Caller ID under way? Then its samples. */
bool fxs_sends(const struct port *port);
void fxs_fill(struct port *port, int16_t *pcm);
#endif

/* fxo: what a port with an exchange line on it does: ring detection, loop, battery, polarity, and
 * everything it listens for. Engine thread, but for create, free and echo_create. */
#ifndef LF_FXO_H
#define LF_FXO_H
#include "echo.h"
#include "port.h"

enum { FXO_ECHO_TAIL_MS = 32 };

int fxo_create(struct fxo **out); /* 0 or -ENOMEM */
void fxo_free(struct fxo *fxo);
void fxo_receive(struct port *port, enum jitter_result result);
void fxo_loop(struct port *port, bool close);
void fxo_gone(struct port *port);
/* Loop open, line quiet, everything reported, nothing to run out. */
bool fxo_at_rest(const struct fxo *fxo);
void fxo_dialled(struct port *port);
/* Gives the port its canceller (created elsewhere). Returns the one it had, or NULL. */
struct echo *fxo_give_echo(struct port *port, struct echo *echo);
#endif

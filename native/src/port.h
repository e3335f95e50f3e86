/* port: one port of a card: what it hears, what it says, and the work it does for both. What only
 * telephones have is in fxs.c, what only exchange lines have in fxo.c. Engine thread, but for
 * port_create and port_free; nothing allocates after create. */
#ifndef LF_PORT_H
#define LF_PORT_H
#include <stdatomic.h>

#include "bridge.h"
#include "callerid.h"
#include "dtmf.h"
#include "line.h"
#include "linefinder.h"
#include "player.h"
#include "recorder.h"
#include "tone.h"

/* After this many ticks without audio a detector has nothing left to conclude. */
enum { PORT_SETTLED_TICKS = 100 };
/* A far end from which nothing comes may be held up, and go on where it was, for so many. */
enum { PORT_WAIT_TICKS = 20 };

struct fxs;
struct fxo;

/* What every port shares. emit: the event reaches JS, or is counted against the port. */
struct port_context {
	const struct lf_settings *settings;
	struct bridges *bridges;
	struct line_time time;
	bool (*emit)(void *owner, const struct lf_event *event);
	void (*release_clip)(void *owner, struct clip *clip);
	void *owner;
};

struct port {
	uint16_t id;
	struct port_context *context;
	const struct line_ops *ops; /* NULL: no far end */
	void *line;
	struct fxs *fxs; /* one of the two */
	struct fxo *fxo;
	struct tone *tone;
	struct dtmf_sender *keys;
	struct dtmf_receiver *ears;
	bool dialling;
	bool asleep; /* nobody there and nothing to do: left out of the tick until a command */
	uint32_t idle_ticks; /* since the far end said anything */
	struct player player;
	struct bridge *bridge;
	int32_t gain;
	struct recorder *recorder;
	uint32_t lost;        /* events that found no room */
	atomic_uint state;    /* LF_STATE_*, read by the control thread */
	int16_t rx[LF_TICK_SAMPLES];
	int16_t tx[LF_TICK_SAMPLES]; /* of the tick before, while receiving */
};

/* A command as the engine gets it. clips: already looked up. */
struct port_command {
	uint16_t kind; /* enum lf_command_kind */
	uint32_t value;
	int32_t gain_cb;
	uint16_t flags;
	uint16_t count;
	uint8_t month, day, hour, minute; /* local time, for caller ID */
	const char *number, *name, *digits;
	struct clip *const *clips;
	struct recorder *recorder;
};

/* Any thread. 0, -EINVAL, -ENOMEM. */
int port_create(struct port **out, uint16_t id, struct port_context *context);
void port_free(struct port *port);
/* Before it goes for good: leaves its bridge, ends its recording and player without a word. */
void port_withdraw(struct port *port);
/* A far end comes; goes: it hangs up. */
void port_attach(struct port *port, const struct line_ops *ops, void *line);
void port_detach(struct port *port);
void port_perform(struct port *port, const struct port_command *command);
/* Once a tick, all ports that are not asleep: hear; then, all of them: speak. */
void port_receive(struct port *port);
void port_send(struct port *port);
/* For fxs.c and fxo.c. */
void port_emit(struct port *port, enum lf_event_kind kind, uint32_t value);
void port_emit_event(struct port *port, struct lf_event *event);
void port_show(struct port *port, unsigned bit, bool on);
/* Is this tick's audio for a detector of digits or messages? Late audio is waited for, so that no
 * gap breaks a message or doubles a digit; silence counts only when it has lasted. */
bool port_hears(const struct port *port, enum jitter_result result);
/* Feeds the DTMF receiver; reports digits. */
void port_hear_digits(struct port *port, enum jitter_result result);
bool port_off_hook(const struct port *port);
#endif

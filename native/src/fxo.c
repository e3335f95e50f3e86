/* fxo: see fxo.h. Figures: standards sheet sections 2-4. */
#include "fxo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "faxtone.h"
#include "progress.h"

static const int64_t RING_ON_US = 100000;  /* shorter: a tinkle of pulse dialling */
static const int64_t RING_OFF_US = 100000; /* shorter: the same burst goes on */
static const int64_t POLARITY_US = 20000;
static const int64_t OPEN_US = 200000;
static const int64_t BATTERY_LOST_US = 1000000;
/* A far end that goes away opens the loop this long, as an exchange does to disconnect. */
static const int64_t GONE_US = 350000;
/* This long after the last ring another caller may come: the receiver starts afresh. */
static const int64_t CALL_OVER_US = 8000000;

struct fxo {
	struct callerid_receiver *receiver;
	struct progress *progress;
	struct faxtone *faxtone;
	struct echo *echo; /* NULL: not configured */
	bool seized;
	/* The line as the far end shows it, since when, and as it was reported. */
	bool ring, reversed, battery;
	int64_t ring_since, reversed_since, battery_since;
	bool ring_told, reversed_told, open_told, lost_told;
	int64_t gone_until;  /* battery comes back by itself then; 0 = not so */
	int64_t last_ring;   /* 0: idle */
};

int fxo_create(struct fxo **out)
{
	struct fxo *fxo = calloc(1, sizeof(*fxo));
	*out = fxo;
	if (fxo == NULL)
		return -ENOMEM;
	fxo->battery = true;
	int error = callerid_receiver_create(&fxo->receiver);
	if (error == 0)
		error = progress_create(&fxo->progress);
	if (error == 0)
		error = faxtone_create(&fxo->faxtone);
	return error;
}

void fxo_free(struct fxo *fxo)
{
	if (fxo == NULL)
		return;
	echo_free(fxo->echo);
	faxtone_free(fxo->faxtone);
	progress_free(fxo->progress);
	callerid_receiver_free(fxo->receiver);
	free(fxo);
}

struct echo *fxo_give_echo(struct port *port, struct echo *echo)
{
	struct echo *before = port->fxo->echo;
	port->fxo->echo = echo;
	return before;
}

void fxo_loop(struct port *port, bool close)
{
	struct fxo *fxo = port->fxo;
	if (fxo->seized == close)
		return;
	fxo->seized = close;
	port_show(port, LF_STATE_OFF_HOOK, close);
	fxo->open_told = false;
	dtmf_receiver_reset(port->ears);
	if (close) {
		progress_reset(fxo->progress);
		if (fxo->last_ring == 0) /* we call: the exchange owes us dial tone */
			progress_expect_dial(fxo->progress);
		faxtone_reset(fxo->faxtone);
		if (fxo->echo != NULL)
			echo_reset(fxo->echo);
	} else {
		callerid_receiver_reset(fxo->receiver);
		fxo->last_ring = 0;
		fxo->ring_told = fxo->ring_told && !fxo->ring; /* still rings: a call of its own */
	}
}

bool fxo_at_rest(const struct fxo *fxo)
{
	bool quiet = !fxo->ring && !fxo->reversed && fxo->battery;
	bool told = !fxo->ring_told && !fxo->reversed_told && !fxo->lost_told;
	return !fxo->seized && quiet && told && fxo->gone_until == 0 && fxo->last_ring == 0;
}

void fxo_dialled(struct port *port)
{
	progress_reset(port->fxo->progress);
}

static void take_signal(struct port *port, const struct line_signal *signal)
{
	struct fxo *fxo = port->fxo;
	bool on = signal->value != 0;
	if (signal->what == LF_FAR_RING && fxo->ring != on) {
		fxo->ring = on;
		fxo->ring_since = signal->at_us;
		port_show(port, LF_STATE_RING, on);
	} else if (signal->what == LF_FAR_POLARITY && fxo->reversed != on) {
		fxo->reversed = on;
		fxo->reversed_since = signal->at_us;
		port_show(port, LF_STATE_REVERSED, on);
	} else if (signal->what == LF_FAR_BATTERY && fxo->battery != on) {
		fxo->battery = on;
		fxo->battery_since = signal->at_us;
		fxo->gone_until = 0;
		port_show(port, LF_STATE_BATTERY, on);
	}
}

static void judge_ring(struct port *port, int64_t now)
{
	struct fxo *fxo = port->fxo;
	if (fxo->ring)
		fxo->last_ring = now;
	/* Ringing that meets our own seizure is glare, and over as soon as the exchange sees the loop:
	 * that is no tinkle. */
	bool rings = fxo->ring && (fxo->seized || now - fxo->ring_since >= RING_ON_US);
	if (!fxo->ring_told && rings) {
		fxo->ring_told = true;
		port_emit(port, LF_RING_START, 0);
	} else if (fxo->ring_told && !fxo->ring && now - fxo->ring_since >= RING_OFF_US) {
		fxo->ring_told = false;
		port_emit(port, LF_RING_STOP, 0);
	}
	if (fxo->last_ring != 0 && !fxo->seized && now - fxo->last_ring > CALL_OVER_US) {
		fxo->last_ring = 0;
		callerid_receiver_reset(fxo->receiver);
	}
}

static void judge_battery(struct port *port, int64_t now)
{
	struct fxo *fxo = port->fxo;
	if (fxo->reversed != fxo->reversed_told && now - fxo->reversed_since >= POLARITY_US) {
		fxo->reversed_told = fxo->reversed;
		port_emit(port, LF_POLARITY_REVERSAL, fxo->reversed);
	}
	if (fxo->battery) {
		if (fxo->lost_told)
			port_emit(port, LF_BATTERY_RETURNED, 0);
		fxo->lost_told = fxo->open_told = false;
		return;
	}
	int64_t open = now - fxo->battery_since;
	if (fxo->seized && !fxo->open_told && open >= OPEN_US) {
		fxo->open_told = true;
		port_emit(port, LF_OPEN_INTERVAL, (uint32_t)(open / 1000));
	}
	if (!fxo->lost_told && open > BATTERY_LOST_US) {
		fxo->lost_told = true;
		port_emit(port, LF_BATTERY_LOST, 0);
	}
}

static void run_line(struct port *port)
{
	struct fxo *fxo = port->fxo;
	int64_t now = port->context->time.now_us;
	struct line_signal signal;
	/* Never as of an open loop: caller ID comes on-hook, in its place among the rings. */
	while (port->ops != NULL && port->ops->signal(port->line, false, &signal)) {
		/* What ran out before it is reported before it. */
		judge_ring(port, signal.at_us);
		judge_battery(port, signal.at_us);
		take_signal(port, &signal);
	}
	if (port->ops != NULL)
		now = port->ops->known_until(port->line, now);
	if (fxo->gone_until != 0 && now >= fxo->gone_until) {
		fxo->battery = true;
		fxo->gone_until = 0;
		port_show(port, LF_STATE_BATTERY, true);
	}
	judge_ring(port, now);
	judge_battery(port, now);
}

static void listen_on_hook(struct port *port)
{
	struct fxo *fxo = port->fxo;
	struct callerid id;
	int result = callerid_receiver_feed(fxo->receiver, port->rx, LF_TICK_SAMPLES, &id);
	if (result == 0)
		return;
	struct lf_event event = {.kind = result > 0 ? LF_CALLER_ID : LF_CALLER_ID_FAILED,
				 .form = (uint8_t)id.form};
	if (result > 0) {
		event.presentation = (uint8_t)id.presentation;
		memcpy(event.number, id.number, sizeof(id.number));
		memcpy(event.name, id.name, sizeof(id.name));
	}
	port_emit_event(port, &event);
}

static void listen_progress(struct port *port)
{
	struct progress_event events[8];
	int n = progress_feed(port->fxo->progress, port->rx, LF_TICK_SAMPLES, events, 8);
	for (int i = 0; i < n; i++) {
		if (events[i].kind == PROGRESS_VOICE)
			port_emit(port, LF_VOICE, 0);
		else if (events[i].kind == PROGRESS_SILENCE)
			port_emit(port, LF_SILENCE, 0);
		else
			port_emit(port, events[i].on ? LF_TONE : LF_TONE_STOPPED, events[i].kind);
	}
}

static void listen_fax(struct port *port)
{
	struct fxo *fxo = port->fxo;
	enum faxtone_kind fax = faxtone_feed(fxo->faxtone, port->rx, LF_TICK_SAMPLES);
	if (fax == FAXTONE_NONE)
		return;
	port_emit(port, LF_TONE,
		  fax == FAXTONE_CALLING ? LF_HEARD_FAX_CALLING : LF_HEARD_FAX_ANSWER);
	if (fxo->echo != NULL)
		echo_disable(fxo->echo);
}

void fxo_receive(struct port *port, enum jitter_result result)
{
	struct fxo *fxo = port->fxo;
	run_line(port);
	if (!fxo->seized) {
		if (port->ops != NULL && port_hears(port, result))
			listen_on_hook(port);
		/* On-hook nothing reaches a bridge. */
		memset(port->rx, 0, sizeof(port->rx));
		return;
	}
	if (port->ops == NULL)
		return;
	listen_fax(port);
	if (fxo->echo != NULL)
		echo_cancel(fxo->echo, port->rx, port->tx, port->rx);
	listen_progress(port);
	port_hear_digits(port, result);
}

void fxo_gone(struct port *port)
{
	struct fxo *fxo = port->fxo;
	int64_t now = port->context->time.now_us;
	struct line_signal ring = {.at_us = now, .what = LF_FAR_RING, .value = 0};
	struct line_signal polarity = {.at_us = now, .what = LF_FAR_POLARITY, .value = 0};
	struct line_signal battery = {.at_us = now, .what = LF_FAR_BATTERY, .value = 0};
	take_signal(port, &ring);
	take_signal(port, &polarity);
	take_signal(port, &battery);
	fxo->gone_until = (fxo->battery_since > now ? fxo->battery_since : now) + GONE_US;
}

/* fxs: see fxs.h. */
#include "fxs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook.h"
#include "speech.h"

/* FSK starts 0.5-1.5 s after the first ring (standards sheet section 4). */
static const int64_t ID_AFTER_RING_US = 600000;
/* It is over at least 200-475 ms before the next ring; so is the DTMF form before the first. */
static const int64_t RING_AFTER_ID_US = 300000;

enum id_state { ID_NONE, ID_WAITING, ID_SENDING };

struct fxs {
	struct hook hook;
	int64_t flash_until; /* a timed flash of the far end: lifted again then; 0 = none */
	struct callerid_sender *sender;
	struct callerid id;
	uint8_t month, day, hour, minute;
	enum id_state id_state;
	bool ringing;
	uint32_t place;    /* in the cadence */
	int64_t since, until; /* of this burst or pause */
	struct speech speech;
};

int fxs_create(struct fxs **out)
{
	struct fxs *fxs = calloc(1, sizeof(*fxs));
	*out = fxs;
	if (fxs == NULL)
		return -ENOMEM;
	hook_init(&fxs->hook);
	return callerid_sender_create(&fxs->sender);
}

void fxs_free(struct fxs *fxs)
{
	if (fxs == NULL)
		return;
	callerid_sender_free(fxs->sender);
	free(fxs);
}

static void start_id(struct port *port)
{
	struct fxs *fxs = port->fxs;
	int error = callerid_sender_start(fxs->sender, &fxs->id, fxs->month, fxs->day, fxs->hour,
					  fxs->minute);
	fxs->id_state = error < 0 ? ID_NONE : ID_SENDING; /* a number nobody can send: just ring */
}

static void enter_place(struct port *port, uint32_t place, int64_t at)
{
	const struct lf_settings *settings = port->context->settings;
	struct fxs *fxs = port->fxs;
	fxs->place = place % settings->cadence_count;
	fxs->since = at;
	fxs->until = at + (int64_t)settings->cadence_ms[fxs->place] * 1000;
	port_show(port, LF_STATE_RING, fxs->place % 2 == 0);
}

void fxs_ring(struct port *port, const struct port_command *command)
{
	const struct lf_settings *settings = port->context->settings;
	struct fxs *fxs = port->fxs;
	fxs_ring_off(port);
	if (port_off_hook(port) || settings->cadence_count == 0)
		return; /* it was lifted in the same moment: no ringing power on a closed loop */
	fxs->ringing = true;
	if (command->flags & LF_FLAG_CALLER_ID) {
		fxs->id.form = (enum callerid_form)settings->caller_id_form;
		fxs->id.presentation =
			command->number[0] == '\0' ? CALLERID_UNAVAILABLE : CALLERID_ALLOWED;
		snprintf(fxs->id.number, sizeof(fxs->id.number), "%s", command->number);
		snprintf(fxs->id.name, sizeof(fxs->id.name), "%s", command->name);
		fxs->month = command->month;
		fxs->day = command->day;
		fxs->hour = command->hour;
		fxs->minute = command->minute;
		fxs->id_state = ID_WAITING;
	}
	if (fxs->id_state == ID_WAITING && fxs->id.form == CALLERID_DTMF)
		start_id(port);
	if (fxs->id_state == ID_SENDING) /* the burst comes when it is over */
		fxs->place = settings->cadence_count - 1, fxs->until = INT64_MAX;
	else
		enter_place(port, 0, port->context->time.now_us);
}

void fxs_ring_off(struct port *port)
{
	struct fxs *fxs = port->fxs;
	if (fxs->id_state == ID_SENDING)
		callerid_sender_stop(fxs->sender);
	fxs->id_state = ID_NONE;
	fxs->ringing = false;
	port_show(port, LF_STATE_RING, false);
}

/* The longest pause of the cadence is the one with room for caller ID. */
static bool is_long_pause(const struct lf_settings *settings, uint32_t place)
{
	if (place % 2 == 0)
		return false;
	for (uint32_t i = 1; i < settings->cadence_count; i += 2)
		if (settings->cadence_ms[i] > settings->cadence_ms[place])
			return false;
	return true;
}

static void run_ringing(struct port *port)
{
	const struct lf_settings *settings = port->context->settings;
	struct fxs *fxs = port->fxs;
	int64_t now = port->context->time.now_us;
	if (!fxs->ringing)
		return;
	if (fxs->id_state == ID_SENDING && !callerid_sender_busy(fxs->sender)) {
		fxs->id_state = ID_NONE;
		int64_t earliest = now + RING_AFTER_ID_US;
		if (fxs->until < earliest || fxs->until == INT64_MAX)
			fxs->until = earliest;
	}
	if (fxs->id_state == ID_WAITING && is_long_pause(settings, fxs->place) &&
	    now - fxs->since >= ID_AFTER_RING_US)
		start_id(port);
	if (now >= fxs->until && fxs->id_state != ID_SENDING)
		enter_place(port, fxs->place + 1, fxs->until);
}

bool fxs_at_rest(const struct fxs *fxs)
{
	return !fxs->ringing && !fxs->hook.lifted && !fxs->hook.raw && !fxs->hook.steady &&
	       fxs->flash_until == 0;
}

bool fxs_sends(const struct port *port)
{
	return port->fxs->id_state == ID_SENDING;
}

void fxs_fill(struct port *port, int16_t *pcm)
{
	callerid_sender_fill(port->fxs->sender, pcm, LF_TICK_SAMPLES);
}

static void report_hook(struct port *port)
{
	struct hook_event event;
	while (hook_next(&port->fxs->hook, &event)) {
		switch (event.kind) {
		case HOOK_OFF:
			fxs_ring_off(port); /* ring trip */
			port_show(port, LF_STATE_OFF_HOOK, true);
			dtmf_receiver_reset(port->ears);
			speech_reset(&port->fxs->speech);
			port_emit(port, LF_OFF_HOOK, 0);
			break;
		case HOOK_ON:
			port_show(port, LF_STATE_OFF_HOOK, false);
			port_emit(port, LF_ON_HOOK, 0);
			break;
		case HOOK_FLASH:
			port_emit(port, LF_HOOK_FLASH, (uint32_t)event.value);
			break;
		case HOOK_DIGIT: {
			struct lf_event digit = {.kind = LF_DIGIT, .form = 1,
						 .value = (uint32_t)event.value};
			port_emit_event(port, &digit);
			break;
		}
		}
	}
}

static void take_signal(struct port *port, const struct line_signal *signal)
{
	struct fxs *fxs = port->fxs;
	if (signal->what == LF_FAR_HOOK) {
		fxs->flash_until = 0;
		hook_edge(&fxs->hook, signal->value != 0, signal->at_us);
	} else if (signal->what == LF_FAR_FLASH && fxs->hook.raw) {
		hook_edge(&fxs->hook, false, signal->at_us);
		fxs->flash_until = signal->at_us + (int64_t)signal->value * 1000;
	}
	report_hook(port);
}

/* The contact rested from the last signal until this moment. */
static void rest(struct port *port, int64_t until)
{
	struct fxs *fxs = port->fxs;
	if (fxs->flash_until != 0 && until >= fxs->flash_until) {
		hook_edge(&fxs->hook, true, fxs->flash_until);
		fxs->flash_until = 0;
	}
	hook_advance(&fxs->hook, until);
	report_hook(port);
}

static void run_hook(struct port *port)
{
	struct hook *hook = &port->fxs->hook;
	const struct line_ops *line = port->ops;
	int64_t now = port->context->time.now_us;
	const struct lf_settings *settings = port->context->settings;
	struct line_signal signal;
	hook_window(hook, (int)settings->flash_min_ms, (int)settings->flash_max_ms);
	rest(port, line != NULL ? line->known_until(port->line, now) : now);
	/* What a telephone on its hook says is not carried: lifting need not wait for it. */
	while (line != NULL && line->signal(port->line, !hook->lifted, &signal)) {
		take_signal(port, &signal);
		rest(port, line->known_until(port->line, now));
	}
}

void fxs_receive(struct port *port, enum jitter_result result)
{
	run_hook(port);
	run_ringing(port);
	if (!port_off_hook(port) || !port->fxs->hook.raw) {
		/* An open loop carries nothing. */
		if (port->idle_ticks == 0)
			memset(port->rx, 0, sizeof(port->rx));
		return;
	}
	port_hear_digits(port, result);
	enum speech_change change = speech_feed(&port->fxs->speech, port->rx, LF_TICK_SAMPLES);
	if (change != SPEECH_SAME)
		port_emit(port, change == SPEECH_BEGAN ? LF_VOICE : LF_SILENCE, 0);
}

void fxs_gone(struct port *port)
{
	port->fxs->flash_until = 0;
	hook_gone(&port->fxs->hook, port->context->time.now_us);
	report_hook(port);
}

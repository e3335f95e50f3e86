/* port: see port.h. */
#include "port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fxo.h"
#include "fxs.h"

int port_create(struct port **out, uint16_t id, struct port_context *context)
{
	*out = NULL;
	bool is_fxo = (id & LF_FXO) != 0;
	struct port *port = calloc(1, sizeof(*port));
	if (port == NULL)
		return -ENOMEM;
	port->id = id;
	port->context = context;
	port->gain = BRIDGE_UNITY;
	port->idle_ticks = PORT_SETTLED_TICKS;
	player_init(&port->player, context->release_clip, context->owner);
	atomic_init(&port->state, LF_STATE_BATTERY);
	int error = tone_create(&port->tone);
	if (error == 0)
		error = dtmf_sender_create(&port->keys);
	if (error == 0)
		error = dtmf_receiver_create(&port->ears);
	if (error == 0)
		error = is_fxo ? fxo_create(&port->fxo) : fxs_create(&port->fxs);
	if (error < 0) {
		port_free(port);
		return error;
	}
	*out = port;
	return 0;
}

void port_free(struct port *port)
{
	if (port == NULL)
		return;
	fxs_free(port->fxs);
	fxo_free(port->fxo);
	dtmf_receiver_free(port->ears);
	dtmf_sender_free(port->keys);
	tone_free(port->tone);
	free(port);
}

void port_show(struct port *port, unsigned bit, bool on)
{
	unsigned state = atomic_load_explicit(&port->state, memory_order_relaxed);
	state = on ? state | bit : state & ~bit;
	atomic_store_explicit(&port->state, state, memory_order_relaxed);
}

bool port_off_hook(const struct port *port)
{
	return atomic_load_explicit(&port->state, memory_order_relaxed) & LF_STATE_OFF_HOOK;
}

void port_emit_event(struct port *port, struct lf_event *event)
{
	event->at_us = port->context->time.now_us;
	event->port = port->id;
	if (port->lost > 0) {
		struct lf_event overflow = {.at_us = event->at_us, .port = port->id,
					    .kind = LF_OVERFLOW, .value = port->lost};
		if (port->context->emit(port->context->owner, &overflow))
			port->lost = 0;
	}
	if (port->lost > 0 || !port->context->emit(port->context->owner, event))
		port->lost++;
}

void port_emit(struct port *port, enum lf_event_kind kind, uint32_t value)
{
	struct lf_event event = {.kind = kind, .value = value};
	port_emit_event(port, &event);
}

static void stop_play(struct port *port)
{
	uint32_t play;
	if (player_stop(&port->player, &play))
		port_emit(port, LF_PLAY_DONE, play);
}

static void leave(struct port *port)
{
	if (port->bridge != NULL)
		bridge_leave(port->context->bridges, port->bridge);
	port->bridge = NULL;
}

static void stop_record(struct port *port)
{
	if (port->recorder != NULL)
		recorder_end(port->recorder);
	port->recorder = NULL;
}

void port_withdraw(struct port *port)
{
	uint32_t play;
	player_stop(&port->player, &play);
	leave(port);
	stop_record(port);
	port->ops = NULL;
	port->line = NULL;
}

void port_attach(struct port *port, const struct line_ops *ops, void *line)
{
	port->asleep = false;
	port->ops = ops;
	port->line = line;
}

void port_detach(struct port *port)
{
	port->asleep = false;
	port->ops = NULL;
	port->line = NULL;
	if (port->fxs != NULL)
		fxs_gone(port);
	else
		fxo_gone(port);
}

static void dial(struct port *port, const char *digits)
{
	if (dtmf_sender_put(port->keys, digits) < 0) {
		port_emit(port, LF_DIAL_DONE, 0); /* nothing will be sent; nobody must wait */
		return;
	}
	port->dialling = true;
}

static void join(struct port *port, const struct port_command *command)
{
	leave(port);
	port->bridge = bridge_enter(port->context->bridges, command->value);
	port->gain = bridge_gain(command->gain_cb);
}

void port_perform(struct port *port, const struct port_command *command)
{
	port->asleep = false;
	switch (command->kind) {
	case LF_RING:
		if (port->fxs != NULL)
			fxs_ring(port, command);
		break;
	case LF_RING_OFF:
		if (port->fxs != NULL)
			fxs_ring_off(port);
		break;
	case LF_SEIZE:
	case LF_RELEASE:
		if (port->fxo != NULL)
			fxo_loop(port, command->kind == LF_SEIZE);
		break;
	case LF_PLAY_TONE:
		tone_start(port->tone, &port->context->settings->tones[command->value]);
		break;
	case LF_TONE_OFF:
		tone_stop(port->tone);
		break;
	case LF_DIAL:
		dial(port, command->digits);
		break;
	case LF_PLAY:
		stop_play(port);
		player_start(&port->player, command->value, command->clips, command->count,
			     command->flags & LF_FLAG_LOOP);
		break;
	case LF_STOP_PLAY:
		stop_play(port);
		break;
	case LF_JOIN:
		join(port, command);
		break;
	case LF_LEAVE:
		leave(port);
		break;
	case LF_RECORD:
		stop_record(port);
		port->recorder = command->recorder;
		break;
	case LF_STOP_RECORD:
		stop_record(port);
		break;
	}
}

bool port_hears(const struct port *port, enum jitter_result result)
{
	if (result == JITTER_IDLE)
		return port->idle_ticks > PORT_WAIT_TICKS && port->idle_ticks < PORT_SETTLED_TICKS;
	return result == JITTER_AUDIO;
}

void port_hear_digits(struct port *port, enum jitter_result result)
{
	char digits[8];
	/* Its own keys come back from the line: not somebody dialling. */
	if (port->dialling || !port_hears(port, result))
		return;
	int n = dtmf_receiver_feed(port->ears, port->rx, LF_TICK_SAMPLES, digits, sizeof(digits));
	for (int i = 0; i < n; i++)
		port_emit(port, LF_DIGIT, (uint8_t)digits[i]);
}

void port_receive(struct port *port)
{
	enum jitter_result result = JITTER_IDLE;
	if (port->ops != NULL)
		result = port->ops->read(port->line, port->rx, &port->context->time);
	else
		memset(port->rx, 0, sizeof(port->rx));
	if (result != JITTER_IDLE)
		port->idle_ticks = 0;
	else if (port->idle_ticks < PORT_SETTLED_TICKS)
		port->idle_ticks++;
	if (port->fxs != NULL)
		fxs_receive(port, result);
	else
		fxo_receive(port, result);
	if (port->bridge != NULL)
		bridge_speak(port->bridge, port->rx);
}

static int16_t saturated(int32_t value)
{
	return value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : (int16_t)value;
}

static void add(int32_t *sum, const int16_t *pcm)
{
	for (int i = 0; i < LF_TICK_SAMPLES; i++)
		sum[i] += pcm[i];
}

/* Bridge and players: what the recorder's right channel holds. */
static void mix_talk(struct port *port, int32_t *sum)
{
	uint32_t play;
	if (port->bridge != NULL)
		bridge_hear(port->bridge, port->rx, port->gain, sum);
	if (player_mix(&port->player, sum, LF_TICK_SAMPLES, &play))
		port_emit(port, LF_PLAY_DONE, play);
	if (port->recorder == NULL)
		return;
	int16_t right[LF_TICK_SAMPLES];
	int error;
	for (int i = 0; i < LF_TICK_SAMPLES; i++)
		right[i] = saturated(sum[i]);
	recorder_feed(port->recorder, port->rx, right);
	if (recorder_trouble(port->recorder, &error))
		port_emit(port, LF_RECORD_TROUBLE, (uint32_t)error);
}

static void mix_signals(struct port *port, int32_t *sum)
{
	int16_t pcm[LF_TICK_SAMPLES];
	if (tone_playing(port->tone)) {
		tone_fill(port->tone, pcm, LF_TICK_SAMPLES);
		add(sum, pcm);
	}
	if (port->dialling) {
		dtmf_sender_fill(port->keys, pcm, LF_TICK_SAMPLES);
		add(sum, pcm);
		if (!dtmf_sender_busy(port->keys)) {
			port->dialling = false;
			dtmf_receiver_reset(port->ears);
			if (port->fxo != NULL)
				fxo_dialled(port);
			port_emit(port, LF_DIAL_DONE, 0);
		}
	}
	if (port->fxs != NULL && fxs_sends(port)) {
		fxs_fill(port, pcm);
		add(sum, pcm);
	}
}

static bool is_at_rest(const struct port *port)
{
	return port->ops == NULL && port->bridge == NULL && port->recorder == NULL &&
	       !port->player.active && !port->dialling && !tone_playing(port->tone) &&
	       (port->fxs != NULL ? fxs_at_rest(port->fxs) : fxo_at_rest(port->fxo));
}

void port_send(struct port *port)
{
	int32_t sum[LF_TICK_SAMPLES] = {0};
	mix_talk(port, sum);
	mix_signals(port, sum);
	for (int i = 0; i < LF_TICK_SAMPLES; i++)
		port->tx[i] = saturated(sum[i]);
	if (port->ops != NULL)
		port->ops->write(port->line, port->tx,
				 (uint8_t)atomic_load_explicit(&port->state, memory_order_relaxed),
				 &port->context->time);
	port->asleep = is_at_rest(port);
}

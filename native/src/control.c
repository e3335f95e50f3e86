/* control: see control.h. Every object handed over comes back through the engine's retired ring or
 * is freed at close; `out` counts them, so that this ring can never be too small. */
#include "control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "card_virtual.h"
#include "echo.h"
#include "engine.h"
#include "far_bench.h"
#include "fxo.h"
#include "recorder.h"

struct socket {
	struct port *port; /* its id and published state are read here, nothing else */
	struct far_end *far_end;
	bool bench, echo;
	uint8_t mark;
};

struct control {
	struct engine *engine;
	struct recordio *io;
	struct socket sockets[2][LF_MAX_PORTS + 1];
	int port_count;
	int out;
	bool echo;
	uint16_t next_read; /* far_read goes round, so that no far end starves */
	uint64_t refused;
	struct far_end_counts counts;
};

static struct socket *find(struct control *control, uint16_t id)
{
	uint16_t number = id & LF_PORT_MASK;
	if (number == 0 || number > LF_MAX_PORTS || (id & ~(LF_FXO | LF_PORT_MASK)) != 0)
		return NULL;
	struct socket *socket = &control->sockets[(id & LF_FXO) != 0][number];
	return socket->port != NULL ? socket : NULL;
}

static void collect(struct control *control)
{
	struct engine_retired retired;
	while (engine_take_retired(control->engine, &retired)) {
		control->out--;
		switch (retired.kind) {
		case RETIRED_PORT:
			port_free(retired.object);
			break;
		case RETIRED_FAR_END:
			far_end_count(retired.object, &control->counts);
			far_end_free(retired.object);
			break;
		case RETIRED_BENCH:
			bench_free(retired.object);
			break;
		case RETIRED_ECHO:
			echo_free(retired.object);
			break;
		case RETIRED_SETTINGS:
		case RETIRED_CLIP:
			free(retired.object);
			break;
		}
	}
}

/* Room for n orders and for n objects on their way back. */
static bool has_room(struct control *control, size_t n)
{
	collect(control);
	if (engine_orders_space(control->engine) >= n &&
	    (size_t)control->out + n <= ENGINE_RETIRED)
		return true;
	control->refused++;
	return false;
}

static void order(struct control *control, const struct engine_order *order)
{
	if (order->object != NULL && order->what != ENGINE_COMMAND)
		control->out++;
	engine_order(control->engine, order); /* has_room was asked */
}

static bool is_valid(const struct lf_settings *settings)
{
	if (settings->version != LF_VERSION || settings->cadence_count > LF_MAX_CADENCE ||
	    settings->cadence_count % 2 != 0 || settings->caller_id_form > CALLERID_DTMF ||
	    settings->flash_min_ms > settings->flash_max_ms || settings->flash_max_ms > 10000)
		return false;
	for (uint32_t i = 0; i < settings->cadence_count; i++)
		if (settings->cadence_ms[i] < 10 || settings->cadence_ms[i] > 60000)
			return false;
	for (int i = 0; i < LF_TONES; i++) {
		const struct tone_plan *tone = &settings->tones[i];
		if (tone->segment_count < 0 || tone->segment_count > TONE_MAX_SEGMENTS ||
		    tone->repeat_from < -1 || tone->repeat_from >= TONE_MAX_SEGMENTS)
			return false;
	}
	return true;
}

/* Silent tones, 1 s / 4 s ringing: what stands until the first configure(). */
static struct lf_settings *first_settings(void)
{
	struct lf_settings *settings = calloc(1, sizeof(*settings));
	if (settings == NULL)
		return NULL;
	settings->version = LF_VERSION;
	settings->flash_min_ms = 90;
	settings->flash_max_ms = 600;
	settings->cadence_count = 2;
	settings->cadence_ms[0] = 1000;
	settings->cadence_ms[1] = 4000;
	for (int i = 0; i < LF_TONES; i++)
		settings->tones[i].repeat_from = -1;
	return settings;
}

int control_open(struct control **out, bool threads, bool real_time)
{
	int error = -ENOMEM;
	*out = NULL;
	struct control *control = calloc(1, sizeof(*control));
	struct lf_settings *settings = first_settings();
	if (control == NULL || settings == NULL)
		goto fail;
	error = recordio_create(&control->io);
	if (error < 0)
		goto fail;
	error = engine_create(&control->engine, settings);
	if (error < 0)
		goto fail;
	control->out = 1;
	settings = NULL;
	if (threads)
		error = engine_start(control->engine, real_time);
	if (error < 0)
		goto fail;
	*out = control;
	return 0;
fail:
	free(settings);
	control_close(control);
	return error;
}

void control_close(struct control *control)
{
	if (control == NULL)
		return;
	if (control->engine != NULL) {
		engine_stop(control->engine);
		collect(control);
		engine_free(control->engine);
	}
	recordio_free(control->io);
	free(control);
}

struct engine *control_engine(struct control *control)
{
	return control->engine;
}

/* One canceller for a trunk port, when configured. */
static int add_echo(struct control *control, struct socket *socket)
{
	struct echo *echo;
	int error = echo_create(&echo, LF_TICK_SAMPLES, FXO_ECHO_TAIL_MS);
	if (error < 0)
		return error;
	order(control, &(struct engine_order){.what = ENGINE_ECHO, .port = socket->port->id,
					      .object = echo});
	socket->echo = true;
	return 0;
}

static int add_port(struct control *control, uint16_t id)
{
	struct port *port;
	if (!has_room(control, 2))
		return -EAGAIN;
	int error = port_create(&port, id, engine_context(control->engine));
	if (error < 0)
		return error;
	struct socket *socket = &control->sockets[(id & LF_FXO) != 0][id & LF_PORT_MASK];
	memset(socket, 0, sizeof(*socket));
	socket->port = port;
	control->port_count++;
	order(control, &(struct engine_order){.what = ENGINE_ADD_PORT, .port = id, .object = port});
	return (id & LF_FXO) != 0 && control->echo ? add_echo(control, socket) : 0;
}

static int remove_port(struct control *control, struct socket *socket)
{
	if (!has_room(control, 1))
		return -EAGAIN;
	order(control, &(struct engine_order){.what = ENGINE_REMOVE_PORT, .port = socket->port->id});
	memset(socket, 0, sizeof(*socket));
	control->port_count--;
	return 0;
}

int control_ports(struct control *control, const uint16_t *ids, size_t count)
{
	if (count > LF_MAX_PORTS)
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		uint16_t number = ids[i] & LF_PORT_MASK;
		if (number == 0 || number > LF_MAX_PORTS ||
		    (ids[i] & ~(LF_FXO | LF_PORT_MASK)) != 0)
			return -EINVAL;
	}
	int error = 0;
	for (size_t i = 0; i < count; i++)
		control->sockets[(ids[i] & LF_FXO) != 0][ids[i] & LF_PORT_MASK].mark = 1;
	for (int kind = 0; kind < 2; kind++)
		for (int n = 1; n <= LF_MAX_PORTS && error == 0; n++) {
			struct socket *socket = &control->sockets[kind][n];
			if (socket->port != NULL && socket->mark == 0)
				error = remove_port(control, socket);
		}
	for (size_t i = 0; i < count; i++) {
		struct socket *socket =
			&control->sockets[(ids[i] & LF_FXO) != 0][ids[i] & LF_PORT_MASK];
		socket->mark = 0;
		if (socket->port == NULL && error == 0)
			error = add_port(control, ids[i]);
	}
	return error;
}

static int configure_echo(struct control *control, bool on)
{
	for (int n = 1; n <= LF_MAX_PORTS; n++) {
		struct socket *socket = &control->sockets[1][n];
		if (socket->port == NULL || socket->echo == on)
			continue;
		if (!has_room(control, 1))
			return -EAGAIN;
		if (on) {
			int error = add_echo(control, socket);
			if (error < 0)
				return error;
			continue;
		}
		order(control, &(struct engine_order){.what = ENGINE_ECHO,
						      .port = socket->port->id});
		socket->echo = false;
	}
	return 0;
}

int control_configure(struct control *control, const struct lf_settings *settings)
{
	if (!is_valid(settings))
		return -EINVAL;
	if (!has_room(control, 1))
		return -EAGAIN;
	struct lf_settings *copy = malloc(sizeof(*copy));
	if (copy == NULL)
		return -ENOMEM;
	*copy = *settings;
	order(control, &(struct engine_order){.what = ENGINE_SETTINGS, .object = copy});
	control->echo = settings->echo_cancel != 0;
	return configure_echo(control, control->echo);
}

static void stamp(struct engine_order *order)
{
	time_t now = time(NULL);
	struct tm local;
	localtime_r(&now, &local);
	order->month = (uint8_t)(local.tm_mon + 1);
	order->day = (uint8_t)local.tm_mday;
	order->hour = (uint8_t)local.tm_hour;
	order->minute = (uint8_t)local.tm_min;
}

static bool is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

/* Checks the body and copies it. 0, -EINVAL, or what making a recorder gave. */
static int fill_body(struct control *control, struct engine_order *order,
		     const struct lf_command *command)
{
	switch (command->kind) {
	case LF_RING:
		if (!is_text(command->body.caller.number, sizeof(command->body.caller.number)) ||
		    !is_text(command->body.caller.name, sizeof(command->body.caller.name)))
			return -EINVAL;
		memcpy(&order->body.caller, &command->body.caller, sizeof(order->body.caller));
		stamp(order);
		return 0;
	case LF_PLAY_TONE:
		return command->value < LF_TONES ? 0 : -EINVAL;
	case LF_DIAL:
		if (!is_text(command->body.digits, sizeof(command->body.digits)))
			return -EINVAL;
		memcpy(order->body.digits, command->body.digits, sizeof(order->body.digits));
		return 0;
	case LF_PLAY:
		if (command->count > LF_MAX_PLAY)
			return -EINVAL;
		for (int i = 0; i < command->count; i++)
			if (command->body.clips[i] >= LF_MAX_CLIPS)
				return -EINVAL;
		memcpy(order->body.clips, command->body.clips, command->count * sizeof(uint16_t));
		return 0;
	case LF_RECORD: {
		struct recorder *recorder;
		if (!is_text(command->body.path, sizeof(command->body.path)))
			return -EINVAL;
		int error = recorder_create(&recorder, control->io, command->body.path);
		order->object = recorder;
		return error;
	}
	default:
		return command->kind >= LF_RING && command->kind <= LF_STOP_RECORD ? 0 : -EINVAL;
	}
}

int control_perform(struct control *control, const struct lf_command *command)
{
	if (find(control, command->port) == NULL)
		return -ENOENT;
	if (!has_room(control, 1))
		return -EAGAIN;
	struct engine_order out = {.what = ENGINE_COMMAND, .port = command->port,
				   .kind = command->kind, .value = command->value,
				   .gain_cb = command->gain_cb, .count = command->count,
				   .flags = command->flags};
	int error = fill_body(control, &out, command);
	if (error < 0)
		return error;
	order(control, &out);
	return 0;
}

size_t control_drain(struct control *control, struct lf_event *events, size_t max)
{
	engine_hush(control->engine);
	collect(control);
	return engine_drain(control->engine, events, max);
}

int control_attach(struct control *control, uint16_t port, const struct lf_bench *bench)
{
	struct socket *socket = find(control, port);
	struct far_end *far_end = NULL;
	void *object = NULL;
	if (socket == NULL)
		return -ENOENT;
	if (socket->far_end != NULL || socket->bench)
		return -EBUSY;
	if (!has_room(control, 1))
		return -EAGAIN;
	uint8_t state = (uint8_t)atomic_load(&socket->port->state);
	int error = bench != NULL ? bench_create((struct bench **)&object, port, bench)
				  : far_end_create(&far_end, port, state);
	if (error < 0)
		return error;
	uint16_t what = bench != NULL ? ENGINE_ATTACH_BENCH : ENGINE_ATTACH;
	order(control, &(struct engine_order){.what = what, .port = port,
					      .object = bench != NULL ? object : far_end});
	socket->far_end = far_end;
	socket->bench = bench != NULL;
	return state;
}

static int detach(struct control *control, struct socket *socket)
{
	/* Refusing would leave a telephone off-hook for ever: the ring has room for it, because
	 * attach took one order and gave it back long ago. If not, the caller asks again. */
	if (!has_room(control, 1))
		return -EAGAIN;
	order(control, &(struct engine_order){.what = ENGINE_DETACH, .port = socket->port->id});
	socket->far_end = NULL;
	socket->bench = false;
	return 0;
}

int control_far_write(struct control *control, uint16_t port, const int16_t *pcm, size_t n)
{
	struct socket *socket = find(control, port);
	if (socket == NULL || socket->far_end == NULL)
		return -ENOENT;
	if (n > LF_WRITE_SAMPLES)
		return -EINVAL;
	return (int)far_end_write(socket->far_end, pcm, n);
}

int control_far_signal(struct control *control, uint16_t port, uint32_t what, uint32_t value)
{
	struct socket *socket = find(control, port);
	bool is_fxo = (port & LF_FXO) != 0;
	if (socket == NULL || (socket->far_end == NULL && !socket->bench))
		return -ENOENT;
	if (what == LF_FAR_DETACH)
		return detach(control, socket);
	bool known = is_fxo ? what >= LF_FAR_RING && what <= LF_FAR_BATTERY
			    : what == LF_FAR_HOOK || what == LF_FAR_FLASH;
	if (!known || value > (what == LF_FAR_FLASH ? LF_MAX_FLASH_MS : 1) || socket->bench)
		return -EINVAL;
	struct line_signal signal = {.at_us = engine_now(), .what = what, .value = value};
	far_end_signal(socket->far_end, &signal);
	return 0;
}

size_t control_far_read(struct control *control, struct lf_frame *frames, size_t max)
{
	size_t count = 0;
	engine_hush(control->engine);
	for (int i = 0; i < 2 * LF_MAX_PORTS && count < max; i++) {
		int at = (control->next_read + i) % (2 * LF_MAX_PORTS);
		struct socket *socket = &control->sockets[at / LF_MAX_PORTS][at % LF_MAX_PORTS + 1];
		if (socket->far_end == NULL)
			continue;
		count += far_end_fetch(socket->far_end, frames + count, max - count);
		if (count == max)
			control->next_read = (uint16_t)at;
	}
	return count;
}

int control_load_clip(struct control *control, uint32_t id, const int16_t *pcm, size_t n)
{
	struct clip *clip;
	if (id >= LF_MAX_CLIPS)
		return -EINVAL;
	if (!has_room(control, 1))
		return -EAGAIN;
	int error = clip_create(&clip, pcm, n);
	if (error < 0)
		return error;
	order(control, &(struct engine_order){.what = ENGINE_CLIP, .port = (uint16_t)id,
					      .object = clip});
	return 0;
}

void control_stats(struct control *control, struct lf_stats *stats)
{
	struct recordio_counts record;
	memset(stats, 0, sizeof(*stats));
	collect(control);
	stats->version = LF_VERSION;
	engine_read(control->engine, stats);
	recordio_read(control->io, &record);
	stats->record_bytes = record.bytes;
	stats->record_lost = record.lost;
	stats->record_failures = record.failures;
	stats->record_cpu_us = record.cpu_us;
	stats->recorders = record.open;
	stats->ports = (uint64_t)control->port_count;
	stats->commands_refused = control->refused;
	for (int i = 0; i < 2 * LF_MAX_PORTS; i++) {
		struct socket *socket = &control->sockets[i / LF_MAX_PORTS][i % LF_MAX_PORTS + 1];
		if (socket->far_end != NULL)
			far_end_count(socket->far_end, &control->counts);
	}
	stats->frames_lost = control->counts.frames_lost;
	stats->samples_dropped = control->counts.samples_dropped;
	stats->underruns = control->counts.underruns;
	stats->signals_merged = control->counts.signals_merged;
}

size_t control_port_states(struct control *control, struct lf_port_state *states, size_t max)
{
	size_t count = 0;
	for (int i = 0; i < 2 * LF_MAX_PORTS && count < max; i++) {
		struct socket *socket = &control->sockets[i / LF_MAX_PORTS][i % LF_MAX_PORTS + 1];
		if (socket->port == NULL)
			continue;
		states[count++] = (struct lf_port_state){
			.port = socket->port->id,
			.state = (uint8_t)atomic_load(&socket->port->state),
			.far_end = socket->far_end != NULL || socket->bench};
	}
	return count;
}

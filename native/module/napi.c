/* napi: the face of the engine towards JavaScript (linefinder.h): arguments in, numbers out.
 * A thread of its own waits for the engine's bell and calls the doorbell, so that the tick never
 * touches the runtime's locks. */
#include <node_api.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "control.h"
#include "engine.h"

#define EXPORT __attribute__((visibility("default")))

/* One box per process: the card is one, and so is this. */
static struct {
	struct control *control;
	napi_threadsafe_function doorbell;
	pthread_t bell_thread;
	int bell, stop;
} box = {.stop = -1};

enum { MAX_ARGUMENTS = 3 };

struct bytes {
	void *data;
	size_t size;
};

static napi_value number(napi_env env, double value)
{
	napi_value result = NULL;
	napi_create_double(env, value, &result);
	return result;
}

static napi_value wrong(napi_env env, const char *what)
{
	napi_throw_type_error(env, "LF_ARGUMENT", what);
	return NULL;
}

/* Arguments of a call; false (and an exception) when there are fewer, or the engine is not open. */
static bool arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *values)
{
	size_t count = MAX_ARGUMENTS;
	if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok || count < wanted) {
		wrong(env, "too few arguments");
		return false;
	}
	if (box.control == NULL) {
		wrong(env, "not open");
		return false;
	}
	return true;
}

static bool get_bytes(napi_env env, napi_value value, struct bytes *bytes)
{
	static const uint8_t width[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
	bool is_array = false;
	napi_typedarray_type type;
	size_t length, offset;
	napi_value buffer;
	if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array ||
	    napi_get_typedarray_info(env, value, &type, &length, &bytes->data, &buffer, &offset) !=
		    napi_ok ||
	    (size_t)type >= sizeof(width)) {
		wrong(env, "a typed array is wanted");
		return false;
	}
	bytes->size = length * width[type];
	return true;
}

static bool get_u32(napi_env env, napi_value value, uint32_t *out)
{
	if (napi_get_value_uint32(env, value, out) == napi_ok)
		return true;
	wrong(env, "a number is wanted");
	return false;
}

static bool get_port(napi_env env, napi_value value, uint16_t *port)
{
	uint32_t id;
	if (!get_u32(env, value, &id))
		return false;
	*port = id > UINT16_MAX ? 0 : (uint16_t)id; /* 0 is no port */
	return true;
}

static void *wait_for_bell(void *argument)
{
	(void)argument;
	pthread_setname_np(pthread_self(), "lf-bell");
	for (;;) {
		struct pollfd fds[] = {{.fd = box.bell, .events = POLLIN},
				       {.fd = box.stop, .events = POLLIN}};
		uint64_t count;
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (fds[1].revents != 0)
			return NULL;
		if (read(box.bell, &count, sizeof(count)) == sizeof(count))
			napi_call_threadsafe_function(box.doorbell, NULL,
						      napi_tsfn_nonblocking);
	}
}

static void call_doorbell(napi_env env, napi_value callback, void *context, void *data)
{
	napi_value self;
	(void)context;
	(void)data;
	if (env == NULL || callback == NULL || napi_get_undefined(env, &self) != napi_ok)
		return;
	napi_call_function(env, self, callback, 0, NULL, NULL);
}

static int start_bell(napi_env env, napi_value doorbell)
{
	napi_value name;
	napi_create_string_utf8(env, "linefinder", NAPI_AUTO_LENGTH, &name);
	if (napi_create_threadsafe_function(env, doorbell, NULL, name, 0, 1, NULL, NULL, NULL,
					    call_doorbell, &box.doorbell) != napi_ok)
		return -EINVAL;
	box.bell = engine_bell(control_engine(box.control));
	box.stop = eventfd(0, EFD_CLOEXEC);
	int error = box.stop < 0 ? errno : pthread_create(&box.bell_thread, NULL, wait_for_bell,
							  NULL);
	if (error == 0)
		return 0;
	if (box.stop >= 0)
		close(box.stop);
	napi_release_threadsafe_function(box.doorbell, napi_tsfn_abort);
	return -error;
}

static napi_value layout(napi_env env)
{
	const uint32_t sizes[] = {LF_VERSION, sizeof(struct lf_event), sizeof(struct lf_command),
				  sizeof(struct lf_settings), sizeof(struct lf_frame),
				  sizeof(struct lf_port_state), sizeof(struct lf_stats)};
	void *data;
	napi_value buffer, result = NULL;
	if (napi_create_arraybuffer(env, sizeof(sizes), &data, &buffer) != napi_ok)
		return NULL;
	memcpy(data, sizes, sizeof(sizes));
	napi_create_typedarray(env, napi_uint32_array, sizeof(sizes) / sizeof(sizes[0]), buffer, 0,
			       &result);
	return result;
}

static napi_value lf_open(napi_env env, napi_callback_info info)
{
	size_t count = 2;
	napi_value values[2], wish;
	napi_valuetype type = napi_undefined;
	bool real_time = false;
	if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok || count < 2 ||
	    napi_typeof(env, values[1], &type) != napi_ok || type != napi_function)
		return wrong(env, "open(options, doorbell)");
	if (napi_get_named_property(env, values[0], "realTime", &wish) == napi_ok)
		napi_get_value_bool(env, wish, &real_time);
	if (box.control != NULL)
		return number(env, -EBUSY);
	int error = control_open(&box.control, true, real_time);
	if (error == 0)
		error = start_bell(env, values[1]);
	if (error == 0)
		return layout(env);
	control_close(box.control);
	box.control = NULL;
	return number(env, error);
}

static napi_value lf_close(napi_env env, napi_callback_info info)
{
	uint64_t one = 1;
	(void)info;
	if (box.control == NULL)
		return number(env, 0);
	if (write(box.stop, &one, sizeof(one)) == sizeof(one))
		pthread_join(box.bell_thread, NULL);
	napi_release_threadsafe_function(box.doorbell, napi_tsfn_abort);
	close(box.stop);
	control_close(box.control);
	box.control = NULL;
	return number(env, 0);
}

static napi_value lf_ports(napi_env env, napi_callback_info info)
{
	napi_value values[MAX_ARGUMENTS];
	struct bytes ids;
	if (!arguments(env, info, 1, values) || !get_bytes(env, values[0], &ids))
		return NULL;
	return number(env, control_ports(box.control, ids.data, ids.size / sizeof(uint16_t)));
}

static napi_value lf_configure(napi_env env, napi_callback_info info)
{
	napi_value values[MAX_ARGUMENTS];
	struct bytes settings;
	if (!arguments(env, info, 1, values) || !get_bytes(env, values[0], &settings))
		return NULL;
	if (settings.size != sizeof(struct lf_settings))
		return number(env, -EINVAL);
	return number(env, control_configure(box.control, settings.data));
}

static napi_value lf_perform(napi_env env, napi_callback_info info)
{
	napi_value values[MAX_ARGUMENTS];
	struct bytes command;
	if (!arguments(env, info, 1, values) || !get_bytes(env, values[0], &command))
		return NULL;
	if (command.size != sizeof(struct lf_command))
		return number(env, -EINVAL);
	return number(env, control_perform(box.control, command.data));
}

static napi_value lf_drain(napi_env env, napi_callback_info info)
{
	napi_value values[MAX_ARGUMENTS];
	struct bytes buffer;
	if (!arguments(env, info, 1, values) || !get_bytes(env, values[0], &buffer))
		return NULL;
	size_t max = buffer.size / sizeof(struct lf_event);
	return number(env, (double)control_drain(box.control, buffer.data, max));
}

static napi_value lf_attach(napi_env env, napi_callback_info info)
{
	size_t count = 2;
	napi_value values[2];
	uint16_t port;
	struct bytes bench = {NULL, 0};
	if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok || count < 1 ||
	    box.control == NULL)
		return wrong(env, "attach(port[, bench])");
	if (!get_port(env, values[0], &port))
		return NULL;
	if (count > 1 && !get_bytes(env, values[1], &bench))
		return NULL;
	if (count > 1 && bench.size != sizeof(struct lf_bench))
		return number(env, -EINVAL);
	return number(env, control_attach(box.control, port, bench.data));
}

static napi_value lf_far_write(napi_env env, napi_callback_info info)
{
	napi_value values[MAX_ARGUMENTS];
	struct bytes pcm;
	uint16_t port;
	if (!arguments(env, info, 2, values) || !get_port(env, values[0], &port) ||
	    !get_bytes(env, values[1], &pcm))
		return NULL;
	if (pcm.size % sizeof(int16_t) != 0)
		return number(env, -EINVAL);
	/* A view into a message may lie at an odd address. */
	int16_t aligned[LF_WRITE_SAMPLES];
	size_t samples = pcm.size / sizeof(int16_t);
	if (samples > LF_WRITE_SAMPLES)
		return number(env, -EINVAL);
	if (samples > 0)
		memcpy(aligned, pcm.data, pcm.size);
	return number(env, control_far_write(box.control, port, aligned, samples));
}

static napi_value lf_far_signal(napi_env env, napi_callback_info info)
{
	napi_value values[MAX_ARGUMENTS];
	uint16_t port;
	uint32_t what, value;
	if (!arguments(env, info, 3, values) || !get_port(env, values[0], &port) ||
	    !get_u32(env, values[1], &what) || !get_u32(env, values[2], &value))
		return NULL;
	return number(env, control_far_signal(box.control, port, what, value));
}

static napi_value lf_far_read(napi_env env, napi_callback_info info)
{
	napi_value values[MAX_ARGUMENTS];
	struct bytes buffer;
	if (!arguments(env, info, 1, values) || !get_bytes(env, values[0], &buffer))
		return NULL;
	size_t max = buffer.size / sizeof(struct lf_frame);
	return number(env, (double)control_far_read(box.control, buffer.data, max));
}

static napi_value lf_load_clip(napi_env env, napi_callback_info info)
{
	napi_value values[MAX_ARGUMENTS];
	struct bytes pcm;
	uint32_t id;
	if (!arguments(env, info, 2, values) || !get_u32(env, values[0], &id) ||
	    !get_bytes(env, values[1], &pcm))
		return NULL;
	size_t samples = pcm.size / sizeof(int16_t);
	return number(env, control_load_clip(box.control, id, pcm.data, samples));
}

static napi_value lf_read(napi_env env, napi_callback_info info)
{
	napi_value values[MAX_ARGUMENTS];
	struct bytes buffer;
	uint32_t what;
	if (!arguments(env, info, 2, values) || !get_u32(env, values[0], &what) ||
	    !get_bytes(env, values[1], &buffer))
		return NULL;
	if (what == LF_READ_STATS && buffer.size == sizeof(struct lf_stats)) {
		control_stats(box.control, buffer.data);
		return number(env, 1);
	}
	if (what == LF_READ_PORTS) {
		size_t max = buffer.size / sizeof(struct lf_port_state);
		return number(env, (double)control_port_states(box.control, buffer.data, max));
	}
	return number(env, -EINVAL);
}

EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports);
napi_value napi_register_module_v1(napi_env env, napi_value exports)
{
	static const struct {
		const char *name;
		napi_callback function;
	} functions[] = {{"open", lf_open},           {"ports", lf_ports},
			 {"configure", lf_configure}, {"perform", lf_perform},
			 {"drain", lf_drain},         {"attach", lf_attach},
			 {"farWrite", lf_far_write},  {"farSignal", lf_far_signal},
			 {"farRead", lf_far_read},    {"loadClip", lf_load_clip},
			 {"read", lf_read},           {"close", lf_close}};
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		napi_value function;
		if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH,
					 functions[i].function, NULL, &function) != napi_ok ||
		    napi_set_named_property(env, exports, functions[i].name, function) != napi_ok)
			return NULL;
	}
	return exports;
}

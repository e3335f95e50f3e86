/* control: the control thread's half of the engine: makes what the engine will use, hands it over,
 * takes back what it has done with, and keeps the far ends' door. All functions: one thread (JS's).
 * The functions are those of linefinder.h; errors as there. */
#ifndef LF_CONTROL_H
#define LF_CONTROL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "linefinder.h"

struct control;
/* threads: false = no engine thread; tests drive control_engine() by hand. */
int control_open(struct control **out, bool threads, bool real_time);
void control_close(struct control *control);
int control_ports(struct control *control, const uint16_t *ids, size_t count);
int control_configure(struct control *control, const struct lf_settings *settings);
int control_perform(struct control *control, const struct lf_command *command);
size_t control_drain(struct control *control, struct lf_event *events, size_t max);
int control_attach(struct control *control, uint16_t port, const struct lf_bench *bench);
int control_far_write(struct control *control, uint16_t port, const int16_t *pcm, size_t n);
int control_far_signal(struct control *control, uint16_t port, uint32_t what, uint32_t value);
size_t control_far_read(struct control *control, struct lf_frame *frames, size_t max);
int control_load_clip(struct control *control, uint32_t id, const int16_t *pcm, size_t n);
void control_stats(struct control *control, struct lf_stats *stats);
size_t control_port_states(struct control *control, struct lf_port_state *states, size_t max);
struct engine *control_engine(struct control *control);
#endif

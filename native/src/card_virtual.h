/* card_virtual: the first card driver: its copper is whoever attaches a far end (line.v1).
 *
 *   JS thread: far_end_write, _signal, _fetch  ⇄  rings  ⇄  engine thread: far_end_ops */
#ifndef LF_CARD_VIRTUAL_H
#define LF_CARD_VIRTUAL_H
#include "line.h"

enum {
	FAR_END_SIGNALS = 64, /* hook changes waiting; more are merged into the last state */
	FAR_END_FRAMES = 32   /* 640 ms for JS to come and fetch */
};

struct far_end;
/* JS thread. state: what the port shows now (LF_STATE_*). 0 or -ENOMEM. */
int far_end_create(struct far_end **out, uint16_t port, uint8_t state);
void far_end_free(struct far_end *far_end);
/* Returns samples taken. */
size_t far_end_write(struct far_end *far_end, const int16_t *pcm, size_t n);
void far_end_signal(struct far_end *far_end, const struct line_signal *signal);
/* Up to max frames that are due; returns their number. */
size_t far_end_fetch(struct far_end *far_end, struct lf_frame *frames, size_t max);
struct far_end_counts {
	uint64_t frames_lost, samples_dropped, underruns, signals_merged;
};
/* JS thread. What was counted since the last call is added to *counts. */
void far_end_count(struct far_end *far_end, struct far_end_counts *counts);

extern const struct line_ops far_end_ops; /* line: struct far_end */
/* Engine thread: true when something for JS was put out since the last call. */
bool far_end_has_news(struct far_end *far_end);
#endif

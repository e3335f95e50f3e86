/* bridge: a conference: every leg hears the sum of the others. Two legs are a plain call.
 * Engine thread; never allocates. */
#ifndef LF_BRIDGE_H
#define LF_BRIDGE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BRIDGE_MAX = 512,  /* one for each port: a leg may wait alone */
	BRIDGE_FRAME = 80, /* samples of a tick */
	BRIDGE_UNITY = 4096
};

struct bridges;
int bridges_create(struct bridges **out); /* 0 or -ENOMEM */
void bridges_free(struct bridges *bridges);
/* The bridge of that number, made when there is none; NULL when BRIDGE_MAX are in use. */
struct bridge *bridge_enter(struct bridges *bridges, uint32_t number);
void bridge_leave(struct bridges *bridges, struct bridge *bridge);
int bridges_count(const struct bridges *bridges);
/* Once a tick: empties the sums. Then every leg speaks, then every leg hears. */
void bridges_clear(struct bridges *bridges);
void bridge_speak(struct bridge *bridge, const int16_t *pcm);
/* sum[80] += what the others said, times gain (BRIDGE_UNITY = 0 dB). own: what this leg said. */
void bridge_hear(const struct bridge *bridge, const int16_t *own, int32_t gain, int32_t *sum);
/* Centibels to a gain for bridge_hear; limited to -60..+24 dB. */
int32_t bridge_gain(int32_t centibels);
#endif

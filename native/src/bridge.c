/* bridge: see bridge.h. */
#include "bridge.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct bridge {
	uint32_t number;
	int legs;
	int place; /* in bridges.used */
	int32_t sum[BRIDGE_FRAME];
};

struct bridges {
	int count;
	struct bridge *used[BRIDGE_MAX]; /* the first count are in use, the rest are free */
	struct bridge all[BRIDGE_MAX];
};

int bridges_create(struct bridges **out)
{
	struct bridges *bridges = calloc(1, sizeof(*bridges));
	*out = bridges;
	if (bridges == NULL)
		return -ENOMEM;
	for (int i = 0; i < BRIDGE_MAX; i++)
		bridges->used[i] = &bridges->all[i];
	return 0;
}

void bridges_free(struct bridges *bridges)
{
	free(bridges);
}

int bridges_count(const struct bridges *bridges)
{
	return bridges->count;
}

struct bridge *bridge_enter(struct bridges *bridges, uint32_t number)
{
	for (int i = 0; i < bridges->count; i++) {
		if (bridges->used[i]->number == number) {
			bridges->used[i]->legs++;
			return bridges->used[i];
		}
	}
	if (bridges->count == BRIDGE_MAX)
		return NULL;
	struct bridge *bridge = bridges->used[bridges->count];
	memset(bridge, 0, sizeof(*bridge));
	bridge->number = number;
	bridge->legs = 1;
	bridge->place = bridges->count++;
	return bridge;
}

void bridge_leave(struct bridges *bridges, struct bridge *bridge)
{
	if (--bridge->legs > 0)
		return;
	struct bridge *last = bridges->used[--bridges->count];
	bridges->used[bridge->place] = last;
	bridges->used[bridges->count] = bridge;
	last->place = bridge->place;
	bridge->place = bridges->count;
}

void bridges_clear(struct bridges *bridges)
{
	for (int i = 0; i < bridges->count; i++)
		memset(bridges->used[i]->sum, 0, sizeof(bridges->used[i]->sum));
}

void bridge_speak(struct bridge *bridge, const int16_t *pcm)
{
	for (int i = 0; i < BRIDGE_FRAME; i++)
		bridge->sum[i] += pcm[i];
}

/* A loud conference times +24 dB would not fit: limited to what an int16 can ever need. */
static int32_t scaled(int32_t value, int32_t gain)
{
	int64_t product = (int64_t)value * gain / BRIDGE_UNITY;
	return product > 65535 ? 65535 : product < -65536 ? -65536 : (int32_t)product;
}

void bridge_hear(const struct bridge *bridge, const int16_t *own, int32_t gain, int32_t *sum)
{
	if (bridge->legs < 2)
		return;
	if (gain == BRIDGE_UNITY) {
		for (int i = 0; i < BRIDGE_FRAME; i++)
			sum[i] += bridge->sum[i] - own[i];
		return;
	}
	for (int i = 0; i < BRIDGE_FRAME; i++)
		sum[i] += scaled(bridge->sum[i] - own[i], gain);
}

int32_t bridge_gain(int32_t centibels)
{
	if (centibels < -6000)
		centibels = -6000;
	if (centibels > 2400)
		centibels = 2400;
	return (int32_t)lrint(BRIDGE_UNITY * pow(10.0, centibels / 2000.0));
}

/* Bridges: sum minus self, gain, limits, coming and going. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "test.h"

static int16_t frame_of(int16_t *pcm, int16_t value)
{
	for (int i = 0; i < BRIDGE_FRAME; i++)
		pcm[i] = value;
	return value;
}

static int32_t heard(struct bridge *bridge, const int16_t *own, int32_t gain)
{
	int32_t sum[BRIDGE_FRAME] = {0};
	bridge_hear(bridge, own, gain, sum);
	for (int i = 1; i < BRIDGE_FRAME; i++)
		if (sum[i] != sum[0])
			abort();
	return sum[0];
}

static void each_leg_hears_the_others(void)
{
	struct bridges *bridges;
	int16_t a[BRIDGE_FRAME], b[BRIDGE_FRAME], c[BRIDGE_FRAME];
	CHECK_INT(bridges_create(&bridges), ==, 0);
	struct bridge *bridge = bridge_enter(bridges, 7);
	CHECK(bridge_enter(bridges, 7) == bridge);
	CHECK(bridge_enter(bridges, 7) == bridge);
	CHECK(bridge_enter(bridges, 8) != bridge);
	CHECK_INT(bridges_count(bridges), ==, 2);
	frame_of(a, 1000);
	frame_of(b, -300);
	frame_of(c, 32767);
	for (int tick = 0; tick < 2; tick++) {
		bridges_clear(bridges);
		bridge_speak(bridge, a);
		bridge_speak(bridge, b);
		bridge_speak(bridge, c);
	}
	CHECK_INT(heard(bridge, a, BRIDGE_UNITY), ==, 32467);
	CHECK_INT(heard(bridge, b, BRIDGE_UNITY), ==, 33767);
	CHECK_INT(heard(bridge, c, BRIDGE_UNITY), ==, 700);
	CHECK_NEAR(heard(bridge, b, bridge_gain(-600)), 33767 / 1.9953, 40);
	CHECK_INT(heard(bridge, b, bridge_gain(2400)), ==, 65535);
	bridges_free(bridges);
}

static void a_leg_alone_hears_nothing(void)
{
	struct bridges *bridges;
	int16_t a[BRIDGE_FRAME];
	frame_of(a, 1000);
	CHECK_INT(bridges_create(&bridges), ==, 0);
	struct bridge *bridge = bridge_enter(bridges, 1);
	bridges_clear(bridges);
	bridge_speak(bridge, a);
	CHECK_INT(heard(bridge, a, BRIDGE_UNITY), ==, 0);
	bridges_free(bridges);
}

static void gains_are_limited(void)
{
	CHECK_INT(bridge_gain(0), ==, BRIDGE_UNITY);
	CHECK_INT(bridge_gain(2400), ==, bridge_gain(999999));
	CHECK_INT(bridge_gain(-6000), ==, bridge_gain(-999999));
	CHECK_NEAR(bridge_gain(600), BRIDGE_UNITY * 1.9953, 1);
}

static void places_come_back(void)
{
	struct bridges *bridges;
	static struct bridge *held[BRIDGE_MAX];
	CHECK_INT(bridges_create(&bridges), ==, 0);
	for (int round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < BRIDGE_MAX; i++)
			CHECK((held[i] = bridge_enter(bridges, 1000 * (uint32_t)round + i)) != NULL);
		CHECK(bridge_enter(bridges, 999999) == NULL);
		CHECK_INT(bridges_count(bridges), ==, BRIDGE_MAX);
		/* Not in the order they came. */
		for (int i = 0; i < BRIDGE_MAX; i += 2)
			bridge_leave(bridges, held[i]);
		CHECK(bridge_enter(bridges, 1000 * (uint32_t)round + 1) == held[1]);
		bridge_leave(bridges, held[1]);
		for (int i = 1; i < BRIDGE_MAX; i += 2)
			bridge_leave(bridges, held[i]);
		CHECK_INT(bridges_count(bridges), ==, 0);
	}
	bridges_free(bridges);
}

int main(void)
{
	TEST(each_leg_hears_the_others);
	TEST(a_leg_alone_hears_nothing);
	TEST(gains_are_limited);
	TEST(places_come_back);
	return test_end();
}

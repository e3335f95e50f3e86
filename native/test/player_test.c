/* Players: no gap, loops, ends, clips that are replaced while they sound. */
#include <stdlib.h>
#include <string.h>

#include "player.h"
#include "test.h"

static int released;

static void release(void *context, struct clip *clip)
{
	(void)context;
	released++;
	free(clip);
}

static struct clip *ramp(int16_t from, size_t samples)
{
	struct clip *clip;
	int16_t pcm[1000];
	for (size_t i = 0; i < samples; i++)
		pcm[i] = (int16_t)(from + (int16_t)i);
	if (clip_create(&clip, pcm, samples) != 0)
		abort();
	return clip;
}

static void clips_follow_without_a_gap(void)
{
	struct player player;
	struct clip *clips[] = {ramp(0, 123), ramp(123, 0), ramp(123, 77), ramp(200, 300)};
	uint32_t play = 0;
	int ends = 0;
	player_init(&player, release, NULL);
	player_start(&player, 42, clips, 4, false);
	for (int tick = 0; tick < 8; tick++) {
		int32_t sum[80] = {0};
		ends += player_mix(&player, sum, 80, &play);
		for (int i = 0; i < 80; i++) {
			int expected = tick * 80 + i < 500 ? tick * 80 + i : 0;
			CHECK_INT(sum[i], ==, expected);
		}
	}
	CHECK_INT(ends, ==, 1);
	CHECK_INT(play, ==, 42);
	CHECK(!player_stop(&player, &play));
	for (int i = 0; i < 4; i++) {
		CHECK_INT(clips[i]->users, ==, 0);
		free(clips[i]);
	}
}

static void loops_until_stopped(void)
{
	struct player player;
	struct clip *clip = ramp(1, 30);
	uint32_t play;
	player_init(&player, release, NULL);
	player_start(&player, 5, &clip, 1, true);
	for (int tick = 0; tick < 10; tick++) {
		int32_t sum[80] = {0};
		CHECK(!player_mix(&player, sum, 80, &play));
		for (int i = 0; i < 80; i++)
			CHECK_INT(sum[i], ==, (tick * 80 + i) % 30 + 1);
	}
	CHECK(player_stop(&player, &play));
	CHECK_INT(play, ==, 5);
	free(clip);
}

static void nothing_for_ever_ends_at_once(void)
{
	struct player player;
	struct clip *clip = ramp(0, 0);
	int32_t sum[80] = {0};
	uint32_t play;
	player_init(&player, release, NULL);
	player_start(&player, 6, &clip, 1, true);
	CHECK(player_mix(&player, sum, 80, &play));
	player_start(&player, 7, NULL, 0, true);
	CHECK(player_mix(&player, sum, 80, &play));
	CHECK_INT(play, ==, 7);
	free(clip);
}

static void a_replaced_clip_lives_until_its_last_player(void)
{
	struct player one, two;
	struct clip *clip = ramp(0, 100);
	int32_t sum[80] = {0};
	uint32_t play;
	released = 0;
	player_init(&one, release, NULL);
	player_init(&two, release, NULL);
	player_start(&one, 1, &clip, 1, false);
	player_start(&two, 2, &clip, 1, true);
	clip->replaced = true;
	player_mix(&one, sum, 80, &play);
	CHECK(player_mix(&one, sum, 80, &play));
	CHECK_INT(released, ==, 0);
	CHECK(player_stop(&two, &play));
	CHECK_INT(released, ==, 1);
}

static void two_players_add_up(void)
{
	struct player player;
	struct clip *clip = ramp(100, 80);
	int32_t sum[80];
	uint32_t play;
	for (int i = 0; i < 80; i++)
		sum[i] = 1000;
	player_init(&player, release, NULL);
	player_start(&player, 1, &clip, 1, false);
	CHECK(player_mix(&player, sum, 80, &play));
	CHECK_INT(sum[79], ==, 1179);
	free(clip);
}

int main(void)
{
	TEST(clips_follow_without_a_gap);
	TEST(loops_until_stopped);
	TEST(nothing_for_ever_ends_at_once);
	TEST(a_replaced_clip_lives_until_its_last_player);
	TEST(two_players_add_up);
	return test_end();
}

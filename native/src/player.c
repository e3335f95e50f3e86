/* player: see player.h. */
#include "player.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int clip_create(struct clip **out, const int16_t *pcm, size_t samples)
{
	struct clip *clip = malloc(sizeof(*clip) + samples * sizeof(int16_t));
	*out = clip;
	if (clip == NULL)
		return -ENOMEM;
	clip->samples = samples;
	clip->users = 0;
	clip->replaced = false;
	if (samples > 0)
		memcpy(clip->pcm, pcm, samples * sizeof(int16_t));
	return 0;
}

void player_init(struct player *player, void (*release)(void *, struct clip *), void *context)
{
	memset(player, 0, sizeof(*player));
	player->release = release;
	player->context = context;
}

void player_start(struct player *player, uint32_t play, struct clip *const *clips, int count,
		  bool loop)
{
	size_t total = 0;
	player->count = count < PLAYER_MAX_CLIPS ? count : PLAYER_MAX_CLIPS;
	for (int i = 0; i < player->count; i++) {
		player->queue[i] = clips[i];
		clips[i]->users++;
		total += clips[i]->samples;
	}
	player->current = 0;
	player->at = 0;
	player->loop = loop && total > 0; /* nothing, for ever, would never end a tick */
	player->play = play;
	player->active = true;
}

static void finish(struct player *player)
{
	for (int i = 0; i < player->count; i++) {
		struct clip *clip = player->queue[i];
		if (--clip->users == 0 && clip->replaced)
			player->release(player->context, clip);
	}
	player->count = 0;
	player->active = false;
}

bool player_stop(struct player *player, uint32_t *play)
{
	if (!player->active)
		return false;
	*play = player->play;
	finish(player);
	return true;
}

bool player_mix(struct player *player, int32_t *sum, size_t n, uint32_t *play)
{
	if (!player->active)
		return false;
	size_t done = 0;
	while (player->current < player->count) {
		const struct clip *clip = player->queue[player->current];
		while (done < n && player->at < clip->samples)
			sum[done++] += clip->pcm[player->at++];
		if (player->at < clip->samples)
			return false;
		player->at = 0;
		if (++player->current == player->count && player->loop)
			player->current = 0;
	}
	*play = player->play;
	finish(player);
	return true;
}

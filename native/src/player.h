/* player: plays clips one after the other without a gap, once or for ever. One per port.
 * Engine thread; never allocates. Clips are made elsewhere and shared by all players. */
#ifndef LF_PLAYER_H
#define LF_PLAYER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLAYER_MAX_CLIPS = 128 };

/* Sound at 8000 Hz. users: players that hold it (engine thread); replaced: free when users is 0. */
struct clip {
	size_t samples;
	int users;
	bool replaced;
	int16_t pcm[];
};

int clip_create(struct clip **out, const int16_t *pcm, size_t samples); /* 0 or -ENOMEM */

/* Embedded in its port; fields are player.c's own. release: called for a clip that nobody uses. */
struct player {
	struct clip *queue[PLAYER_MAX_CLIPS];
	int count, current;
	size_t at;
	bool loop, active;
	uint32_t play;
	void (*release)(void *context, struct clip *clip);
	void *context;
};

void player_init(struct player *player, void (*release)(void *, struct clip *), void *context);
/* The player must not be active: stop it first, and report its end. */
void player_start(struct player *player, uint32_t play, struct clip *const *clips, int count,
		  bool loop);
/* True when something was playing; *play is its number. */
bool player_stop(struct player *player, uint32_t *play);
/* Adds n samples to sum. True when the last clip came to its end in them; *play is its number. */
bool player_mix(struct player *player, int32_t *sum, size_t n, uint32_t *play);
#endif

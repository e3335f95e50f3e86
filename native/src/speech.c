/* speech: see speech.h. */
#include "speech.h"

static const int BEGAN_MS = 60;	  /* a click or a knock on the handset is shorter */
static const int ENDED_MS = 2000; /* longer than people pause in their talk */
/* Mean square of -42 dBm0: the softest speech a trunk's detector takes, too. */
static const float SPEECH_POWER = 16440.0f;
static const float OVER_FLOOR = 8.0f;	   /* 9 dB over the room */
static const float FLOOR_RISE = 1.006f;  /* per 10 ms: 26 dB in 10 s, so a fan is soon the room */
static const float FLOOR_LEAST = 33.0f;	   /* mean square of -69 dBm0 */

void speech_reset(struct speech *speech)
{
	*speech = (struct speech){.floor = SPEECH_POWER};
}

static float mean_square(const int16_t *pcm, size_t n)
{
	int64_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += (int32_t)pcm[i] * pcm[i];
	return (float)sum / (float)n;
}

enum speech_change speech_feed(struct speech *speech, const int16_t *pcm, size_t n)
{
	if (n == 0)
		return SPEECH_SAME;
	int ms = (int)(n / 8);
	float power = mean_square(pcm, n);
	float risen = speech->floor * FLOOR_RISE;
	speech->floor = power < risen ? power : risen;
	if (speech->floor < FLOOR_LEAST)
		speech->floor = FLOOR_LEAST;

	if (power > SPEECH_POWER && power > speech->floor * OVER_FLOOR) {
		speech->loud_ms += ms;
		speech->quiet_ms = 0;
	} else {
		speech->loud_ms = speech->loud_ms > ms ? speech->loud_ms - ms : 0;
		if (speech->quiet_ms < ENDED_MS)
			speech->quiet_ms += ms;
	}
	if (speech->loud_ms >= BEGAN_MS) {
		speech->loud_ms = BEGAN_MS;
		if (speech->known && speech->talking)
			return SPEECH_SAME;
		speech->known = speech->talking = true;
		return SPEECH_BEGAN;
	}
	if (speech->quiet_ms >= ENDED_MS && (!speech->known || speech->talking)) {
		speech->known = true;
		speech->talking = false;
		return SPEECH_ENDED;
	}
	return SPEECH_SAME;
}

/* recorder: see recorder.h. The engine's half: two voices into a bounded ring. */
#include "recorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recordio.h"

int recorder_create(struct recorder **out, struct recordio *io, const char *path)
{
	*out = NULL;
	if (strlen(path) > RECORDER_MAX_PATH)
		return -ENAMETOOLONG;
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	if (recorder == NULL)
		return -ENOMEM;
	int error = ring_create(&recorder->ring, RECORDER_SAMPLE, RECORDER_CAPACITY);
	if (error < 0) {
		free(recorder);
		return error;
	}
	strcpy(recorder->path, path);
	recorder->fd = -1;
	recordio_adopt(io, recorder);
	*out = recorder;
	return 0;
}

/* A gap is made up for by as much silence, so that the two voices and the clock stay together. */
static bool fill_gap(struct recorder *recorder)
{
	static const int16_t silence[2 * RECORDER_FRAME];
	while (recorder->gap > 0) {
		size_t n = recorder->gap < RECORDER_FRAME ? recorder->gap : RECORDER_FRAME;
		if (ring_space(recorder->ring) < n)
			return false;
		ring_write(recorder->ring, silence, n);
		recorder->gap -= n;
	}
	return true;
}

void recorder_feed(struct recorder *recorder, const int16_t *left, const int16_t *right)
{
	int16_t stereo[2 * RECORDER_FRAME];
	/* A gap waits for room for all that is known to be missing up to a quarter of the ring. */
	bool room = recorder->gap == 0 || ring_space(recorder->ring) > RECORDER_CAPACITY / 2;
	if (!room || !fill_gap(recorder) || ring_space(recorder->ring) < RECORDER_FRAME) {
		recorder->gap += RECORDER_FRAME;
		atomic_fetch_add_explicit(recorder->lost, RECORDER_FRAME, memory_order_relaxed);
		return;
	}
	for (int i = 0; i < RECORDER_FRAME; i++) {
		stereo[2 * i] = left[i];
		stereo[2 * i + 1] = right[i];
	}
	ring_write(recorder->ring, stereo, RECORDER_FRAME);
}

void recorder_end(struct recorder *recorder)
{
	atomic_store_explicit(&recorder->ended, true, memory_order_release);
}

bool recorder_trouble(struct recorder *recorder, int *error)
{
	int now = atomic_load_explicit(&recorder->error, memory_order_relaxed);
	if (now == recorder->told)
		return false;
	recorder->told = *error = now;
	return true;
}

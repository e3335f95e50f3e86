/* recorder: carries one call's two voices from the tick to the I/O thread, which keeps a stereo WAV
 * playable at every moment. Left: what the port says; right: what its bridge and players send it.
 *
 *   engine thread ──recorder_feed──▶ ring ──▶ recordio thread ──▶ file */
#ifndef LF_RECORDER_H
#define LF_RECORDER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECORDER_FRAME = 80 };

struct recordio;
struct recorder;

struct recordio_counts {
	uint64_t bytes, lost, failures, cpu_us, open;
};

/* The thread that writes. Any thread; one recordio for an engine. 0, -ENOMEM, -EAGAIN. */
int recordio_create(struct recordio **out);
/* Completes and closes every recording, then ends the thread. No recorder may be fed any more. */
void recordio_free(struct recordio *io);
void recordio_read(struct recordio *io, struct recordio_counts *counts);

/* Control thread. The file is made by the I/O thread. 0, -ENOMEM, -ENAMETOOLONG. */
int recorder_create(struct recorder **out, struct recordio *io, const char *path);
/* Engine thread: RECORDER_FRAME samples of either side. */
void recorder_feed(struct recorder *recorder, const int16_t *left, const int16_t *right);
/* Engine thread: the last call for this recorder; the I/O thread completes and frees it. */
void recorder_end(struct recorder *recorder);
/* Engine thread: true when writing began to fail (*error > 0, errno) or works again (0). */
bool recorder_trouble(struct recorder *recorder, int *error);
#endif

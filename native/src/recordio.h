/* recordio: the half of the recorder that touches files. Private to recorder.c and recordio.c. */
#ifndef LF_RECORDIO_H
#define LF_RECORDIO_H
#include <stdatomic.h>
#include <sys/types.h>

#include "recorder.h"
#include "ring.h"

enum {
	RECORDER_MAX_PATH = 1023,
	RECORDER_SAMPLE = 4,      /* bytes: two int16 */
	RECORDER_CAPACITY = 32768 /* 4 s: a disk may stall that long before anything is lost */
};

struct recorder {
	struct ring *ring;
	atomic_bool ended;
	atomic_int error;   /* errno of the last write, 0 = fine */
	atomic_ullong *lost; /* the recordio's count of samples made up for */
	/* engine thread */
	int told;
	uint64_t gap;
	/* I/O thread */
	struct recorder *next;
	int fd;
	uint64_t data_bytes; /* in the file */
	bool opened;
	int64_t written_at, synced_at, sync_every_us;
	char path[RECORDER_MAX_PATH + 1];
};

/* Control thread: from now on the I/O thread looks after it. */
void recordio_adopt(struct recordio *io, struct recorder *recorder);
/* For tests: writes go through this instead of pwrite. */
void recordio_set_write(struct recordio *io,
			ssize_t (*write)(int fd, const void *data, size_t n, off_t at));
#endif

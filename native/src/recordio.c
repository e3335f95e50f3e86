/* recordio: see recordio.h. Appends once a second, then makes the header true: a reader, or a
 * kill -9 at any moment, always finds a whole WAV. Nothing here is ever waited for by the tick. */
#include "recordio.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 44, CHUNK = 4096 /* stereo samples */, POLL_MS = 50 };
static const int64_t APPEND_EVERY_US = 1000000;
static const int64_t SYNC_EVERY_US = 5000000;
/* A disk that takes this long over a sync is asked less often. */
static const int64_t SYNC_SLOW_US = 200000;
static const int64_t SYNC_RARELY_US = 60000000;

typedef ssize_t (*write_call)(int fd, const void *data, size_t n, off_t at);

struct recordio {
	pthread_t thread;
	int wake;
	atomic_bool stopping;
	pthread_mutex_t lock; /* guards fresh; control and I/O threads */
	struct recorder *fresh;
	struct recorder *all; /* I/O thread */
	atomic_ullong bytes, lost, failures, open;
	_Atomic(write_call) write; /* pwrite, or what a test puts in its place */
	unsigned char chunk[CHUNK * RECORDER_SAMPLE];
};

static int64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void put32(unsigned char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

/* Canonical WAV: PCM, 2 channels, 8000 Hz, 16 bit. */
static void make_header(unsigned char *header, uint64_t data_bytes)
{
	static const unsigned char fixed[HEADER] = {
		'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'A', 'V', 'E', 'f', 'm', 't', ' ', 16, 0, 0,
		0, 1, 0, 2, 0, 0x40, 0x1f, 0, 0, 0, 0x7d, 0, 0, 4, 0, 16, 0, 'd', 'a', 't', 'a'};
	/* 37 hours fit into a WAV; a longer one keeps its last true length. */
	uint32_t size = data_bytes > UINT32_MAX - 64 ? UINT32_MAX - 64 : (uint32_t)data_bytes;
	memcpy(header, fixed, HEADER);
	put32(header + 4, HEADER - 8 + size);
	put32(header + 40, size);
}

static int write_all(struct recordio *io, int fd, const unsigned char *data, size_t n, off_t at)
{
	while (n > 0) {
		ssize_t written = atomic_load(&io->write)(fd, data, n, at);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? -errno : -ENOSPC;
		data += written;
		n -= (size_t)written;
		at += written;
	}
	return 0;
}

static int write_header(struct recordio *io, struct recorder *recorder)
{
	unsigned char header[HEADER];
	make_header(header, recorder->data_bytes);
	return write_all(io, recorder->fd, header, HEADER, 0);
}

static int open_file(struct recordio *io, struct recorder *recorder)
{
	if (recorder->fd < 0)
		recorder->fd = open(recorder->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0640);
	if (recorder->fd < 0)
		return -errno;
	int error = write_header(io, recorder);
	recorder->opened = error == 0;
	return error;
}

/* Everything in the ring goes to the end of the file; what could not be written stays. */
static int append(struct recordio *io, struct recorder *recorder)
{
	int error = recorder->opened ? 0 : open_file(io, recorder);
	size_t before = recorder->data_bytes;
	while (error == 0 && ring_count(recorder->ring) > 0) {
		size_t n = ring_count(recorder->ring);
		if (n > CHUNK)
			n = CHUNK;
		ring_copy(recorder->ring, io->chunk, n);
		size_t size = n * RECORDER_SAMPLE;
		off_t at = HEADER + (off_t)recorder->data_bytes;
		error = write_all(io, recorder->fd, io->chunk, size, at);
		if (error < 0)
			break;
		ring_read(recorder->ring, NULL, n);
		recorder->data_bytes += size;
		atomic_fetch_add(&io->bytes, size);
	}
	if (recorder->opened && recorder->data_bytes != before) {
		int header_error = write_header(io, recorder);
		error = error < 0 ? error : header_error;
	}
	if (error < 0)
		atomic_fetch_add(&io->failures, 1);
	atomic_store(&recorder->error, -error);
	return error;
}

static void sync_file(struct recorder *recorder, int64_t now)
{
	if (!recorder->opened || now - recorder->synced_at < recorder->sync_every_us)
		return;
	fdatasync(recorder->fd); /* a failure shows in the next write; nothing is decided here */
	int64_t done = now_us();
	recorder->synced_at = done;
	recorder->sync_every_us = done - now > SYNC_SLOW_US ? SYNC_RARELY_US : SYNC_EVERY_US;
}

static void finish(struct recordio *io, struct recorder *recorder)
{
	append(io, recorder);
	if (recorder->fd >= 0)
		close(recorder->fd);
	atomic_fetch_sub(&io->open, 1);
	ring_free(recorder->ring);
	free(recorder);
}

static void take_fresh(struct recordio *io)
{
	pthread_mutex_lock(&io->lock);
	struct recorder *fresh = io->fresh;
	io->fresh = NULL;
	pthread_mutex_unlock(&io->lock);
	while (fresh != NULL) {
		struct recorder *next = fresh->next;
		fresh->synced_at = now_us();
		fresh->sync_every_us = SYNC_EVERY_US;
		fresh->next = io->all;
		io->all = fresh;
		fresh = next;
	}
}

static void look_after(struct recordio *io, bool last)
{
	struct recorder **at = &io->all;
	while (*at != NULL) {
		struct recorder *recorder = *at;
		int64_t now = now_us();
		if (last || atomic_load_explicit(&recorder->ended, memory_order_acquire)) {
			*at = recorder->next;
			finish(io, recorder);
			continue;
		}
		if (recorder->written_at == 0 || now - recorder->written_at >= APPEND_EVERY_US) {
			recorder->written_at = now;
			append(io, recorder);
			sync_file(recorder, now);
		}
		at = &recorder->next;
	}
}

static void *run(void *argument)
{
	struct recordio *io = argument;
	pthread_setname_np(pthread_self(), "lf-record");
	while (!atomic_load(&io->stopping)) {
		struct pollfd wake = {.fd = io->wake, .events = POLLIN};
		poll(&wake, 1, io->all == NULL ? -1 : POLL_MS);
		uint64_t count;
		if (read(io->wake, &count, sizeof(count)) < 0 && errno != EAGAIN)
			atomic_fetch_add(&io->failures, 1);
		take_fresh(io);
		look_after(io, false);
	}
	take_fresh(io);
	look_after(io, true);
	return NULL;
}

static void wake(struct recordio *io)
{
	uint64_t one = 1;
	if (write(io->wake, &one, sizeof(one)) < 0) /* full means: it is awake already */
		return;
}

int recordio_create(struct recordio **out)
{
	*out = NULL;
	struct recordio *io = calloc(1, sizeof(*io));
	if (io == NULL)
		return -ENOMEM;
	atomic_init(&io->write, pwrite);
	pthread_mutex_init(&io->lock, NULL);
	io->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	int error = io->wake < 0 ? errno : pthread_create(&io->thread, NULL, run, io);
	if (error != 0) {
		if (io->wake >= 0)
			close(io->wake);
		free(io);
		return -error;
	}
	*out = io;
	return 0;
}

void recordio_free(struct recordio *io)
{
	if (io == NULL)
		return;
	atomic_store(&io->stopping, true);
	wake(io);
	pthread_join(io->thread, NULL);
	close(io->wake);
	pthread_mutex_destroy(&io->lock);
	free(io);
}

void recordio_adopt(struct recordio *io, struct recorder *recorder)
{
	recorder->lost = &io->lost;
	atomic_fetch_add(&io->open, 1);
	pthread_mutex_lock(&io->lock);
	recorder->next = io->fresh;
	io->fresh = recorder;
	pthread_mutex_unlock(&io->lock);
	wake(io);
}

void recordio_set_write(struct recordio *io,
			ssize_t (*replacement)(int fd, const void *data, size_t n, off_t at))
{
	atomic_store(&io->write, replacement);
}

void recordio_read(struct recordio *io, struct recordio_counts *counts)
{
	struct timespec cpu = {0};
	clockid_t clock;
	if (pthread_getcpuclockid(io->thread, &clock) == 0)
		clock_gettime(clock, &cpu);
	counts->cpu_us = (uint64_t)cpu.tv_sec * 1000000 + (uint64_t)cpu.tv_nsec / 1000;
	counts->bytes = atomic_load(&io->bytes);
	counts->lost = atomic_load(&io->lost);
	counts->failures = atomic_load(&io->failures);
	counts->open = atomic_load(&io->open);
}

/* The recorder's engine half: channels, gaps, bounds. */
#include <errno.h>
#include <unistd.h>

#include "recorder.h"
#include "recordio.h"
#include "test.h"
#include "wav_file.h"

static char path[64];

static void feed(struct recorder *recorder, int16_t left, int16_t right, int ticks)
{
	int16_t l[RECORDER_FRAME], r[RECORDER_FRAME];
	for (int i = 0; i < RECORDER_FRAME; i++) {
		l[i] = left;
		r[i] = right;
	}
	for (int i = 0; i < ticks; i++)
		recorder_feed(recorder, l, r);
}

static void each_party_has_its_channel(void)
{
	struct recordio *io;
	struct recorder *recorder;
	CHECK_INT(recordio_create(&io), ==, 0);
	CHECK_INT(recorder_create(&recorder, io, path), ==, 0);
	feed(recorder, 1111, -2222, 50);
	recorder_end(recorder);
	recordio_free(io);
	struct wav_file wav = wav_file_read(path);
	CHECK_INT(wav.frames, ==, 4000);
	for (int i = 0; i < 4000; i++) {
		CHECK_INT(wav.samples[2 * i], ==, 1111);
		CHECK_INT(wav.samples[2 * i + 1], ==, -2222);
	}
	free(wav.samples);
	unlink(path);
}

static void a_path_too_long_is_refused(void)
{
	struct recordio *io;
	struct recorder *recorder;
	char text[RECORDER_MAX_PATH + 2];
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	CHECK_INT(recordio_create(&io), ==, 0);
	CHECK_INT(recorder_create(&recorder, io, text), ==, -ENAMETOOLONG);
	CHECK(recorder == NULL);
	recordio_free(io);
}

static ssize_t full(int fd, const void *data, size_t n, off_t at)
{
	(void)fd, (void)data, (void)n, (void)at;
	errno = ENOSPC;
	return -1;
}

static void a_disk_that_stands_still_costs_a_gap_and_no_more(void)
{
	struct recordio *io;
	struct recordio_counts counts;
	struct recorder *recorder;
	int error = 0;
	CHECK_INT(recordio_create(&io), ==, 0);
	recordio_set_write(io, full);
	CHECK_INT(recorder_create(&recorder, io, path), ==, 0);
	feed(recorder, 1, 1, 410); /* 4.096 s fit */
	feed(recorder, 2, 2, 100); /* these do not */
	for (int i = 0; i < 300 && !recorder_trouble(recorder, &error); i++)
		usleep(10000);
	CHECK_INT(error, ==, ENOSPC);
	CHECK(!recorder_trouble(recorder, &error));
	recordio_read(io, &counts);
	CHECK_INT(counts.lost, >=, 8000);
	CHECK_INT(counts.failures, >=, 1);
	recordio_set_write(io, pwrite);
	free(wav_file_await(path, 30000).samples);
	feed(recorder, 3, 3, 100);
	for (int i = 0; i < 300 && !recorder_trouble(recorder, &error); i++)
		usleep(10000);
	CHECK_INT(error, ==, 0);
	recorder_end(recorder);
	recordio_free(io);
	/* The clock was kept: 410 + 100 + 100 ticks, the gap is silence. */
	struct wav_file wav = wav_file_read(path);
	CHECK_INT(wav.frames, ==, 610 * RECORDER_FRAME);
	CHECK_INT(wav.samples[2 * 1000], ==, 1);
	CHECK_INT(wav.samples[2 * (500 * RECORDER_FRAME)], ==, 0);
	CHECK_INT(wav.samples[2 * (609 * RECORDER_FRAME)], ==, 3);
	free(wav.samples);
	unlink(path);
}

int main(void)
{
	snprintf(path, sizeof(path), "/tmp/recorder-test-%d.wav", (int)getpid());
	TEST(each_party_has_its_channel);
	TEST(a_path_too_long_is_refused);
	TEST(a_disk_that_stands_still_costs_a_gap_and_no_more);
	return test_end();
}

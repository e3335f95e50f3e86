/* The recorder's file half: a whole WAV at every moment, also when killed; errors and recovery. */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder.h"
#include "recordio.h"
#include "test.h"
#include "wav_file.h"

static char path[64];

static void feed(struct recorder *recorder, int ticks)
{
	int16_t pcm[RECORDER_FRAME] = {100, 200, 300};
	for (int i = 0; i < ticks; i++)
		recorder_feed(recorder, pcm, pcm);
}

/* Writes that stop at any byte, as a kill or a full disk would have it: whatever is in the file
 * after each single write must be a whole WAV. */
static int whole, broken;

static ssize_t write_and_look(int fd, const void *data, size_t n, off_t at)
{
	size_t part = n > 1000 ? n / 3 : n;
	ssize_t written = pwrite(fd, data, part, at);
	struct wav_file wav = wav_file_read(path);
	if (wav.frames < 0)
		broken++;
	else
		whole++;
	free(wav.samples);
	return written;
}

static void the_file_is_whole_after_every_write(void)
{
	struct recordio *io;
	struct recorder *recorder;
	CHECK_INT(recordio_create(&io), ==, 0);
	recordio_set_write(io, write_and_look);
	CHECK_INT(recorder_create(&recorder, io, path), ==, 0);
	for (int i = 0; i < 3; i++) {
		feed(recorder, 100);
		free(wav_file_await(path, 8000 * (i + 1)).samples);
	}
	recorder_end(recorder);
	recordio_free(io);
	CHECK_INT(broken, ==, 0);
	CHECK_INT(whole, >, 10);
	struct wav_file wav = wav_file_read(path);
	CHECK_INT(wav.frames, ==, 24000);
	free(wav.samples);
	unlink(path);
}

static void a_killed_process_leaves_a_playable_file(void)
{
	pid_t child = fork();
	if (child == 0) {
		struct recordio *io;
		struct recorder *recorder;
		if (recordio_create(&io) != 0 || recorder_create(&recorder, io, path) != 0)
			_exit(1);
		for (;;) {
			feed(recorder, 10);
			usleep(20000);
		}
	}
	CHECK(child > 0);
	struct wav_file before = wav_file_await(path, 4000);
	syscall(SYS_kill, child, 9); /* <signal.h> is hidden by the tests' signal.h */
	waitpid(child, NULL, 0);
	struct wav_file wav = wav_file_read(path);
	CHECK_INT(before.frames, >=, 4000);
	CHECK_INT(wav.frames, >=, before.frames);
	CHECK_INT(wav.samples[2 * 80 + 2], ==, 200);
	free(before.samples);
	free(wav.samples);
	unlink(path);
}

static void a_folder_that_is_missing_is_told_and_tried_again(void)
{
	struct recordio *io;
	struct recorder *recorder;
	char folder[64], file[80];
	int error = 0;
	snprintf(folder, sizeof(folder), "/tmp/recordio-folder-%d", (int)getpid());
	snprintf(file, sizeof(file), "%s/a.wav", folder);
	CHECK_INT(recordio_create(&io), ==, 0);
	CHECK_INT(recorder_create(&recorder, io, file), ==, 0);
	feed(recorder, 10);
	for (int i = 0; i < 300 && !recorder_trouble(recorder, &error); i++)
		usleep(10000);
	CHECK_INT(error, ==, ENOENT);
	char command[100];
	snprintf(command, sizeof(command), "mkdir %s", folder);
	CHECK_INT(system(command), ==, 0);
	struct wav_file wav = wav_file_await(file, 800);
	CHECK_INT(wav.frames, ==, 800);
	free(wav.samples);
	recorder_end(recorder);
	recordio_free(io);
	unlink(file);
	rmdir(folder);
}

static void closing_completes_what_is_open(void)
{
	struct recordio *io;
	struct recorder *recorders[5];
	struct recordio_counts counts;
	char files[5][80];
	CHECK_INT(recordio_create(&io), ==, 0);
	for (int i = 0; i < 5; i++) {
		snprintf(files[i], sizeof(files[i]), "%s.%d", path, i);
		CHECK_INT(recorder_create(&recorders[i], io, files[i]), ==, 0);
		feed(recorders[i], 7);
	}
	recordio_read(io, &counts);
	CHECK_INT(counts.open, ==, 5);
	recordio_free(io);
	for (int i = 0; i < 5; i++) {
		struct wav_file wav = wav_file_read(files[i]);
		CHECK_INT(wav.frames, ==, 560);
		free(wav.samples);
		unlink(files[i]);
	}
}

int main(void)
{
	snprintf(path, sizeof(path), "/tmp/recordio-test-%d.wav", (int)getpid());
	TEST(the_file_is_whole_after_every_write);
	TEST(a_killed_process_leaves_a_playable_file);
	TEST(a_folder_that_is_missing_is_told_and_tried_again);
	TEST(closing_completes_what_is_open);
	return test_end();
}

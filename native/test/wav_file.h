/* wav_file: reads a stereo WAV back as its header says, for the recorder's tests. */
#ifndef LF_WAV_FILE_H
#define LF_WAV_FILE_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct wav_file {
	long frames; /* by the header; -1: no valid WAV */
	int16_t *samples;
};

static inline uint32_t wav_u32(const unsigned char *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline struct wav_file wav_file_read(const char *path)
{
	struct wav_file wav = {-1, NULL};
	unsigned char header[44];
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return wav;
	if (fread(header, 1, 44, file) == 44 && memcmp(header, "RIFF", 4) == 0 &&
	    memcmp(header + 8, "WAVEfmt ", 8) == 0 && memcmp(header + 36, "data", 4) == 0 &&
	    wav_u32(header + 24) == 8000 && wav_u32(header + 4) == wav_u32(header + 40) + 36) {
		size_t bytes = wav_u32(header + 40);
		wav.samples = malloc(bytes + 4);
		if (wav.samples != NULL && fread(wav.samples, 1, bytes, file) == bytes)
			wav.frames = (long)bytes / 4;
	}
	fclose(file);
	return wav;
}

/* Waits up to 3 s of real time until the file says so many frames. */
static inline struct wav_file wav_file_await(const char *path, long frames)
{
	for (int i = 0;; i++) {
		struct wav_file wav = wav_file_read(path);
		if (wav.frames >= frames || i == 300)
			return wav;
		free(wav.samples);
		usleep(10000);
	}
}
#endif

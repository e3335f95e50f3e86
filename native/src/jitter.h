/* jitter: evens out the arrival of a far end's audio: a small buffer that grows when audio comes
 * late and shrinks when it stays full. One writer thread (JS), one reader (engine). */
#ifndef LF_JITTER_H
#define LF_JITTER_H
#include <stddef.h>
#include <stdint.h>

enum {
	JITTER_FRAME = 80,
	/* Two seconds: a script may hand over a sentence at once. Delay is trimmed in use. */
	JITTER_CAPACITY = 16384
};

enum jitter_result {
	JITTER_IDLE, /* the far end says nothing: silence */
	JITTER_AUDIO,
	JITTER_MISSING /* it speaks, but nothing was there in time: made up */
};

struct jitter;
int jitter_create(struct jitter **out); /* 0 or -ENOMEM */
void jitter_free(struct jitter *jitter);
/* Writer. Returns samples taken; the rest does not fit and is lost. */
size_t jitter_write(struct jitter *jitter, const int16_t *pcm, size_t n);
/* Writer: samples taken so far: the place of a signal in the stream. */
uint64_t jitter_written(const struct jitter *jitter);
/* Reader: JITTER_FRAME samples. */
enum jitter_result jitter_read(struct jitter *jitter, int16_t *pcm);
/* Reader: samples that have passed, played or dropped. A signal is due when its place <= this. */
uint64_t jitter_passed(const struct jitter *jitter);
/* Reader: samples dropped to shorten the delay. */
uint64_t jitter_trimmed(const struct jitter *jitter);
#endif

/* Rings: bounds, order across the end of the memory, two threads at once. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "ring.h"
#include "test.h"

static void sizes_are_checked(void)
{
	struct ring *ring;
	CHECK_INT(ring_create(&ring, 0, 8), ==, -EINVAL);
	CHECK_INT(ring_create(&ring, 4, 0), ==, -EINVAL);
	CHECK_INT(ring_create(&ring, 4, 12), ==, -EINVAL);
	CHECK(ring == NULL);
	ring_free(NULL);
}

static void takes_what_fits_and_keeps_order(void)
{
	struct ring *ring;
	int in[16], out[16], next = 0, expected = 0;
	CHECK_INT(ring_create(&ring, sizeof(int), 8), ==, 0);
	CHECK(ring_peek(ring) == NULL);
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 5; i++)
			in[i] = next++;
		CHECK_INT(ring_write(ring, in, 5), ==, 5);
		CHECK_INT(*(const int *)ring_peek(ring), ==, expected);
		CHECK_INT(ring_copy(ring, out, 16), ==, 5);
		CHECK_INT(ring_read(ring, out, 3), ==, 3);
		for (int i = 0; i < 3; i++)
			CHECK_INT(out[i], ==, expected++);
		CHECK_INT(ring_read(ring, NULL, 8), ==, 2);
		expected += 2;
	}
	CHECK_INT(ring_write(ring, in, 16), ==, 8);
	CHECK_INT(ring_space(ring), ==, 0);
	CHECK_INT(ring_write(ring, in, 1), ==, 0);
	ring_free(ring);
}

enum { MANY = 200000 };

static void *produce(void *argument)
{
	struct ring *ring = argument;
	for (uint32_t next = 0; next < MANY;) {
		uint32_t batch[7];
		for (uint32_t i = 0; i < 7; i++)
			batch[i] = next + i;
		size_t wanted = MANY - next < 7 ? MANY - next : 7;
		next += (uint32_t)ring_write(ring, batch, wanted);
	}
	return NULL;
}

static void two_threads_lose_nothing(void)
{
	struct ring *ring;
	pthread_t producer;
	uint32_t expected = 0, wrong = 0;
	CHECK_INT(ring_create(&ring, sizeof(uint32_t), 64), ==, 0);
	CHECK_INT(pthread_create(&producer, NULL, produce, ring), ==, 0);
	while (expected < MANY) {
		uint32_t got[11];
		size_t n = ring_read(ring, got, 11);
		for (size_t i = 0; i < n; i++)
			wrong += got[i] != expected++;
	}
	pthread_join(producer, NULL);
	CHECK_INT(wrong, ==, 0);
	CHECK_INT(ring_count(ring), ==, 0);
	ring_free(ring);
}

int main(void)
{
	TEST(sizes_are_checked);
	TEST(takes_what_fits_and_keeps_order);
	TEST(two_threads_lose_nothing);
	return test_end();
}

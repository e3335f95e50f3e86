/* ring: see ring.h. Head and tail count for ever; their difference is the fill. */
#include "ring.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 };

struct ring {
	size_t item;
	size_t capacity;
	char apart_a[CACHE_LINE];
	atomic_size_t head; /* written by the producer */
	char apart_b[CACHE_LINE];
	atomic_size_t tail; /* written by the consumer */
	char apart_c[CACHE_LINE];
	unsigned char data[];
};

int ring_create(struct ring **out, size_t item, size_t capacity)
{
	*out = NULL;
	if (item == 0 || capacity == 0 || (capacity & (capacity - 1)) != 0)
		return -EINVAL;
	struct ring *ring = calloc(1, sizeof(*ring) + item * capacity);
	if (ring == NULL)
		return -ENOMEM;
	ring->item = item;
	ring->capacity = capacity;
	*out = ring;
	return 0;
}

void ring_free(struct ring *ring)
{
	free(ring);
}

size_t ring_count(const struct ring *ring)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	return head - tail;
}

size_t ring_space(const struct ring *ring)
{
	return ring->capacity - ring_count(ring);
}

size_t ring_write(struct ring *ring, const void *items, size_t n)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	size_t space = ring->capacity - (head - tail);
	if (n > space)
		n = space;
	size_t at = head & (ring->capacity - 1);
	size_t first = n < ring->capacity - at ? n : ring->capacity - at;
	memcpy(ring->data + at * ring->item, items, first * ring->item);
	memcpy(ring->data, (const unsigned char *)items + first * ring->item,
	       (n - first) * ring->item);
	atomic_store_explicit(&ring->head, head + n, memory_order_release);
	return n;
}

size_t ring_copy(const struct ring *ring, void *items, size_t n)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	size_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
	if (n > head - tail)
		n = head - tail;
	size_t at = tail & (ring->capacity - 1);
	size_t first = n < ring->capacity - at ? n : ring->capacity - at;
	memcpy(items, ring->data + at * ring->item, first * ring->item);
	memcpy((unsigned char *)items + first * ring->item, ring->data, (n - first) * ring->item);
	return n;
}

size_t ring_read(struct ring *ring, void *items, size_t n)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	if (items != NULL)
		n = ring_copy(ring, items, n);
	else if (n > ring_count(ring))
		n = ring_count(ring);
	atomic_store_explicit(&ring->tail, tail + n, memory_order_release);
	return n;
}

const void *ring_peek(const struct ring *ring)
{
	if (ring_count(ring) == 0)
		return NULL;
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	return ring->data + (tail & (ring->capacity - 1)) * ring->item;
}

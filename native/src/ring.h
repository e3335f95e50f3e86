/* ring: bounded queue of fixed-size items, one producer thread, one consumer thread, no locks.
 * Not for several producers: give each its own ring. */
#ifndef LF_RING_H
#define LF_RING_H
#include <stdbool.h>
#include <stddef.h>

struct ring;
/* capacity: a power of two. 0, -EINVAL, -ENOMEM. */
int ring_create(struct ring **out, size_t item, size_t capacity);
void ring_free(struct ring *ring);
/* Producer. All n items or as many as fit; returns their number. */
size_t ring_write(struct ring *ring, const void *items, size_t n);
size_t ring_space(const struct ring *ring);
/* Consumer. Up to n items; returns their number. items NULL: thrown away. */
size_t ring_read(struct ring *ring, void *items, size_t n);
/* Consumer: as ring_read, but the items stay. */
size_t ring_copy(const struct ring *ring, void *items, size_t n);
size_t ring_count(const struct ring *ring);
/* Consumer: the oldest item where it lies, or NULL; valid until it is read. */
const void *ring_peek(const struct ring *ring);
#endif

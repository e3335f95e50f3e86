/* failing_alloc: lets the nth allocation of the code under test fail (linked with --wrap). Only
 * what is compiled here is wrapped, not spandsp and SpeexDSP. */
#ifndef LF_FAILING_ALLOC_H
#define LF_FAILING_ALLOC_H
#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

static int alloc_left = -1; /* allocations until one fails; -1 = never */

static inline bool alloc_fails(void)
{
	return alloc_left >= 0 && alloc_left-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return alloc_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return alloc_fails() ? NULL : __real_calloc(count, size);
}
#endif

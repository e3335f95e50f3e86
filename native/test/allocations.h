/* allocations: counts what is allocated while a noun works, so that "no allocation after create" is
 * tested, not promised. Needs AddressSanitizer, which the tests are built with. */
#ifndef LF_ALLOCATIONS_H
#define LF_ALLOCATIONS_H
#include <stddef.h>

/* As in sanitizer/allocator_interface.h, which gcc does not install. */
int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t),
											  void (*)(const volatile void *));

static volatile int allocations_made;

static inline void allocations_note(const volatile void *at, size_t size)
{
	(void)at;
	(void)size;
	allocations_made++;
}

static inline void allocations_note_free(const volatile void *at)
{
	(void)at;
	allocations_made++;
}

static inline void allocations_begin(void)
{
	static int installed;
	if (!installed)
		installed =
			__sanitizer_install_malloc_and_free_hooks(allocations_note, allocations_note_free);
	allocations_made = 0;
}
#endif

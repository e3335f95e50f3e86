/* denormals: makes the calling thread take numbers too small for a normal float for zero. A filter
 * that fades out on digital silence ends among them, and each costs some 100 cycles: measured, one
 * of spandsp's tone detectors 0.7 us per 10 ms of speech and 22 us per 10 ms of silence after
 * it. */
#ifndef LF_DENORMALS_H
#define LF_DENORMALS_H
#if defined(__SSE2__)
#include <immintrin.h>
#endif

/* For threads that filter audio; once, at their start. Elsewhere than on x86 and arm64: no
 * effect. */
static inline void denormals_off(void)
{
#if defined(__SSE2__)
	_mm_setcsr(_mm_getcsr() | 0x8040); /* flush results to zero, take operands for zero */
#elif defined(__aarch64__)
	unsigned long control;
	__asm__ volatile("mrs %0, fpcr" : "=r"(control));
	__asm__ volatile("msr fpcr, %0" : : "r"(control | 1ul << 24));
#endif
}
#endif

/* test: the harness of the C tests. One program per noun:
 *
 *	static void plays_nothing_at_rest(void) { CHECK(!tone_playing(t)); CHECK_INT(n, ==, 80); }
 *	int main(void) { TEST(plays_nothing_at_rest); return test_end(); }
 *
 * Prints "ok NAME" or "not ok NAME: why" per test; exit code 1 if one failed. A failed CHECK leaves
 * the function it stands in, so use it in test functions (void) only. */
#ifndef LF_TEST_H
#define LF_TEST_H
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int test_failures;
static char test_why[512];

#define TEST_PRINTF __attribute__((format(printf, 1, 2)))

TEST_PRINTF static inline void test_fail(const char *format, ...)
{
	va_list arguments;
	if (test_why[0] != '\0')
		return; /* the first reason is the one to read */
	va_start(arguments, format);
	vsnprintf(test_why, sizeof test_why, format, arguments);
	va_end(arguments);
}

/* A measured figure for the reader, beside its limit; never a verdict. */
TEST_PRINTF static inline void test_note(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	printf("# ");
	vprintf(format, arguments);
	printf("\n");
	va_end(arguments);
}

static inline void test_run(const char *name, void (*body)(void))
{
	test_why[0] = '\0';
	body();
	if (test_why[0] == '\0') {
		printf("ok %s\n", name);
	} else {
		printf("not ok %s: %s\n", name, test_why);
		test_failures++;
	}
	fflush(stdout);
}

static inline int test_end(void)
{
	return test_failures > 0 ? 1 : 0;
}

#define TEST(function) test_run(#function, function)

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			test_fail("line %d: %s", __LINE__, #condition);                            \
			return;                                                                    \
		}                                                                                  \
	} while (0)

#define CHECK_INT(value, relation, limit)                                                          \
	do {                                                                                       \
		long long value_ = (long long)(value), limit_ = (long long)(limit);                \
		if (!(value_ relation limit_)) {                                                   \
			test_fail("line %d: %s is %lld, should be %s %lld", __LINE__, #value,      \
				  value_, #relation, limit_);                                      \
			return;                                                                    \
		}                                                                                  \
	} while (0)

#define CHECK_NEAR(value, target, tolerance)                                                       \
	do {                                                                                       \
		double value_ = (value), target_ = (target), tolerance_ = (tolerance);             \
		if (!(value_ >= target_ - tolerance_ && value_ <= target_ + tolerance_)) {         \
			test_fail("line %d: %s is %g, should be %g +- %g", __LINE__, #value,       \
				  value_, target_, tolerance_);                                    \
			return;                                                                    \
		}                                                                                  \
	} while (0)

#define CHECK_TEXT(value, target)                                                                  \
	do {                                                                                       \
		const char *value_ = (value), *target_ = (target);                                 \
		if (strcmp(value_, target_) != 0) {                                                \
			test_fail("line %d: %s is \"%s\", should be \"%s\"", __LINE__, #value,     \
				  value_, target_);                                                \
			return;                                                                    \
		}                                                                                  \
	} while (0)
#endif

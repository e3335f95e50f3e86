/* What a float too small to be normal is worth before and after. */
#include "denormals.h"
#include "test.h"

static void smallest_numbers_become_zero(void)
{
	volatile float normal = 1.5e-38f, half = 0.5f, denormal = 1e-40f, one = 1.0f;
	CHECK(normal * half > 0.0f);
	CHECK(denormal * one > 0.0f);
	denormals_off();
	CHECK(normal * half == 0.0f);
	CHECK(denormal * one == 0.0f);
	CHECK(normal * one > 0.0f);
}

int main(void)
{
	TEST(smallest_numbers_become_zero);
	return test_end();
}

#include "stats/walsh.h"

#include <stdint.h>
#include <string.h>

#define SIGN (UINT64_C(1) << 63)

size_t
walsh_count(size_t n)
{
	return n % 2 ? (n + 1) / 2 * n : n / 2 * (n + 1);
}

/* Doubles in ascending order are numbered without gaps: bisecting the numbers ends at one double
 * after at most 64 steps, near zero as elsewhere. */
static uint64_t
number_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits & SIGN ? ~bits : bits | SIGN;
}

static double
numbered(uint64_t number)
{
	uint64_t bits = number & SIGN ? number & ~SIGN : ~number;
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* Averages that are not above the limit. They rise with both indices, so that the partner of a
 * larger x[i] lies at or before that of a smaller one. */
static size_t
count_up_to(const double *x, size_t n, double limit)
{
	size_t count = 0, end = n;

	for (size_t i = 0; i < n; i++) {
		while (end > i && (x[i] + x[end - 1]) / 2 > limit)
			end--;
		if (end == i)
			break;
		count += end - i;
	}
	return count;
}

double
walsh_select(const double *sorted, size_t n, size_t k)
{
	uint64_t lo = number_of(sorted[0]), hi = number_of(sorted[n - 1]);

	while (lo < hi) {
		uint64_t half = lo + (hi - lo) / 2;

		if (count_up_to(sorted, n, numbered(half)) >= k)
			hi = half;
		else
			lo = half + 1;
	}
	return numbered(hi) + 0.0; /* a zero without a sign */
}

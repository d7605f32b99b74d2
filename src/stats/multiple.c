#include "stats/multiple.h"

#include "base/mem.h"
#include "stats/order.h"

#include <math.h>
#include <string.h>

/* Evidence from this on is rejected. */
static size_t
reject_from(const double *logw, size_t n, double least, bool *ret_rejected)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		ret_rejected[i] = logw[i] >= least;
		count += ret_rejected[i];
	}
	return count;
}

static double *
sorted_copy(const double *logw, size_t n)
{
	double *copy = xcalloc(n + 1, sizeof(*copy));

	if (n)
		memcpy(copy, logw, n * sizeof(*copy));
	stats_sort(copy, n);
	return copy;
}

size_t
multiple_bonferroni(const double *logw, size_t n, size_t m, double alpha, bool *ret_rejected)
{
	return reject_from(logw, n, log((double)m / alpha), ret_rejected);
}

/* Equal evidence is rejected together or not at all: what the next one needs is always less. */
size_t
multiple_holm(const double *logw, size_t n, size_t m, double alpha, bool *ret_rejected)
{
	scoped_free double *sorted = sorted_copy(logw, n);
	double least = NAN;

	for (size_t k = 1; k <= n; k++) {
		if (sorted[n - k] < log((double)(m - k + 1) / alpha))
			break;
		least = sorted[n - k];
	}
	return reject_from(logw, n, least, ret_rejected);
}

size_t
multiple_ebh(const double *logw, size_t n, size_t m, double q, bool *ret_rejected)
{
	scoped_free double *sorted = sorted_copy(logw, n);
	double least = NAN;

	for (size_t k = 1; k <= n; k++)
		if (sorted[n - k] >= log((double)m / ((double)k * q)))
			least = sorted[n - k];
	return reject_from(logw, n, least, ret_rejected);
}

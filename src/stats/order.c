#include "stats/order.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
stats_sort(double *x, size_t n)
{
	if (n > 1)
		qsort(x, n, sizeof(*x), ascending);
}

double
stats_quantile(const double *sorted, size_t n, double p)
{
	if (n == 0)
		return NAN;
	double at = p * (double)(n - 1);
	size_t i = (size_t)at;

	if (i >= n - 1)
		return sorted[n - 1];
	return sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]);
}

double
stats_median_sorted(const double *sorted, size_t n)
{
	if (n == 0)
		return NAN;
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

double
stats_median(const double *x, size_t n)
{
	scoped_free double *sorted = xcalloc(n + 1, sizeof(*sorted));

	if (n)
		memcpy(sorted, x, n * sizeof(*x));
	stats_sort(sorted, n);
	return stats_median_sorted(sorted, n);
}

double
stats_spread(const double *x, size_t n)
{
	scoped_free double *away = xcalloc(n + 1, sizeof(*away));
	double m = stats_median(x, n);

	for (size_t i = 0; i < n; i++)
		away[i] = fabs(x[i] - m);
	stats_sort(away, n);
	return MAD_NORMAL * stats_median_sorted(away, n);
}

/* Outwards from the centre the distances come in ascending order. */
double
stats_spread_sorted(const double *sorted, size_t n)
{
	double m = stats_median_sorted(sorted, n), last = 0, now = 0;
	size_t left = n / 2, right = left; /* the next ones: sorted[left - 1] and sorted[right] */

	if (n == 0)
		return NAN;
	for (size_t i = 0; i <= n / 2; i++) {
		double below = left > 0 ? m - sorted[left - 1] : INFINITY;
		double above = right < n ? sorted[right] - m : INFINITY;

		last = now;
		now = below < above ? below : above;
		if (below < above)
			left--;
		else
			right++;
	}
	return MAD_NORMAL * (n % 2 ? now : (last + now) / 2);
}

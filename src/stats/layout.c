#include "stats/layout.h"

#include "base/mem.h"
#include "stats/order.h"

#include <math.h>
#include <stdlib.h>

#define CLAIM_LEAST 0.005
#define CLAIM_SIGMAS 2.5

struct measured {
	unsigned layout;
	size_t at; /* order of time */
	double d;
};

static int
by_layout(const void *a, const void *b)
{
	const struct measured *x = a, *y = b;

	if (x->layout != y->layout)
		return x->layout < y->layout ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Variance of the median of n draws of a normal distribution of variance 1: within 1 % of the
 * exact one from 3 on, which is pi/2 over n in the end. */
static double
median_variance(size_t n)
{
	double beside = n % 2 ? 0.5 : 1.3;

	return n < 3 ? 1 / (double)n : M_PI_2 / ((double)n + beside);
}

static double
variance(const double *x, size_t n)
{
	double mean = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		mean += x[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return sum / (double)(n - 1);
}

/* What single differences vary by within a layout, from neighbours in time: neither where a layout
 * lies nor a few launches gone wrong have a say in it. */
static double
spread_of_one(const double *steps, size_t n)
{
	return MAD_NORMAL * stats_median(steps, n) / M_SQRT2;
}

double
layout_noise(const double *d, const unsigned *layout, size_t n)
{
	scoped_free struct measured *all = xcalloc(n + 1, sizeof(*all));
	scoped_free double *values = xcalloc(n + 1, sizeof(*values));
	scoped_free double *medians = xcalloc(n + 1, sizeof(*medians));
	scoped_free double *steps = xcalloc(n + 1, sizeof(*steps));
	size_t layouts = 0, n_steps = 0;
	double own = 0;

	for (size_t i = 0; i < n; i++)
		all[i] = (struct measured){layout[i], i, d[i]};
	if (n)
		qsort(all, n, sizeof(*all), by_layout);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && all[to].layout == all[from].layout; to++) {
			values[to - from] = all[to].d;
			if (to > from)
				steps[n_steps++] = fabs(all[to].d - all[to - 1].d);
		}
		medians[layouts++] = stats_median(values, to - from);
		own += median_variance(to - from);
	}
	if (layouts < LAYOUTS_LEAST || n_steps == 0)
		return NAN;
	double one = spread_of_one(steps, n_steps);
	return sqrt(fmax(0, variance(medians, layouts) - one * one * own / (double)layouts));
}

double
layout_least_claim(double noise)
{
	return fmax(CLAIM_LEAST, CLAIM_SIGMAS * noise);
}

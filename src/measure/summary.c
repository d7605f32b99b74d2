/* A launch's rounds in a few numbers: launch_sample(). */
#include "measure/launch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Neumaier's compensated sum: the mean must not depend on the order of the rounds. */
static double
sum_of(const double *v, size_t n)
{
	double sum = 0, lost = 0;

	for (size_t i = 0; i < n; i++) {
		double t = sum + v[i];

		lost += fabs(sum) >= fabs(v[i]) ? (sum - t) + v[i] : (v[i] - t) + sum;
		sum = t;
	}
	return sum + lost;
}

static double
stddev_of(const double *v, size_t n, double mean)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (v[i] - mean) * (v[i] - mean);
	return n > 1 ? sqrt(sum / (double)(n - 1)) : 0;
}

/* Hyndman and Fan's type 7: linear between order statistics. */
static double
quantile(const double *sorted, size_t n, double p)
{
	double at = p * (double)(n - 1);
	size_t i = (size_t)at;
	double part = at - (double)i;

	return i + 1 < n ? sorted[i] + part * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static double
median_of(const double *sorted, size_t n)
{
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/* As pytest-benchmark has it: Tukey's halves for an even number of rounds, the "method 3" of the
 * textbooks for an odd one. */
static double
iqr_of(const double *s, size_t n)
{
	size_t k = n / 4;

	if (n == 1)
		return 0;
	if (n % 2 == 0)
		return median_of(s + n / 2, n / 2) - median_of(s, n / 2);
	if (n % 4 == 1)
		return (.75 * s[3 * k] + .25 * s[3 * k + 1]) - (.25 * s[k - 1] + .75 * s[k]);
	return (.25 * s[3 * k + 1] + .75 * s[3 * k + 2]) - (.75 * s[k] + .25 * s[k + 1]);
}

static double *
sorted_copy(const double *v, size_t n)
{
	double *copy = xreallocarray(NULL, n, sizeof(*copy));

	memcpy(copy, v, n * sizeof(*copy));
	qsort(copy, n, sizeof(*copy), by_value);
	return copy;
}

void
launch_sample(const struct launch_bench *bench, struct sample *ret)
{
	size_t n = bench->n_values;

	if (bench->has_summary) {
		*ret = bench->summary;
		return;
	}
	for (int i = 0; i < SUMMARY_COUNT; i++)
		ret->v[i] = NAN;
	ret->rounds = n;
	ret->iterations = bench->iterations;
	if (!n)
		return;
	scoped_free double *s = sorted_copy(bench->values, n);
	ret->v[SUMMARY_MIN] = s[0];
	ret->v[SUMMARY_Q25] = quantile(s, n, .25);
	ret->v[SUMMARY_MEDIAN] = median_of(s, n);
	ret->v[SUMMARY_MEAN] = sum_of(s, n) / (double)n;
	ret->v[SUMMARY_MAX] = s[n - 1];
	ret->v[SUMMARY_STDDEV] = stddev_of(s, n, ret->v[SUMMARY_MEAN]);
	ret->v[SUMMARY_IQR] = iqr_of(s, n);
	if (!bench->cpu_values)
		return;
	scoped_free double *cpu = sorted_copy(bench->cpu_values, n);
	ret->v[SUMMARY_CPU_Q25] = quantile(cpu, n, .25);
	ret->v[SUMMARY_CPU_MEDIAN] = median_of(cpu, n);
	ret->v[SUMMARY_CPU_MEAN] = sum_of(cpu, n) / (double)n;
}

#include "stats/summary.h"

#include "base/mem.h"
#include "stats/order.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Neumaier's compensated sum: hi + lo is the sum to twice the working precision. */
struct sum {
	double hi, lo;
};

static void
sum_add(struct sum *s, double x)
{
	double t = s->hi + x;

	s->lo += fabs(s->hi) >= fabs(x) ? (s->hi - t) + x : (x - t) + s->hi;
	s->hi = t;
}

double
stats_sum(const double *x, size_t n)
{
	struct sum s = {0, 0};

	for (size_t i = 0; i < n; i++)
		sum_add(&s, x[i]);
	return isfinite(s.lo) ? s.hi + s.lo : s.hi;
}

double
stats_mean(const double *x, size_t n)
{
	struct sum s = {0, 0};

	if (n == 0)
		return NAN;
	for (size_t i = 0; i < n; i++)
		sum_add(&s, x[i]);
	double mean = (s.hi + s.lo) / (double)n;
	/* One step of refinement takes back the rounding of the division. */
	return mean + (fma(-mean, (double)n, s.hi) + s.lo) / (double)n;
}

/* As exact as the mean: Python's is, and files are compared with its. */
static double
stddev(const double *x, size_t n, double mean)
{
	struct sum squares = {0, 0}, rest = {0, 0};
	double m = (double)n - 1;

	if (n < 2)
		return 0;
	for (size_t i = 0; i < n; i++) {
		double d = x[i] - mean, back = d - x[i];
		double lost = (x[i] - (d - back)) - (mean + back);

		sum_add(&squares, d * d);
		sum_add(&squares, fma(d, d, -(d * d)) + 2 * d * lost);
		sum_add(&rest, d);
		sum_add(&rest, lost);
	}
	/* What the rounding of the mean adds. */
	squares.lo -= (rest.hi + rest.lo) * (rest.hi + rest.lo) / (double)n;
	double variance = (squares.hi + squares.lo) / m;
	double missing = (fma(-variance, m, squares.hi) + squares.lo) / m;
	double root = sqrt(variance);
	return root > 0 ? root + (fma(-root, root, variance) + missing) / (2 * root) : 0;
}

void
stats_quartiles(const double *s, size_t n, double *ret_q1, double *ret_q3)
{
	size_t k = n / 4;

	if (n == 1) {
		*ret_q1 = *ret_q3 = s[0];
	} else if (n % 2 == 0) {
		*ret_q1 = stats_median(s, n / 2);
		*ret_q3 = stats_median(s + n / 2, n / 2);
	} else if (n % 4 == 1) {
		*ret_q1 = 0.25 * s[k - 1] + 0.75 * s[k];
		*ret_q3 = 0.75 * s[3 * k] + 0.25 * s[3 * k + 1];
	} else {
		*ret_q1 = 0.75 * s[k] + 0.25 * s[k + 1];
		*ret_q3 = 0.25 * s[3 * k + 1] + 0.75 * s[3 * k + 2];
	}
}

void
stats_fences(const double *s, size_t n, double q1, double q3, double mean, double stddev,
	struct stats_fences *ret)
{
	double low = q1 - 1.5 * (q3 - q1), high = q3 + 1.5 * (q3 - q1);
	size_t below = 0, above;

	while (below < n - 1 && s[below] < low)
		below++;
	for (above = n; above > 0 && s[above - 1] > high;)
		above--;
	*ret = (struct stats_fences){
		.low = s[below], .high = s[above ? above - 1 : 0], .outside = below + (n - above)};
	for (size_t i = 0; i < n; i++)
		ret->deviating += s[i] < mean - stddev || s[i] > mean + stddev;
}

void
stats_summary(const double *x, size_t n, struct stats_summary *ret)
{
	bool usable = n > 0;

	for (size_t i = 0; i < n; i++)
		usable = usable && isfinite(x[i]);
	if (!usable) {
		*ret = (struct stats_summary){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
		return;
	}
	scoped_free double *sorted = xcalloc(n, sizeof(*sorted));
	double q1, q3;

	memcpy(sorted, x, n * sizeof(*x));
	stats_sort(sorted, n);
	stats_quartiles(sorted, n, &q1, &q3);
	ret->min = sorted[0];
	ret->q25 = stats_quantile(sorted, n, 0.25);
	ret->median = stats_median(sorted, n);
	ret->mean = stats_mean(x, n);
	ret->max = sorted[n - 1];
	ret->stddev = stddev(x, n, ret->mean);
	ret->iqr = q3 - q1;
}

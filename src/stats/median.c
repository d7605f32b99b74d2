#include "stats/median.h"

#include <math.h>
#include <stdbool.h>

#define EXACT_MAX 1000 /* beyond it the binomial tail is the normal one */

/* Not lgamma(), which leaves its sign where all threads have it. */
static double
log_factorial(size_t n)
{
	int sign;

	return lgamma_r((double)n + 1, &sign);
}

/* Twice the chance of fewer than c heads in n throws. */
static double
tails(size_t n, size_t c)
{
	double sum = 0;

	for (size_t i = 0; i < c; i++)
		sum += exp(log_factorial(n) - log_factorial(i) - log_factorial(n - i) -
			   (double)n * log(2));
	return 2 * sum;
}

/* By bisection on erfc. */
double
stats_normal_reach(double p)
{
	double lo = 0, hi = 40;

	for (int i = 0; i < 100; i++) {
		double z = (lo + hi) / 2;

		if (erfc(z / sqrt(2)) > p)
			lo = z;
		else
			hi = z;
	}
	return (lo + hi) / 2;
}

/* Hoare's selection: the k-th smallest, with nothing larger before it and nothing smaller behind.
 */
static double
select_kth(double *x, size_t n, size_t k)
{
	size_t lo = 0, hi = n - 1;

	while (lo < hi) {
		double pivot = x[lo + (hi - lo) / 2];
		size_t i = lo, j = hi;

		for (;;) {
			while (x[i] < pivot)
				i++;
			while (x[j] > pivot)
				j--;
			if (i >= j)
				break;
			double t = x[i];
			x[i++] = x[j];
			x[j--] = t;
		}
		if (k <= j)
			hi = j;
		else
			lo = j + 1;
	}
	return x[k];
}

double
stats_log_median_error(double *x, size_t n)
{
	if (n < 5)
		return (double)NAN;
	for (size_t i = 0; i < n; i++)
		if (!(x[i] > 0) || !isfinite(x[i]))
			return (double)NAN;
	double place = round(((double)n + 1) / 2 - sqrt((double)n));
	size_t c = place < 1 ? 1 : (size_t)place;
	double z = n > EXACT_MAX ? 2 : stats_normal_reach(tails(n, c));
	double hi = select_kth(x, n, n - c);
	return (log(hi) - log(select_kth(x, n - c, c - 1))) / (2 * z);
}

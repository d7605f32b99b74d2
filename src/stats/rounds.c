#include "stats/rounds.h"

#include "stats/order.h"

#include <math.h>

/* Sum of squared distances of the logs of an arm's means from their mean; *ret_n launches. */
static double
squares_of_arm(const struct rounds_launch *launches, size_t n, size_t arm, size_t *ret_n)
{
	double sum = 0, squares = 0;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (launches[i].arm != arm)
			continue;
		sum += log(launches[i].mean);
		k++;
	}
	for (size_t i = 0; i < n; i++)
		if (launches[i].arm == arm)
			squares += pow(log(launches[i].mean) - sum / (double)k, 2);
	*ret_n = k;
	return squares;
}

static bool
is_first_of_arm(const struct rounds_launch *launches, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (launches[j].arm == launches[i].arm)
			return false;
	return true;
}

void
rounds_variances(
	const struct rounds_launch *launches, size_t n, double *ret_within, double *ret_between)
{
	double within = 0, freedom = 0, squares = 0, spare = 0, share = 0;

	for (size_t i = 0; i < n; i++) {
		double relative = launches[i].stddev / launches[i].mean;

		within += (launches[i].rounds - 1) * relative * relative;
		freedom += launches[i].rounds - 1;
		share += 1 / launches[i].rounds;
		if (is_first_of_arm(launches, i)) {
			size_t k;

			squares += squares_of_arm(launches, n, launches[i].arm, &k);
			spare += (double)k - 1;
		}
	}
	*ret_within = freedom > 0 ? within / freedom : 0;
	*ret_between = spare > 0 ? fmax(0, squares / spare - *ret_within * share / (double)n) : 0;
}

unsigned
rounds_best(double launch_cost, double round_cost, double within, double between)
{
	if (!(within > 0) || !(round_cost > 0) || !(launch_cost > 0))
		return ROUNDS_LEAST;
	double best = sqrt(launch_cost / round_cost * within / fmax(between, within / 10));

	best = ceil(fmax(best, launch_cost / round_cost));
	return best < ROUNDS_LEAST  ? ROUNDS_LEAST
	       : best > ROUNDS_MOST ? ROUNDS_MOST
				    : (unsigned)best;
}

size_t
rounds_warmup(const double *profile, size_t n, bool *ret_steady)
{
	size_t half = n / 2;
	double steady = stats_median(profile + half, n - half);
	double spread = stats_spread(profile + half, n - half);

	*ret_steady = true;
	if (n < 6)
		return 0;
	for (size_t w = 0; w <= half; w++)
		if (fabs(stats_median(profile + w, 3) - steady) <= spread)
			return w;
	*ret_steady = false;
	return half;
}

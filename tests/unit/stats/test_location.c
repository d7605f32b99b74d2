#include "stats/location.h"

#include "base/mem.h"
#include "stats/order.h"

#include "../check_main.h"
#include "figures.h"

#include <math.h>

START_TEST(estimates_are_those_of_python)
{
	FILE *f = figures_open("huber.txt");
	double v[FIGURES_MAX];
	size_t cases = 0;

	for (; figures_next(f, v); cases++) {
		size_t n = (size_t)v[0];
		double m = location_huber(v + 1, n);

		ck_assert_double_eq_tol(m, v[n + 1], 1e-15);
		/* Five reweightings all but arrive. */
		ck_assert_double_eq_tol(m, v[n + 2], 1e-2 * stats_spread(v + 1, n) + 1e-15);
	}
	ck_assert_uint_eq(cases, 6);
}
END_TEST

START_TEST(far_values_count_as_if_at_the_bend)
{
	/* Median 2, spread 1.4826: 1000 ends up counting 2.22 above a centre of its own making. */
	static const double x[] = {0, 1, 2, 3, 1000};
	double worse[] = {0, 1, 2, 3, 1e9};
	double m = location_huber(x, 5);

	ck_assert(m > 1.5 && m < 2.1);
	ck_assert_double_eq_tol(location_huber(worse, 5), m, 1e-2);
}
END_TEST

START_TEST(nothing_far_gives_the_mean)
{
	static const double x[] = {-0.02, -0.01, 0, 0.01, 0.022};

	ck_assert_double_eq_tol(location_huber(x, 5), 0.0004, 1e-16);
}
END_TEST

START_TEST(few_or_equal_values_give_the_median)
{
	static const double two[] = {1, 4}, same[] = {3, 3, 3, 3, 70};

	ck_assert(isnan(location_huber(NULL, 0)));
	ck_assert_double_eq(location_huber(two, 1), 1);
	ck_assert_double_eq(location_huber(two, 2), 2.5);
	ck_assert_double_eq(location_huber(same, 5), 3);
}
END_TEST

TEST_SUITE("stats/location", estimates_are_those_of_python, far_values_count_as_if_at_the_bend,
	nothing_far_gives_the_mean, few_or_equal_values_give_the_median)

#include "stats/median.h"

#include "../check_main.h"

#include <math.h>
#include <stddef.h>

/* By Price and Bonett's formulas in Python, with math.comb and statistics.NormalDist: n = 9 gives
 * c = 2, p = 20 / 512, z = 2.0635; n = 25 gives c = 8, p = 0.04329, z = 2.0209. */
START_TEST(agrees_with_an_independent_computation)
{
	double nine[] = {3, 1, 2, 9, 4, 8, 5, 7, 6};
	double many[25], equal[] = {2, 2, 2, 2, 2, 2};

	for (int i = 0; i < 25; i++)
		many[i] = exp(0.01 * ((i * 7) % 25));
	ck_assert_double_eq_tol(stats_log_median_error(nine, 9), 0.33590395415808305, 1e-12);
	ck_assert_double_eq_tol(stats_log_median_error(many, 25), 0.024740876292852827, 1e-12);
	ck_assert_double_eq(stats_log_median_error(equal, 6), 0);
}
END_TEST

START_TEST(says_nothing_of_too_little)
{
	double four[] = {1, 2, 3, 4}, zero[] = {0, 1, 2, 3, 4}, bad[] = {1, 2, NAN, 4, 5};

	ck_assert(isnan(stats_log_median_error(four, 4)));
	ck_assert(isnan(stats_log_median_error(zero, 5)));
	ck_assert(isnan(stats_log_median_error(bad, 5)));
}
END_TEST

TEST_SUITE("stats/median", agrees_with_an_independent_computation, says_nothing_of_too_little)

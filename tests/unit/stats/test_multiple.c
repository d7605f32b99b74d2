#include "stats/multiple.h"

#include "base/mem.h"

#include "../check_main.h"
#include "figures.h"

#include <math.h>

/* For alpha = 0.05 and m = 4 the four need evidences of 80, 60, 40, 20: logs 4.38, 4.09, 3.69, 3.0.
 */
START_TEST(holm_goes_down_step_by_step)
{
	static const double logw[] = {4.1, 1, 5, 3.7};
	bool rejected[4];

	ck_assert_uint_eq(multiple_holm(logw, 4, 4, 0.05, rejected), 3);
	ck_assert(rejected[0] && !rejected[1] && rejected[2] && rejected[3]);
	/* With two more planned the strongest needs 120, log 4.79, the next 100, log 4.61. */
	ck_assert_uint_eq(multiple_holm(logw, 4, 6, 0.05, rejected), 1);
	ck_assert(!rejected[0] && !rejected[1] && rejected[2] && !rejected[3]);
	ck_assert_uint_eq(multiple_holm(logw, 4, 8, 0.05, rejected), 0);
	ck_assert(!rejected[2]);
	ck_assert_uint_eq(multiple_holm(logw, 0, 8, 0.05, rejected), 0);
}
END_TEST

START_TEST(holm_ends_at_the_first_failure)
{
	/* The second one needs 4.09 and fails, although the third has the 3.69 it would need. */
	static const double gap[] = {9, 4, 3.9, 3.8}, certain[] = {INFINITY, -INFINITY};
	bool rejected[4];

	ck_assert_uint_eq(multiple_holm(gap, 4, 4, 0.05, rejected), 1);
	ck_assert(rejected[0] && !rejected[1] && !rejected[2] && !rejected[3]);
	ck_assert_uint_eq(multiple_holm(certain, 2, 2, 0.05, rejected), 1);
	ck_assert(rejected[0] && !rejected[1]);
}
END_TEST

START_TEST(holm_is_that_of_statsmodels)
{
	FILE *f = figures_open("holm.txt");
	double v[FIGURES_MAX];
	size_t cases = 0;

	for (; figures_next(f, v); cases++) {
		size_t m = (size_t)v[1], n = (size_t)v[2], many = 0;
		bool rejected[64], strict[64];

		size_t count = multiple_holm(v + 3, n, m, v[0], rejected);
		multiple_bonferroni(v + 3, n, m, v[0], strict);
		for (size_t i = 0; i < n; i++) {
			ck_assert_int_eq(rejected[i], v[3 + n + i] > 0);
			ck_assert(rejected[i] || !strict[i]);
			many += rejected[i];
		}
		ck_assert_uint_eq(count, many);
	}
	ck_assert_uint_eq(cases, 21);
}
END_TEST

START_TEST(bonferroni_asks_the_same_of_all)
{
	static const double logw[] = {4.37, 4.39, -1, 9};
	bool rejected[4];

	ck_assert_uint_eq(multiple_bonferroni(logw, 4, 4, 0.05, rejected), 2);
	ck_assert(!rejected[0] && rejected[1] && !rejected[2] && rejected[3]);
	ck_assert_uint_eq(multiple_bonferroni(logw, 4, 5, 0.05, rejected), 1);
}
END_TEST

/* For q = 0.1 and m = 4 the k strongest need 40, 20, 13.3, 10 each: logs 3.69, 3.0, 2.59, 2.30. */
START_TEST(ebh_looks_for_the_largest_number)
{
	/* The strongest alone has not enough; three together have, and two would not. */
	static const double logw[] = {2.6, 3.5, -2, 2.7}, none[] = {3.6, 2.9, 2.5, 2.2};
	bool rejected[4];

	ck_assert_uint_eq(multiple_ebh(logw, 4, 4, 0.1, rejected), 3);
	ck_assert(rejected[0] && rejected[1] && !rejected[2] && rejected[3]);
	ck_assert_uint_eq(multiple_ebh(none, 4, 4, 0.1, rejected), 0);
	/* 50, 25, 16.7, 12.5: log 2.81 for the third. */
	ck_assert_uint_eq(multiple_ebh(logw, 4, 5, 0.1, rejected), 0);
}
END_TEST

TEST_SUITE("stats/multiple", holm_goes_down_step_by_step, holm_ends_at_the_first_failure,
	holm_is_that_of_statsmodels, bonferroni_asks_the_same_of_all,
	ebh_looks_for_the_largest_number)

#include "stats/layout.h"

#include "../check_main.h"

#include <math.h>

/* Figures by Python 3.11, statistics.median and statistics.variance. */
START_TEST(what_medians_vary_by_beyond_their_own_noise)
{
	static const double d[] = {
		.010, -.004, .021, .012, -.001, .019, .008, -.006, .023, .011, .150};
	static const unsigned l[] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1};

	ck_assert_double_eq_tol(layout_noise(d, l, 11), 0.01157190831951316, 1e-15);
	static const double e[] = {.01, .02, .03, .012, .018, .033};
	static const unsigned m[] = {5, 1, 9, 5, 1, 9}; /* any numbers will do */
	ck_assert_double_eq_tol(layout_noise(e, m, 6), 0.01022506221203568, 1e-15);
}
END_TEST

START_TEST(nothing_is_left_of_noise)
{
	/* The variance of the medians is 0.0008042 less than their own noise makes it. */
	static const double d[] = {.01, -.01, .03, -.03, .02, -.02};
	static const unsigned l[] = {0, 1, 2, 0, 1, 2}, pairs[] = {0, 0, 1, 1, 2, 2};

	ck_assert_double_eq(layout_noise(d, l, 6), 0);
	ck_assert_double_eq(layout_noise(d, pairs, 6), 0); /* medians of 0 */
}
END_TEST

START_TEST(layouts_alone_are_exact)
{
	/* By hand: -0.01, 0 and 0.01 have a variance of 0.0001, and no noise of their own. */
	static const double d[] = {-.01, 0, .01, -.01, 0, .01};
	static const unsigned l[] = {0, 1, 2, 0, 1, 2};

	ck_assert_double_eq_tol(layout_noise(d, l, 6), 0.01, 1e-15);
}
END_TEST

START_TEST(too_little_says_nothing)
{
	static const double d[] = {.01, .02, .03, .04};
	static const unsigned two[] = {0, 1, 0, 1}, once[] = {0, 1, 2, 3}, one[] = {0, 0, 0, 0};

	ck_assert(isnan(layout_noise(NULL, NULL, 0)));
	ck_assert(isnan(layout_noise(d, two, 4)));
	ck_assert(isnan(layout_noise(d, one, 4)));
	ck_assert(isnan(layout_noise(d, once, 4))); /* no layout twice */
}
END_TEST

START_TEST(what_can_be_claimed)
{
	ck_assert_double_eq(layout_least_claim(0), 0.005);
	ck_assert_double_eq(layout_least_claim(0.002), 0.005);
	ck_assert_double_eq_tol(layout_least_claim(0.004), 0.01, 1e-15);
}
END_TEST

TEST_SUITE("stats/layout", what_medians_vary_by_beyond_their_own_noise, nothing_is_left_of_noise,
	layouts_alone_are_exact, too_little_says_nothing, what_can_be_claimed)

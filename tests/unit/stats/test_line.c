/* A straight line, against Anscombe's quartet (The American Statistician 27(1), 1973): four clouds
 * with one line, y = 3.00 + 0.500 x, R2 = 0.67. The digits are numpy.polyfit's. */
#include "stats/line.h"

#include "../check_main.h"

#include <math.h>

static const double x[] = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
static const double y[3][11] = {{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68},
	{9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74},
	{7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73}};

START_TEST(the_quartet)
{
	static const double slope[] = {0.50009090909091, 0.5, 0.49972727272727};
	static const double intercept[] = {3.00009090909091, 3.00090909090909, 3.00245454545455};

	for (int i = 0; i < 3; i++) {
		struct line_fit fit;

		ck_assert(stats_line(x, y[i], 11, &fit));
		ck_assert_double_eq_tol(fit.slope, slope[i], 1e-12);
		ck_assert_double_eq_tol(fit.intercept, intercept[i], 1e-12);
		ck_assert_double_eq_tol(fit.r2, 0.6664, 5e-4);
		ck_assert_uint_eq(fit.n, 11);
	}
}
END_TEST

START_TEST(what_is_no_line)
{
	static const double same[] = {2, 2, 2}, up[] = {1, 2, 3};
	struct line_fit fit;

	ck_assert(!stats_line(x, y[0], 2, &fit));
	ck_assert(!stats_line(same, up, 3, &fit));
	ck_assert(stats_line(up, same, 3, &fit));
	ck_assert_double_eq(fit.slope, 0);
	ck_assert_double_eq(fit.r2, 1);
}
END_TEST

TEST_SUITE("stats/line", the_quartet, what_is_no_line)

#include "stats/wilcoxon.h"

#include "base/mem.h"

#include "../check_main.h"
#include "figures.h"

#include <math.h>

START_TEST(ends_are_counted_by_the_exact_distribution)
{
	FILE *f = figures_open("wilcoxon.txt");
	double v[FIGURES_MAX], lo, hi;
	size_t cases = 0;

	for (; figures_next(f, v); cases++) {
		size_t n = (size_t)v[0];
		const double *a = v + 1 + n;

		wilcoxon_interval(v + 1, n, *a, &lo, &hi);
		ck_assert_msg(lo == a[1] && hi == a[2], "n %zu, a %g: %.17g %.17g, not %.17g %.17g",
			n, *a, lo, hi, a[1], a[2]);
	}
	ck_assert_uint_eq(cases, 40);
}
END_TEST

/* Hollander and Wolfe, Nonparametric Statistical Methods, 2nd ed. 1999, section 3.2 and 3.3:
 * Hamilton depression scale factor IV of nine patients. R 4: wilcox.test(y, x, paired = TRUE,
 * conf.int = TRUE). */
START_TEST(interval_of_the_textbook)
{
	static const double x[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
	static const double y[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
	double d[9], lo, hi;

	for (size_t i = 0; i < 9; i++)
		d[i] = y[i] - x[i];
	wilcoxon_interval(d, 9, 0.05, &lo, &hi);
	ck_assert_double_eq_tol(lo, -0.786, 1e-12);
	ck_assert_double_eq_tol(hi, -0.010, 1e-12);
	wilcoxon_interval(d, 0, 0.05, &lo, &hi);
	ck_assert(isinf(lo) && isinf(hi));
}
END_TEST

START_TEST(a_level_hit_exactly_is_kept)
{
	static const double d[] = {1, 2, 3, 4, 5};
	double lo, hi;

	/* All five of one sign: twice 1/32. */
	wilcoxon_interval(d, 5, 0.0625, &lo, &hi);
	ck_assert(lo == 1 && hi == 5);
	wilcoxon_interval(d, 5, 0.0624, &lo, &hi);
	ck_assert(isinf(lo) && isinf(hi));
}
END_TEST

START_TEST(p_values_are_those_of_scipy)
{
	FILE *f = figures_open("rank_sum.txt");
	double v[FIGURES_MAX];
	size_t cases = 0;

	for (; figures_next(f, v); cases++) {
		size_t nx = (size_t)v[0], ny = (size_t)v[1];
		const double *x = v + 2, *y = x + nx, *p = y + ny;

		ck_assert_double_eq_tol(
			wilcoxon_rank_sum(x, nx, y, ny, RANK_TWO_SIDED), p[0], 1e-12);
		ck_assert_double_eq_tol(wilcoxon_rank_sum(x, nx, y, ny, RANK_GREATER), p[1], 1e-12);
		ck_assert_double_eq_tol(wilcoxon_rank_sum(x, nx, y, ny, RANK_LESS), p[2], 1e-12);
		ck_assert_double_eq_tol(wilcoxon_rank_sum(y, ny, x, nx, RANK_GREATER), p[2], 1e-12);
	}
	ck_assert_uint_eq(cases, 11);
}
END_TEST

/* Three against three: 20 orders, the extreme one and its mirror. */
START_TEST(p_values_by_hand)
{
	static const double high[] = {4, 6, 5}, low[] = {3, 1, 2}, same[] = {2, 2, 2};

	ck_assert_double_eq_tol(wilcoxon_rank_sum(high, 3, low, 3, RANK_TWO_SIDED), 0.1, 1e-15);
	ck_assert_double_eq_tol(wilcoxon_rank_sum(high, 3, low, 3, RANK_GREATER), 0.05, 1e-15);
	ck_assert_double_eq_tol(wilcoxon_rank_sum(high, 3, low, 3, RANK_LESS), 1, 1e-15);
	ck_assert_double_eq(wilcoxon_rank_sum(same, 3, same, 3, RANK_TWO_SIDED), 1);
	ck_assert_double_eq(wilcoxon_rank_sum(same, 0, low, 3, RANK_TWO_SIDED), 1);
}
END_TEST

TEST_SUITE("stats/wilcoxon", ends_are_counted_by_the_exact_distribution, interval_of_the_textbook,
	a_level_hit_exactly_is_kept, p_values_are_those_of_scipy, p_values_by_hand)

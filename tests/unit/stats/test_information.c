#include "stats/information.h"

#include "base/mem.h"

#include "../check_main.h"
#include "figures.h"

#include <math.h>

static double
entropy(double p)
{
	return -p * log(p) - (1 - p) * log1p(-p);
}

START_TEST(quadrature_is_that_of_scipy)
{
	FILE *f = figures_open("information.txt");
	double v[FIGURES_MAX], worst = 0;
	size_t cases = 0;

	for (; figures_next(f, v); cases++) {
		double error = fabs(information_binary(v[0], v[1]) - v[2]);

		ck_assert_msg(error < 4e-5 && (v[1] > 1 || error < 1e-10),
			"p %g, rho %g: off by %g", v[0], v[1], error);
		worst = fmax(worst, error);
	}
	printf("largest error %.2g nats\n", worst);
	ck_assert_uint_eq(cases, 80);
}
END_TEST

START_TEST(nothing_is_learned_at_zero_and_all_in_the_end)
{
	for (double p = 0.001; p < 1; p += 0.001) {
		ck_assert_double_eq_tol(information_binary(p, 0), 0, 1e-15);
		ck_assert_double_eq_tol(information_binary(p, 30), entropy(p), 1e-14);
		ck_assert_double_eq_tol(information_binary(p, INFINITY), entropy(p), 1e-14);
		for (double rho = 0.1; rho < 20; rho *= 1.7) {
			double nats = information_binary(p, rho);

			ck_assert(nats > 0 && nats < entropy(p) + 1e-12);
			ck_assert_double_eq_tol(nats, information_binary(1 - p, rho), 1e-14);
			ck_assert_double_eq_tol(nats, information_binary(p, -rho), 1e-14);
		}
	}
	ck_assert_double_eq(information_binary(0, 2), 0);
	ck_assert_double_eq(information_binary(1, 2), 0);
}
END_TEST

START_TEST(table_interpolates)
{
	struct information_table *table = xcalloc(1, sizeof(*table));
	double worst = 0, share = 0;

	information_table_init(table);
	for (double p = 1e-4; p < 1; p += 0.00093) {
		for (double rho = 0.001; rho < 100; rho *= 1.061) {
			double nats = information_binary(p, rho);
			double error = fabs(information_table_at(table, p, rho) - nats);

			worst = fmax(worst, error);
			share = fmax(share, error / nats);
		}
	}
	printf("largest error %.2g nats, %.2g %%\n", worst, 100 * share);
	ck_assert_double_le(worst, 1e-3);
	ck_assert_double_le(share, 0.05);
	ck_assert_double_eq(information_table_at(table, 0.3, 0), 0);
	ck_assert_double_eq(information_table_at(table, 0, 2), 0);
	ck_assert_double_eq(information_table_at(table, 1, 2), 0);
	ck_assert_double_eq_tol(information_table_at(table, 0.5, INFINITY), M_LN2, 1e-12);
	ck_assert_double_eq_tol(
		information_table_at(table, 0.5, 1), information_binary(0.5, 1), 1e-12);
	free(table);
}
END_TEST

TEST_SUITE("stats/information", quadrature_is_that_of_scipy,
	nothing_is_learned_at_zero_and_all_in_the_end, table_interpolates)

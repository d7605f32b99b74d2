/* Reference values: NumPy 2.4.6 quantile() and SciPy 1.17.1 for order statistics, Python's exact
 * statistics module for mean and stdev, pytest-benchmark 5.3.1's own Stats class for the quartiles.
 */
#include "base/mem.h"
#include "base/rng.h"
#include "stats/order.h"
#include "stats/summary.h"

#include "../check_main.h"

#include <math.h>

static const double seven[] = {2.7, 3.1, -1.2, 8.4, 5.5, 0.3, 2.7};

START_TEST(quantiles_interpolate_between_order_statistics)
{
	static const struct {
		double p, q;
	} cases[] = {{0, -1.2}, {0.1, -0.3}, {0.25, 1.5}, {0.5, 2.7}, {0.9, 6.66}, {1, 8.4}};
	double x[ARRAY_LEN(seven)];
	double four[] = {4, 1, 3, 2};

	for (size_t i = 0; i < ARRAY_LEN(seven); i++)
		x[i] = seven[i];
	stats_sort(x, ARRAY_LEN(x));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_double_eq_tol(
			stats_quantile(x, ARRAY_LEN(x), cases[i].p), cases[i].q, 1e-14);
	stats_sort(four, 4);
	ck_assert_double_eq(stats_quantile(four, 4, 0.25), 1.75);
	ck_assert_double_eq(stats_quantile(four, 4, 0.75), 3.25);
	ck_assert_double_eq(stats_quantile(four, 1, 0.25), 1);
	ck_assert(isnan(stats_quantile(four, 0, 0.5)));
}
END_TEST

START_TEST(median_and_spread_leave_their_input_alone)
{
	static const double four[] = {4, 1, 3, 2};

	ck_assert_double_eq(stats_median(four, 4), 2.5);
	ck_assert_double_eq(stats_median(four, 3), 3);
	ck_assert(isnan(stats_median(four, 0)));
	ck_assert(isnan(stats_median(NULL, 0)));
	ck_assert_double_eq_tol(stats_spread(seven, ARRAY_LEN(seven)), 3.55824, 1e-14);
	ck_assert_double_eq(stats_spread(seven, 1), 0);
}
END_TEST

START_TEST(mean_is_exact_where_a_plain_sum_is_not)
{
	static const double cancel[] = {1e16, 1, -1e16, 3};
	double tenths[10], many[1000];

	for (size_t i = 0; i < 10; i++)
		tenths[i] = 0.1;
	ck_assert_double_eq(stats_mean(tenths, 10), 0.1);
	ck_assert_double_eq(stats_mean(cancel, 4), 1);
	for (size_t i = 0; i < 1000; i++)
		many[i] = 1.5e-6 * (1 + (double)((i * 7919) % 1000) / 7e3);
	struct stats_summary s;
	stats_summary(many, 1000, &s);
	ck_assert_double_eq(s.mean, 1.6070357142857144e-06);
	ck_assert_double_eq_tol(s.stddev, 6.188987916337487e-08, 1e-22);
}
END_TEST

START_TEST(stddev_survives_a_large_offset)
{
	static const double x[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
	struct stats_summary s;

	stats_summary(x, 4, &s);
	ck_assert_double_eq_tol(s.stddev, 5.477225575051661, 1e-14);
	stats_summary(x, 1, &s);
	ck_assert_double_eq(s.stddev, 0);
}
END_TEST

START_TEST(quartiles_are_those_of_pytest_benchmark)
{
	static const double data[] = {3.5, 1.25, 9, 4, 7.5, 2, 6.25, 11, 5, 0.5, 8};
	static const struct {
		double q1, q3;
	} want[] = {{3.5, 3.5}, {1.25, 3.5}, {1.8125, 7.625}, {2.375, 6.5}, {2.9375, 7.875},
		{2, 7.5}, {2.375, 7.1875}, {2.75, 8.25}, {3.125, 7.875}, {2, 7.5}, {2.375, 7.875}};

	for (size_t n = 1; n <= ARRAY_LEN(data); n++) {
		double sorted[ARRAY_LEN(data)], q1 = NAN, q3 = NAN;
		struct stats_summary s;

		for (size_t i = 0; i < n; i++)
			sorted[i] = data[i];
		stats_sort(sorted, n);
		stats_quartiles(sorted, n, &q1, &q3);
		ck_assert_double_eq(q1, want[n - 1].q1);
		ck_assert_double_eq(q3, want[n - 1].q3);
		stats_summary(data, n, &s);
		ck_assert_double_eq(s.iqr, want[n - 1].q3 - want[n - 1].q1);
	}
}
END_TEST

START_TEST(summary_of_what_cannot_be_summed_up)
{
	static const double bad[][2] = {{1, NAN}, {INFINITY, 1}};
	struct stats_summary s;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		stats_summary(bad[i], 2, &s);
		ck_assert(isnan(s.min) && isnan(s.q25) && isnan(s.median) && isnan(s.mean));
		ck_assert(isnan(s.max) && isnan(s.stddev) && isnan(s.iqr));
	}
	stats_summary(NULL, 0, &s);
	ck_assert(isnan(s.min) && isnan(s.iqr));
	stats_summary(seven, ARRAY_LEN(seven), &s);
	ck_assert_double_eq(s.min, -1.2);
	ck_assert_double_eq_tol(s.q25, 1.5, 1e-15);
	ck_assert_double_eq(s.median, 2.7);
	ck_assert_double_eq(s.max, 8.4);
	ck_assert_double_eq_tol(s.mean, 3.0714285714285716, 1e-15);
	ck_assert_double_eq_tol(s.stddev, 3.1752765158928997, 1e-14);
}
END_TEST

START_TEST(spread_of_a_sorted_array)
{
	struct rng rng;

	for (uint64_t seed = 1; seed <= 400; seed++) {
		double x[41];
		size_t n = 1 + seed % 41;

		rng_init(&rng, seed, 11);
		for (size_t i = 0; i < n;
			i++) /* coarse every second time, so that there are ties */
			x[i] = (double)rng_below(&rng, seed % 2 ? 9 : 1000000) / 7 - 3;
		double want = stats_spread(x, n);
		stats_sort(x, n);
		ck_assert_msg(fabs(stats_spread_sorted(x, n) - want) < 1e-12, "seed %d", (int)seed);
	}
	ck_assert(isnan(stats_spread_sorted(NULL, 0)));
}
END_TEST

TEST_SUITE("stats/summary", quantiles_interpolate_between_order_statistics,
	median_and_spread_leave_their_input_alone, mean_is_exact_where_a_plain_sum_is_not,
	stddev_survives_a_large_offset, quartiles_are_those_of_pytest_benchmark,
	summary_of_what_cannot_be_summed_up, spread_of_a_sorted_array)

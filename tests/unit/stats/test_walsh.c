/* Selecting among all averages against sorting all of them. */
#include "stats/walsh.h"

#include "base/mem.h"
#include "base/rng.h"
#include "stats/effect.h"
#include "stats/order.h"

#include "../check_main.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#define N_MAX 40

static size_t
all_averages(const double *x, size_t n, double *ret)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			ret[k++] = (x[i] + x[j]) / 2;
	return k;
}

/* Of all sizes, with ties, signs, zeros, and magnitudes far apart. */
static size_t
draw(struct rng *rng, double *x)
{
	size_t n = 1 + (size_t)rng_below(rng, N_MAX);
	bool coarse = rng_below(rng, 2);
	int wide = rng_below(rng, 2) ? 30 : 0;
	double offset = rng_below(rng, 3) == 0 ? 1e3 : 0;

	for (size_t i = 0; i < n; i++) {
		double u = 2 * rng_unit(rng) - 1;

		x[i] = coarse ? (double)rng_below(rng, 7) - 3 : u;
		x[i] = ldexp(x[i], (int)rng_below(rng, 2 * (uint64_t)wide + 1) - wide) + offset;
	}
	return n;
}

START_TEST(every_order_statistic_is_the_sorted_one)
{
	double x[N_MAX], walsh[N_MAX * (N_MAX + 1) / 2];
	uint64_t seed = 20260101;
	struct rng rng;

	printf("seed %llu\n", (unsigned long long)seed);
	rng_init(&rng, seed, 0);
	for (int round = 0; round < 200; round++) {
		size_t n = draw(&rng, x);

		stats_sort(x, n);
		ck_assert_uint_eq(all_averages(x, n, walsh), walsh_count(n));
		stats_sort(walsh, walsh_count(n));
		for (size_t k = 1; k <= walsh_count(n); k++)
			ck_assert_msg(walsh_select(x, n, k) == walsh[k - 1],
				"round %d: %zu of %zu is %.17g, not %.17g", round, k, n,
				walsh_select(x, n, k), walsh[k - 1]);
	}
}
END_TEST

START_TEST(hodges_lehmann_is_the_median_of_all)
{
	double x[N_MAX], walsh[N_MAX * (N_MAX + 1) / 2];
	uint64_t seed = 20260102;
	struct rng rng;

	printf("seed %llu\n", (unsigned long long)seed);
	rng_init(&rng, seed, 0);
	for (int round = 0; round < 3000; round++) {
		size_t n = draw(&rng, x), k = all_averages(x, n, walsh);

		ck_assert_msg(effect_hodges_lehmann(x, n) == stats_median(walsh, k),
			"round %d, n %zu: %.17g, not %.17g", round, n, effect_hodges_lehmann(x, n),
			stats_median(walsh, k));
	}
}
END_TEST

START_TEST(a_zero_has_no_sign)
{
	static const double x[] = {-0.0, 0.0}, around[] = {-1, 1};

	ck_assert(!signbit(walsh_select(x, 2, 1)));
	ck_assert(!signbit(walsh_select(around, 2, 2)));
	ck_assert_double_eq(walsh_select(around, 2, 2), 0);
}
END_TEST

/* 5 * 10^11 averages. */
START_TEST(a_million_differences_are_no_matter)
{
	size_t n = 1000000;
	double *x = xcalloc(n, sizeof(*x));

	for (size_t i = 0; i < n; i++)
		x[i] = (double)((i * 7919) % n);
	ck_assert_double_eq(effect_hodges_lehmann(x, n), (double)(n - 1) / 2);
	free(x);
}
END_TEST

TEST_SUITE("stats/walsh", every_order_statistic_is_the_sorted_one,
	hodges_lehmann_is_the_median_of_all, a_zero_has_no_sign,
	a_million_differences_are_no_matter)

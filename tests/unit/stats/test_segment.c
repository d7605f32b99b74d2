#include "stats/segment.h"

#include "base/mem.h"
#include "base/rng.h"

#include "../check_main.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#define N_MAX 10

/* Density of a run of one unknown level, predicting each value from those before it. */
static double
run_density(const double *m, const double *v, size_t n, double eta)
{
	double mean = 0, variance = eta * eta, density = 1;

	for (size_t i = 0; i < n; i++) {
		double spread = variance + v[i], error = m[i] - mean;

		density *= exp(-error * error / spread / 2) / sqrt(2 * M_PI * spread);
		mean += variance / spread * error;
		variance *= v[i] / spread;
	}
	return density;
}

/* Every way to cut, one by one: bit i - 1 of cuts is a change at i. */
static void
posterior_by_trying(
	const double *m, const double *v, size_t n, double eta, double p, double *ret_change)
{
	double all = 0;

	for (size_t i = 0; i < n; i++)
		ret_change[i] = 0;
	for (uint32_t cuts = 0; cuts < UINT32_C(1) << (n - 1); cuts++) {
		double density = 1;
		size_t start = 0;

		for (size_t i = 1; i <= n; i++) {
			if (i < n)
				density *= cuts >> (i - 1) & 1 ? p : 1 - p;
			if (i == n || cuts >> (i - 1) & 1) {
				density *= run_density(m + start, v + start, i - start, eta);
				start = i;
			}
		}
		all += density;
		for (size_t i = 1; i < n; i++)
			ret_change[i] += cuts >> (i - 1) & 1 ? density : 0;
	}
	for (size_t i = 0; i < n; i++)
		ret_change[i] /= all;
}

START_TEST(posterior_is_that_of_trying_every_cut)
{
	uint64_t seed = 20260103;
	struct rng rng;

	printf("seed %llu\n", (unsigned long long)seed);
	rng_init(&rng, seed, 0);
	for (int round = 0; round < 120; round++) {
		double m[N_MAX], v[N_MAX], got[N_MAX], want[N_MAX];
		size_t n = 1 + (size_t)rng_below(&rng, N_MAX);
		double eta = 0.01 + 0.1 * rng_unit(&rng), p = 0.02 + 0.9 * rng_unit(&rng);
		double level = 0;

		for (size_t i = 0; i < n; i++) {
			if (rng_below(&rng, 4) == 0)
				level = 0.06 * (rng_unit(&rng) - 0.5);
			m[i] = level + 0.02 * (rng_unit(&rng) - 0.5);
			v[i] = round % 2 ? 1e-4 : 1e-5 + 2e-4 * rng_unit(&rng);
		}
		segment_posterior(m, v, n, eta, p, got);
		posterior_by_trying(m, v, n, eta, p, want);
		for (size_t i = 0; i < n; i++)
			ck_assert_msg(fabs(got[i] - want[i]) < 1e-9,
				"round %d, boundary %zu: %.12g, not %.12g", round, i, got[i],
				want[i]);
	}
}
END_TEST

START_TEST(a_step_is_found_where_it_is)
{
	double m[40], v[40], change[40];
	size_t at[20];

	for (size_t i = 0; i < 40; i++) {
		m[i] = (i < 13 ? -0.01 : 0.01) + 0.001 * ((double)(i * 7 % 5) - 2);
		v[i] = 4e-6;
	}
	segment_posterior(m, v, 40, SEGMENT_ETA, segment_prior(40), change);
	ck_assert_double_ge(change[13], 0.99);
	ck_assert_uint_eq(segment_candidates(change, 40, at), 1);
	ck_assert_uint_eq(at[0], 13);
	for (size_t i = 25; i < 40; i++) /* and a second one */
		m[i] += 0.03;
	segment_posterior(m, v, 40, SEGMENT_ETA, segment_prior(40), change);
	ck_assert_uint_eq(segment_candidates(change, 40, at), 2);
	ck_assert_uint_eq(at[0], 13);
	ck_assert_uint_eq(at[1], 25);
	for (size_t i = 0; i < 40; i++) /* noise alone */
		m[i] = 0.001 * ((double)(i * 7 % 5) - 2);
	segment_posterior(m, v, 40, SEGMENT_ETA, segment_prior(40), change);
	ck_assert_uint_eq(segment_candidates(change, 40, at), 0);
}
END_TEST

START_TEST(long_and_clear_series_do_not_underflow)
{
	enum { N = 600 };
	double *m = xcalloc(N, sizeof(*m)), *v = xcalloc(N, sizeof(*v));
	double *change = xcalloc(N, sizeof(*change));
	size_t at[N / 2];

	for (size_t i = 0; i < N; i++) {
		m[i] = i / 100 % 2 ? 0.3 : -0.3;
		v[i] = 1e-10;
	}
	segment_posterior(m, v, N, SEGMENT_ETA, segment_prior(N), change);
	ck_assert_uint_eq(segment_candidates(change, N, at), 5);
	for (size_t i = 0; i < 5; i++) {
		ck_assert_uint_eq(at[i], 100 * (i + 1));
		ck_assert_double_eq_tol(change[at[i]], 1, 1e-6);
	}
	free(m);
	free(v);
	free(change);
}
END_TEST

START_TEST(candidates_are_peaks_with_enough_mass)
{
	static const double change[] = {0, 0.05, 0.1, 0.06, 0.01, 0.15, 0.15, 0, 0.1, 0.09, 0, 0.3};
	size_t at[ARRAY_LEN(change) / 2];

	/* 2 holds 0.21 with its neighbours, of 5 and 6 the first counts, 8 holds 0.19 only. */
	ck_assert_uint_eq(segment_candidates(change, ARRAY_LEN(change), at), 3);
	ck_assert_uint_eq(at[0], 2);
	ck_assert_uint_eq(at[1], 5);
	ck_assert_uint_eq(at[2], 11);
	ck_assert_uint_eq(segment_candidates(change, 1, at), 0);
	ck_assert_uint_eq(segment_candidates(change, 0, at), 0);
	ck_assert_double_eq(segment_prior(3), 0.5);
	ck_assert_double_eq(segment_prior(4), 0.5);
	ck_assert_double_eq(segment_prior(40), 0.05);
}
END_TEST

/* Three revisions in four blocks that drift by far more than they differ, one value far off. Less
 * the medians of their blocks: -2 0 1, -1 0 3, -2 0 2, -3 0 90; the levels are -2, 0, 2.5 and the
 * distances from them 0 1 0 1, 0 0 0 0, 1.5 .5 .5 87.5: their median is 0.25. */
START_TEST(levels_are_taken_within_blocks)
{
	static const double y[] = {98, 100, 101, 199, 200, 203, 48, 50, 52, 297, 300, 390};
	double m[3], sigma, v;

	segment_levels(y, 4, 3, 0.1, m, &sigma, &v);
	ck_assert_double_eq(m[0], -2);
	ck_assert_double_eq(m[1], 0);
	ck_assert_double_eq(m[2], 2.5);
	ck_assert_double_eq_tol(sigma, 1.4826 * 0.25 * sqrt(4. / 3), 1e-14);
	ck_assert_double_eq_tol(v, 1.44 * sigma * sigma / 4 + 0.01, 1e-14);
	segment_levels(y, 1, 3, 0.1, m, &sigma, &v);
	ck_assert_double_eq(m[2], 1);
	ck_assert(isnan(sigma) && isnan(v));
}
END_TEST

TEST_SUITE("stats/segment", posterior_is_that_of_trying_every_cut, a_step_is_found_where_it_is,
	long_and_clear_series_do_not_underflow, candidates_are_peaks_with_enough_mass,
	levels_are_taken_within_blocks)

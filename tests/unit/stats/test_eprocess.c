/* Reference values computed independently, in Python with math.tanh and math.log1p straight from
 * the definition, with a bisection of its own for the ends of intervals. */
#include "base/mem.h"
#include "base/rng.h"
#include "stats/effect.h"
#include "stats/eprocess.h"
#include "stats/order.h"
#include "stats/plan.h"

#include "../check_main.h"

#include <math.h>

#define N 10
static const double first[N] = {.012, .009, -.003, .011, .010, .25, .008, .0105, .0095, .011};
static const double second[N] = {.010, .020, -.010, .013, .002, .11, .011, .0095, .0105, .008};
static const double *const both[] = {first, second};

static double
mean(const double *wealth)
{
	double sum = 0;

	for (size_t i = 0; i < EPROCESS_BETS; i++)
		sum += wealth[i];
	return sum / EPROCESS_BETS;
}

/* published: of bold bets alone. */
START_TEST(evidence_grows_as_published)
{
	static const double published[N] = {.490056, .983691, .502346, .993988, 1.565380, 2.258527,
		2.834551, 3.502318, 4.170746, 4.847952};
	static const double want[N] = {.470495088, .947317027, .488230688, .963276732, 1.518697240,
		2.197494185, 2.763749302, 3.423011583, 4.084990940, 4.757307439};
	static const double scales[N] = {
		.01, .01, .011672, .01, .006483, .002965, .006112, .002965, .002965, .002965};
	struct eprocess_past past = {0};
	struct eprocess e;

	eprocess_init(&e, 0);
	for (size_t i = 0; i < N; i++) {
		double s = eprocess_scale(&past, EPROCESS_S0, EPROCESS_FLOOR);

		ck_assert_double_eq_tol(s, scales[i], 1e-6);
		eprocess_add(&e, first[i], s);
		eprocess_past_add(&past, first[i]);
		ck_assert_double_eq_tol(log(mean(e.bold.plus)), published[i], 1e-6);
		ck_assert_double_eq_tol(log(e.plus), want[i], 1e-9);
	}
	ck_assert_double_eq_tol(log(mean(e.bold.minus)), -17.923500, 1e-6);
	ck_assert_double_eq_tol(log(e.minus), -5.4279509224304405, 1e-9);
	eprocess_past_done(&past);
}
END_TEST

/* The definition, literally: sort everything, every time. */
static double
scale_by_sorting(const double *d, size_t n, double s0)
{
	double v[64];
	double m = n > 2 ? stats_median(d, n) : 0;

	if (n == 0)
		return s0;
	for (size_t i = 0; i < n; i++)
		v[i] = MAD_NORMAL * fabs(d[i] - m);
	v[n] = v[n + 1] = s0;
	return fmax(stats_median(v, n + 2), EPROCESS_FLOOR);
}

START_TEST(scales_are_medians_of_the_past)
{
	struct rng rng;

	for (uint64_t seed = 0; seed < 300; seed++) {
		double d[60], s[60];

		rng_init(&rng, seed, 0);
		for (size_t i = 0; i < 60; i++) /* coarse values, so that there are ties */
			d[i] = (double)rng_below(&rng, 21) / 500 - 0.02 + (seed % 3 == 0) * 0.5;
		eprocess_scales(d, 60, EPROCESS_S0, EPROCESS_FLOOR, s);
		for (size_t i = 0; i < 60; i++)
			ck_assert_msg(fabs(s[i] - scale_by_sorting(d, i, EPROCESS_S0)) < 1e-15,
				"seed %d, pair %zu", (int)seed, i);
	}
}
END_TEST

START_TEST(constant_differences_keep_a_scale)
{
	static const double zeros[8] = {0};
	double s[8];

	eprocess_scales(zeros, 8, EPROCESS_S0, EPROCESS_FLOOR, s);
	ck_assert_double_eq(s[0], EPROCESS_S0);
	ck_assert_double_eq(s[7], EPROCESS_FLOOR);
}
END_TEST

/* Two series of N pairs at a limit, each series with a bank of its own. */
static void
play(double (*scales)[N], double tau, double *ret_plus, double *ret_minus)
{
	double plus = 0, minus = 0;

	for (size_t j = 0; j < 2; j++) {
		struct eprocess e;

		eprocess_init(&e, tau);
		for (size_t i = 0; i < N; i++)
			eprocess_add(&e, both[j][i], scales[j][i]);
		plus += e.plus;
		minus += e.minus;
	}
	*ret_plus = log(plus / 2);
	*ret_minus = log(minus / 2);
}

START_TEST(mixture_averages_the_evidence)
{
	double s01[2][N], s02[2][N], plus, minus;

	for (size_t j = 0; j < 2; j++) {
		eprocess_scales(both[j], N, EPROCESS_S0, EPROCESS_FLOOR, s01[j]);
		eprocess_scales(both[j], N, 0.02 / 3, EPROCESS_FLOOR, s02[j]);
	}
	play(s01, 0, &plus, &minus);
	ck_assert_double_eq_tol(plus, 4.202283897793854, 1e-9);
	ck_assert_double_eq_tol(minus, -4.529923849722084, 1e-9);
	play(s02, 0.02, &plus, &minus);
	ck_assert_double_eq_tol(plus, -3.1608657923226007, 1e-9);
	ck_assert_double_eq_tol(minus, -0.03423241464937854, 1e-9);
}
END_TEST

/* What a hundred good pairs did not mend for bold bets alone: one of 30 %, against a scale of 0.3.
 */
START_TEST(a_wild_pair_is_made_up_for)
{
	struct eprocess_past past = {0};
	struct eprocess e;
	size_t pairs = 0;

	eprocess_init(&e, 0.01);
	while (log(e.minus) < log(100)) {
		double d = pairs == 1 ? 0.3 : pairs % 2 ? 0.002 : -0.002;

		ck_assert(pairs < 30);
		eprocess_add(&e, d, eprocess_scale(&past, 0.01 / 3, EPROCESS_FLOOR));
		eprocess_past_add(&past, d);
		pairs++;
	}
	ck_assert(pairs > 8);
	ck_assert(log(mean(e.bold.minus)) < log(10));
	eprocess_past_done(&past);
}
END_TEST

START_TEST(no_game_wins_more_than_double)
{
	struct eprocess_past past = {0};
	struct eprocess e;

	eprocess_init(&e, 0.05);
	for (size_t i = 0; i < 2000; i++) {
		eprocess_add(&e, 1000, eprocess_scale(&past, EPROCESS_S0, EPROCESS_FLOOR));
		eprocess_past_add(&past, 1000);
		ck_assert(log(e.plus) <= (double)(i + 1) * M_LN2);
		ck_assert(isfinite(e.plus) && e.minus > 0);
	}
	eprocess_past_done(&past);
}
END_TEST

START_TEST(interval_inverts_the_test)
{
	static const struct {
		size_t k, n;
		double a, lo, hi;
	} cases[] = {{1, 10, 0.1, 0.005004041166279102, 0.2246604710802719},
		{1, 10, 0.05, 0.0033242637949351846, 0.2330315604640232},
		{1, 10, 0.01, -0.001970981307475667, 0.24732468950019126},
		{2, 10, 0.1, 0.0036517718970326676, 0.07862777533390992},
		{1, 4, 0.1, -INFINITY, INFINITY}, {1, 10, 0.001, -INFINITY, INFINITY},
		{1, 0, 0.1, -INFINITY, INFINITY}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		double lo = NAN, hi = NAN;

		effect_interval(both, cases[i].k, cases[i].n, cases[i].a, &lo, &hi);
		if (isinf(cases[i].lo)) {
			ck_assert(lo == cases[i].lo && hi == cases[i].hi);
			continue;
		}
		ck_assert_double_eq_tol(lo, cases[i].lo, 1e-10);
		ck_assert_double_eq_tol(hi, cases[i].hi, 1e-10);
	}
}
END_TEST

START_TEST(long_series_do_not_underflow)
{
	double d[400], lo = NAN, hi = NAN;
	const double *ds = d;

	for (size_t i = 0; i < 400; i++)
		d[i] = 0.01 * ((double)(i % 7) - 3);
	effect_interval(&ds, 1, 400, 0.1, &lo, &hi);
	ck_assert(lo < 0 && lo > -0.01 && hi > 0 && hi < 0.01);
}
END_TEST

/* Hollander and Wolfe, Nonparametric Statistical Methods, 2nd ed. 1999, section 3.2: Hamilton
 * depression scale factor IV of nine patients, estimate -0.46 (R: wilcox.test(y, x, paired = TRUE,
 * conf.int = TRUE)). */
START_TEST(hodges_lehmann_of_the_textbook)
{
	static const double x[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
	static const double y[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
	static const double six[] = {1.1, 3.3, 2.0, 7.7, -4.0, 9.25};
	double d[9];

	for (size_t i = 0; i < 9; i++)
		d[i] = y[i] - x[i];
	ck_assert_double_eq_tol(effect_hodges_lehmann(d, 9), -0.46, 1e-12);
	ck_assert_double_eq_tol(effect_hodges_lehmann(six, 6), 2.65, 1e-12);
	ck_assert_double_eq(effect_hodges_lehmann(six, 1), 1.1);
	ck_assert(isnan(effect_hodges_lehmann(six, 0)));
}
END_TEST

START_TEST(planning_follows_its_formulas)
{
	double threshold = log(20 / 0.01);

	ck_assert_double_eq_tol(plan_growth(0.5), 0.125, 1e-15);
	ck_assert_double_eq_tol(plan_growth(1), 0.35, 1e-15);
	ck_assert_double_eq_tol(plan_growth(5), M_LN2, 1e-15);
	for (double r = 0.01; r < 3; r += 0.01)
		ck_assert(plan_growth(r) >= plan_growth(r - 0.01));
	/* log2(2000) + 1 is more than ln(12000) / ln 2 would be without the first bets' loss */
	ck_assert_double_eq_tol(plan_blocks(threshold, 0.01, 0.02), log(12000) / 0.125, 1e-9);
	ck_assert_double_eq_tol(plan_blocks(threshold, 0.1, 0.01), log(12000) / M_LN2, 1e-9);
	ck_assert(isinf(plan_blocks(threshold, 0, 0.02)));
	ck_assert(isinf(plan_blocks(threshold, -0.01, 0.02)));
	ck_assert_double_eq(plan_remaining(threshold, 0, 0.1, 0.01), 11);
	ck_assert_double_eq(plan_remaining(threshold, threshold - 0.01, 0.1, 0.01), 1);
	ck_assert_double_eq(plan_remaining(threshold, 0, 0.1, 0), 11);
	ck_assert_double_eq(plan_remaining(threshold, 0, 0.1, NAN), 11);
	ck_assert_double_eq(plan_remaining(threshold, 0, -0.1, NAN), 11);
	ck_assert(isinf(plan_remaining(threshold, 0, -0.1, 0.01)));
	ck_assert_double_eq_tol(
		plan_detectable(threshold, 40, 0.01), 0.01 * sqrt(2 * log(12000) / 40), 1e-15);
	ck_assert(isinf(plan_detectable(threshold, 10, 0.01))); /* log2(2000) = 10.97 */
	ck_assert(isfinite(plan_detectable(threshold, 11, 0.01)));
}
END_TEST

TEST_SUITE("stats/eprocess", evidence_grows_as_published, scales_are_medians_of_the_past,
	constant_differences_keep_a_scale, mixture_averages_the_evidence,
	a_wild_pair_is_made_up_for, no_game_wins_more_than_double, interval_inverts_the_test,
	long_series_do_not_underflow, hodges_lehmann_of_the_textbook, planning_follows_its_formulas)

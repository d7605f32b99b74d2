#include "stats/kblock.h"

#include "base/mem.h"
#include "base/rng.h"

#include "../check_main.h"
#include "../golden.h"
#include "figures.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

static const double bets[EPROCESS_BETS] = {0.125, 0.25, 0.5, 1, 2, 4};

START_TEST(evidence_is_that_of_trying_every_choice)
{
	FILE *f = figures_open("kblock.txt");
	struct kblock_scale scale = {0};
	double v[FIGURES_MAX], series = -1;
	struct kblock e;
	size_t cases = 0;

	for (; figures_next(f, v); cases++) {
		size_t k = (size_t)v[1];
		const double *base = v + 3, *head = base + k, *want = head + k;

		if (v[0] > series) {
			kblock_scale_done(&scale);
			kblock_scale_init(&scale, KBLOCK_S0, EPROCESS_FLOOR);
			kblock_init(&e, v[2]);
			series = v[0];
		}
		double s = kblock_scale_next(&scale);
		ck_assert_double_eq_tol(s, want[0], 1e-12);
		kblock_add(&e, base, head, k, s);
		kblock_scale_add(&scale, base, head, k);
		ck_assert_double_eq_tol(e.plus, want[1], 1e-9);
		ck_assert_double_eq_tol(e.minus, want[2], 1e-9);
		ck_assert(e.max_plus >= e.plus && e.max_plus >= 0);
		ck_assert(e.max_minus >= e.minus && e.max_minus >= 0);
	}
	ck_assert_uint_eq(cases, 32);
	kblock_scale_done(&scale);
}
END_TEST

START_TEST(one_launch_an_arm_is_a_pair)
{
	for (double d = -0.0795; d < 0.08; d += 0.003) {
		for (size_t i = 0; i < EPROCESS_BETS; i++) {
			double tau = 0.01, s = 0.01, base = 3.2, head = base + tau + d;
			double plus = kblock_factor(&base, &head, 1, tau, s, bets[i]);
			double minus = kblock_factor(&base, &head, 1, tau, s, -bets[i]);

			/* 2e-9: a tanh near -1 holds nine digits of what is left of 1 */
			ck_assert_double_eq_tol(plus, log1p(tanh(bets[i] * d / (4 * s))), 2e-9);
			ck_assert_double_eq_tol(minus, log1p(-tanh(bets[i] * d / (4 * s))), 2e-9);
		}
	}
}
END_TEST

static double
log_mean(const double *wealth)
{
	double sum = 0;

	for (size_t i = 0; i < EPROCESS_BETS; i++)
		sum += wealth[i];
	return log(sum / EPROCESS_BETS);
}

START_TEST(a_series_of_pairs_is_the_test_of_pairs)
{
	static const double d[] = {.012, .009, -.013, .011, -.010, .002, .018, -.0105, .0095, .011};
	struct eprocess_past past = {0};
	struct eprocess pairs;
	struct kblock blocks;
	double base = 0;

	eprocess_init(&pairs, 0);
	kblock_init(&blocks, 0);
	for (size_t i = 0; i < ARRAY_LEN(d); i++) {
		double s = eprocess_scale(&past, EPROCESS_S0, EPROCESS_FLOOR);

		ck_assert_double_le(
			fabs(d[i]), 2 * s); /* beyond it blocks limit what pairs do not */
		eprocess_add(&pairs, d[i], s);
		kblock_add(&blocks, &base, &d[i], 1, s / 4);
		eprocess_past_add(&past, d[i]);
		ck_assert_double_eq_tol(blocks.plus, log_mean(pairs.bold.plus), 1e-9);
		ck_assert_double_eq_tol(blocks.minus, log_mean(pairs.bold.minus), 1e-9);
	}
	eprocess_past_done(&past);
}
END_TEST

/* The mean of a bet over every choice of K of the 2K pooled values. */
static double
mean_of_all(const double *pooled, size_t k, double tau, double scale, double bet)
{
	double base[KBLOCK_MAX], head[KBLOCK_MAX], sum = 0;
	size_t choices = 0;

	for (uint32_t choice = 0; choice < UINT32_C(1) << (2 * k); choice++) {
		size_t heads = 0, bases = 0;

		if ((size_t)__builtin_popcount(choice) != k)
			continue;
		for (size_t i = 0; i < 2 * k; i++) {
			if (choice >> i & 1)
				head[heads++] = pooled[i] + tau;
			else
				base[bases++] = pooled[i];
		}
		sum += exp(kblock_factor(base, head, k, tau, scale, bet));
		choices++;
	}
	return sum / (double)choices;
}

START_TEST(no_bet_wins_or_loses_on_average)
{
	struct rng rng;

	rng_init(&rng, 7, 0); /* seed 7 */
	for (size_t k = 1; k <= 6; k++) {
		double pooled[2 * 6];

		for (size_t i = 0; i < 2 * k; i++) /* ties, and values beyond the limit */
			pooled[i] = (double)rng_below(&rng, 9) * 0.004 + (i == 0) * 0.3;
		for (size_t i = 0; i < EPROCESS_BETS; i++) {
			ck_assert_double_eq_tol(mean_of_all(pooled, k, 0, 0.004, bets[i]), 1, 1e-9);
			ck_assert_double_eq_tol(
				mean_of_all(pooled, k, 0.02, 0.001, -bets[i]), 1, 1e-9);
		}
	}
}
END_TEST

START_TEST(scale_learns_from_arms_of_several_launches)
{
	static const double base[] = {1.00, 1.02}, head[] = {1.50, 1.54};
	static const double three[] = {0, 0.001, 0.005};
	struct kblock_scale scale;

	kblock_scale_init(&scale, 0.005, 1e-5);
	ck_assert_double_eq(kblock_scale_next(&scale), 0.005);
	kblock_scale_add(&scale, base, head, 1);
	ck_assert_double_eq(kblock_scale_next(&scale), 0.005);
	/* .01 .01 .02 .02: the second one; 1.2 * 1.4826 * .01 = .0177912 lies above s0 twice */
	for (int i = 0; i < 2; i++)
		kblock_scale_add(&scale, base, head, 2);
	ck_assert_double_eq_tol(kblock_scale_next(&scale), (0.005 + 0.0177912) / 2, 1e-12);
	kblock_scale_add(&scale, base, head, 2);
	ck_assert_double_eq_tol(kblock_scale_next(&scale), 0.0177912, 1e-12);
	kblock_scale_done(&scale);
	/* 0 0 .001 .001 .004 .004: the third one */
	kblock_scale_init(&scale, 0, 1e-5);
	ck_assert_double_eq(kblock_scale_next(&scale), 1e-5);
	for (int i = 0; i < 3; i++)
		kblock_scale_add(&scale, three, three, 3);
	ck_assert_double_eq_tol(kblock_scale_next(&scale), 1.2 * 1.4826 * 0.001, 1e-12);
	kblock_scale_done(&scale);
}
END_TEST

START_TEST(the_largest_block_stays_finite)
{
	double base[KBLOCK_MAX], head[KBLOCK_MAX];
	struct kblock e;

	for (size_t i = 0; i < KBLOCK_MAX; i++) {
		base[i] = (double)i;
		head[i] = 1000 + (double)i;
	}
	kblock_init(&e, 0);
	kblock_add(&e, base, head, KBLOCK_MAX, 1e-5);
	/* C(32, 16) choices, and this is the extreme one; the boldest bets all but name it. */
	ck_assert_double_le(e.plus, log(601080390));
	ck_assert_double_ge(e.plus, log(601080390) - 2);
	ck_assert(isfinite(e.minus) && e.minus < -5);
}
END_TEST

#define HORIZON 50 /* blocks of 2 + 2 */

struct study {
	const char *trace;
	const int *columns;
	size_t k;
	double tau, effect; /* shares */
	unsigned horizon, n;
};

static const int mixture[] = {W_MIN, W_Q25, W_MED, C_Q25, C_MED, C_MEAN}, only[] = {1};

/* Whether "slower by more than tau" is proven by the mixture of the columns. */
static bool
replay(const struct trace *t, const struct study *study, uint64_t seed)
{
	struct kblock_scale scales[COLUMNS];
	struct kblock e[COLUMNS];
	double logw[COLUMNS];
	bool found = false;
	struct rng rng;

	rng_init(&rng, seed, 1);
	size_t at = (size_t)rng_below(&rng, t->n - 4 * HORIZON + 1);
	for (size_t j = 0; j < study->k; j++) {
		kblock_scale_init(&scales[j], KBLOCK_S0, EPROCESS_FLOOR);
		kblock_init(&e[j], log1p(study->tau));
	}
	for (unsigned b = 0; b < study->horizon && !found; b++, at += 4) {
		uint32_t order[4];

		rng_permutation(&rng, order, 4);
		for (size_t j = 0; j < study->k; j++) {
			double v[4];

			for (size_t i = 0; i < 4; i++)
				v[i] = t->v[at + order[i]][study->columns[j]] +
				       (i < 2 ? log1p(study->effect) : 0);
			kblock_add(&e[j], v + 2, v, 2, kblock_scale_next(&scales[j]));
			kblock_scale_add(&scales[j], v + 2, v, 2);
			logw[j] = e[j].plus;
		}
		found = eprocess_mix(logw, study->k) >= log(1 / 0.01);
	}
	for (size_t j = 0; j < study->k; j++)
		kblock_scale_done(&scales[j]);
	return found;
}

/* Per cent of the replays that find something. */
static double
rate(struct study study)
{
	struct trace *t = trace_load(study.trace, 4 * HORIZON);
	unsigned found = 0;

	for (uint64_t seed = 1; seed <= study.n; seed++)
		found += replay(t, &study, seed);
	free(t);
	double percent = 100.0 * found / study.n;
	printf("%s, %zu summaries, %+.1f %% against %g %%: %.2f %% of %u replays within %u "
	       "launches\n",
		study.trace, study.k, 100 * study.effect, 100 * study.tau, percent, study.n,
		4 * study.horizon);
	return percent;
}

START_TEST(no_more_false_alarms_than_allowed_on_recorded_noise)
{
	static const struct study studies[] = {
		{"a_single_unpin_1", mixture, 1, 0, 0, HORIZON, 4000},
		{"a_single_unpin_load_1", mixture, 6, 0, 0, HORIZON, 2000},
		{"b_single_unpin_1", only, 1, 0, 0, HORIZON, 4000},
		/* At the limit, and where nothing but replays says that it holds: below. */
		{"a_single_unpin_1", mixture, 1, 0.05, 0.05, HORIZON, 2000},
		{"a_single_unpin_1", mixture, 1, 0.05, 0.049, HORIZON, 2000},
		{"a_single_unpin_load_1", mixture, 1, 0.05, 0.045, HORIZON, 2000},
		{"b_single_unpin_1", only, 1, 0.05, 0.05, HORIZON, 2000},
		{"b_single_unpin_1", only, 1, 0.05, 0.04, HORIZON, 2000},
		{"b_single_unpin_1", only, 1, 0.05, 0, HORIZON, 2000}};

	for (size_t i = 0; i < ARRAY_LEN(studies); i++)
		ck_assert(rate(studies[i]) <= 1.2);
}
END_TEST

START_TEST(effects_are_found_in_fewer_launches_than_by_pairs)
{
	static const struct {
		struct study study;
		double percent;
	} cases[] = {{{"a_single_unpin_1", mixture, 1, 0, 0.01, 4, 2000}, 94},
		{{"a_single_unpin_load_1", mixture, 1, 0, 0.01, 4, 2000}, 98},
		{{"a_single_unpin_1", mixture, 1, 0, 0.05, 3, 2000}, 98},
		{{"a_single_unpin_load_1", mixture, 6, 0, 0.05, 3, 2000}, 94}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert(rate(cases[i].study) >= cases[i].percent);
}
END_TEST

TEST_SUITE("stats/kblock", evidence_is_that_of_trying_every_choice, one_launch_an_arm_is_a_pair,
	a_series_of_pairs_is_the_test_of_pairs, no_bet_wins_or_loses_on_average,
	scale_learns_from_arms_of_several_launches, the_largest_block_stays_finite,
	no_more_false_alarms_than_allowed_on_recorded_noise,
	effects_are_found_in_fewer_launches_than_by_pairs)

#include "stats/bisection.h"

#include "../check_main.h"
#include "figures.h"

#include <math.h>

static const struct bisection_noise quiet = {
	.step = .02, .step_var = 1e-6, .sd = .003, .layout = .002};

START_TEST(posteriors_are_those_of_python)
{
	FILE *f = figures_open("bisection.txt");
	double v[FIGURES_MAX], prior[20], odds[20], posterior[20];
	size_t cases = 0;

	for (; figures_next(f, v); cases++) {
		size_t n = (size_t)v[0];
		const struct bisection_noise noise = {
			.step = v[1], .step_var = v[2], .sd = v[3], .layout = v[4]};
		const double *priors = v + 5, *looks = priors + n, *told = looks + 2 * (n + 1);

		for (size_t c = 1; c <= n; c++)
			prior[c] = log(priors[c - 1]);
		for (size_t k = 0; k <= n; k++)
			odds[k] =
				bisection_log_odds(&noise, looks[2 * k + 1], (size_t)looks[2 * k]);
		ck_assert(bisection_posterior(prior, odds, n, posterior));
		for (size_t c = 1; c <= n; c++)
			ck_assert_double_eq_tol(posterior[c], told[c - 1], 1e-12);
		ck_assert_double_eq(posterior[0], 0);
	}
	ck_assert_uint_eq(cases, 4);
}
END_TEST

START_TEST(variance_has_three_parts)
{
	ck_assert_double_eq_tol(bisection_variance(&quiet, 1), 1.21 * 9e-6 + 4e-6 + .25e-6, 1e-18);
	ck_assert_double_eq_tol(
		bisection_variance(&quiet, 4), 1.21 * 9e-6 / 4 + 4e-6 + .25e-6, 1e-18);
	ck_assert(isinf(bisection_variance(&quiet, 0)));
}
END_TEST

START_TEST(odds_have_a_ceiling)
{
	double few = log((1 - BISECTION_WILD) / BISECTION_WILD);
	double many = log((1 - BISECTION_MISLABEL) / BISECTION_MISLABEL);

	ck_assert_double_eq(bisection_log_odds(&quiet, .02, 0), 0);
	ck_assert_double_eq_tol(bisection_log_odds(&quiet, 9, 1), few, 1e-9);
	ck_assert_double_eq_tol(bisection_log_odds(&quiet, 9, 30), many, 1e-9);
	ck_assert_double_eq_tol(bisection_log_odds(&quiet, -9, 30), -many, 1e-9);
	ck_assert_double_eq_tol(bisection_log_odds(&quiet, .01, 30), 0, 1e-12);
}
END_TEST

START_TEST(clear_looks_are_settled_unless_few)
{
	ck_assert(!bisection_is_settled(&quiet, .02, 2));
	ck_assert(bisection_is_settled(&quiet, .02, 3));
	ck_assert(bisection_is_settled(&quiet, 0, 3));
	ck_assert(!bisection_is_settled(&quiet, .011, 30));
	ck_assert(!bisection_is_settled(&quiet, .02, 0));
}
END_TEST

START_TEST(nothing_possible_is_no_posterior)
{
	const double never[] = {0, -INFINITY, -INFINITY}, odds[] = {0, 0, 0},
		     second[] = {0, -INFINITY, 0};
	double posterior[3];

	ck_assert(!bisection_posterior(never, odds, 2, posterior));
	ck_assert(bisection_posterior(second, odds, 2, posterior));
	ck_assert_double_eq(posterior[1], 0);
	ck_assert_double_eq(posterior[2], 1);
}
END_TEST

START_TEST(a_first_look_tells_more_than_a_later_one)
{
	struct information_table *table = malloc(sizeof(*table));

	information_table_init(table);
	double first = bisection_gain(&quiet, table, .5, 0, 1);
	double later = bisection_gain(&quiet, table, .5, 8, 1);
	ck_assert(first > later && later > 0);
	ck_assert(bisection_gain(&quiet, table, .5, 0, 16) <= M_LN2 + 1e-9);
	ck_assert(bisection_gain(&quiet, table, .01, 0, 1) < first);
	free(table);
}
END_TEST

START_TEST(a_level_between_is_neither)
{
	ck_assert(!bisection_between(&quiet, .01, 1)); /* 6 sd are more than half of the step */
	const struct bisection_noise large = {.step = .1, .sd = .003, .layout = .002};
	ck_assert(bisection_between(&large, .05, 4));
	ck_assert(bisection_between(&large, .025, 4));
	ck_assert(!bisection_between(&large, .015, 4)); /* below a fifth */
	ck_assert(!bisection_between(&large, .1, 4));
	ck_assert(!bisection_between(&large, .2, 4)); /* beyond */
	ck_assert(!bisection_between(&large, .05, 0));
}
END_TEST

TEST_SUITE("stats/bisection", posteriors_are_those_of_python, variance_has_three_parts,
	odds_have_a_ceiling, clear_looks_are_settled_unless_few, nothing_possible_is_no_posterior,
	a_first_look_tells_more_than_a_later_one, a_level_between_is_neither)

#include "stats/rounds.h"

#include "../check_main.h"

#include <math.h>

START_TEST(variances_are_pooled)
{
	/* By hand: logs of the means 0, 0.2 | 1, 1.1; relative deviations 0.1 each. Within 0.01.
	 * Between: (0.02 + 0.005) / 2 = 0.0125, less 0.01 / 10. */
	struct rounds_launch l[] = {{0, 1, .1, 10}, {0, exp(.2), .1 * exp(.2), 10},
		{1, exp(1), .1 * exp(1), 10}, {1, exp(1.1), .1 * exp(1.1), 10}};
	double within, between;

	rounds_variances(l, 4, &within, &between);
	ck_assert_double_eq_tol(within, 0.01, 1e-12);
	ck_assert_double_eq_tol(between, 0.0115, 1e-12);
	l[1].mean = 1;
	l[1].stddev = .1;
	l[3] = l[2];
	rounds_variances(l, 4, &within, &between); /* launches alike: nothing beyond the rounds */
	ck_assert_double_eq(between, 0);
	rounds_variances(l, 1, &within, &between);
	ck_assert_double_eq(between, 0);
}
END_TEST

START_TEST(rounds_weigh_costs_and_variances)
{
	/* sqrt(4 / 1 * 0.01 / 0.0025) = 4: below the least. */
	ck_assert_uint_eq(rounds_best(4, 1, 0.01, 0.0025), ROUNDS_LEAST);
	ck_assert_uint_eq(rounds_best(10, 1, 0.1, 0.01), 10); /* sqrt(10 * 10) */
	ck_assert_uint_eq(rounds_best(4, 1, 0.01, 0), 7);  /* a tenth of within: sqrt(40) = 6.3 */
	ck_assert_uint_eq(rounds_best(9, 1, 0.01, 0), 10); /* sqrt(90) = 9.5 */
	/* Nothing to gain from rounds, but as much time as the launch takes: 30. */
	ck_assert_uint_eq(rounds_best(30, 1, 0.01, 1), 30);
	ck_assert_uint_eq(rounds_best(1e9, 1, 0.01, 0), ROUNDS_MOST);
	ck_assert_uint_eq(rounds_best(100, 1, 0, 0.1), ROUNDS_LEAST);
	ck_assert_uint_eq(rounds_best(0, 1, 0.1, 0.1), ROUNDS_LEAST);
}
END_TEST

START_TEST(warm_up_ends_where_it_is_steady)
{
	static const double cold[] = {9, 5, 2, 1.02, .99, 1, 1.01, .98, 1, 1.02, .99, 1, 1.01, .98};
	static const double flat[] = {1, 1.02, .99, 1, 1.01, .98, 1, 1.01};
	static const double drift[] = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
	bool steady;

	/* The medians of three: 5, 2, 1.02, 1; the last half is 1 +- 0.01. */
	ck_assert_uint_eq(rounds_warmup(cold, 14, &steady), 3);
	ck_assert(steady);
	ck_assert_uint_eq(rounds_warmup(flat, 8, &steady), 0);
	ck_assert(steady);
	ck_assert_uint_eq(rounds_warmup(cold, 5, &steady), 0); /* too few to tell */
	ck_assert(steady);
	ck_assert_uint_le(rounds_warmup(drift, 16, &steady), 8);
}
END_TEST

TEST_SUITE("stats/rounds", variances_are_pooled, rounds_weigh_costs_and_variances,
	warm_up_ends_where_it_is_steady)

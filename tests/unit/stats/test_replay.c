/* The sequential test on recorded noise of a shared virtual machine. A row of a trace is a launch
 * (log times, units of 1e-5), two adjacent rows are a pair, a coin says which of them is called
 * head; an effect is added to the head. Everything is drawn from fixed seeds, so that a figure
 * printed here is the same on every machine. */
#include "base/mem.h"
#include "base/rng.h"
#include "stats/eprocess.h"

#include "../check_main.h"
#include "../golden.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#define HORIZON 100              /* pairs */
#define ENOUGH 4.605170185988091 /* ln(1 / 0.01) */

/* Pairs until "slower" is proven by the mixture of the columns; 0 when it is not. */
static unsigned
replay(const struct trace *t, const int *columns, size_t k, double effect, unsigned horizon,
	uint64_t seed)
{
	struct eprocess_past past[COLUMNS] = {0};
	struct eprocess e[COLUMNS];
	unsigned found = 0;
	struct rng rng;

	rng_init(&rng, seed, 1);
	size_t at = (size_t)rng_below(&rng, t->n - 2 * HORIZON + 1);
	for (size_t j = 0; j < k; j++)
		eprocess_init(&e[j], 0);
	for (unsigned b = 0; b < horizon && !found; b++, at += 2) {
		bool swap = rng_below(&rng, 2);
		double wealth = 0;

		for (size_t j = 0; j < k; j++) {
			double x = t->v[at][columns[j]] - t->v[at + 1][columns[j]];
			double d = (swap ? x : -x) + effect;

			eprocess_add(
				&e[j], d, eprocess_scale(&past[j], EPROCESS_S0, EPROCESS_FLOOR));
			eprocess_past_add(&past[j], d);
			wealth += e[j].plus;
		}
		if (log(wealth / (double)k) >= ENOUGH)
			found = b + 1;
	}
	for (size_t j = 0; j < k; j++)
		eprocess_past_done(&past[j]);
	return found;
}

/* Per cent of n replays that find something within the horizon. */
static double
rate(const char *name, const char *what, const int *columns, size_t k, double effect,
	unsigned horizon, unsigned n)
{
	struct trace *t = trace_load(name, 2 * HORIZON);
	unsigned found = 0;

	for (uint64_t seed = 1; seed <= n; seed++)
		found += replay(t, columns, k, log1p(effect), horizon, seed) > 0;
	free(t);
	double percent = 100.0 * found / n;
	printf("%s, %s, %+.0f %%: %.2f %% of %u replays within %u pairs\n", name, what,
		100 * effect, percent, n, horizon);
	return percent;
}

static const int wall_min[] = {W_MIN}, cpu_q25[] = {C_Q25}, only[] = {1};
static const int mixture[] = {W_MIN, W_Q25, W_MED, C_Q25, C_MED, C_MEAN};

START_TEST(no_more_false_alarms_than_allowed)
{
	static const char *const traces[] = {"a_single_unpin_1", "a_single_unpin_load_1"};

	for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
		ck_assert(rate(traces[i], "wall min", wall_min, 1, 0, HORIZON, 4000) <= 1.2);
		ck_assert(rate(traces[i], "cpu q25", cpu_q25, 1, 0, HORIZON, 4000) <= 1.2);
		ck_assert(rate(traces[i], "mixture", mixture, 6, 0, HORIZON, 2500) <= 1.2);
	}
	/* Memory-bound: columns are the means of wall and CPU time. */
	ck_assert(rate("b_single_unpin_1", "cpu mean", only, 1, 0, HORIZON, 4000) <= 1.2);
}
END_TEST

START_TEST(five_percent_are_found_in_nine_pairs)
{
	static const char *const traces[] = {"a_single_unpin_1", "a_single_unpin_load_1"};

	for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
		ck_assert(rate(traces[i], "wall min", wall_min, 1, 0.05, 9, 4000) >= 95);
		ck_assert(rate(traces[i], "cpu q25", cpu_q25, 1, 0.05, 9, 4000) >= 95);
		ck_assert(rate(traces[i], "mixture", mixture, 6, 0.05, 9, 4000) >= 95);
	}
}
END_TEST

START_TEST(one_percent_is_found_in_eleven_pairs)
{
	ck_assert(rate("a_single_unpin_1", "mixture", mixture, 6, 0.01, 11, 4000) >= 95);
	ck_assert(rate("a_single_unpin_load_1", "mixture", mixture, 6, 0.01, 11, 4000) >= 90);
}
END_TEST

START_TEST(five_percent_on_memory_bound_work_are_found_in_the_end)
{
	ck_assert(rate("b_single_unpin_1", "cpu mean", only, 1, 0.05, HORIZON, 2000) >= 90);
}
END_TEST

TEST_SUITE("stats/replay", no_more_false_alarms_than_allowed, five_percent_are_found_in_nine_pairs,
	one_percent_is_found_in_eleven_pairs,
	five_percent_on_memory_bound_work_are_found_in_the_end)

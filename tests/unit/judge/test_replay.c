/* Whole verdicts on recorded noise, as test_replay.c of stats/ draws it: how often does a gate say
 * what when the truth is known? Fixed seeds: the figures printed are the same everywhere. */
#include "judge/judge.h"

#include "base/rng.h"

#include "../check_main.h"
#include "../golden.h"

#include <math.h>

#define BLOCKS 40

static const enum summary summaries[COLUMNS] = {SUMMARY_MIN, SUMMARY_Q25, SUMMARY_MEDIAN,
	SUMMARY_MEAN, SUMMARY_COUNT, SUMMARY_CPU_Q25, SUMMARY_CPU_MEDIAN, SUMMARY_CPU_MEAN};

/* A launch around a millisecond. */
static struct sample
launch(const double *row, double effect)
{
	struct sample s = {.rounds = 16};

	for (size_t i = 0; i < SUMMARY_COUNT; i++)
		s.v[i] = NAN;
	for (size_t c = 0; c < COLUMNS; c++)
		if (summaries[c] != SUMMARY_COUNT)
			s.v[summaries[c]] = 1e-3 * exp(row[c]) * effect;
	return s;
}

static struct row
judge_window(const struct trace *t, const struct judge_policy *policy, double effect, uint64_t seed)
{
	struct bench bench = {.suite = "s", .name = "b", .metric = "time", .unit = "s"};
	struct rev revs[] = {{.label = "main"}, {.label = "topic"}};
	struct arena arena = ARENA_INIT;
	struct results r;
	struct row *rows = NULL;
	struct rng rng;
	size_t n = 0;

	rng_init(&rng, seed, 2);
	size_t at = (size_t)rng_below(&rng, t->n - 2 * BLOCKS + 1);
	results_init(&r);
	results_add_rev(&r, &revs[0]);
	results_add_rev(&r, &revs[1]);
	results_bench(&r, &bench);
	for (size_t b = 0; b < BLOCKS; b++, at += 2) {
		size_t head = (size_t)rng_below(&rng, 2);
		struct sample base_sample = launch(t->v[at + 1 - head], 1);
		struct sample head_sample = launch(t->v[at + head], effect);

		results_set(&r, 0, 0, b, &base_sample);
		results_set(&r, 0, 1, b, &head_sample);
	}
	r.n_blocks = BLOCKS;
	judge_rows(&r, policy, &arena, &rows, &n);
	ck_assert_uint_eq(n, 1);
	struct row row = rows[0];
	results_done(&r);
	arena_done(&arena);
	return row;
}

struct shares {
	double regressed, pass, improved, inconclusive;
	double covered; /* intervals that hold the true ratio */
};

static struct shares
replay(const char *name, const char *gate_text, double effect, unsigned n)
{
	struct trace *t = trace_load(name, 2 * BLOCKS);
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct gate gate;
	struct judge_policy policy = {.gates = &gate,
		.n_gates = gate_text != NULL,
		.alpha = 0.01,
		.beta = 0.05,
		.family = gate_text ? 1 : 2,
		.final = true};
	struct shares s = {0};

	if (gate_text)
		ck_assert_int_eq(gate_parse(gate_text, NULL, &arena, &gate, &err), 0);
	for (uint64_t seed = 1; seed <= n; seed++) {
		struct row row = judge_window(t, &policy, effect, seed);

		s.regressed += row.verdict == VERDICT_REGRESSED;
		s.pass += row.verdict == VERDICT_PASS;
		s.improved += row.verdict == VERDICT_IMPROVED;
		s.inconclusive += row.verdict == VERDICT_INCONCLUSIVE;
		s.covered += row.ratio_lo <= effect && effect <= row.ratio_hi;
		ck_assert(row.ratio_lo <= row.ratio && row.ratio <= row.ratio_hi);
	}
	double *all = &s.regressed;
	for (size_t i = 0; i < 5; i++)
		all[i] *= 100.0 / n;
	printf("%s, %s, truth %+.1f %%: regressed %.1f %%, improved %.1f %%, pass %.1f %%, "
	       "inconclusive %.1f %%; interval holds the truth in %.1f %%\n",
		name, gate_text ? gate_text : "no gate", 100 * (effect - 1), s.regressed,
		s.improved, s.pass, s.inconclusive, s.covered);
	arena_done(&arena);
	free(t);
	return s;
}

static const char *const traces[] = {"a_single_unpin_1", "a_single_unpin_load_1"};

START_TEST(a_gate_says_what_is_true)
{
	for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
		struct shares none = replay(traces[i], "auto:5%", 1, 300);
		struct shares there = replay(traces[i], "auto:5%", 1.1, 300);

		ck_assert(none.regressed == 0 && none.pass >= 99);
		ck_assert(there.regressed >= 99 && there.pass == 0);
		ck_assert(none.covered >= 90 && there.covered >= 90);
	}
}
END_TEST

START_TEST(right_at_the_limit_nothing_is_claimed)
{
	for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
		struct shares s = replay(traces[i], "auto:5%", 1.05, 600);

		ck_assert(s.regressed <= 1);
		ck_assert(s.pass + s.improved <= 5);
		ck_assert(s.covered >= 90);
	}
}
END_TEST

START_TEST(without_a_gate_both_ways)
{
	for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
		ck_assert(replay(traces[i], NULL, 1, 300).pass >= 99);
		ck_assert(replay(traces[i], NULL, 1.04, 300).regressed >= 99);
		ck_assert(replay(traces[i], NULL, 0.96, 300).improved >= 99);
	}
}
END_TEST

START_TEST(means_on_a_loaded_machine_are_honest)
{
	struct shares s = replay("a_single_unpin_load_1", "mean:5%", 1, 300);

	ck_assert(s.regressed <= 1);
}
END_TEST

TEST_SUITE("judge/replay", a_gate_says_what_is_true, right_at_the_limit_nothing_is_claimed,
	without_a_gate_both_ways, means_on_a_loaded_machine_are_honest)

#include "judge/judge.h"

#include "base/rng.h"

#include "../check_main.h"

#include <math.h>
#include <string.h>

#define SEED 20240229

/* Results made by hand: revisions "main" (0) and "topic" (1), sometimes more. */
struct world {
	struct results results;
	struct arena arena;
	struct gate gates[4];
	struct judge_policy policy;
	struct row *rows;
	size_t n;
};

static void
world_init(struct world *w, size_t revs)
{
	static const char *const labels[] = {"main", "topic", "third"};

	memset(w, 0, sizeof(*w));
	results_init(&w->results);
	for (size_t i = 0; i < revs; i++) {
		struct rev rev = {.spec = labels[i], .label = labels[i], .id = labels[i]};

		results_add_rev(&w->results, &rev);
	}
	w->policy = (struct judge_policy){
		.gates = w->gates, .alpha = 0.01, .beta = 0.05, .family = 1, .final = true};
}

static void
world_done(struct world *w)
{
	results_done(&w->results);
	arena_done(&w->arena);
}

static void
world_gate(struct world *w, const char *text, const char *where)
{
	struct err err = ERR_INIT;
	int r = gate_parse(text, where, &w->arena, &w->gates[w->policy.n_gates++], &err);

	ck_assert_msg(r == 0, "%s", err.text);
}

static size_t
world_bench(struct world *w, const char *name)
{
	struct bench bench = {.suite = "s", .name = name, .metric = "time", .unit = "s"};

	return results_bench(&w->results, &bench);
}

static void
world_judge(struct world *w)
{
	judge_rows(&w->results, &w->policy, &w->arena, &w->rows, &w->n);
}

/* A launch of several rounds whose summaries all follow v. */
static struct sample
launch(double v)
{
	struct sample s = {.rounds = 5, .iterations = 1};

	for (size_t i = 0; i < SUMMARY_COUNT; i++)
		s.v[i] = NAN;
	s.v[SUMMARY_MIN] = v * 0.98;
	s.v[SUMMARY_Q25] = v * 0.99;
	s.v[SUMMARY_MEDIAN] = v;
	s.v[SUMMARY_MEAN] = v * 1.01;
	s.v[SUMMARY_MAX] = v * 1.1;
	s.v[SUMMARY_STDDEV] = v * 0.05;
	s.v[SUMMARY_IQR] = v * 0.04;
	return s;
}

static void
put(struct world *w, size_t bench, size_t rev, size_t block, double v)
{
	struct sample s = launch(v);

	results_set(&w->results, bench, rev, block, &s);
	if (w->results.n_blocks < block + 1)
		w->results.n_blocks = block + 1;
}

/* n blocks around value, +- noise, drifting: the second revision is effect times the first. */
static void
fill(struct world *w, size_t bench, double value, double effect, double noise, size_t n)
{
	struct rng rng;

	rng_init(&rng, SEED, bench);
	for (size_t i = 0; i < n; i++) {
		double drift = 1 + 0.2 * sin((double)i);

		put(w, bench, 0, i, value * drift * (1 + noise * (rng_unit(&rng) - 0.5)));
		put(w, bench, 1, i, value * drift * effect * (1 + noise * (rng_unit(&rng) - 0.5)));
	}
}

/* The only row of a world with one bench. */
static struct row
single(struct world *w)
{
	world_judge(w);
	ck_assert_uint_eq(w->n, 1);
	return w->rows[0];
}

/* One bench under one gate (NULL: none), n blocks. */
static struct row
judged(struct world *w, const char *gate, double effect, double noise, size_t n)
{
	world_init(w, 2);
	if (gate)
		world_gate(w, gate, NULL);
	else
		w->policy.family = 0;
	fill(w, world_bench(w, "b"), 0.001, effect, noise, n);
	return single(w);
}

START_TEST(a_slower_head_regresses)
{
	struct world w;
	struct row row = judged(&w, "auto:5%", 1.10, 0.01, 10);

	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	ck_assert_int_eq(row.status, STATUS_OK);
	ck_assert(row.decided && row.slower && !row.faster && row.classic_fails);
	ck_assert_double_eq_tol(row.ratio, 1.10, 0.005);
	ck_assert(row.ratio_lo > 1.05 && row.ratio_lo < row.ratio);
	ck_assert(row.ratio_hi < 1.15 && row.ratio_hi > row.ratio);
	ck_assert_double_eq_tol(row.value / row.base_value, 1.10, 0.02);
	ck_assert(row.noise > 0 && row.noise < 0.01);
	ck_assert(row.detectable > 0 && row.detectable < 0.02);
	ck_assert_uint_eq(row.blocks, 10);
	ck_assert_double_eq(row.blocks_missing, 0);
	ck_assert_str_eq(row.gate->text, "auto:5%");
	ck_assert_ptr_null(row.detail);
	ck_assert_ptr_null(row.caution);
	ck_assert_int_eq(judge_overall(w.rows, w.n), VERDICT_REGRESSED);
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, false), 1);
	world_done(&w);
}
END_TEST

START_TEST(an_equal_head_passes)
{
	struct world w;
	struct row row = judged(&w, "mean:5%", 1, 0.01, 6);

	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	ck_assert(row.decided && !row.slower && !row.faster && !row.classic_fails);
	ck_assert(row.ratio_lo < 1 && row.ratio_hi > 1 && row.ratio_hi < 1.05);
	ck_assert_int_eq(judge_overall(w.rows, w.n), VERDICT_PASS);
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, true), 0);
	world_done(&w);
}
END_TEST

START_TEST(slower_within_the_gate_passes_and_says_slower)
{
	struct world w;
	struct row row = judged(&w, "median:10%", 1.03, 0.005, 12);

	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	ck_assert(row.slower);
	world_done(&w);
}
END_TEST

START_TEST(a_faster_head_improves)
{
	struct world w;
	struct row row = judged(&w, "median:5%", 0.8, 0.01, 12);

	ck_assert_int_eq(row.verdict, VERDICT_IMPROVED);
	ck_assert(row.faster && !row.slower);
	ck_assert_int_eq(judge_overall(w.rows, w.n), VERDICT_IMPROVED);
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, true), 0);
	world_done(&w);
	row = judged(&w, "median:5%", 0.97, 0.005, 12); /* faster, but not by what the gate asks */
	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	ck_assert(row.faster);
	world_done(&w);
}
END_TEST

START_TEST(without_gates_both_directions_count)
{
	static const struct {
		double effect;
		enum verdict verdict;
	} cases[] = {{1.05, VERDICT_REGRESSED}, {0.95, VERDICT_IMPROVED}, {1, VERDICT_PASS}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world w;
		struct row row = judged(&w, NULL, cases[i].effect, 0.004, 14);

		ck_assert_int_eq(row.verdict, cases[i].verdict);
		ck_assert_str_eq(row.gate->text, JUDGE_DEFAULT_GATE);
		ck_assert_uint_eq(judge_family(&w.results, &w.policy), 2);
		world_done(&w);
	}
}
END_TEST

START_TEST(the_default_gate_is_what_its_text_says)
{
	struct world w;
	struct row row = judged(&w, NULL, 1, 0.004, 3);
	struct err err = ERR_INIT;
	struct gate gate;

	ck_assert_int_eq(gate_parse(JUDGE_DEFAULT_GATE, NULL, &w.arena, &gate, &err), 0);
	ck_assert_double_eq(row.gate->limit, gate.limit);
	ck_assert_int_eq(row.gate->percent, gate.percent);
	ck_assert_int_eq(row.gate->field, gate.field);
	world_done(&w);
}
END_TEST

START_TEST(too_little_to_tell_is_inconclusive)
{
	struct world w;
	struct row row = judged(&w, "mean:5%", 1.2, 0.01, 3);

	ck_assert_int_eq(row.verdict, VERDICT_INCONCLUSIVE);
	ck_assert(!row.decided && row.classic_fails);
	ck_assert(row.blocks_missing >= 4 && row.blocks_missing <= 9);
	ck_assert(row.ratio_lo == 0 && isinf(row.ratio_hi));
	ck_assert(isnan(row.detectable)); /* nothing can be shown by three pairs */
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, false), 0);
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, true), 9);
	world_done(&w);
	row = judged(&w, "mean:5%", 1.05, 0.1, 20); /* right at the limit */
	ck_assert_int_eq(row.verdict, VERDICT_INCONCLUSIVE);
	ck_assert(row.blocks_missing > 20);
	world_done(&w);
}
END_TEST

START_TEST(a_family_asks_for_more_evidence)
{
	struct world w;
	struct row row = judged(&w, "mean:5%", 1.2, 0.01, 8);

	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED); /* log2(100) = 6.6 pairs at least */
	w.policy.family = 40;
	row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_INCONCLUSIVE); /* log2(4000) = 12 */
	fill(&w, 0, 0.001, 1.2, 0.01, 14);
	row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	world_done(&w);
}
END_TEST

START_TEST(a_verdict_once_reached_stays)
{
	struct world w;
	struct row row = judged(&w, "mean:5%", 1, 0.01, 8);

	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	for (size_t i = 8; i < 30; i++) {
		put(&w, 0, 0, i, 0.001);
		put(&w, 0, 1, i, 0.002);
	}
	row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	ck_assert(row.slower);
	world_done(&w);
}
END_TEST

START_TEST(only_complete_blocks_are_pairs)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "mean:5%", NULL);
	size_t b = world_bench(&w, "b");
	for (size_t i = 0; i < 12; i++) {
		if (i % 3 != 1)
			put(&w, b, 0, i, 0.001);
		if (i % 3 != 2)
			put(&w, b, 1, i, 0.001);
	}
	ck_assert_uint_eq(single(&w).blocks, 4);
	world_done(&w);
}
END_TEST

START_TEST(new_and_removed)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "mean:5%", NULL);
	size_t removed = world_bench(&w, "removed"), fresh = world_bench(&w, "fresh");
	put(&w, removed, 0, 0, 0.5);
	put(&w, fresh, 1, 0, 0.5);
	world_judge(&w);
	ck_assert_uint_eq(w.n, 2);
	ck_assert_int_eq(w.rows[0].status, STATUS_NEW);
	ck_assert_uint_eq(w.rows[0].bench, fresh);
	ck_assert_double_eq(w.rows[0].value, 0.5);
	ck_assert(isnan(w.rows[0].base_value) && isnan(w.rows[0].ratio));
	ck_assert_int_eq(w.rows[1].status, STATUS_REMOVED);
	ck_assert_int_eq(w.rows[1].verdict, VERDICT_UNGATED);
	ck_assert(w.rows[0].decided && w.rows[1].decided);
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, true), 0);

	w.policy.final = false; /* it may still come, unless it was said to be absent */
	world_judge(&w);
	ck_assert(!w.rows[0].decided && !w.rows[1].decided);
	ck_assert_int_eq(w.rows[0].status, STATUS_OK);
	results_cell(&w.results, removed, 1)->absent = true;
	results_cell(&w.results, removed, 1)->seen = true;
	world_judge(&w);
	ck_assert_int_eq(w.rows[1].status, STATUS_REMOVED);
	w.results.n_blocks = 3; /* three complete blocks without a word */
	world_judge(&w);
	ck_assert_int_eq(w.rows[0].status, STATUS_NEW);
	world_done(&w);
}
END_TEST

START_TEST(what_neither_side_has_gives_no_row)
{
	struct world w;

	world_init(&w, 3);
	put(&w, world_bench(&w, "third only"), 2, 0, 1);
	world_judge(&w);
	ck_assert_uint_eq(w.n, 1);
	ck_assert_uint_eq(w.rows[0].rev, 2);
	ck_assert_int_eq(w.rows[0].status, STATUS_NEW);
	world_done(&w);
}
END_TEST

START_TEST(failures_are_rows)
{
	static const struct {
		enum outcome_kind kind;
		enum row_status status;
		int exit;
	} cases[] = {{OUTCOME_FAILED, STATUS_FAILED, 3}, {OUTCOME_CRASHED, STATUS_CRASHED, 3},
		{OUTCOME_TIMED_OUT, STATUS_TIMEOUT, 3}, {OUTCOME_BAD_OUTPUT, STATUS_FAILED, 3},
		{OUTCOME_SKIPPED, STATUS_SKIPPED, 0}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (size_t side = 0; side < 2; side++) {
			struct world w;

			world_init(&w, 2);
			size_t b = world_bench(&w, "b");
			put(&w, b, 1 - side, 0, 1);
			struct results_cell *cell = results_cell(&w.results, b, side);
			outcome_set(&cell->outcome, cases[i].kind, "exit status 3");
			cell->seen = true;
			cell->log = "/log";
			struct row row = single(&w);
			ck_assert_int_eq(row.status, cases[i].status);
			ck_assert_str_eq(
				row.detail, side ? "topic: exit status 3" : "main: exit status 3");
			ck_assert_str_eq(row.log, "/log");
			ck_assert(row.decided);
			ck_assert_int_eq(judge_exit_code(w.rows, w.n, false), cases[i].exit);
			world_done(&w);
		}
	}
}
END_TEST

START_TEST(both_sides_may_fail)
{
	struct world w;

	world_init(&w, 2);
	size_t b = world_bench(&w, "b");
	outcome_set(&results_cell(&w.results, b, 0)->outcome, OUTCOME_FAILED, "no memory");
	outcome_set(&results_cell(&w.results, b, 1)->outcome, OUTCOME_CRASHED, "signal 11");
	struct row row = single(&w);
	ck_assert_int_eq(row.status, STATUS_CRASHED);
	ck_assert_str_eq(row.detail, "topic: signal 11; main: no memory");
	world_done(&w);
}
END_TEST

START_TEST(unbuilt_revisions)
{
	struct world w;

	world_init(&w, 3);
	fill(&w, world_bench(&w, "b"), 1, 1, 0, 3);
	outcome_set(&w.results.revs.v[1].build, OUTCOME_FAILED, "make: exit status 2");
	w.results.revs.v[1].build_log = "/build.log";
	put(&w, 0, 2, 0, 1);
	world_judge(&w);
	ck_assert_uint_eq(w.n, 2);
	ck_assert_int_eq(w.rows[0].status, STATUS_UNBUILT);
	ck_assert_uint_eq(w.rows[0].rev, 1);
	ck_assert_str_eq(w.rows[0].detail, "topic: not built: make: exit status 2");
	ck_assert_str_eq(w.rows[0].log, "/build.log");
	ck_assert_int_eq(w.rows[1].status, STATUS_OK);
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, false), 3);
	ck_assert_uint_eq(judge_family(&w.results, &w.policy), 2);
	outcome_set(&w.results.revs.v[0].build, OUTCOME_TIMED_OUT, "after 1h");
	world_judge(&w);
	for (size_t i = 0; i < w.n; i++)
		ck_assert_int_eq(w.rows[i].status, STATUS_UNBUILT);
	ck_assert_str_eq(w.rows[0].detail, "main: not built: after 1h");
	world_done(&w);
}
END_TEST

START_TEST(identical_builds_share_a_measurement)
{
	struct world w;

	world_init(&w, 3);
	size_t b = world_bench(&w, "b");
	w.results.revs.v[2].same_as = 0;
	fill(&w, b, 1, 1.5, 0.01, 10);
	world_judge(&w);
	ck_assert_uint_eq(w.n, 2);
	ck_assert_int_eq(w.rows[0].verdict, VERDICT_REGRESSED);
	ck_assert_uint_eq(w.rows[0].rev, 1);
	ck_assert_int_eq(w.rows[1].verdict, VERDICT_IDENTICAL);
	ck_assert_uint_eq(w.rows[1].rev, 2);
	ck_assert_double_eq(w.rows[1].ratio, 1);
	ck_assert_double_eq(w.rows[1].value, w.rows[1].base_value);
	ck_assert(w.rows[1].decided);
	ck_assert_uint_eq(judge_family(&w.results, &w.policy), 2);

	w.results.revs.v[2].same_as = 1; /* judged by what was measured for topic */
	world_judge(&w);
	ck_assert_int_eq(w.rows[0].verdict, VERDICT_REGRESSED);
	ck_assert_int_eq(w.rows[1].verdict, VERDICT_REGRESSED);
	ck_assert_double_eq(w.rows[0].ratio, w.rows[1].ratio);
	world_done(&w);
}
END_TEST

START_TEST(the_worst_of_several_gates_is_shown)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "mean:50%", NULL);
	world_gate(&w, "median:5%", NULL);
	world_gate(&w, "mean:1us", "name=other");
	fill(&w, world_bench(&w, "b"), 0.001, 1.2, 0.01, 12);
	struct row row = single(&w);
	ck_assert_uint_eq(judge_family(&w.results, &w.policy), 2);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	ck_assert_str_eq(row.gate->text, "median:5%");
	ck_assert(row.decided && row.classic_fails);
	w.gates[1].limit = 0.4;
	row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	ck_assert_str_eq(row.gate->text, "mean:50%");
	ck_assert(!row.classic_fails);
	world_done(&w);
}
END_TEST

START_TEST(one_open_gate_keeps_a_row_open)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "mean:100%", NULL);
	world_gate(&w, "mean:5%", NULL);
	fill(&w, world_bench(&w, "b"), 0.001, 1.05, 0.02, 8);
	struct row row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_INCONCLUSIVE);
	ck_assert_str_eq(row.gate->text, "mean:5%");
	ck_assert(!row.decided && row.blocks_missing >= 1);
	world_done(&w);
}
END_TEST

START_TEST(gates_hold_what_they_select)
{
	static const char *const stable[] = {"stable"};
	struct world w;
	struct bench marked = {.suite = "s",
		.name = "marked",
		.metric = "time",
		.unit = "s",
		.marks = stable,
		.n_marks = 1};

	world_init(&w, 2);
	world_gate(&w, "mean:5%", "mark=stable");
	size_t a = results_bench(&w.results, &marked), b = world_bench(&w, "plain");
	fill(&w, a, 0.001, 1.2, 0.01, 10);
	fill(&w, b, 0.001, 1.2, 0.01, 10);
	ck_assert_uint_eq(judge_family(&w.results, &w.policy), 1);
	world_judge(&w);
	ck_assert_uint_eq(w.n, 2);
	ck_assert_uint_eq(w.rows[0].bench, a);
	ck_assert_int_eq(w.rows[0].verdict, VERDICT_REGRESSED);
	ck_assert_int_eq(w.rows[1].verdict, VERDICT_UNGATED);
	ck_assert_ptr_null(w.rows[1].gate);
	ck_assert(w.rows[1].decided && w.rows[1].slower);
	ck_assert(w.rows[1].ratio_lo > 1.1 && w.rows[1].ratio_hi < 1.3);
	world_done(&w);
}
END_TEST

START_TEST(zeros_need_an_absolute_gate)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "mean:5%", NULL);
	size_t b = world_bench(&w, "b");
	for (size_t i = 0; i < 8; i++) {
		put(&w, b, 0, i, 0);
		put(&w, b, 1, i, 0.001);
	}
	struct row row = single(&w);
	ck_assert_int_eq(row.status, STATUS_FAILED);
	ck_assert_str_eq(row.detail, "has zero or negative times: give an absolute gate");
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, false), 3);

	w.policy.n_gates = 0;
	world_gate(&w, "mean:500us", NULL);
	row = single(&w);
	ck_assert_int_eq(row.status, STATUS_OK);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	ck_assert(isinf(row.ratio) || isnan(row.ratio));

	for (size_t i = 0; i < 8; i++)
		put(&w, b, 1, i, 0);
	w.policy.n_gates = 0;
	world_gate(&w, "mean:5%", NULL);
	row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_PASS); /* nothing to nothing is no change */
	ck_assert_double_eq(row.ratio, 1);
	ck_assert(row.classic_fails); /* base 0 is infinitely exceeded, even by 0 */
	world_done(&w);
}
END_TEST

/* A CPU clock that ticks coarsely reads zero; the wall clock beside it knows better. */
START_TEST(a_blind_clock_is_no_evidence)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "auto:5%", NULL);
	size_t b = world_bench(&w, "b");
	for (size_t i = 0; i < 8; i++) {
		for (size_t rev = 0; rev < 2; rev++) {
			struct sample s = launch(rev ? 0.0012 : 0.001);

			s.v[SUMMARY_CPU_Q25] = s.v[SUMMARY_CPU_MEDIAN] = s.v[SUMMARY_CPU_MEAN] = 0;
			results_set(&w.results, b, rev, i, &s);
		}
	}
	/* No block is lost to it. */
	ck_assert_int_eq(single(&w).verdict, VERDICT_REGRESSED);
	world_done(&w);
}
END_TEST

/* Lost parallelism: more wall time at the same CPU time. The CPU summaries alone would pass. */
START_TEST(summaries_that_disagree_do_not_pass)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "auto:5%", NULL);
	size_t b = world_bench(&w, "b");
	for (size_t i = 0; i < 12; i++) {
		for (size_t rev = 0; rev < 2; rev++) {
			struct sample s = launch(rev ? 0.0015 : 0.001);

			s.v[SUMMARY_CPU_Q25] = s.v[SUMMARY_CPU_MEDIAN] = s.v[SUMMARY_CPU_MEAN] =
				0.001;
			results_set(&w.results, b, rev, i, &s);
		}
		ck_assert_int_ne(single(&w).verdict, VERDICT_PASS);
	}
	ck_assert_int_eq(single(&w).verdict, VERDICT_REGRESSED);
	world_done(&w);
}
END_TEST

START_TEST(absolute_gates)
{
	static const struct {
		const char *gate;
		double value, effect;
		enum verdict verdict;
	} cases[] = {{"mean:500us", 0.01, 1.1, VERDICT_REGRESSED},
		{"mean:0.0005", 0.01, 1.02, VERDICT_PASS}, {"mean:0.0005", 26e-6, 15, VERDICT_PASS},
		{"time:100ns", 1e-6, 1.5, VERDICT_REGRESSED},
		{"time:100ns", 1e-6, 1.01, VERDICT_PASS},
		{"auto:1ms", 0.01, 0.7, VERDICT_IMPROVED}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world w;

		world_init(&w, 2);
		world_gate(&w, cases[i].gate, NULL);
		fill(&w, world_bench(&w, "b"), cases[i].value, cases[i].effect, 0.01, 14);
		struct row row = single(&w);
		ck_assert_msg(
			row.verdict == cases[i].verdict, "%s %g", cases[i].gate, cases[i].effect);
		ck_assert_double_eq_tol(row.ratio, cases[i].effect, 0.01 * cases[i].effect);
		if (cases[i].value == 26e-6)
			ck_assert_ptr_nonnull(strstr(row.caution, " times its value"));
		else
			ck_assert_ptr_null(row.caution);
		world_done(&w);
	}
}
END_TEST

/* Layouts in turns, in which the head is slower by nothing, 1 % and 2 %: the standard deviation of
 * log(1), log(1.01), log(1.02) is 0.009902 (Python 3.11, statistics.stdev). */
static struct row
judge_layouts(struct world *w, const char *metric, const char *gate, bool varied)
{
	struct bench bench = {
		.suite = "s", .name = "b", .metric = metric, .unit = metric[0] == 't' ? "s" : "B"};
	size_t b = results_bench(&w->results, &bench);

	world_gate(w, gate, NULL);
	for (unsigned block = 0; block < 9; block++) {
		unsigned layout = block % 3;
		struct sample base = launch(1), head = launch(1 + 0.01 * layout);

		if (varied)
			base.layout = head.layout = layout;
		results_set(&w->results, b, 0, block, &base);
		results_set(&w->results, b, 1, block, &head);
	}
	return single(w);
}

START_TEST(layouts_have_a_noise)
{
	static const struct {
		const char *metric, *gate;
		bool varied, known;
		const char *caution; /* NULL: none */
	} cases[] = {
		{"time", "auto:2%", true, true,
			"the gate is 2%, and a change below 2.5% may be luck of the layout rather "
			"than the source: between builds it varies by 0.99%"},
		{"time", "auto:2.4%", true, true, "the gate is 2.4%"},
		{"time", "auto:2.6%", true, true, NULL},
		{"time", "mean:20ms", true, true, "the gate is 2%"},
		{"time", "mean:2s", true, true, "the gate lets it grow"}, /* that and no more */
		{"time", "auto:0.1%", false, false, NULL},
		{"peak", "peak:0.1%", true, false, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world w;

		world_init(&w, 2);
		struct row row = judge_layouts(&w, cases[i].metric, cases[i].gate, cases[i].varied);
		ck_assert_int_eq(!isnan(row.layout_noise), cases[i].known);
		if (cases[i].known)
			ck_assert_double_eq_tol(row.layout_noise, 0.009902, 1e-6);
		if (cases[i].caution)
			ck_assert_msg(row.caution && strstr(row.caution, cases[i].caution),
				"%s: %s", cases[i].gate, row.caution);
		else
			ck_assert_msg(!row.caution, "%s: %s", cases[i].gate, row.caution);
		world_done(&w);
	}
}
END_TEST

START_TEST(more_is_better)
{
	static const struct {
		double effect;
		enum verdict verdict;
	} cases[] = {{0.8, VERDICT_REGRESSED}, {1.3, VERDICT_IMPROVED}, {1, VERDICT_PASS}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world w;
		struct bench rate = {.suite = "s",
			.name = "rate",
			.metric = "value",
			.unit = "MB/s",
			.direction = HIGHER_IS_BETTER};

		world_init(&w, 2);
		world_gate(&w, "value:5%", NULL);
		fill(&w, results_bench(&w.results, &rate), 100, cases[i].effect, 0.01, 12);
		struct row row = single(&w);
		ck_assert_int_eq(row.verdict, cases[i].verdict);
		ck_assert_double_eq_tol(row.ratio, cases[i].effect, 0.01);
		ck_assert(row.ratio_lo < row.ratio && row.ratio < row.ratio_hi);
		ck_assert_int_eq(row.classic_fails, cases[i].verdict == VERDICT_REGRESSED);
		ck_assert_int_eq(row.slower, cases[i].verdict == VERDICT_REGRESSED);
		world_done(&w);
	}
}
END_TEST

START_TEST(counts_without_noise)
{
	static const struct {
		const char *gate;
		double head;
		enum verdict verdict;
	} cases[] = {{"allocations:0", 100, VERDICT_PASS},
		{"allocations:0", 101, VERDICT_REGRESSED}, {"allocations:1", 101, VERDICT_PASS},
		{"allocations:1%", 102, VERDICT_REGRESSED}, {"allocations:0%", 100, VERDICT_PASS},
		{"allocations:5", 80, VERDICT_IMPROVED}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world w;
		struct bench count = {
			.suite = "s", .name = "b", .metric = "allocations", .unit = ""};
		struct sample s = {.rounds = 1};

		world_init(&w, 2);
		world_gate(&w, cases[i].gate, NULL);
		size_t b = results_bench(&w.results, &count);
		for (size_t block = 0; block < 9; block++) {
			for (size_t rev = 0; rev < 2; rev++) {
				for (size_t j = 0; j < SUMMARY_COUNT; j++)
					s.v[j] = rev ? cases[i].head : 100;
				results_set(&w.results, b, rev, block, &s);
			}
		}
		ck_assert_msg(single(&w).verdict == cases[i].verdict, "%s, 100 -> %g",
			cases[i].gate, cases[i].head);
		world_done(&w);
	}
}
END_TEST

START_TEST(what_the_harness_did_not_report)
{
	struct world w;
	struct sample s = {.rounds = 10};

	world_init(&w, 2);
	world_gate(&w, "iqr:5%", NULL);
	size_t b = world_bench(&w, "b");
	for (size_t j = 0; j < SUMMARY_COUNT; j++)
		s.v[j] = NAN;
	s.v[SUMMARY_MEAN] = 1;
	for (size_t rev = 0; rev < 2; rev++)
		results_set(&w.results, b, rev, 0, &s);
	struct row row = single(&w);
	ck_assert_int_eq(row.status, STATUS_FAILED);
	ck_assert_str_eq(row.detail, "its results hold no iqr");
	w.policy.mode = JUDGE_CLASSIC;
	row = single(&w);
	ck_assert_int_eq(row.status, STATUS_FAILED);
	w.policy.mode = JUDGE_SEQUENTIAL;
	w.policy.n_gates = 0; /* auto takes what there is */
	row = single(&w);
	ck_assert_int_eq(row.status, STATUS_OK);
	ck_assert_double_eq(row.ratio, 1);
	ck_assert_double_eq(row.value, 1);
	world_done(&w);
}
END_TEST

START_TEST(the_minimum_of_a_cpu_clock)
{
	struct world w;
	struct bench cpu = {
		.suite = "s", .name = "b", .metric = "time", .unit = "s", .clock = CLOCK_KIND_CPU};

	world_init(&w, 2);
	world_gate(&w, "min:5%", NULL);
	size_t b = results_bench(&w.results, &cpu);
	for (size_t i = 0; i < 10; i++) {
		for (size_t rev = 0; rev < 2; rev++) {
			struct sample s = launch(1);

			s.v[SUMMARY_MIN] = rev ? 2 : 1;
			results_set(&w.results, b, rev, i, &s);
		}
	}
	struct row row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	ck_assert_ptr_nonnull(strstr(row.caution, "minimum of a CPU clock"));
	w.policy.n_gates = 0; /* auto does not look at it */
	row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	ck_assert_ptr_null(row.caution);
	world_done(&w);
}
END_TEST

/* Outcomes as pytest-benchmark 5.3.1's own parse_compare_fail(gate).fails(head, base) gives them.
 */
/* n blocks in which the head takes twice the wall time and `effect` times the CPU time. */
static void
fill_duet(struct world *w, size_t bench, double effect, bool cpu_too, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t rev = 0; rev < 2; rev++) {
			double cpu = (rev ? effect : 1) * (i % 2 ? 1.001e-3 : 1e-3);
			struct sample s = launch(rev ? 4e-3 : 2e-3);

			if (cpu_too) {
				s.v[SUMMARY_CPU_Q25] = 0.99 * cpu;
				s.v[SUMMARY_CPU_MEDIAN] = cpu;
				s.v[SUMMARY_CPU_MEAN] = 1.01 * cpu;
			}
			results_set(&w->results, bench, rev, i, &s);
		}
	}
	w->results.n_blocks = n;
}

START_TEST(a_duet_compares_cpu_times)
{
	static const char *const gates[] = {"mean:5%", "auto:5%", "min:0.00005"};
	static const enum judge_mode modes[] = {JUDGE_SEQUENTIAL, JUDGE_CLASSIC};

	for (size_t i = 0; i < ARRAY_LEN(gates) * ARRAY_LEN(modes); i++) {
		for (int slower = 0; slower < 2; slower++) {
			struct world w;

			world_init(&w, 2);
			world_gate(&w, gates[i / ARRAY_LEN(modes)], NULL);
			w.policy.mode = modes[i % ARRAY_LEN(modes)];
			w.policy.contended = true;
			fill_duet(&w, world_bench(&w, "b"), slower ? 1.1 : 1, true, 20);
			struct row row = single(&w);
			ck_assert_int_eq(row.verdict, slower ? VERDICT_REGRESSED : VERDICT_PASS);
			ck_assert_double_eq_tol(row.base_value, 1.0005e-3, 1e-9);
			ck_assert_double_eq_tol(row.ratio, slower ? 1.1 : 1, 1e-9);
			ck_assert_int_eq(row.classic_fails, slower);
			ck_assert_ptr_null(row.caution);
			world_done(&w);
		}
	}
}
END_TEST

START_TEST(a_duet_without_cpu_times_fails)
{
	static const enum judge_mode modes[] = {JUDGE_SEQUENTIAL, JUDGE_CLASSIC};

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct world w;

		world_init(&w, 2);
		world_gate(&w, "mean:5%", NULL);
		w.policy.mode = modes[i];
		w.policy.contended = true;
		fill_duet(&w, world_bench(&w, "b"), 1, false, 20);
		struct row row = single(&w);
		ck_assert_int_eq(row.status, STATUS_FAILED);
		ck_assert_str_eq(
			row.detail, "its harness reports no CPU time, which a duet is judged by");
		ck_assert(row.decided);
		world_done(&w);
	}
}
END_TEST

/* Memory is what it is, whoever runs beside. */
START_TEST(a_duet_compares_other_metrics_as_ever)
{
	struct bench bench = {.suite = "s", .name = "b", .metric = "rss", .unit = "B"};
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "rss:5%", NULL);
	w.policy.contended = true;
	fill_duet(&w, results_bench(&w.results, &bench), 1, false, 20);
	struct row row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	ck_assert_double_eq_tol(row.ratio, 2, 1e-9);
	ck_assert_double_eq_tol(row.value, 4e-3, 1e-9);
	world_done(&w);
}
END_TEST

START_TEST(classic_to_the_letter)
{
	static const struct {
		const char *gate;
		double base, head;
		bool fails;
	} cases[] = {{"median:5%", 1, 1.0500000001, true},
		{"median:25%", 4, 5, false}, /* equal is not beyond */
		{"median:25%", 4, 5.0000001, true},
		{"median:29%", 100, 129, false}, /* the change is 29; 0.29 * 100 is a little less */
		{"median:0.5", 1, 1.5, false}, {"median:0.5", 1, 1.75, true},
		{"median:500%", 0, 0, true}, {"median:500%", 0, 1e-9, true},
		{"median:1", 0, 0, false}, {"median:1", 0, 1.5, true}, {"median:0%", 1, 1, false},
		{"median:5%", 1, 0.1, false}, {"median:0%", 0.1, 0.1000001, true}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (size_t mode = 0; mode < 2; mode++) {
			struct world w;

			world_init(&w, 2);
			world_gate(&w, cases[i].gate, NULL);
			w.policy.mode = mode ? JUDGE_CLASSIC : JUDGE_SEQUENTIAL;
			size_t b = world_bench(&w, "b");
			put(&w, b, 0, 0, cases[i].base);
			put(&w, b, 1, 0, cases[i].head);
			struct row row = single(&w);
			ck_assert_msg(row.classic_fails == cases[i].fails, "%s: %.10g -> %.10g",
				cases[i].gate, cases[i].base, cases[i].head);
			if (mode) {
				ck_assert_int_eq(row.verdict,
					cases[i].fails ? VERDICT_REGRESSED : VERDICT_PASS);
				ck_assert(row.decided && isnan(row.ratio_lo));
			}
			world_done(&w);
		}
	}
}
END_TEST

START_TEST(classic_takes_the_median_of_launches)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "median:5%", NULL);
	w.policy.mode = JUDGE_CLASSIC;
	size_t b = world_bench(&w, "b");
	static const double base[] = {1, 1, 1, 9, 1}, head[] = {1.01, 50, 1.02, 1, 1.01};
	for (size_t i = 0; i < 5; i++) {
		put(&w, b, 0, i, base[i]);
		put(&w, b, 1, i, head[i]);
	}
	struct row row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	ck_assert_double_eq(row.ratio, 1.01);
	ck_assert_uint_eq(row.blocks, 5);
	w.policy.n_gates = 0; /* no gates: both ways, at 2 % */
	for (size_t i = 0; i < 5; i++)
		put(&w, b, 1, i, 0.5);
	ck_assert_int_eq(single(&w).verdict, VERDICT_IMPROVED);
	world_done(&w);
}
END_TEST

START_TEST(worst_first)
{
	static const struct {
		const char *name;
		double effect;
		enum verdict verdict;
	} cases[] = {{"pass", 1, VERDICT_PASS}, {"slow", 1.2, VERDICT_REGRESSED},
		{"fast", 0.7, VERDICT_IMPROVED}, {"slower", 1.9, VERDICT_REGRESSED}};
	static const size_t order[] = {3, 1, 2, 0};
	struct world w;

	world_init(&w, 2);
	w.policy.family = 0;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		fill(&w, world_bench(&w, cases[i].name), 1, cases[i].effect, 0.005, 16);
	size_t broken = world_bench(&w, "broken"), fresh = world_bench(&w, "fresh");
	put(&w, broken, 0, 0, 1);
	outcome_set(&results_cell(&w.results, broken, 1)->outcome, OUTCOME_FAILED, "no");
	put(&w, fresh, 1, 0, 1);
	world_judge(&w);
	ck_assert_uint_eq(w.n, 6);
	ck_assert_uint_eq(w.rows[0].bench, broken);
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		ck_assert_uint_eq(w.rows[1 + i].bench, order[i]);
		ck_assert_int_eq(w.rows[1 + i].verdict, cases[order[i]].verdict);
	}
	ck_assert_uint_eq(w.rows[5].bench, fresh);
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, true), 1); /* before the failure */
	ck_assert_int_eq(judge_exit_code(w.rows + 3, 3, true), 0);
	ck_assert_int_eq(judge_overall(w.rows + 3, 3), VERDICT_PASS);
	ck_assert_int_eq(judge_overall(w.rows, 1), VERDICT_INCONCLUSIVE);
	ck_assert_int_eq(judge_overall(NULL, 0), VERDICT_UNGATED);
	ck_assert_int_eq(judge_exit_code(NULL, 0, true), 0);
	world_done(&w);
}
END_TEST

START_TEST(nothing_measured_yet)
{
	struct world w;

	world_init(&w, 2);
	w.policy.final = false;
	world_bench(&w, "b");
	struct row row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_INCONCLUSIVE);
	ck_assert(!row.decided && row.blocks == 0);
	ck_assert_double_eq(row.blocks_missing, 5);
	world_done(&w);
	world_init(&w, 2);
	world_judge(&w);
	ck_assert_uint_eq(w.n, 0);
	world_done(&w);
}
END_TEST

START_TEST(without_a_judge_there_are_only_values)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "auto:5%", NULL);
	w.policy.mode = JUDGE_NONE;
	fill(&w, world_bench(&w, "b"), 0.001, 2, 0.01, 10);
	world_judge(&w);
	ck_assert_uint_eq(w.n, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(w.rows[i].rev, i);
		ck_assert_int_eq(w.rows[i].status, STATUS_OK);
		ck_assert_int_eq(w.rows[i].verdict, VERDICT_UNGATED);
		ck_assert(w.rows[i].decided && !w.rows[i].gate);
		ck_assert_uint_eq(w.rows[i].blocks, 10);
	}
	ck_assert(isnan(w.rows[0].ratio) && isnan(w.rows[0].base_value));
	ck_assert_double_eq_tol(w.rows[1].ratio, 2, 0.05);
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, true), 0);
	world_done(&w);
}
END_TEST

static struct row
row_of(const struct world *w, size_t bench)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->rows[i].bench == bench)
			return w->rows[i];
	ck_abort_msg("no row of bench %zu", bench);
}

START_TEST(a_ceiling_holds_for_the_worst_there_was)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "time <= 2ms", NULL);
	size_t calm = world_bench(&w, "calm"), rare = world_bench(&w, "rare"),
	       fresh = world_bench(&w, "fresh");
	/* Slower than the base, and within the ceiling; 1.1 times the median is the maximum. */
	fill(&w, calm, 0.0005, 2.5, 0.01, 8);
	/* As fast as the base, but for one launch of many. */
	fill(&w, rare, 0.001, 1, 0.01, 8);
	put(&w, rare, 1, 5, 0.0019);
	/* The base has no such bench. */
	for (size_t i = 0; i < 8; i++)
		put(&w, fresh, 1, i, 0.01);
	w.policy.family = 0;
	world_judge(&w);
	ck_assert_uint_eq(judge_family(&w.results, &w.policy), 0);
	struct row row = row_of(&w, calm);
	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	ck_assert(row.gate && row.gate->ceiling);
	ck_assert_double_gt(row.ratio, 2);
	row = row_of(&w, rare);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	ck_assert_ptr_nonnull(strstr(row.caution, "2.09 ms"));
	row = row_of(&w, fresh);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	ck_assert_int_eq(row.status, STATUS_OK);
	ck_assert_int_eq(judge_exit_code(w.rows, w.n, false), 1);
	world_done(&w);
}
END_TEST

START_TEST(a_ceiling_stands_beside_a_gate)
{
	struct world w;

	world_init(&w, 2);
	world_gate(&w, "auto:5%", NULL);
	world_gate(&w, "time <= 1s", NULL);
	fill(&w, world_bench(&w, "b"), 0.001, 1.2, 0.01, 10);
	struct row row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	ck_assert(!row.gate->ceiling);
	world_done(&w);
	/* Builds that are the same are judged by what was measured of one of them. */
	world_init(&w, 2);
	world_gate(&w, "time <= 1us", NULL);
	w.results.revs.v[1].same_as = 0;
	put(&w, world_bench(&w, "b"), 0, 0, 0.001);
	row = single(&w);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	world_done(&w);
}
END_TEST

/* One launch a side, of a metric that is counted. */
static struct row
counted(struct world *w, const char *metric, const char *gate, double base, double head, size_t n)
{
	struct bench bench = {.suite = "s", .name = "b", .metric = metric, .unit = "B"};

	world_init(w, 2);
	world_gate(w, gate, NULL);
	size_t b = results_bench(&w->results, &bench);
	for (size_t i = 0; i < n; i++) {
		put(w, b, 0, i, base);
		put(w, b, 1, i, head);
	}
	return single(w);
}

START_TEST(counts_are_believed_at_once)
{
	struct world w;
	struct row row = counted(&w, "allocations", "allocations:1%", 1000, 1050, 1);

	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	ck_assert(row.exact && row.decided);
	/* by the least of the passes of a launch */
	ck_assert_double_eq(row.base_value, 980);
	world_done(&w);
	row = counted(&w, "allocated", "allocated:1%", 1000, 1000, 1);
	ck_assert_int_eq(row.verdict, VERDICT_PASS);
	world_done(&w);
	/* a peak when it was the same twice */
	row = counted(&w, "peak", "peak:1%", 1000, 1050, 1);
	ck_assert(!row.decided);
	world_done(&w);
	row = counted(&w, "peak", "peak:1%", 1000, 1050, 2);
	ck_assert_int_eq(row.verdict, VERDICT_REGRESSED);
	world_done(&w);
}
END_TEST

TEST_SUITE("judge", a_ceiling_holds_for_the_worst_there_was, a_ceiling_stands_beside_a_gate,
	counts_are_believed_at_once, without_a_judge_there_are_only_values, a_slower_head_regresses,
	an_equal_head_passes, slower_within_the_gate_passes_and_says_slower, a_faster_head_improves,
	without_gates_both_directions_count, layouts_have_a_noise,
	the_default_gate_is_what_its_text_says, too_little_to_tell_is_inconclusive,
	a_family_asks_for_more_evidence, a_verdict_once_reached_stays,
	only_complete_blocks_are_pairs, new_and_removed, what_neither_side_has_gives_no_row,
	failures_are_rows, both_sides_may_fail, unbuilt_revisions,
	identical_builds_share_a_measurement, the_worst_of_several_gates_is_shown,
	one_open_gate_keeps_a_row_open, gates_hold_what_they_select, zeros_need_an_absolute_gate,
	a_blind_clock_is_no_evidence, summaries_that_disagree_do_not_pass, absolute_gates,
	more_is_better, counts_without_noise, what_the_harness_did_not_report,
	the_minimum_of_a_cpu_clock, a_duet_compares_cpu_times, a_duet_without_cpu_times_fails,
	a_duet_compares_other_metrics_as_ever, classic_to_the_letter,
	classic_takes_the_median_of_launches, worst_first, nothing_measured_yet)

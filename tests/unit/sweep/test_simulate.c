/* Replays of recorded noise. Fixed seeds: the figures printed are the same everywhere. */
#include "sweep/simulate.h"

#include "base/mem.h"

#include "../check_main.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ALL (~0u)
#define BIT(s) (1u << (s))

static struct simulate_trace
golden_of(const char *name, enum bench_clock clock)
{
	const char *data = getenv("TEST_DATA");
	struct simulate_trace trace;
	struct err err = ERR_INIT;

	ck_assert_msg(data != NULL, "TEST_DATA is not set");
	scoped_free char *path = xasprintf("%s/golden/%s.csv", data, name);
	ck_assert_msg(simulate_trace_read(path, clock, &trace, &err) == 0, "%s", err.text);
	return trace;
}

static struct simulate_plan
plan_of(double shift)
{
	return (struct simulate_plan){.terms = {.field = GATE_AUTO, .relative = true, .beta = 0.05},
		.alpha = 0.01,
		.hypotheses = 1,
		.summaries = ALL,
		.shift = log1p(shift),
		.blocks = 100,
		.launches = 10,
		.seed = 1,
		.replays = 1000,
		.threads = 2};
}

static struct simulate_tally
replay(const struct simulate_plan *plan, const char *name, enum simulate_rule rule)
{
	struct simulate_trace trace = golden_of(name, plan->terms.clock);
	struct simulate_tally t;
	struct err err = ERR_INIT;

	ck_assert_msg(simulate_compare(plan, &trace, rule, &t, &err) == 0, "%s", err.text);
	printf("%s, %s, seed %llu, shift %+.1f %%: regressed %u, improved %u, pass %u, open %u of "
	       "%u; launches p50 %.0f, p95 %.0f\n",
		trace.name, simulate_rule_name(rule), (unsigned long long)plan->seed,
		100 * expm1(plan->shift), t.worse, t.better, t.within, t.open, t.replays,
		t.launches_p50, t.launches_p95);
	ck_assert_uint_eq(t.worse + t.better + t.within + t.open, t.replays);
	simulate_trace_done(&trace);
	return t;
}

/* ---- traces */

static int
read_text(const char *text, struct simulate_trace *ret, struct err *err)
{
	char path[] = "/tmp/revsweep-trace-XXXXXX";
	int fd = mkstemp(path);

	ck_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	int r = simulate_trace_read(path, CLOCK_KIND_WALL, ret, err);
	unlink(path);
	return r;
}

START_TEST(a_trace_is_read)
{
	struct simulate_trace t;
	struct err err = ERR_INIT;

	ck_assert_int_eq(
		read_text("t_s,w_min,w_med,c_q25\n0.5,-100,200,3e2\n0.6,1,2,3\n", &t, &err), 0);
	ck_assert_uint_eq(t.n, 2);
	ck_assert_uint_gt(t.rounds, 1);
	ck_assert_double_eq_tol(t.log_time[SUMMARY_MIN], -0.001, 1e-12);
	ck_assert_double_eq_tol(t.log_time[SUMMARY_MEDIAN], 0.002, 1e-12);
	ck_assert_double_eq_tol(t.log_time[SUMMARY_CPU_Q25], 0.003, 1e-12);
	ck_assert(isnan(t.log_time[SUMMARY_MEAN]));
	ck_assert_double_eq_tol(t.log_time[SUMMARY_COUNT + SUMMARY_MEDIAN], 2e-5, 1e-12);
	simulate_trace_done(&t);

	ck_assert_int_eq(read_text("w_mean,c_mean\n7,8\n", &t, &err), 0);
	ck_assert_uint_eq(t.rounds, 1);
	ck_assert_double_eq_tol(t.log_time[SUMMARY_MIN], 7e-5, 1e-12);
	ck_assert_double_eq_tol(t.log_time[SUMMARY_CPU_MEDIAN], 8e-5, 1e-12);
	simulate_trace_done(&t);
}
END_TEST

START_TEST(a_bad_trace_is_refused_with_its_line)
{
	static const char *const texts[][2] = {
		{"", "holds no launches"},
		{"w_min\n", "holds no launches"},
		{"a,b\n1,2\n", "line 1"},
		{"w_min,w_med\n1,2\n1\n", "line 3"},
		{"w_min,w_med\n1,2,3\n", "line 2"},
		{"w_min,w_med\n1,x\n", "line 2"},
		{"w_min,w_med\n1,nan\n", "line 2"},
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct simulate_trace t = {0};
		struct err err = ERR_INIT;

		ck_assert_int_eq(read_text(texts[i][0], &t, &err), -1);
		ck_assert_msg(strstr(err.text, texts[i][1]) != NULL, "%s", err.text);
		ck_assert_int_eq(err.kind, ERR_USAGE);
	}
}
END_TEST

START_TEST(a_short_trace_is_refused)
{
	struct simulate_plan plan = plan_of(0);
	struct simulate_tally tally;
	struct simulate_trace t;
	struct err err = ERR_INIT;

	ck_assert_int_eq(read_text("w_min\n1\n2\n", &t, &err), 0);
	ck_assert_int_eq(simulate_compare(&plan, &t, RULE_OURS, &tally, &err), -1);
	ck_assert(strstr(err.text, "fewer than the 200") != NULL);
	plan.blocks = plan.launches = 1;
	plan.summaries = BIT(SUMMARY_MEDIAN);
	ck_assert_int_eq(simulate_compare(&plan, &t, RULE_OURS, &tally, &err), -1);
	ck_assert(strstr(err.text, "none of these") != NULL);
	simulate_trace_done(&t);
}
END_TEST

/* ---- the engine */

static bool
is_same(const struct simulate_tally *a, const struct simulate_tally *b)
{
	return a->worse == b->worse && a->better == b->better && a->within == b->within &&
	       a->launches_p50 == b->launches_p50 && a->launches_p95 == b->launches_p95 &&
	       a->held_always == b->held_always && a->held_then == b->held_then &&
	       a->width == b->width;
}

START_TEST(figures_follow_from_the_seed_alone)
{
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		struct simulate_plan plan = plan_of(0.003);
		struct simulate_tally one, again, other;

		plan.replays = 200;
		plan.interval = rule == RULE_OURS ? 0.9 : 0;
		plan.threads = 1;
		one = replay(&plan, "a_single_unpin_1", (enum simulate_rule)rule);
		plan.threads = 3;
		again = replay(&plan, "a_single_unpin_1", (enum simulate_rule)rule);
		ck_assert(is_same(&one, &again));
		plan.seed = 2;
		other = replay(&plan, "a_single_unpin_1", (enum simulate_rule)rule);
		ck_assert(!is_same(&one, &other));
	}
}
END_TEST

START_TEST(no_more_false_alarms_than_allowed)
{
	static const unsigned seen[] = {BIT(SUMMARY_MIN), BIT(SUMMARY_CPU_Q25), ALL};
	static const char *const traces[] = {"a_single_unpin_2", "a_single_unpin_load_1"};

	for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
		for (size_t j = 0; j < ARRAY_LEN(seen); j++) {
			struct simulate_plan plan = plan_of(0);

			plan.terms.beta = 0;
			plan.summaries = seen[j];
			ck_assert_uint_le(replay(&plan, traces[i], RULE_OURS).worse, 12);
		}
	}
	struct simulate_plan plan = plan_of(0);
	plan.terms.beta = 0;
	plan.terms.clock = CLOCK_KIND_CPU;
	ck_assert_uint_le(replay(&plan, "b_single_unpin_1", RULE_OURS).worse, 12);
}
END_TEST

START_TEST(one_percent_is_found_in_a_dozen_pairs)
{
	static const char *const traces[] = {"a_single_unpin_1", "a_single_unpin_load_1"};

	for (size_t i = 0; i < ARRAY_LEN(traces); i++) {
		struct simulate_plan plan = plan_of(0.01);
		struct simulate_tally t = replay(&plan, traces[i], RULE_OURS);

		ck_assert_uint_ge(t.worse, 990);
		ck_assert(t.launches_p95 <= 24);
	}
}
END_TEST

START_TEST(five_percent_on_memory_bound_work_are_found_in_the_end)
{
	struct simulate_plan plan = plan_of(0.05);

	plan.terms.clock = CLOCK_KIND_CPU;
	ck_assert_uint_ge(replay(&plan, "b_single_unpin_1", RULE_OURS).worse, 900);
}
END_TEST

START_TEST(duets_are_replayed_pair_by_pair)
{
	struct simulate_plan plan = plan_of(0.01);
	struct simulate_trace t = golden_of("b_duet_1", CLOCK_KIND_CPU);
	struct simulate_tally tally;
	struct err err = ERR_INIT;

	plan.terms.clock = CLOCK_KIND_CPU;
	ck_assert(t.paired);
	ck_assert_int_eq(simulate_compare(&plan, &t, RULE_OURS, &tally, &err), 0);
	ck_assert_double_le(tally.launches_p95, 60);
	/* One launch on, the pairs are of strangers. */
	t.paired = false;
	ck_assert_int_eq(simulate_compare(&plan, &t, RULE_OURS, &tally, &err), 0);
	ck_assert(!(tally.launches_p95 <= 60));
	simulate_trace_done(&t);
	t = golden_of("b_duet_1", CLOCK_KIND_WALL);
	ck_assert_int_eq(simulate_compare(&plan, &t, RULE_MANNWHITNEY, &tally, &err), -1);
	ck_assert(strstr(err.text, "no mean and median"));
	simulate_trace_done(&t);
}
END_TEST

START_TEST(what_is_wrong_on_purpose_is_seen_to_be_wrong)
{
	struct simulate_plan plan = plan_of(0);

	plan.terms.beta = 0;
	ck_assert_uint_gt(replay(&plan, "a_single_unpin_1", RULE_TTEST_PEEK).worse, 30);
	plan.drift = log1p(0.002);
	ck_assert_uint_gt(replay(&plan, "a_single_unpin_1", RULE_FIXED_ORDER).worse, 500);
	ck_assert_uint_le(replay(&plan, "a_single_unpin_1", RULE_OURS).worse, 12);
}
END_TEST

START_TEST(the_rules_of_others_are_theirs)
{
	struct simulate_plan plan = plan_of(0);

	plan.terms.field = GATE_MEAN;
	plan.terms.tau = log1p(0.05);
	struct simulate_tally red = replay(&plan, "a_single_unpin_load_1", RULE_CLASSIC);
	ck_assert_uint_gt(red.worse, 100);
	ck_assert_uint_eq(red.open, 0);
	ck_assert(red.launches_p95 == 20);

	/* Five launches an arm cannot have a p-value below 0.002, ten can. */
	plan.shift = log1p(0.5);
	plan.launches = 5;
	ck_assert_uint_eq(replay(&plan, "a_single_unpin_1", RULE_MANNWHITNEY).worse, 0);
	plan.launches = 10;
	ck_assert_uint_ge(replay(&plan, "a_single_unpin_1", RULE_MANNWHITNEY).worse, 950);
	plan.launches = 60;
	ck_assert_uint_ge(replay(&plan, "a_single_unpin_1", RULE_MANNWHITNEY).worse, 950);
	/* Beyond the limit, or it does not count. */
	plan.shift = log1p(0.03);
	ck_assert_uint_le(replay(&plan, "a_single_unpin_1", RULE_MANNWHITNEY).worse, 50);
}
END_TEST

START_TEST(intervals_hold_the_truth)
{
	struct simulate_plan plan = plan_of(0.02);

	plan.interval = 0.9;
	plan.summaries = BIT(SUMMARY_MEDIAN);
	struct simulate_tally t = replay(&plan, "a_single_unpin_1", RULE_OURS);
	ck_assert_uint_ge(t.held_always, 900);
	ck_assert_uint_ge(t.held_then, t.held_always);
	ck_assert(t.width > 0 && t.width < 0.1);
}
END_TEST

START_TEST(bounds_are_wilsons)
{
	/* z^2 / (n + z^2) and its complement, by hand. */
	ck_assert_double_eq_tol(simulate_bound(0, 300, 1), 0.0177194, 1e-6);
	ck_assert_double_eq_tol(simulate_bound(300, 300, -1), 0.9822806, 1e-6);
	ck_assert_double_eq_tol(simulate_bound(0, 300, -1), 0, 1e-12);
	ck_assert_double_eq_tol(simulate_bound(300, 300, 1), 1, 1e-12);
	ck_assert(simulate_bound(10, 100, -1) < 0.1 && simulate_bound(10, 100, 1) > 0.1);
}
END_TEST

/* ---- suites */

START_TEST(a_suite_shares_one_alpha)
{
	struct simulate_trace clean = golden_of("a_single_unpin_1", CLOCK_KIND_WALL);
	struct simulate_trace dirty = golden_of("a_single_unpin_load_1", CLOCK_KIND_WALL);
	struct simulate_kind kinds[] = {{&clean, BIT(SUMMARY_MIN), 3},
		{&clean, BIT(SUMMARY_CPU_Q25), 3}, {&dirty, BIT(SUMMARY_MEDIAN), 2}};
	struct gate gate = {.text = "auto:5%", .metric = "time", .percent = true, .limit = 0.05};
	struct simulate_suite suite = {.kinds = kinds,
		.n_kinds = ARRAY_LEN(kinds),
		.gate = &gate,
		.alpha = 0.01,
		.beta = 0.05,
		.shift = log1p(0.1),
		.slower = 2,
		.blocks = 60,
		.launches = 10,
		.seed = 1,
		.replays = 60,
		.threads = 1};
	struct simulate_suite_tally one, again;
	struct err err = ERR_INIT;

	ck_assert_int_eq(simulate_suite(&suite, &one, &err), 0);
	printf("suites, seed 1: false alarms %u (classic %u), pass %u of %u, found %u of %u, "
	       "%.1f blocks\n",
		one.false_alarms, one.classic_false_alarms, one.same_pass, one.same,
		one.slower_found, one.slower, one.blocks);
	ck_assert_uint_eq(one.same, 360);
	ck_assert_uint_eq(one.slower, 120);
	ck_assert_uint_le(one.false_alarms, 1);
	ck_assert_uint_gt(one.classic_false_alarms, 12);
	ck_assert_uint_ge(one.same_pass, 350);
	ck_assert_uint_ge(one.slower_found, 115);
	ck_assert(one.blocks > 4 && one.blocks < 20);
	suite.threads = 4;
	ck_assert_int_eq(simulate_suite(&suite, &again, &err), 0);
	ck_assert(one.false_alarms == again.false_alarms && one.same_pass == again.same_pass &&
		  one.classic_false_alarms == again.classic_false_alarms &&
		  one.slower_found == again.slower_found && one.blocks == again.blocks);
	suite.slower = 9;
	ck_assert_int_eq(simulate_suite(&suite, &again, &err), -1);
	simulate_trace_done(&clean);
	simulate_trace_done(&dirty);
}
END_TEST

static struct simulate_series_tally
series_of(double shift, unsigned threads)
{
	struct simulate_trace trace = golden_of("a_single_unpin_2", CLOCK_KIND_WALL);
	struct simulate_series series = {.trace = &trace,
		.summaries = ALL,
		.revs = 12,
		.blocks_first = 5,
		.alpha = 0.01,
		.beta = 0.05,
		.shift = log1p(shift),
		.seed = 1,
		.replays = 100,
		.threads = threads};
	struct simulate_series_tally t;
	struct err err = ERR_INIT;

	ck_assert_msg(simulate_series(&series, &t, &err) == 0, "%s", err.text);
	simulate_trace_done(&trace);
	return t;
}

START_TEST(a_step_in_a_series_is_found_where_it_is)
{
	struct simulate_series_tally same = series_of(0, 2), step = series_of(0.02, 1);
	struct simulate_series_tally again = series_of(0.02, 2);

	ck_assert_uint_le(same.wrong, 1);
	ck_assert_uint_eq(same.exact, 0);
	ck_assert_uint_ge(step.exact, 98);
	ck_assert_uint_eq(step.wrong, 0);
	ck_assert_double_gt(step.launches, 60);
	ck_assert_mem_eq(&step, &again, sizeof(step));
}
END_TEST

START_TEST(judging_takes_time)
{
	double mean_s = 0, last_s = 0;

	simulate_cost(3, 4, &mean_s, &last_s);
	ck_assert(mean_s > 0 && last_s > 0);
}
END_TEST

TEST_SUITE("sweep/simulate", a_trace_is_read, a_bad_trace_is_refused_with_its_line,
	a_short_trace_is_refused, figures_follow_from_the_seed_alone,
	no_more_false_alarms_than_allowed, one_percent_is_found_in_a_dozen_pairs,
	five_percent_on_memory_bound_work_are_found_in_the_end, duets_are_replayed_pair_by_pair,
	what_is_wrong_on_purpose_is_seen_to_be_wrong, the_rules_of_others_are_theirs,
	intervals_hold_the_truth, bounds_are_wilsons, a_suite_shares_one_alpha,
	a_step_in_a_series_is_found_where_it_is, judging_takes_time)

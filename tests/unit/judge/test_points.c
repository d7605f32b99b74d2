#include "judge/points.h"

#include "../check_main.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct err err;
static struct arena arena;

struct play {
	struct grid grid;
	struct results results;
	struct points_policy policy;
	struct gate gates[4];
	struct row *rows;
	size_t n;
};

static void
play_init(struct play *p)
{
	*p = (struct play){.policy = {.field = RUN_MEDIAN, .beta = 0.05}};
	p->policy.gates = p->gates;
}

static void
play_run(struct play *p)
{
	grid_add_run(&p->grid)->run.label = "run";
}

static void
play_value(struct play *p, const char *metric, double figure, double log_error)
{
	struct run_value value = run_value_init();
	struct run_bench bench = {.name = "b", .fullname = "b"};

	value.metric = metric;
	value.unit = strcmp(metric, "time") == 0 ? "s" : "B";
	for (int i = 0; i <= RUN_IQR; i++)
		value.stat[i] = figure;
	value.log_error = log_error;
	bench.values = &value;
	bench.n_values = 1;
	ck_assert_int_eq(grid_take(&bench, &p->grid, &err), 0);
}

static void
play_gate(struct play *p, const char *text)
{
	ck_assert_int_eq(gate_parse(text, NULL, &arena, &p->gates[p->policy.n_gates++], &err), 0);
}

static const struct row *
play_judge(struct play *p)
{
	results_init(&p->results);
	points_results(&p->grid, &p->results);
	ck_assert_msg(
		points_rows(&p->grid, &p->results, &p->policy, &arena, &p->rows, &p->n, &err) == 0,
		"%s", err.text);
	return p->rows;
}

static void
play_done(struct play *p)
{
	results_done(&p->results);
	grid_done(&p->grid);
	arena_done(&arena);
}

static enum verdict
verdict_of(const char *metric, double base, double head, double error, const char *gate,
	bool two_sided)
{
	struct play p;

	play_init(&p);
	p.policy.two_sided = two_sided;
	play_run(&p);
	play_value(&p, metric, base, error);
	play_run(&p);
	play_value(&p, metric, head, error);
	play_gate(&p, gate);
	enum verdict verdict = play_judge(&p)->verdict;
	play_done(&p);
	return verdict;
}

START_TEST(figures_are_held_to_limits)
{
	static const struct {
		const char *metric, *gate;
		double base, head;
		enum verdict want;
	} rows[] = {
		{"time", "mean:5%", 1, 1.06, VERDICT_REGRESSED},
		{"time", "mean:5%", 1, 1.05, VERDICT_PASS}, /* 1.05 is a little less */
		{"time", "mean:5%", 2, 1, VERDICT_PASS},
		{"time", "min:0.5", 1, 1.5, VERDICT_PASS}, /* strictly beyond */
		{"time", "min:0.5", 1, 1.6, VERDICT_REGRESSED},
		{"time", "mean:5%", 0, 0, VERDICT_PASS},
		{"time", "mean:5%", 0, 1e-9, VERDICT_REGRESSED},
		{"time", "time:1ms", 0.010, 0.012, VERDICT_REGRESSED},
		{"peak", "peak:10%", 100, 111, VERDICT_REGRESSED},
		{"peak", "peak:10B", 100, 110, VERDICT_PASS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_assert_msg(verdict_of(rows[i].metric, rows[i].base, rows[i].head, NAN,
				      rows[i].gate, false) == rows[i].want,
			"row %zu", i);
	ck_assert_int_eq(verdict_of("time", 2, 1, NAN, "mean:5%", true), VERDICT_IMPROVED);
}
END_TEST

/* An error of 1 % a side is one of 1.414 % together; 90 % of a normal lie within 1.6449 of them:
 * 2.35 % to either side. */
START_TEST(medians_are_held_by_intervals)
{
	ck_assert_int_eq(verdict_of("time", 1, 1.10, 0.01, "median:5%", false), VERDICT_REGRESSED);
	ck_assert_int_eq(
		verdict_of("time", 1, 1.06, 0.01, "median:5%", false), VERDICT_INCONCLUSIVE);
	ck_assert_int_eq(verdict_of("time", 1, 1.02, 0.01, "auto:5%", false), VERDICT_PASS);
	ck_assert_int_eq(verdict_of("time", 1, 1.06, 0.01, "mean:5%", false), VERDICT_REGRESSED);
	ck_assert_int_eq(verdict_of("time", 1, 0.9, 0.01, "auto:5%", true), VERDICT_IMPROVED);

	struct play p;
	play_init(&p);
	play_run(&p);
	play_value(&p, "time", 1, 0.01);
	play_run(&p);
	play_value(&p, "time", 1.1, 0.01);
	const struct row *row = play_judge(&p);
	ck_assert_double_eq_tol(row->ratio, 1.1, 1e-12);
	ck_assert_double_eq_tol(
		row->ratio_lo, 1.1 * exp(-1.6448536269514722 * sqrt(2) * 0.01), 1e-9);
	ck_assert_double_eq_tol(
		row->ratio_hi, 1.1 * exp(1.6448536269514722 * sqrt(2) * 0.01), 1e-9);
	ck_assert(row->slower && !row->faster);
	ck_assert_int_eq(row->verdict, VERDICT_UNGATED);
	play_done(&p);
}
END_TEST

START_TEST(every_run_is_held_against_the_first_or_the_one_before)
{
	struct play p;

	play_init(&p);
	for (int i = 0; i < 4; i++) {
		play_run(&p);
		play_value(&p, "time", i == 2 ? 2 : 1, NAN);
	}
	play_gate(&p, "mean:5%");
	play_judge(&p);
	ck_assert_uint_eq(p.n, 3);
	ck_assert_uint_eq(p.rows[0].rev, 2); /* the one in the middle */
	ck_assert_int_eq(p.rows[0].verdict, VERDICT_REGRESSED);
	ck_assert_int_eq(p.rows[1].verdict, VERDICT_PASS);
	results_done(&p.results);
	p.policy.previous = true;
	play_judge(&p);
	ck_assert_uint_eq(p.n, 3);
	ck_assert_uint_eq(p.rows[0].base, 1);
	ck_assert_double_eq_tol(p.rows[2].ratio, 0.5, 1e-12);
	play_done(&p);
}
END_TEST

START_TEST(what_is_missing_is_said)
{
	struct play p;

	play_init(&p);
	play_run(&p);
	play_value(&p, "time", 1, NAN);
	play_run(&p);
	play_value(&p, "peak", 1, NAN);
	play_judge(&p);
	ck_assert_uint_eq(p.n, 2);
	ck_assert_int_eq(p.rows[0].status, STATUS_NEW);
	ck_assert_int_eq(p.rows[1].status, STATUS_REMOVED);
	results_done(&p.results);
	play_gate(&p, "rss:10%");
	results_init(&p.results);
	points_results(&p.grid, &p.results);
	ck_assert_int_eq(
		points_rows(&p.grid, &p.results, &p.policy, &arena, &p.rows, &p.n, &err), -1);
	ck_assert_str_eq(err.text,
		"the gate 'rss:10%' is about rss, which none of the results has; they have time, "
		"peak");
	play_done(&p);
}
END_TEST

TEST_SUITE("judge/points", figures_are_held_to_limits, medians_are_held_by_intervals,
	every_run_is_held_against_the_first_or_the_one_before, what_is_missing_is_said)

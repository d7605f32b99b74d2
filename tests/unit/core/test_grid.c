#include "core/grid.h"
#include "core/grid_shape.h"
#include "core/run.h"

#include "../check_main.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct err err;

static void
take(struct grid *grid, const char *name, double mean, const struct run_pair *params)
{
	struct run_value value = run_value_init();
	struct run_bench bench = {.name = name, .fullname = name, .params = params};

	value.stat[RUN_MEAN] = mean;
	bench.values = &value;
	bench.n_values = 1;
	ck_assert_int_eq(grid_take(&bench, grid, &err), 0);
}

static double
mean_of(const struct grid *grid, const char *name, size_t run)
{
	for (size_t b = 0; b < grid->benches.n; b++) {
		if (strcmp(grid->benches.v[b].fullname, name) != 0)
			continue;
		const struct grid_cell *cell =
			grid_cell(grid_entry(&grid->benches.v[b], run), grid_metric(grid, "time"));
		return cell ? cell->stat[RUN_MEAN] : (double)NAN;
	}
	return (double)INFINITY;
}

/* 5,000 benches in three runs, each run in another order and with gaps. */
START_TEST(benches_are_joined_by_name)
{
	struct grid grid = {0};
	char name[40];

	for (size_t run = 0; run < 3; run++) {
		grid_add_run(&grid);
		for (size_t i = 0; i < 5000; i++) {
			size_t k = (i * 3001 + run * 17) % 5000;

			if (k % 7 == run)
				continue;
			snprintf(name, sizeof(name), "bench-%zu", k);
			take(&grid, name, (double)(k * 10 + run), NULL);
		}
	}
	ck_assert_uint_eq(grid.benches.n, 5000);
	for (size_t k = 0; k < 5000; k++) {
		snprintf(name, sizeof(name), "bench-%zu", k);
		for (size_t run = 0; run < 3; run++) {
			double got = mean_of(&grid, name, run);

			if (k % 7 == run)
				ck_assert(isnan(got));
			else
				ck_assert_double_eq(got, (double)(k * 10 + run));
		}
	}
	grid_done(&grid);
}
END_TEST

START_TEST(the_last_of_a_name_counts_and_a_run_can_be_dropped)
{
	struct grid grid = {0};

	grid_add_run(&grid);
	take(&grid, "a", 1, NULL);
	take(&grid, "b", 2, NULL);
	take(&grid, "a", 3, NULL);
	ck_assert_double_eq(mean_of(&grid, "a", 0), 3);
	ck_assert_uint_eq(grid.runs.v[0]->repeated, 1);
	ck_assert_uint_eq(grid.runs.v[0]->n_benches, 2);
	grid_add_run(&grid);
	take(&grid, "b", 4, NULL);
	take(&grid, "c", 5, NULL);
	grid_drop_run(&grid);
	ck_assert_uint_eq(grid.runs.n, 1);
	ck_assert_double_eq(mean_of(&grid, "b", 0), 2);
	ck_assert(isnan(mean_of(&grid, "c", 0)));
	grid_add_run(&grid);
	take(&grid, "b", 6, NULL);
	ck_assert_double_eq(mean_of(&grid, "b", 1), 6);
	grid_done(&grid);
}
END_TEST

START_TEST(a_pivot_makes_values_runs)
{
	static const struct run_pair p10[] = {{"n", "10", false}, {"k", "a-b", true}, {0}};
	static const struct run_pair p9[] = {{"n", "9", false}, {"k", "a-b", true}, {0}};
	struct grid grid = {0}, folded = {0};

	grid_add_run(&grid)->run.label = "x";
	take(&grid, "t[10-a-b]", 10, p10);
	take(&grid, "t[9-a-b]", 9, p9);
	take(&grid, "plain", 1, NULL);
	ck_assert_int_eq(grid_pivot(&grid, "param:n", &folded, &err), 0);
	ck_assert_uint_eq(folded.runs.n, 2);
	ck_assert_str_eq(folded.runs.v[0]->run.label, "n=9");
	ck_assert_str_eq(folded.runs.v[1]->run.label, "n=10");
	ck_assert_double_eq(mean_of(&folded, "t[a-b]", 0), 9);
	ck_assert_double_eq(mean_of(&folded, "t[a-b]", 1), 10);
	ck_assert(isinf(mean_of(&folded, "plain", 0)));
	grid_done(&folded);
	grid_done(&grid);
}
END_TEST

START_TEST(postfixes_make_pairs)
{
	struct grid grid = {0}, folded = {0};

	grid_add_run(&grid)->run.label = "x";
	take(&grid, "m::t_old[1]", 1, NULL);
	take(&grid, "m::t_new[1]", 2, NULL);
	take(&grid, "m::t_candidate[2]", 3, NULL);
	take(&grid, "m::renewed[1]", 4, NULL);
	ck_assert_int_eq(grid_pivot_postfix(&grid, NULL, NULL, true, &folded, &err), 0);
	ck_assert_double_eq(mean_of(&folded, "m::t[1]", 0), 1);
	ck_assert_double_eq(mean_of(&folded, "m::t[1]", 1), 2);
	ck_assert_double_eq(mean_of(&folded, "m::t[2]", 1), 3);
	ck_assert(isinf(mean_of(&folded, "m::renewed[1]", 1)));
	grid_done(&folded);
	grid_done(&grid);
}
END_TEST

START_TEST(dates_are_read)
{
	static const struct {
		const char *text;
		double want;
	} rows[] = {{"1970-01-01T00:00:00", 0}, {"1970-01-01T00:00:00+00:00", 0},
		{"1970-01-01 01:00:00+01:00", 0}, {"1970-01-02T00:00:00.5Z", 86400.5},
		{"2026-11-21T09:15:39.182383+00:00", 1795252539.182383},
		{"2026-11-21T09:15:39-0530", 1795272339}, {"1969-12-31T23:59Z", -60},
		{"2026-11-21", NAN}, {"2026-13-01T00:00:00", NAN}, {"2026-01-01T25:00:00", NAN},
		{"2026-01-01T00:00:00+1", NAN}, {"2026-01-01T00:00:61", NAN}, {"yesterday", NAN},
		{"", NAN}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		double got = run_time_of(rows[i].text);

		if (isnan(rows[i].want))
			ck_assert_msg(isnan(got), "%s", rows[i].text);
		else
			ck_assert_msg(fabs(got - rows[i].want) < 1e-6, "%s: %f", rows[i].text, got);
	}
	ck_assert(isnan(run_time_of(NULL)));
}
END_TEST

TEST_SUITE("core/grid", benches_are_joined_by_name,
	the_last_of_a_name_counts_and_a_run_can_be_dropped, a_pivot_makes_values_runs,
	postfixes_make_pairs, dates_are_read)

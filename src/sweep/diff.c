#include "sweep/diff.h"

#include "judge/judge.h"
#include "sweep/runs.h"

#include <math.h>
#include <string.h>

/* What the rows rest on, for the end of the report. */
static void
add_notes(const struct grid *grid, const struct row *rows, size_t n, struct results *results)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any |= !isnan(rows[i].ratio_lo);
	results_note(results,
		any ? "one run a side: an interval is about the rounds of a run, and tells "
		      "nothing of how much runs differ from each other"
		    : "point comparison only: the results hold no rounds, so that nothing is known "
		      "of their noise");
	for (size_t i = 0; i < grid->runs.n; i++) {
		const struct grid_run *run = grid->runs.v[i];
		scoped(str) text = STR_INIT;

		for (size_t k = 0; k < run->run.facts.notes.n; k++) {
			str_clear(&text);
			str_addf(&text, "%s: %s", run->run.label, run->run.facts.notes.v[k]);
			results_note(results, text.p);
		}
		if (!run->repeated)
			continue;
		str_clear(&text);
		str_addf(&text, "%s: %zu result%s of the same name as a later one left out",
			run->run.label, run->repeated, run->repeated == 1 ? "" : "s");
		results_note(results, text.p);
	}
}

int
diff_report(const struct grid *grid, const struct points_policy *policy, struct results *results,
	struct arena *arena, struct report *ret, struct err *err)
{
	struct report report = {.command = "diff", .judge = "points", .order = "random"};

	points_results(grid, results);
	if (points_rows(grid, results, policy, arena, &report.rows, &report.n_rows, err) < 0)
		return -1;
	add_notes(grid, report.rows, report.n_rows, results);
	report.beta = policy->beta;
	report.results = results;
	report.verdict = judge_overall(report.rows, report.n_rows);
	report.exit_code = judge_exit_code(report.rows, report.n_rows, false);
	*ret = report;
	return 0;
}

/* ---- runs of sweeps */

bool
diff_is_called(const struct run *run, const char *label)
{
	return str_eq(run->label, label) ||
	       (run->facts.commit && *label && str_starts(run->facts.commit, label));
}

static bool
is_taken(const struct grid *grid, const char *label)
{
	/* The newest run is the one that looks for a label. */
	for (size_t i = 0; i + 1 < grid->runs.n; i++)
		if (strcmp(grid->runs.v[i]->run.label, label) == 0)
			return true;
	return false;
}

/* Takes the run over. */
static int
add_run(struct grid *grid, struct run *run, struct err *err)
{
	struct grid_run *added = grid_add_run(grid);
	const char *label = arena_strdup(&grid->arena, run->label);
	int r = 0;

	for (size_t i = 0; r == 0 && i < run->benches.n; i++)
		r = grid_take(&run->benches.v[i], grid, err);
	vec_done(&run->benches);
	added->run = *run;
	*run = (struct run)RUN_INIT;
	added->run.label = label;
	for (unsigned k = 2; is_taken(grid, added->run.label); k++)
		added->run.label = arena_printf(&grid->arena, "%s (%u)", label, k);
	return r;
}

int
diff_add_sweep(
	struct grid *grid, struct store *store, int64_t sweep, const char *label, struct err *err)
{
	struct arena arena = ARENA_INIT;
	scoped(run_list) runs = {0};
	struct store_sweep stored;
	size_t added = 0;
	int r = store_get(store, sweep, &arena, &stored, err);

	if (r == 0)
		r = sweep_runs(store, &stored, false, &runs, err);
	for (size_t i = 0; r == 0 && i < runs.n; i++) {
		if (label && !diff_is_called(&runs.v[i], label))
			continue;
		r = add_run(grid, &runs.v[i], err);
		added++;
	}
	if (r == 0 && !added)
		r = err_set(err, ERR_USAGE, "sweep #%jd has no revision '%.200s'", (intmax_t)sweep,
			label ? label : "");
	arena_done(&arena);
	return r;
}

#include "cli/command.h"
#include "cli/job.h"
#include "cli/run_refs.h"

#include "base/str.h"
#include "core/grid_shape.h"
#include "report/diff.h"
#include "sweep/diff.h"
#include "sys/term.h"

#include <math.h>
#include <string.h>

static const struct opt options[] = {
	OPT('t', "table", OPT_TEXT, table, "NAME",
		"verdicts (default); stats, as pytest-benchmark compare; metrics or changes, as "
		"benchmem compare; methods or cases, as pytest-park",
		"verdicts stats metrics changes methods cases"),
	OPT(0, "fail", OPT_LIST, fail, "GATE",
		"threshold such as mean:5% or peak:5MiB, instead of the configured gates (may be "
		"repeated)",
		NULL),
	OPT(0, "lost", OPT_TEXT, lost, "WHAT",
		"benchmarks that the base has and a later run lacks: warn (default), fail with "
		"exit code 3, or ignore",
		"warn fail ignore"),
	OPT(0, "field", OPT_TEXT, field, "STAT",
		"what times are compared by where no gate says: median (default), min, max, mean, "
		"stddev or iqr",
		"median min max mean stddev iqr"),
	OPT(0, "against", OPT_TEXT, against, "WHICH",
		"what a run is held against: first (default) or previous", "first previous"),
	OPT(0, "reference", OPT_TEXT, reference, "RUN",
		"of all runs that are named, this one is the base (label, id, tag, commit, date or "
		"number; -1 is the last)",
		NULL),
	OPT(0, "candidate", OPT_TEXT, candidate, "RUN", "and this one is held against it", NULL),
	OPT('a', "all", OPT_FLAG, all, NULL, "all runs of a folder, not only its last two", NULL),
	OPT(0, "label", OPT_LIST, labels, "TEXT",
		"what to call a run, one for each in their order (may be repeated)", NULL),
	OPT(0, "where", OPT_LIST, where, "KEY=VALUE",
		"only benchmarks of which this is true: a parameter, a scalar of extra_info, or "
		"name, fullname, group, mark, module, func, class; VALUE may be a glob (may be "
		"repeated)",
		NULL),
	OPT(0, "exclude-param", OPT_LIST, exclude_params, "NAME",
		"runs are compared without regard to this parameter (may be repeated)", NULL),
	OPT(0, "distinct-param", OPT_LIST, distinct_params, "NAME",
		"runs are compared with regard to this parameter alone (may be repeated)", NULL),
	OPT(0, "pivot", OPT_TEXT, pivot, "WHAT",
		"fold one run: param:NAME makes each value of a parameter a run, postfix pairs "
		"names such as sort_old and sort_new",
		"postfix"),
	OPT(0, "original-postfix", OPT_TEXT, original_postfix, "LIST",
		"with --pivot postfix: ends of names that mean the original, instead of _old, "
		"_orig, _ref, _baseline and the like",
		NULL),
	OPT(0, "reference-postfix", OPT_TEXT, reference_postfix, "LIST",
		"with --pivot postfix: ends of names that mean the new one, instead of _new, _cand "
		"and _candidate",
		NULL),
	OPT(0, "columns", OPT_TEXT, columns, "LIST",
		"of stats: min, max, mean, stddev, median, iqr, outliers, ops, rounds, iterations; "
		"of metrics and changes: names of metrics, and extra:NAME",
		NULL),
	OPT(0, "stat", OPT_TEXT, stat, "STAT",
		"of metrics and changes: min, max, mean, median, iqr, stddev, headline or all",
		"min max mean median iqr stddev headline all"),
	OPT(0, "sort", OPT_TEXT, sort, "COLUMN",
		"of stats: min (default), max, mean, stddev, median, iqr, ops, rounds, iterations, "
		"name or fullname; of metrics and changes: name (default), value or change",
		"min max mean stddev median iqr ops rounds iterations name fullname value change"),
	OPT(0, "group-by", OPT_TEXT, group_by, "LIST",
		"group, name, func, fullname, fullfunc, module, class, param, params, param:NAME, "
		"mark, custom, custom:NAME",
		"group name func fullname fullfunc module class param params mark custom"),
	OPT(0, "names", OPT_TEXT, names, "FORM", "of stats: short, normal (default), long or trial",
		"short normal long trial"),
	OPT(0, "time-unit", OPT_TEXT, time_unit, "UNIT", "of stats: ns, us, ms, s or auto",
		"ns us ms s auto"),
	OPT(0, "storage", OPT_TEXT, storage, "DIR",
		"where references such as 0001 are looked for (default: .benchmarks)", "@dir"),
	OPT(0, "improvements", OPT_FLAG, improvements, NULL,
		"hold improvements to the gates as well: say improved only beyond the limit", NULL),
	OPT(0, "strict", OPT_FLAG, strict, NULL, "exit with code 9 when a verdict cannot be told",
		NULL),
	OUTPUT_OPTIONS,
	OUTPUT_ANNOTATIONS,
	OPT_END,
};

static int
choose_field(const struct app *app, enum run_stat *ret, struct err *err)
{
	static const enum run_stat known[] = {
		RUN_MEDIAN, RUN_MIN, RUN_MAX, RUN_MEAN, RUN_STDDEV, RUN_IQR};

	*ret = RUN_MEDIAN;
	if (!app->args.field)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		*ret = known[i];
		if (strcmp(run_stat_name(known[i]), app->args.field) == 0)
			return 0;
	}
	return err_set(err, ERR_USAGE, "--field is median, min, max, mean, stddev or iqr, not '%s'",
		app->args.field);
}

static int
choose_policy(const struct app *app, struct points_policy *ret, struct err *err)
{
	const char *against = app->args.against, *lost = app->args.lost;

	*ret = (struct points_policy){
		.gates = app->config.gates,
		.n_gates = app->config.n_gates,
		.previous = str_eq(against, "previous"),
		.beta = app->config.measure.beta,
		.two_sided = app->config.measure.improvements,
	};
	if (against && !ret->previous && strcmp(against, "first") != 0)
		return err_set(err, ERR_USAGE, "--against is first or previous, not '%s'", against);
	if (lost && strcmp(lost, "warn") != 0 && strcmp(lost, "fail") != 0 &&
		strcmp(lost, "ignore") != 0)
		return err_set(err, ERR_USAGE, "--lost is warn, fail or ignore, not '%s'", lost);
	return choose_field(app, &ret->field, err);
}

/* Facts that numbers depend on; a file names some of them, none of them, or others. */
static const char *const facts_that_matter[] = {"node", "machine", "processor", "system", "release",
	"cpu.brand_raw", "cpu.brand", "cpu.count", "cpu.arch", "python_version",
	"python_implementation", "goos", "goarch", "host_name", "num_cpus", "mhz_per_cpu",
	"library_build_type", "jdkVersion", "vmVersion", "arch", "os", "ram", "num_cpu"};

static void
warn_of_machines(const struct app *app, const struct grid *grid)
{
	const struct run *first = &grid->runs.v[0]->run;

	for (size_t i = 1; i < grid->runs.n; i++) {
		const struct run *run = &grid->runs.v[i]->run;
		scoped(str) apart = STR_INIT;

		for (size_t k = 0; k < ARRAY_LEN(facts_that_matter); k++) {
			const char *a = run_machine_of(first, facts_that_matter[k]);
			const char *b = run_machine_of(run, facts_that_matter[k]);

			if (a && b && strcmp(a, b) != 0)
				str_addf(&apart, "%s%s (%s, %s)", apart.n ? ", " : "",
					facts_that_matter[k], a, b);
		}
		if (apart.n)
			app_warn(app, "%s and %s come from machines that differ: %s", first->label,
				run->label, apart.p);
	}
}

static size_t
count_status(const struct row *rows, size_t n, enum row_status status)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += rows[i].status == status;
	return found;
}

static int
exit_code(const struct app *app, const struct report *report, size_t skipped)
{
	int code = judge_exit_code(report->rows, report->n_rows, app->args.strict);
	bool lost = str_eq(app->args.lost, "fail") &&
		    count_status(report->rows, report->n_rows, STATUS_REMOVED) > 0;

	return code == 0 || code == 9 ? (skipped || lost ? 3 : code) : code;
}

/* Removed benches are rows unless nobody wants to know. */
static void
drop_lost(const struct app *app, struct row *rows, size_t *n)
{
	size_t kept = 0;

	if (!str_eq(app->args.lost, "ignore"))
		return;
	for (size_t i = 0; i < *n; i++)
		if (rows[i].status != STATUS_REMOVED)
			rows[kept++] = rows[i];
	*n = kept;
}

static int
choose_form(const struct report_format *format, enum diff_form *ret, struct err *err)
{
	static const char *const names[] = {
		[DIFF_TEXT] = "text", [DIFF_MARKDOWN] = "markdown", [DIFF_CSV] = "csv"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		*ret = (enum diff_form)i;
		if (strcmp(names[i], format->name) == 0)
			return 0;
	}
	return err_set(err, ERR_USAGE,
		"this table is written as text, markdown or csv, not as %s; --table verdicts has "
		"all formats",
		format->name);
}

/* One of the other tools' tables instead of the verdicts. */
static int
write_table(struct app *app, const char *name, const struct grid *grid, struct output *main,
	struct err *err)
{
	const struct args *args = &app->args;
	bool to_file = args->output && strcmp(args->output, "-") != 0;
	struct diff_options wanted = {
		.columns = args->columns,
		.sort = args->sort,
		.group_by = args->group_by,
		.names = args->names,
		.time_unit = args->time_unit,
		.stat = args->stat,
		.candidate = grid->runs.n - 1,
	};
	struct report_style style = {
		.width = to_file ? 100 : term_width(1), .color = !to_file && app_color(app, 1)};
	const struct diff_table *table = NULL;
	enum diff_form form;

	str_clear(&main->text);
	if (diff_table_find(name, &table, err) < 0 || choose_form(main->format, &form, err) < 0)
		return -1;
	return table->write(grid, &wanted, form, &style, &main->text, err);
}

/* The verdicts, or another table and what gates say of it in one sentence. Reports beside it are
 * about verdicts. */
static int
print_result(struct app *app, const struct grid *grid, const struct report *report,
	struct outputs *outputs, struct err *err)
{
	scoped(str) sentence = STR_INIT;

	/* One run has nothing to be held against: its numbers are shown. */
	const char *name = app->args.table                         ? app->args.table
			   : grid->runs.n > 1                      ? "verdicts"
			   : grid_metric(grid, "time") != SIZE_MAX ? "stats"
								   : "metrics";

	outputs_report(app, report, outputs);
	if (strcmp(name, "verdicts") == 0)
		return outputs_write(app, outputs, err);
	for (size_t i = 0; i < grid->runs.n; i++)
		for (size_t k = 0; k < grid->runs.v[i]->run.facts.notes.n; k++)
			app_warn(app, "%s: %s", grid->runs.v[i]->run.label,
				grid->runs.v[i]->run.facts.notes.v[k]);
	if (write_table(app, name, grid, &outputs->v[0], err) < 0 ||
		outputs_write(app, outputs, err) < 0)
		return -1;
	if (app->config.n_gates && grid->runs.n > 1) {
		report_sentence(report, &sentence);
		app_say(app, "%s", sentence.p);
	}
	return 0;
}

static int
judge(struct app *app, const struct grid *grid, size_t skipped, struct outputs *outputs,
	int *ret_exit, struct err *err)
{
	struct points_policy policy;
	struct results results;
	struct report report;

	if (choose_policy(app, &policy, err) < 0)
		return -1;
	if (grid->runs.n < 2 && app->args.fail.n)
		return err_set(err, ERR_USAGE, "--fail compares, and there is only one run: %s",
			grid->runs.v[0]->run.label);
	results_init(&results);
	int r = diff_report(grid, &policy, &results, &app->arena, &report, err);
	if (r == 0) {
		drop_lost(app, report.rows, &report.n_rows);
		report.project = app->config.project;
		report.verdict = judge_overall(report.rows, report.n_rows);
		report.exit_code = exit_code(app, &report, skipped);
		*ret_exit = report.exit_code;
		r = print_result(app, grid, &report, outputs, err);
	}
	results_done(&results);
	return r;
}

/* --exclude-param or --distinct-param, into a grid of its own. */
static int
ignore_params(struct app *app, const struct grid *grid, struct grid *ret, struct err *err)
{
	const struct args *args = &app->args;
	bool others = args->distinct_params.n > 0;

	if (others && args->exclude_params.n)
		return err_set(err, ERR_USAGE,
			"--exclude-param and --distinct-param contradict each other");
	return grid_ignore(grid, others ? args->distinct_params.v : args->exclude_params.v,
		others ? args->distinct_params.n : args->exclude_params.n, others, ret, err);
}

static int
fold(struct app *app, const struct grid *grid, struct grid *ret, struct err *err)
{
	const struct args *args = &app->args;
	bool given = args->original_postfix || args->reference_postfix;

	if (strcmp(args->pivot, "postfix") == 0)
		return grid_pivot_postfix(
			grid, args->original_postfix, args->reference_postfix, !given, ret, err);
	return grid_pivot(grid, args->pivot, ret, err);
}

/* The grid that is compared, one of three: what was read, or what is made of it. */
static int
shape(struct app *app, struct grid grids[3], const struct grid **ret, struct err *err)
{
	const struct args *args = &app->args;

	if ((args->original_postfix || args->reference_postfix) && !str_eq(args->pivot, "postfix"))
		return err_set(err, ERR_USAGE,
			"--original-postfix and --reference-postfix go with --pivot postfix");
	*ret = &grids[0];
	if (args->where.n && grid_where(&grids[0], args->where.v, args->where.n, err) < 0)
		return -1;
	if (args->exclude_params.n || args->distinct_params.n) {
		if (ignore_params(app, *ret, &grids[1], err) < 0)
			return -1;
		*ret = &grids[1];
	}
	if (args->pivot) {
		if (fold(app, *ret, &grids[2], err) < 0)
			return -1;
		*ret = &grids[2];
	}
	return 0;
}

static int
compare(struct app *app, struct grid grids[3], struct outputs *outputs, int *ret_exit,
	struct err *err)
{
	const struct grid *compared = NULL;
	size_t skipped = 0;

	if (run_refs_load(app, &grids[0], &skipped, err) < 0)
		return -1;
	warn_of_machines(app, &grids[0]);
	if (shape(app, grids, &compared, err) < 0)
		return -1;
	return judge(app, compared, skipped, outputs, ret_exit, err);
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	struct grid grids[3] = {0};
	struct outputs outputs = {0};

	app->pages = true;
	if (app->args.operands.n == 0)
		return err_set(err, ERR_USAGE,
			"diff takes runs: files, a folder of them, references such as 0001, or "
			"stored sweeps; 'revsweep help diff' has examples");
	if (app_configure(app, false, err) < 0 ||
		outputs_choose(app, true, false, &outputs, err) < 0)
		return -1;
	int r = compare(app, grids, &outputs, ret_exit, err);
	for (size_t i = 0; i < ARRAY_LEN(grids); i++)
		grid_done(&grids[i]);
	outputs_done(&outputs);
	return r;
}

static const char *const usage[] = {"[OPTIONS] RUN...", NULL};
static const char *const examples[] = {"Compare two result files",
	"revsweep diff base.json head.json", "And fail when a mean got more than 5 % slower",
	"revsweep diff base.json head.json --fail mean:5%",
	"Compare two runs in pytest-benchmark's storage", "revsweep diff 0001 0002",
	"The last run of a folder with the one before it", "revsweep diff .benchmarks",
	"A stored sweep's revisions with a file", "revsweep diff 12 ci.json", NULL};

const struct command cmd_diff = {
	.name = "diff",
	.summary = "compare stored runs and result files, offline",
	.usage = usage,
	.description =
		"Compares results that exist already: files of any known format, a folder of them, "
		"references into pytest-benchmark's storage (0001, '*/0009'), stored sweeps (12, "
		"or "
		"12:LABEL for one of its revisions), and '-' for standard input. The first run is "
		"the base.\n\n"
		"A file holds one run, so that nothing is known of how runs differ from each "
		"other: gates about means, minima and the like compare one figure with the other, "
		"as pytest-benchmark and pytest-benchmem do. Where both files hold the rounds, the "
		"median has an interval (Price and Bonett, from order statistics), and gates about "
		"the median or 'auto' answer with it: regressed, within the gate, or cannot tell. "
		"Without gates nothing is judged. For verdicts that hold on a noisy machine let "
		"'revsweep compare' measure.\n\n"
		"The exit code is 0 when no gate is exceeded, 1 when one is, 2 when something is "
		"wrong with the command line or no run can be read, 3 when a run was left out, a "
		"gate could not be checked or, with --lost fail, a benchmark is gone.",
	.options = options,
	.operands = "@file",
	.examples = examples,
	.run = run,
};

#include "cli/command.h"
#include "cli/job.h"

#include "report/export.h"
#include "sweep/bundle.h"
#include "sweep/runs.h"
#include "sys/fs.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define OUTPUT_MAX ((size_t)2 << 30)
#define STORAGE ".benchmarks" /* where pytest-benchmark looks */
#define NUMBER_MAX 9999       /* its readers take four digits */

static const struct opt options[] = {
	OPT('f', "format", OPT_TEXT, format, "NAME",
		"pytest-benchmark (default), hyperfine, google-benchmark, csv, csv-benchmem or "
		"openmetrics",
		"pytest-benchmark hyperfine google-benchmark csv csv-benchmem openmetrics"),
	OPT('o', "output", OPT_TEXT, output, "PATH",
		"a file; a directory where each revision has a file of its own", "@file"),
	OPT(0, "rev", OPT_LIST, revs, "REV",
		"only this revision, by its label or the beginning of its id (may be repeated)",
		"@rev"),
	OPT(0, "bundle", OPT_TEXT, bundle, "FILE",
		"the whole sweep, raw outputs included, as one file that import takes elsewhere",
		"@file"),
	OPT_END,
};

static bool
is_asked_for(const struct args *args, const struct run *run)
{
	for (size_t i = 0; i < args->revs.n; i++)
		if (strcmp(args->revs.v[i], run->label) == 0 ||
			(run->facts.commit && strlen(args->revs.v[i]) >= 4 &&
				str_starts(run->facts.commit, args->revs.v[i])))
			return true;
	return args->revs.n == 0;
}

static int
check_revs(const struct args *args, const struct run_list *runs, struct err *err)
{
	for (size_t i = 0; i < args->revs.n; i++) {
		struct args one = {0};
		bool found = false;

		one.revs.v = &args->revs.v[i];
		one.revs.n = 1;
		for (size_t k = 0; k < runs->n; k++)
			found = found || is_asked_for(&one, &runs->v[k]);
		if (!found)
			return err_set(
				err, ERR_USAGE, "no revision '%s' in that sweep", args->revs.v[i]);
	}
	return 0;
}

static bool
has_values(const struct run *run)
{
	for (size_t i = 0; i < run->benches.n; i++)
		if (run->benches.v[i].n_values)
			return true;
	return false;
}

/* Leaves those that are asked for and hold something. Of a bisect, most commits do not. */
static int
choose(struct app *app, struct run_list *runs, struct err *err)
{
	size_t kept = 0, empty = 0;

	if (check_revs(&app->args, runs, err) < 0)
		return -1;
	for (size_t i = 0; i < runs->n; i++) {
		struct run *run = &runs->v[i];
		bool asked = is_asked_for(&app->args, run);
		bool full = has_values(run);

		if (asked && full) {
			struct run swap = runs->v[kept];
			runs->v[kept++] = *run;
			*run = swap;
		}
		empty += asked && !full;
	}
	for (size_t i = kept; i < runs->n; i++)
		run_done(&runs->v[i]);
	runs->n = kept;
	if (kept == 0)
		return err_set(err, ERR_USAGE,
			"there is nothing to export: no benchmark was measured%s",
			app->args.revs.n ? " in that revision" : "");
	if (empty)
		app_warn(app, "%zu revision%s left out, of which no benchmark was measured", empty,
			empty == 1 ? " was" : "s were");
	return 0;
}

static void
tell_loss(struct app *app, const struct export_format *format, const struct export_loss *loss)
{
	if (loss->benches)
		app_warn(app, "%zu benchmark%s left out: no time, or too little is known of it",
			loss->benches, loss->benches == 1 ? " was" : "s were");
	if (loss->values)
		app_warn(app, "%zu value%s of other metrics left out: %s has no place for them",
			loss->values, loss->values == 1 ? " was" : "s were", format->name);
}

/* ---- a pytest-benchmark storage */

struct numbering {
	const char *dir; /* of this machine, within the storage */
	unsigned last;
};

static int
note_number(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct numbering *n = arg;
	const char *name = path_base(entry->path);
	unsigned number;
	int digits = 0;

	(void)err;
	if (entry->type == 'd')
		return strcmp(entry->path, n->dir) != 0;
	if (strspn(name, "0123456789") == 4 && sscanf(name, "%4u%n_", &number, &digits) == 1 &&
		name[4] == '_' && str_ends(name, ".json") && number > n->last)
		n->last = number;
	return 0;
}

static int
store_run(const char *storage, const struct run *run, const struct str *text, struct str *ret_path,
	struct err *err)
{
	scoped(str) dir = STR_INIT, file = STR_INIT;
	bool there = true;

	export_storage_names(run, &dir, &file);
	scoped_free char *full = path_join(storage, dir.p);
	struct numbering n = {.dir = dir.p};
	if (fs_mkdir_p(full, 0777, err) < 0 || fs_walk(storage, note_number, &n, err) < 0)
		return -1;
	while (there) {
		if (++n.last > NUMBER_MAX)
			return err_set(err, ERR_USAGE,
				"'%s' holds number %d, after which pytest-benchmark finds nothing: "
				"name another directory with --output",
				full, NUMBER_MAX);
		str_clear(ret_path);
		str_addf(ret_path, "%s/%04u_%s", full, n.last, file.p);
		if (fs_write_new(ret_path->p, text->p, text->n, &there, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- files */

static int
keep_run(struct app *app, const struct export_format *format, const struct run *run,
	const struct str *text, struct str *told, struct err *err)
{
	const char *output = app->args.output;
	scoped(str) path = STR_INIT, dir = STR_INIT, file = STR_INIT;

	if (text->full)
		return err_set(err, ERR_RESOURCES, "%s takes more than %zu MiB", run->label,
			text->max >> 20);
	if (format->storage) {
		if (store_run(output ? output : STORAGE, run, text, &path, err) < 0)
			return -1;
	} else {
		export_storage_names(run, &dir, &file);
		str_addf(&path, "%s/%s", output, file.p);
		if (fs_mkdir_p(output, 0777, err) < 0 ||
			fs_write_atomic(path.p, text->p, text->n, err) < 0)
			return -1;
	}
	str_addf(told, "%s\n", path.p);
	return 0;
}

static bool
is_file_name(const struct export_format *format, const char *output)
{
	scoped_free char *suffix = xasprintf(".%s", format->suffix);

	return output &&
	       (strcmp(output, "-") == 0 || (str_ends(output, suffix) && !fs_is_dir(output)));
}

/* One file for each run; their paths are what is printed. */
static int
write_each(struct app *app, const struct export_format *format, const struct run_list *runs,
	struct err *err)
{
	const char *output = app->args.output;
	bool file = is_file_name(format, output) || (!output && !format->storage && runs->n == 1);
	struct export_loss loss = {0};
	scoped(str) told = STR_INIT;
	int r = 0;

	if (!format->storage && !output && runs->n > 1)
		return err_set(err, ERR_USAGE,
			"%s has a file for each of these %zu revisions: name a directory with "
			"--output, or one revision with --rev",
			format->name, runs->n);
	if (file && runs->n > 1)
		return err_set(err, ERR_USAGE,
			"'%s' is one file, and these are %zu revisions: name a directory, or one "
			"revision with --rev",
			output, runs->n);
	for (size_t i = 0; r == 0 && i < runs->n; i++) {
		scoped(str) text = STR_INIT;

		str_init(&text, OUTPUT_MAX);
		format->write(&runs->v[i], 1, &text, &loss);
		r = file ? app_print(app, &text, err)
			 : keep_run(app, format, &runs->v[i], &text, &told, err);
	}
	tell_loss(app, format, &loss);
	if (r < 0 || file)
		return r;
	app->args.output = NULL; /* the paths go to standard output */
	return app_print(app, &told, err);
}

static int
write_all(struct app *app, const struct export_format *format, const struct run_list *runs,
	struct err *err)
{
	struct export_loss loss = {0};
	scoped(str) text = STR_INIT;

	str_init(&text, OUTPUT_MAX);
	format->write(runs->v, runs->n, &text, &loss);
	tell_loss(app, format, &loss);
	return app_print(app, &text, err);
}

static int
export_sweep(struct app *app, struct store *store, struct err *err)
{
	const char *name = app->args.format ? app->args.format : "pytest-benchmark";
	const struct export_format *format;
	struct store_sweep sweep = {0};
	scoped(run_list) runs = {0};

	if (export_format_find(name, &format, err) < 0 ||
		job_find_sweep(app, store, &sweep, err) < 0 ||
		sweep_runs(store, &sweep, true, &runs, err) < 0 || choose(app, &runs, err) < 0)
		return -1;
	return format->single ? write_each(app, format, &runs, err)
			      : write_all(app, format, &runs, err);
}

static int
export_bundle(struct app *app, struct store *store, struct err *err)
{
	struct store_sweep sweep = {0};

	if (app->args.format || app->args.output || app->args.revs.n)
		return err_set(err, ERR_USAGE,
			"a bundle is the whole sweep: --format, --output and --rev do not go with "
			"it");
	if (job_find_sweep(app, store, &sweep, err) < 0)
		return -1;
	return bundle_write(store, sweep.id, app->args.bundle, err);
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	scoped_free char *dir = NULL;
	struct store *store = NULL;

	*ret_exit = 0;
	if (app->args.operands.n > 1)
		return err_set(err, ERR_USAGE, "export takes one sweep");
	if (app_configure(app, false, err) < 0 || app_store_dir(app, &dir, err) < 0 ||
		store_open(dir, STORE_READ, &store, err) < 0)
		return -1;
	int r = app->args.bundle ? export_bundle(app, store, err) : export_sweep(app, store, err);
	store_close(store);
	return r;
}

static const char *const usage[] = {"[OPTIONS] [SWEEP]", NULL};
static const char *const examples[] = {
	"The newest sweep where pytest-benchmark looks, and a look at it there",
	"revsweep export && pytest-benchmark compare",
	"One revision as one file, for benchmem and others",
	"revsweep export 12 --rev v1.4 --output v1.4.json", "The newest sweep for another machine",
	"revsweep export --bundle sweep.rsb && scp sweep.rsb there:", "For a spreadsheet",
	"revsweep export --format csv --output sweep.csv", NULL};

const struct command cmd_export = {
	.name = "export",
	.summary = "write a stored sweep as the result files of other programs",
	.usage = usage,
	.description =
		"Writes the revisions of a stored sweep (default: the newest) so that other "
		"programs read them. The rounds are those of all launches that count, one launch "
		"after the other, where the harness left them; otherwise each launch is one "
		"round, its mean.\n\n"
		"pytest-benchmark: a file a revision, laid out as pytest-benchmark's own, for "
		"pytest-benchmark compare, pytest --benchmark-compare, benchmem and pytest-park. "
		"Without --output they go into .benchmarks/MACHINE/NNNN_LABEL.json, numbered as "
		"pytest-benchmark does it, in the order of the sweep; what is there stays. The "
		"commit is that of the revision, whatever directory the harness ran in. The "
		"revisions of a sweep have one date, its own, with their places as its fraction of "
		"a second: programs that go by dates keep their order.\n\n"
		"google-benchmark: a file a revision, too. hyperfine, csv, csv-benchmem and "
		"openmetrics: one file, or standard output. What a format has no place for is "
		"said on standard error.\n\n"
		"A bundle is for revsweep itself: all that is stored of the sweep, in one "
		"tar.zst.",
	.options = options,
	.examples = examples,
	.run = run,
};

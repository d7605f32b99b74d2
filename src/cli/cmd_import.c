#include "cli/app.h"
#include "cli/command.h"

#include "base/escape.h"
#include "sweep/bundle.h"
#include "sweep/imports.h"
#include "sys/fs.h"
#include "sys/stop.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static const struct opt options[] = {
	OPT('f', "format", OPT_TEXT, format, "NAME",
		"read all files as this format instead of telling it by what they hold", NULL),
	OPT(0, "label", OPT_LIST, labels, "TEXT",
		"what to call a run, one for each file in the order in which they are named (may "
		"be "
		"repeated)",
		NULL),
	OPT('n', "dry-run", OPT_FLAG, dry_run, NULL, "say what would be imported, and stop", NULL),
	OPT('o', "output", OPT_TEXT, output, "FILE",
		"write what was imported there instead of to standard output", "@file"),
	OPT_END,
};

struct imports {
	struct app *app;
	const struct format *format; /* NULL: told by each file */
	vec(struct import_file) files;
	vec(const char *) bundles;
	size_t skipped; /* files that should have been results */
	size_t others;  /* in folders: no results, and nobody said they were */
	struct err last;
};

static void
imports_done(struct imports *im)
{
	for (size_t i = 0; i < im->files.n; i++)
		import_file_done(&im->files.v[i]);
	vec_done(&im->files);
	vec_done(&im->bundles);
}

static void
skip(struct imports *im, const struct err *why)
{
	app_warn(im->app, "skipped: %s", why->text);
	im->last = *why;
	im->skipped++;
}

/* ---- reading */

/* Only running out of memory or disk, or a stop, ends it all. */
static int
read_file(struct imports *im, const char *path, const struct format *format, struct err *err)
{
	struct import_file file;
	struct err bad = ERR_INIT;

	if (stop_requested())
		return err_set(err, ERR_STOPPED, "stopped; what was imported is stored");
	if (import_read(path, format, &file, &bad) == 0) {
		vec_add(&im->files, file);
		return 0;
	}
	import_file_done(&file);
	if (bad.kind != ERR_USAGE) {
		*err = bad;
		return -1;
	}
	skip(im, &bad);
	return 0;
}

struct folder {
	struct imports *im;
	const char *root;
};

/* "0001_name.json": pytest-benchmark's storage holds nothing but results. */
static bool
is_stored(const char *name)
{
	return strspn(name, "0123456789") >= 4 && strchr(name, '_') && str_ends(name, ".json");
}

static int
visit(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct folder *folder = arg;
	struct imports *im = folder->im;
	const char *name = path_base(entry->path);
	scoped_free char *path = path_join(folder->root, entry->path);
	const struct format *format = im->format;
	struct err unknown = ERR_INIT;

	if (*name == '.' && strcmp(name, ".benchmarks") != 0)
		return entry->type == 'd';
	if (entry->type != 'd' && entry->type != 'f')
		return 0;
	if (!format && format_detect(path, &format, &unknown) < 0) {
		if (entry->type == 'f' && is_stored(name))
			skip(im, &unknown);
		else
			im->others += entry->type == 'f';
		return 0;
	}
	if (im->format && (entry->type == 'd' || !str_ends(name, ".json")))
		return 0;
	return read_file(im, path, format, err) < 0 ? -1 : entry->type == 'd';
}

static int
read_operand(struct imports *im, const char *path, struct err *err)
{
	struct folder folder = {im, path};
	const struct format *format = im->format;
	struct err unknown = ERR_INIT;
	bool is_dir = fs_is_dir(path);

	if (!is_dir && !im->format && bundle_is(path)) {
		vec_add(&im->bundles, path);
		return 0;
	}
	if (!is_dir && im->format)
		return read_file(im, path, im->format, err);
	if (format_detect(path, &format, &unknown) == 0)
		return read_file(im, path, format, err);
	if (is_dir)
		return fs_walk(path, visit, &folder, err);
	skip(im, &unknown);
	return 0;
}

/* ---- labels and order */

static bool
is_label(const char *text)
{
	const char *p = text;

	while (isalnum((unsigned char)*p) || (*p && strchr("._+-", *p)))
		p++;
	return *text && *text != '-' && !*p && !strstr(text, "..");
}

static int
set_labels(struct imports *im, struct err *err)
{
	const struct args *args = &im->app->args;

	if (args->labels.n && args->labels.n != im->files.n)
		return err_set(
			err, ERR_USAGE, "%zu labels for %zu files", args->labels.n, im->files.n);
	for (size_t i = 0; i < args->labels.n; i++) {
		if (!is_label(args->labels.v[i]))
			return err_set(err, ERR_USAGE,
				"'%s' is no label: letters, digits, '.', '_', '+' and '-', not "
				"first a '-', no '..'",
				args->labels.v[i]);
		im->files.v[i].label = args->labels.v[i];
		im->files.v[i].run.label = args->labels.v[i];
	}
	return 0;
}

static bool
is_taken(const struct imports *im, size_t n, const char *label)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(im->files.v[i].label, label) == 0)
			return true;
	return false;
}

/* Two of the same name would be told apart by their numbers only. */
static void
make_unique(struct imports *im)
{
	for (size_t i = 0; i < im->files.n; i++) {
		struct import_file *file = &im->files.v[i];
		const char *label = file->label;

		for (unsigned k = 2; is_taken(im, i, file->label); k++)
			file->label = arena_printf(&file->run.arena, "%s-%u", label, k);
		file->run.label = file->label;
	}
}

static int
by_age(const void *a, const void *b)
{
	return import_compare(a, b);
}

/* ---- storing */

static void
tell(const struct import_file *file, const char *what, struct str *out)
{
	str_addf(out, "%s  ", what);
	escape_text(out, file->label);
	str_addf(out, "  %zu benchmark%s  ", file->run.benches.n,
		file->run.benches.n == 1 ? "" : "s");
	escape_text(out, file->path);
	str_addc(out, '\n');
}

static int
store_file(struct store *store, const struct import_file *file, struct str *out, struct err *err)
{
	int64_t id = 0;
	bool known = false;

	if (import_store(store, file, &id, &known, err) < 0)
		return err_wrap(err, "%.300s", file->path);
	scoped_free char *what = xasprintf("#%-4" PRId64 "%s", id, known ? " (was there)" : "");
	tell(file, what, out);
	return 0;
}

/* A bundle that cannot be used is skipped as any other file. */
static int
store_bundle(
	struct imports *im, struct store *store, const char *path, struct str *out, struct err *err)
{
	struct err bad = ERR_INIT;
	int64_t id = 0;
	bool known = false;

	if (bundle_read(store, path, &id, &known, &bad) < 0) {
		if (bad.kind != ERR_USAGE && bad.kind != ERR_SOURCE) {
			*err = bad;
			return -1;
		}
		skip(im, &bad);
		return 0;
	}
	str_addf(out, "#%-4" PRId64 "%s  ", id, known ? " (was there)" : "");
	escape_text(out, path);
	str_addc(out, '\n');
	return 0;
}

static int
store_files(struct imports *im, struct str *out, struct err *err)
{
	scoped_free char *dir = NULL;
	struct store *store = NULL;
	int r = 0;

	if (app_store_dir(im->app, &dir, err) < 0 || store_open(dir, STORE_WRITE, &store, err) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < im->files.n; i++) {
		if (stop_requested())
			r = err_set(err, ERR_STOPPED, "stopped; what was imported is stored");
		else
			r = store_file(store, &im->files.v[i], out, err);
	}
	for (size_t i = 0; r == 0 && i < im->bundles.n; i++)
		r = store_bundle(im, store, im->bundles.v[i], out, err);
	store_close(store);
	return r;
}

static int
nothing(const struct imports *im, struct err *err)
{
	if (im->skipped == 1)
		return err_set(err, ERR_USAGE, "nothing was imported: %.800s", im->last.text);
	return err_set(err, ERR_USAGE, "nothing was imported: %s",
		im->skipped ? "none of the files could be read"
			    : "there is no result of a kind that is known");
}

static int
import_all(struct imports *im, int *ret_exit, struct err *err)
{
	struct app *app = im->app;
	scoped(str) out = STR_INIT;

	for (size_t i = 0; i < app->args.operands.n; i++)
		if (read_operand(im, app->args.operands.v[i], err) < 0)
			return -1;
	if (im->others)
		app_say(app, "%zu other file%s: no results of a kind that is known", im->others,
			im->others == 1 ? "" : "s");
	if (im->files.n + im->bundles.n == 0)
		return nothing(im, err);
	if (set_labels(im, err) < 0)
		return -1;
	if (im->files.n)
		qsort(im->files.v, im->files.n, sizeof(*im->files.v), by_age);
	make_unique(im);
	for (size_t i = 0; app->args.dry_run && i < im->files.n; i++)
		tell(&im->files.v[i], "would import", &out);
	for (size_t i = 0; app->args.dry_run && i < im->bundles.n; i++) {
		str_add(&out, "would import  the bundle ");
		escape_text(&out, im->bundles.v[i]);
		str_addc(&out, '\n');
	}
	int r = app->args.dry_run ? 0 : store_files(im, &out, err);
	if (r == 0 && !app->args.dry_run && out.n == 0)
		return nothing(im, err);
	*ret_exit = im->skipped ? 3 : 0;
	if (r < 0) {
		struct err ignored = ERR_INIT; /* the first failure is the one to tell */
		app_print(app, &out, &ignored);
		return -1;
	}
	return app_print(app, &out, err);
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	scoped(imports) im = {.app = app};

	if (app->args.operands.n == 0)
		return err_set(err, ERR_USAGE, "import what? name result files or directories");
	if (app->args.format && format_find(app->args.format, &im.format, err) < 0)
		return -1;
	if (app_configure(app, false, err) < 0)
		return -1;
	return import_all(&im, ret_exit, err);
}

static const char *const usage[] = {"[OPTIONS] FILE|DIR...", NULL};
static const char *const examples[] = {"All that pytest-benchmark has saved here",
	"revsweep import .benchmarks", "Two files under names of one's own",
	"revsweep import old.json new.json --label 1.3 --label 1.4",
	"What came in, as a file of another program", "revsweep export --format hyperfine",
	"A sweep of another machine", "revsweep import sweep.rsb", NULL};

const struct command cmd_import = {
	.name = "import",
	.summary = "take result files of other tools into the store",
	.usage = usage,
	.description =
		"Each file becomes a stored sweep of one revision, which log, show, diff and "
		"export know from then on. What kind a file is of is told by what it holds. It is "
		"called what pytest-park's tag says, else the beginning of its commit's id, else "
		"the name of the file.\n\n"
		"Files are stored in the order of their commits' times, else of their dates, else "
		"of their labels as versions. What is stored already is not stored again. In a "
		"directory every file is looked at, .benchmarks included and other names that "
		"begin with a point left out.\n\n"
		"A file that is damaged is skipped and named; the others go on. The exit code is "
		"3 then, and 2 when nothing is left. Files of any size are read a benchmark at a "
		"time; of one larger than 16 MiB the statistics are kept, but not the rounds.\n\n"
		"A bundle (export --bundle) is taken in whole: the sweep is what it was, under a "
		"number of this store.",
	.options = options,
	.operands = "@file",
	.examples = examples,
	.run = run,
};

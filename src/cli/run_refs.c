#include "cli/run_refs.h"

#include "base/parse.h"
#include "base/str.h"
#include "core/version.h"
#include "format/format.h"
#include "sweep/diff.h"
#include "sweep/runs.h"
#include "sys/fs.h"

#include <ctype.h>
#include <glob.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STORAGE_DEFAULT ".benchmarks"
#define DEPTH_SHOWN 5 /* candidates that a message names */

/* A file that is to be a run, or a revision of a stored sweep. */
struct candidate {
	const char *path;
	const char *name; /* what to call it instead of by its path, or NULL */
	struct run run;   /* facts; benches only of a sweep's */
	bool from_sweep;
};

struct refs {
	struct app *app;
	struct arena *arena;
	vec(struct candidate) list;
	vec(struct err) left_out; /* why, one for each */
};

static void
refs_done(struct refs *refs)
{
	for (size_t i = 0; i < refs->list.n; i++)
		run_done(&refs->list.v[i].run);
	vec_done(&refs->list);
	vec_done(&refs->left_out);
}

static void
add_file(struct refs *refs, const char *path)
{
	struct candidate added = {.path = arena_strdup(refs->arena, path), .run = RUN_INIT};

	vec_add(&refs->list, added);
}

static void
leave_out(struct refs *refs, const struct err *why)
{
	vec_add(&refs->left_out, *why);
}

/* ---- folders ---- */

struct folder {
	struct refs *refs;
	const char *root;
	size_t found;
};

static int
visit(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct folder *folder = arg;
	scoped_free char *path = path_join(folder->root, entry->path);
	const struct format *format = NULL;
	struct err not_ours = ERR_INIT;

	(void)err;
	if (path_base(entry->path)[0] == '.')
		return entry->type == 'd';
	if (entry->type == 'd' ? format_detect(path, &format, &not_ours) < 0
			       : entry->type != 'f' || !str_ends(path, ".json"))
		return 0;
	if (!format && format_detect(path, &format, &not_ours) < 0)
		return 0; /* some other JSON: a folder may hold anything */
	add_file(folder->refs, path);
	folder->found++;
	return entry->type == 'd';
}

static int
nothing_to_store(const struct run_bench *bench, void *arg, struct err *err)
{
	(void)bench;
	(void)arg;
	(void)err;
	return 0;
}

/* What a file says of itself, without its benches. */
static bool
read_facts(struct refs *refs, struct candidate *c)
{
	struct run_sink sink = {nothing_to_store, NULL, true};
	const struct format *format = NULL;
	struct err err = ERR_INIT;

	if (c->from_sweep)
		return true;
	if (format_detect(c->path, &format, &err) == 0) {
		if (format->read(c->path, &c->run, &sink, &err) == 0)
			return true;
		err_wrap(&err, "%.300s", c->path);
	}
	leave_out(refs, &err);
	return false;
}

static double
when(const struct candidate *c)
{
	double commit = run_time_of(c->run.facts.commit_time);

	return isnan(commit) ? c->run.facts.time : commit;
}

static int
by_time(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	double ta = when(a), tb = when(b);

	if (isnan(ta) != isnan(tb))
		return isnan(ta) ? -1 : 1;
	if (ta != tb && !isnan(ta))
		return ta < tb ? -1 : 1;
	if (a->run.facts.time != b->run.facts.time && !isnan(a->run.facts.time) &&
		!isnan(b->run.facts.time))
		return a->run.facts.time < b->run.facts.time ? -1 : 1;
	return version_compare(a->path, b->path);
}

/* From place `from` on: unreadable ones go, the rest is put in order. */
static void
sort_facts(struct refs *refs, size_t from, bool sort)
{
	size_t kept = from;

	for (size_t i = from; i < refs->list.n; i++) {
		if (read_facts(refs, &refs->list.v[i]))
			refs->list.v[kept++] = refs->list.v[i];
		else
			run_done(&refs->list.v[i].run);
	}
	refs->list.n = kept;
	if (sort)
		qsort(refs->list.v + from, kept - from, sizeof(*refs->list.v), by_time);
}

static int
add_folder(struct refs *refs, const char *path, struct err *err)
{
	struct folder folder = {.refs = refs, .root = path};
	const struct format *format = NULL;
	struct err not_ours = ERR_INIT;
	size_t from = refs->list.n;

	if (format_detect(path, &format, &not_ours) == 0) {
		add_file(refs, path);
		return 0;
	}
	if (fs_walk(path, visit, &folder, err) < 0)
		return -1;
	if (!folder.found)
		return err_set(
			err, ERR_USAGE, "'%.300s' holds no result of a kind that is known", path);
	sort_facts(refs, from, true);
	return 0;
}

/* ---- pytest-benchmark's storage ---- */

static int
by_file_name(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	int r = version_compare(path_base(a->path), path_base(b->path));

	return r ? r : strcmp(a->path, b->path);
}

static const char *
storage_of(const struct app *app)
{
	const char *given = app->args.storage ? app->args.storage : STORAGE_DEFAULT;

	return str_starts(given, "file://") ? given + strlen("file://") : given;
}

static void
add_matches(struct refs *refs, const char *pattern)
{
	glob_t found = {0};

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			add_file(refs, found.gl_pathv[i]);
	globfree(&found);
}

/* "0001", "00*", "*\/0009", "Linux-CPython-3.12-64bit/0009": a prefix of the file's name, in each
 * machine's folder and in the storage itself. */
static bool
add_reference(struct refs *refs, const char *text)
{
	const char *storage = storage_of(refs->app), *slash = strchr(text, '/');
	const char *file = slash ? slash + 1 : text;
	size_t from = refs->list.n, n = strlen(file);

	if (strchr(file, '/') || strstr(text, "..") || !fs_is_dir(storage))
		return false;
	while (n && file[n - 1] == '*')
		n--;
	scoped_free char *deep = xasprintf("%s/%.*s/%.*s*.json", storage,
		slash ? (int)(slash - text) : 1, slash ? text : "*", (int)n, file);
	scoped_free char *flat = xasprintf("%s/%.*s*.json", storage, (int)n, file);
	add_matches(refs, deep);
	if (!slash)
		add_matches(refs, flat);
	if (refs->list.n == from)
		return false;
	qsort(refs->list.v + from, refs->list.n - from, sizeof(*refs->list.v), by_file_name);
	return true;
}

/* ---- stored sweeps ---- */

/* "12", "#12", "12:v1.4"; false for anything else. */
static bool
is_sweep(const char *text, int64_t *ret_id, const char **ret_label)
{
	const char *digits = text + (*text == '#');
	char *end = NULL;

	if (!isdigit((unsigned char)*digits))
		return false;
	*ret_id = strtoll(digits, &end, 10);
	*ret_label = *end == ':' && end[1] ? end + 1 : NULL;
	return *digits != '0' && (!*end || *ret_label);
}

static int
take_revisions(
	struct refs *refs, int64_t id, const char *label, struct run_list *runs, struct err *err)
{
	size_t taken = 0;

	for (size_t i = 0; i < runs->n; i++) {
		struct run *run = &runs->v[i];

		if (label && !diff_is_called(run, label))
			continue;
		struct candidate c = {.path = run->facts.path, .run = *run, .from_sweep = true};
		*run = (struct run)RUN_INIT;
		vec_add(&refs->list, c);
		taken++;
	}
	if (taken)
		return 0;
	return err_set(err, ERR_USAGE, "sweep #%lld has no revision '%.200s'", (long long)id,
		label ? label : "");
}

static int
add_sweep(struct refs *refs, int64_t id, const char *label, struct err *err)
{
	scoped_free char *dir = NULL;
	struct store *store = NULL;
	struct store_sweep sweep = {0};
	scoped(run_list) runs = {0};

	if (app_configure(refs->app, false, err) < 0 || app_store_dir(refs->app, &dir, err) < 0 ||
		store_open(dir, STORE_READ, &store, err) < 0)
		return -1;
	int r = store_get(store, id, refs->arena, &sweep, err);
	if (r == 0)
		r = sweep_runs(store, &sweep, false, &runs, err);
	if (r == 0)
		r = take_revisions(refs, id, label, &runs, err);
	store_close(store);
	return r;
}

/* ---- operands ---- */

static int
refuse(struct refs *refs, const char *text, struct err *err)
{
	scoped(str) near = STR_INIT;
	const char *storage = storage_of(refs->app);
	size_t from = refs->list.n;

	if (fs_is_dir(storage) && add_reference(refs, "*"))
		for (size_t i = from; i < refs->list.n && i < from + DEPTH_SHOWN; i++)
			str_addf(&near, "%s%s", near.n ? ", " : "", refs->list.v[i].path);
	if (near.n)
		return err_set(err, ERR_USAGE,
			"'%.200s' is no file, no stored sweep and no reference below %s; there are "
			"%.400s",
			text, storage, near.p);
	return err_set(err, ERR_USAGE,
		"'%.200s' is no file, no stored sweep and no reference below %s", text, storage);
}

/* "target/criterion@main": a baseline of that name. */
static bool
is_baseline(const char *text)
{
	const char *at = strrchr(text, '@');
	scoped_free char *dir = at ? xstrndup(text, (size_t)(at - text)) : NULL;

	return dir && fs_is_dir(dir);
}

/* A pipe is looked into before it is read. "-" is standard input. */
static int
add_stream(struct refs *refs, const char *path, struct err *err)
{
	scoped_free char *kept = NULL;

	if (fs_spool(path, &kept, err) < 0)
		return -1;
	add_file(refs, kept);
	refs->list.v[refs->list.n - 1].name = arena_strdup(refs->arena, path_base(path));
	return 0;
}

static int
add_operand(struct refs *refs, const char *text, struct err *err)
{
	const char *label = NULL;
	int64_t id = 0;

	if (strcmp(text, "-") == 0)
		return add_stream(refs, "/dev/stdin", err);
	if (fs_is_stream(text))
		return add_stream(refs, text, err);
	if (fs_is_dir(text))
		return add_folder(refs, text, err);
	if (fs_exists(text)) {
		add_file(refs, text);
		return 0;
	}
	if (is_baseline(text)) {
		add_file(refs, text);
		return 0;
	}
	bool sweep = is_sweep(text, &id, &label);
	bool reference_first = !sweep || (strlen(text) == 4 && *text != '#' && !label);
	if (reference_first && add_reference(refs, text))
		return 0;
	if (sweep)
		return add_sweep(refs, id, label, err);
	return refuse(refs, text, err);
}

/* ---- labels ---- */

static char *
stem_of(const char *path, bool with_parent)
{
	const char *base = path_base(path), *dot = strrchr(base, '.');
	int n = dot && dot != base ? (int)(dot - base) : (int)strlen(base);
	scoped_free char *dir = path_dir(path);

	if (!with_parent || strcmp(dir, ".") == 0)
		return xasprintf("%.*s", n, base);
	return xasprintf("%s/%.*s", path_base(dir), n, base);
}

static bool
is_taken(const struct refs *refs, size_t n, const char *label)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(refs->list.v[i].run.label, label) == 0)
			return true;
	return false;
}

static bool
stem_clashes(const struct refs *refs, size_t i, const char *stem)
{
	for (size_t k = 0; k < refs->list.n; k++) {
		if (k == i || refs->list.v[k].from_sweep)
			continue;
		scoped_free char *other = stem_of(refs->list.v[k].path, false);
		if (strcmp(other, stem) == 0)
			return true;
	}
	return false;
}

static int
give_labels(struct refs *refs, struct err *err)
{
	size_t given = refs->app->args.labels.n;

	if (given && given != refs->list.n)
		return err_set(err, ERR_USAGE, "%zu --label for %zu runs: give one for each", given,
			refs->list.n);
	for (size_t i = 0; i < refs->list.n; i++) {
		struct candidate *c = &refs->list.v[i];
		bool named = c->from_sweep || c->name;
		scoped_free char *stem = c->from_sweep ? xstrdup(c->run.label)
					 : c->name     ? xstrdup(c->name)
						       : stem_of(c->path, false);

		if (!named && stem_clashes(refs, i, stem)) {
			free(stem);
			stem = stem_of(c->path, true);
		}
		const char *label = given ? refs->app->args.labels.v[i] : stem;
		c->run.label = arena_strdup(refs->arena, label);
		for (unsigned k = 2; is_taken(refs, i, c->run.label); k++)
			c->run.label = arena_printf(refs->arena, "%s (%u)", label, k);
	}
	return 0;
}

/* ---- choosing two ---- */

static bool
is_called(const struct candidate *c, size_t i, size_t n, const char *text)
{
	const struct run_facts *facts = &c->run.facts;
	char *end = NULL;
	long number = strtol(text, &end, 10);

	if (!*end && number && (number > 0 ? (size_t)number == i + 1 : i + (size_t)-number == n))
		return true;
	return str_eq(c->run.label, text) || str_eq(facts->id, text) || str_eq(facts->tag, text) ||
	       str_eq(facts->date, text) ||
	       (strlen(text) >= 4 && facts->commit && str_starts(facts->commit, text));
}

static int
choose(const struct refs *refs, const char *option, const char *text, size_t *ret, struct err *err)
{
	size_t found = SIZE_MAX;
	scoped(str) known = STR_INIT;

	for (size_t i = 0; i < refs->list.n; i++) {
		const struct candidate *c = &refs->list.v[i];

		str_addf(&known, "%s%s", i ? ", " : "", c->run.label);
		if (!is_called(c, i, refs->list.n, text))
			continue;
		if (found != SIZE_MAX)
			return err_set(err, ERR_USAGE, "%s '%.100s' may be %s or %s", option, text,
				refs->list.v[found].run.label, c->run.label);
		found = i;
	}
	if (found == SIZE_MAX)
		return err_set(err, ERR_USAGE, "%s '%.100s' is none of the runs: %.500s", option,
			text, known.p);
	*ret = found;
	return 0;
}

static int
choose_pair(const struct refs *refs, size_t ret[2], struct err *err)
{
	const char *reference = refs->app->args.reference, *candidate = refs->app->args.candidate;
	size_t n = refs->list.n;

	ret[0] = n - 2;
	ret[1] = n - 1;
	if (n < 2)
		return err_set(err, ERR_USAGE, "%s: two runs are needed, and there is one",
			refs->list.v[0].path);
	if (candidate && choose(refs, "--candidate", candidate, &ret[1], err) < 0)
		return -1;
	if (reference && choose(refs, "--reference", reference, &ret[0], err) < 0)
		return -1;
	if (reference && !candidate)
		ret[1] = ret[0] == n - 1 ? n - 2 : n - 1;
	if (candidate && !reference && ret[1] == 0)
		return err_set(err, ERR_USAGE, "there is no run before '%.100s'",
			refs->list.v[0].run.label);
	if (candidate && !reference)
		ret[0] = ret[1] - 1;
	if (ret[0] == ret[1])
		return err_set(err, ERR_USAGE, "reference and candidate are the same run, '%.100s'",
			refs->list.v[ret[0]].run.label);
	return 0;
}

static int
narrow(struct refs *refs, bool folder_alone, struct err *err)
{
	const struct args *args = &refs->app->args;
	size_t pair[2];

	if (!args->reference && !args->candidate && (!folder_alone || args->all))
		return 0;
	if (folder_alone && !args->reference && !args->candidate && refs->list.n == 1)
		return err_set(err, ERR_USAGE,
			"%s is the only run there is; two are needed, or name the file itself",
			refs->list.v[0].path);
	if (choose_pair(refs, pair, err) < 0)
		return -1;
	for (size_t i = 0; i < refs->list.n; i++)
		if (i != pair[0] && i != pair[1])
			run_done(&refs->list.v[i].run);
	struct candidate two[] = {refs->list.v[pair[0]], refs->list.v[pair[1]]};
	refs->list.v[0] = two[0];
	refs->list.v[1] = two[1];
	refs->list.n = 2;
	return 0;
}

/* ---- reading ---- */

static int
load(struct candidate *c, struct grid *grid, struct err *err)
{
	struct grid_run *added = grid_add_run(grid);
	struct run_sink sink = grid_sink(grid);
	const struct format *format = NULL;
	const char *label = arena_strdup(&grid->arena, c->run.label);
	int r = 0;

	if (c->from_sweep) {
		for (size_t i = 0; i < c->run.benches.n; i++)
			grid_take(&c->run.benches.v[i], grid, err);
		added->run = c->run;
		vec_done(&added->run.benches);
		c->run = (struct run)RUN_INIT;
	} else {
		r = format_detect(c->path, &format, err);
		if (r == 0) {
			added->run.facts.path =
				arena_strdup(&grid->arena, c->name ? c->name : c->path);
			added->run.facts.format = format->name;
			r = format->read(c->path, &added->run, &sink, err);
			if (r < 0)
				err_wrap(err, "%.300s", c->name ? c->name : c->path);
		}
	}
	added->run.label = label;
	return r;
}

/* Says what was left out; when nothing is left the last reason is the error. */
static int
conclude(const struct refs *refs, const struct grid *grid, size_t *ret_skipped, struct err *err)
{
	size_t n = refs->left_out.n;

	/* Two were to be compared: one alone is no answer. */
	bool too_few = grid->runs.n == 0 || (refs->list.n > 1 && grid->runs.n == 1);

	for (size_t i = 0; i + too_few < n; i++)
		app_warn(refs->app, "left out: %s", refs->left_out.v[i].text);
	for (size_t i = 0; i < grid->runs.n; i++)
		if (grid->runs.v[i]->n_benches == 0)
			app_warn(refs->app, "%s holds no benchmark", grid->runs.v[i]->run.label);
	*ret_skipped = n;
	if (!too_few)
		return 0;
	if (n)
		*err = refs->left_out.v[n - 1];
	else
		err_set(err, ERR_USAGE, "there are no runs to compare");
	return -1;
}

int
run_refs_load(struct app *app, struct grid *grid, size_t *ret_skipped, struct err *err)
{
	scoped(refs) refs = {.app = app, .arena = &app->arena};
	const struct args *args = &app->args;

	for (size_t i = 0; i < args->operands.n; i++)
		if (add_operand(&refs, args->operands.v[i], err) < 0)
			return -1;
	if (args->reference || args->candidate)
		sort_facts(&refs, 0, false);
	if (refs.list.n && give_labels(&refs, err) < 0)
		return -1;
	if (refs.list.n &&
		narrow(&refs, args->operands.n == 1 && fs_is_dir(args->operands.v[0]), err) < 0)
		return -1;
	for (size_t i = 0; i < refs.list.n; i++) {
		struct err bad = ERR_INIT;

		if (load(&refs.list.v[i], grid, &bad) == 0)
			continue;
		grid_drop_run(grid);
		leave_out(&refs, &bad);
	}
	return conclude(&refs, grid, ret_skipped, err);
}

#include "cli/app.h"

#include "base/escape.h"
#include "base/parse.h"
#include "base/vec.h"
#include "build/build.h"
#include "build/recipes.h"
#include "cli/talk.h"
#include "source/source.h"
#include "sweep/plan.h"
#include "sys/fs.h"
#include "sys/host.h"
#include "sys/pager.h"
#include "sys/term.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
app_done(struct app *app)
{
	source_close(app->source);
	args_done(&app->args);
	arena_done(&app->arena);
}

/* ---- talking */

static void
say(const char *kind, const char *text)
{
	scoped(str) line = STR_INIT;

	str_addf(&line, "revsweep: %s", kind);
	escape_text(&line, text);
	str_addc(&line, '\n');
	talk_line(line.p);
}

void
app_error(const struct err *err)
{
	if (err->kind != ERR_NONE)
		say(err->kind == ERR_STOPPED ? "" : "error: ", err->text);
}

static void
say_format(const char *kind, const char *fmt, va_list ap)
{
	scoped(str) text = STR_INIT;

	str_vaddf(&text, fmt, ap);
	say(kind, text.p);
}

void
app_warn(const struct app *app, const char *fmt, ...)
{
	va_list ap;

	if (app->args.quiet)
		return;
	va_start(ap, fmt);
	say_format("warning: ", fmt, ap);
	va_end(ap);
}

void
app_say(const struct app *app, const char *fmt, ...)
{
	va_list ap;

	if (app->args.quiet)
		return;
	va_start(ap, fmt);
	say_format("", fmt, ap);
	va_end(ap);
}

bool
app_color(const struct app *app, int fd)
{
	const char *when = app->args.color;

	if (when && strcmp(when, "always") == 0)
		return true;
	if (when && strcmp(when, "never") == 0)
		return false;
	const char *no_color = getenv("NO_COLOR");
	return term_is_tty(fd) && !(no_color && *no_color);
}

static int
write_stdout(const struct app *app, const struct str *text, struct err *err)
{
	size_t done = 0;

	if (!app->stdout_open)
		return err_set(err, ERR_RESOURCES,
			"standard output is closed: nothing was printed (what was measured is "
			"stored: 'revsweep show')");
	while (done < text->n) {
		ssize_t n = write(1, text->p + done, text->n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE) {
			signal(SIGPIPE, SIG_DFL);
			raise(SIGPIPE);
		}
		if (n < 0)
			return err_sys(err, ERR_RESOURCES, "cannot write to standard output");
		done += (size_t)n;
	}
	return 0;
}

int
app_print_stdout(const struct app *app, const struct str *text, bool lines, struct err *err)
{
	scoped(str) safe = STR_INIT;

	if (!lines || !talk_runner())
		return write_stdout(app, text, err);
	str_init(&safe, SIZE_MAX);
	escape_commands(&safe, text->p);
	return write_stdout(app, &safe, err);
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

/* Whether the pager took it. */
static bool
paged(const struct app *app, const struct str *text)
{
	if (!app->pages || app->args.no_pager || !term_is_tty(1) ||
		count_lines(text->p) < (size_t)term_height(1))
		return false;
	const char *program = pager_program();
	return program && pager_show(program, text->p, text->n);
}

static int
print(const struct app *app, const struct str *text, bool lines, struct err *err)
{
	if (text->full)
		return err_set(
			err, ERR_RESOURCES, "the output is larger than %zu MiB", text->max >> 20);
	if (app->args.output && strcmp(app->args.output, "-") != 0)
		return fs_write_to(app->args.output, text->p, text->n, err);
	return paged(app, text) ? 0 : app_print_stdout(app, text, lines, err);
}

int
app_print(struct app *app, const struct str *text, struct err *err)
{
	return print(app, text, false, err);
}

int
app_print_lines(struct app *app, const struct str *text, struct err *err)
{
	return print(app, text, true, err);
}

/* ---- configuration */

int
app_enter(const struct app *app, struct err *err)
{
	const char *color = app->args.color;

	if (color && strcmp(color, "auto") != 0 && strcmp(color, "always") != 0 &&
		strcmp(color, "never") != 0)
		return err_set(err, ERR_USAGE, "--color is auto, always or never, not '%s'", color);
	if (app->args.directory && chdir(app->args.directory) < 0)
		return err_sys(err, ERR_USAGE, "cannot enter '%s'", app->args.directory);
	return 0;
}

static int
read_config(struct app *app, bool needed, struct err *err)
{
	scoped_free char *path =
		app->args.config ? path_absolute(app->args.config) : fs_find_up(".", CONFIG_NAME);
	scoped(str) text = STR_INIT;

	config_defaults(&app->config);
	scoped_free char *here = path_absolute(".");
	app->config.dir = arena_strdup(&app->arena, here);
	if (!path && needed)
		return err_set(err, ERR_USAGE,
			"no " CONFIG_NAME " here or above; 'revsweep init' writes one");
	if (!path)
		return 0;
	if (fs_read(path, YAML_TEXT_MAX, &text, err) < 0)
		return -1;
	scoped_free char *dir = path_dir(path);
	if (config_parse(text.p, text.n, path_base(path), &app->arena, &app->config, err) < 0)
		return -1;
	app->config.path = arena_strdup(&app->arena, path);
	app->config.dir = arena_strdup(&app->arena, dir);
	return 0;
}

static int
open_source(struct app *app, struct err *err)
{
	const char *git = app->config.git;
	scoped_free char *dir = path_join(app->config.dir, git ? git : ".");

	if (source_open(dir, &app->source, err) == 0)
		return 0;
	/* Directories, archives and prefixes can be compared without any repository. */
	scoped_free char *repository = fs_find_up(dir, ".git");
	if (git || repository)
		return -1;
	return source_open_none(dir, &app->source);
}

int
app_configure(struct app *app, bool needed, struct err *err)
{
	if (app->source)
		return 0; /* by somebody before */
	if (app_enter(app, err) < 0)
		return -1;
	if (read_config(app, needed, err) < 0)
		return -1;
	if (app_override(app, err) < 0)
		return -1;
	return open_source(app, err);
}

int
app_store_dir(struct app *app, char **ret, struct err *err)
{
	const char *env = getenv("REVSWEEP_STORE");
	const char *top = app->source ? source_worktree(app->source) : NULL;

	(void)err;
	if (app->args.store)
		*ret = path_absolute(app->args.store);
	else if (env && *env)
		*ret = path_absolute(env);
	else {
		scoped_free char *dir =
			path_join(app->config.path || !top ? app->config.dir : top, STORE_NAME);
		*ret = path_absolute(dir);
	}
	return 0;
}

int
app_jobs(struct app *app, unsigned *ret, struct err *err)
{
	uint64_t n = 0;
	unsigned cpus = host_usable_cpus();

	if (!app->args.jobs) {
		*ret = cpus < JOBS_DEFAULT_MAX ? cpus : JOBS_DEFAULT_MAX;
		if (app->config.jobs > 0)
			*ret = (unsigned)app->config.jobs;
		return 0;
	}
	if (parse_u64(app->args.jobs, 1024, &n, err) < 0)
		return err_wrap(err, "--jobs");
	if (n == 0)
		return err_set(err, ERR_USAGE, "--jobs must be at least 1");
	*ret = (unsigned)n;
	return 0;
}

/* ---- revisions */

static void
say_note(const char *text, void *arg)
{
	app_say(arg, "%s", text);
}

/* Archives lie beside the builds. */
static int
prepare_archives(struct app *app, struct err *err)
{
	const struct config *c = &app->config;
	struct source_archives archives = {
		.lock_file = arena_printf(&app->arena, "%s/" LOCK_FILE_NAME, c->dir),
		.download_max = (uint64_t)c->max_download,
		.allow_http = c->allow_http || app->args.allow_http,
		.trust_first_use = app->args.trust_first_use,
		.say = say_note,
		.arg = app,
	};
	scoped_free char *cache = NULL;

	if (build_cache_dir(&cache, err) < 0)
		return -1;
	archives.cache = arena_printf(&app->arena, "%s/archives", cache);
	source_use_archives(app->source, &archives);
	return 0;
}

/* Which recipe installs releases, and of what. */
static int
prepare_releases(struct app *app, const struct revspec *spec, struct err *err)
{
	const struct config *c = &app->config;
	const struct rev rev = {.kind = REVSPEC_VERSION, .label = spec->text};
	struct source_releases releases = {0};
	struct recipe_book book = {.arena = &app->arena};
	struct recipe recipe;

	if (plan_recipe(c, app->source, &rev, &book, &recipe, err) < 0 ||
		recipes_check_versions(&recipe, err) < 0)
		return -1;
	releases.recipe = recipe.name;
	for (size_t i = 0; i < recipe.n_params; i++)
		if (strcmp(recipe.params[i].name, RECIPE_PACKAGE) == 0)
			releases.package = recipe.params[i].default_text;
	for (size_t i = 0; releases.package && i < c->n_with; i++)
		if (strcmp(c->with[i].name, RECIPE_PACKAGE) == 0)
			releases.package = c->with[i].value;
	if (releases.package && !*releases.package)
		return err_set(err, ERR_USAGE,
			"'%.200s' is a release of what? Say how its registry calls the package: "
			"'with: {" RECIPE_PACKAGE
			": ...}' in revsweep.yml, or --with " RECIPE_PACKAGE "=... (recipe '%s')",
			spec->text, recipe.name);
	source_use_releases(app->source, &releases);
	return 0;
}

/* What the source must know before it can resolve this. */
static int
prepare(struct app *app, const struct revspec *spec, struct err *err)
{
	if (spec->kind == REVSPEC_ARCHIVE)
		return prepare_archives(app, err);
	return spec->kind == REVSPEC_VERSION ? prepare_releases(app, spec, err) : 0;
}

int
app_resolve(
	struct app *app, const struct revspec *specs, size_t n, struct rev **ret, struct err *err)
{
	struct rev *revs = arena_alloc(&app->arena, n, sizeof(*revs));

	for (size_t i = 0; i < n; i++) {
		if (prepare(app, &specs[i], err) < 0)
			return -1;
		if (source_resolve(app->source, &specs[i], &app->arena, &revs[i], err) < 0)
			return -1;
	}
	source_label(revs, n, &app->arena);
	*ret = revs;
	return 0;
}

/* Paths in the configuration start from where it lies. */
static struct revspec_source
source_of(struct app *app)
{
	struct revspec_source source = app->config.source;

	if (source.archive && !strstr(source.archive, "://")) {
		scoped_free char *path = path_join(app->config.dir, source.archive);

		source.archive = arena_strdup(&app->arena, path);
	}
	return source;
}

int
app_parse_revspec(struct app *app, const char *text, struct revspec *ret, struct err *err)
{
	struct revspec_source source = source_of(app);

	return revspec_parse(revspec_in_source(text, &source, &app->arena), &app->arena, ret, err);
}

int
app_need_operands(const struct app *app, size_t least, struct err *err)
{
	const struct revspec_source *source = &app->config.source;

	if (app->args.operands.n >= least || (!source->archive && !source->versions))
		return 0;
	return err_set(err, ERR_USAGE,
		"which version? The 'source' of %s is no repository that would have a newest one",
		app->config.path);
}

int
app_resolve_operands(struct app *app, struct rev **ret, size_t *ret_n, struct err *err)
{
	static const char *const head[] = {"HEAD"};
	const char *const *texts = app->args.operands.n ? app->args.operands.v : head;
	size_t n = app->args.operands.n ? app->args.operands.n : 1;
	struct revspec_source source = source_of(app);
	vec(struct revspec) specs = {0};
	const struct expand_options options = {
		.all_parents = app->args.all_parents, .note = say_note, .arg = app};
	int r = 0;

	if (app_need_operands(app, 1, err) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const char *const *each = NULL;
		size_t n_each = 0;

		const char *text = revspec_in_source(texts[i], &source, &app->arena);

		r = revspec_expand(text, &app->arena, &each, &n_each, err);
		for (size_t k = 0; r == 0 && k < n_each; k++) {
			struct revspec spec;

			r = revspec_parse(each[k], &app->arena, &spec, err);
			if (r == 0)
				vec_add(&specs, spec);
			if (r == 0)
				r = prepare(app, &spec, err);
		}
	}
	if (r == 0)
		r = source_expand(
			app->source, specs.v, specs.n, &options, &app->arena, ret, ret_n, err);
	vec_done(&specs);
	return r;
}

#include "cli/app.h"
#include "cli/carry.h"
#include "cli/command.h"
#include "cli/detect.h"
#include "cli/starter.h"

#include "sys/fs.h"

#include <string.h>

static const struct opt options[] = {
	OPT(0, "force", OPT_FLAG, force, NULL, "replace a " CONFIG_NAME " that is there", NULL),
	OPT('o', "output", OPT_TEXT, output, "FILE", "write there instead (- is standard output)",
		"@file"),
	OPT(0, "from", OPT_TEXT, from, "COMMAND",
		"carry this command line of pytest, benchmem or asv over, instead of looking for "
		"some in the project's files",
		NULL),
	OPT_END,
};

/* What is written must be read: a starter that does not parse would be ours to be ashamed of. */
static int
check(const struct str *text, struct arena *arena, struct err *err)
{
	struct config config;

	config_defaults(&config);
	if (config_parse(text->p, text->n, CONFIG_NAME, arena, &config, err) < 0) {
		err->kind = ERR_INTERNAL;
		return err_wrap(err, "the starter is malformed");
	}
	return 0;
}

static int
write_starter(struct app *app, struct str *text, struct err *err)
{
	const char *path = app->args.output ? app->args.output : CONFIG_NAME;

	if (strcmp(path, "-") == 0)
		return app_print(app, text, err);
	if (fs_exists(path) && !app->args.force)
		return err_set(err, ERR_USAGE, "'%s' exists already; --force replaces it", path);
	if (fs_write_atomic(path, text->p, text->n, err) < 0)
		return -1;
	app_say(app, "wrote %s; 'revsweep compare --dry-run' shows what it means", path);
	return 0;
}

/* What was found is said where it can be checked: at its file and line. */
static void
tell(const struct app *app, const struct carried *c)
{
	for (size_t i = 0; i < c->places.n; i++)
		app_say(app, "carried over from %s", c->places.v[i]);
	for (size_t i = 0; i < c->conflicts.n; i++)
		app_warn(app, "%s", c->conflicts.v[i]);
	if (c->notes.n)
		app_say(app,
			"%zu thing%s not carried over: the comments of the file say which, "
			"and what does their work here",
			c->notes.n, c->notes.n == 1 ? " is" : "s are");
	for (size_t i = 0; i < c->now.n; i++)
		app_say(app, "what does the same now: %s", c->now.v[i]);
}

static int
write_it(struct app *app, struct detected *found, struct carried *carried, struct err *err)
{
	scoped(str) text = STR_INIT;
	const bool asv_alone = carried->asv && !carried->pytest;

	if (detect_python(".", asv_alone ? "asv-runner" : "pytest-benchmark", &app->arena, found,
		    err) < 0)
		return -1;
	starter_write(found, carried, &text);
	if (check(&text, &app->arena, err) < 0)
		return -1;
	tell(app, carried);
	if (write_starter(app, &text, err) < 0)
		return -1;
	if (!found->paths.n && !found->program && !carried_any(carried))
		app_warn(app, "no benchmark program was found: edit 'run:' before you compare");
	return 0;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	struct detected found;
	struct carried carried;
	const char *from = app->args.from;

	*ret_exit = 0;
	if (app_enter(app, err) < 0)
		return -1;
	int r = detect_project(".", &app->arena, &found, err);
	if (r == 0) {
		r = from ? carry_from(from, ".", found.asv_conf, &app->arena, &carried, err)
			 : carry_project(".", found.asv_conf, &app->arena, &carried, err);
		if (r == 0) {
			r = write_it(app, &found, &carried, err);
			carried_done(&carried);
		}
	}
	vec_done(&found.paths);
	return r;
}

static const char *const usage[] = {"[OPTIONS]", NULL};
static const char *const examples[] = {"Write a starter configuration", "revsweep init",
	"Only look at it", "revsweep init --output -", "Sweep the releases that benchmem swept",
	"revsweep init --from 'benchmem sweep mypkg 1.2 1.3 --suite bench'", NULL};

const struct command cmd_init = {
	.name = "init",
	.summary = "write a starter configuration by looking at the project",
	.usage = usage,
	.description =
		"Finds out how the project in the current directory is built (CMake, Meson, make, "
		"autotools, Python) and what its benchmarks are (tests that use pytest-benchmark's "
		"fixture, programs that use Google Benchmark, programs called bench), and writes a "
		"commented " CONFIG_NAME " to start from.\n\n"
		"What was used before is carried over: asv.conf.json, options of pytest-benchmark, "
		"and sweeps of benchmem, in noxfile.py, tox.ini, Makefile, justfile, "
		"pyproject.toml, setup.cfg, pytest.ini, .gitlab-ci.yml and .github/workflows. "
		"These "
		"files are read in this order, as text, and nothing in them is run. Settings, "
		"gates (--benchmark-compare-fail beside -m MARK becomes a gate for that mark), "
		"paths and environments keep their meaning; what has no place in " CONFIG_NAME
		" is named in its comments, with what does its work. Where two command lines "
		"disagree, the first holds and a warning says so; of two options in one command "
		"line the last holds, as pytest has it; default options (addopts) come last. What "
		"only a run would tell, such as the value of a variable, is left out.",
	.options = options,
	.examples = examples,
	.run = run,
};

#include "cli/app.h"
#include "cli/command.h"
#include "cli/detect.h"

#include "sys/fs.h"

#include <string.h>

static const struct opt options[] = {
	OPT(0, "force", OPT_FLAG, force, NULL, "replace a " CONFIG_NAME " that is there", NULL),
	OPT('o', "output", OPT_TEXT, output, "FILE", "write there instead (- is standard output)",
		"@file"),
	OPT_END,
};

/* Text as a YAML scalar in double quotes. */
static void
add_quoted(struct str *out, const char *text)
{
	str_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			str_addc(out, '\\');
		str_addc(out, (unsigned char)*text < 0x20 ? '?' : *text);
	}
	str_addc(out, '"');
}

static void
add_suite(const struct detected *d, struct str *out)
{
	str_add(out, "suite:\n  - name: benchmarks\n");
	str_addf(out, "    harness: %s\n", d->harness);
	if (d->paths.n) {
		str_add(out, "    paths: [");
		for (size_t i = 0; i < d->paths.n; i++) {
			str_add(out, i ? ", " : "");
			add_quoted(out, d->paths.v[i]);
		}
		str_add(out, "]\n");
	} else {
		str_add(out,
			d->program ? "    # The program comes from each revision's own prefix.\n"
				   : "    # No benchmark program was found: put a command here.\n");
		str_add(out, "    run: ");
		add_quoted(out, d->program ? d->program : "true");
		str_addc(out, '\n');
	}
	str_add(out,
		"    # Whose copy of the suite's files runs: head, base, revision or worktree.\n"
		"    from: head\n");
}

static void
add_recipe(const struct detected *d, struct str *out)
{
	str_addf(out,
		"# How a revision is built and installed; 'revsweep recipes' lists them all.\n"
		"recipe: %s\n",
		d->recipe);
	bool in_build_tree =
		d->program && (strcmp(d->recipe, "cmake") == 0 || strcmp(d->recipe, "meson") == 0);
	if (in_build_tree) {
		str_add(out, "with:\n  # Programs that are built but not installed.\n"
			     "  artefacts: [");
		add_quoted(out, d->program);
		str_add(out, "]\n");
	} else if (strcmp(d->recipe, "python-venv") == 0) {
		str_add(out, "with:\n  # What the benchmarks need besides the project itself.\n"
			     "  requirements: [pytest, pytest-benchmark]\n");
	}
	str_addc(out, '\n');
}

static void
write_config(const struct detected *d, struct str *out)
{
	str_add(out, "# revsweep: did this revision get slower, and which commit did it?\n"
		     "version: 1\nproject: ");
	add_quoted(out, d->project);
	str_add(out, "\n\n");
	add_recipe(d, out);
	add_suite(d, out);
	str_add(out,
		"\n# The same timer and calibration for every revision. Unset: the harness's own.\n"
		"settings:\n"
		"  timer: wall              # or cpu\n"
		"  max_time: 1s             # measured time a benchmark and launch\n"
		"\nmeasure:\n"
		"  blocks: 5..40            # launches of each revision: at least, at most\n"
		"  budget: 10m              # then stop, decided or not\n"
		"\n# What is too slow. Without gates, changes of more than 2 % either way are "
		"reported.\n"
		"gates:\n"
		"  - fail: \"mean:5%\"\n"
		"  # - {where: \"name=*slow*\", fail: \"mean:10ms\"}\n");
}

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

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	struct detected found;
	scoped(str) text = STR_INIT;

	*ret_exit = 0;
	if (app_enter(app, err) < 0)
		return -1;
	int r = detect_project(".", &app->arena, &found, err);
	if (r == 0) {
		write_config(&found, &text);
		r = check(&text, &app->arena, err);
	}
	if (r == 0)
		r = write_starter(app, &text, err);
	if (r == 0 && !found.paths.n && !found.program)
		app_warn(app, "no benchmark program was found: edit 'run:' before you compare");
	vec_done(&found.paths);
	return r;
}

static const char *const usage[] = {"[OPTIONS]", NULL};
static const char *const examples[] = {"Write a starter configuration", "revsweep init",
	"Only look at it", "revsweep init --output -", NULL};

const struct command cmd_init = {
	.name = "init",
	.summary = "write a starter configuration by looking at the project",
	.usage = usage,
	.description =
		"Finds out how the project in the current directory is built (CMake, Meson, make, "
		"autotools, Python) and what its benchmarks are (tests that use pytest-benchmark's "
		"fixture, programs that use Google Benchmark, programs called bench), and writes a "
		"commented " CONFIG_NAME " to start from.",
	.options = options,
	.examples = examples,
	.run = run,
};

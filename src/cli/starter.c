#include "cli/starter.h"

#include "base/escape.h"

#include <string.h>

#define COMMENTS_MAX 60 /* lines of one kind: more are a file that nobody reads */
#define COMMENT_MAX 400 /* bytes */

/* A scalar in double quotes, on one line: what JSON writes YAML reads. */
static void
add_quoted(struct str *out, const char *text)
{
	scoped_free char *line = xstrdup(text);

	for (char *p = line; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	escape_json(out, line);
}

static void
add_key_list(struct str *out, const char *key, const carried_texts *list)
{
	if (!list->n)
		return;
	str_addf(out, "%s: [", key);
	for (size_t i = 0; i < list->n; i++) {
		str_add(out, i ? ", " : "");
		add_quoted(out, list->v[i]);
	}
	str_add(out, "]\n");
}

static void
add_comments(struct str *out, const char *title, const carried_texts *list)
{
	if (!list->n)
		return;
	str_addf(out, "#\n# %s:\n", title);
	for (size_t i = 0; i < list->n && i < COMMENTS_MAX; i++) {
		const size_t n = strlen(list->v[i]);

		str_add(out, "#   ");
		escape_terminal(out, list->v[i], n < COMMENT_MAX ? n : COMMENT_MAX);
		str_add(out, n < COMMENT_MAX ? "\n" : "...\n");
	}
	if (list->n > COMMENTS_MAX)
		str_addf(out, "#   ... and %zu more\n", list->n - COMMENTS_MAX);
}

static void
add_place(struct str *out, const char *place)
{
	str_add(out, " # ");
	escape_text(out, place);
	str_addc(out, '\n');
}

/* ---- what brings the benchmarks' own requirements */

static bool
is_python(const struct detected *d, const struct carried *c)
{
	return c->pytest || c->asv || c->package || strcmp(d->harness, "pytest-benchmark") == 0 ||
	       strcmp(d->recipe, "python-venv") == 0;
}

/* Whether the project's suite itself is pinned already: pytest-benchmark==5.0 */
static bool
is_pinned(const carried_texts *pins, const char *name)
{
	const size_t n = strlen(name);

	for (size_t i = 0; i < pins->n; i++)
		if (strncmp(pins->v[i], name, n) == 0 && !strchr("-_", pins->v[i][n]))
			return true;
		else if (strcmp(pins->v[i], name) == 0)
			return true;
	return false;
}

static void
add_pins(const struct detected *d, const struct carried *c, struct str *out)
{
	static const char *const pytest[] = {"pytest", "pytest-benchmark", NULL};
	static const char *const asv[] = {"asv_runner", NULL};
	const bool asv_alone = c->asv && !c->pytest;
	const bool brought = (d->group || d->extra) && !c->versions;
	const char *const *own = asv_alone ? asv : pytest;
	carried_texts pins = {0};

	for (size_t i = 0; i < c->pins.n; i++)
		carried_add(&pins, c->pins.v[i]);
	for (; !brought && *own; own++)
		if (!is_pinned(&pins, *own))
			vec_add(&pins, *own);
	if (c->asv && c->pytest && !is_pinned(&pins, asv[0]))
		vec_add(&pins, asv[0]);
	if (pins.n)
		str_add(out, "  # What the benchmarks need besides the project itself.\n");
	add_key_list(out, "  pins", &pins);
	vec_done(&pins);
}

static void
add_python(const struct detected *d, const struct carried *c, struct str *out)
{
	const struct {
		const char *key, *value;
	} texts[] = {{"name", c->package}, {"python", c->python}, {"package", c->subdir},
		{"as_of", c->as_of}, {"module", c->module}};

	str_add(out, "with:\n");
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (!texts[i].value)
			continue;
		str_addf(out, "  %s: ", texts[i].key);
		add_quoted(out, texts[i].value);
		str_addc(out, '\n');
	}
	if (!d->python && !c->package && !c->subdir)
		str_add(out,
			"  # Nothing to install was found at the top: the benchmarks' own needs "
			"only.\n  package: none\n");
	if (!c->versions && (d->group || d->extra)) {
		str_addf(out, "  # The %s of pyproject.toml that brings the harness.\n  %s: [",
			d->group ? "dependency group" : "extra", d->group ? "groups" : "extras");
		add_quoted(out, d->group ? d->group : d->extra);
		str_add(out, "]\n");
	}
	add_pins(d, c, out);
}

static void
add_recipe(const struct detected *d, const struct carried *c, struct str *out)
{
	const bool python = is_python(d, c);
	const char *recipe = python ? "python-venv" : d->recipe;
	bool in_build_tree =
		d->program && (strcmp(recipe, "cmake") == 0 || strcmp(recipe, "meson") == 0);

	if (c->versions)
		str_add(out, "# Revisions are releases: 'revsweep sweep 1.2,1.3'.\n"
			     "source: {versions: yes}\n");
	str_addf(out,
		"# How a revision is built and installed; 'revsweep recipes' lists them all.\n"
		"recipe: %s\n",
		recipe);
	if (in_build_tree) {
		str_add(out, "with:\n  # Programs that are built but not installed.\n"
			     "  artefacts: [");
		add_quoted(out, d->program);
		str_add(out, "]\n");
	} else if (python) {
		add_python(d, c, out);
	}
	str_addc(out, '\n');
}

/* ---- suites */

#define FROM                                                                                       \
	"    # Whose copy of the suite's files runs: head, base, revision or worktree.\n"          \
	"    from: head\n"

/* -m and -k: what all command lines agree on, or all that any of them selects. */
static const char *
selection(const struct carried_selection *s, struct arena *arena)
{
	scoped(str) any = STR_INIT;

	if (s->absent || !s->expressions.n)
		return NULL;
	if (s->expressions.n == 1)
		return s->expressions.v[0];
	for (size_t i = 0; i < s->expressions.n; i++)
		str_addf(&any, "%s(%s)", i ? " or " : "", s->expressions.v[i]);
	return arena_strdup(arena, any.p);
}

static void
add_args(const struct carried *c, struct str *out)
{
	const char *marks = selection(&c->marks, c->arena);
	const char *keywords = selection(&c->keywords, c->arena);
	carried_texts args = {0};

	if (marks) {
		vec_add(&args, "-m");
		vec_add(&args, marks);
	}
	if (keywords) {
		vec_add(&args, "-k");
		vec_add(&args, keywords);
	}
	for (size_t i = 0; i < c->args.n; i++)
		vec_add(&args, c->args.v[i]);
	add_key_list(out, "    args", &args);
	vec_done(&args);
}

static void
add_pytest(const struct detected *d, const struct carried *c, struct str *out)
{
	str_add(out, "  - name: benchmarks\n    harness: pytest-benchmark\n");
	if (c->paths.n) {
		add_key_list(out, "    paths", &c->paths);
	} else if (d->paths.n) {
		carried_texts paths = {0};

		for (size_t i = 0; i < d->paths.n; i++)
			vec_add(&paths, d->paths.v[i]);
		add_key_list(out, "    paths", &paths);
		vec_done(&paths);
	} else {
		str_add(out, "    # No benchmarks were found: name their directories.\n"
			     "    paths: [\".\"]\n");
	}
	add_key_list(out, "    include", &c->include);
	add_args(c, out);
	str_add(out, FROM);
}

static void
add_asv(const struct carried *c, struct str *out)
{
	str_add(out, "  - name: asv\n    harness: asv\n    paths: [");
	add_quoted(out, c->asv);
	str_add(out, "]\n" FROM);
}

static void
add_program(const struct detected *d, struct str *out)
{
	str_addf(out, "  - name: benchmarks\n    harness: %s\n", d->harness);
	str_add(out, d->program ? "    # The program comes from each revision's own prefix.\n"
				: "    # No benchmark program was found: put a command here.\n");
	str_add(out, "    run: ");
	add_quoted(out, d->program ? d->program : "true");
	str_add(out, "\n" FROM);
}

static void
add_suites(const struct detected *d, const struct carried *c, struct str *out)
{
	const bool pytest = c->pytest || c->package || (!c->asv && d->paths.n);

	str_add(out, "suite:\n");
	if (pytest)
		add_pytest(d, c, out);
	if (c->asv)
		add_asv(c, out);
	if (!pytest && !c->asv)
		add_program(d, out);
}

/* ---- settings, gates */

static bool
any_setting(const struct carried *c)
{
	for (size_t i = 0; i < CARRY_SETTINGS; i++)
		if (c->settings[i].value)
			return true;
	return false;
}

static void
add_settings(const struct carried *c, struct str *out)
{
	str_add(out, "\n# The same timer and calibration for every revision. Unset: the harness's "
		     "own.\n");
	if (any_setting(c)) {
		str_add(out, "settings:\n");
		for (size_t i = 0; i < CARRY_SETTINGS; i++) {
			if (!c->settings[i].value)
				continue;
			str_addf(out, "  %s: %s", carry_setting_names[i], c->settings[i].value);
			add_place(out, c->settings[i].place);
		}
	} else if (c->pytest || c->asv || c->package) {
		str_add(out, "# settings: {timer: process_time, max_time: 1s}\n");
	} else {
		str_add(out, "settings:\n"
			     "  timer: wall              # or cpu\n"
			     "  max_time: 1s             # measured time a benchmark and launch\n");
	}
}

static void
add_measure(const struct carried *c, struct str *out)
{
	str_add(out, "\nmeasure:\n");
	if (c->metrics)
		str_addf(out,
			"  # Counted in launches of their own; harness pytest-benchmem measures as "
			"benchmem does.\n  metrics: [%s]\n",
			c->metrics);
	if (c->passes.value) {
		str_addf(out, "  passes: %s", c->passes.value);
		add_place(out, c->passes.place);
	}
	str_add(out, "  blocks: 5..40            # launches of each revision: at least, at most\n"
		     "  budget: 10m              # then stop, decided or not\n");
}

static void
add_gates(const struct carried *c, struct str *out)
{
	str_add(out, "\n# What is too slow. Without gates, changes of more than 2 % either way are "
		     "reported.\ngates:\n");
	for (size_t i = 0; i < c->gates.n; i++) {
		const struct carried_gate *g = &c->gates.v[i];

		str_add(out, "  - {");
		if (g->where) {
			str_add(out, "where: ");
			add_quoted(out, g->where);
			str_add(out, ", ");
		}
		str_add(out, "fail: ");
		add_quoted(out, g->fail);
		str_addc(out, '}');
		add_place(out, g->place);
	}
	if (!c->gates.n)
		str_add(out, "  - fail: \"mean:5%\"\n");
	str_add(out, "  # - {where: \"name=*slow*\", fail: \"mean:10ms\"}\n");
}

static void
add_env(const struct carried *c, struct str *out)
{
	if (!c->env.n)
		return;
	str_add(out, "\n# For builds and benchmarks.\nenv:\n");
	for (size_t i = 0; i < c->env.n; i++) {
		const char *equals = strchr(c->env.v[i], '=');

		str_addf(out, "  %.*s: ", (int)(equals - c->env.v[i]), c->env.v[i]);
		add_quoted(out, equals + 1);
		str_addc(out, '\n');
	}
}

void
starter_write(const struct detected *found, const struct carried *carried, struct str *out)
{
	str_add(out, "# revsweep: did this revision get slower, and which commit did it?\n");
	add_comments(out, "Carried over from", &carried->places);
	add_comments(out, "What does the same now", &carried->now);
	add_comments(out, "Of two answers the first holds", &carried->conflicts);
	add_comments(out, "Not carried over", &carried->notes);
	str_add(out, "version: 1\nproject: ");
	add_quoted(out, carried->project ? carried->project : found->project);
	str_add(out, "\n\n");
	add_recipe(found, carried, out);
	add_suites(found, carried, out);
	add_settings(carried, out);
	add_measure(carried, out);
	add_gates(carried, out);
	add_env(carried, out);
}

#include "cli/carry.h"

#include "base/parse.h"
#include "base/str.h"
#include "core/gate.h"
#include "core/schema.h"
#include "sys/fs.h"

#include <stdarg.h>
#include <string.h>

#define READ_MAX ((size_t)1 << 20) /* of one file: what people write by hand is smaller */

const char *const carry_setting_names[CARRY_SETTINGS] = {"timer", "calibration_precision",
	"min_time", "max_time", "min_rounds", "warmup", "warmup_iterations", "disable_gc"};

void
carried_done(struct carried *c)
{
	carried_texts *const lists[] = {&c->paths, &c->args, &c->include, &c->pins, &c->env,
		&c->places, &c->notes, &c->conflicts, &c->now};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		vec_done(lists[i]);
	vec_done(&c->gates);
	vec_done(&c->marks.expressions);
	vec_done(&c->keywords.expressions);
}

bool
carried_any(const struct carried *c)
{
	return c->pytest || c->asv || c->package || c->places.n > 0;
}

void
carried_add(carried_texts *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], text) == 0)
			return;
	vec_add(list, text);
}

const char *
carried_place(struct carried *c, const struct carry_line *line, size_t word)
{
	if (!strchr(line->file, '/') && str_starts(line->file, "--"))
		return line->file;
	return arena_printf(c->arena, "%s:%d", line->file, line->words[word].line);
}

/* The same option at another place says nothing new. */
void
carried_note(struct carried *c, const struct carry_line *line, size_t word, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < c->notes.n; i++)
		if (str_ends(c->notes.v[i], text.p))
			return;
	vec_add(&c->notes, arena_printf(c->arena, "%s: %s", carried_place(c, line, word), text.p));
}

static void
add_conflict(struct carried *c, const char *what, const char *place, const char *value,
	const char *first_place, const char *first)
{
	carried_add(&c->conflicts,
		arena_printf(c->arena, "%s: %s %s is left out: %s says %s, and the first holds",
			place, what, value, first_place, first));
}

void
carried_set(struct carried *c, enum carry_setting which, const char *value,
	const struct carry_line *line, size_t word)
{
	struct carried_value *v = &c->settings[which];
	const char *place = carried_place(c, line, word);

	if (v->value && v->command != c->commands) {
		if (strcmp(v->value, value) != 0)
			add_conflict(
				c, carry_setting_names[which], place, value, v->place, v->value);
		return;
	}
	*v = (struct carried_value){value, place, c->commands};
}

void
carried_gate(struct carried *c, const char *fail, const char *where, const struct carry_line *line,
	size_t word)
{
	struct carried_gate gate = {fail, where, carried_place(c, line, word), c->commands};
	struct err wrong = ERR_INIT;
	struct gate parsed, other;

	if (gate_parse(fail, where, c->arena, &parsed, &wrong) < 0) {
		carried_note(c, line, word, "%s: %s", fail, wrong.text);
		return;
	}
	for (size_t i = 0; i < c->gates.n; i++) {
		const struct carried_gate *g = &c->gates.v[i];

		if (!str_eq(g->where, where) ||
			gate_parse(g->fail, g->where, c->arena, &other, &wrong) < 0 ||
			strcmp(other.metric, parsed.metric) != 0 || other.field != parsed.field)
			continue;
		if (strcmp(g->fail, fail) == 0)
			return;
		if (g->command != gate.command) {
			add_conflict(c, "the gate", gate.place, fail, g->place, g->fail);
			return;
		}
	}
	vec_add(&c->gates, gate);
}

void
carried_env(struct carried *c, const char *text, const char *place)
{
	const size_t n = strcspn(text, "=");
	scoped_free char *name = xstrndup(text, n);

	if (!schema_is_env_name(name) || schema_is_own_env_name(name) ||
		strcmp(name, "PYTHONPATH") == 0) {
		carried_add(&c->notes,
			arena_printf(c->arena, "%s: %s: the environment of a build sets it", place,
				text));
		return;
	}
	for (size_t i = 0; i < c->env.n; i++) {
		if (strncmp(c->env.v[i], text, n + 1) != 0)
			continue;
		if (strcmp(c->env.v[i], text) != 0)
			add_conflict(c, "variable", place, text, "the first", c->env.v[i]);
		return;
	}
	vec_add(&c->env, text);
}

const char *
carried_path(struct carried *c, const char *dir, const char *path)
{
	const char *whole =
		dir && path[0] != '/' ? arena_printf(c->arena, "%s/%s", dir, path) : path;
	scoped_free char *top = path_absolute(c->root);
	scoped_free char *there = NULL;
	const size_t n = strlen(top);

	if (whole[0] == '/') {
		there = path_absolute(whole);
	} else {
		scoped_free char *joined = path_join(top, whole);
		there = path_absolute(joined);
	}
	if (strcmp(there, top) == 0)
		return ".";
	if (strncmp(there, top, n) != 0 || there[n] != '/')
		return NULL;
	return arena_strdup(c->arena, there + n + 1);
}

/* ---- where it is looked for */

static const struct {
	const char *name;
	void (*read)(const struct carry_text *text, struct carry_lines *out);
} files[] = {
	{"noxfile.py", carry_python},
	{"tox.ini", carry_ini},
	{"Makefile", carry_makefile},
	{"makefile", carry_makefile},
	{"GNUmakefile", carry_makefile},
	{"justfile", carry_makefile},
	{"pyproject.toml", carry_toml},
	{"setup.cfg", carry_ini},
	{"pytest.ini", carry_ini},
	{".gitlab-ci.yml", carry_workflow},
};

struct search {
	struct carried *c;
	struct carry_lines *lines;
};

static int
read_file(struct search *s, const char *name,
	void (*read)(const struct carry_text *text, struct carry_lines *out), struct err *err)
{
	scoped_free char *path = path_join(s->c->root, name);
	scoped(str) text = STR_INIT;

	if (!fs_exists(path) || fs_is_dir(path))
		return 0;
	if (fs_read(path, READ_MAX, &text, err) < 0)
		return -1;
	const struct carry_text whole = {
		.file = arena_strdup(s->c->arena, name), .text = text.p, .line = 1};
	read(&whole, s->lines);
	return 0;
}

static int
visit_workflow(const struct fs_entry *e, void *arg, struct err *err)
{
	struct search *s = arg;

	if (e->type != 'f' || e->size > READ_MAX ||
		(!str_ends(e->path, ".yml") && !str_ends(e->path, ".yaml")))
		return 0;
	return read_file(
		s, arena_printf(s->c->arena, ".github/workflows/%s", e->path), carry_workflow, err);
}

static int
read_all(struct search *s, struct err *err)
{
	scoped_free char *workflows = path_join(s->c->root, ".github/workflows");

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (read_file(s, files[i].name, files[i].read, err) < 0)
			return -1;
	return fs_is_dir(workflows) ? fs_walk(workflows, visit_workflow, s, err) : 0;
}

static void
take_lines(struct carried *c, const struct carry_lines *lines, enum carry_kind kind)
{
	for (size_t i = 0; i < lines->list.n; i++) {
		const struct carry_line *line = &lines->list.v[i];

		if (line->kind != kind)
			continue;
		c->commands++;
		if (!carry_benchmem(c, line) && !carry_asv_command(c, line))
			carry_pytest(c, line);
	}
}

/* pytest-benchmark takes a round that is longer than all the time there is, and then goes by
 * min_rounds; revsweep.yml does not. */
static void
settle_times(struct carried *c)
{
	struct carried_value *least = &c->settings[CARRY_MIN_TIME];
	struct carried_value *most = &c->settings[CARRY_MAX_TIME];
	struct err ignored = ERR_INIT; /* we wrote them */
	double min = 0, max = 0;

	if (!least->value || !most->value || parse_duration(least->value, &min, &ignored) < 0 ||
		parse_duration(most->value, &max, &ignored) < 0 || min <= max)
		return;
	vec_add(&c->notes,
		arena_printf(c->arena, "%s: max_time %s: it is shorter than min_time (%s, %s)",
			most->place, most->value, least->value, least->place));
	most->value = NULL;
}

int
carry_project(const char *root, const char *asv_conf, struct arena *arena, struct carried *ret,
	struct err *err)
{
	scoped(carry_lines) lines = {.arena = arena};
	struct search s = {ret, &lines};

	*ret = (struct carried){.arena = arena, .root = root};
	if (read_all(&s, err) < 0 || (asv_conf && carry_asv_conf(ret, asv_conf, err) < 0)) {
		carried_done(ret);
		return -1;
	}
	take_lines(ret, &lines, CARRY_COMMAND);
	take_lines(ret, &lines, CARRY_ADDOPTS);
	settle_times(ret);
	/* Releases beside revisions of git are named when they are wanted. */
	ret->versions = ret->versions && !ret->pytest && !ret->asv;
	return 0;
}

int
carry_from(const char *text, const char *root, const char *asv_conf, struct arena *arena,
	struct carried *ret, struct err *err)
{
	const struct carry_text whole = {.file = "--from", .text = text, .line = 1};
	scoped(carry_lines) lines = {.arena = arena};

	*ret = (struct carried){.arena = arena, .root = root};
	carry_shell(&whole, &lines);
	take_lines(ret, &lines, CARRY_COMMAND);
	settle_times(ret);
	if (carried_any(ret) &&
		(!ret->asv_command || !asv_conf || carry_asv_conf(ret, asv_conf, err) == 0))
		return 0;
	const bool known = carried_any(ret);
	carried_done(ret);
	return known ? -1
		     : err_set(err, ERR_USAGE,
			       "--from '%.200s': no command line that we know; it takes pytest "
			       "with options that "
			       "begin with --benchmark-, 'benchmem sweep ...', 'benchmem compare "
			       "...' and 'asv "
			       "...'",
			       text);
}

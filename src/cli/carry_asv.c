/* asv: its configuration, and command lines that use it. */
#include "cli/carry.h"

#include "base/parse.h"
#include "base/str.h"
#include "ext/json.h"
#include "sys/fs.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#define READ_MAX ((size_t)1 << 20)

struct conf {
	struct carried *c;
	const char *path; /* of the file, below the top */
	const char *dir;
};

static void
note(struct conf *conf, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	carried_add(&conf->c->notes, arena_printf(conf->c->arena, "%s: %s", conf->path, text.p));
}

/* JSON as asv reads it: with comments, and with a comma too many. */
static void
without_comments(const char *p, struct str *out)
{
	while (*p) {
		if (*p == '"') {
			const char *start = p++;

			while (*p && *p != '"')
				p += *p == '\\' && p[1] ? 2 : 1;
			p += *p == '"';
			str_addn(out, start, (size_t)(p - start));
		} else if (str_starts(p, "//")) {
			p += strcspn(p, "\n");
		} else if (str_starts(p, "/*")) {
			const char *end = strstr(p + 2, "*/");
			p = end ? end + 2 : p + strlen(p);
		} else {
			if (*p == ']' || *p == '}') {
				str_trim(out);
				if (out->n && out->p[out->n - 1] == ',')
					out->p[--out->n] = '\0';
			}
			str_addc(out, *p++);
		}
	}
}

/* "3.11" of a list of one, or the first of several. */
static const char *
first_text(const struct json_val *v)
{
	return json_is_array(v) ? json_text(json_at(v, 0)) : json_text(v);
}

static void
take_pythons(struct conf *conf, const struct json_val *pythons)
{
	const char *first = first_text(pythons);

	if (!first)
		return;
	const char *program = isdigit((unsigned char)first[0])
				      ? arena_printf(conf->c->arena, "python%s", first)
				      : arena_strdup(conf->c->arena, first);
	const char *path = getenv("PATH");
	scoped_free char *found = path ? fs_find_program(program, path) : NULL;

	if (found)
		conf->c->python = program;
	else
		note(conf,
			"pythons: %s is not on this PATH; `with: {python: ...}` names an "
			"interpreter, python3 is taken",
			program);
	if (json_length(pythons) > 1)
		note(conf,
			"pythons: a sweep has one interpreter, the first of %zu; --with "
			"python=NAME measures with another",
			json_length(pythons));
}

static void
take_requirement(const char *key, const struct json_val *values, void *arg)
{
	struct conf *conf = arg;
	const char *name = str_starts(key, "pip+") ? key + 4 : key;
	const char *first = first_text(values);

	if (json_length(values) > 1) {
		scoped_free char *text = json_dump(values);
		note(conf,
			"matrix: %s in %s: a sweep has one environment; put one of them into "
			"`pins` and sweep again for the next",
			name, text);
	} else if (first || json_is_array(values)) {
		carried_add(
			&conf->c->pins, arena_printf(conf->c->arena, "%s%s%s", name,
						first && *first ? "==" : "", first ? first : ""));
	} else {
		note(conf, "matrix: %s: neither a list nor a version", name);
	}
}

static void
take_variable(const char *key, const struct json_val *values, void *arg)
{
	struct conf *conf = arg;
	const char *first = first_text(values);

	if (json_length(values) > 1 || !first)
		note(conf,
			"matrix: variable %s: a sweep has one environment; put a value into "
			"`env`",
			key);
	else
		carried_env(conf->c, arena_printf(conf->c->arena, "%s=%s", key, first), conf->path);
}

/* {"req": {...}, "env": {...}, "env_nobuild": {...}}, or requirements alone as once. */
static void
take_matrix(struct conf *conf, const struct json_val *matrix)
{
	static const char *const groups[] = {"req", "env", "env_nobuild"};
	bool grouped = false;

	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		const struct json_val *group = json_get(matrix, groups[i]);

		if (!json_is_object(group))
			continue;
		grouped = true;
		json_each(group, i ? take_variable : take_requirement, conf);
	}
	if (!grouped)
		json_each(matrix, take_requirement, conf);
}

static void
take_repo(struct conf *conf, const struct json_val *root)
{
	const char *repo = json_text(json_get(root, "repo"));
	const char *subdir = json_text(json_get(root, "repo_subdir"));
	const char *dvcs = json_text(json_get(root, "dvcs"));

	if (repo && (strstr(repo, "://") || str_starts(repo, "git@")))
		note(conf,
			"repo: %s: the repository that this file lies in is measured; clone the "
			"other one if it is not the same",
			repo);
	if (dvcs && strcmp(dvcs, "git") != 0)
		note(conf, "dvcs: %s: only git is known here", dvcs);
	if (subdir && *subdir)
		conf->c->subdir = arena_strdup(conf->c->arena, subdir);
}

/* What has another place here, or none. */
static void
take_rest(const char *key, const struct json_val *value, void *arg)
{
	static const struct {
		const char *key, *why;
	} left[] = {
		{"branches", "revisions are named when they are wanted: 'revsweep sweep \"last:20 "
			     "main\"', 'revsweep compare main HEAD'"},
		{"environment_type", "the recipe python-venv makes virtual environments; for "
				     "others write `build:` yourself"},
		{"conda_channels", "there are no environments of conda"},
		{"conda_environment_file", "there are no environments of conda"},
		{"build_command", "the recipe builds a wheel by pip; `build:` takes steps of your "
				  "own"},
		{"install_command", "the recipe installs by pip; `build:` takes steps of your own"},
		{"uninstall_command", "each revision has a prefix of its own"},
		{"install_timeout", "a recipe has a `timeout`, that of python-venv is 30 minutes"},
		{"exclude", "there is one environment, and no matrix to leave something out of"},
		{"include", "there is one environment, and no matrix to add something to"},
		{"results_dir", "'revsweep import FILE...' takes what asv measured into the store"},
		{"regressions_thresholds", "gates say what is too slow: mean:5%"},
		{"regressions_first_commits", "'revsweep sweep A..B' says where to begin"},
		{"plugins", "plugins of asv are not loaded"},
	};
	struct conf *conf = arg;

	for (size_t i = 0; i < ARRAY_LEN(left); i++)
		if (strcmp(left[i].key, key) == 0) {
			scoped_free char *text = json_dump(value);
			note(conf, "%s: %.200s: %s", key, text, left[i].why);
		}
}

static void
take_conf(struct conf *conf, const struct json_val *root)
{
	struct carried *c = conf->c;
	const char *suite = json_text(json_get(root, "benchmark_dir"));
	const char *project = json_text(json_get(root, "project"));

	c->asv = carried_path(c, conf->dir, suite && *suite ? suite : "benchmarks");
	if (!c->asv) {
		note(conf, "benchmark_dir: %s does not lie below this directory", suite);
		c->asv = ".";
	}
	if (project && *project)
		c->project = arena_strdup(c->arena, project);
	carried_add(&c->places, arena_printf(c->arena, "%s: asv", conf->path));
	take_repo(conf, root);
	take_pythons(conf, json_get(root, "pythons"));
	if (json_is_object(json_get(root, "matrix")))
		take_matrix(conf, json_get(root, "matrix"));
	json_each(root, take_rest, conf);
}

int
carry_asv_conf(struct carried *c, const char *path, struct err *err)
{
	scoped_free char *file = path_join(c->root, path), *dir = path_dir(path);
	scoped(str) text = STR_INIT, plain = STR_INIT;
	struct conf conf = {c, path, dir};
	struct err wrong = ERR_INIT;
	struct json *doc = NULL;

	if (fs_read(file, READ_MAX, &text, err) < 0)
		return -1;
	without_comments(text.p, &plain);
	if (json_parse(plain.p, plain.n, &doc, &wrong) < 0) {
		note(&conf, "it cannot be read as JSON with comments: %s", wrong.text);
		return 0;
	}
	take_conf(&conf, json_root(doc));
	json_free(doc);
	return 0;
}

/* ---- command lines */

static const struct {
	const char *command, *now;
} commands[] = {
	{"run", "revsweep sweep A..B"},
	{"continuous", "revsweep compare BASE HEAD"},
	{"compare", "revsweep diff OLD.json NEW.json"},
	{"find", "revsweep bisect GOOD BAD"},
};

/* "1.1" -> mean:10% */
static void
take_factor(struct carried *c, const struct carry_line *line, size_t i, const char *value)
{
	struct err wrong = ERR_INIT;
	double factor = 0;

	if (parse_double(value, &factor, &wrong) < 0 || !(factor > 1 && factor < 100))
		carried_note(c, line, i, "--factor %s: no factor", value);
	else
		carried_gate(c, arena_printf(c->arena, "median:%.6g%%", 100 * (factor - 1)), NULL,
			line, i);
}

static void
take_options(struct carried *c, const struct carry_line *line, size_t from)
{
	for (size_t i = from; i < line->n; i++) {
		const char *text = line->words[i].text;
		const char *next = i + 1 < line->n ? line->words[i + 1].text : NULL;

		if (str_starts(text, "--factor="))
			take_factor(c, line, i, text + strlen("--factor="));
		else if (next && (strcmp(text, "-f") == 0 || strcmp(text, "--factor") == 0))
			take_factor(c, line, i++, next);
		else if (next && (strcmp(text, "-b") == 0 || strcmp(text, "--bench") == 0))
			carried_note(c, line, i++,
				"--bench %s: 'revsweep compare --bench GLOB' takes some of the "
				"benchmarks",
				next);
	}
}

bool
carry_asv_command(struct carried *c, const struct carry_line *line)
{
	for (size_t i = 0; i + 1 < line->n; i++) {
		if (strcmp(path_base(line->words[i].text), "asv") != 0)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(commands); k++) {
			if (strcmp(line->words[i + 1].text, commands[k].command) != 0)
				continue;
			carried_add(&c->places,
				arena_printf(c->arena, "%s: asv %s", carried_place(c, line, i),
					commands[k].command));
			carried_add(&c->now, commands[k].now);
			c->asv_command = true;
			take_options(c, line, i + 2);
			return true;
		}
	}
	return false;
}

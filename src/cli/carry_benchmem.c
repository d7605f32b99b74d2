/* benchmem's command lines: sweep PACKAGE VERSIONS..., compare RUN RUN --fail-on GATE. */
#include "cli/carry.h"

#include "base/str.h"
#include "sys/fs.h"

#include <ctype.h>
#include <string.h>

struct sweep {
	struct carried *c;
	const struct carry_line *line;
	struct str versions;
	const char *suite;
	bool memory, package;
	vec(struct carry_word) pytest_args;
};

/* 1.2.3 out of 1.2.3 or of package==1.2.3; NULL when it is something else. */
static const char *
version_of(const char *text)
{
	const char *equals = strstr(text, "==");
	const char *version = equals ? equals + 2 : text;

	if (!isdigit((unsigned char)version[0]) ||
		version[strspn(version, "abcdefghijklmnopqrstuvwxyz0123456789.+!")])
		return NULL;
	return version;
}

static void
take_operand(struct sweep *s, size_t i)
{
	const char *text = s->line->words[i].text;
	const char *version = version_of(text);

	if (!s->package) {
		s->package = true;
		if (!s->c->package)
			s->c->package = text;
	} else if (version) {
		str_addf(&s->versions, "%s%s", s->versions.n ? "," : "", version);
	} else {
		carried_note(s->c, s->line, i,
			"%s: no release; in a clone of the project 'revsweep sweep %s' takes it as "
			"a revision of git",
			text, strrchr(text, '@') ? strrchr(text, '@') + 1 : text);
	}
}

static void
take_path(struct sweep *s, carried_texts *list, const char *value, size_t i)
{
	const char *path = carried_path(s->c, s->line->dir, value);

	if (path)
		carried_add(list, path);
	else
		carried_note(s->c, s->line, i, "%s: it does not lie below this directory", value);
}

static void
take_suite(struct sweep *s, const char *value, size_t i)
{
	take_path(s, &s->c->paths, value, i);
}

static void
take_copy_dir(struct sweep *s, const char *value, size_t i)
{
	take_path(s, &s->c->include, value, i);
}

static void
take_pin(struct sweep *s, const char *value, size_t i)
{
	(void)i;
	carried_add(&s->c->pins, value);
}

static void
take_as_of(struct sweep *s, const char *value, size_t i)
{
	(void)i;
	s->c->as_of = value;
}

static void
take_module(struct sweep *s, const char *value, size_t i)
{
	(void)i;
	s->c->module = value;
}

static void
take_out(struct sweep *s, const char *value, size_t i)
{
	carried_note(s->c, s->line, i,
		"--out %s: every sweep is kept in the store; 'revsweep export --output DIR' writes "
		"files that benchmem reads",
		value);
}

static void
take_pytest_arg(struct sweep *s, const char *value, size_t i)
{
	const struct carry_word word = {value, s->line->words[i].line};

	vec_add(&s->pytest_args, word);
}

static const struct {
	const char *name;
	void (*take)(struct sweep *s, const char *value, size_t i);
} options[] = {
	{"--suite", take_suite},
	{"--copy-dir", take_copy_dir},
	{"--pin", take_pin},
	{"--as-of", take_as_of},
	{"--import-check", take_module},
	{"--out", take_out},
	{"--pytest-arg", take_pytest_arg},
};

/* Returns the last word that belongs to it. */
static size_t
take_option(struct sweep *s, size_t i)
{
	const char *text = s->line->words[i].text;
	const size_t n = strcspn(text, "=");
	const char *value = text[n] ? text + n + 1 : NULL;

	if (strcmp(text, "--memory") == 0 || strcmp(text, "--no-memory") == 0) {
		s->memory = text[2] == 'm';
		return i;
	}
	for (size_t k = 0; k < ARRAY_LEN(options); k++) {
		if (strlen(options[k].name) != n || strncmp(text, options[k].name, n) != 0)
			continue;
		if (!value && i + 1 < s->line->n)
			value = s->line->words[++i].text;
		if (value && !strpbrk(value, "${"))
			options[k].take(s, value, i);
		return i;
	}
	carried_note(s->c, s->line, i, "%s: not an option of benchmem that we know", text);
	return i;
}

static void
finish(struct sweep *s, size_t at)
{
	struct carried *c = s->c;
	const struct carry_line args = {
		.kind = CARRY_COMMAND,
		.file = s->line->file,
		.words = arena_copy(
			c->arena, s->pytest_args.v, s->pytest_args.n, sizeof(*s->pytest_args.v)),
		.n = s->pytest_args.n,
	};

	c->versions = true;
	if (s->memory)
		c->metrics = "time, peak, allocated, allocations";
	carried_add(&c->places,
		arena_printf(c->arena, "%s: benchmem sweep", carried_place(c, s->line, at)));
	if (args.n)
		carry_pytest_options(c, &args);
	if (s->versions.n)
		carried_add(&c->now,
			arena_printf(c->arena, "revsweep sweep version:%s", s->versions.p));
}

static void
take_sweep(struct carried *c, const struct carry_line *line, size_t from)
{
	struct sweep s = {.c = c, .line = line};

	str_init(&s.versions, STR_MAX);
	for (size_t i = from; i < line->n; i++) {
		const char *text = line->words[i].text;

		if (text[0] == '-' && text[1])
			i = take_option(&s, i);
		else if (!strpbrk(text, "${"))
			take_operand(&s, i);
	}
	finish(&s, from - 1);
	str_done(&s.versions);
	vec_done(&s.pytest_args);
}

static void
take_compare(struct carried *c, const struct carry_line *line, size_t from)
{
	for (size_t i = from; i < line->n; i++) {
		const char *text = line->words[i].text;

		if (str_starts(text, "--fail-on="))
			carried_gate(c, text + strlen("--fail-on="), NULL, line, i);
		else if (strcmp(text, "--fail-on") == 0 && i + 1 < line->n)
			carried_gate(c, line->words[i + 1].text, NULL, line, i + 1);
	}
	carried_add(&c->places,
		arena_printf(c->arena, "%s: benchmem compare", carried_place(c, line, from - 1)));
	carried_add(&c->now, "revsweep diff --table metrics OLD.json NEW.json");
}

bool
carry_benchmem(struct carried *c, const struct carry_line *line)
{
	for (size_t i = 0; i + 1 < line->n; i++) {
		if (strcmp(path_base(line->words[i].text), "benchmem") != 0)
			continue;
		if (strcmp(line->words[i + 1].text, "sweep") == 0)
			take_sweep(c, line, i + 2);
		else if (strcmp(line->words[i + 1].text, "compare") == 0)
			take_compare(c, line, i + 2);
		else
			continue;
		return true;
	}
	return false;
}

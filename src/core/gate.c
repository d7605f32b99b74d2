#include "core/gate.h"

#include "base/parse.h"
#include "base/str.h"
#include "base/suggest.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#define LOOKS_LIKE                                                                                 \
	"a gate looks like mean:5%%, median:500us, peak:5MiB, allocations:5 or peak <= 100MiB"

/* What the number of an absolute limit may be. */
enum limit_kind { LIMIT_SECONDS, LIMIT_BYTES, LIMIT_COUNT };

static const struct word {
	const char *name, *metric;
	enum gate_field field;
	enum limit_kind kind;
} words[] = {
	{"auto", "time", GATE_AUTO, LIMIT_SECONDS},
	{"min", "time", GATE_MIN, LIMIT_SECONDS},
	{"max", "time", GATE_MAX, LIMIT_SECONDS},
	{"mean", "time", GATE_MEAN, LIMIT_SECONDS},
	{"median", "time", GATE_MEDIAN, LIMIT_SECONDS},
	{"stddev", "time", GATE_STDDEV, LIMIT_SECONDS},
	{"iqr", "time", GATE_IQR, LIMIT_SECONDS},
	{"time", "time", GATE_AUTO, LIMIT_SECONDS},
	{"peak", "peak", GATE_AUTO, LIMIT_BYTES},
	{"allocated", "allocated", GATE_AUTO, LIMIT_BYTES},
	{"allocations", "allocations", GATE_AUTO, LIMIT_COUNT},
	{"rss", "rss", GATE_AUTO, LIMIT_BYTES},
	{"cpu", "cpu", GATE_AUTO, LIMIT_SECONDS},
	{"size", "size", GATE_AUTO, LIMIT_BYTES},
	{"instructions", "instructions", GATE_AUTO, LIMIT_COUNT},
	{"throughput", "throughput", GATE_AUTO, LIMIT_COUNT},
	{"value", "value", GATE_AUTO, LIMIT_COUNT},
	{"predicate", "predicate", GATE_AUTO, LIMIT_COUNT},
};

enum term_key { TERM_MARK, TERM_NAME, TERM_GROUP, TERM_SUITE, TERM_PARAM };
static const char *const term_keys[] = {"mark", "name", "group", "suite", "param"};

struct gate_term {
	enum term_key key;
	bool negated;
	const char *glob;
};

const char *
gate_field_name(enum gate_field field)
{
	static const char *const names[] = {
		"auto", "min", "max", "mean", "median", "stddev", "iqr"};

	return names[field];
}

/* ", did you mean 'x'?" or nothing; case does not count. */
static const char *
did_you_mean(const char *wrong, const char *const *known, size_t n, struct arena *arena)
{
	char *lower = arena_strdup(arena, wrong);

	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	const char *near = suggest(lower, known, n);
	return near ? arena_printf(arena, ", did you mean '%s'?", near) : "";
}

static const struct word *
word_find(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i].name) == n && strncmp(words[i].name, name, n) == 0)
			return &words[i];
	return NULL;
}

static int
refuse_word(const char *text, size_t n, struct arena *arena, struct err *err)
{
	const char *known[ARRAY_LEN(words)];
	const char *wrong = arena_strndup(arena, text, n);

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		known[i] = words[i].name;
	return err_set(err, ERR_USAGE, "gate '%.80s': unknown field '%.40s'%s; " LOOKS_LIKE, text,
		wrong, did_you_mean(wrong, known, ARRAY_LEN(known), arena));
}

static int
parse_limit(const char *text, const char *number, enum limit_kind kind, struct arena *arena,
	struct gate *gate, struct err *err)
{
	size_t n = strlen(number);

	if (n == 0)
		return err_set(err, ERR_USAGE, "gate '%.80s' has no limit; " LOOKS_LIKE, text);
	if (number[0] == '-')
		return err_set(err, ERR_USAGE,
			"gate '%.80s' has a negative limit, which identical code could not pass; "
			"" LOOKS_LIKE,
			text);
	/* Nothing but a digit or a point may begin it: no sign, no "nan", no "inf". */
	if (!isdigit((unsigned char)number[0]) && number[0] != '.')
		return err_set(err, ERR_USAGE, "gate '%.80s': '%.40s' is not a limit; " LOOKS_LIKE,
			text, number);
	gate->percent = number[n - 1] == '%';
	if (gate->percent) {
		if (parse_double(arena_strndup(arena, number, n - 1), &gate->limit, err) < 0)
			return err_wrap(err, "gate '%.80s'", text);
		gate->limit /= 100;
		return 0;
	}
	int r = kind == LIMIT_SECONDS ? parse_duration(number, &gate->limit, err)
		: kind == LIMIT_BYTES ? parse_size(number, &gate->limit, err)
				      : parse_double(number, &gate->limit, err);
	return r < 0 ? err_wrap(err, "gate '%.80s'", text) : 0;
}

/* "peak <= 100MiB": blanks around the sign are welcome. sign is where it stands. */
static int
parse_ceiling(
	const char *text, const char *sign, struct arena *arena, struct gate *gate, struct err *err)
{
	static const char blanks[] = " \t";
	size_t n = (size_t)(sign - text);
	const char *number = sign + 2 + strspn(sign + 2, blanks);

	while (n > 0 && strchr(blanks, text[n - 1]))
		n--;
	const struct word *word = word_find(text, n);
	if (!word)
		return refuse_word(text, n, arena, err);
	if (word->field != GATE_AUTO)
		return err_set(err, ERR_USAGE,
			"gate '%.80s': a ceiling holds for the worst there was, not for a '%s': "
			"say time <= 1s",
			text, word->name);
	if (parse_limit(text, number, word->kind, arena, gate, err) < 0)
		return -1;
	if (gate->percent)
		return err_set(err, ERR_USAGE,
			"gate '%.80s': a ceiling is an amount, not a share of "
			"anything; " LOOKS_LIKE,
			text);
	gate->ceiling = true;
	gate->metric = word->metric;
	gate->field = word->field;
	gate->text = arena_printf(arena, "%s <= %s", word->name, number);
	return 0;
}

static int
parse_fail(const char *text, struct arena *arena, struct gate *gate, struct err *err)
{
	const char *colon = strchr(text, ':'), *sign = strstr(text, "<=");

	if (!text[0])
		return err_set(err, ERR_USAGE, "a gate is empty; " LOOKS_LIKE);
	if (sign && !colon)
		return parse_ceiling(text, sign, arena, gate, err);
	if (strpbrk(text, " \t\r\n"))
		return err_set(err, ERR_USAGE, "gate '%.80s' has a blank in it; " LOOKS_LIKE, text);
	if (!colon)
		return err_set(err, ERR_USAGE, "gate '%.80s' has no ':'; " LOOKS_LIKE, text);
	const struct word *word = word_find(text, (size_t)(colon - text));
	if (!word)
		return refuse_word(text, (size_t)(colon - text), arena, err);
	gate->text = arena_strdup(arena, text);
	gate->metric = word->metric;
	gate->field = word->field;
	return parse_limit(text, colon + 1, word->kind, arena, gate, err);
}

/* The end of the condition at s. Commas inside brackets belong to it: test_fft[2,8] is a name. */
static const char *
term_end(const char *s)
{
	int depth = 0;

	for (; *s && !(*s == ',' && depth <= 0); s++)
		depth += (*s == '[') - (*s == ']');
	return s;
}

static int
parse_term(
	const char *where, char *text, struct arena *arena, struct gate_term *term, struct err *err)
{
	char *equals = strchr(text, '=');

	term->negated = text[0] == '!';
	text += term->negated;
	term->key = TERM_NAME;
	term->glob = text;
	/* An "=" behind a bracket or a wildcard is part of a name: test_fft[n=8] */
	if (equals && strcspn(text, "[*?") > (size_t)(equals - text)) {
		size_t key = 0;

		*equals = '\0';
		while (key < ARRAY_LEN(term_keys) && strcmp(term_keys[key], text) != 0)
			key++;
		if (key == ARRAY_LEN(term_keys))
			return err_set(err, ERR_USAGE,
				"where '%.80s': unknown selector '%.40s'%s; "
				"use mark=, name=, group=, suite= or param=",
				where, text,
				did_you_mean(text, term_keys, ARRAY_LEN(term_keys), arena));
		term->key = (enum term_key)key;
		term->glob = equals + 1;
	}
	if (!term->glob[0])
		return err_set(err, ERR_USAGE,
			"where '%.80s' has an empty condition; conditions look like mark=stable or "
			"name=*sort*, joined by commas",
			where);
	return 0;
}

static int
parse_where(const char *where, struct arena *arena, struct gate *gate, struct err *err)
{
	size_t most = 1, n = 0;

	for (const char *s = where; *s; s++)
		most += *s == ',';
	struct gate_term *terms = arena_alloc(arena, most, sizeof(*terms));
	const char *s = where;
	for (;;) {
		const char *end = term_end(s), *next = end;

		while (s < end && isspace((unsigned char)*s))
			s++;
		while (end > s && isspace((unsigned char)end[-1]))
			end--;
		char *text = arena_strndup(arena, s, (size_t)(end - s));
		if (parse_term(where, text, arena, &terms[n++], err) < 0)
			return -1;
		if (!*next)
			break;
		s = next + 1;
	}
	gate->where = arena_strdup(arena, where);
	gate->terms = terms;
	gate->n_terms = n;
	return 0;
}

int
gate_parse(
	const char *text, const char *where, struct arena *arena, struct gate *ret, struct err *err)
{
	struct gate gate = {0};

	if (parse_fail(text, arena, &gate, err) < 0)
		return -1;
	if (where && parse_where(where, arena, &gate, err) < 0)
		return -1;
	*ret = gate;
	return 0;
}

/* Names come with brackets of their own, so that a name written out in full matches itself. */
static bool
glob_matches(const char *glob, const char *text)
{
	return text && (strcmp(glob, text) == 0 || fnmatch(glob, text, 0) == 0);
}

static bool
term_holds(const struct gate_term *term, const struct bench *bench)
{
	switch (term->key) {
	case TERM_MARK:
		for (size_t i = 0; i < bench->n_marks; i++)
			if (glob_matches(term->glob, bench->marks[i]))
				return true;
		return false;
	case TERM_NAME:
		return glob_matches(term->glob, bench->name);
	case TERM_GROUP:
		return glob_matches(term->glob, bench->group);
	case TERM_SUITE:
		return glob_matches(term->glob, bench->suite);
	case TERM_PARAM:
		return glob_matches(term->glob, bench->param);
	}
	return false;
}

bool
gate_matches(const struct gate *gate, const struct bench *bench)
{
	if (!str_eq(gate->metric, bench->metric))
		return false;
	for (size_t i = 0; i < gate->n_terms; i++)
		if (term_holds(&gate->terms[i], bench) == gate->terms[i].negated)
			return false;
	return true;
}

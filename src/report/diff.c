/* The tables there are, and what they share: groups, lists, numbers. */
#include "diff_priv.h"

#include "base/suggest.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct diff_table *const tables[] = {
	&diff_stats,
	&diff_metrics,
	&diff_changes,
	&diff_methods,
	&diff_cases,
};

int
diff_table_find(const char *name, const struct diff_table **ret, struct err *err)
{
	const char *names[ARRAY_LEN(tables) + 1] = {"verdicts"};

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		names[i + 1] = tables[i]->name;
		if (strcmp(tables[i]->name, name) == 0) {
			*ret = tables[i];
			return 0;
		}
	}
	const char *near = suggest(name, names, ARRAY_LEN(names));
	if (near)
		return err_set(
			err, ERR_USAGE, "unknown table '%.60s': did you mean '%s'?", name, near);
	return err_set(err, ERR_USAGE,
		"unknown table '%.60s': known are verdicts, stats, metrics, changes, methods and "
		"cases",
		name);
}

const struct diff_table *const *
diff_tables(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(tables);
	return tables;
}

int
diff_choose(const char *option, const char *word, const char *const *words, size_t n, size_t *ret,
	struct err *err)
{
	scoped(str) known = STR_INIT;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], word) == 0) {
			*ret = i;
			return 0;
		}
		str_addf(&known, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", words[i]);
	}
	const char *near = suggest(word, words, n);
	return err_set(err, ERR_USAGE, "%s is %s, not '%.40s'%s%s%s", option, known.p, word,
		near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

const char *const *
diff_split(const char *list, struct arena *arena)
{
	size_t n = 1, at = 0;

	for (const char *p = list; *p; p++)
		n += *p == ',';
	const char **words = arena_alloc(arena, n + 1, sizeof(*words));
	for (const char *p = list;; p++) {
		size_t len = strcspn(p, ",");
		const char *word = p, *end = p + len;

		while (word < end && isspace((unsigned char)*word))
			word++;
		while (end > word && isspace((unsigned char)end[-1]))
			end--;
		words[at++] = arena_strndup(arena, word, (size_t)(end - word));
		p += len;
		if (!*p)
			return words;
	}
}

void
diff_thousands(struct str *out, double v, int decimals)
{
	char text[400];

	if (!isfinite(v)) {
		str_add(out, isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
		return;
	}
	snprintf(text, sizeof(text), "%.*f", decimals, v);
	const char *p = text + (*text == '-');
	size_t whole = strcspn(p, ".");
	str_add(out, p > text ? "-" : "");
	for (size_t i = 0; i < whole; i++) {
		if (i && (whole - i) % 3 == 0)
			str_addc(out, ',');
		str_addc(out, p[i]);
	}
	str_add(out, p + whole);
}

int
diff_characters(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

void
diff_quote(const char *text, struct str *out)
{
	char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';

	str_addc(out, quote);
	for (; *text; text++) {
		if (*text == quote || *text == '\\')
			str_addc(out, '\\');
		str_addc(out, *text);
	}
	str_addc(out, quote);
}

const char *
diff_function(const char *name, struct arena *arena)
{
	return arena_strndup(arena, name, strcspn(name, "["));
}

/* ---- groups ---- */

/* "k=v,k=v", keys in order. */
static const char *
join_pairs(const struct run_pair *pairs, struct arena *arena)
{
	scoped(str) text = STR_INIT;
	const char *last = NULL;

	for (;;) {
		const struct run_pair *next = NULL;

		for (const struct run_pair *p = pairs; p && p->key; p++)
			if ((!last || strcmp(p->key, last) > 0) &&
				(!next || strcmp(p->key, next->key) < 0))
				next = p;
		if (!next)
			return text.n ? arena_strdup(arena, text.p) : NULL;
		str_addf(&text, "%s%s=%s", last ? "," : "", next->key, next->value);
		last = next->key;
	}
}

static const char *
join_marks(const char *const *marks, struct arena *arena)
{
	scoped(str) text = STR_INIT;

	for (; marks && *marks; marks++)
		str_addf(&text, "%s%s", text.n ? "," : "", *marks);
	return text.n ? arena_strdup(arena, text.p) : NULL;
}

/* The part of "a/b.py::TestX::test_y" before the first "::". */
static const char *
module_of(const struct grid_bench *bench, struct arena *arena)
{
	const char *colons = strstr(bench->fullname, "::");

	return colons ? arena_strndup(arena, bench->fullname, (size_t)(colons - bench->fullname))
		      : NULL;
}

/* What stands between the first and the last "::". */
static const char *
class_of(const struct grid_bench *bench, struct arena *arena)
{
	size_t n = strcspn(bench->fullname, "[");
	scoped_free char *path = xstrndup(bench->fullname, n);
	char *from = strstr(path, "::"), *to = NULL;

	for (char *p = from; p; p = strstr(p + 2, "::"))
		to = p;
	return from && to > from ? arena_strndup(arena, from + 2, (size_t)(to - from - 2)) : NULL;
}

static const char *
prefix(const char *what, const char *value, bool prefixed, struct arena *arena)
{
	return value && prefixed ? arena_printf(arena, "%s:%s", what, value) : value;
}

static bool
is_one_of(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

/* "param:NAME" and "custom:NAME". */
static const char *
named_part(const struct grid_bench *bench, const char *word, bool prefixed, struct arena *arena)
{
	bool custom = str_starts(word, "custom:");
	const char *name = strchr(word, ':') + 1;
	const char *value = run_pair_get(custom ? bench->groups : bench->params, name);

	if (!value || !*value)
		return NULL;
	return prefix(custom ? "custom" : "param", arena_printf(arena, "%s=%s", name, value),
		prefixed, arena);
}

/* NULL: it says nothing; *ret_known: whether it is a word at all. */
static const char *
part_of(const struct grid_bench *bench, const char *word, bool prefixed, struct arena *arena,
	bool *ret_known)
{
	*ret_known = true;
	if (is_one_of(word, "group", "benchmark_group"))
		return bench->group;
	if (is_one_of(word, "name", "method") || strcmp(word, "benchmark_name") == 0)
		return bench->name;
	if (strcmp(word, "func") == 0)
		return diff_function(bench->name, arena);
	if (is_one_of(word, "fullname", "nodeid"))
		return bench->fullname;
	if (strcmp(word, "fullfunc") == 0)
		return diff_function(bench->fullname, arena);
	if (strcmp(word, "module") == 0)
		return module_of(bench, arena);
	if (strcmp(word, "class") == 0)
		return class_of(bench, arena);
	if (strcmp(word, "param") == 0)
		return bench->param;
	if (strcmp(word, "params") == 0)
		return prefix("params", join_pairs(bench->params, arena), prefixed, arena);
	if (is_one_of(word, "mark", "marks"))
		return prefix("marks", join_marks(bench->marks, arena), prefixed, arena);
	if (is_one_of(word, "custom", "custom_group"))
		return prefix("custom", join_pairs(bench->groups, arena), prefixed, arena);
	if ((str_starts(word, "param:") || str_starts(word, "custom:")) && strchr(word, ':')[1])
		return named_part(bench, word, prefixed, arena);
	*ret_known = false;
	return NULL;
}

int
diff_check_key(const char *group_by, struct err *err)
{
	static const struct grid_bench none = {.name = "", .fullname = ""};
	static const char *const words[] = {"group", "name", "func", "fullname", "fullfunc",
		"module", "class", "param", "params", "mark", "custom"};
	struct arena arena = ARENA_INIT;
	int r = 0;

	for (const char *const *w = diff_split(group_by, &arena); *w && r == 0; w++) {
		bool known = true;

		part_of(&none, **w ? *w : "group", false, &arena, &known);
		if (known)
			continue;
		const char *near = suggest(*w, words, ARRAY_LEN(words));
		r = err_set(err, ERR_USAGE,
			"--group-by does not know '%.60s'%s%s%s; it takes group, name, func, "
			"fullname, fullfunc, module, class, param, params, param:NAME, mark, "
			"custom and custom:NAME",
			*w, near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
	}
	arena_done(&arena);
	return r;
}

const char *
diff_key(const struct grid_bench *bench, const char *group_by, bool prefixed, struct arena *arena)
{
	scoped(str) key = STR_INIT;
	bool known;

	for (const char *const *w = diff_split(group_by, arena); *w; w++) {
		const char *part = part_of(bench, *w, prefixed, arena, &known);

		if (part && *part)
			str_addf(&key, "%s%s", key.n ? (prefixed ? " | " : " ") : "", part);
	}
	return arena_strdup(arena, key.p);
}

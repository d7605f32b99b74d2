#include "core/dims.h"

#include "base/str.h"
#include "base/vec.h"
#include "core/run.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define VALUE_MAX 60 /* bytes of a value that a chart can write beside an axis */

struct tokens {
	vec(const char *) v;
	struct arena *arena;
};

static bool
is_number(const char *text, double *ret)
{
	char *end = NULL;

	if (!*text || isspace((unsigned char)*text) || strpbrk(text, "xXpPnN"))
		return false;
	*ret = strtod(text, &end);
	return !*end && isfinite(*ret);
}

/* Where the value of "k=v" or "k:v" begins; NULL: it has no key. */
static const char *
value_in(const char *token)
{
	const char *mark = strpbrk(token, "=:");

	return mark && mark > token && mark[1] ? mark + 1 : NULL;
}

static bool
is_parameter(const char *token)
{
	double ignored;

	return is_number(token, &ignored) || value_in(token);
}

/* "1e" of "1e-05", "" of "-5" and "x=" of "x=-5": their dash divides nothing. */
static bool
goes_on(const char *token, size_t n)
{
	if (n == 0 || token[n - 1] == '=')
		return true;
	if (n < 2 || (token[n - 1] != 'e' && token[n - 1] != 'E'))
		return false;
	for (size_t i = 0; i + 1 < n; i++)
		if (!isdigit((unsigned char)token[i]) && token[i] != '.')
			return false;
	return true;
}

/* Divides text[0..n). */
static void
split(struct tokens *tokens, const char *text, size_t n, char by)
{
	size_t begin = 0;

	for (size_t i = 0; i <= n; i++) {
		if (i < n && (text[i] != by ||
				     (by == '-' && i + 1 < n && goes_on(text + begin, i - begin))))
			continue;
		if (i > begin)
			vec_add(&tokens->v, arena_strndup(tokens->arena, text + begin, i - begin));
		begin = i + 1;
	}
}

/* "test_sort[1000-int]" */
static size_t
take_bracket(struct tokens *tokens, const char *name, size_t n)
{
	const char *open = n && name[n - 1] == ']' ? strchr(name, '[') : NULL;

	if (!open || open == name)
		return n;
	split(tokens, open + 1, (size_t)(name + n - 1 - (open + 1)), '-');
	return (size_t)(open - name);
}

/* "BM_sort/1024/threads:8": from the first parameter on, all are; and so of "sort n=1000 m=2",
 * where only those with a key can be told from words. */
static size_t
take_tail(struct tokens *tokens, const char *name, size_t n, char by)
{
	for (size_t i = 1; i < n; i++) {
		scoped_free char *token = NULL;

		if (name[i] != by)
			continue;
		const char *next = memchr(name + i + 1, by, n - i - 1);
		token = xstrndup(name + i + 1, next ? (size_t)(next - name) - i - 1 : n - i - 1);
		if (by == ' ' ? value_in(token) != NULL : is_parameter(token)) {
			split(tokens, name + i + 1, n - i - 1, by);
			return i;
		}
	}
	return n;
}

/* "test_sort[1000-int]" and "time_sort(1000, 'int')" of a bench whose parameters are known. */
static size_t
base_before(const char *name, const char *param)
{
	size_t n = strlen(name), k = strlen(param);
	size_t end = n && strchr(")]", name[n - 1]) ? n - 1 : n;

	if (k == 0 || end < k + 2 || memcmp(name + end - k, param, k) != 0)
		return n;
	return strchr("([/: ", name[end - k - 1]) ? end - k - 1 : n;
}

static bool
is_plain(const char *value)
{
	return *value && !strchr("[{", *value) && strlen(value) <= VALUE_MAX &&
	       !str_starts(value, "UNSERIALIZABLE");
}

/* False: none that a chart could take. */
static bool
take_known(const struct bench *bench, struct arena *arena, struct dims *ret)
{
	size_t n = 0;

	while (bench->params && bench->params[n].key)
		n++;
	*ret = (struct dims){.v = arena_alloc(arena, n, sizeof(*ret->v))};
	for (const struct run_pair *p = bench->params; p && p->key; p++) {
		struct dim *dim = &ret->v[ret->n];

		if (!is_plain(p->value))
			continue;
		*dim = (struct dim){.key = p->key, .value = p->value};
		if (p->is_text || !is_number(p->value, &dim->number))
			dim->number = NAN;
		ret->n++;
	}
	return ret->n > 0;
}

static void
name_dim(struct tokens *tokens, size_t i, size_t unnamed, size_t k, struct dim *ret)
{
	const char *token = tokens->v.v[i], *value = value_in(token);

	if (value) {
		ret->key = arena_strndup(tokens->arena, token, (size_t)(value - token) - 1);
		ret->value = value;
	} else {
		ret->key = unnamed > 1 ? arena_printf(tokens->arena, "param%zu", k) : "param";
		ret->value = token;
	}
	if (!is_number(ret->value, &ret->number))
		ret->number = NAN;
}

struct dims
dims_of(const struct bench *bench, struct arena *arena)
{
	const char *name = bench->name;
	size_t n = strlen(name), unnamed = 0, k = 0;
	struct tokens tokens = {.arena = arena};
	struct dims ret;

	if (take_known(bench, arena, &ret)) {
		size_t end = bench->param ? base_before(name, bench->param) : n;
		ret.base = arena_strndup(arena, name, end);
		return ret;
	}
	size_t base = take_bracket(&tokens, name, n);
	if (base == n && !strstr(name, "::"))
		base = take_tail(&tokens, name, n, '/');
	if (base == n)
		base = take_tail(&tokens, name, n, ' ');
	if (base == n && bench->param)
		split(&tokens, bench->param, strlen(bench->param), '-');
	ret = (struct dims){
		.base = arena_strndup(arena, name, base),
		.v = arena_alloc(arena, tokens.v.n + 1, sizeof(*ret.v)),
		.n = tokens.v.n,
	};
	for (size_t i = 0; i < ret.n; i++)
		unnamed += value_in(tokens.v.v[i]) == NULL;
	for (size_t i = 0; i < ret.n; i++) {
		k += value_in(tokens.v.v[i]) == NULL;
		name_dim(&tokens, i, unnamed, k, &ret.v[i]);
	}
	vec_done(&tokens.v);
	return ret;
}

const struct dim *
dims_get(const struct dims *dims, const char *key)
{
	for (size_t i = 0; i < dims->n; i++)
		if (strcmp(dims->v[i].key, key) == 0)
			return &dims->v[i];
	return NULL;
}

#include "core/where.h"

#include "core/dims.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

static double
number_of(const char *text)
{
	char *end = NULL;
	double v = strtod(text, &end);

	return *text && !*end ? v : (double)NAN;
}

static bool
value_matches(const char *value, const char *wanted)
{
	return value && (number_of(value) == number_of(wanted) || fnmatch(wanted, value, 0) == 0);
}

static bool
mark_matches(const struct bench *bench, const char *wanted)
{
	for (size_t i = 0; i < bench->n_marks; i++)
		if (value_matches(bench->marks[i], wanted))
			return true;
	return false;
}

static bool
dim_matches(const struct bench *bench, const char *key, const char *wanted)
{
	struct arena arena = ARENA_INIT;
	struct dims dims = dims_of(bench, &arena);
	const struct dim *dim = dims_get(&dims, key);
	bool func = strcmp(key, "func") == 0;
	bool found = value_matches(func ? dims.base : dim ? dim->value : NULL, wanted);

	arena_done(&arena);
	return found;
}

static bool
key_matches(const struct bench *bench, const char *key, const char *wanted)
{
	const struct {
		const char *key, *value;
	} plain[] = {{"name", bench->name}, {"group", bench->group ? bench->group : ""},
		{"suite", bench->suite}, {"metric", bench->metric}};

	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (strcmp(key, plain[i].key) == 0)
			return value_matches(plain[i].value, wanted);
	if (strcmp(key, "mark") == 0)
		return mark_matches(bench, wanted);
	return dim_matches(bench, key, wanted);
}

static bool
holds(const char *condition, const struct bench *bench)
{
	bool negated = *condition == '!';
	const char *text = condition + negated, *mark = strchr(text, '=');

	if (!mark)
		return (strcasestr(bench->name, text) != NULL) != negated;
	scoped_free char *key = xstrndup(text, (size_t)(mark - text));
	return key_matches(bench, key, mark + 1) != negated;
}

bool
where_matches(const char *const *conditions, size_t n, const struct bench *bench)
{
	for (size_t i = 0; i < n; i++)
		if (!holds(conditions[i], bench))
			return false;
	return true;
}

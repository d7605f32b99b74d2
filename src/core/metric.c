#include "core/metric.h"

#include "base/str.h"
#include "base/suggest.h"
#include "base/vec.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	enum metric_pass pass;
	unsigned exact_after;
	bool fine, by_least;
} metrics[] = {
	{"time", PASS_TIME, 0, false, false},
	{"throughput", PASS_TIME, 0, false, false},
	{"cpu", PASS_TIME, 0, false, false},
	{"rss", PASS_TIME, 0, false, false},
	{"value", PASS_TIME, 0, false, false},
	{"predicate", PASS_TIME, 1, true, false},
	{"peak", PASS_MEMORY, 2, false, true},
	{"allocated", PASS_MEMORY, 1, true, true},
	{"allocations", PASS_MEMORY, 1, true, true},
	{"instructions", PASS_INSTRUCTIONS, 1, true, true},
	{"size", PASS_BUILD, 3, true, false},
};

/* The place in the table, or its end. */
static size_t
find(const char *metric)
{
	size_t i = 0;

	while (i < ARRAY_LEN(metrics) && !str_eq(metric, metrics[i].name))
		i++;
	return i;
}

const char *
metric_pass_name(enum metric_pass pass)
{
	static const char *const names[PASS_COUNT] = {"time", "memory", "instructions", "build"};

	return names[pass];
}

static bool
is_listed(const char *metric)
{
	return find(metric) < ARRAY_LEN(metrics);
}

bool
metric_known(const char *metric)
{
	return is_listed(metric) && !str_eq(metric, "value");
}

enum metric_pass
metric_pass(const char *metric)
{
	return is_listed(metric) ? metrics[find(metric)].pass : PASS_TIME;
}

unsigned
metric_exact_after(const char *metric)
{
	return is_listed(metric) ? metrics[find(metric)].exact_after : 0;
}

bool
metric_is_fine(const char *metric)
{
	return is_listed(metric) && metrics[find(metric)].fine;
}

bool
metric_by_least(const char *metric)
{
	return is_listed(metric) && metrics[find(metric)].by_least;
}

int
metric_check(const char *metric, struct err *err)
{
	const char *names[ARRAY_LEN(metrics)];

	if (is_listed(metric))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(metrics); i++)
		names[i] = metrics[i].name;
	const char *near = suggest(metric, names, ARRAY_LEN(names));
	if (!near)
		return 0;
	return err_set(err, ERR_USAGE, "unknown metric '%.60s': did you mean '%s'?", metric, near);
}

int
metric_list_parse(const char *text, struct arena *arena, const char *const **ret, struct err *err)
{
	vec(const char *) list = {0};
	char *rest = arena_strdup(arena, text);

	for (char *save = NULL, *word = strtok_r(rest, ", ", &save); word;
		word = strtok_r(NULL, ", ", &save)) {
		bool again = false;

		if (metric_check(word, err) < 0) {
			vec_done(&list);
			return -1;
		}
		for (size_t i = 0; i < list.n; i++)
			again |= strcmp(list.v[i], word) == 0;
		if (!again)
			vec_add(&list, word);
	}
	if (!list.n)
		return err_set(err, ERR_USAGE, "a list of metrics looks like time,peak,rss");
	vec_add(&list, NULL);
	*ret = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	vec_done(&list);
	return 0;
}

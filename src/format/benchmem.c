/* The shapes of benchmem's blob: numbers and a count of repeats (0.2), an array with a number a
 * pass for each metric (0.3 and later, rss since 0.4.1). */
#include "format/benchmem.h"

#include "base/str.h"
#include "format/known.h"

#include <math.h>
#include <string.h>

static const struct {
	const char *key, *metric, *unit;
} metrics[BENCHMEM_METRICS] = {
	{"peak_bytes", "peak", "B"},
	{"allocations", "allocations", "allocations"},
	{"total_bytes", "allocated", "B"},
	{"rss_bytes", "rss", "B"},
};

struct blob {
	double *passes[BENCHMEM_METRICS];
	size_t n[BENCHMEM_METRICS];
	bool there[BENCHMEM_METRICS];
	double peak_max; /* 0.2: over the repeats */
};

static void
take_passes(struct json_stream *js, struct arena *arena, double **ret, size_t *ret_n)
{
	vec(double) list = {0};

	if (json_kind(js) == JSON_ARRAY) {
		for (json_enter(js); json_next(js);)
			vec_add(&list, json_take_number(js));
	} else {
		vec_add(&list, json_take_number(js));
	}
	*ret = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	*ret_n = list.n;
	vec_done(&list);
}

static void
take_blob(struct json_stream *js, struct arena *arena, struct blob *blob)
{
	for (json_enter(js); json_next(js);) {
		for (size_t i = 0; i < BENCHMEM_METRICS; i++) {
			if (!json_key_is(js, metrics[i].key))
				continue;
			take_passes(js, arena, &blob->passes[i], &blob->n[i]);
			blob->there[i] = true;
			break;
		}
		if (json_key_is(js, "peak_bytes_max"))
			blob->peak_max = json_take_number(js);
	}
}

static bool
are_finite(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(v[i]) || v[i] < 0)
			return false;
	return true;
}

static const char *
what_is_wrong(const struct blob *blob, struct arena *arena)
{
	size_t n = 0;

	for (size_t i = 0; i < BENCHMEM_METRICS; i++) {
		if (!blob->there[i])
			continue;
		if (blob->n[i] == 0)
			return arena_printf(arena, "%s is empty", metrics[i].key);
		if (n && blob->n[i] != n)
			return arena_printf(arena, "%s has %zu passes, others have %zu",
				metrics[i].key, blob->n[i], n);
		if (!are_finite(blob->passes[i], blob->n[i]))
			return arena_printf(arena,
				"%s holds something that is no number of bytes or calls",
				metrics[i].key);
		n = blob->n[i];
	}
	return n ? NULL : "it has none of the arrays of a version that is known";
}

/* The pass that benchmem takes its headlines from: the first with the smallest peak. */
static size_t
best_pass(const struct blob *blob)
{
	size_t best = 0;

	for (size_t i = 1; i < blob->n[0]; i++)
		best = blob->passes[0][i] < blob->passes[0][best] ? i : best;
	return best;
}

static struct run_value
value_of(const struct blob *blob, size_t which)
{
	struct run_value value = run_value_init();
	bool of_peak = strcmp(metrics[which].metric, "rss") != 0 && blob->there[0];

	value.metric = metrics[which].metric;
	value.unit = metrics[which].unit;
	value.data = blob->passes[which];
	value.n_data = blob->n[which];
	format_fill(&value);
	if (which == 0 && blob->peak_max > value.stat[RUN_MAX])
		value.stat[RUN_MAX] = blob->peak_max;
	value.headline = of_peak ? value.data[best_pass(blob)] : value.stat[RUN_MIN];
	return value;
}

void
benchmem_take(struct json_stream *js, struct arena *arena, struct run_value ret[BENCHMEM_METRICS],
	size_t *ret_n, const char **ret_why)
{
	struct blob blob = {0};

	*ret_n = 0;
	if (json_kind(js) != JSON_OBJECT) {
		json_skip(js);
		*ret_why = "it is no object";
		return;
	}
	take_blob(js, arena, &blob);
	*ret_why = what_is_wrong(&blob, arena);
	for (size_t i = 0; !*ret_why && i < BENCHMEM_METRICS; i++)
		if (blob.there[i])
			ret[(*ret_n)++] = value_of(&blob, i);
}

void
benchmem_take_peak_mib(
	struct json_stream *js, struct arena *arena, struct run_value ret[1], size_t *ret_n)
{
	struct blob blob = {.n = {1}, .there = {true}};
	double mib = json_take_number(js);

	*ret_n = isfinite(mib) && mib >= 0;
	if (!*ret_n)
		return;
	blob.passes[0] = arena_alloc(arena, 1, sizeof(double));
	blob.passes[0][0] = mib * 1048576;
	*ret = value_of(&blob, 0);
}

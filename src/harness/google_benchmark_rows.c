/* Rows of Google Benchmark's JSON: a row for each repetition, then aggregates of them. */
#include "harness/google_benchmark.h"

#include "base/str.h"
#include "harness/adapter.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct row {
	const struct json_val *json;
	const char *run_name;
	const char *aggregate; /* "mean", ...; NULL for a repetition */
	double factor;         /* of its time unit */
};

/* Names of aggregates as versions before 1.5 spell them into the name. */
static const char *const aggregates[] = {"mean", "median", "stddev", "cv", "BigO", "RMS"};

static double
factor_of(const char *unit)
{
	static const struct {
		const char *name;
		double factor;
	} units[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};

	for (size_t i = 0; unit && i < ARRAY_LEN(units); i++)
		if (strcmp(unit, units[i].name) == 0)
			return units[i].factor;
	return unit ? (double)NAN : 1e-9; /* nanoseconds before there was a choice */
}

/* "BM_x/8_mean" of an old file is an aggregate when "BM_x/8" is a row, too. */
static void
split_old_name(struct row *row, const struct named *rows, size_t n, struct arena *arena)
{
	const char *cut = strrchr(row->run_name, '_');

	for (size_t i = 0; cut && i < ARRAY_LEN(aggregates); i++) {
		if (strcmp(cut + 1, aggregates[i]) != 0)
			continue;
		const char *base =
			arena_strndup(arena, row->run_name, (size_t)(cut - row->run_name));
		if (named_find(rows, n, base) == SIZE_MAX)
			return;
		row->aggregate = aggregates[i];
		row->run_name = base;
		return;
	}
}

static struct row
row_of(const struct json_val *v, struct arena *arena)
{
	const char *type = json_text(json_get(v, "run_type"));
	const char *name = json_text(json_get(v, type ? "run_name" : "name"));
	const char *aggregate = json_text(json_get(v, "aggregate_name"));
	struct row row = {.json = v, .factor = factor_of(json_text(json_get(v, "time_unit")))};

	if (!name)
		name = json_text(json_get(v, "name"));
	row.run_name = arena_strdup(arena, name);
	if (type && strcmp(type, "iteration") != 0)
		row.aggregate = aggregate ? arena_strdup(arena, aggregate) : "";
	return row;
}

/* The rows, old names taken apart; NULL (and the outcome says why) when one has no name. */
static struct row *
rows_of(const struct json_val *list, struct arena *arena, struct outcome *outcome)
{
	size_t n = json_length(list);
	struct row *rows = arena_alloc(arena, n + 1, sizeof(*rows));
	struct named *names = arena_alloc(arena, n + 1, sizeof(*names));

	for (size_t i = 0; i < n; i++) {
		rows[i] = row_of(json_at(list, i), arena);
		if (!rows[i].run_name) {
			outcome_set(outcome, OUTCOME_BAD_OUTPUT,
				"result.json: $.benchmarks[%zu] has no name", i);
			return NULL;
		}
		names[i] = (struct named){rows[i].run_name, i};
	}
	named_sort(names, n);
	for (size_t i = 0; i < n; i++)
		if (!json_get(rows[i].json, "run_type"))
			split_old_name(&rows[i], names, n, arena);
	return rows;
}

/* A repetition that could not be measured makes the bench one that was not. */
static void
judge_row(const struct row *row, struct launch_bench *bench, struct arena *arena)
{
	const char *why;

	if (bench->outcome.kind != OUTCOME_OK)
		return;
	if (json_is_true(json_get(row->json, "error_occurred"))) {
		why = json_text(json_get(row->json, "error_message"));
		outcome_set(&bench->outcome, OUTCOME_FAILED, "%s",
			why && *why ? adapter_first_line(arena, why) : "it reported an error");
	} else if (json_is_true(json_get(row->json, "skipped"))) {
		why = json_text(json_get(row->json, "skip_message"));
		outcome_set(&bench->outcome, OUTCOME_SKIPPED, "%s",
			why && *why ? adapter_first_line(arena, why) : "it skipped itself");
	} else if (isnan(row->factor)) {
		outcome_set(&bench->outcome, OUTCOME_FAILED, "unknown time unit '%.50s'",
			json_text(json_get(row->json, "time_unit")));
	}
}

static void
set_summary(struct launch_bench *bench, const struct row *row)
{
	bool by_cpu = bench->clock == CLOCK_KIND_CPU;
	struct sample *s = &bench->summary;
	double real = json_number(json_get(row->json, "real_time")) * row->factor;
	double cpu = json_number(json_get(row->json, "cpu_time")) * row->factor;

	if (strcmp(row->aggregate, "mean") == 0) {
		s->v[SUMMARY_MEAN] = by_cpu ? cpu : real;
		s->v[SUMMARY_CPU_MEAN] = cpu;
	} else if (strcmp(row->aggregate, "median") == 0) {
		s->v[SUMMARY_MEDIAN] = by_cpu ? cpu : real;
		s->v[SUMMARY_CPU_MEDIAN] = cpu;
	} else if (strcmp(row->aggregate, "stddev") == 0) {
		s->v[SUMMARY_STDDEV] = by_cpu ? cpu : real;
	}
	double reps = json_number(json_get(row->json, "repetitions"));
	s->rounds = reps >= 1 && reps < 1e9 ? (uint64_t)reps : 1;
}

/* Where the program reports aggregates only: they are what there is. */
static void
summarise(struct launch_bench *bench, const struct row *rows, const struct named *order,
	size_t from, size_t to)
{
	for (int i = 0; i < SUMMARY_COUNT; i++)
		bench->summary.v[i] = (double)NAN;
	for (size_t i = from; i < to; i++)
		set_summary(bench, &rows[order[i].at]);
	bench->has_summary = isfinite(bench->summary.v[SUMMARY_MEAN]) ||
			     isfinite(bench->summary.v[SUMMARY_MEDIAN]);
	if (!bench->has_summary && bench->outcome.kind == OUTCOME_OK)
		outcome_set(&bench->outcome, OUTCOME_BAD_OUTPUT,
			"neither repetitions nor a mean or median of them");
}

/* The rows [from, to) of `order` have one run name. */
static struct launch_bench
bench_of(const struct row *rows, const struct named *order, size_t from, size_t to, bool cpu,
	struct arena *arena)
{
	struct launch_bench bench = {.name = order[from].name, .metric = "time", .unit = "s"};
	double *real_s = arena_alloc(arena, to - from, sizeof(*real_s));
	double *cpu_s = arena_alloc(arena, to - from, sizeof(*cpu_s));

	bench.clock = cpu ? CLOCK_KIND_CPU : CLOCK_KIND_WALL;
	for (size_t i = from; i < to; i++) {
		const struct row *row = &rows[order[i].at];

		judge_row(row, &bench, arena);
		if (row->aggregate)
			continue;
		real_s[bench.n_values] =
			json_number(json_get(row->json, "real_time")) * row->factor;
		cpu_s[bench.n_values++] =
			json_number(json_get(row->json, "cpu_time")) * row->factor;
		double iterations = json_number(json_get(row->json, "iterations"));
		if (!bench.iterations && iterations >= 1 && iterations < 1e18)
			bench.iterations = (uint64_t)iterations;
	}
	bench.values = cpu ? cpu_s : real_s;
	bench.cpu_values = cpu_s;
	if (bench.outcome.kind == OUTCOME_OK && bench.n_values == 0)
		summarise(&bench, rows, order, from, to);
	else if (bench.outcome.kind == OUTCOME_OK)
		adapter_judge_values(&bench);
	return bench;
}

/* Complexity fits belong to no size, so they are no bench. */
static bool
is_fit(const struct row *row)
{
	return row->aggregate &&
	       (strcmp(row->aggregate, "BigO") == 0 || strcmp(row->aggregate, "RMS") == 0);
}

static void
group(const struct row *rows, size_t n, bool cpu, struct arena *arena, struct launch_result *ret)
{
	struct named *order = arena_alloc(arena, n + 1, sizeof(*order));
	size_t *slot = arena_alloc(arena, n + 1, sizeof(*slot));
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_fit(&rows[i]))
			order[m++] = (struct named){rows[i].run_name, i};
	named_sort(order, m);
	/* slot: one more than where the group of a name's first row starts in `order`. */
	for (size_t i = 0; i < m; i++)
		if (i == 0 || strcmp(order[i].name, order[i - 1].name) != 0)
			slot[order[i].at] = i + 1;
	ret->benches = arena_alloc(arena, m + 1, sizeof(*ret->benches));
	for (size_t i = 0; i < n; i++) {
		if (!slot[i])
			continue;
		size_t from = slot[i] - 1, to = from + 1;
		while (to < m && strcmp(order[to].name, order[from].name) == 0)
			to++;
		ret->benches[ret->n_benches++] = bench_of(rows, order, from, to, cpu, arena);
	}
}

static void
note_context(const struct json_val *context, struct arena *arena, struct launch_result *ret)
{
	const char *build = json_text(json_get(context, "library_build_type"));
	const char *version = json_text(json_get(context, "library_version"));

	if (version)
		ret->harness_version = arena_printf(arena, "google-benchmark %s", version);
	if (!build || strcmp(build, "debug") != 0)
		return;
	const char **notes = arena_alloc(arena, 2, sizeof(*notes));
	notes[0] = "Google Benchmark itself was built for debugging: its loop adds to the times";
	ret->notes = notes;
}

void
google_benchmark_rows(
	const struct json *doc, bool cpu, struct arena *arena, struct launch_result *ret)
{
	const struct json_val *root = json_root(doc);
	const struct json_val *list = json_get(root, "benchmarks");
	size_t n = json_length(list);

	if (!json_is_object(json_get(root, "context")) || !json_is_array(list)) {
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT,
			"result.json is not Google Benchmark's: no context or no benchmarks");
		return;
	}
	if (n == 0 || n > ADAPTER_BENCH_MAX) {
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT,
			n ? "result.json has too many benchmarks: %zu"
			  : "empty result: %zu benchmarks",
			n);
		return;
	}
	note_context(json_get(root, "context"), arena, ret);
	struct row *rows = rows_of(list, arena, &ret->outcome);
	if (rows)
		group(rows, n, cpu, arena, ret);
}

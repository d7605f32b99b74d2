/* pytest-benchmark's JSON, all generations: times are seconds per iteration. */
#include "harness/pytest_benchmark.h"

#include "base/str.h"
#include "harness/adapter.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const struct {
	const char *key;
	enum summary summary;
} stats_keys[] = {{"min", SUMMARY_MIN}, {"max", SUMMARY_MAX}, {"mean", SUMMARY_MEAN},
	{"median", SUMMARY_MEDIAN}, {"stddev", SUMMARY_STDDEV}, {"iqr", SUMMARY_IQR},
	/* Our plugin's, for benches of so many rounds that it left `data` out. */
	{"revsweep_q25", SUMMARY_Q25}, {"revsweep_cpu_q25", SUMMARY_CPU_Q25},
	{"revsweep_cpu_median", SUMMARY_CPU_MEDIAN}, {"revsweep_cpu_mean", SUMMARY_CPU_MEAN}};

static uint64_t
count_of(const struct json_val *v)
{
	double x = json_number(v);

	return x >= 1 && x < 1e18 ? (uint64_t)x : 0;
}

static const double *
numbers(const struct json_val *list, struct arena *arena)
{
	double *values = arena_alloc(arena, json_length(list), sizeof(*values));

	for (size_t i = 0; i < json_length(list); i++)
		values[i] = json_number(json_at(list, i));
	return values;
}

static void
read_values(const struct json_val *stats, struct arena *arena, struct launch_bench *bench)
{
	const struct json_val *data = json_get(stats, "data");
	/* Our plugin's, too: the same rounds by the CPU clock. */
	const struct json_val *cpu = json_get(stats, "revsweep_cpu");

	bench->values = numbers(data, arena);
	bench->n_values = json_length(data);
	if (json_length(cpu) == bench->n_values)
		bench->cpu_values = numbers(cpu, arena);
	adapter_judge_values(bench);
}

static void
read_summary(const struct json_val *stats, struct launch_bench *bench)
{
	struct sample *s = &bench->summary;
	bool some = false;

	for (int i = 0; i < SUMMARY_COUNT; i++)
		s->v[i] = (double)NAN;
	for (size_t i = 0; i < ARRAY_LEN(stats_keys); i++) {
		const struct json_val *v = json_get(stats, stats_keys[i].key);
		double x = json_number(v);

		if (!json_is_number(v))
			continue;
		if (!isfinite(x) || x < 0) {
			outcome_set(&bench->outcome, OUTCOME_FAILED, "%s: stats.%s of '%.200s'",
				isfinite(x) ? "negative" : "not finite", stats_keys[i].key,
				bench->name);
			return;
		}
		s->v[stats_keys[i].summary] = x;
		some |= stats_keys[i].summary <= SUMMARY_MEAN;
	}
	s->rounds = count_of(json_get(stats, "rounds"));
	s->rounds += !s->rounds;
	s->iterations = bench->iterations;
	bench->has_summary = some;
	if (!some)
		outcome_set(&bench->outcome, OUTCOME_BAD_OUTPUT,
			"neither data nor a mean, median or minimum of '%.200s'", bench->name);
}

static struct launch_bench
bench_of(const struct json_val *v, bool cpu, struct arena *arena)
{
	const struct json_val *stats = json_get(v, "stats");
	const struct json_val *data = json_get(stats, "data");
	const char *name = json_text(json_get(v, "fullname"));
	const char *timer = json_text(json_get(json_get(v, "options"), "timer"));
	struct launch_bench bench = {.metric = "time", .unit = "s"};

	bench.name = arena_strdup(arena, name ? name : json_text(json_get(v, "name")));
	bench.group = arena_strdup(arena, json_text(json_get(v, "group")));
	bench.param = arena_strdup(arena, json_text(json_get(v, "param")));
	bench.clock = (timer ? adapter_cpu_timer(timer) : cpu) ? CLOCK_KIND_CPU : CLOCK_KIND_WALL;
	bench.iterations = count_of(json_get(stats, "iterations"));
	if (!bench.name)
		return bench;
	if (json_length(data) > 0)
		read_values(stats, arena, &bench);
	else
		read_summary(stats, &bench);
	return bench;
}

/* Keeps the last of equal names (as pytest-benchmark's own compare does), in the file's order. */
static size_t
drop_duplicates(struct launch_bench *benches, size_t n, struct arena *arena)
{
	struct named *names = arena_alloc(arena, n, sizeof(*names));
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		names[i] = (struct named){benches[i].name, i};
	named_sort(names, n);
	for (size_t i = 0; i < n; i++)
		if (named_find(names, n, benches[i].name) == i)
			benches[kept++] = benches[i];
	return kept;
}

static void
note_duplicates(size_t dropped, struct arena *arena, struct launch_result *ret)
{
	const char **notes = arena_alloc(arena, 2, sizeof(*notes));

	notes[0] = arena_printf(
		arena, "%zu results bear the name of a later one and were left out", dropped);
	ret->notes = notes;
}

void
pytest_benchmark_rows(
	const struct json *doc, bool cpu, struct arena *arena, struct launch_result *ret)
{
	const struct json_val *list = json_get(json_root(doc), "benchmarks");
	const char *version = json_text(json_get(json_root(doc), "version"));
	size_t n = json_length(list);

	if (!json_is_array(list)) {
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT,
			"result.json is not pytest-benchmark's: it has no list of benchmarks");
		return;
	}
	if (n > ADAPTER_BENCH_MAX) {
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT,
			"result.json has too many benchmarks: %zu", n);
		return;
	}
	if (version)
		ret->harness_version = arena_printf(arena, "pytest-benchmark %s", version);
	struct launch_bench *benches = arena_alloc(arena, n + 1, sizeof(*benches));
	for (size_t i = 0; i < n; i++) {
		benches[i] = bench_of(json_at(list, i), cpu, arena);
		if (benches[i].name)
			continue;
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT,
			"result.json: $.benchmarks[%zu] has no name", i);
		return;
	}
	ret->benches = benches;
	ret->n_benches = drop_duplicates(benches, n, arena);
	if (ret->n_benches < n)
		note_duplicates(n - ret->n_benches, arena, ret);
}

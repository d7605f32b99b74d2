/* What the plugin counted of each test, pass by pass. */
#include "harness/pytest_benchmark.h"

#include <math.h>
#include <string.h>

#define PASSES_READ 100000 /* benchmark.pedantic has as many as it has rounds */

static const struct figure {
	const char *metric, *unit;
} figures[] = {{"peak", "B"}, {"allocated", "B"}, {"allocations", "allocations"},
	{"instructions", "instructions"}};

static void
take_values(const struct json_val *list, struct arena *arena, struct launch_bench *bench)
{
	size_t n = json_length(list);

	n = n < PASSES_READ ? n : PASSES_READ;
	double *values = arena_alloc(arena, n + 1, sizeof(*values));
	for (size_t i = 0; i < n; i++) {
		values[i] = json_number(json_at(list, i));
		if (!isfinite(values[i]) || values[i] < 0)
			n = 0;
	}
	bench->values = values;
	bench->n_values = n;
	if (n == 0)
		outcome_set(&bench->outcome, OUTCOME_FAILED,
			"was not counted: it does not call its function by benchmark()");
}

void
pytest_benchmark_counted(const struct json *record, enum metric_pass pass, struct arena *arena,
	struct launch_result *ret)
{
	const struct json_val *counted = json_get(json_root(record), "counted");
	struct launch_bench *benches =
		arena_alloc(arena, ret->n_benches * ARRAY_LEN(figures) + 1, sizeof(*benches));
	size_t n = 0;

	for (size_t i = 0; i < ret->n_benches; i++) {
		const struct json_val *one = json_get(counted, ret->benches[i].name);

		for (size_t k = 0; k < ARRAY_LEN(figures); k++) {
			struct launch_bench bench = ret->benches[i];

			if (metric_pass(figures[k].metric) != pass)
				continue;
			bench.metric = figures[k].metric;
			bench.unit = figures[k].unit;
			bench.clock = CLOCK_KIND_WALL;
			bench.values = bench.cpu_values = NULL;
			bench.n_values = 0;
			bench.iterations = 1;
			bench.has_summary = false;
			if (bench.outcome.kind == OUTCOME_OK && !bench.absent)
				take_values(json_get(one, figures[k].metric), arena, &bench);
			benches[n++] = bench;
		}
	}
	ret->benches = benches;
	ret->n_benches = n;
}

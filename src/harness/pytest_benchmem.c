/* `pytest-benchmem`: the memory passes of pytest-benchmem, in launches of their own;
 * pytest-benchmark times as little as it can beside them. */
#include "harness/adapter.h"
#include "harness/pytest_benchmark.h"

#include "base/str.h"

#include <string.h>

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->timer || settings->min_time_s >= 0 || settings->max_time_s >= 0 ||
		settings->min_rounds >= 0 || settings->calibration_precision >= 0)
		note("settings of the timer are not used: memory is measured in passes of its own",
			arg);
	if (settings->warmup >= 0 || settings->warmup_iterations >= 0)
		note("warmup is not used: pytest-benchmem has an option of its own "
		     "(--benchmark-memory-warmup)",
			arg);
	if (settings->disable_gc > 0)
		note("disable_gc is not used: memory is measured with the garbage collector", arg);
}

static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	struct launch_request plain = *request;

	plain.settings = (struct settings)SETTINGS_INIT;
	plain.n_fixed = 0;
	return pytest_command(&plain, PYTEST_MEMORY, arena, ret, err);
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	return pytest_read(request, output, PYTEST_MEMORY, arena, ret, err);
}

void
pytest_benchmem_keep(struct launch_result *ret, struct arena *arena)
{
	size_t n = ret->n_benches, kept = 0;
	struct named *memory = arena_alloc(arena, n, sizeof(*memory));
	size_t n_memory = 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(ret->benches[i].metric, "time") != 0)
			memory[n_memory++] = (struct named){ret->benches[i].name, i};
	named_sort(memory, n_memory);
	for (size_t i = 0; i < n; i++) {
		struct launch_bench bench = ret->benches[i];

		if (strcmp(bench.metric, "time") == 0) {
			if (named_find(memory, n_memory, bench.name) != SIZE_MAX)
				continue;
			bench = (struct launch_bench){
				.name = bench.name,
				.metric = "peak",
				.unit = "B",
				.group = bench.group,
				.param = bench.param,
				.params = bench.params,
			};
			outcome_set(&bench.outcome, OUTCOME_BAD_OUTPUT,
				"it passed, but pytest-benchmem measured nothing");
		}
		ret->benches[kept++] = bench;
	}
	ret->n_benches = kept;
}

const struct harness harness_pytest_benchmem = {
	.name = "pytest-benchmem",
	.summary = "memory of Python benchmarks: pytest with pytest-benchmem",
	.selects = true,
	.result_file = "result.json",
	.companions = pytest_companions,
	.check = pytest_check,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

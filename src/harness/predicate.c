/* `predicate`: a command whose exit code says of a revision what `git bisect run` takes it for. */
#include "harness/adapter.h"

#define EXIT_UNTESTABLE 125
#define EXIT_BAD_MAX 127

/* Not 0 and 1, since there is no ratio to a base of zero. */
static const double good = 1, bad = 2;

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->timer)
		note("timer is not used: a predicate is not timed", arg);
	if (settings->min_time_s >= 0 || settings->max_time_s >= 0 || settings->min_rounds >= 0)
		note("min_time, max_time and min_rounds are not used: a predicate runs once a "
		     "launch",
			arg);
	if (settings->calibration_precision >= 0)
		note("calibration_precision is not used: a predicate is not timed", arg);
	if (settings->warmup >= 0 || settings->warmup_iterations >= 0)
		note("warmup is not used: a predicate runs once a launch", arg);
	if (settings->disable_gc > 0)
		note("disable_gc is not used: the predicate's runtime is out of reach", arg);
}

/* The one bench, which is named like the suite. */
static struct launch_bench
bench_of(const struct launch_request *request, int exit_code, struct arena *arena)
{
	struct launch_bench bench = {
		.name = request->suite->name,
		.metric = "predicate",
		.unit = "",
		.direction = LOWER_IS_BETTER,
	};

	if (exit_code == EXIT_UNTESTABLE) {
		bench.absent = true;
		outcome_set(&bench.outcome, OUTCOME_SKIPPED,
			"the predicate says it cannot be tested (exit code %d)", exit_code);
		return bench;
	}
	bench.values = arena_copy(arena, exit_code == 0 ? &good : &bad, 1, sizeof(double));
	bench.n_values = 1;
	bench.iterations = 1;
	return bench;
}

/* Where `git bisect run` would stop. */
static int
refuse(const struct launch_output *output, struct arena *arena, struct outcome *ret,
	struct err *err)
{
	struct outcome failed = OUTCOME_INIT;

	if (adapter_failed(output, arena, &failed, err) < 0)
		return -1;
	outcome_set(ret, OUTCOME_FAILED, "an exit code above %d is no answer of a predicate: it %s",
		EXIT_BAD_MAX, failed.detail);
	return 0;
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};

	if (output->exit_code > EXIT_BAD_MAX) {
		if (refuse(output, arena, &result.outcome, err) < 0)
			return -1;
		*ret = result;
		return 0;
	}
	result.benches = arena_alloc(arena, 1, sizeof(*result.benches));
	result.benches[0] = bench_of(request, output->exit_code, arena);
	result.n_benches = 1;
	*ret = result;
	return 0;
}

const struct harness harness_predicate = {
	.name = "predicate",
	.summary =
		"run a command whose exit code says good (0), bad (1 to 127) or untestable (125)",
	.counts = true,
	.times_only = true,
	.check = adapter_check_run,
	.unsupported = unsupported,
	.command = adapter_run_once,
	.read = read_output,
};

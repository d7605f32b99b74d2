/* `google-benchmark`: a program linked with Google Benchmark 1.5 or later. */
#include "harness/adapter.h"

#include "base/str.h"
#include "format/known.h"
#include "sys/fs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define REPETITIONS 3
#define QUICK_MIN_TIME_S 0.001
#define COUNTED_ITERATIONS 10 /* so that what a program does before its benchmarks weighs less */

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->timer && strcmp(settings->timer, "wall") != 0 &&
		strcmp(settings->timer, "perf_counter") != 0 && !adapter_cpu_timer(settings->timer))
		note("the timer is not used: Google Benchmark has a wall clock and a CPU clock",
			arg);
	if (settings->max_time_s >= 0)
		note("max_time is not used: Google Benchmark takes min_time for each repetition",
			arg);
	if (settings->calibration_precision >= 0)
		note("calibration_precision is not used: Google Benchmark calibrates by min_time",
			arg);
	if (settings->warmup >= 0 || settings->warmup_iterations >= 0)
		note("warmup is not used: Google Benchmark's own calibration warms up", arg);
	if (settings->disable_gc > 0)
		note("disable_gc is not used: there is no garbage collector to stop", arg);
}

/* The filter is matched against the whole name with its /real_time, /repeats: and so on, which is
 * what the result file calls run_name. A minus in front takes all others. */
static void
add_filter(struct argv *argv, const struct fixed_group *group)
{
	scoped(str) filter = STR_INIT;

	if (!group->names || !*group->names)
		return;
	str_addf(&filter, "--benchmark_filter=%s^(", group->others ? "-" : "");
	for (size_t i = 0; group->names[i]; i++) {
		str_add(&filter, i ? "|" : "");
		adapter_escape(&filter, group->names[i], strlen(group->names[i]));
	}
	str_add(&filter, ")$");
	argv_add(argv, filter.p);
}

/* Seconds without the suffix that 1.8 introduced: 1.5 to 1.7 refuse the suffix, later versions take
 * a plain number with a remark on stderr. Iterations are fixed only where 1.8 or later is known to
 * be there (see read_output). */
static void
add_settings(
	struct argv *argv, const struct launch_request *request, const struct fixed_group *group)
{
	const struct settings *settings = &request->settings;
	double min_time_s = request->quick ? QUICK_MIN_TIME_S : settings->min_time_s;
	int repetitions = settings->min_rounds > 0 ? settings->min_rounds : REPETITIONS;

	if (request->pass != PASS_TIME && !request->quick) {
		argv_addf(argv, "--benchmark_min_time=%dx", COUNTED_ITERATIONS);
		argv_add(argv, "--benchmark_repetitions=1");
		return;
	}
	if (group->rounds)
		repetitions = (int)group->rounds;
	argv_addf(argv, "--benchmark_repetitions=%d", request->quick ? 1 : repetitions);
	argv_add(argv, "--benchmark_report_aggregates_only=false");
	if (group->iterations)
		argv_addf(argv, "--benchmark_min_time=%" PRIu64 "x", group->iterations);
	else if (min_time_s >= 0)
		argv_addf(argv, "--benchmark_min_time=%s", adapter_number(argv->arena, min_time_s));
}

/* Up to 1.7 it takes a number of iterations for a broken number of seconds. */
static bool
lacks_iterations(const struct launch_request *request, const struct outcome *outcome)
{
	return request->pass != PASS_TIME && !request->quick &&
	       strstr(outcome->detail, "benchmark_min_time");
}

/* "result.json", "result-1.json", ...: one for each group of benches. */
static const char *
result_path(const struct launch_request *request, size_t group, struct arena *arena)
{
	if (group == 0)
		return arena_printf(arena, "%s/result.json", request->out_dir);
	return arena_printf(arena, "%s/result-%zu.json", request->out_dir, group);
}

/* The suite's own arguments may override settings, but not where results go nor what is run. */
static const char *const *
argv_of(const struct launch_request *request, const struct fixed_group *group, const char *result,
	struct arena *arena)
{
	scoped(argv) argv = {.arena = arena};

	argv_add_run(&argv, request->suite->run, true);
	add_settings(&argv, request, group);
	argv_add_all(&argv, request->suite->args);
	argv_addf(&argv, "--benchmark_out=%s", result);
	argv_add(&argv, "--benchmark_out_format=json");
	add_filter(&argv, group);
	return argv_finish(&argv);
}

static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	const char *cwd = adapter_cwd(request, arena);
	const struct fixed_group *groups = NULL;
	size_t n = adapter_groups(request, arena, &groups);
	scoped(script) script = {STR_INIT};

	if (n == 1) {
		*ret = (struct launch_command){
			.argv = argv_of(request, groups, result_path(request, 0, arena), arena),
			.cwd = cwd,
		};
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		script_add(&script, cwd ? cwd : request->suite_dir,
			argv_of(request, &groups[i], result_path(request, i, arena), arena));
	return script_finish(&script, request, arena, ret, err);
}

/* --benchmark_min_time=Nx came with 1.8, and the file says since 1.8.4 which version it is. */
static bool
takes_iterations(const char *version)
{
	int major = 0, minor = 0;

	version = version ? strpbrk(version, "0123456789") : NULL;
	return version && sscanf(version, "%d.%d", &major, &minor) == 2 &&
	       (major > 1 || (major == 1 && minor >= 8));
}

/* What the programs of all groups left. Of the benches that no group names there may be none. */
static int
read_groups(const struct launch_request *request, struct arena *arena, struct launch_result *ret,
	struct err *err)
{
	const struct fixed_group *groups = NULL;
	size_t n = adapter_groups(request, arena, &groups);

	for (size_t i = 0; i < n && ret->outcome.kind == OUTCOME_OK; i++) {
		const struct adapter_source source = {
			.format = &format_google_benchmark,
			.path = result_path(request, i, arena),
		};

		if (adapter_take_run(&source, request, arena, ret, err) < 0)
			return -1;
		if (i > 0 && groups[i].others)
			ret->outcome = (struct outcome)OUTCOME_INIT;
	}
	if (ret->outcome.kind == OUTCOME_OK && ret->n_benches == 0)
		outcome_set(
			&ret->outcome, OUTCOME_BAD_OUTPUT, "empty result: no benchmark was run");
	return 0;
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};

	if (output->exit_code != 0) {
		if (adapter_failed(output, arena, &result.outcome, err) < 0)
			return -1;
		if (lacks_iterations(request, &result.outcome))
			outcome_set(&result.outcome, OUTCOME_FAILED,
				"counting needs Google Benchmark 1.8 or later, which can be told "
				"how often to run a benchmark");
	} else if (read_groups(request, arena, &result, err) < 0) {
		return -1;
	}
	result.cannot_fix = !takes_iterations(result.harness_version);
	*ret = result;
	return 0;
}

const struct harness harness_google_benchmark = {
	.name = "google-benchmark",
	.summary = "a program linked with Google Benchmark",
	.selects = true,
	.fixes_rounds = true,
	.counts = true,
	.times_only = true,
	.result_file = "result.json",
	.check = adapter_check_run,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

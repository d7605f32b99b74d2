/* `command`: revsweep times the command itself; each execution is a round. */
#include "harness/adapter.h"

#include "base/str.h"

#include <string.h>

#define ROUNDS_MAX 1000
#define MIN_ROUNDS 5
#define MAX_TIME_S 1.0

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->min_time_s > 0)
		note("min_time is not used: a round is one execution of the command", arg);
	if (settings->min_rounds > ROUNDS_MAX)
		note("min_rounds is cut to 1000 executions", arg);
	if (settings->calibration_precision > 0)
		note("calibration_precision is not used: a round is one execution of the command",
			arg);
	if (settings->warmup_iterations > 0)
		note("warmup_iterations is not used: a command is warmed up by one execution", arg);
	if (settings->disable_gc > 0)
		note("disable_gc is not used: the command's runtime is out of reach", arg);
	if (str_eq(settings->timer, "thread_time") || str_eq(settings->timer, "time.thread_time"))
		note("timer thread_time measures the whole process: user and system time", arg);
	else if (settings->timer && strchr(settings->timer, '.') &&
		 !adapter_cpu_timer(settings->timer))
		note("the timer is not used: a command is timed by the wall clock or the CPU clock",
			arg);
}

/* The suite is its only bench. */
static const struct bench_rounds *
fixed_rounds(const struct launch_request *request)
{
	for (size_t i = 0; i < request->n_fixed; i++)
		if (strcmp(request->fixed[i].name, request->suite->name) == 0)
			return &request->fixed[i];
	return NULL;
}

static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	const struct settings *settings = &request->settings;
	const struct bench_rounds *fixed = fixed_rounds(request);
	scoped(argv) argv = {.arena = arena};

	(void)err;
	argv_add_run(&argv, request->suite->run, request->suite->args && *request->suite->args);
	argv_add_all(&argv, request->suite->args);
	*ret = (struct launch_command){
		.argv = argv_finish(&argv),
		.cwd = adapter_cwd(request, arena),
		.rounds = 1,
		.rounds_max = 1,
	};
	if (request->quick || request->pass != PASS_TIME)
		return 0;
	if (fixed) {
		ret->rounds = ret->rounds_max = fixed->rounds;
		ret->warmup = fixed->skip;
		return 0;
	}
	ret->warmup = settings->warmup != 0;
	if (request->rounds) {
		ret->rounds = ret->rounds_max = request->rounds;
		return 0;
	}
	ret->rounds = settings->min_rounds > 0 ? (unsigned)settings->min_rounds : MIN_ROUNDS;
	ret->rounds = ret->rounds < ROUNDS_MAX ? ret->rounds : ROUNDS_MAX;
	ret->rounds_s = settings->max_time_s >= 0 ? settings->max_time_s : MAX_TIME_S;
	ret->rounds_max = ROUNDS_MAX;
	return 0;
}

static struct launch_bench
time_bench(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena)
{
	bool cpu = adapter_cpu_timer(request->settings.timer);
	size_t n = output->n_rounds;
	const double *wall_s = arena_copy(arena, output->wall_s, n, sizeof(double));
	const double *cpu_s =
		output->cpu_s ? arena_copy(arena, output->cpu_s, n, sizeof(double)) : NULL;

	return (struct launch_bench){
		.name = request->suite->name,
		.metric = "time",
		.unit = "s",
		.clock = cpu ? CLOCK_KIND_CPU : CLOCK_KIND_WALL,
		.values = cpu ? cpu_s : wall_s,
		.cpu_values = cpu_s,
		.n_values = n,
		.iterations = 1,
	};
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};
	bool cpu = adapter_cpu_timer(request->settings.timer);

	if (output->exit_code != 0) {
		if (adapter_failed(output, arena, &result.outcome, err) < 0)
			return -1;
		*ret = result;
		return 0;
	}
	if (!output->n_rounds || !(cpu ? output->cpu_s : output->wall_s)) {
		outcome_set(&result.outcome, OUTCOME_BAD_OUTPUT, "no round was timed");
		*ret = result;
		return 0;
	}
	result.benches = arena_alloc(arena, 1, sizeof(*result.benches));
	result.benches[result.n_benches++] = time_bench(request, output, arena);
	*ret = result;
	return 0;
}

const struct harness harness_command = {
	.name = "command",
	.summary = "time a shell command; each execution is a round",
	.times_commands = true,
	.counts = true,
	.times_only = true,
	.fixes_rounds = true,
	.check = adapter_check_run,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

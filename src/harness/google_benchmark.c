/* `google-benchmark`: a program linked with Google Benchmark 1.5 or later. */
#include "harness/google_benchmark.h"

#include "base/str.h"
#include "harness/adapter.h"
#include "sys/fs.h"

#include <string.h>

#define REPETITIONS 3
#define QUICK_MIN_TIME_S 0.001

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

/* A name as a regular expression that POSIX and ECMAScript read alike. */
static void
add_escaped(struct str *out, const char *name)
{
	for (; *name; name++) {
		if (strchr("\\^$.|?*+()[]{}", *name))
			str_addc(out, '\\');
		str_addc(out, *name);
	}
}

/* The filter is matched against the whole name with its /real_time, /repeats: and so on, which is
 * what the result file calls run_name. */
static void
add_filter(struct argv *argv, const char *const *only)
{
	scoped(str) filter = STR_INIT;

	str_add(&filter, "--benchmark_filter=^(");
	for (size_t i = 0; only[i]; i++) {
		str_add(&filter, i ? "|" : "");
		add_escaped(&filter, only[i]);
	}
	str_add(&filter, ")$");
	argv_add(argv, filter.p);
}

/* Seconds without the suffix that 1.8 introduced: 1.5 to 1.7 refuse the suffix, later versions take
 * a plain number with a remark on stderr. */
static void
add_settings(struct argv *argv, const struct launch_request *request)
{
	const struct settings *settings = &request->settings;
	double min_time_s = request->quick ? QUICK_MIN_TIME_S : settings->min_time_s;
	int repetitions = settings->min_rounds > 0 ? settings->min_rounds : REPETITIONS;

	argv_addf(argv, "--benchmark_repetitions=%d", request->quick ? 1 : repetitions);
	argv_add(argv, "--benchmark_report_aggregates_only=false");
	if (min_time_s >= 0)
		argv_addf(argv, "--benchmark_min_time=%s", adapter_number(argv->arena, min_time_s));
}

/* The suite's own arguments may override settings, but not where results go nor what is run. */
static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	scoped(argv) argv = {.arena = arena};

	(void)err;
	argv_add_run(&argv, request->suite->run, true);
	add_settings(&argv, request);
	argv_add_all(&argv, request->suite->args);
	argv_addf(&argv, "--benchmark_out=%s/result.json", request->out_dir);
	argv_add(&argv, "--benchmark_out_format=json");
	if (request->only && *request->only)
		add_filter(&argv, request->only);
	*ret = (struct launch_command){
		.argv = argv_finish(&argv),
		.cwd = adapter_cwd(request, arena),
	};
	return 0;
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};
	const char *path = arena_printf(arena, "%s/result.json", output->out_dir);
	scoped(str) text = STR_INIT;
	struct json *doc = NULL;
	struct err bad = ERR_INIT;

	if (output->exit_code != 0) {
		if (adapter_failed(output, arena, &result.outcome, err) < 0)
			return -1;
		*ret = result;
		return 0;
	}
	if (adapter_read(path, JSON_TEXT_MAX, &text, &result.outcome, err) < 0)
		return -1;
	if (result.outcome.kind == OUTCOME_OK && text.n == 0)
		outcome_set(
			&result.outcome, OUTCOME_BAD_OUTPUT, "empty result: no benchmark was run");
	else if (result.outcome.kind == OUTCOME_OK && json_parse(text.p, text.n, &doc, &bad) < 0)
		outcome_set(&result.outcome, OUTCOME_BAD_OUTPUT, "result.json:%.300s", bad.text);
	if (doc)
		google_benchmark_rows(
			doc, adapter_cpu_timer(request->settings.timer), arena, &result);
	json_free(doc);
	*ret = result;
	return 0;
}

const struct harness harness_google_benchmark = {
	.name = "google-benchmark",
	.summary = "a program linked with Google Benchmark",
	.selects = true,
	.result_file = "result.json",
	.check = adapter_check_run,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

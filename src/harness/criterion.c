/* `criterion`: Rust benchmarks by criterion.rs, 0.4 or later (0.3 where times are whole seconds),
 * in programs that the recipe built. */
#include "harness/adapter.h"

#include "base/str.h"
#include "format/known.h"
#include "sys/fs.h"

#include <math.h>
#include <string.h>

/* criterion warms up for three seconds and measures for five; a comparison makes many launches. */
#define WARMUP_S 0.2
#define MEASURE_S 0.5
#define SAMPLES 30
#define SAMPLES_LEAST 10 /* criterion refuses fewer */
#define SHORTEST_S 0.001
/* For statistics of criterion's own, which nobody reads here; fewer make it complain. */
#define RESAMPLES 1001

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->timer && !adapter_wall_timer(settings->timer))
		note("the timer is not used: criterion measures as its program says", arg);
	if (settings->max_time_s >= 0)
		note("max_time is not used: criterion takes min_time for all rounds together", arg);
	if (settings->min_rounds > 0 && settings->min_rounds < SAMPLES_LEAST)
		note("min_rounds is raised to 10: criterion takes no fewer", arg);
	if (settings->calibration_precision >= 0)
		note("calibration_precision is not used: criterion calibrates by min_time", arg);
	if (settings->warmup_iterations > 0)
		note("warmup_iterations is not used: criterion warms up for a time", arg);
	if (settings->disable_gc > 0)
		note("disable_gc is not used: there is no garbage collector to stop", arg);
}

static void
add_settings(struct argv *argv, const struct launch_request *request)
{
	const struct settings *s = &request->settings;
	double warmup_s = s->warmup == 0 ? SHORTEST_S : WARMUP_S;
	double measure_s = s->min_time_s > 0 ? s->min_time_s : MEASURE_S;
	int samples = s->min_rounds > 0 ? s->min_rounds : SAMPLES;

	if (request->quick) {
		warmup_s = measure_s = SHORTEST_S;
		samples = SAMPLES_LEAST;
	}
	argv_add(argv, "--bench");
	argv_add(argv, "--noplot");
	argv_addf(argv, "--warm-up-time=%s", adapter_number(argv->arena, warmup_s));
	argv_addf(argv, "--measurement-time=%s",
		adapter_number(argv->arena, fmax(measure_s, SHORTEST_S)));
	argv_addf(argv, "--sample-size=%d", samples < SAMPLES_LEAST ? SAMPLES_LEAST : samples);
	argv_addf(argv, "--nresamples=%d", RESAMPLES);
}

/* One regular expression over "group/function/param". */
static void
add_filter(struct argv *argv, const char *const *only)
{
	scoped(str) filter = STR_INIT;

	if (!only || !*only)
		return;
	for (; *only; only++) {
		str_add(&filter, filter.n ? "|" : "^(");
		adapter_escape(&filter, *only, strlen(*only));
	}
	str_add(&filter, ")$");
	argv_add(argv, filter.p);
}

static void
add_program(struct script *script, const struct launch_request *request, const char *program,
	const char *dir, struct arena *arena)
{
	scoped(argv) argv = {.arena = arena};

	if (request->suite->run)
		argv_add_run(&argv, program, true);
	else
		argv_add(&argv, program);
	add_settings(&argv, request);
	argv_add_all(&argv, request->suite->args);
	add_filter(&argv, request->only);
	script_add(script, dir, argv_finish(&argv));
}

static int
add_programs(struct script *script, const struct launch_request *request, struct arena *arena,
	struct err *err)
{
	const char *cwd = adapter_cwd(request, arena);
	struct built *programs = NULL;
	size_t n = 0;

	if (request->suite->run) {
		add_program(script, request, request->suite->run, cwd ? cwd : request->suite_dir,
			arena);
		return 0;
	}
	if (adapter_built(request, arena, &programs, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_program(script, request, programs[i].program, programs[i].dir, arena);
	if (n == 0)
		script_refuse(script,
			"no benchmark program was built; `with: {targets: [benches]}` of the "
			"recipe 'cargo' builds them");
	return 0;
}

static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	scoped(script) script = {STR_INIT};
	struct recipe_pair *env = arena_alloc(arena, 1, sizeof(*env));

	if (add_programs(&script, request, arena, err) < 0 ||
		script_finish(&script, request, arena, ret, err) < 0)
		return -1;
	env[0].name = "CRITERION_HOME";
	env[0].value = arena_printf(arena, "%s/criterion", request->out_dir);
	ret->env = env;
	ret->n_env = 1;
	return 0;
}

/* What a panic says: on the line below "thread 'main' panicked at src/x.rs:1:2:", or before
 * Rust 1.73 between quotes on that line; "" when there was none. */
static int
panic_in(const char *path, struct arena *arena, const char **ret, struct err *err)
{
	scoped(str) text = STR_INIT;

	*ret = "";
	if (!path || !fs_exists(path))
		return 0;
	if (fs_read_tail(path, (size_t)64 << 10, &text, err) < 0)
		return -1;
	for (size_t i = 0; i < text.n; i++)
		text.p[i] = text.p[i] ? text.p[i] : ' ';
	const char *at = strstr(text.p, " panicked at ");
	if (!at)
		return 0;
	const char *line = adapter_first_line(arena, at);
	*ret = str_ends(line, ":")
		       ? adapter_first_line(arena, strchr(at, '\n') ? strchr(at, '\n') : "")
		       : line;
	return 0;
}

static int
explain(const struct launch_output *output, struct arena *arena, struct outcome *ret,
	struct err *err)
{
	const char *panic = "";

	if (panic_in(output->stderr_path, arena, &panic, err) < 0)
		return -1;
	if (!*panic)
		return adapter_failed(output, arena, ret, err);
	outcome_set(ret, OUTCOME_FAILED, "exited with %d: %s", output->exit_code, panic);
	return 0;
}

/* A program that panics leaves what came before. */
static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	const char *path = arena_printf(arena, "%s/criterion", output->out_dir);
	const struct adapter_source source = {.format = &format_criterion, .path = path};
	struct launch_result result = {.outcome = OUTCOME_INIT};

	if (fs_is_dir(path) && adapter_take_run(&source, request, arena, &result, err) < 0)
		return -1;
	if (result.outcome.kind == OUTCOME_OK && result.n_benches > 0 && output->exit_code != 0) {
		struct outcome failed = OUTCOME_INIT;

		if (explain(output, arena, &failed, err) < 0)
			return -1;
		adapter_note(&result, arena,
			arena_printf(arena,
				"a benchmark program %s; its later benchmarks are missing",
				failed.detail));
	} else if (result.n_benches == 0 && output->exit_code != 0) {
		result.outcome = (struct outcome)OUTCOME_INIT;
		if (explain(output, arena, &result.outcome, err) < 0)
			return -1;
	} else if (result.outcome.kind == OUTCOME_OK && result.n_benches == 0) {
		outcome_set(
			&result.outcome, OUTCOME_BAD_OUTPUT, "empty result: no benchmark was run");
	}
	*ret = result;
	return 0;
}

const struct harness harness_criterion = {
	.name = "criterion",
	.summary = "Rust benchmarks by criterion: programs that the recipe 'cargo' built",
	.selects = true,
	.built = true,
	.check = adapter_check_built,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

/* `hyperfine`: a command line or script that calls hyperfine, once or often. A script of ours
 * stands before hyperfine on its PATH (hyperfine.sh), for the results and for the settings. */
#include "harness/adapter.h"

#include "base/str.h"
#include "format/known.h"
#include "sys/fs.h"

#include <string.h>

/* The script's text, made from the source at build time. */
extern const unsigned char hyperfine_sh[];
extern const size_t hyperfine_sh_size;

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->timer && strcmp(settings->timer, "wall") != 0 &&
		strcmp(settings->timer, "perf_counter") != 0 &&
		strcmp(settings->timer, "monotonic") != 0 && !adapter_cpu_timer(settings->timer))
		note("the timer is not used: hyperfine has a wall clock and the CPU time", arg);
	if (settings->min_time_s > 0 || settings->max_time_s >= 0)
		note("min_time and max_time are not used: hyperfine takes numbers of runs", arg);
	if (settings->calibration_precision > 0)
		note("calibration_precision is not used: a round is one run of a command", arg);
	if (settings->disable_gc > 0)
		note("disable_gc is not used: the command's runtime is out of reach", arg);
}

/* A call of hyperfine has one number of runs for all its commands: the largest that one needs. */
static const char *
fixed_options(const struct launch_request *request, struct arena *arena, const char **ret_warmup)
{
	unsigned rounds = 1, skip = 0;

	for (size_t i = 0; i < request->n_fixed; i++) {
		const struct bench_rounds *fixed = &request->fixed[i];

		rounds = fixed->rounds > rounds ? fixed->rounds : rounds;
		skip = fixed->skip > skip ? fixed->skip : skip;
	}
	*ret_warmup = arena_printf(arena, "--warmup %u", skip);
	return arena_printf(arena, "--runs %u", rounds);
}

/* "" where the suite's own options hold. */
static const char *
options_of(const struct launch_request *request, struct arena *arena, const char **ret_warmup)
{
	const struct settings *s = &request->settings;

	*ret_warmup = "";
	if (request->quick) {
		*ret_warmup = "--warmup 0";
		return "--runs 1";
	}
	if (request->n_fixed)
		return fixed_options(request, arena, ret_warmup);
	if (s->warmup == 0)
		*ret_warmup = "--warmup 0";
	else if (s->warmup > 0 || s->warmup_iterations > 0)
		*ret_warmup = arena_printf(
			arena, "--warmup %d", s->warmup_iterations > 0 ? s->warmup_iterations : 1);
	if (request->rounds)
		return arena_printf(arena, "--runs %u", request->rounds);
	return s->min_rounds > 0
		       ? arena_printf(arena, "--min-runs %d", s->min_rounds > 1 ? s->min_rounds : 2)
		       : "";
}

static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	const char *bin = arena_printf(arena, "%s/bin", request->out_dir);
	const char *script = arena_printf(arena, "%s/hyperfine", bin);
	struct recipe_pair *env = arena_alloc(arena, 4, sizeof(*env));
	const char *warmup;

	if (fs_mkdir_p(bin, 0700, err) < 0 ||
		fs_write_mode(script, hyperfine_sh, hyperfine_sh_size, 0700, err) < 0 ||
		adapter_run_once(request, arena, ret, err) < 0)
		return -1;
	const char *runs = options_of(request, arena, &warmup);
	env[0] = (struct recipe_pair){"PATH", bin};
	env[1] = (struct recipe_pair){"REVSWEEP_HYPERFINE", arena_strdup(arena, request->out_dir)};
	env[2] = (struct recipe_pair){"REVSWEEP_HYPERFINE_RUNS", runs};
	env[3] = (struct recipe_pair){"REVSWEEP_HYPERFINE_WARMUP", warmup};
	ret->env = env;
	ret->n_env = 4;
	return 0;
}

/* One call of hyperfine in a launch: an earlier one may have had the same names. */
struct call {
	const struct launch_bench *before;
	size_t n_before, number;
};

/* Commands name files by paths that are others in each revision and launch: of the build, of the
 * suite, and of what they make in $TMPDIR, which lies beside out_dir. */
static const char *
name_of(const struct run_bench *bench, const struct adapter_source *source,
	const struct launch_request *request, struct arena *arena)
{
	scoped_free char *launch = path_dir(request->out_dir);
	const struct {
		const char *path, *name;
	} places[] = {{request->prefix, "$PREFIX"}, {request->suite_dir, "."}, {launch, "$LAUNCH"}};
	const struct call *call = source->arg;
	scoped(str) name = STR_INIT;

	for (const char *p = bench->fullname; *p;) {
		size_t i = 0;

		while (i < ARRAY_LEN(places) && !str_starts(p, places[i].path))
			i++;
		if (i == ARRAY_LEN(places)) {
			str_addc(&name, *p++);
			continue;
		}
		str_add(&name, places[i].name);
		p += strlen(places[i].path);
	}
	for (size_t i = 0; i < call->n_before; i++) {
		if (strcmp(call->before[i].name, name.p) != 0)
			continue;
		str_addf(&name, " #%zu", call->number);
		break;
	}
	return arena_strdup(arena, name.p);
}

static int
read_calls(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	for (size_t i = 0; ret->outcome.kind == OUTCOME_OK; i++) {
		const char *path = arena_printf(arena, "%s/result-%zu.json", output->out_dir, i);
		const struct call call = {ret->benches, ret->n_benches, i + 1};
		const struct adapter_source source = {
			.format = &format_hyperfine,
			.path = path,
			.name = name_of,
			.arg = &call,
			.warmed = true,
		};

		if (!fs_exists(path))
			break;
		if (adapter_take_run(&source, request, arena, ret, err) < 0)
			return -1;
	}
	if (ret->outcome.kind == OUTCOME_OK && ret->n_benches == 0)
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT,
			"empty result: `run:` did not call hyperfine");
	return 0;
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};
	int r = output->exit_code ? adapter_failed(output, arena, &result.outcome, err)
				  : read_calls(request, output, arena, &result, err);

	if (r == 0)
		*ret = result;
	return r;
}

const struct harness harness_hyperfine = {
	.name = "hyperfine",
	.summary = "a command or script that calls hyperfine",
	.fixes_rounds = true,
	.result_file = "result-0.json",
	.check = adapter_check_run,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

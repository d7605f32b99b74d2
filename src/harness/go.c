/* `go`: benchmarks of Go's testing package, in test programs that the recipe built. */
#include "harness/adapter.h"

#include "base/str.h"
#include "format/known.h"
#include "sys/fs.h"

#include <inttypes.h>
#include <string.h>

/* go test takes a second for each round; a comparison makes many launches. */
#define MIN_TIME_S 0.1
#define ROUNDS 3

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->timer && !adapter_wall_timer(settings->timer))
		note("the timer is not used: Go's benchmarks have the wall clock", arg);
	if (settings->max_time_s >= 0)
		note("max_time is not used: Go takes min_time for each round", arg);
	if (settings->calibration_precision >= 0)
		note("calibration_precision is not used: Go calibrates by min_time", arg);
	if (settings->warmup >= 0 || settings->warmup_iterations >= 0)
		note("warmup is not used: Go's own calibration warms up", arg);
}

/* ---- which benchmarks */

/* Benches are called "net.BenchmarkDial/tcp" by the directory of their package, whatever the module
 * is called (it may be example.org/net/v2 tomorrow), and "BenchmarkDial" at the top. The package of
 * a program that `run:` starts is not known; what it prints is the name. Here the other way round:
 * the function's name for that program; NULL: the bench is another's. */
static const char *
name_in(const char *bench, const struct built *program)
{
	const char *below = program->below;
	size_t n = below ? strlen(below) : 0;
	const char *dot;

	if (n)
		return strncmp(bench, below, n) == 0 && bench[n] == '.' ? bench + n + 1 : NULL;
	if (below)
		return str_starts(bench, "Benchmark") ? bench : NULL;
	dot = strstr(bench, ".Benchmark");
	return dot ? dot + 1 : bench;
}

/* Each part between slashes is a regular expression of its own. At the end a number of processors
 * may follow that is a part of the name (see format/go.c). */
static void
add_pattern(struct str *out, const char *name)
{
	str_add(out, out->n ? "|^" : "^");
	for (; *name; name++) {
		if (*name == '/') {
			str_add(out, "$/^");
			continue;
		}
		adapter_escape(out, name, 1);
	}
	str_add(out, "(-[0-9]+)?$");
}

/* Words of the command line that choose the group's benches; false when it has none in here. */
static bool
add_choice(struct argv *argv, const struct fixed_group *group, const struct built *program)
{
	scoped(str) pattern = STR_INIT;

	for (size_t i = 0; group->names && group->names[i]; i++) {
		const char *name = name_in(group->names[i], program);

		if (name)
			add_pattern(&pattern, name);
	}
	if (!group->others && !pattern.n)
		return false;
	argv_addf(argv, "-test.bench=%s", group->others ? "." : pattern.p);
	if (group->others && pattern.n)
		argv_addf(argv, "-test.skip=%s", pattern.p);
	return true;
}

/* ---- the command */

/* `go test` takes these with the same names. Memory comes free, and timeouts are ours. */
static void
add_settings(
	struct argv *argv, const struct launch_request *request, const struct fixed_group *group)
{
	const struct settings *s = &request->settings;
	double min_time_s = s->min_time_s > 0 ? s->min_time_s : MIN_TIME_S;
	unsigned rounds = s->min_rounds > 0 ? (unsigned)s->min_rounds : ROUNDS;

	argv_add(argv, "-test.run=^$");
	argv_add(argv, "-test.benchmem");
	argv_add(argv, "-test.timeout=0");
	argv_addf(argv, "-test.count=%u",
		request->quick  ? 1
		: group->rounds ? group->rounds
				: rounds);
	if (request->quick)
		argv_add(argv, "-test.benchtime=1x");
	else if (group->iterations)
		argv_addf(argv, "-test.benchtime=%" PRIu64 "x", group->iterations);
	else
		argv_addf(argv, "-test.benchtime=%.0fns", min_time_s * 1e9);
}

static void
add_program(struct script *script, const struct launch_request *request,
	const struct fixed_group *group, const struct built *program, struct arena *arena)
{
	scoped(argv) argv = {.arena = arena};
	bool is_run = !program->name;

	if (is_run)
		argv_add_run(&argv, program->program, true);
	else
		argv_add(&argv, program->program);
	add_settings(&argv, request, group);
	if (!add_choice(&argv, group, program))
		return;
	argv_add_all(&argv, request->suite->args);
	script_add(script, program->dir, argv_finish(&argv));
}

/* The programs that the recipe built, or what `run:` says. */
static int
programs_of(const struct launch_request *request, struct arena *arena, struct built **ret,
	size_t *ret_n, struct err *err)
{
	const char *cwd = adapter_cwd(request, arena);

	if (!request->suite->run)
		return adapter_built(request, arena, ret, ret_n, err);
	*ret = arena_alloc(arena, 1, sizeof(**ret));
	**ret = (struct built){
		.program = request->suite->run,
		.dir = cwd ? cwd : request->suite_dir,
	};
	*ret_n = 1;
	return 0;
}

static void
add_programs(struct script *script, const struct launch_request *request,
	const struct built *programs, size_t n, struct arena *arena)
{
	const struct fixed_group *groups = NULL;
	size_t n_groups = adapter_groups(request, arena, &groups);

	for (size_t i = 0; i < n; i++) {
		if (!programs[i].program)
			script_say(script,
				arena_printf(arena, "FAIL\t%s [build failed]", programs[i].name));
		for (size_t g = 0; g < n_groups && programs[i].program; g++)
			add_program(script, request, &groups[g], &programs[i], arena);
	}
	if (n == 0)
		script_refuse(script,
			"no test program with benchmarks was built; `with: {tests: [./...]}` of "
			"the recipe 'go' says which");
}

static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	scoped(script) script = {STR_INIT};
	struct built *programs = NULL;
	size_t n = 0;

	if (programs_of(request, arena, &programs, &n, err) < 0)
		return -1;
	add_programs(&script, request, programs, n, arena);
	if (script_finish(&script, request, arena, ret, err) < 0)
		return -1;
	if (request->settings.disable_gc > 0) {
		struct recipe_pair *env = arena_alloc(arena, 1, sizeof(*env));

		env[0] = (struct recipe_pair){"GOGC", "off"};
		ret->env = env;
		ret->n_env = 1;
	}
	return 0;
}

/* ---- results */

struct programs {
	struct built *list;
	size_t n;
};

/* By the directory of its package (see name_in). */
static const char *
plain_name(const struct run_bench *bench, const struct programs *programs, struct arena *arena)
{
	for (size_t i = 0; bench->group && i < programs->n; i++) {
		const struct built *program = &programs->list[i];

		if (!str_eq(program->name, bench->group))
			continue;
		return *program->below ? arena_printf(arena, "%s.%s", program->below, bench->name)
				       : bench->name;
	}
	return bench->fullname;
}

/* The name as other launches had it: whether a number at its end is of processors shows only in
 * the company of others (format/go.c). */
static const char *
name_of(const struct run_bench *bench, const struct adapter_source *source,
	const struct launch_request *request, struct arena *arena)
{
	const char *const *only = request->only;
	const char *name = plain_name(bench, source->arg, arena);

	if (!only || !*only || !bench->param)
		return name;
	for (size_t i = 0; only[i]; i++)
		if (strcmp(only[i], name) == 0)
			return name;
	const char *longer = arena_printf(arena, "%s-%s", name, bench->param);
	for (size_t i = 0; only[i]; i++)
		if (strcmp(only[i], longer) == 0)
			return longer;
	return name;
}

/* "panic: ..." out of what was written to standard error, or "". */
static int
panic_in(const char *path, struct arena *arena, const char **ret, struct err *err)
{
	static const char *const marks[] = {"\npanic: ", "\nfatal error: "};
	scoped(str) text = STR_INIT;

	*ret = "";
	if (!path || !fs_exists(path))
		return 0;
	str_add(&text, "\n");
	if (fs_read_tail(path, (size_t)256 << 10, &text, err) < 0)
		return -1;
	for (size_t i = 0; i < text.n; i++)
		text.p[i] = text.p[i] ? text.p[i] : ' ';
	for (size_t i = 0; i < ARRAY_LEN(marks) && !**ret; i++) {
		const char *at = strstr(text.p, marks[i]);
		*ret = at ? adapter_first_line(arena, at) : "";
	}
	return 0;
}

/* Which of them it was that panicked: the one that did not end. */
static void
tell_panic(struct launch_result *ret, const char *panic)
{
	for (size_t i = 0; *panic && i < ret->n_benches; i++)
		if (strcmp(ret->benches[i].outcome.detail, GO_DID_NOT_END) == 0)
			outcome_set(&ret->benches[i].outcome, OUTCOME_FAILED, "%s", panic);
}

/* A benchmark that fails makes the program end with 1; one that panics with 2, and those that were
 * to come after it do not run. */
static int
judge_end(const struct launch_output *output, struct arena *arena, struct launch_result *ret,
	struct err *err)
{
	const char *panic = "";

	if (panic_in(output->stderr_path, arena, &panic, err) < 0)
		return -1;
	if (ret->outcome.kind == OUTCOME_OK && ret->n_benches) {
		tell_panic(ret, panic);
		if (output->exit_code > 1)
			adapter_note(ret, arena,
				arena_printf(arena,
					"a test program ended with %d%s%s: its later benchmarks "
					"are missing",
					output->exit_code, *panic ? ", " : "", panic));
		return 0;
	}
	ret->outcome = (struct outcome)OUTCOME_INIT;
	if (*panic)
		outcome_set(&ret->outcome, OUTCOME_FAILED, "%s", panic);
	else if (output->exit_code != 0)
		return adapter_failed(output, arena, &ret->outcome, err);
	else
		outcome_set(
			&ret->outcome, OUTCOME_BAD_OUTPUT, "empty result: no benchmark was run");
	return 0;
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};
	struct programs programs = {0};
	const struct adapter_source source = {
		.format = &format_go,
		.path = output->stdout_path,
		.name = name_of,
		.arg = &programs,
	};

	if (!request->suite->run &&
		adapter_built(request, arena, &programs.list, &programs.n, err) < 0)
		return -1;
	if (adapter_take_run(&source, request, arena, &result, err) < 0 ||
		judge_end(output, arena, &result, err) < 0)
		return -1;
	*ret = result;
	return 0;
}

const struct harness harness_go = {
	.name = "go",
	.summary = "Go benchmarks: test programs that the recipe 'go' built",
	.selects = true,
	.fixes_rounds = true,
	.built = true,
	.check = adapter_check_built,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

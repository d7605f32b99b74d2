/* `jmh`: a program with the Java Microbenchmark Harness, 1.0 or later. */
#include "harness/adapter.h"

#include "base/str.h"
#include "format/known.h"
#include "sys/fs.h"

#include <string.h>

/* A launch is a fork. What JMH would do itself, five forks of ten iterations of ten seconds, is too
 * long for a comparison that makes many launches. */
#define ITERATIONS 5
#define MAX_TIME_S 1.0
#define QUICK_US 10000
#define JAVA_OPTIONS "JAVA_TOOL_OPTIONS" /* read by all versions */

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->timer)
		note("the timer is not used: JMH reads System.nanoTime()", arg);
	if (settings->calibration_precision >= 0)
		note("calibration_precision is not used: an iteration of JMH has a length in time",
			arg);
	if (settings->disable_gc > 0)
		note("disable_gc is not used: a Java program needs its garbage collector", arg);
}

static unsigned long long
microseconds(double s)
{
	return s < 1e-6 ? 1 : s > 1e9 ? 1000000000000000ULL : (unsigned long long)(s * 1e6);
}

static void
add_settings(struct argv *argv, const struct launch_request *request)
{
	const struct settings *s = &request->settings;
	int iterations = s->min_rounds > 0 ? s->min_rounds : ITERATIONS;
	double max_time_s = s->max_time_s >= 0 ? s->max_time_s : MAX_TIME_S;
	double round_s = s->min_time_s >= 0 ? s->min_time_s : max_time_s / iterations;
	int warmup = s->warmup == 0             ? 0
		     : s->warmup_iterations > 0 ? s->warmup_iterations
						: ITERATIONS;

	argv_add(argv, "-f");
	argv_add(argv, "1");
	argv_add(argv, "-wi");
	argv_addf(argv, "%d", request->quick ? 0 : warmup);
	argv_add(argv, "-i");
	argv_addf(argv, "%d", request->quick ? 1 : iterations);
	argv_add(argv, "-w");
	argv_addf(argv, "%lluus", microseconds(round_s));
	argv_add(argv, "-r");
	argv_addf(argv, "%lluus", request->quick ? QUICK_US : microseconds(round_s));
	argv_add(argv, "-foe");
	argv_add(argv, "false");
}

/* "org.sample.Sorts.sort" of "org.sample.Sorts.sort:size=10 (ss)" */
static size_t
method_length(const char *name)
{
	return strcspn(name, ": ");
}

/* Methods by their whole names, each once. */
static void
add_methods(struct argv *argv, const struct named *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		scoped(str) regex = STR_INIT;
		size_t length = method_length(names[i].name);

		if (i && method_length(names[i - 1].name) == length &&
			strncmp(names[i].name, names[i - 1].name, length) == 0)
			continue;
		str_addc(&regex, '^');
		for (size_t k = 0; k < length; k++) {
			if (strchr(".$", names[i].name[k]))
				str_addc(&regex, '\\');
			str_addc(&regex, names[i].name[k]);
		}
		str_addc(&regex, '$');
		argv_add(argv, regex.p);
	}
}

/* A benchmark's parameters as `-p size=10`. */
static void
add_params(struct argv *argv, const char *name)
{
	const char *p = name + method_length(name);
	size_t n = strlen(p);
	const char *mode = str_ends(p, ")") ? strrchr(p, '(') : NULL;

	if (*p != ':')
		return;
	n = mode ? (size_t)(mode - p) - 1 : n;
	scoped_free char *text = xstrndup(p + 1, n - 1);
	for (char *save = NULL, *item = strtok_r(text, ",", &save); item;
		item = strtok_r(NULL, ",", &save)) {
		const char *value = strchr(item, '=');

		/* A comma of the value's own: such a parameter stays open, and what is not
		 * wanted is dropped when it is read. */
		if (!value || !value[1] || (save && *save && !strchr(save, '=')))
			return;
		argv_add(argv, "-p");
		argv_add(argv, item);
	}
}

/* Parameters hold for all methods that are run, so that only one benchmark can have them. */
static void
add_selection(struct argv *argv, const char *const *only)
{
	size_t n = 0;

	while (only[n])
		n++;
	struct named *names = arena_alloc(argv->arena, n, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = (struct named){only[i], i};
	named_sort(names, n);
	if (n == 1)
		add_params(argv, only[0]);
	add_methods(argv, names, n);
}

/* JMH's lock and temporary files go to a place of the launch's own: two launches may run at a time,
 * and /tmp may be read-only. */
static const char *
java_options(const struct launch_request *request, struct arena *arena)
{
	const struct suite *suite = request->suite;
	const char *given = "";

	for (size_t i = 0; i < suite->n_env; i++)
		if (strcmp(suite->env[i].name, JAVA_OPTIONS) == 0)
			given = suite->env[i].value;
	return arena_printf(
		arena, "%s%s\"-Djava.io.tmpdir=%s\"", given, *given ? " " : "", request->out_dir);
}

static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	struct recipe_pair *env = arena_alloc(arena, 1, sizeof(*env));
	scoped(argv) argv = {.arena = arena};

	(void)err;
	argv_add_run(&argv, request->suite->run, true);
	add_settings(&argv, request);
	argv_add_all(&argv, request->suite->args);
	argv_add(&argv, "-rf");
	argv_add(&argv, "json");
	argv_add(&argv, "-rff");
	argv_addf(&argv, "%s/result.json", request->out_dir);
	if (request->only && *request->only)
		add_selection(&argv, request->only);
	*env = (struct recipe_pair){JAVA_OPTIONS, java_options(request, arena)};
	*ret = (struct launch_command){
		.argv = argv_finish(&argv),
		.env = env,
		.n_env = 1,
		.cwd = adapter_cwd(request, arena),
	};
	return 0;
}

/* What JMH prints about the benchmark that it is at. */
struct progress {
	struct arena *arena;
	const char *name, *params, *mode;
	const char *unmeasured; /* the name of one whose reason comes in the next line */
	vec(struct launch_bench) failed;
};

static void
progress_done(struct progress *p)
{
	vec_done(&p->failed);
}

static bool
says_lack(const char *reason)
{
	static const char *const errors[] = {"NoSuchMethodError", "NoSuchFieldError",
		"NoClassDefFoundError", "ClassNotFoundException", "AbstractMethodError"};

	for (size_t i = 0; i < ARRAY_LEN(errors); i++)
		if (strstr(reason, errors[i]))
			return true;
	return false;
}

/* "(kind = a, size = 10)" as the result file's names have it. */
static const char *
params_of(struct arena *arena, const char *text)
{
	scoped(str) out = STR_INIT;

	for (text += *text == '('; *text && strcmp(text, ")") != 0; text++) {
		if (strncmp(text, " = ", 3) == 0) {
			str_addc(&out, '=');
			text += 2;
			continue;
		}
		str_addc(&out, *text);
		text += strncmp(text, ", ", 2) == 0;
	}
	return arena_strdup(arena, out.p);
}

static void
fail_bench(struct progress *p, const char *reason)
{
	bool rate = str_starts(p->mode, "Throughput");
	struct launch_bench bench = {
		.name = p->unmeasured,
		.metric = rate ? "throughput" : "time",
		.unit = rate ? "ops/s" : "s",
		.direction = rate ? HIGHER_IS_BETTER : LOWER_IS_BETTER,
		.absent = says_lack(reason),
	};

	outcome_set(&bench.outcome, OUTCOME_FAILED, "%s", reason);
	vec_add(&p->failed, bench);
	p->unmeasured = NULL;
}

static void
take_line(struct progress *p, const char *line)
{
	if (p->unmeasured && *line) {
		fail_bench(p, line);
	} else if (str_starts(line, "# Benchmark mode: ")) {
		p->mode = arena_strdup(p->arena, line + strlen("# Benchmark mode: "));
		p->params = NULL;
	} else if (str_starts(line, "# Benchmark: ")) {
		p->name = arena_strdup(p->arena, line + strlen("# Benchmark: "));
	} else if (str_starts(line, "# Parameters: ")) {
		p->params = params_of(p->arena, line + strlen("# Parameters: "));
	} else if (str_ends(line, "<failure>") && p->name && p->mode) {
		const char *own_mode = str_starts(p->mode, "Sampling") ? " (sample)"
				       : str_starts(p->mode, "Single") ? " (ss)"
								       : "";
		p->unmeasured = arena_printf(p->arena, "%s%s%s%s", p->name, p->params ? ":" : "",
			p->params ? p->params : "", own_mode);
	}
}

static bool
is_wanted(const struct launch_request *request, const char *name)
{
	const char *const *only = request->only;

	if (!only || !*only)
		return true;
	for (; *only; only++)
		if (strcmp(*only, name) == 0)
			return true;
	return false;
}

/* Each once, unless another fork of it went well. */
static void
add_failed(struct progress *p, const struct launch_request *request, struct launch_result *ret)
{
	size_t m = ret->n_benches, n = p->failed.n;
	struct named *done = arena_alloc(p->arena, m, sizeof(*done));
	struct named *names = arena_alloc(p->arena, n, sizeof(*names));
	struct launch_bench *benches = arena_alloc(p->arena, m + n, sizeof(*benches));

	for (size_t i = 0; i < m; i++) {
		benches[i] = ret->benches[i];
		done[i] = (struct named){benches[i].name, i};
	}
	for (size_t i = 0; i < n; i++)
		names[i] = (struct named){p->failed.v[i].name, i};
	named_sort(done, m);
	named_sort(names, n);
	for (size_t i = 0; i < n; i++) {
		const char *name = p->failed.v[i].name;

		if (named_find(names, n, name) == i && named_find(done, m, name) == SIZE_MAX &&
			is_wanted(request, name))
			benches[ret->n_benches++] = p->failed.v[i];
	}
	ret->benches = benches;
}

/* Adds the benchmarks that failed, which the result file does not mention. */
static int
add_failures(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	scoped(str) text = STR_INIT;
	scoped(progress) p = {.arena = arena};
	struct outcome unread = OUTCOME_INIT;

	if (adapter_read(output->stdout_path, ADAPTER_FILE_MAX, &text, &unread, err) < 0)
		return -1;
	for (char *save = NULL, *line = strtok_r(text.p, "\n", &save); line;
		line = strtok_r(NULL, "\n", &save))
		take_line(&p, line);
	add_failed(&p, request, ret);
	return 0;
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};
	struct adapter_source source = {
		.format = &format_jmh,
		.path = arena_printf(arena, "%s/result.json", output->out_dir),
	};
	int r;

	if (output->exit_code != 0)
		r = adapter_failed(output, arena, &result.outcome, err);
	else
		r = adapter_take_run(&source, request, arena, &result, err);
	if (r == 0 && result.outcome.kind == OUTCOME_OK)
		r = add_failures(request, output, arena, &result, err);
	if (r < 0)
		return -1;
	if (result.outcome.kind == OUTCOME_OK && result.n_benches == 0)
		outcome_set(
			&result.outcome, OUTCOME_BAD_OUTPUT, "empty result: no benchmark was run");
	*ret = result;
	return 0;
}

const struct harness harness_jmh = {
	.name = "jmh",
	.summary = "Java benchmarks: a program with JMH (java -jar benchmarks.jar)",
	.selects = true,
	.result_file = "result.json",
	.check = adapter_check_run,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

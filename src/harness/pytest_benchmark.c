/* `pytest-benchmark`: how a launch is started, and what its exit code means. */
#include "harness/pytest_benchmark.h"

#include "base/jsonw.h"
#include "base/str.h"
#include "format/known.h"
#include "harness/adapter.h"
#include "harness/python.h"
#include "sys/fs.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

/* max_time is what one run of pytest would spend on a bench; a comparison makes several launches,
 * so each takes its share. Likewise of pytest-benchmark's own five rounds, but not of a min_rounds
 * that was asked for. */
#define MAX_TIME_S 1.0
#define MIN_ROUNDS 5
#define SHARES 5

int
pytest_check(const struct suite *suite, struct err *err)
{
	if (!suite->paths || !*suite->paths)
		return err_set(err, ERR_USAGE,
			"suite '%s': harness '%s' needs `paths:`, the files or directories with "
			"the benchmarks",
			suite->name, suite->harness);
	return 0;
}

/* Everything has an option. */
static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	(void)settings;
	(void)note;
	(void)arg;
}

static void
add_timer(struct argv *argv, const char *timer)
{
	if (strcmp(timer, "wall") == 0)
		timer = "perf_counter";
	else if (strcmp(timer, "cpu") == 0)
		timer = "process_time";
	argv_addf(argv, "--benchmark-timer=%s%s", strchr(timer, '.') ? "" : "time.", timer);
}

static void
add_amount(struct argv *argv, const struct launch_request *request, enum pytest_pass pass)
{
	const struct settings *s = &request->settings;
	double max_time_s = (s->max_time_s >= 0 ? s->max_time_s : MAX_TIME_S) / SHARES;

	if (pass == PYTEST_MEMORY) {
		argv_add(argv, "--benchmark-memory");
		if (request->quick)
			argv_add(argv, "--benchmark-memory-repeats=1");
	}
	if (request->quick || pass == PYTEST_MEMORY || request->pass != PASS_TIME) {
		argv_add(argv, "--benchmark-max-time=0");
		argv_add(argv, "--benchmark-min-rounds=1");
		argv_add(argv, "--benchmark-warmup=off");
		return;
	}
	argv_addf(argv, "--benchmark-max-time=%s", adapter_number(argv->arena, max_time_s));
	argv_addf(argv, "--benchmark-min-rounds=%d",
		s->min_rounds > 0 ? s->min_rounds : MIN_ROUNDS / SHARES);
	if (s->warmup >= 0)
		argv_addf(argv, "--benchmark-warmup=%s", s->warmup ? "on" : "off");
	if (s->warmup_iterations > 0)
		argv_addf(argv, "--benchmark-warmup-iterations=%d", s->warmup_iterations);
}

static void
add_settings(struct argv *argv, const struct launch_request *request, enum pytest_pass pass)
{
	const struct settings *s = &request->settings;

	if (s->timer)
		add_timer(argv, s->timer);
	if (s->min_time_s >= 0)
		argv_addf(argv, "--benchmark-min-time=%s",
			adapter_number(argv->arena, s->min_time_s));
	if (s->calibration_precision > 0)
		argv_addf(argv, "--benchmark-calibration-precision=%d", s->calibration_precision);
	if (s->disable_gc > 0)
		argv_add(argv, "--benchmark-disable-gc");
	add_amount(argv, request, pass);
}

/* The files that the wanted benches are in, each once: others need not be imported. A file that
 * this revision's suite does not have would make pytest refuse to start. */
static size_t
add_files_of(struct argv *argv, const struct launch_request *request)
{
	const char *const *only = request->only;
	size_t n = 0, added = 0;

	while (only[n])
		n++;
	struct named *files = arena_alloc(argv->arena, n, sizeof(*files));
	for (size_t i = 0; i < n; i++) {
		const char *cut = strstr(only[i], "::");
		size_t k = cut ? (size_t)(cut - only[i]) : strlen(only[i]);
		files[i] = (struct named){arena_strndup(argv->arena, only[i], k), i};
	}
	named_sort(files, n);
	for (size_t i = 0; i < n; i++) {
		if (i && strcmp(files[i].name, files[i - 1].name) == 0)
			continue;
		scoped_free char *path = path_join(request->suite_dir, files[i].name);
		if (!fs_exists(path))
			continue;
		argv_add(argv, path);
		added++;
	}
	return added;
}

static int
write_pass(const struct launch_request *request, struct err *err)
{
	scoped_free char *path = path_join(request->out_dir, "pass");
	scoped(str) text = STR_INIT;
	struct jsonw w = {.out = &text};

	jsonw_open(&w, NULL, '{');
	jsonw_text(&w, "pass", metric_pass_name(request->pass));
	jsonw_int(&w, "passes", request->passes);
	jsonw_close(&w, '}');
	return fs_write_atomic(path, text.p, text.n, err);
}

static void
add_paths(struct argv *argv, const struct launch_request *request)
{
	if (request->only && *request->only && add_files_of(argv, request) > 0)
		return;
	for (const char *const *p = request->suite->paths; p && *p; p++) {
		scoped_free char *path = path_join(request->suite_dir, *p);
		argv_add(argv, path);
	}
}

/* Whatever the project's own addopts say: benchmarks run, all of them, to the end. */
static void
add_pytest_options(struct argv *argv, const struct launch_request *request)
{
	argv_add(argv, "-p");
	argv_add(argv, "no:cacheprovider");
	argv_add(argv, "-p");
	argv_add(argv, "revsweep_pytest");
	argv_addf(argv, "--rootdir=%s", request->suite_dir);
	argv_addf(argv, "--confcutdir=%s", request->suite_dir);
	argv_add(argv, "--continue-on-collection-errors");
	argv_add(argv, "--maxfail=0");
	argv_add(argv, "--benchmark-enable");
	argv_add(argv, "--benchmark-only");
	argv_addf(argv, "--benchmark-json=%s/result.json", request->out_dir);
	argv_addf(argv, "--benchmark-storage=file://%s/storage", request->out_dir);
}

/* Python is given a script of ours, whose directory takes the place at the head of sys.path that
 * `python -m pytest` gives to the working directory: a checkout must not hide the prefix. */
int
pytest_command(const struct launch_request *request, enum pytest_pass pass, struct arena *arena,
	struct launch_command *ret, struct err *err)
{
	const char *plugin = arena_printf(arena, "%s/revsweep_pytest.py", request->out_dir);
	scoped(argv) argv = {.arena = arena};

	if (python_prepare(request, err) < 0)
		return -1;
	if (request->pass != PASS_TIME && !request->quick && write_pass(request, err) < 0)
		return -1;
	argv_add(&argv, "python3");
	argv_add(&argv, plugin);
	add_pytest_options(&argv, request);
	add_settings(&argv, request, pass);
	argv_add_all(&argv, request->suite->args);
	add_paths(&argv, request);

	*ret = (struct launch_command){
		.argv = argv_finish(&argv),
		.env = python_env(request, arena),
		.n_env = PYTHON_ENV,
		.cwd = adapter_cwd(request, arena),
	};
	return 0;
}

static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	return pytest_command(request, PYTEST_TIME, arena, ret, err);
}

/* Why pytest gave up: what follows the last of the first of these marks that occurs. */
static const char *
reason_in(const char *text, struct arena *arena)
{
	static const char *const marks[] = {"\nE   ", "\nINTERNALERROR> ",
		"Interrupted: ", "outcomes.Exit: ", ": error: ", "\nERROR: "};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		const char *found = NULL;
		for (const char *p = text; (p = strstr(p, marks[i])); p++)
			found = p + strlen(marks[i]);
		if (!found)
			continue;
		const char *line = adapter_first_line(arena, found);
		const char *rule = strstr(line, " !!!");
		return rule ? arena_strndup(arena, line, (size_t)(rule - line)) : line;
	}
	return "";
}

static int
gave_up(const struct launch_output *output, struct arena *arena, struct outcome *ret,
	struct err *err)
{
	static const char *const what[] = {
		[2] = "pytest was interrupted",
		[3] = "pytest had an internal error",
		[4] = "pytest could not start",
	};
	const char *reason = "";
	const char *paths[] = {output->stderr_path, output->stdout_path};

	if (output->exit_code < 2 || output->exit_code > 4)
		return adapter_failed(output, arena, ret, err);
	for (size_t i = 0; i < ARRAY_LEN(paths) && !*reason; i++) {
		scoped(str) text = STR_INIT;

		str_add(&text, "\n");
		if (!paths[i] || !fs_exists(paths[i]))
			continue;
		if (fs_read_tail(paths[i], (size_t)64 << 10, &text, err) < 0)
			return -1;
		for (size_t k = 0; k < text.n; k++)
			text.p[k] = text.p[k] ? text.p[k] : ' ';
		reason = reason_in(text.p, arena);
	}
	if (!*reason)
		return adapter_failed(output, arena, ret, err);
	outcome_set(ret, OUTCOME_FAILED, "%s: %s", what[output->exit_code], reason);
	return 0;
}

/* Versions up to 5.2 leave an empty file, later ones none, when nothing was timed. */
static bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_size > 0;
}

/* A launch that ended well, or with failed tests: result file and record together. The script has
 * selected benches and dropped rounds already. */
static int
read_results(const struct launch_request *request, const struct launch_output *output,
	const struct json *record, enum pytest_pass pass, struct arena *arena,
	struct launch_result *ret, struct err *err)
{
	struct adapter_source source = {
		.format = &format_pytest_benchmark,
		.path = arena_printf(arena, "%s/result.json", output->out_dir),
	};
	struct launch_request plain = *request;
	bool nothing_timed = !is_there(source.path);

	plain.only = NULL;
	plain.n_fixed = 0;
	plain.settings.timer = NULL;
	if (nothing_timed && !record && output->exit_code == 1)
		return adapter_failed(output, arena, &ret->outcome, err); /* died early */
	if (!(nothing_timed && record) && adapter_take_run(&source, &plain, arena, ret, err) < 0)
		return -1;
	if (ret->outcome.kind != OUTCOME_OK)
		return 0;
	if (pass == PYTEST_MEMORY)
		pytest_benchmem_keep(ret, arena);
	if (record)
		pytest_benchmark_join(record, request->only, pass, arena, ret);
	if (record && request->pass != PASS_TIME && !request->quick)
		pytest_benchmark_counted(record, request->pass, arena, ret);
	if (ret->n_benches == 0 && ret->outcome.kind == OUTCOME_OK)
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT, "no benchmarks were collected");
	return 0;
}

int
pytest_read(const struct launch_request *request, const struct launch_output *output,
	enum pytest_pass pass, struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};
	struct outcome no_record = OUTCOME_INIT;
	struct json *record = NULL;
	int r = 0, code = output->exit_code;

	if (python_load(output, "revsweep.json", &no_record, &record, err) < 0)
		return -1;
	const char *error = record ? json_text(json_get(json_root(record), "error")) : NULL;
	if (error)
		outcome_set(
			&result.outcome, OUTCOME_FAILED, "%s", adapter_first_line(arena, error));
	else if (code != 0 && code != 1 && code != 5)
		r = gave_up(output, arena, &result.outcome, err);
	else if (record)
		python_judge_origins(record, &result.outcome);
	if (r == 0 && result.outcome.kind == OUTCOME_OK)
		r = read_results(request, output, record, pass, arena, &result, err);
	json_free(record);
	if (r == 0)
		*ret = result;
	return r;
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	return pytest_read(request, output, PYTEST_TIME, arena, ret, err);
}

const char *const pytest_companions[] = {
	"pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg", "conftest.py", "__init__.py", NULL};

const struct harness harness_pytest_benchmark = {
	.name = "pytest-benchmark",
	.summary = "Python benchmarks: pytest with pytest-benchmark",
	.selects = true,
	.result_file = "result.json",
	.fixes_rounds = true,
	.counts = true,
	.counts_inside = true,
	.times_only = true,
	.companions = pytest_companions,
	.check = pytest_check,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

/* `asv`: an asv suite in the built environment, by asv_runner and a script of ours. */
#include "harness/adapter.h"
#include "harness/python.h"

#include "base/jsonw.h"
#include "base/str.h"
#include "core/run.h"
#include "format/asv.h"
#include "sys/fs.h"

#include <math.h>
#include <string.h>

extern const unsigned char revsweep_asv_py[];
extern const size_t revsweep_asv_py_size;

/* As of pytest-benchmark: a launch takes its share of what asv would spend in one run. */
#define MAX_TIME_S 1.0
#define SHARES 5

static int
check(const struct suite *suite, struct err *err)
{
	if (!suite->paths || !*suite->paths || suite->paths[1])
		return err_set(err, ERR_USAGE,
			"suite '%s': harness 'asv' needs `paths:` with one path, the directory of "
			"the benchmarks",
			suite->name);
	return 0;
}

static void
unsupported(
	const struct settings *settings, void (*note)(const char *sentence, void *arg), void *arg)
{
	if (settings->calibration_precision >= 0)
		note("calibration_precision is not used: asv calibrates by min_time (sample_time)",
			arg);
	if (settings->warmup_iterations > 0)
		note("warmup_iterations is not used: asv warms up for a time", arg);
	if (settings->disable_gc == 0)
		note("disable_gc is always on: timeit stops the garbage collector", arg);
}

static int
write_request(const struct launch_request *request, struct err *err)
{
	const struct settings *s = &request->settings;
	scoped_free char *path = path_join(request->out_dir, "request.json");
	scoped_free char *suite = path_join(request->suite_dir, request->suite->paths[0]);
	scoped(str) text = STR_INIT;
	struct jsonw w = {.out = &text};

	jsonw_open(&w, NULL, '{');
	jsonw_text(&w, "path", suite);
	jsonw_bool(&w, "quick", request->quick);
	jsonw_int(&w, "rounds", s->min_rounds > 0 ? s->min_rounds : 1);
	jsonw_number(&w, "max_time", (s->max_time_s >= 0 ? s->max_time_s : MAX_TIME_S) / SHARES);
	if (s->min_time_s >= 0)
		jsonw_number(&w, "min_time", s->min_time_s);
	if (s->warmup >= 0)
		jsonw_int(&w, "warmup", s->warmup);
	jsonw_text(&w, "timer", s->timer);
	jsonw_close(&w, '}');
	return fs_write_atomic(path, text.p, text.n, err);
}

static int
command(const struct launch_request *request, struct arena *arena, struct launch_command *ret,
	struct err *err)
{
	const char *script = arena_printf(arena, "%s/revsweep_asv.py", request->out_dir);
	scoped(argv) argv = {.arena = arena};

	if (fs_write_atomic(script, revsweep_asv_py, revsweep_asv_py_size, err) < 0 ||
		python_prepare(request, err) < 0 || write_request(request, err) < 0)
		return -1;
	argv_add(&argv, "python3");
	argv_add(&argv, script);
	argv_add_all(&argv, request->suite->args);
	*ret = (struct launch_command){
		.argv = argv_finish(&argv),
		.env = python_env(request, arena),
		.n_env = PYTHON_ENV,
		.cwd = adapter_cwd(request, arena),
	};
	return 0;
}

struct reading {
	struct arena *arena;
	vec(struct launch_bench) benches;
};

static void
reading_done(struct reading *r)
{
	vec_done(&r->benches);
}

static const double *
numbers(struct arena *arena, const struct json_val *list)
{
	double *values = arena_alloc(arena, json_length(list), sizeof(*values));

	for (size_t i = 0; i < json_length(list); i++)
		values[i] = json_number(json_at(list, i));
	return values;
}

/* A list of names and values; asv writes values as Python's repr() does. */
static void
set_params(struct arena *arena, const struct json_val *list, struct launch_bench *bench)
{
	size_t n = json_length(list);
	struct run_pair *pairs = arena_alloc(arena, n + 1, sizeof(*pairs));
	scoped(str) all = STR_INIT;

	for (size_t i = 0; i < n; i++) {
		const char *key = json_text(json_at(json_at(list, i), 0));
		const char *value = json_text(json_at(json_at(list, i), 1));

		if (!key || !value)
			return;
		pairs[i] = (struct run_pair){
			.key = arena_strdup(arena, key), .value = arena_strdup(arena, value)};
		str_addf(&all, "%s%s", i ? ", " : "", value);
	}
	if (n == 0)
		return;
	bench->params = pairs;
	bench->param = arena_strdup(arena, all.p);
}

static void
set_outcome(struct reading *r, const struct json_val *entry, struct launch_bench *bench)
{
	const char *type = json_text(json_get(entry, "type"));
	const char *outcome = json_text(json_get(entry, "outcome"));

	if (str_eq(outcome, "ok"))
		return;
	outcome_set(&bench->outcome, outcome ? outcome_of_name(outcome) : OUTCOME_FAILED, "%s%s%s",
		type ? type : "", type ? ": " : "",
		adapter_first_line(r->arena, json_text(json_get(entry, "reason"))));
	bench->absent = json_is_true(json_get(entry, "lack"));
}

static void
take_bench(struct reading *r, const struct json_val *entry)
{
	const char *name = json_text(json_get(entry, "name"));
	const char *metric = json_text(json_get(entry, "metric"));
	const char *unit = json_text(json_get(entry, "unit"));
	const struct json_val *values = json_get(entry, "values"), *cpu = json_get(entry, "cpu");
	double iterations = json_number(json_get(entry, "iterations"));
	struct launch_bench bench = {.metric = "time", .unit = "s"};

	if (!name || !metric || !unit)
		return;
	bench.name = arena_strdup(r->arena, name);
	bench.metric = arena_strdup(r->arena, metric);
	bench.unit = arena_strdup(r->arena, unit);
	set_params(r->arena, json_get(entry, "params"), &bench);
	if (str_eq(json_text(json_get(entry, "clock")), "cpu"))
		bench.clock = CLOCK_KIND_CPU;
	set_outcome(r, entry, &bench);
	if (bench.outcome.kind == OUTCOME_OK) {
		bench.values = numbers(r->arena, values);
		bench.n_values = json_length(values);
		bench.iterations = iterations >= 1 && iterations < 1e18 ? (uint64_t)iterations : 1;
		if (json_length(cpu) == bench.n_values && bench.n_values)
			bench.cpu_values = numbers(r->arena, cpu);
		if (bench.n_values == 0)
			outcome_set(&bench.outcome, OUTCOME_BAD_OUTPUT, "it measured nothing");
		adapter_judge_values(&bench);
	}
	vec_add(&r->benches, bench);
}

static void
set_metric(struct launch_bench *bench)
{
	struct asv_metric metric = asv_metric_of(bench->name, NULL, NULL);

	bench->metric = metric.metric;
	bench->unit = metric.unit;
}

static bool
is_below(const char *name, const char *place)
{
	size_t n = strlen(place);

	return n == 0 ||
	       (strncmp(name, place, n) == 0 && (name[n] == '\0' || strchr(".(", name[n])));
}

/* A module that could not be imported, or a class that could not be made: its benchmarks are not
 * known, but for those that were asked for; otherwise it stands for them itself. */
static void
take_failed(struct reading *r, const struct json_val *entry, const char *const *only)
{
	const char *id = json_text(json_get(entry, "id"));
	struct launch_bench bench = {0};
	bool asked = false;

	if (!id)
		return;
	set_outcome(r, entry, &bench);
	for (; only && *only; only++) {
		if (!is_below(*only, id))
			continue;
		bench.name = arena_strdup(r->arena, *only);
		set_metric(&bench);
		vec_add(&r->benches, bench);
		asked = true;
	}
	if (asked)
		return;
	bench.name = arena_strdup(r->arena, *id ? id : "(the suite)");
	set_metric(&bench);
	vec_add(&r->benches, bench);
}

/* With nothing measured, what could not be imported for another reason than this revision's age is
 * why. */
static void
judge_launch(const struct reading *r, const struct json_val *failed, struct launch_result *ret)
{
	for (size_t i = 0; i < r->benches.n; i++)
		if (r->benches.v[i].outcome.kind == OUTCOME_OK)
			return;
	for (size_t i = 0; i < json_length(failed); i++) {
		const struct json_val *entry = json_at(failed, i);
		const char *id = json_text(json_get(entry, "id"));
		const char *type = json_text(json_get(entry, "type"));

		if (!id || json_is_true(json_get(entry, "lack")))
			continue;
		outcome_set(&ret->outcome, OUTCOME_FAILED, "%s cannot be imported: %s: %s",
			*id ? id : "the suite", type ? type : "error",
			adapter_first_line(r->arena, json_text(json_get(entry, "reason"))));
		return;
	}
	if (r->benches.n == 0)
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT, "no benchmarks were found");
}

static void
take_record(const struct launch_request *request, const struct json *doc, struct arena *arena,
	struct launch_result *ret)
{
	const struct json_val *root = json_root(doc);
	const struct json_val *list = json_get(root, "benches");
	const struct json_val *failed = json_get(root, "collected");
	const struct json_val *notes = json_get(root, "notes");
	const char *runner = json_text(json_get(root, "asv_runner"));
	const char *python = json_text(json_get(root, "python"));
	scoped(reading) r = {.arena = arena};

	if (json_length(list) > ADAPTER_BENCH_MAX) {
		outcome_set(&ret->outcome, OUTCOME_BAD_OUTPUT, "more than %d benchmarks",
			ADAPTER_BENCH_MAX);
		return;
	}
	for (size_t i = 0; i < json_length(list); i++)
		take_bench(&r, json_at(list, i));
	for (size_t i = 0; i < json_length(failed); i++)
		take_failed(&r, json_at(failed, i), request->only);
	for (size_t i = 0; i < json_length(notes); i++)
		if (json_text(json_at(notes, i)))
			adapter_note(ret, arena, json_text(json_at(notes, i)));
	judge_launch(&r, failed, ret);
	ret->benches = arena_copy(arena, r.benches.v, r.benches.n, sizeof(*r.benches.v));
	ret->n_benches = r.benches.n;
	ret->harness_version = arena_printf(
		arena, "asv_runner %s, Python %s", runner ? runner : "?", python ? python : "?");
}

static int
read_output(const struct launch_request *request, const struct launch_output *output,
	struct arena *arena, struct launch_result *ret, struct err *err)
{
	struct launch_result result = {.outcome = OUTCOME_INIT};
	struct json *doc = NULL;
	int r = 0;

	if (python_load(output, "result.json", &result.outcome, &doc, err) < 0)
		return -1;
	const char *error = doc ? json_text(json_get(json_root(doc), "error")) : NULL;
	if (error) {
		outcome_set(
			&result.outcome, OUTCOME_FAILED, "%s", adapter_first_line(arena, error));
	} else if (output->exit_code != 0) {
		r = adapter_failed(output, arena, &result.outcome, err);
	} else if (doc) {
		python_judge_origins(doc, &result.outcome);
		if (result.outcome.kind == OUTCOME_OK)
			take_record(request, doc, arena, &result);
	}
	json_free(doc);
	if (r == 0)
		*ret = result;
	return r;
}

static const char *const companions[] = {"asv.conf.json", "asv.conf.jsonc", NULL};

const struct harness harness_asv = {
	.name = "asv",
	.summary = "Python benchmarks of asv (airspeed velocity), by asv_runner",
	.selects = true,
	.result_file = "result.json",
	.fixes_rounds = true,
	.companions = companions,
	.check = check,
	.unsupported = unsupported,
	.command = command,
	.read = read_output,
};

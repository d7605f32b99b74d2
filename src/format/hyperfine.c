/* hyperfine's JSON (--export-json): seconds a run, the mean of user and system time, and since 1.19
 * the memory of each run. */
#include "format/known.h"

#include "base/str.h"
#include "base/vec.h"
#include "ext/json_stream.h"

#include <math.h>
#include <string.h>

struct reading {
	struct json_stream *js;
	struct run *run;
	const struct run_sink *sink;
	struct arena arena; /* of one command */
	vec(double) times, memory;
	vec(const char *) names; /* of the commands so far, in the run's arena */
	size_t place;
};

static void
reading_done(struct reading *r)
{
	json_stream_close(r->js);
	arena_done(&r->arena);
	vec_done(&r->times);
	vec_done(&r->memory);
	vec_done(&r->names);
}

/* One result, as it is read. */
struct result {
	const char *command;
	const struct run_pair *params;
	const char *param; /* "threads=2,size=9" */
	double user, system;
	size_t failures;
	struct run_value time;
};

/* A value as text: numbers stay as they are written. */
static const char *
text_of(struct json_stream *js, struct arena *arena)
{
	scoped(str) raw = STR_INIT;

	if (json_kind(js) == JSON_TEXT)
		return json_take_text(js, arena);
	json_take_raw(js, &raw);
	return arena_strdup(arena, raw.p);
}

static void
take_params(struct reading *r, struct result *result)
{
	vec(struct run_pair) list = {0};
	scoped(str) param = STR_INIT;

	for (json_enter(r->js); json_next(r->js);) {
		struct run_pair pair = {.key = arena_strdup(&r->arena, json_key(r->js))};

		pair.value = text_of(r->js, &r->arena);
		str_addf(&param, "%s%s=%s", param.n ? "," : "", pair.key,
			pair.value ? pair.value : "");
		vec_add(&list, pair);
	}
	vec_add(&list, (struct run_pair){0});
	result->params = arena_copy(&r->arena, list.v, list.n, sizeof(*list.v));
	result->param = param.n ? arena_strdup(&r->arena, param.p) : NULL;
	vec_done(&list);
}

static void
take_exit_codes(struct reading *r, struct result *result)
{
	for (json_enter(r->js); json_next(r->js);)
		result->failures += json_take_number(r->js) != 0;
}

static void
take_statistic(struct reading *r, struct result *result)
{
	static const enum run_stat stats[] = {RUN_MEAN, RUN_STDDEV, RUN_MEDIAN, RUN_MIN, RUN_MAX};

	for (size_t i = 0; i < ARRAY_LEN(stats); i++) {
		if (!json_key_is(r->js, run_stat_name(stats[i])))
			continue;
		result->time.stat[stats[i]] = json_take_number(r->js);
		return;
	}
}

static void
take_member(struct reading *r, struct result *result)
{
	struct json_stream *js = r->js;

	if (json_key_is(js, "command"))
		result->command = json_take_text(js, &r->arena);
	else if (json_key_is(js, "parameters") && json_kind(js) == JSON_OBJECT)
		take_params(r, result);
	else if (json_key_is(js, "user"))
		result->user = json_take_number(js);
	else if (json_key_is(js, "system"))
		result->system = json_take_number(js);
	else if (json_key_is(js, "exit_codes"))
		take_exit_codes(r, result);
	else if (json_key_is(js, "times"))
		for (json_enter(js); json_next(js);)
			vec_add(&r->times, json_take_number(js));
	else if (json_key_is(js, "memory_usage_byte"))
		for (json_enter(js); json_next(js);)
			vec_add(&r->memory, json_take_number(js));
	else
		take_statistic(r, result);
}

/* Whether the command shows its parameters; one that has a name of its own (-n) may not. */
static bool
shows_params(const struct result *result)
{
	for (const struct run_pair *p = result->params; p && p->key; p++)
		if (p->value && !strstr(result->command, p->value))
			return false;
	return true;
}

/* Commands that are called the same are told apart by their parameters, or by a number. */
static const char *
name_of(struct reading *r, const struct result *result)
{
	const char *name = result->command;
	size_t same = 1;

	if (!shows_params(result))
		name = arena_printf(&r->arena, "%s [%s]", name, result->param);
	for (size_t i = 0; i < r->names.n; i++)
		same += strcmp(r->names.v[i], name) == 0;
	vec_add(&r->names, arena_strdup(&r->run->arena, name));
	return same > 1 ? arena_printf(&r->arena, "%s #%zu", name, same) : name;
}

static size_t
values_of(struct reading *r, const struct result *result, struct run_value values[3])
{
	size_t n = 0;

	values[n] = result->time;
	values[n].data = r->times.v;
	values[n++].n_data = r->times.n;
	if (isfinite(result->user + result->system)) {
		values[n] = run_value_init();
		values[n].metric = "cpu";
		values[n].clock = CLOCK_KIND_CPU;
		values[n++].stat[RUN_MEAN] = result->user + result->system;
	}
	if (r->memory.n) {
		values[n] = run_value_init();
		values[n].metric = "rss";
		values[n].unit = "B";
		values[n].aside = true;
		values[n].data = r->memory.v;
		values[n++].n_data = r->memory.n;
	}
	for (size_t i = 0; i < n; i++)
		format_fill(&values[i]);
	return n;
}

static int
take_result(struct reading *r, struct err *err)
{
	struct result result = {
		.user = (double)NAN, .system = (double)NAN, .time = run_value_init()};
	struct outcome bad = OUTCOME_INIT;
	struct run_value values[3];

	arena_reset(&r->arena);
	r->times.n = r->memory.n = 0;
	r->place++;
	for (json_enter(r->js); json_next(r->js);)
		take_member(r, &result);
	if (json_stream_failed(r->js))
		return 0;
	if (!result.command) {
		json_stream_fail(r->js, "result %zu names no command", r->place);
		return 0;
	}
	struct run_bench bench = {.param = result.param, .params = result.params};
	bench.name = bench.fullname = name_of(r, &result);
	bench.values = values;
	bench.n_values = values_of(r, &result, values);
	values[0].stat[RUN_ITERATIONS] = 1;
	if (result.failures)
		run_note(r->run, "'%s' ended with a failure in %zu of its runs", bench.name,
			result.failures);
	if (!r->times.n && isnan(result.time.stat[RUN_MEAN])) {
		outcome_set(&bad, OUTCOME_BAD_OUTPUT, "neither times nor a mean of them");
		bench.outcome = &bad;
	}
	return r->sink->bench(&bench, r->sink->arg, err);
}

static int
read_file(const char *path, struct run *run, const struct run_sink *sink, struct err *err)
{
	scoped(reading) r = {.run = run, .sink = sink};
	bool known = false;
	int result = 0;

	if (json_stream_open(path, &r.js, err) < 0)
		return -1;
	for (json_enter(r.js); result == 0 && json_next(r.js);) {
		if (!json_key_is(r.js, "results") || json_kind(r.js) != JSON_ARRAY)
			continue;
		known = true;
		for (json_enter(r.js); result == 0 && json_next(r.js);)
			result = take_result(&r, err);
	}
	if (result < 0 || json_stream_end(r.js, err) < 0)
		return -1;
	run->facts.tool = "hyperfine";
	if (known)
		return 0;
	return err_set(err, ERR_USAGE, "not hyperfine's: it has no list of results");
}

static int
looks(const char *path, bool is_dir, const char *head, size_t n)
{
	(void)path;
	if (is_dir || !format_holds(head, n, "\"results\"") ||
		!format_holds(head, n, "\"command\""))
		return 0;
	return format_holds(head, n, "\"user\"") && format_holds(head, n, "\"system\"") ? 85 : 0;
}

const struct format format_hyperfine = {
	.name = "hyperfine",
	.summary = "hyperfine's JSON (--export-json)",
	.looks = looks,
	.read = read_file,
};

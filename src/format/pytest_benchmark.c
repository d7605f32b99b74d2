/* pytest-benchmark's JSON, 3.0 to 5.3, with what pytest-benchmem, pytest-park and our own pytest
 * plugin put into it. Times are seconds per iteration. */
#include "format/known.h"

#include "base/str.h"
#include "ext/json_stream.h"
#include "format/benchmem.h"

#include <math.h>
#include <string.h>

#define TEXT_MAX 1000   /* bytes of a parameter that are kept */
#define FACT_MAX 100000 /* of a fact about the machine: flags of its processor are a long list */

struct reading {
	struct json_stream *js;
	struct run *run;
	const struct run_sink *sink;
	struct arena arena;    /* of one bench */
	vec(double) data, cpu; /* rounds; cpu: by the CPU clock, as our plugin notes them */
	vec(struct run_value) values;
	size_t place; /* in the list of benchmarks */
	size_t next_stat;
};

static void
reading_done(struct reading *r)
{
	json_stream_close(r->js);
	arena_done(&r->arena);
	vec_done(&r->data);
	vec_done(&r->cpu);
	vec_done(&r->values);
}

/* Under its key, as struct run_pair has it; lists and objects are cut where they are long. */
static struct run_pair
take_pair(struct json_stream *js, struct arena *arena, size_t max)
{
	struct run_pair pair = {.key = arena_strdup(arena, json_key(js))};
	enum json_kind kind = json_kind(js);
	scoped(str) text = STR_INIT;

	pair.is_text = kind == JSON_TEXT;
	if (kind == JSON_TEXT) {
		pair.value = json_take_text(js, arena);
	} else if (kind == JSON_TRUE || kind == JSON_FALSE || kind == JSON_NULL) {
		pair.value = kind == JSON_TRUE ? "True" : kind == JSON_FALSE ? "False" : "None";
		json_skip(js);
	} else {
		str_init(&text, max);
		json_take_raw(js, &text);
		pair.value = arena_strndup(arena, text.p, text.n);
		pair.is_text = text.full; /* no JSON any more */
	}
	return pair;
}

static const char *
text_of(struct json_stream *js, struct arena *arena)
{
	return take_pair(js, arena, TEXT_MAX).value;
}

/* NULL for null. */
static const char *
optional_text(struct json_stream *js, struct arena *arena)
{
	if (json_kind(js) == JSON_TEXT)
		return json_take_text(js, arena);
	if (json_kind(js) != JSON_NULL)
		return text_of(js, arena);
	json_skip(js);
	return NULL;
}

/* The scalars of the object that is due (or all its members), ending with a NULL key. */
static const struct run_pair *
take_pairs(struct json_stream *js, struct arena *arena, bool scalars_only)
{
	vec(struct run_pair) list = {0};

	for (json_enter(js); json_next(js);) {
		enum json_kind kind = json_kind(js);

		if (scalars_only && (kind == JSON_OBJECT || kind == JSON_ARRAY))
			continue;
		vec_add(&list, take_pair(js, arena, TEXT_MAX));
	}
	vec_add(&list, (struct run_pair){0});
	const struct run_pair *copy = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	vec_done(&list);
	return copy;
}

static const char *const *
take_texts(struct json_stream *js, struct arena *arena)
{
	vec(const char *) list = {0};

	if (json_kind(js) == JSON_TEXT) {
		const char **one = arena_alloc(arena, 2, sizeof(*one));
		one[0] = json_take_text(js, arena);
		return one;
	}
	for (json_enter(js); json_next(js);)
		vec_add(&list, text_of(js, arena));
	vec_add(&list, NULL);
	const char *const *copy = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	vec_done(&list);
	return copy;
}

/* Every value of the object that is due, by its path: "cpu.brand_raw". */
static void
take_machine(struct reading *r, const char *prefix)
{
	for (json_enter(r->js); json_next(r->js);) {
		scoped_free char *key = xasprintf("%s%s", prefix, json_key(r->js));

		if (json_kind(r->js) == JSON_OBJECT) {
			scoped_free char *deeper = xasprintf("%s.", key);
			take_machine(r, deeper);
			continue;
		}
		struct run_pair pair = take_pair(r->js, &r->run->arena, FACT_MAX);
		pair.key = key;
		run_machine_pair(r->run, &pair);
	}
}

static void
take_commit(struct reading *r)
{
	struct run_facts *facts = &r->run->facts;
	struct arena *arena = &r->run->arena;

	for (json_enter(r->js); json_next(r->js);) {
		if (json_key_is(r->js, "id"))
			facts->commit = optional_text(r->js, arena);
		else if (json_key_is(r->js, "time"))
			facts->commit_time = optional_text(r->js, arena);
		else if (json_key_is(r->js, "author_time"))
			facts->author_time = optional_text(r->js, arena);
		else if (json_key_is(r->js, "branch"))
			facts->branch = optional_text(r->js, arena);
		else if (json_key_is(r->js, "project"))
			facts->project = optional_text(r->js, arena);
		else if (json_key_is(r->js, "dirty"))
			facts->dirty = json_take_true(r->js);
	}
}

/* pytest-park's. */
static void
take_metadata(struct reading *r)
{
	const char *label = NULL;
	struct run_facts *facts = &r->run->facts;

	for (json_enter(r->js); json_next(r->js);) {
		if (json_key_is(r->js, "run_id"))
			facts->id = optional_text(r->js, &r->run->arena);
		else if (json_key_is(r->js, "tag"))
			facts->tag = optional_text(r->js, &r->run->arena);
		else if (json_key_is(r->js, "label"))
			label = optional_text(r->js, &r->run->arena);
	}
	if (!facts->tag)
		facts->tag = label;
}

/* "12;3" */
static void
take_outliers(struct reading *r, struct run_value *value)
{
	const char *text = json_take_text(r->js, &r->arena);
	char *end = NULL;

	if (!text)
		return;
	value->stat[RUN_STDDEV_OUTLIERS] = strtod(text, &end);
	if (end && *end == ';')
		value->stat[RUN_IQR_OUTLIERS] = strtod(end + 1, NULL);
}

static void
take_data(struct reading *r)
{
	r->data.n = 0;
	for (json_enter(r->js); json_next(r->js);)
		vec_add(&r->data, json_take_number(r->js));
}

/* What our plugin adds: the CPU time of the rounds, and quantiles (type 7) where it left the rounds
 * out. */
static bool
take_own_stat(struct reading *r, struct run_value *value, struct run_value *cpu)
{
	if (!str_starts(json_key(r->js), "revsweep_"))
		return false;
	if (json_key_is(r->js, "revsweep_cpu")) {
		r->cpu.n = 0;
		for (json_enter(r->js); json_next(r->js);)
			vec_add(&r->cpu, json_take_number(r->js));
	} else if (json_key_is(r->js, "revsweep_q25")) {
		value->stat[RUN_Q1] = json_take_number(r->js);
	} else if (json_key_is(r->js, "revsweep_cpu_q25")) {
		cpu->stat[RUN_Q1] = json_take_number(r->js);
	} else if (json_key_is(r->js, "revsweep_cpu_median")) {
		cpu->stat[RUN_MEDIAN] = json_take_number(r->js);
	} else if (json_key_is(r->js, "revsweep_cpu_mean")) {
		cpu->stat[RUN_MEAN] = json_take_number(r->js);
	} else {
		return false;
	}
	return true;
}

/* The CPU clock becomes a metric beside the time. Rounds that are not those of the time are left
 * out rather than guessed. */
static void
add_cpu(struct reading *r, struct run_value *cpu)
{
	const struct run_value *time = &r->values.v[0];

	if (r->cpu.n && r->cpu.n != r->data.n)
		return;
	cpu->metric = "cpu";
	cpu->clock = CLOCK_KIND_CPU;
	cpu->aside = true;
	cpu->stat[RUN_ROUNDS] = time->stat[RUN_ROUNDS];
	cpu->stat[RUN_ITERATIONS] = time->stat[RUN_ITERATIONS];
	cpu->data = r->cpu.v;
	cpu->n_data = r->cpu.n;
	format_fill(cpu);
	if (r->cpu.n || !isnan(cpu->stat[RUN_MEDIAN]))
		vec_add(&r->values, *cpu);
}

/* Files have them in this order, so that the next one is mostly the right one. */
static void
take_stat(struct reading *r, struct run_value *value)
{
	static const enum run_stat order[] = {RUN_MIN, RUN_MAX, RUN_MEAN, RUN_STDDEV, RUN_ROUNDS,
		RUN_MEDIAN, RUN_IQR, RUN_Q1, RUN_Q3, RUN_IQR_OUTLIERS, RUN_STDDEV_OUTLIERS,
		RUN_LD15IQR, RUN_HD15IQR, RUN_OPS, RUN_TOTAL, RUN_ITERATIONS};

	for (size_t k = 0; k < ARRAY_LEN(order); k++) {
		size_t i = (r->next_stat + k) % ARRAY_LEN(order);

		if (!json_key_is(r->js, run_stat_name(order[i])))
			continue;
		if (!r->sink->brief || order[i] < RUN_TABLE_COUNT)
			value->stat[order[i]] = json_take_number(r->js);
		r->next_stat = i + 1;
		return;
	}
}

static void
take_stats(struct reading *r, struct run_value *value)
{
	struct run_value cpu = run_value_init();

	r->data.n = r->cpu.n = 0;
	for (json_enter(r->js); json_next(r->js);) {
		if (json_key_is(r->js, "data"))
			take_data(r);
		else if (json_key_is(r->js, "outliers"))
			take_outliers(r, value);
		else if (!take_own_stat(r, value, &cpu))
			take_stat(r, value);
	}
	if (isnan(value->stat[RUN_OPS]) && value->stat[RUN_MEAN] > 0)
		value->stat[RUN_OPS] = 1 / value->stat[RUN_MEAN];
	value->data = r->data.v;
	value->n_data = r->data.n;
	format_fill(value);
	add_cpu(r, &cpu);
}

static void
take_options(struct reading *r, struct run_bench *bench, struct run_value *value)
{
	const char *timer;

	bench->options = take_pairs(r->js, &r->arena, true);
	timer = run_pair_get(bench->options, "timer");
	if (str_eq(timer, "process_time") || str_eq(timer, "thread_time"))
		value->clock = CLOCK_KIND_CPU;
}

static void
take_memory(struct reading *r)
{
	struct run_value found[BENCHMEM_METRICS];
	const char *why = NULL;
	size_t n = 0;

	if (json_key_is(r->js, "benchmem"))
		benchmem_take(r->js, &r->arena, found, &n, &why);
	else
		benchmem_take_peak_mib(r->js, &r->arena, found, &n);
	if (why)
		run_note(r->run, "benchmark %zu: the memory passes cannot be used: %s", r->place,
			why);
	for (size_t i = 0; i < n; i++)
		vec_add(&r->values, found[i]);
}

static void
take_extra(struct reading *r, struct run_bench *bench)
{
	vec(struct run_pair) list = {0};

	for (json_enter(r->js); json_next(r->js);) {
		enum json_kind kind = json_kind(r->js);

		if (json_key_is(r->js, "benchmem") || json_key_is(r->js, "peak_mib")) {
			take_memory(r);
		} else if (json_key_is(r->js, "marks") || json_key_is(r->js, "markers")) {
			bench->marks = take_texts(r->js, &r->arena);
		} else if (kind == JSON_OBJECT && (json_key_is(r->js, "custom_groups") ||
							  json_key_is(r->js, "groupings"))) {
			bench->groups = take_pairs(r->js, &r->arena, true);
		} else if (kind != JSON_OBJECT && kind != JSON_ARRAY) {
			vec_add(&list, take_pair(r->js, &r->arena, TEXT_MAX));
		}
	}
	vec_add(&list, (struct run_pair){0});
	bench->extra = arena_copy(&r->arena, list.v, list.n, sizeof(*list.v));
	vec_done(&list);
}

static void
take_member(struct reading *r, struct run_bench *bench)
{
	struct json_stream *js = r->js;
	struct arena *arena = &r->arena;

	if (json_key_is(js, "name"))
		bench->name = json_take_text(js, arena);
	else if (json_key_is(js, "fullname"))
		bench->fullname = json_take_text(js, arena);
	else if (json_key_is(js, "group"))
		bench->group = optional_text(js, arena);
	else if (json_key_is(js, "param"))
		bench->param = optional_text(js, arena);
	else if (json_key_is(js, "params") && json_kind(js) == JSON_OBJECT)
		bench->params = take_pairs(js, arena, false);
	else if (json_key_is(js, "marks") || json_key_is(js, "markers"))
		bench->marks = take_texts(js, arena);
	else if (json_key_is(js, "extra_info"))
		take_extra(r, bench);
	else if (json_key_is(js, "options") && !r->sink->brief)
		take_options(r, bench, &r->values.v[0]);
	else if (json_key_is(js, "stats"))
		take_stats(r, &r->values.v[0]);
}

static bool
has_numbers(const struct run_value *value)
{
	return !isnan(value->stat[RUN_MIN]) || !isnan(value->stat[RUN_MEAN]) ||
	       !isnan(value->stat[RUN_MEDIAN]);
}

static int
take_bench(struct reading *r, struct err *err)
{
	struct outcome bad = OUTCOME_INIT;
	struct run_bench bench = {0};

	arena_reset(&r->arena);
	r->values.n = r->data.n = 0;
	vec_add(&r->values, run_value_init());
	r->place++;
	for (json_enter(r->js); json_next(r->js);)
		take_member(r, &bench);
	if (json_stream_failed(r->js))
		return 0;
	if (!bench.fullname)
		bench.fullname = bench.name;
	if (!bench.name)
		bench.name = bench.fullname;
	if (!bench.name) {
		run_note(r->run, "benchmark %zu has no name and was left out", r->place);
		return 0;
	}
	if (!has_numbers(&r->values.v[0])) {
		outcome_set(&bad, OUTCOME_BAD_OUTPUT, "neither a mean, a median nor a minimum");
		bench.outcome = &bad;
	}
	bench.values = r->values.v;
	bench.n_values = r->values.n;
	return r->sink->bench(&bench, r->sink->arg, err);
}

static int
take_document(struct reading *r, bool *ret_known, struct err *err)
{
	struct run_facts *facts = &r->run->facts;
	struct arena *arena = &r->run->arena;
	int result = 0;

	for (json_enter(r->js); json_next(r->js);) {
		if (json_key_is(r->js, "benchmarks") && json_kind(r->js) == JSON_ARRAY) {
			*ret_known = true;
			for (json_enter(r->js); result == 0 && json_next(r->js);)
				result = take_bench(r, err);
		} else if (json_key_is(r->js, "machine_info")) {
			take_machine(r, "");
		} else if (json_key_is(r->js, "commit_info")) {
			take_commit(r);
		} else if (json_key_is(r->js, "metadata")) {
			take_metadata(r);
		} else if (json_key_is(r->js, "run_id") && !facts->id) {
			facts->id = optional_text(r->js, arena);
		} else if (json_key_is(r->js, "tag") && !facts->tag) {
			facts->tag = optional_text(r->js, arena);
		} else if (json_key_is(r->js, "datetime")) {
			facts->date = optional_text(r->js, arena);
		} else if (json_key_is(r->js, "version")) {
			const char *version = optional_text(r->js, arena);
			facts->tool =
				arena_printf(arena, "pytest-benchmark %s", version ? version : "?");
		}
		if (result < 0)
			return -1;
	}
	facts->time = run_time_of(facts->date);
	return 0;
}

static int
read_file(const char *path, struct run *run, const struct run_sink *sink, struct err *err)
{
	scoped(reading) r = {.run = run, .sink = sink};
	bool known = false;

	if (json_stream_open(path, &r.js, err) < 0 || take_document(&r, &known, err) < 0 ||
		json_stream_end(r.js, err) < 0)
		return -1;
	if (known)
		return 0;
	return err_set(err, ERR_USAGE, "not pytest-benchmark's: it has no list of benchmarks");
}

static int
looks(const char *path, bool is_dir, const char *head, size_t n)
{
	(void)path;
	if (is_dir || !format_holds(head, n, "\"fullname\""))
		return !is_dir && format_holds(head, n, "\"machine_info\"") ? 90 : 0;
	return 80;
}

const struct format format_pytest_benchmark = {
	.name = "pytest-benchmark",
	.summary = "pytest-benchmark's JSON, also with pytest-benchmem's memory passes",
	.looks = looks,
	.read = read_file,
};

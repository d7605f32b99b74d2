/* Google Benchmark's JSON: a row for each repetition, then aggregates of them; real_time and
 * cpu_time as the metrics time and cpu, counters as metrics. */
#include "format/known.h"

#include "base/str.h"
#include "ext/json_stream.h"
#include "format/gather.h"

#include <math.h>
#include <string.h>

struct counter {
	const char *name;
	double v;
};

/* One row, as it is read; texts live in the reading's arena. */
struct row {
	const char *name, *run_name, *run_type, *aggregate, *unit, *label, *error, *skip;
	bool failed, skipped, fits;
	double real, cpu, iterations, repetitions;
	vec(struct counter) counters;
};

struct reading {
	struct json_stream *js;
	struct run *run;
	struct arena arena; /* of one row */
	struct gather gather;
	struct row row;
	size_t place; /* in the list of benchmarks */
	bool context, list;
};

static void
reading_done(struct reading *r)
{
	json_stream_close(r->js);
	arena_done(&r->arena);
	gather_done(&r->gather);
	vec_done(&r->row.counters);
}

/* ---- a row's members */

static const char **
text_member(struct row *row, const char *key)
{
	const struct {
		const char *key;
		const char **to;
	} texts[] = {{"name", &row->name}, {"run_name", &row->run_name},
		{"run_type", &row->run_type}, {"aggregate_name", &row->aggregate},
		{"time_unit", &row->unit}, {"label", &row->label}, {"error_message", &row->error},
		{"skip_message", &row->skip}};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (strcmp(key, texts[i].key) == 0)
			return texts[i].to;
	return NULL;
}

static double *
number_member(struct row *row, const char *key)
{
	const struct {
		const char *key;
		double *to;
	} numbers[] = {{"real_time", &row->real}, {"cpu_time", &row->cpu},
		{"iterations", &row->iterations}, {"repetitions", &row->repetitions}};

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (strcmp(key, numbers[i].key) == 0)
			return numbers[i].to;
	return NULL;
}

/* Numbers that say which row it is. */
static bool
is_place(const char *key)
{
	static const char *const keys[] = {
		"family_index", "per_family_instance_index", "repetition_index", "threads"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* What a complexity fit has instead of times. */
static bool
is_of_fit(const char *key)
{
	return strcmp(key, "big_o") == 0 || strcmp(key, "rms") == 0 ||
	       strcmp(key, "cpu_coefficient") == 0 || strcmp(key, "real_coefficient") == 0;
}

static void
take_member(struct reading *r)
{
	struct row *row = &r->row;
	const char *key = json_key(r->js), **text = text_member(row, key);
	double *number = number_member(row, key);

	if (text) {
		*text = json_take_text(r->js, &r->arena);
	} else if (number) {
		*number = json_take_number(r->js);
	} else if (strcmp(key, "error_occurred") == 0) {
		row->failed = json_take_true(r->js);
	} else if (strcmp(key, "skipped") == 0) {
		row->skipped = json_take_true(r->js);
	} else if (is_of_fit(key)) {
		row->fits = true;
	} else if (json_kind(r->js) == JSON_NUMBER && !is_place(key)) {
		struct counter counter = {.name = arena_strdup(&r->arena, key)};

		counter.v = json_take_number(r->js);
		vec_add(&row->counters, counter);
	}
}

/* ---- a row as a round, or as statistics */

static double
factor_of(const char *unit)
{
	static const struct {
		const char *name;
		double factor;
	} units[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};

	for (size_t i = 0; unit && i < ARRAY_LEN(units); i++)
		if (strcmp(unit, units[i].name) == 0)
			return units[i].factor;
	return unit ? (double)NAN : 1e-9; /* nanoseconds before there was a choice */
}

/* What follows the family's name: "8/64", "8/threads:2"; a slash in <> is the family's. */
static const char *
param_of(const char *name)
{
	int depth = 0;

	for (const char *p = name; *p; p++) {
		depth += (*p == '<') - (*p == '>');
		if (*p == '/' && depth <= 0 && p[1])
			return p + 1;
	}
	return NULL;
}

/* "BM_x/8_mean", as versions before 1.5 wrote it, is an aggregate when "BM_x/8" came before. */
static void
split_old_name(struct reading *r)
{
	static const char *const aggregates[] = {"mean", "median", "stddev", "cv"};
	struct row *row = &r->row;
	const char *cut = strrchr(row->name, '_');

	row->run_name = row->name;
	for (size_t i = 0; cut && i < ARRAY_LEN(aggregates); i++) {
		if (strcmp(cut + 1, aggregates[i]) != 0)
			continue;
		const char *base = arena_strndup(&r->arena, row->name, (size_t)(cut - row->name));
		if (!gather_find(&r->gather, base))
			return;
		row->aggregate = aggregates[i];
		row->run_name = base;
		return;
	}
}

static void
set_outcome(struct outcome *outcome, enum outcome_kind kind, const char *why, const char *otherwise)
{
	why = why ? why + strspn(why, " \t\r\n") : "";
	why = *why ? why : otherwise;
	outcome_set(outcome, kind, "%.*s", (int)strcspn(why, "\r\n"), why);
}

/* A repetition that could not be measured makes the bench one that was not. */
static void
judge_row(const struct row *row, struct outcome *outcome)
{
	if (outcome->kind != OUTCOME_OK)
		return;
	if (row->failed)
		set_outcome(outcome, OUTCOME_FAILED, row->error, "it reported an error");
	else if (row->skipped)
		set_outcome(outcome, OUTCOME_SKIPPED, row->skip, "it skipped itself");
	else if (isnan(factor_of(row->unit)))
		outcome_set(outcome, OUTCOME_FAILED, "unknown time unit '%.50s'", row->unit);
}

/* What a counter is called here. All that is known of one of the suite's own is its name. */
static struct run_value
metric_of(struct reading *r, const struct gather_bench *bench, const char *counter)
{
	static const struct {
		const char *counter, *metric, *unit;
	} known[] = {{"bytes_per_second", "throughput", "B/s"},
		{"items_per_second", "throughput", "items/s"}, {"max_bytes_used", "peak", "B"},
		{"allocs_per_iter", "allocations", "allocations"},
		{"total_allocated_bytes", "allocated", "B"}};
	struct run_value value = run_value_init();

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(counter, known[i].counter) != 0)
			continue;
		value.metric = known[i].metric;
		value.unit = known[i].unit;
		value.aside = strcmp(value.metric, "throughput") == 0;
		value.direction = value.aside ? HIGHER_IS_BETTER : LOWER_IS_BETTER;
		if (i != 1)
			return value;
		/* Bytes come first, where there are both. */
		for (size_t k = 0; k < bench->values.n; k++)
			if (str_eq(bench->values.v[k].value.unit, "B/s"))
				value.metric = "items_per_second";
		return value;
	}
	value.metric = value.unit = arena_strdup(&r->gather.arena, counter);
	value.aside = true;
	if (str_ends(counter, "_per_second") || str_ends(counter, "/s"))
		value.direction = HIGHER_IS_BETTER;
	return value;
}

static void
set_stat(struct gather_bench *bench, const struct run_value *like, const struct row *row, double v)
{
	struct run_value *value = &gather_value(bench, like)->value;
	bool counted = row->repetitions >= 1 && row->repetitions < 1e9;

	if (strcmp(row->aggregate, "mean") == 0)
		value->stat[RUN_MEAN] = v;
	else if (strcmp(row->aggregate, "median") == 0)
		value->stat[RUN_MEDIAN] = v;
	else if (strcmp(row->aggregate, "stddev") == 0)
		value->stat[RUN_STDDEV] = v;
	value->stat[RUN_ROUNDS] = counted ? row->repetitions : 1;
}

static void
add_number(
	struct gather_bench *bench, const struct run_value *like, const struct row *row, double v)
{
	if (row->aggregate) {
		set_stat(bench, like, row, v);
		return;
	}
	struct run_value *value = &gather_value(bench, like)->value;
	if (isnan(value->stat[RUN_ITERATIONS]))
		value->stat[RUN_ITERATIONS] = row->iterations;
	gather_round(bench, like, v);
}

static void
keep_label(struct reading *r, struct gather_bench *bench)
{
	struct run_pair *pairs = arena_alloc(&r->gather.arena, 2, sizeof(*pairs));

	pairs[0].key = "label";
	pairs[0].value = arena_strdup(&r->gather.arena, r->row.label);
	bench->bench.extra = pairs;
}

static void
keep_row(struct reading *r)
{
	struct row *row = &r->row;
	struct gather_bench *bench = gather_bench(&r->gather, row->run_name);
	struct run_value real = run_value_init(), cpu = run_value_init();
	double factor = factor_of(row->unit);

	bench->bench.param = param_of(bench->bench.fullname);
	if (row->label && *row->label && !bench->bench.extra)
		keep_label(r, bench);
	judge_row(row, &bench->outcome);
	cpu.metric = "cpu";
	cpu.clock = CLOCK_KIND_CPU;
	add_number(bench, &real, row, row->real * factor);
	add_number(bench, &cpu, row, row->cpu * factor);
	for (size_t i = 0; i < row->counters.n; i++) {
		struct run_value like = metric_of(r, bench, row->counters.v[i].name);

		add_number(bench, &like, row, row->counters.v[i].v);
	}
}

static void
take_row(struct reading *r)
{
	struct row *row = &r->row;

	arena_reset(&r->arena);
	row->counters.n = 0;
	*row = (struct row){.real = (double)NAN,
		.cpu = (double)NAN,
		.iterations = (double)NAN,
		.repetitions = (double)NAN,
		.counters.v = row->counters.v,
		.counters.cap = row->counters.cap};
	r->place++;
	for (json_enter(r->js); json_next(r->js);)
		take_member(r);
	if (json_stream_failed(r->js))
		return;
	if (!row->name && !row->run_name) {
		json_stream_fail(r->js, "benchmark %zu has no name", r->place);
		return;
	}
	if (row->run_type && strcmp(row->run_type, "iteration") == 0)
		row->aggregate = NULL;
	else if (row->run_type && !row->aggregate)
		row->aggregate = "";
	if (!row->run_type && row->name)
		split_old_name(r);
	else if (!row->run_name)
		row->run_name = row->name;
	/* Complexity fits belong to no size, so they are no bench. */
	if (!row->fits && !str_eq(row->aggregate, "BigO") && !str_eq(row->aggregate, "RMS"))
		keep_row(r);
}

/* ---- the file */

static void
take_context(struct reading *r)
{
	struct run_facts *facts = &r->run->facts;
	struct arena *arena = &r->run->arena;
	const char *version = NULL;

	for (json_enter(r->js); json_next(r->js);) {
		scoped_free char *key = xstrdup(json_key(r->js));
		scoped(str) raw = STR_INIT;

		if (json_kind(r->js) == JSON_OBJECT || json_kind(r->js) == JSON_ARRAY)
			continue;
		if (json_kind(r->js) != JSON_TEXT) {
			json_take_raw(r->js, &raw);
			run_machine(r->run, key, raw.p);
			continue;
		}
		const char *text = json_take_text(r->js, arena);
		if (!text)
			continue;
		if (strcmp(key, "date") == 0)
			facts->date = text;
		else if (strcmp(key, "library_version") == 0)
			version = text;
		else
			run_machine(r->run, key, text);
		if (strcmp(key, "library_build_type") == 0 && strcmp(text, "debug") == 0)
			run_note(r->run, "Google Benchmark itself was built for debugging: its "
					 "loop adds to the times");
	}
	facts->time = run_time_of(facts->date);
	facts->tool =
		version ? arena_printf(arena, "google-benchmark %s", version) : "google-benchmark";
}

static int
read_file(const char *path, struct run *run, const struct run_sink *sink, struct err *err)
{
	scoped(reading) r = {.run = run};

	if (json_stream_open(path, &r.js, err) < 0)
		return -1;
	for (json_enter(r.js); json_next(r.js);) {
		if (json_key_is(r.js, "context") && json_kind(r.js) == JSON_OBJECT) {
			r.context = true;
			take_context(&r);
		} else if (json_key_is(r.js, "benchmarks") && json_kind(r.js) == JSON_ARRAY) {
			r.list = true;
			for (json_enter(r.js); json_next(r.js);)
				take_row(&r);
		}
	}
	int bad = json_stream_end(r.js, err);
	if (gather_send(&r.gather, sink, bad < 0 ? &(struct err)ERR_INIT : err) < 0 || bad < 0)
		return -1;
	if (r.context && r.list)
		return 0;
	return err_set(err, ERR_USAGE, "not Google Benchmark's: no context or no benchmarks");
}

static int
looks(const char *path, bool is_dir, const char *head, size_t n)
{
	(void)path;
	if (is_dir || !format_holds(head, n, "\"context\"") ||
		format_holds(head, n, "\"fullname\""))
		return 0;
	if (format_holds(head, n, "\"library_build_type\"") ||
		format_holds(head, n, "\"mhz_per_cpu\""))
		return 90;
	return format_holds(head, n, "\"real_time\"") ? 80 : 0;
}

const struct format format_google_benchmark = {
	.name = "google-benchmark",
	.summary = "Google Benchmark's JSON (--benchmark_out)",
	.looks = looks,
	.read = read_file,
};

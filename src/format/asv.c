/* asv's results/MACHINE/COMMIT-ENVIRONMENT.json, versions 1 (up to 0.4) and 2 (since 0.5), with
 * results/benchmarks.json beside for units and names of parameters. A file is a run; each
 * combination of parameters is a bench. */
#include "format/asv.h"

#include "base/str.h"
#include "ext/json_stream.h"
#include "format/known.h"
#include "sys/fs.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define COLUMNS_MAX 32
#define CELLS_MAX 1000000

/* What benchmarks.json says of a benchmark. */
struct about {
	const char *name, *type, *unit;
	const char *const *param_names; /* NULL-terminated, or NULL */
};

/* The numbers of one combination of parameters. */
struct cell {
	enum json_kind kind; /* of the result: JSON_NULL is a failure */
	double result;
	const double *samples;
	size_t n_samples;
	double stat[RUN_STAT_COUNT];
};

struct dimension {
	const char *const *values;
	size_t n;
};

struct reading {
	struct json_stream *js;
	struct run *run;
	const struct run_sink *sink;
	struct arena arena, kept; /* of one benchmark; of the whole file */
	vec(struct about) abouts; /* sorted by name */
	const char *columns[COLUMNS_MAX];
	size_t n_columns;
	vec(struct cell) cells;
	vec(struct dimension) dimensions;
	double first_ms; /* when the first benchmark was started; NAN: nobody says */
};

static void
reading_done(struct reading *r)
{
	json_stream_close(r->js);
	arena_done(&r->arena);
	arena_done(&r->kept);
	vec_done(&r->abouts);
	vec_done(&r->cells);
	vec_done(&r->dimensions);
}

/* ---- metrics */

static const char *
type_of_name(const char *name)
{
	static const struct {
		const char *prefix, *type;
	} kinds[] = {{"time_", "time"}, {"timeraw_", "time"}, {"Time", "time"},
		{"peakmem_", "peakmemory"}, {"PeakMem", "peakmemory"}, {"mem_", "memory"},
		{"Mem", "memory"}, {"track_", "track"}, {"Track", "track"}};
	const char *last = name, *end = name + strcspn(name, "(");

	for (const char *p = name; p < end; p++)
		last = *p == '.' ? p + 1 : last;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_starts(last, kinds[i].prefix))
			return kinds[i].type;
	return "time";
}

struct asv_metric
asv_metric_of(const char *name, const char *type, const char *unit)
{
	if (!type)
		type = type_of_name(name);
	if (strcmp(type, "time") == 0)
		return (struct asv_metric){"time", "s"};
	if (strcmp(type, "peakmemory") == 0)
		return (struct asv_metric){"peak", "B"};
	if (strcmp(type, "memory") == 0)
		return (struct asv_metric){"size", "B"};
	return (struct asv_metric){"value", unit ? unit : "unit"};
}

/* ---- benchmarks.json */

static const char *const *
take_texts(struct json_stream *js, struct arena *arena, size_t *ret_n)
{
	vec(const char *) list = {0};

	for (json_enter(js); json_next(js);) {
		const char *text = json_take_text(js, arena);
		vec_add(&list, text ? text : "?");
	}
	*ret_n = list.n;
	vec_add(&list, NULL);
	const char *const *copy = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	vec_done(&list);
	return copy;
}

static void
take_about(struct reading *r, struct json_stream *js)
{
	struct about about = {.name = arena_strdup(&r->kept, json_key(js))};
	size_t n;

	if (json_kind(js) != JSON_OBJECT)
		return;
	for (json_enter(js); json_next(js);) {
		if (json_key_is(js, "type"))
			about.type = json_take_text(js, &r->kept);
		else if (json_key_is(js, "unit"))
			about.unit = json_take_text(js, &r->kept);
		else if (json_key_is(js, "param_names"))
			about.param_names = take_texts(js, &r->kept, &n);
	}
	vec_add(&r->abouts, about);
}

static int
by_name(const void *a, const void *b)
{
	const struct about *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* A machine's directory lies beside benchmarks.json. Without the file names must do. */
static void
read_abouts(struct reading *r, const char *path)
{
	scoped_free char *dir = path_dir(path), *above = path_dir(dir);
	scoped_free char *file = path_join(above, "benchmarks.json");
	struct json_stream *js = NULL;
	struct err err = ERR_INIT;

	if (!fs_exists(file))
		return;
	if (json_stream_open(file, &js, &err) == 0) {
		for (json_enter(js); json_next(js);)
			take_about(r, js);
		json_stream_end(js, &err);
	}
	json_stream_close(js);
	if (err.kind != ERR_NONE)
		run_note(r->run, "%s is not used: %s", file, err.text);
	if (r->abouts.n)
		qsort(r->abouts.v, r->abouts.n, sizeof(*r->abouts.v), by_name);
}

static const struct about *
about_of(const struct reading *r, const char *name)
{
	struct about key = {.name = name};

	if (r->abouts.n == 0)
		return NULL;
	return bsearch(&key, r->abouts.v, r->abouts.n, sizeof(key), by_name);
}

/* ---- the cells of one benchmark */

static struct cell *
cell_at(struct reading *r, size_t at)
{
	if (at >= CELLS_MAX) {
		json_stream_fail(r->js, "more than %d combinations of parameters", CELLS_MAX);
		at = 0;
	}
	while (r->cells.n <= at) {
		struct cell cell = {.kind = JSON_NULL, .result = (double)NAN};

		for (int i = 0; i < RUN_STAT_COUNT; i++)
			cell.stat[i] = (double)NAN;
		vec_add(&r->cells, cell);
	}
	return &r->cells.v[at];
}

static void
take_result(struct reading *r, size_t at)
{
	struct cell *cell = cell_at(r, at);

	cell->kind = json_kind(r->js);
	cell->result = json_take_number(r->js);
}

/* A number, or one for each combination. */
static void
take_results(struct reading *r)
{
	size_t n = 0;

	if (json_kind(r->js) != JSON_ARRAY) {
		take_result(r, 0);
		return;
	}
	for (json_enter(r->js); json_next(r->js);)
		take_result(r, n++);
}

static void
take_samples_of(struct reading *r, size_t at)
{
	struct cell *cell = cell_at(r, at);
	vec(double) list = {0};

	for (json_enter(r->js); json_next(r->js);)
		vec_add(&list, json_take_number(r->js));
	cell->samples = arena_copy(&r->arena, list.v, list.n, sizeof(*list.v));
	cell->n_samples = list.n;
	vec_done(&list);
}

static void
take_samples(struct reading *r)
{
	size_t n = 0;

	for (json_enter(r->js); json_next(r->js);)
		take_samples_of(r, n++);
}

static void
take_params(struct reading *r)
{
	r->dimensions.n = 0;
	for (json_enter(r->js); json_next(r->js);) {
		struct dimension dimension;

		dimension.values = take_texts(r->js, &r->arena, &dimension.n);
		vec_add(&r->dimensions, dimension);
	}
}

/* What asv calls a statistic: "q_25"; RUN_STAT_COUNT for others. */
static enum run_stat
stat_of(const char *name)
{
	static const struct {
		const char *name;
		enum run_stat stat;
	} stats[] = {{"q_25", RUN_Q1}, {"q_75", RUN_Q3}, {"number", RUN_ITERATIONS},
		{"repeat", RUN_ROUNDS}, {"n", RUN_ROUNDS}, {"min", RUN_MIN}, {"max", RUN_MAX},
		{"mean", RUN_MEAN}, {"std", RUN_STDDEV}};

	for (size_t i = 0; i < ARRAY_LEN(stats); i++)
		if (strcmp(name, stats[i].name) == 0)
			return stats[i].stat;
	return RUN_STAT_COUNT;
}

/* Version 2: a column is one statistic of all combinations. */
static void
take_stat_column(struct reading *r, enum run_stat stat)
{
	size_t n = 0;

	for (json_enter(r->js); json_next(r->js); n++)
		cell_at(r, n)->stat[stat] = json_take_number(r->js);
}

static void
take_stats_of(struct reading *r, size_t at)
{
	struct cell *cell = cell_at(r, at);

	for (json_enter(r->js); json_next(r->js);) {
		enum run_stat stat = stat_of(json_key(r->js));

		if (stat < RUN_STAT_COUNT)
			cell->stat[stat] = json_take_number(r->js);
	}
}

/* Version 1: an object, or one for each combination. */
static void
take_stats(struct reading *r)
{
	size_t n = 0;

	if (json_kind(r->js) == JSON_OBJECT) {
		take_stats_of(r, 0);
		return;
	}
	for (json_enter(r->js); json_next(r->js);)
		take_stats_of(r, n++);
}

static void
take_start(struct reading *r)
{
	double ms = json_take_number(r->js);

	if (isfinite(ms) && !(r->first_ms <= ms))
		r->first_ms = ms;
}

static void
take_column(struct reading *r, const char *column)
{
	if (strcmp(column, "result") == 0)
		take_results(r);
	else if (strcmp(column, "params") == 0)
		take_params(r);
	else if (strcmp(column, "samples") == 0)
		take_samples(r);
	else if (strcmp(column, "stats") == 0)
		take_stats(r);
	else if (strcmp(column, "started_at") == 0)
		take_start(r);
	else if (str_starts(column, "stats_") && stat_of(column + 6) < RUN_STAT_COUNT)
		take_stat_column(r, stat_of(column + 6));
}

/* ---- a benchmark becomes benches */

static struct run_value
value_of(const struct cell *cell, const struct asv_metric *metric)
{
	struct run_value value = run_value_init();

	value.metric = metric->metric;
	value.unit = metric->unit;
	memcpy(value.stat, cell->stat, sizeof(value.stat));
	value.data = cell->samples;
	value.n_data = cell->n_samples;
	/* What asv shows of a time is the median of its samples. */
	value.stat[RUN_MEDIAN] = cell->result;
	if (isnan(value.stat[RUN_ROUNDS]))
		value.stat[RUN_ROUNDS] = cell->n_samples ? (double)cell->n_samples : 1;
	format_fill(&value);
	return value;
}

/* "10, 'a'" and the pairs of a combination; the last parameter runs fastest. */
static void
set_params(struct reading *r, size_t at, const struct about *about, struct run_bench *bench)
{
	size_t n = r->dimensions.n;
	struct run_pair *pairs = arena_alloc(&r->arena, n + 1, sizeof(*pairs));
	const char *const *names = about ? about->param_names : NULL;
	scoped(str) text = STR_INIT;

	for (size_t i = n; i-- > 0;) {
		const struct dimension *d = &r->dimensions.v[i];

		pairs[i].value = d->n ? d->values[at % d->n] : "?";
		at = d->n ? at / d->n : 0;
	}
	for (size_t i = 0; i < n; i++) {
		pairs[i].key =
			names && *names ? *names++ : arena_printf(&r->arena, "param%zu", i + 1);
		str_addf(&text, "%s%s", i ? ", " : "", pairs[i].value);
	}
	bench->params = pairs;
	bench->param = n ? arena_strdup(&r->arena, text.p) : NULL;
}

static int
give_cell(struct reading *r, const char *name, size_t at, struct err *err)
{
	const struct about *about = about_of(r, name);
	struct asv_metric metric =
		asv_metric_of(name, about ? about->type : NULL, about ? about->unit : NULL);
	const struct cell *cell = cell_at(r, at);
	struct run_value value = value_of(cell, &metric);
	struct run_bench bench = {.values = &value, .n_values = 1};
	struct outcome outcome = OUTCOME_INIT;

	set_params(r, at, about, &bench);
	bench.fullname = bench.param ? arena_printf(&r->arena, "%s(%s)", name, bench.param) : name;
	bench.name = bench.fullname;
	if (cell->kind != JSON_NUMBER)
		outcome_set(&outcome, OUTCOME_FAILED, "asv has no result: it failed");
	else if (isnan(cell->result))
		outcome_set(&outcome, OUTCOME_SKIPPED, "it does not apply (its result is NaN)");
	bench.outcome = outcome.kind == OUTCOME_OK ? NULL : &outcome;
	return r->sink->bench(&bench, r->sink->arg, err);
}

static int
give(struct reading *r, const char *name, struct err *err)
{
	size_t n = 1;

	for (size_t i = 0; i < r->dimensions.n; i++) {
		size_t factor = r->dimensions.v[i].n ? r->dimensions.v[i].n : 1;

		n = n <= CELLS_MAX / factor ? n * factor : CELLS_MAX + (size_t)1;
	}
	if (n > CELLS_MAX) {
		json_stream_fail(r->js, "'%.200s' has more than %d combinations of parameters",
			name, CELLS_MAX);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		if (give_cell(r, name, i, err) < 0)
			return -1;
	return 0;
}

/* ---- the file */

/* A row is a number or an object (version 1), or an array in the order of the columns. */
static int
take_row(struct reading *r, struct err *err)
{
	const char *name = NULL;
	size_t n = 0;

	arena_reset(&r->arena);
	name = arena_strdup(&r->arena, json_key(r->js));
	r->cells.n = r->dimensions.n = 0;
	switch (json_kind(r->js)) {
	case JSON_ARRAY:
		for (json_enter(r->js); json_next(r->js); n++)
			if (n < r->n_columns)
				take_column(r, r->columns[n]);
		break;
	case JSON_OBJECT:
		for (json_enter(r->js); json_next(r->js);) {
			const char *column = arena_strdup(&r->arena, json_key(r->js));
			take_column(r, column);
		}
		break;
	case JSON_NONE:
	case JSON_TEXT:
	case JSON_NUMBER:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		take_results(r);
		break;
	}
	return json_stream_failed(r->js) ? 0 : give(r, name, err);
}

static void
take_columns(struct reading *r)
{
	r->n_columns = 0;
	for (json_enter(r->js); json_next(r->js);) {
		const char *name = json_take_text(r->js, &r->kept);

		if (r->n_columns < COLUMNS_MAX)
			r->columns[r->n_columns++] = name ? name : "?";
	}
}

/* The texts of the object that is due. */
static void
take_facts(struct reading *r, const char *prefix)
{
	for (json_enter(r->js); json_next(r->js);) {
		scoped_free char *key = xasprintf("%s%s", prefix, json_key(r->js));
		const char *text = json_take_text(r->js, &r->kept);

		if (text)
			run_machine(r->run, key, text);
	}
}

/* ISO 8601, UTC. */
static const char *
date_of(double ms, struct arena *arena)
{
	char text[40];
	struct tm tm;

	if (!(ms >= 0 && ms < 1e14))
		return NULL;
	time_t seconds = (time_t)(ms / 1000);
	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return arena_strdup(arena, text);
}

static int
take_member(struct reading *r, bool *ret_known, struct err *err)
{
	struct json_stream *js = r->js;
	struct run_facts *facts = &r->run->facts;
	struct arena *arena = &r->run->arena;

	if (json_key_is(js, "results") && json_kind(js) == JSON_OBJECT) {
		*ret_known = true;
		for (json_enter(js); json_next(js);)
			if (take_row(r, err) < 0)
				return -1;
	} else if (json_key_is(js, "result_columns")) {
		take_columns(r);
	} else if (json_key_is(js, "commit_hash")) {
		facts->commit = json_take_text(js, arena);
	} else if (json_key_is(js, "date")) {
		facts->commit_time = date_of(json_take_number(js), arena);
	} else if (json_key_is(js, "params")) {
		take_facts(r, "");
	} else if (json_key_is(js, "requirements")) {
		take_facts(r, "requirements.");
	} else if (json_key_is(js, "env_name")) {
		const char *name = json_take_text(js, arena);
		if (name)
			run_machine(r->run, "env_name", name);
	}
	return 0;
}

static int
read_file(const char *path, struct run *run, const struct run_sink *sink, struct err *err)
{
	static const char *const columns[] = {"result", "params", "version", "started_at",
		"duration", "stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75",
		"stats_number", "stats_repeat", "samples", "profile"};
	scoped(reading) r = {.run = run, .sink = sink, .first_ms = (double)NAN};
	bool known = false;

	memcpy(r.columns, columns, sizeof(columns));
	r.n_columns = ARRAY_LEN(columns);
	read_abouts(&r, path);
	if (json_stream_open(path, &r.js, err) < 0)
		return -1;
	for (json_enter(r.js); json_next(r.js);)
		if (take_member(&r, &known, err) < 0)
			return -1;
	if (json_stream_end(r.js, err) < 0)
		return -1;
	if (!known)
		return err_set(err, ERR_USAGE, "not asv's: it has no results of a commit");
	run->facts.tool = "asv";
	run->facts.date = date_of(r.first_ms, &run->arena);
	run->facts.time = run_time_of(run->facts.date);
	return 0;
}

/* Not benchmarks.json and machine.json. */
static int
looks(const char *path, bool is_dir, const char *head, size_t n)
{
	(void)path;
	return !is_dir && format_holds(head, n, "\"commit_hash\"") &&
			       (format_holds(head, n, "\"result_columns\"") ||
				       format_holds(head, n, "\"env_name\"") ||
				       format_holds(head, n, "\"requirements\""))
		       ? 90
		       : 0;
}

const struct format format_asv = {
	.name = "asv",
	.summary = "asv's results of a commit (results/MACHINE/COMMIT-ENVIRONMENT.json)",
	.looks = looks,
	.read = read_file,
};

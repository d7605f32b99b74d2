/* JMH's JSON (-rf json): an array with an object for each benchmark, mode and set of parameters. A
 * round is an iteration, of all forks one after another. */
#include "format/known.h"

#include "base/str.h"
#include "ext/json_stream.h"

#include <math.h>
#include <string.h>

/* A metric as the file has it, in its own unit. */
struct metric {
	double *data;
	size_t n;
	double score;
	const char *unit;
};

struct entry {
	const char *name, *mode, *params;
	const struct run_pair *pairs;
	struct metric primary, allocated, instructions;
};

struct reading {
	struct json_stream *js;
	struct run *run;
	const struct run_sink *sink;
	struct arena arena; /* of one entry */
	size_t place;
};

static void
reading_done(struct reading *r)
{
	json_stream_close(r->js);
	arena_done(&r->arena);
}

/* Seconds of the unit of time in "us/op" or "ops/us"; NAN for another. */
static double
seconds_of(const char *unit, size_t n)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"m", 60},
		{"hr", 3600}, {"day", 86400}};

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (strlen(units[i].name) == n && strncmp(unit, units[i].name, n) == 0)
			return units[i].seconds;
	return (double)NAN;
}

/* The mean of an iteration of mode "sample": [value, count] pairs. */
static double
take_histogram(struct json_stream *js)
{
	double sum = 0, n = 0;

	for (json_enter(js); json_next(js);) {
		double pair[2] = {0, 0};
		size_t k = 0;

		for (json_enter(js); json_next(js); k++)
			if (k < 2)
				pair[k] = json_take_number(js);
		sum += pair[0] * pair[1];
		n += pair[1];
	}
	return sum / n;
}

/* An array for each fork, with a number or a histogram for each iteration. */
static void
take_rounds(struct reading *r, bool histograms, struct metric *metric)
{
	vec(double) list = {0};

	for (json_enter(r->js); json_next(r->js);)
		for (json_enter(r->js); json_next(r->js);)
			vec_add(&list,
				histograms ? take_histogram(r->js) : json_take_number(r->js));
	metric->data = arena_copy(&r->arena, list.v, list.n, sizeof(*list.v));
	metric->n = list.n;
	vec_done(&list);
}

static void
take_metric(struct reading *r, struct metric *metric)
{
	metric->score = (double)NAN;
	for (json_enter(r->js); json_next(r->js);) {
		if (json_key_is(r->js, "score"))
			metric->score = json_take_number(r->js);
		else if (json_key_is(r->js, "scoreUnit"))
			metric->unit = json_take_text(r->js, &r->arena);
		else if (json_key_is(r->js, "rawData"))
			take_rounds(r, false, metric);
		else if (json_key_is(r->js, "rawDataHistogram"))
			take_rounds(r, true, metric);
	}
}

/* What profilers add. Their names began with a middle dot up to 1.34, and those of events may end
 * with ":u". */
static void
take_secondary(struct reading *r, struct entry *entry)
{
	static const char dot[] = "\xc2\xb7";

	for (json_enter(r->js); json_next(r->js);) {
		const char *key = json_key(r->js);

		key += str_starts(key, dot) ? strlen(dot) : 0;
		if (strcmp(key, "gc.alloc.rate.norm") == 0)
			take_metric(r, &entry->allocated);
		else if (strcmp(key, "instructions") == 0 || strcmp(key, "instructions:u") == 0)
			take_metric(r, &entry->instructions);
	}
}

/* "size=10,kind=a" */
static void
take_params(struct reading *r, struct entry *entry)
{
	vec(struct run_pair) pairs = {0};
	scoped(str) text = STR_INIT;

	for (json_enter(r->js); json_next(r->js);) {
		const char *key = arena_strdup(&r->arena, json_key(r->js));
		const char *value = json_take_text(r->js, &r->arena);

		value = value ? value : "";
		str_addf(&text, "%s%s=%s", pairs.n ? "," : "", key, value);
		vec_add(&pairs, (struct run_pair){.key = key, .value = value, .is_text = true});
	}
	if (pairs.n)
		entry->params = arena_strdup(&r->arena, text.p);
	vec_add(&pairs, (struct run_pair){0});
	entry->pairs = arena_copy(&r->arena, pairs.v, pairs.n, sizeof(*pairs.v));
	vec_done(&pairs);
}

/* Of the virtual machine, as the first result has it. */
static void
take_fact(struct reading *r)
{
	static const char *const facts[] = {"jvm", "jdkVersion", "vmName", "vmVersion", "threads"};
	struct json_stream *js = r->js;
	struct arena *keep = &r->run->arena;

	if (r->place > 1)
		return;
	if (json_key_is(js, "jmhVersion")) {
		const char *version = json_take_text(js, &r->arena);
		r->run->facts.tool = arena_printf(keep, "JMH %s", version ? version : "?");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		scoped(str) text = STR_INIT;

		if (!json_key_is(js, facts[i]))
			continue;
		if (json_kind(js) == JSON_NUMBER)
			json_take_raw(js, &text);
		const char *value = text.n ? text.p : json_take_text(js, &r->arena);
		if (value)
			run_machine(r->run, facts[i], value);
		return;
	}
}

static void
take_member(struct reading *r, struct entry *entry)
{
	struct json_stream *js = r->js;

	if (json_key_is(js, "benchmark"))
		entry->name = json_take_text(js, &r->arena);
	else if (json_key_is(js, "mode"))
		entry->mode = json_take_text(js, &r->arena);
	else if (json_key_is(js, "params"))
		take_params(r, entry);
	else if (json_key_is(js, "primaryMetric"))
		take_metric(r, &entry->primary);
	else if (json_key_is(js, "secondaryMetrics"))
		take_secondary(r, entry);
	else
		take_fact(r);
}

static struct run_value
value_of(const struct metric *metric, const char *name, const char *unit, double factor)
{
	struct run_value value = run_value_init();

	value.metric = name;
	value.unit = unit;
	for (size_t i = 0; i < metric->n; i++)
		metric->data[i] *= factor;
	value.data = metric->data;
	value.n_data = metric->n;
	if (metric->n == 0)
		value.stat[RUN_MEAN] = metric->score * factor;
	format_fill(&value);
	return value;
}

/* "us/op" is a time; of "ops/us" more is better. Another unit is reported as it is. */
static struct run_value
primary_value(const struct entry *entry)
{
	const char *unit = entry->primary.unit ? entry->primary.unit : "";
	const char *cut = strchr(unit, '/');
	double s = cut && strcmp(cut, "/op") == 0 ? seconds_of(unit, (size_t)(cut - unit))
						  : (double)NAN;

	if (!isnan(s))
		return value_of(&entry->primary, "time", "s", s);
	bool rate = str_starts(unit, "ops/");
	s = rate ? seconds_of(unit + 4, strlen(unit + 4)) : (double)NAN;
	struct run_value value = value_of(&entry->primary, rate ? "throughput" : "value",
		isnan(s) ? unit : "ops/s", isnan(s) ? 1 : 1 / s);
	value.direction = rate ? HIGHER_IS_BETTER : LOWER_IS_BETTER;
	return value;
}

/* "Sorts.sort" of "org.sample.Sorts.sort" */
static const char *
short_of(const char *name)
{
	const char *at = strrchr(name, '.');

	while (at && at > name && at[-1] != '.')
		at--;
	return at ? at : name;
}

static int
give(struct reading *r, struct entry *entry, struct err *err)
{
	struct run_value values[3];
	struct run_bench bench = {.params = entry->pairs, .param = entry->params, .values = values};
	bool own_mode = str_eq(entry->mode, "sample") || str_eq(entry->mode, "ss");

	/* One method may be measured in several modes. */
	bench.fullname = arena_printf(&r->arena, "%s%s%s%s%s%s", entry->name,
		entry->params ? ":" : "", entry->params ? entry->params : "", own_mode ? " (" : "",
		own_mode ? entry->mode : "", own_mode ? ")" : "");
	bench.name = bench.fullname + (short_of(entry->name) - entry->name);
	values[bench.n_values++] = primary_value(entry);
	if (entry->allocated.n)
		values[bench.n_values++] = value_of(&entry->allocated, "allocated", "B", 1);
	if (entry->instructions.n)
		values[bench.n_values++] =
			value_of(&entry->instructions, "instructions", "instructions", 1);
	return r->sink->bench(&bench, r->sink->arg, err);
}

static int
take_entry(struct reading *r, struct err *err)
{
	struct entry entry = {0};

	arena_reset(&r->arena);
	r->place++;
	for (json_enter(r->js); json_next(r->js);)
		take_member(r, &entry);
	if (json_stream_failed(r->js))
		return 0;
	if (entry.name && entry.primary.unit)
		return give(r, &entry, err);
	json_stream_fail(
		r->js, "not JMH's: result %zu has no benchmark or no primaryMetric", r->place);
	return 0;
}

static int
read_file(const char *path, struct run *run, const struct run_sink *sink, struct err *err)
{
	scoped(reading) r = {.run = run, .sink = sink};

	if (json_stream_open(path, &r.js, err) < 0)
		return -1;
	if (json_kind(r.js) != JSON_ARRAY)
		json_stream_fail(r.js, "not JMH's: it is no list of results");
	for (json_enter(r.js); json_next(r.js);)
		if (take_entry(&r, err) < 0)
			return -1;
	return json_stream_end(r.js, err);
}

static int
looks(const char *path, bool is_dir, const char *head, size_t n)
{
	(void)path;
	if (is_dir || !format_holds(head, n, "\"primaryMetric\""))
		return !is_dir && format_holds(head, n, "\"jmhVersion\"") ? 90 : 0;
	return 90;
}

const struct format format_jmh = {
	.name = "jmh",
	.summary = "JMH's JSON (-rf json)",
	.looks = looks,
	.read = read_file,
};

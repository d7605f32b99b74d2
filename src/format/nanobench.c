/* nanobench's JSON (ankerl::nanobench::templates::json): a round is a measurement (an epoch), its
 * numbers are those of one iteration, which may be of a batch. */
#include "format/known.h"

#include "base/str.h"
#include "ext/json_stream.h"

#include <math.h>
#include <string.h>

#define TITLE_DEFAULT "benchmark"

enum kind { ELAPSED, INSTRUCTIONS, KINDS };

static const struct {
	const char *key, *median, *metric, *unit;
} kinds[KINDS] = {
	[ELAPSED] = {"elapsed", "median(elapsed)", "time", "s"},
	[INSTRUCTIONS] = {"instructions", "median(instructions)", "instructions", "instructions"},
};

struct entry {
	const char *title, *name, *unit;
	double batch, complexity, iterations;
	double median[KINDS];
	vec(double) data[KINDS];
};

struct reading {
	struct json_stream *js;
	struct run *run;
	const struct run_sink *sink;
	struct arena arena; /* of one result */
	struct entry entry;
	size_t place;
};

static void
reading_done(struct reading *r)
{
	json_stream_close(r->js);
	arena_done(&r->arena);
	for (int i = 0; i < KINDS; i++)
		vec_done(&r->entry.data[i]);
}

static void
entry_clear(struct entry *entry)
{
	entry->title = entry->name = entry->unit = NULL;
	entry->batch = 1;
	entry->complexity = -1;
	entry->iterations = (double)NAN;
	for (int i = 0; i < KINDS; i++) {
		entry->median[i] = (double)NAN;
		entry->data[i].n = 0;
	}
}

static void
take_measurement(struct reading *r)
{
	struct entry *entry = &r->entry;

	for (json_enter(r->js); json_next(r->js);) {
		if (json_key_is(r->js, "iterations") && isnan(entry->iterations))
			entry->iterations = json_take_number(r->js);
		for (int i = 0; i < KINDS; i++)
			if (json_key_is(r->js, kinds[i].key))
				vec_add(&entry->data[i], json_take_number(r->js));
	}
}

static void
take_member(struct reading *r)
{
	struct entry *entry = &r->entry;
	struct json_stream *js = r->js;

	if (json_key_is(js, "title"))
		entry->title = json_take_text(js, &r->arena);
	else if (json_key_is(js, "name"))
		entry->name = json_take_text(js, &r->arena);
	else if (json_key_is(js, "unit"))
		entry->unit = json_take_text(js, &r->arena);
	else if (json_key_is(js, "batch"))
		entry->batch = json_take_number(js);
	else if (json_key_is(js, "complexityN"))
		entry->complexity = json_take_number(js);
	else if (json_key_is(js, "measurements"))
		for (json_enter(js); json_next(js);)
			take_measurement(r);
	else
		for (int i = 0; i < KINDS; i++)
			if (json_key_is(js, kinds[i].median))
				entry->median[i] = json_take_number(js);
}

static struct run_value
value_of(struct entry *entry, enum kind kind)
{
	double batch = entry->batch > 0 ? entry->batch : 1;
	struct run_value value = run_value_init();

	value.metric = kinds[kind].metric;
	value.unit = kinds[kind].unit;
	for (size_t i = 0; i < entry->data[kind].n; i++)
		entry->data[kind].v[i] /= batch;
	value.data = entry->data[kind].v;
	value.n_data = entry->data[kind].n;
	value.stat[RUN_ITERATIONS] = entry->iterations;
	if (value.n_data == 0)
		value.stat[RUN_MEDIAN] = entry->median[kind] / batch;
	format_fill(&value);
	return value;
}

/* "title/name/20": a title that nobody gave is left out, and so is a size that there is not. */
static int
give(struct reading *r, struct err *err)
{
	struct entry *entry = &r->entry;
	struct run_value values[KINDS];
	struct run_bench bench = {.group = entry->title, .values = values};
	bool titled = entry->title && !str_eq(entry->title, TITLE_DEFAULT);

	if (entry->complexity >= 0)
		bench.param = arena_printf(&r->arena, "%g", entry->complexity);
	bench.name = arena_printf(&r->arena, "%s%s%s", entry->name, bench.param ? "/" : "",
		bench.param ? bench.param : "");
	bench.fullname =
		titled ? arena_printf(&r->arena, "%s/%s", entry->title, bench.name) : bench.name;
	values[bench.n_values++] = value_of(entry, ELAPSED);
	/* Zero where the machine has no counters. */
	if (entry->median[INSTRUCTIONS] > 0)
		values[bench.n_values++] = value_of(entry, INSTRUCTIONS);
	return r->sink->bench(&bench, r->sink->arg, err);
}

static int
take_entry(struct reading *r, struct err *err)
{
	arena_reset(&r->arena);
	entry_clear(&r->entry);
	r->place++;
	for (json_enter(r->js); json_next(r->js);)
		take_member(r);
	if (json_stream_failed(r->js))
		return 0;
	if (r->entry.name)
		return give(r, err);
	json_stream_fail(r->js, "not nanobench's: result %zu has no name", r->place);
	return 0;
}

static int
read_file(const char *path, struct run *run, const struct run_sink *sink, struct err *err)
{
	scoped(reading) r = {.run = run, .sink = sink};
	bool known = false;

	if (json_stream_open(path, &r.js, err) < 0)
		return -1;
	for (json_enter(r.js); json_next(r.js);) {
		if (!json_key_is(r.js, "results") || json_kind(r.js) != JSON_ARRAY)
			continue;
		known = true;
		for (json_enter(r.js); json_next(r.js);)
			if (take_entry(&r, err) < 0)
				return -1;
	}
	if (json_stream_end(r.js, err) < 0)
		return -1;
	run->facts.tool = "nanobench";
	return known ? 0 : err_set(err, ERR_USAGE, "not nanobench's: it has no list of results");
}

static int
looks(const char *path, bool is_dir, const char *head, size_t n)
{
	(void)path;
	return !is_dir && format_holds(head, n, "\"complexityN\"") &&
			       format_holds(head, n, "\"measurements\"")
		       ? 90
		       : 0;
}

const struct format format_nanobench = {
	.name = "nanobench",
	.summary = "nanobench's JSON (templates::json)",
	.looks = looks,
	.read = read_file,
};

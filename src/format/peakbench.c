/* What pytest-benchmem wrote when it was peakbench (0.0.1): one number an id, all in one unit. Rows
 * of one id are its rounds. */
#include "format/known.h"

#include "base/str.h"
#include "ext/json_stream.h"
#include "format/gather.h"

#include <math.h>
#include <string.h>

#define TEXT_MAX 1000 /* bytes of a dimension that are kept */

struct sample {
	const char *id;
	double v;
	const struct run_pair *dims;
};

struct reading {
	struct json_stream *js;
	struct run *run;
	struct gather gather;
	const char *unit;
	vec(struct sample) samples; /* the unit may come after them */
};

static void
reading_done(struct reading *r)
{
	json_stream_close(r->js);
	gather_done(&r->gather);
	vec_done(&r->samples);
}

/* The metric of a unit, and what a number of it is in the metric's own. */
static struct run_value
like_of(const char *unit, double *ret_factor)
{
	static const struct {
		const char *name, *metric, *unit;
		double factor;
	} units[] = {{"B", "peak", "B", 1}, {"bytes", "peak", "B", 1}, {"KiB", "peak", "B", 1024},
		{"MiB", "peak", "B", 1048576}, {"GiB", "peak", "B", 1073741824.0},
		{"s", "time", "s", 1}, {"ms", "time", "s", 1e-3}, {"us", "time", "s", 1e-6},
		{"ns", "time", "s", 1e-9}};
	struct run_value like = run_value_init();

	*ret_factor = 1;
	like.metric = "value";
	like.unit = unit ? unit : "";
	for (size_t i = 0; unit && i < ARRAY_LEN(units); i++) {
		if (strcmp(unit, units[i].name) != 0)
			continue;
		like.metric = units[i].metric;
		like.unit = units[i].unit;
		*ret_factor = units[i].factor;
	}
	return like;
}

/* Texts as they are, everything else as JSON. */
static const struct run_pair *
take_dims(struct reading *r)
{
	struct arena *arena = &r->gather.arena;
	vec(struct run_pair) list = {0};

	for (json_enter(r->js); json_next(r->js);) {
		struct run_pair pair = {.key = arena_strdup(arena, json_key(r->js)),
			.is_text = json_kind(r->js) == JSON_TEXT};
		scoped(str) text = STR_INIT;

		str_init(&text, TEXT_MAX);
		if (!pair.is_text)
			json_take_raw(r->js, &text);
		pair.value = pair.is_text ? json_take_text(r->js, arena)
					  : arena_strndup(arena, text.p, text.n);
		pair.value = pair.value ? pair.value : "";
		vec_add(&list, pair);
	}
	vec_add(&list, (struct run_pair){0});
	const struct run_pair *copy = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	vec_done(&list);
	return copy;
}

static void
take_sample(struct reading *r)
{
	struct sample sample = {.v = (double)NAN};

	for (json_enter(r->js); json_next(r->js);) {
		if (json_key_is(r->js, "id"))
			sample.id = json_take_text(r->js, &r->gather.arena);
		else if (json_key_is(r->js, "value"))
			sample.v = json_take_number(r->js);
		else if (json_key_is(r->js, "dims"))
			sample.dims = take_dims(r);
	}
	if (json_stream_failed(r->js))
		return;
	if (sample.id)
		vec_add(&r->samples, sample);
	else
		json_stream_fail(r->js, "not peakbench's: a sample has no id");
}

static void
add_samples(struct reading *r)
{
	double factor = 1;
	struct run_value like = like_of(r->unit, &factor);

	for (size_t i = 0; i < r->samples.n; i++) {
		const struct sample *sample = &r->samples.v[i];
		struct gather_bench *bench = gather_bench(&r->gather, sample->id);

		bench->bench.params = sample->dims;
		if (isfinite(sample->v))
			gather_round(bench, &like, sample->v * factor);
	}
}

static int
read_file(const char *path, struct run *run, const struct run_sink *sink, struct err *err)
{
	scoped(reading) r = {.run = run};
	bool known = false;

	if (json_stream_open(path, &r.js, err) < 0)
		return -1;
	for (json_enter(r.js); json_next(r.js);) {
		if (json_key_is(r.js, "samples") && json_kind(r.js) == JSON_ARRAY) {
			known = true;
			for (json_enter(r.js); json_next(r.js);)
				take_sample(&r);
		} else if (json_key_is(r.js, "unit")) {
			r.unit = json_take_text(r.js, &r.gather.arena);
		} else if (json_key_is(r.js, "label")) {
			run->facts.tag = json_take_text(r.js, &run->arena);
		}
	}
	if (json_stream_end(r.js, err) < 0)
		return -1;
	if (!known)
		return err_set(err, ERR_USAGE, "not peakbench's: it has no list of samples");
	run->facts.tool = "peakbench 0.0.1";
	add_samples(&r);
	return gather_send(&r.gather, sink, err);
}

static int
looks(const char *path, bool is_dir, const char *head, size_t n)
{
	(void)path;
	return !is_dir && format_holds(head, n, "\"samples\"") &&
			       format_holds(head, n, "\"dims\"") &&
			       format_holds(head, n, "\"unit\"")
		       ? 70
		       : 0;
}

const struct format format_peakbench = {
	.name = "peakbench",
	.summary = "peakbench's JSON (pytest-benchmem 0.0.1)",
	.looks = looks,
	.read = read_file,
};

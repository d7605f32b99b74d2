/* The directory that criterion.rs leaves (target/criterion): for each benchmark directories with
 * benchmark.json, sample.json and estimates.json, "new" for the last run, others for baselines.
 * DIR means new, DIR@NAME that baseline. */
#include "format/known.h"

#include "base/str.h"
#include "base/vec.h"
#include "ext/json_stream.h"
#include "sys/fs.h"

#include <math.h>
#include <string.h>

#define LATEST "new"
#define LOOK_MAX 5000 /* entries that are looked at to tell what a directory is */

typedef vec(double) number_list;

struct reading {
	const char *baseline;
	char *root;
	struct run *run;
	const struct run_sink *sink;
	struct arena arena; /* of one bench */
	number_list iters, times, rates;
	size_t found;
};

static void
reading_done(struct reading *r)
{
	free(r->root);
	arena_done(&r->arena);
	vec_done(&r->iters);
	vec_done(&r->times);
	vec_done(&r->rates);
}

/* What is known of one bench. */
struct about {
	const char *group, *function, *param, *id;
	double amount; /* for its throughput; NAN: none */
	const char *unit;
};

/* ---- files of one bench */

/* {"Bytes": 1024}, {"Elements": 7}, or {"ElementsAndBytes": {"elements": 7, "bytes": 9}} */
static void
take_throughput(struct json_stream *js, struct about *about)
{
	for (json_enter(js); json_next(js);) {
		const char *unit = json_key_is(js, "Elements") || json_key_is(js, "elements")
					   ? "items/s"
				   : json_key_is(js, "Bits") ? "bit/s"
							     : "B/s";

		if (json_kind(js) == JSON_OBJECT) {
			take_throughput(js, about);
		} else {
			about->amount = json_take_number(js);
			about->unit = unit;
		}
	}
}

static const char *
optional_text(struct json_stream *js, struct arena *arena)
{
	if (json_kind(js) == JSON_TEXT)
		return json_take_text(js, arena);
	json_skip(js);
	return NULL;
}

/* "group/function/param", as criterion calls it where an old version does not say. */
static const char *
id_of(const struct about *a, struct arena *arena)
{
	scoped(str) id = STR_INIT;
	const char *parts[] = {a->group, a->function, a->param};

	if (a->id)
		return a->id;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i] && *parts[i])
			str_addf(&id, "%s%s", id.n ? "/" : "", parts[i]);
	return id.n ? arena_strdup(arena, id.p) : NULL;
}

static int
read_about(struct reading *r, const char *path, struct about *ret, struct err *err)
{
	struct json_stream *js = NULL;

	if (json_stream_open(path, &js, err) < 0)
		return -1;
	for (json_enter(js); json_next(js);) {
		if (json_key_is(js, "group_id"))
			ret->group = optional_text(js, &r->arena);
		else if (json_key_is(js, "function_id"))
			ret->function = optional_text(js, &r->arena);
		else if (json_key_is(js, "value_str"))
			ret->param = optional_text(js, &r->arena);
		else if (json_key_is(js, "full_id"))
			ret->id = optional_text(js, &r->arena);
		else if (json_key_is(js, "throughput"))
			take_throughput(js, ret);
	}
	int result = json_stream_end(js, err);
	json_stream_close(js);
	ret->id = id_of(ret, &r->arena);
	return result;
}

static void
take_numbers(struct json_stream *js, number_list *list)
{
	for (json_enter(js); json_next(js);)
		vec_add(list, json_take_number(js));
}

/* A sample is so many iterations that took so many nanoseconds together. */
static int
read_sample(struct reading *r, const char *path, struct run_value *value, struct err *err)
{
	struct json_stream *js = NULL;
	double total = 0;

	r->iters.n = r->times.n = 0;
	if (json_stream_open(path, &js, err) < 0)
		return -1;
	for (json_enter(js); json_next(js);) {
		if (json_key_is(js, "iters"))
			take_numbers(js, &r->iters);
		else if (json_key_is(js, "times"))
			take_numbers(js, &r->times);
	}
	int result = json_stream_end(js, err);
	json_stream_close(js);
	if (result < 0)
		return -1;
	if (r->iters.n == 0 || r->iters.n != r->times.n)
		return err_set(err, ERR_USAGE, "%zu iteration counts for %zu times", r->iters.n,
			r->times.n);
	for (size_t i = 0; i < r->times.n; i++) {
		total += r->iters.v[i];
		r->times.v[i] *= 1e-9 / r->iters.v[i];
	}
	value->data = r->times.v;
	value->n_data = r->times.n;
	value->stat[RUN_ITERATIONS] = floor(total / (double)r->times.n);
	return 0;
}

static double
take_estimate(struct json_stream *js)
{
	double v = (double)NAN;

	for (json_enter(js); json_next(js);)
		if (json_key_is(js, "point_estimate"))
			v = json_take_number(js);
	return v * 1e-9;
}

static int
read_estimates(const char *path, struct run_value *value, struct err *err)
{
	struct json_stream *js = NULL;

	if (json_stream_open(path, &js, err) < 0)
		return -1;
	for (json_enter(js); json_next(js);) {
		if (json_key_is(js, "mean"))
			value->stat[RUN_MEAN] = take_estimate(js);
		else if (json_key_is(js, "median"))
			value->stat[RUN_MEDIAN] = take_estimate(js);
		else if (json_key_is(js, "std_dev"))
			value->stat[RUN_STDDEV] = take_estimate(js);
	}
	int result = json_stream_end(js, err);
	json_stream_close(js);
	if (result == 0 && isnan(value->stat[RUN_MEAN]) && isnan(value->stat[RUN_MEDIAN]))
		return err_set(err, ERR_USAGE, "neither a mean nor a median");
	return result;
}

/* ---- one bench */

static int
read_times(struct reading *r, const char *dir, struct run_value *value, struct err *err)
{
	scoped_free char *sample = path_join(dir, "sample.json");
	scoped_free char *estimates = path_join(dir, "estimates.json");

	if (fs_exists(sample)) {
		if (read_sample(r, sample, value, err) < 0)
			return err_wrap(err, "sample.json");
	} else if (read_estimates(estimates, value, err) < 0) {
		return err_wrap(err, "estimates.json");
	}
	return 0;
}

static struct run_value
throughput_of(struct reading *r, const struct about *about, const struct run_value *time)
{
	struct run_value rate = run_value_init();

	rate.metric = "throughput";
	rate.unit = about->unit;
	rate.direction = HIGHER_IS_BETTER;
	rate.aside = true;
	r->rates.n = 0;
	for (size_t i = 0; i < time->n_data; i++)
		vec_add(&r->rates, about->amount / time->data[i]);
	rate.data = r->rates.v;
	rate.n_data = r->rates.n;
	if (!rate.n_data) {
		rate.stat[RUN_MEAN] = about->amount / time->stat[RUN_MEAN];
		rate.stat[RUN_MEDIAN] = about->amount / time->stat[RUN_MEDIAN];
	}
	format_fill(&rate);
	return rate;
}

static int
read_bench(struct reading *r, const char *dir, struct err *err)
{
	scoped_free char *path = path_join(dir, "benchmark.json");
	struct about about = {.amount = (double)NAN};
	struct run_value values[2] = {run_value_init()};
	struct outcome bad = OUTCOME_INIT;
	struct err why = ERR_INIT;

	arena_reset(&r->arena);
	if (read_about(r, path, &about, &why) < 0 || !about.id) {
		run_note(r->run, "'%s' was left out: %s", path,
			why.text[0] ? why.text : "it names no benchmark");
		return 0;
	}
	struct run_bench bench = {
		.name = about.id,
		.fullname = about.id,
		.group = about.group,
		.param = about.param,
		.values = values,
		.n_values = 1,
	};
	if (read_times(r, dir, &values[0], &why) < 0) {
		outcome_set(&bad, OUTCOME_BAD_OUTPUT, "%s", why.text);
		bench.outcome = &bad;
	} else {
		format_fill(&values[0]);
		if (!isnan(about.amount))
			values[bench.n_values++] = throughput_of(r, &about, &values[0]);
	}
	r->found++;
	return r->sink->bench(&bench, r->sink->arg, err);
}

/* ---- the directory */

/* A directory with a benchmark.json is a baseline of a bench, and nothing else lies below it: there
 * are as many of them as benches times baselines, so that they are not walked through. */
static int
visit(const struct fs_entry *e, void *arg, struct err *err)
{
	struct reading *r = arg;

	if (e->type != 'd')
		return 0;
	scoped_free char *dir = path_join(r->root, e->path);
	scoped_free char *file = path_join(dir, "benchmark.json");
	if (!fs_exists(file))
		return 0;
	if (strcmp(path_base(e->path), r->baseline) == 0 && read_bench(r, dir, err) < 0)
		return -1;
	return 1;
}

/* "DIR@NAME" in two, unless there is a directory with all that as its name. */
static char *
split(const char *path, const char **ret_baseline)
{
	const char *at = strrchr(path, '@');

	*ret_baseline = at && !fs_is_dir(path) ? at + 1 : LATEST;
	return at && !fs_is_dir(path) ? xstrndup(path, (size_t)(at - path)) : xstrdup(path);
}

static int
read_dir(const char *path, struct run *run, const struct run_sink *sink, struct err *err)
{
	scoped(reading) r = {.run = run, .sink = sink};

	r.root = split(path, &r.baseline);
	if (!fs_is_dir(r.root))
		return err_set(err, ERR_USAGE, "criterion's results are a directory");
	if (fs_walk(r.root, visit, &r, err) < 0)
		return -1;
	run->facts.tool = "criterion";
	if (r.found)
		return 0;
	return err_set(err, ERR_USAGE, "no benchmark has a directory '%s' in it", r.baseline);
}

struct look {
	size_t entries;
	bool found;
};

static int
look_at(const struct fs_entry *e, void *arg, struct err *err)
{
	struct look *look = arg;

	if (e->type == 'f' && strcmp(path_base(e->path), "benchmark.json") == 0)
		look->found = true;
	if (look->found || ++look->entries > LOOK_MAX)
		return err_set(err, ERR_USAGE, "seen enough");
	return 0;
}

static int
looks(const char *path, bool is_dir, const char *head, size_t n)
{
	const char *baseline;
	scoped_free char *root = split(path, &baseline);
	struct look look = {0};
	struct err ignored = ERR_INIT;

	(void)head;
	(void)n;
	if (is_dir && fs_is_dir(root))
		(void)fs_walk(root, look_at, &look, &ignored);
	return look.found ? 80 : 0;
}

const struct format format_criterion = {
	.name = "criterion",
	.summary = "criterion.rs: a directory like target/criterion, or target/criterion@BASELINE",
	.looks = looks,
	.read = read_dir,
};

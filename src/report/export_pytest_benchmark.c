/* pytest-benchmark's JSON, byte for byte as that of 5.x: what its compare, pytest-benchmem and
 * pytest-park read. Times are seconds per iteration. */
#include "export_priv.h"

#include <math.h>
#include <string.h>

#define TOOL "pytest-benchmark "

/* In the order in which the plugin writes them; the whole numbers among them are counts. */
static const enum run_stat stats_order[] = {RUN_MIN, RUN_MAX, RUN_MEAN, RUN_STDDEV, RUN_ROUNDS,
	RUN_MEDIAN, RUN_IQR, RUN_Q1, RUN_Q3, RUN_IQR_OUTLIERS, RUN_STDDEV_OUTLIERS, RUN_LD15IQR,
	RUN_HD15IQR, RUN_OPS, RUN_TOTAL};
/* Without these its tables break. */
static const enum run_stat needed[] = {
	RUN_MIN, RUN_MAX, RUN_MEAN, RUN_STDDEV, RUN_MEDIAN, RUN_IQR, RUN_ROUNDS};

static bool
is_count(enum run_stat stat)
{
	return stat == RUN_ROUNDS || stat == RUN_IQR_OUTLIERS || stat == RUN_STDDEV_OUTLIERS;
}

static void
put_stat(struct jsonw *w, const struct run_value *v, enum run_stat stat)
{
	double x = v->stat[stat];
	/* The plugin's zeros of a single round and of no time at all are whole. */
	bool whole = is_count(stat) || (stat == RUN_STDDEV && v->stat[RUN_ROUNDS] == 1) ||
		     (stat == RUN_OPS && x == 0);

	if (isnan(x))
		return;
	if (whole && fabs(x) < 1e15)
		jsonw_int(w, run_stat_name(stat), (int64_t)x);
	else
		jsonw_number(w, run_stat_name(stat), x);
}

static void
put_outliers(struct jsonw *w, const struct run_value *v)
{
	scoped(str) text = STR_INIT;
	double deviating = v->stat[RUN_STDDEV_OUTLIERS], outside = v->stat[RUN_IQR_OUTLIERS];

	if (isnan(deviating) || isnan(outside))
		str_add(&text, "?;?");
	else
		str_addf(&text, "%.0f;%.0f", deviating, outside);
	jsonw_text(w, "outliers", text.p);
}

static void
put_stats(struct jsonw *w, const struct run_value *v)
{
	double iterations = v->stat[RUN_ITERATIONS];

	jsonw_open(w, "stats", '{');
	for (size_t i = 0; i < ARRAY_LEN(stats_order); i++) {
		if (stats_order[i] == RUN_LD15IQR)
			put_outliers(w, v);
		put_stat(w, v, stats_order[i]);
	}
	if (v->n_data) {
		jsonw_open(w, "data", '[');
		for (size_t i = 0; i < v->n_data; i++)
			jsonw_number(w, NULL, v->data[i]);
		jsonw_close(w, ']');
	}
	jsonw_int(w, "iterations", iterations >= 1 && iterations < 1e15 ? (int64_t)iterations : 1);
	jsonw_close(w, '}');
}

/* ---- extra_info: nothing that differs from run to run, since every scalar is an axis to benchmem
 */

static const char *const memory_metrics[] = {"peak", "allocations", "allocated", "rss", NULL};

static void
put_passes(struct jsonw *w, const char *key, const struct run_value *v)
{
	jsonw_open(w, key, '[');
	for (size_t i = 0; i < v->n_data; i++) {
		if (v->data[i] == trunc(v->data[i]) && fabs(v->data[i]) < 1e15)
			jsonw_int(w, NULL, (int64_t)v->data[i]);
		else
			jsonw_number(w, NULL, v->data[i]);
	}
	jsonw_close(w, ']');
}

/* benchmem reads three arrays of one length or none; resident sizes of all passes or of none. */
static bool
has_passes(const struct run_bench *bench)
{
	const struct run_value *peak = run_value_of(bench, "peak");
	const struct run_value *calls = run_value_of(bench, "allocations");
	const struct run_value *sum = run_value_of(bench, "allocated");

	return peak && calls && sum && peak->n_data && calls->n_data == peak->n_data &&
	       sum->n_data == peak->n_data;
}

static bool
has_rss(const struct run_bench *bench)
{
	const struct run_value *rss = run_value_of(bench, "rss");

	return rss && has_passes(bench) && rss->n_data == run_value_of(bench, "peak")->n_data;
}

static void
put_memory(struct jsonw *w, const struct run_bench *bench)
{
	if (!has_passes(bench))
		return;
	jsonw_open(w, "benchmem", '{');
	put_passes(w, "peak_bytes", run_value_of(bench, "peak"));
	put_passes(w, "allocations", run_value_of(bench, "allocations"));
	put_passes(w, "total_bytes", run_value_of(bench, "allocated"));
	if (has_rss(bench))
		put_passes(w, "rss_bytes", run_value_of(bench, "rss"));
	jsonw_close(w, '}');
}

static void
put_pairs(struct jsonw *w, const struct run_pair *pairs)
{
	for (; pairs && pairs->key; pairs++)
		export_pair(w, pairs->key, pairs);
}

static void
put_extra_info(struct jsonw *w, const struct run_bench *bench)
{
	jsonw_open(w, "extra_info", '{');
	put_pairs(w, bench->extra);
	if (bench->groups && bench->groups->key) {
		jsonw_open(w, "custom_groups", '{');
		put_pairs(w, bench->groups);
		jsonw_close(w, '}');
	}
	if (bench->marks && *bench->marks)
		jsonw_texts(w, "marks", bench->marks);
	put_memory(w, bench);
	jsonw_close(w, '}');
}

/* ---- a bench */

static void
put_options(struct jsonw *w, const struct run_bench *bench, const struct run_value *time)
{
	jsonw_open(w, "options", '{');
	if (bench->options)
		put_pairs(w, bench->options);
	else
		jsonw_text(w, "timer",
			time->clock == CLOCK_KIND_CPU ? "process_time" : "perf_counter");
	jsonw_close(w, '}');
}

static bool
is_usable(const struct run_value *v)
{
	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (isnan(v->stat[needed[i]]))
			return false;
	return true;
}

static void
count_lost_memory(const struct run_bench *bench, struct export_loss *ret_loss)
{
	for (const char *const *m = memory_metrics; *m; m++) {
		bool kept = strcmp(*m, "rss") == 0 ? has_rss(bench) : has_passes(bench);
		ret_loss->values += run_value_of(bench, *m) && !kept;
	}
}

static void
put_bench(struct jsonw *w, const struct run_bench *bench, struct export_loss *ret_loss)
{
	struct export_loss loss = {0};
	const struct run_value *time = export_time(bench, memory_metrics, &loss);

	if (!time || !is_usable(time)) {
		ret_loss->benches++;
		return;
	}
	ret_loss->values += loss.values;
	count_lost_memory(bench, ret_loss);
	jsonw_open(w, NULL, '{');
	jsonw_text(w, "group", bench->group);
	jsonw_text(w, "name", bench->name);
	jsonw_text(w, "fullname", bench->fullname);
	if (bench->params) {
		jsonw_open(w, "params", '{');
		put_pairs(w, bench->params);
		jsonw_close(w, '}');
	} else {
		jsonw_null(w, "params");
	}
	jsonw_text(w, "param", bench->param);
	put_extra_info(w, bench);
	put_options(w, bench, time);
	put_stats(w, time);
	jsonw_close(w, '}');
}

/* ---- what goes around them */

static const char host_prefix[] = "host.";

/* Whether a pair before this one begins with its first n characters, too. */
static bool
was_there(const struct run *run, size_t i, size_t n)
{
	for (size_t k = 0; k < i; k++)
		if (strncmp(run->facts.machine.v[k].key, run->facts.machine.v[i].key, n) == 0)
			return true;
	return false;
}

/* The facts whose keys begin with the first n characters of prefix, without these; what follows a
 * point belongs to an object. */
static void
put_machine(struct jsonw *w, const struct run *run, const char *prefix, size_t n)
{
	for (size_t i = 0; i < run->facts.machine.n; i++) {
		const struct run_pair *pair = &run->facts.machine.v[i];

		if (strncmp(pair->key, prefix, n) != 0 ||
			(n == 0 && str_starts(pair->key, host_prefix)))
			continue;
		const char *point = strchr(pair->key + n, '.');
		if (!point) {
			export_pair(w, pair->key + n, pair);
			continue;
		}
		size_t deeper = (size_t)(point - pair->key) + 1;
		if (was_there(run, i, deeper))
			continue;
		scoped_free char *name = xstrndup(pair->key + n, deeper - n - 1);
		jsonw_open(w, name, '{');
		put_machine(w, run, pair->key, deeper);
		jsonw_close(w, '}');
	}
}

static bool
has_machine(const struct run *run, const char *prefix)
{
	for (size_t i = 0; i < run->facts.machine.n; i++)
		if (str_starts(run->facts.machine.v[i].key, prefix))
			return true;
	return false;
}

static void
put_commit(struct jsonw *w, const struct run_facts *f)
{
	jsonw_open(w, "commit_info", '{');
	jsonw_text(w, "id", f->commit ? f->commit : "unknown");
	jsonw_text(w, "time", f->commit_time);
	jsonw_text(w, "author_time", f->author_time);
	jsonw_bool(w, "dirty", f->dirty);
	jsonw_text(w, "project", f->project ? f->project : "unknown");
	jsonw_text(w, "branch", f->branch ? f->branch : "(unknown)");
	jsonw_close(w, '}');
}

/* pytest-park cannot order dates of which some have an offset: all of ours do. */
static void
put_date(struct jsonw *w, const char *date)
{
	const char *time = date ? strpbrk(date, "T ") : NULL;
	scoped(str) text = STR_INIT;

	if (!time || isnan(run_time_of(date))) {
		jsonw_text(w, "datetime", "1970-01-01T00:00:00+00:00");
		return;
	}
	size_t n = strlen(date);
	bool zulu = date[n - 1] == 'Z';
	str_addn(&text, date, zulu ? n - 1 : n);
	if (zulu || !strpbrk(time, "+-"))
		str_add(&text, "+00:00");
	jsonw_text(w, "datetime", text.p);
}

/* Its reader, pytest-park, knows a run by these; the plugin passes them over. */
static void
put_metadata(struct jsonw *w, const struct run *run)
{
	jsonw_open(w, "metadata", '{');
	jsonw_text(w, "run_id", run->facts.id ? run->facts.id : run->label);
	jsonw_text(w, "tag", run->facts.tag ? run->facts.tag : run->label);
	if (has_machine(run, host_prefix)) {
		jsonw_open(w, "host", '{');
		put_machine(w, run, host_prefix, sizeof(host_prefix) - 1);
		jsonw_close(w, '}');
	}
	jsonw_close(w, '}');
}

void
export_pytest_benchmark(
	const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss)
{
	const struct run *run = runs;
	const char *tool = run->facts.tool;
	struct jsonw w = {.out = out, .python = true};

	(void)n;
	jsonw_open(&w, NULL, '{');
	jsonw_open(&w, "machine_info", '{');
	put_machine(&w, run, "", 0);
	if (!has_machine(run, "cpu.")) {
		jsonw_open(&w, "cpu", '{');
		jsonw_close(&w, '}');
	}
	jsonw_close(&w, '}');
	put_commit(&w, &run->facts);
	jsonw_open(&w, "benchmarks", '[');
	for (size_t i = 0; i < run->benches.n; i++)
		put_bench(&w, &run->benches.v[i], ret_loss);
	jsonw_close(&w, ']');
	put_date(&w, run->facts.date);
	jsonw_text(&w, "version",
		!tool                    ? "revsweep " REVSWEEP_VERSION
		: str_starts(tool, TOOL) ? tool + sizeof(TOOL) - 1
					 : tool);
	put_metadata(&w, run);
	jsonw_close(&w, '}');
}

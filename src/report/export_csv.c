/* Two tables of peers: the one of `pytest-benchmark compare --csv`, a line for each benchmark and
 * run (lines end with CR LF, as Python's csv module has it), and the one of `benchmem compare
 * --csv`, a line a benchmark with a column for each metric, statistic and run. */
#include "export_priv.h"

#include "base/format.h"

#include <math.h>
#include <string.h>

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct texts {
	vec(const char *) list;
};

static void
texts_done(struct texts *texts)
{
	vec_done(&texts->list);
}

static void
sort_and_unite(struct texts *texts)
{
	size_t kept = 0;

	if (texts->list.n)
		qsort(texts->list.v, texts->list.n, sizeof(*texts->list.v), by_text);
	for (size_t i = 0; i < texts->list.n; i++)
		if (i == 0 || strcmp(texts->list.v[i], texts->list.v[kept - 1]) != 0)
			texts->list.v[kept++] = texts->list.v[i];
	texts->list.n = kept;
}

static void
put_number(struct str *out, double v, bool whole)
{
	char buf[40];

	if (isnan(v))
		return;
	if (whole && fabs(v) < 1e15)
		str_addf(out, "%.0f", v);
	else if (isinf(v))
		str_add(out, v > 0 ? "inf" : "-inf");
	else
		str_add(out, format_python_float(v, buf, sizeof(buf)));
}

/* ---- pytest-benchmark's */

static const enum run_stat columns[] = {RUN_MIN, RUN_MAX, RUN_MEAN, RUN_STDDEV, RUN_MEDIAN, RUN_IQR,
	RUN_STDDEV_OUTLIERS, RUN_OPS, RUN_ROUNDS, RUN_ITERATIONS};

static void
put_stat(struct str *out, const struct run_value *v, enum run_stat stat)
{
	double x = v->stat[stat];

	if (stat == RUN_STDDEV_OUTLIERS) { /* stands for both */
		if (!isnan(x) && !isnan(v->stat[RUN_IQR_OUTLIERS]))
			str_addf(out, "%.0f;%.0f", x, v->stat[RUN_IQR_OUTLIERS]);
		return;
	}
	put_number(out, x,
		stat == RUN_ROUNDS || stat == RUN_ITERATIONS ||
			(stat == RUN_STDDEV && v->stat[RUN_ROUNDS] == 1));
}

static void
put_row(const struct run *run, bool several, const struct run_bench *bench,
	const struct run_value *time, const struct texts *params, struct str *out)
{
	scoped(str) name = STR_INIT;

	str_add(&name, bench->fullname);
	if (several)
		str_addf(&name, " (%s)", run->label);
	export_csv_field(out, name.p);
	for (size_t i = 0; i < params->list.n; i++) {
		str_addc(out, ',');
		for (const struct run_pair *p = bench->params; p && p->key; p++)
			if (strcmp(p->key, params->list.v[i]) == 0)
				export_csv_field(out, p->value);
	}
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		str_addc(out, ',');
		put_stat(out, time, columns[i]);
	}
	str_add(out, "\r\n");
}

static void
put_header(const struct run *runs, size_t n, struct texts *params, struct str *out)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < runs[i].benches.n; k++)
			for (const struct run_pair *p = runs[i].benches.v[k].params; p && p->key;
				p++)
				vec_add(&params->list, p->key);
	sort_and_unite(params);
	str_add(out, "name");
	for (size_t i = 0; i < params->list.n; i++) {
		scoped_free char *name = xasprintf("param:%s", params->list.v[i]);

		str_addc(out, ',');
		export_csv_field(out, name);
	}
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		str_addf(out, ",%s",
			columns[i] == RUN_STDDEV_OUTLIERS ? "outliers" : run_stat_name(columns[i]));
	str_add(out, "\r\n");
}

void
export_csv(const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss)
{
	scoped(texts) params = {0};

	put_header(runs, n, &params, out);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < runs[i].benches.n; k++) {
			const struct run_bench *bench = &runs[i].benches.v[k];
			const struct run_value *time = export_time(bench, NULL, ret_loss);

			if (time)
				put_row(&runs[i], n > 1, bench, time, &params, out);
		}
	}
}

/* ---- benchmem's */

static const enum run_stat spread[] = {RUN_MIN, RUN_MAX, RUN_MEAN, RUN_MEDIAN, RUN_IQR, RUN_STDDEV};

struct by_name {
	const struct run_bench **v; /* sorted */
	size_t n;
};

static int
by_fullname(const void *a, const void *b)
{
	const struct run_bench *x = *(const struct run_bench *const *)a;
	const struct run_bench *y = *(const struct run_bench *const *)b;

	return strcmp(x->fullname, y->fullname);
}

static const struct run_bench *
find(const struct by_name *list, const char *fullname)
{
	struct run_bench key = {.fullname = fullname};
	const struct run_bench *at = &key;
	const struct run_bench **found =
		list->n ? bsearch(&at, list->v, list->n, sizeof(*list->v), by_fullname) : NULL;

	return found ? *found : NULL;
}

/* In the order in which the runs have them: "time" first where there is one. */
static void
collect(const struct run *runs, size_t n, struct texts *metrics, struct texts *ids)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < runs[i].benches.n; k++) {
			const struct run_bench *bench = &runs[i].benches.v[k];

			if (bench->n_values)
				vec_add(&ids->list, bench->fullname);
			for (size_t j = 0; j < bench->n_values; j++) {
				bool known = false;

				for (size_t m = 0; m < metrics->list.n; m++)
					known = known || strcmp(metrics->list.v[m],
								 bench->values[j].metric) == 0;
				if (!known)
					vec_add(&metrics->list, bench->values[j].metric);
			}
		}
	}
	sort_and_unite(ids);
}

static void
put_line(const struct by_name *lists, size_t n, const char *id, const struct texts *metrics,
	struct str *out)
{
	export_csv_field(out, id);
	for (size_t m = 0; m < metrics->list.n; m++) {
		for (size_t s = 0; s < ARRAY_LEN(spread); s++) {
			for (size_t i = 0; i < n; i++) {
				const struct run_bench *bench = find(&lists[i], id);
				const struct run_value *v =
					bench ? run_value_of(bench, metrics->list.v[m]) : NULL;

				str_addc(out, ',');
				if (v)
					put_number(out, v->stat[spread[s]], false);
			}
		}
	}
	str_addc(out, '\n');
}

static void
put_columns(const struct run *runs, size_t n, const struct texts *metrics, struct str *out)
{
	str_add(out, "id");
	for (size_t m = 0; m < metrics->list.n; m++) {
		for (size_t s = 0; s < ARRAY_LEN(spread); s++) {
			for (size_t i = 0; i < n; i++) {
				scoped_free char *name = xasprintf("%s:%s:%s", metrics->list.v[m],
					run_stat_name(spread[s]), runs[i].label);

				str_addc(out, ',');
				export_csv_field(out, name);
			}
		}
	}
	str_addc(out, '\n');
}

void
export_csv_benchmem(const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss)
{
	scoped(texts) metrics = {0}, ids = {0};
	struct by_name *lists = xcalloc(n, sizeof(*lists));

	collect(runs, n, &metrics, &ids);
	put_columns(runs, n, &metrics, out);
	for (size_t i = 0; i < n; i++) {
		lists[i].v = xcalloc(runs[i].benches.n + 1, sizeof(struct run_bench *));
		for (size_t k = 0; k < runs[i].benches.n; k++) {
			ret_loss->benches += runs[i].benches.v[k].n_values == 0;
			lists[i].v[lists[i].n++] = &runs[i].benches.v[k];
		}
		if (lists[i].n)
			qsort(lists[i].v, lists[i].n, sizeof(*lists[i].v), by_fullname);
	}
	for (size_t k = 0; k < ids.list.n; k++)
		put_line(lists, n, ids.list.v[k], &metrics, out);
	for (size_t i = 0; i < n; i++)
		free(lists[i].v);
	free(lists);
}

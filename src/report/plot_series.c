/* Many revisions: a heat map of all benches, and each of them by itself. */
#include "plot_priv.h"

#include "base/mem.h"
#include "stats/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 50
#define LINES 12
#define COLOURS_MIN 0.02 /* of log2: less is noise and looks like nothing */

struct spread {
	size_t bench;
	double spread; /* logarithm of the largest over the least value */
};

static double
median_at(const struct report *report, size_t bench, size_t rev)
{
	return series_median(series_cell(report->results, bench, rev), NULL);
}

static int
by_spread(const void *a, const void *b)
{
	const struct spread *x = a, *y = b;

	return (x->spread < y->spread) - (x->spread > y->spread);
}

/* Those that varied most, first. */
static struct spread *
ranked(const struct report *report, const struct plot_options *options, size_t *ret_n)
{
	const struct results *results = report->results;
	struct spread *list = xcalloc(results->benches.n + 1, sizeof(*list));
	size_t n = 0;

	for (size_t b = 0; b < results->benches.n; b++) {
		double lo = INFINITY, hi = 0;

		for (size_t rev = 0; rev < results->revs.n; rev++) {
			double v = median_at(report, b, rev);

			lo = v > 0 && v < lo ? v : lo;
			hi = v > hi ? v : hi;
		}
		if (plot_wants(options, b) && hi > 0 && isfinite(lo))
			list[n++] = (struct spread){b, log(hi / lo)};
	}
	qsort(list, n, sizeof(*list), by_spread);
	*ret_n = n;
	return list;
}

static int
refuse(struct err *err)
{
	return err_set(err, ERR_USAGE, "no benchmark that is wanted has a positive number");
}

/* ---- sweep */

static void
add_row(const struct report *report, struct figure *figure, size_t bench, size_t y)
{
	bool lower = report->results->benches.v[bench].direction == LOWER_IS_BETTER;
	double first = median_at(report, bench, series_first(report->results, bench));

	for (size_t rev = 0; rev < report->results->revs.n; rev++) {
		double v = median_at(report, bench, rev);
		struct figure_point p = {.x = (double)rev,
			.y = (double)y,
			.lo = NAN,
			.hi = NAN,
			.value = v > 0 && first > 0 ? log2(v / first) * (lower ? 1 : -1)
						    : (double)NAN};

		vec_add(&figure->series.v[0].v, p);
	}
}

/* Where colours end: 95 % of all cells lie within. */
static double
limit_of(const struct figure *figure)
{
	size_t n = 0;
	scoped_free double *v = xcalloc(figure->series.v[0].v.n + 1, sizeof(*v));

	for (size_t i = 0; i < figure->series.v[0].v.n; i++)
		if (isfinite(figure->series.v[0].v.v[i].value))
			v[n++] = fabs(figure->series.v[0].v.v[i].value);
	stats_sort(v, n);
	return fmax(COLOURS_MIN, n ? stats_quantile(v, n, 0.95) : 0);
}

int
plot_sweep(const struct report *report, const struct plot_options *options, struct figures *ret,
	struct err *err)
{
	size_t n, most = options->most ? options->most : ROWS;
	scoped_free struct spread *list = ranked(report, options, &n);

	if (!n)
		return refuse(err);
	struct figure *figure = figure_new(ret, FIGURE_HEAT, "over the first revision that has it");
	size_t rows = n < most ? n : most;
	const char **names = arena_alloc(&ret->arena, rows + 1, sizeof(*names));
	figure_series(ret, figure, "");
	for (size_t i = 0; i < rows; i++) {
		names[i] = plot_name(ret, report, list[i].bench);
		add_row(report, figure, list[i].bench, i);
	}
	figure->x = (struct figure_axis){.label = "",
		.unit = "",
		.names = figure_revs(ret, report),
		.n_names = report->results->revs.n};
	figure->y = (struct figure_axis){.label = "", .unit = "", .names = names, .n_names = rows};
	figure->limit = options->clip > 1 ? log2(options->clip) : limit_of(figure);
	if (rows < n)
		figure_note(ret, figure, "the %zu that varied most of %zu benchmarks", rows, n);
	return 0;
}

/* ---- history */

static void
mark_changes(const struct report *report, struct figure *figure, size_t bench)
{
	for (size_t i = 0; i < report->n_changes; i++) {
		const struct change *c = &report->changes[i];
		struct figure_point mark = {
			.x = (double)c->after, .tone = c->worse ? FIGURE_BAD : FIGURE_GOOD};

		if (c->bench == bench && c->state == CHANGE_CONFIRMED)
			vec_add(&figure->marks, mark);
	}
}

static void
add_history(const struct report *report, size_t bench, struct figures *ret)
{
	struct figure *figure = figure_new(ret, FIGURE_LINES, plot_name(ret, report, bench));
	struct figure_series *s = figure_series(ret, figure, "");

	for (size_t rev = 0; rev < report->results->revs.n; rev++) {
		struct series_reach reach = series_reach(series_cell(report->results, bench, rev));
		struct figure_point p = {
			.x = (double)rev, .y = reach.value, .lo = reach.lo, .hi = reach.hi};

		if (isfinite(reach.value))
			vec_add(&s->v, p);
	}
	figure->x = (struct figure_axis){.label = "",
		.unit = "",
		.names = figure_revs(ret, report),
		.n_names = report->results->revs.n};
	figure->y =
		(struct figure_axis){.label = "", .unit = report->results->benches.v[bench].unit};
	mark_changes(report, figure, bench);
}

int
plot_history(const struct report *report, const struct plot_options *options, struct figures *ret,
	struct err *err)
{
	size_t n, most = options->most ? options->most : LINES;
	scoped_free struct spread *list = ranked(report, options, &n);

	if (!n)
		return refuse(err);
	for (size_t i = 0; i < n && i < most; i++)
		add_history(report, list[i].bench, ret);
	if (n > most)
		figure_note(ret, &ret->v.v[ret->v.n - 1],
			"the %zu that varied most of %zu benchmarks", most, n);
	return 0;
}

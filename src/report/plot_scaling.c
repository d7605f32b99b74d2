/* Cost along a parameter: benches that differ in nothing else are one line, and the slope of its
 * logarithms is its exponent. */
#include "plot_priv.h"

#include "base/mem.h"
#include "core/dims.h"
#include "stats/line.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FAMILIES 8

/* ---- which parameter */

struct axis {
	const char *key;
	double first;
	size_t values; /* that differ from the first; two are enough to draw */
};

struct axes {
	vec(struct axis) v;
};

static void
count_dim(struct axes *axes, const struct dim *dim)
{
	for (size_t i = 0; i < axes->v.n; i++)
		if (strcmp(axes->v.v[i].key, dim->key) == 0) {
			axes->v.v[i].values += dim->number != axes->v.v[i].first;
			return;
		}
	struct axis axis = {.key = dim->key, .first = dim->number};
	vec_add(&axes->v, axis);
}

/* The numeric parameter that varies in most benches; NULL: there is none. */
static const char *
find_axis(const struct report *report, const struct plot_options *options, struct arena *arena)
{
	struct axes axes = {0};
	const struct axis *best = NULL;

	for (size_t b = 0; b < report->results->benches.n; b++) {
		struct dims dims = dims_of(&report->results->benches.v[b], arena);

		for (size_t k = 0; k < dims.n; k++)
			if (plot_wants(options, b) && !isnan(dims.v[k].number))
				count_dim(&axes, &dims.v[k]);
	}
	for (size_t i = 0; i < axes.v.n; i++)
		if (axes.v.v[i].values && (!best || axes.v.v[i].values > best->values))
			best = &axes.v.v[i];
	const char *key = best ? best->key : NULL;
	vec_done(&axes.v);
	return key;
}

/* ---- families */

static const char *
family_of(struct figures *ret, const struct report *report, size_t bench, const struct dims *dims,
	const char *key)
{
	const struct bench *b = &report->results->benches.v[bench];
	const struct tally *tally = ret->tally;
	scoped(str) name = STR_INIT;

	if (tally->many_suites)
		str_addf(&name, "%s/", b->suite);
	str_add(&name, dims->base);
	for (size_t k = 0; k < dims->n; k++)
		if (strcmp(dims->v[k].key, key) != 0)
			str_addf(&name, " %s=%s", dims->v[k].key, dims->v[k].value);
	if (tally->many_metrics && strcmp(b->metric, "time") != 0)
		str_addf(&name, " (%s)", b->metric);
	return arena_strdup(&ret->arena, name.p);
}

static struct figure *
figure_for(struct figures *ret, const char *unit, const char *key)
{
	for (size_t i = 0; i < ret->v.n; i++)
		if (strcmp(ret->v.v[i].y.unit, unit) == 0)
			return &ret->v.v[i];
	struct figure *figure =
		figure_new(ret, FIGURE_LINES, arena_printf(&ret->arena, "cost along %s", key));
	figure->x = (struct figure_axis){.label = key, .unit = ""};
	figure->y = (struct figure_axis){.label = "", .unit = unit};
	return figure;
}

static struct figure_series *
series_for(struct figures *ret, struct figure *figure, const char *name, bool dashed)
{
	unsigned colour = 0;

	for (size_t i = 0; i < figure->series.n; i++) {
		struct figure_series *s = &figure->series.v[i];

		if (strcmp(s->name, name) == 0 && s->dashed == dashed)
			return s;
		colour = s->colour >= colour ? s->colour + 1 : colour;
		if (strcmp(s->name, name) == 0)
			colour = s->colour;
	}
	struct figure_series *s = figure_series(ret, figure, name);
	s->dashed = dashed;
	s->colour = colour;
	return s;
}

static void
add_bench(struct figures *ret, const struct report *report, const struct plot_options *options,
	size_t bench, const char *key)
{
	const struct bench *b = &report->results->benches.v[bench];
	struct dims dims = dims_of(b, &ret->arena);
	const struct dim *x = dims_get(&dims, key);

	if (!x || isnan(x->number))
		return;
	const char *name = family_of(ret, report, bench, &dims, key);
	struct figure *figure = figure_for(ret, b->unit, key);
	for (int old = 0; old < (options->base == options->rev ? 1 : 2); old++) {
		size_t rev = old ? options->base : options->rev;
		struct series_reach reach = series_reach(series_cell(report->results, bench, rev));
		struct figure_point p = {
			.x = x->number, .y = reach.value, .lo = reach.lo, .hi = reach.hi};

		if (isfinite(reach.value))
			vec_add(&series_for(ret, figure, name, old)->v, p);
	}
}

static int
by_x(const void *a, const void *b)
{
	const struct figure_point *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

/* ---- what it comes to */

static void
note_exponent(struct figures *ret, const struct report *report, const struct plot_options *options,
	struct figure *figure, const struct figure_series *s)
{
	scoped_free double *x = xcalloc(s->v.n + 1, sizeof(*x));
	scoped_free double *y = xcalloc(s->v.n + 1, sizeof(*y));
	struct line_fit fit;
	size_t n = 0;

	for (size_t i = 0; i < s->v.n; i++)
		if (s->v.v[i].x > 0 && s->v.v[i].y > 0) {
			x[n] = log(s->v.v[i].x);
			y[n++] = log(s->v.v[i].y);
		}
	if (stats_line(x, y, n, &fit))
		figure_note(ret, figure, "%s at %s: %s^%.3f (R2 %.4f, %zu points)", s->name,
			words_label(report, s->dashed ? options->base : options->rev),
			figure->x.label, fit.slope, fit.r2, fit.n);
}

static bool
all_positive(const struct figure *figure, bool of_x)
{
	for (size_t i = 0; i < figure->series.n; i++)
		for (size_t k = 0; k < figure->series.v[i].v.n; k++) {
			const struct figure_point *p = &figure->series.v[i].v.v[k];

			if ((of_x ? p->x : p->y) <= 0)
				return false;
		}
	return true;
}

static void
finish(struct figures *ret, const struct report *report, const struct plot_options *options,
	struct figure *figure)
{
	size_t most = options->most ? options->most : FAMILIES, kept = 0;
	bool automatic = options->log == PLOT_LOG_AUTO;

	for (size_t i = 0; i < figure->series.n; i++) {
		struct figure_series *s = &figure->series.v[i];

		if (s->v.n < 2 || s->colour >= most) {
			vec_done(&s->v);
			continue;
		}
		qsort(s->v.v, s->v.n, sizeof(*s->v.v), by_x);
		note_exponent(ret, report, options, figure, s);
		figure->series.v[kept++] = *s;
	}
	if (kept < figure->series.n)
		figure_note(ret, figure, "%zu more lines have one value only, or no room",
			figure->series.n - kept);
	figure->series.n = kept;
	bool both = options->log == PLOT_LOG_BOTH;
	figure->x.log =
		(automatic || both || options->log == PLOT_LOG_X) && all_positive(figure, true);
	figure->y.log =
		(automatic || both || options->log == PLOT_LOG_Y) && all_positive(figure, false);
}

int
plot_scaling(const struct report *report, const struct plot_options *options, struct figures *ret,
	struct err *err)
{
	const char *key = options->x ? options->x : find_axis(report, options, &ret->arena);
	size_t lines = 0;

	if (!key)
		return err_set(err, ERR_USAGE,
			"no benchmark that is wanted has a parameter with several numbers for "
			"values");
	for (size_t b = 0; b < report->results->benches.n; b++)
		if (plot_wants(options, b))
			add_bench(ret, report, options, b, key);
	for (size_t i = 0; i < ret->v.n; i++) {
		finish(ret, report, options, &ret->v.v[i]);
		lines += ret->v.v[i].series.n;
	}
	if (!lines)
		return err_set(err, ERR_USAGE,
			"no benchmark that is wanted has two numeric values of '%s'", key);
	return 0;
}

#include "plot_priv.h"

#include "base/suggest.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	/* ERR_USAGE when the report has nothing of the kind to show. */
	int (*make)(const struct report *report, const struct plot_options *options,
		struct figures *ret, struct err *err);
} views[] = {
	{"compare", plot_compare},
	{"scatter", plot_scatter},
	{"scaling", plot_scaling},
	{"sweep", plot_sweep},
	{"history", plot_history},
	{"timeline", plot_timeline},
	{"bisect", plot_bisect},
};

static const char *
suitable(const struct report *report)
{
	if (report->bisect)
		return "bisect";
	return report->results->revs.n > 2 ? "sweep" : "compare";
}

int
plot_make(const struct report *report, const struct plot_options *options, struct figures *ret,
	struct err *err)
{
	const char *wanted = options->view ? options->view : suitable(report);

	*ret = (struct figures){0};
	struct tally *tally = arena_alloc(&ret->arena, 1, sizeof(*tally));
	tally_rows(report, tally);
	ret->tally = tally;
	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		if (strcmp(views[i].name, wanted) == 0)
			return views[i].make(report, options, ret, err);
	const char *known[ARRAY_LEN(views)];
	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		known[i] = views[i].name;
	const char *near = suggest(wanted, known, ARRAY_LEN(views));
	return err_set(err, ERR_USAGE,
		"no view '%s'%s%s%s (compare, scatter, scaling, sweep, history, timeline or "
		"bisect)",
		wanted, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

void
figures_done(struct figures *figures)
{
	for (size_t i = 0; i < figures->v.n; i++) {
		struct figure *f = &figures->v.v[i];

		for (size_t k = 0; k < f->series.n; k++)
			vec_done(&f->series.v[k].v);
		vec_done(&f->series);
		vec_done(&f->marks);
		vec_done(&f->notes);
	}
	vec_done(&figures->v);
	arena_done(&figures->arena);
}

struct figure *
figure_new(struct figures *figures, enum figure_kind kind, const char *title)
{
	struct figure figure = {
		.kind = kind,
		.title = arena_strdup(&figures->arena, title),
		.x = {.label = "", .unit = ""},
		.y = {.label = "", .unit = ""},
	};

	vec_add(&figures->v, figure);
	return &figures->v.v[figures->v.n - 1];
}

struct figure_series *
figure_series(struct figures *figures, struct figure *figure, const char *name)
{
	struct figure_series series = {
		.name = arena_strdup(&figures->arena, name),
		.colour = (unsigned)figure->series.n,
	};

	vec_add(&figure->series, series);
	return &figure->series.v[figure->series.n - 1];
}

void
figure_note(struct figures *figures, struct figure *figure, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	vec_add(&figure->notes, arena_strdup(&figures->arena, text.p));
}

const char *const *
figure_revs(struct figures *figures, const struct report *report)
{
	size_t n = report->results->revs.n;
	const char **names = arena_alloc(&figures->arena, n + 1, sizeof(*names));

	for (size_t i = 0; i < n; i++)
		names[i] = arena_strdup(&figures->arena, words_label(report, i));
	return names;
}

const char *
plot_name(struct figures *figures, const struct report *report, size_t bench)
{
	struct row row = {.bench = bench};
	scoped(str) name = STR_INIT;

	words_name(report, figures->tally, &row, &name);
	return arena_strdup(&figures->arena, name.p);
}

bool
plot_wants(const struct plot_options *options, size_t bench)
{
	return !options->wanted || options->wanted[bench];
}

static enum figure_tone
tone_of(const struct row *row)
{
	switch (text_tone_of(row)) {
	case TONE_BAD:
		return FIGURE_BAD;
	case TONE_GOOD:
		return FIGURE_GOOD;
	case TONE_UNSURE:
		return FIGURE_UNSURE;
	case TONE_PLAIN:
	case TONE_DIM:
	case TONE_BOLD:
		break;
	}
	if (row->verdict == VERDICT_UNGATED)
		return row->slower ? FIGURE_BAD : row->faster ? FIGURE_GOOD : FIGURE_PLAIN;
	return FIGURE_PLAIN;
}

static const struct row *
judged(const struct report *report, const struct plot_options *options, size_t bench)
{
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];

		if (row->bench == bench && row->rev == options->rev && row->base == options->base)
			return row;
	}
	return NULL;
}

struct plot_change
plot_change(const struct report *report, const struct plot_options *options, size_t bench)
{
	const struct row *row = judged(report, options, bench);
	const struct results_cell *a = series_cell(report->results, bench, options->base);
	const struct results_cell *b = series_cell(report->results, bench, options->rev);
	struct plot_change c = {
		.bench = bench, .lo = NAN, .hi = NAN, .base = NAN, .value = NAN, .ratio = NAN};

	if (row && row->status == STATUS_OK) {
		c.base = row->base_value;
		c.value = row->value;
		c.ratio = row->ratio;
		c.lo = row->ratio_lo;
		c.hi = row->ratio_hi;
		c.tone = tone_of(row);
	} else if (!row && results_has_samples(a) && results_has_samples(b)) {
		c.base = series_median(a, NULL);
		c.value = series_median(b, NULL);
		c.ratio = series_median(b, a);
		if (isnan(c.ratio))
			c.ratio = c.value / c.base;
	}
	c.known = isfinite(c.ratio) && c.ratio > 0 && isfinite(c.base);
	return c;
}

double
plot_loss(const struct report *report, const struct plot_change *change)
{
	double loss = log(change->ratio);

	return report->results->benches.v[change->bench].direction == LOWER_IS_BETTER ? loss
										      : -loss;
}

struct ranked {
	struct plot_change change;
	double loss;
};

static int
by_loss(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->loss < y->loss) - (x->loss > y->loss);
}

struct plot_change *
plot_changes(const struct report *report, const struct plot_options *options, size_t *ret_n)
{
	size_t n = 0, benches = report->results->benches.n;
	scoped_free struct ranked *list = xcalloc(benches + 1, sizeof(*list));
	struct plot_change *changes = xcalloc(benches + 1, sizeof(*changes));

	for (size_t b = 0; b < benches; b++) {
		struct plot_change c = plot_change(report, options, b);

		if (plot_wants(options, b) && c.known)
			list[n++] = (struct ranked){c, plot_loss(report, &c)};
	}
	qsort(list, n, sizeof(*list), by_loss);
	for (size_t i = 0; i < n; i++)
		changes[i] = list[i].change;
	*ret_n = n;
	return changes;
}

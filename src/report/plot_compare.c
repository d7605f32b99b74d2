/* Two revisions: bars of what changed, and change against cost. A figure for each unit. */
#include "plot_priv.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

#define BARS 40

static const char *
unit_of(const struct report *report, size_t bench)
{
	return report->results->benches.v[bench].unit;
}

static int
refuse(const struct report *report, const struct plot_options *options, struct err *err)
{
	return err_set(err, ERR_USAGE,
		"no benchmark that is wanted has a number in both '%s' and '%s'",
		words_label(report, options->base), words_label(report, options->rev));
}

static const char *
title(struct figures *ret, const struct report *report, const struct plot_options *options)
{
	return arena_printf(&ret->arena, "%s against %s", words_label(report, options->rev),
		words_label(report, options->base));
}

/* How many benches lack a number in one of both. */
static size_t
lost(const struct report *report, const struct plot_options *options, size_t known)
{
	size_t n = 0;

	for (size_t b = 0; b < report->results->benches.n; b++)
		n += plot_wants(options, b);
	return n - known;
}

/* ---- compare */

static double
shown(const struct plot_options *options, const struct plot_change *c, double ratio)
{
	if (!isfinite(ratio))
		return NAN;
	if (options->absolute)
		return c->base * (ratio - 1);
	double limit = options->clip > 1 ? options->clip - 1 : INFINITY;
	return 100 * fmax(-limit, fmin(limit, ratio - 1));
}

static void
add_bars(const struct report *report, const struct plot_options *options,
	const struct plot_change *changes, size_t n, struct figures *ret)
{
	struct figure *figure = figure_new(ret, FIGURE_BARS, title(ret, report, options));
	const char **names = arena_alloc(&ret->arena, n + 1, sizeof(*names));

	figure_series(ret, figure, "");
	for (size_t i = 0; i < n; i++) {
		const struct plot_change *c = &changes[i];
		struct figure_point p = {
			.x = shown(options, c, c->ratio),
			.y = (double)i,
			.lo = shown(options, c, c->lo),
			.hi = shown(options, c, c->hi),
			.tone = c->tone,
		};

		names[i] = plot_name(ret, report, c->bench);
		vec_add(&figure->series.v[0].v, p);
	}
	figure->x = (struct figure_axis){.label = options->absolute ? "difference" : "change",
		.unit = options->absolute ? unit_of(report, changes[0].bench) : "%"};
	figure->y = (struct figure_axis){.label = "", .unit = "", .names = names, .n_names = n};
}

int
plot_compare(const struct report *report, const struct plot_options *options, struct figures *ret,
	struct err *err)
{
	size_t n, most = options->most ? options->most : BARS;
	scoped_free struct plot_change *changes = plot_changes(report, options, &n);

	if (!n)
		return refuse(report, options, err);
	for (size_t i = 1; options->absolute && i < n; i++)
		if (strcmp(unit_of(report, changes[0].bench), unit_of(report, changes[i].bench)) !=
			0)
			return err_set(err, ERR_USAGE,
				"differences in '%s' and in '%s' have no common axis: --where "
				"metric=... "
				"chooses one",
				unit_of(report, changes[0].bench),
				unit_of(report, changes[i].bench));
	add_bars(report, options, changes, n < most ? n : most, ret);
	struct figure *figure = &ret->v.v[0];
	size_t missing = lost(report, options, n);
	if (n > most)
		figure_note(ret, figure, "the %zu worst of %zu benchmarks", most, n);
	if (missing)
		figure_note(ret, figure, "%zu without a number in one of both", missing);
	return 0;
}

/* ---- scatter */

static void
add_cloud(const struct report *report, const struct plot_options *options,
	const struct plot_change *changes, size_t n, size_t first, struct figures *ret)
{
	static const char *const names[] = {"", "worse", "better", "cannot tell"};
	const char *unit = unit_of(report, changes[first].bench);
	struct figure *figure = figure_new(ret, FIGURE_POINTS, title(ret, report, options));
	double limit = options->clip > 1 ? log2(options->clip) : INFINITY;

	for (unsigned tone = 0; tone < ARRAY_LEN(names); tone++)
		figure_series(ret, figure, names[tone]);
	for (size_t i = first; i < n; i++) {
		const struct plot_change *c = &changes[i];

		if (strcmp(unit_of(report, c->bench), unit) != 0 || c->base <= 0)
			continue;
		struct figure_point p = {
			.x = c->base,
			.y = fmax(-limit, fmin(limit, log2(c->ratio))),
			.lo = c->lo > 0 ? log2(c->lo) : (double)NAN,
			.hi = c->hi > 0 ? log2(c->hi) : (double)NAN,
			.tone = c->tone,
		};
		vec_add(&figure->series.v[c->tone].v, p);
	}
	figure->x = (struct figure_axis){
		.label = words_label(report, options->base), .unit = unit, .log = true};
	figure->y = (struct figure_axis){.label = "ratio", .unit = "x"};
}

static bool
seen_before(const struct report *report, const struct plot_change *changes, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(unit_of(report, changes[k].bench), unit_of(report, changes[i].bench)) ==
			0)
			return true;
	return false;
}

int
plot_scatter(const struct report *report, const struct plot_options *options, struct figures *ret,
	struct err *err)
{
	size_t n;
	scoped_free struct plot_change *changes = plot_changes(report, options, &n);

	if (!n)
		return refuse(report, options, err);
	for (size_t i = 0; i < n; i++)
		if (!seen_before(report, changes, i))
			add_cloud(report, options, changes, n, i, ret);
	return 0;
}

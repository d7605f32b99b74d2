/* Where the culprit lies: how likely each commit is, and what was seen of it. */
#include "plot_priv.h"

#include <math.h>

#define SHARE_MIN 0.001 /* commits below are not worth a line */

static void
add_posterior(const struct report *report, const struct culprit *c, struct figures *ret)
{
	struct figure *figure = figure_new(ret, FIGURE_BARS,
		arena_printf(&ret->arena, "probability of each commit: %s",
			plot_name(ret, report, c->bench)));

	const char *const *revs = figure_revs(ret, report);
	const char **names = arena_alloc(&ret->arena, c->n_positions + 1, sizeof(*names));
	size_t n = 0;
	figure_series(ret, figure, "");
	for (size_t k = 1; k < c->n_positions; k++) {
		struct figure_point p = {
			.x = c->posterior[k],
			.y = (double)n,
			.lo = NAN,
			.hi = NAN,
			.tone = k == c->to ? FIGURE_BAD : FIGURE_PLAIN,
		};

		if (c->posterior[k] < SHARE_MIN && k != c->to)
			continue;
		names[n++] = revs[k];
		vec_add(&figure->series.v[0].v, p);
	}
	figure->x = (struct figure_axis){.label = "probability", .unit = "p"};
	figure->y = (struct figure_axis){.label = "", .unit = "", .names = names, .n_names = n};
	if (n + 1 < c->n_positions)
		figure_note(ret, figure, "%zu more commits have less than 0.1%% each",
			c->n_positions - 1 - n);
}

static void
add_levels(const struct report *report, const struct culprit *c, struct figures *ret)
{
	struct figure *figure = figure_new(ret, FIGURE_LINES, "what launches showed, over GOOD");
	struct figure_series *s = figure_series(ret, figure, "");

	for (size_t k = 0; k < c->n_positions; k++) {
		struct figure_point p = {
			.x = (double)k, .y = 100 * (exp(c->levels[k]) - 1), .lo = NAN, .hi = NAN};

		if (isfinite(c->levels[k]))
			vec_add(&s->v, p);
	}
	struct figure_point mark = {.x = (double)c->to, .tone = FIGURE_BAD};
	vec_add(&figure->marks, mark);
	figure->x = (struct figure_axis){.label = "",
		.unit = "",
		.names = figure_revs(ret, report),
		.n_names = c->n_positions};
	figure->y = (struct figure_axis){.label = "", .unit = "%"};
}

int
plot_bisect(const struct report *report, const struct plot_options *options, struct figures *ret,
	struct err *err)
{
	const struct culprit *c = bisect_main(report);

	(void)options;
	if (!report->bisect)
		return err_set(err, ERR_USAGE, "sweep %s is no bisect",
			report->sweep ? report->sweep : "");
	if (!c || !c->posterior)
		return err_set(err, ERR_USAGE, "the bisect has not come to a search");
	add_posterior(report, c, ret);
	add_levels(report, c, ret);
	scoped(str) sentence = STR_INIT;
	report_sentence(report, &sentence);
	figure_note(ret, &ret->v.v[0], "%s", sentence.p);
	return 0;
}

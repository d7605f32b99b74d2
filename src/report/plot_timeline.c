/* What was done when: a lane for each worker or revision, a series for each phase. */
#include "plot_priv.h"

#include "base/format.h"

#include <math.h>

/* The end of a session. */
static int64_t
end_of(const struct timeline_input *t, const struct span_session *session)
{
	int64_t end = session->start_us;

	for (size_t i = 0; i < t->n_spans; i++)
		if (t->spans[i].session == session->number && t->spans[i].end_us > end)
			end = t->spans[i].end_us;
	return end;
}

/* The spans of one session, from `offset` seconds on. */
static void
add_session(const struct timeline_input *t, const struct span_session *session, double offset,
	enum timeline_lanes lanes, size_t n_lanes, struct figure *figure)
{
	for (size_t i = 0; i < t->n_spans; i++) {
		const struct span *s = &t->spans[i];
		long lane = lanes == LANES_BY_REVISION ? s->rev : (long)s->worker - 1;

		if (s->session != session->number || s->phase == SPAN_STEP || lane < 0 ||
			(size_t)lane >= n_lanes)
			continue;
		struct figure_point p = {
			.x = 0,
			.y = (double)lane,
			.lo = offset + (double)(s->start_us - session->start_us) * 1e-6,
			.hi = offset + (double)(s->end_us - session->start_us) * 1e-6,
		};
		vec_add(&figure->series.v[s->phase].v, p);
	}
}

static void
name_lanes(const struct report *report, const struct timeline_figures *f, enum timeline_lanes lanes,
	struct figures *ret, struct figure_axis *axis)
{
	const char **names = arena_alloc(&ret->arena, f->n_workers + 1, sizeof(*names));

	*axis = (struct figure_axis){.label = "", .unit = ""};
	if (lanes == LANES_BY_REVISION) {
		axis->names = figure_revs(ret, report);
		axis->n_names = report->results->revs.n;
		return;
	}
	for (unsigned i = 0; i < f->n_workers; i++)
		names[i] = arena_printf(&ret->arena, "worker %u", i + 1);
	axis->names = names;
	axis->n_names = f->n_workers;
}

int
plot_timeline(const struct report *report, const struct plot_options *options, struct figures *ret,
	struct err *err)
{
	const struct timeline_input *t = report->timeline;
	struct timeline_figures f;
	char took[32], least[32];
	double offset = 0;

	if (!t)
		return err_set(err, ERR_USAGE, "the sweep has no timeline");
	timeline_figures(t, &ret->arena, &f);
	struct figure *figure = figure_new(ret, FIGURE_LANES, "what was done when");
	for (unsigned phase = 0; phase < SPAN_PHASES; phase++)
		figure_series(ret, figure, span_phase_name((enum span_phase)phase));
	figure->x = (struct figure_axis){.label = "", .unit = "s"};
	name_lanes(report, &f, options->lanes, ret, &figure->y);
	for (size_t i = 0; i < t->n_sessions; i++) {
		add_session(t, &t->sessions[i], offset, options->lanes, figure->y.n_names, figure);
		offset += (double)(end_of(t, &t->sessions[i]) - t->sessions[i].start_us) * 1e-6;
	}
	figure_note(ret, figure, "took %s, at least %s with as many workers; used %.1f%%",
		format_duration(f.wall_s, took, sizeof(took)),
		format_duration(f.bound_s, least, sizeof(least)),
		f.present_s > 0 ? 100 * f.busy_s / f.present_s : 0);
	return 0;
}

/* The timeline as lanes of letters. */
#include "report/timeline.h"

#include "base/escape.h"
#include "base/format.h"

#include "report_priv.h"

#include <stdio.h>
#include <string.h>

#define LABEL_MAX 20
#define SHARE 6 /* columns: " 100%" and the edge */
#define IDLE SPAN_PHASES

static const struct {
	const char *ascii, *block;
} marks[] = {
	[SPAN_QUEUE] = {".", "·"},
	[SPAN_WAIT] = {"~", "~"},
	[SPAN_LOOKUP] = {"?", "?"},
	[SPAN_CHECKOUT] = {"c", "░"},
	[SPAN_BUILD] = {"#", "█"},
	[SPAN_STEP] = {"#", "█"},
	[SPAN_VERIFY] = {"v", "v"},
	[SPAN_PUBLISH] = {"p", "p"},
	[SPAN_WARMUP] = {"w", "▒"},
	[SPAN_LAUNCH] = {"m", "▓"},
	[SPAN_JUDGE] = {"j", "j"},
	[IDLE] = {" ", " "},
};

struct drawing {
	const struct timeline_input *input;
	const struct report_style *style;
	struct timeline_figures f;
	enum timeline_lanes by;
	size_t n_lanes;
	int label, columns; /* widths */
	double *cells;      /* lane, column, phase: seconds */
	bool used[SPAN_PHASES];
	struct str *out;
};

static const char *
mark_of(const struct drawing *d, unsigned phase)
{
	return d->style->ascii ? marks[phase].ascii : marks[phase].block;
}

/* ---- time on the axis: sessions one after the other, without what lies between them */

static double
session_length(const struct drawing *d, const struct span_session *session)
{
	int64_t end = session->start_us;

	for (size_t i = 0; i < d->input->n_spans; i++) {
		const struct span *s = &d->input->spans[i];

		if (s->session == session->number && s->end_us > end)
			end = s->end_us;
	}
	return (double)(end - session->start_us) * 1e-6;
}

static double *
cell(const struct drawing *d, size_t lane, int column)
{
	return &d->cells[(lane * (size_t)d->columns + (size_t)column) * SPAN_PHASES];
}

static void
paint(struct drawing *d, size_t lane, enum span_phase phase, double from, double to)
{
	double step = d->f.wall_s / d->columns;

	from = from > 0 ? from : 0;
	for (int c = (int)(from / step); c < d->columns && c * step < to; c++) {
		double left = from > c * step ? from : c * step;
		double right = to < (c + 1) * step ? to : (c + 1) * step;

		if (right > left)
			cell(d, lane, c)[phase] += right - left;
	}
}

/* -1: it is in no lane. */
static long
lane_of(const struct drawing *d, const struct span *s)
{
	if (s->phase == SPAN_STEP)
		return -1;
	if (d->by == LANES_BY_REVISION)
		return s->rev >= 0 && (size_t)s->rev < d->n_lanes ? s->rev : -1;
	return s->worker > 0 && s->worker <= d->n_lanes ? (long)s->worker - 1 : -1;
}

static void
paint_all(struct drawing *d)
{
	double offset = 0;

	for (size_t i = 0; i < d->input->n_sessions; i++) {
		const struct span_session *session = &d->input->sessions[i];

		for (size_t k = 0; k < d->input->n_spans; k++) {
			const struct span *s = &d->input->spans[k];
			long lane = lane_of(d, s);

			if (s->session != session->number || lane < 0)
				continue;
			double from = (double)(s->start_us - session->start_us) * 1e-6;
			double to = (double)(s->end_us - session->start_us) * 1e-6;
			paint(d, (size_t)lane, s->phase, offset + from, offset + to);
		}
		offset += session_length(d, session);
	}
}

/* ---- lanes */

/* The phase that takes most of a column; idle when there is less of all of them than of nothing. */
static unsigned
phase_at(struct drawing *d, size_t lane, int column)
{
	const double *v = cell(d, lane, column);
	double left = d->f.wall_s / d->columns;
	unsigned best = IDLE;

	for (unsigned p = 0; p < SPAN_PHASES; p++)
		left -= v[p];
	for (unsigned p = 0; p < SPAN_PHASES; p++)
		if (v[p] > 0 && v[p] > left && (best == IDLE || v[p] > v[best]))
			best = p;
	if (best != IDLE)
		d->used[best] = true;
	return best;
}

static double
share_of(const struct drawing *d, size_t lane)
{
	const struct timeline_worker *w = &d->f.workers[lane];

	return w->present_s > 0 ? w->busy_s / w->present_s : 0;
}

static void
put_label(struct drawing *d, const char *text)
{
	scoped(str) safe = STR_INIT;

	escape_text(&safe, text);
	layout_shorten(d->out, safe.p, d->label, d->style->ascii);
	for (int i = text_width(safe.p); i < d->label; i++)
		str_addc(d->out, ' ');
	str_addc(d->out, ' ');
}

static void
put_lane(struct drawing *d, size_t lane)
{
	scoped_free char *worker = xasprintf("worker %zu", lane + 1);

	put_label(d, d->by == LANES_BY_WORKER ? worker : d->input->labels[lane]);
	str_add(d->out, d->style->ascii ? "|" : "│");
	for (int c = 0; c < d->columns; c++)
		str_add(d->out, mark_of(d, phase_at(d, lane, c)));
	str_add(d->out, d->style->ascii ? "|" : "│");
	if (d->by == LANES_BY_WORKER)
		str_addf(d->out, " %.0f%%", 100 * share_of(d, lane));
	str_addc(d->out, '\n');
}

/* From 0 to the end, with a mark where a session goes on. */
static void
put_axis(struct drawing *d)
{
	scoped_free char *axis = xcalloc((size_t)d->columns + 1, 1);
	char text[32];
	double offset = 0;

	format_duration(d->f.wall_s, text, sizeof(text));
	memset(axis, ' ', (size_t)d->columns);
	for (size_t i = 1; i < d->input->n_sessions; i++) {
		offset += session_length(d, &d->input->sessions[i - 1]);
		int at = (int)(offset / d->f.wall_s * d->columns);
		axis[at < d->columns ? at : d->columns - 1] = '^';
	}
	axis[0] = '0';
	if ((size_t)d->columns > strlen(text) + 1)
		memcpy(axis + d->columns - strlen(text), text, strlen(text));
	str_addf(d->out, "%*s%s\n", d->label + 2, "", axis);
}

static void
put_legend(struct drawing *d)
{
	int at = d->label + 2;

	str_addf(d->out, "%*s", at, "");
	for (unsigned p = 0; p < SPAN_PHASES; p++) {
		int width = (int)strlen(span_phase_name((enum span_phase)p)) + 4;

		if (!d->used[p])
			continue;
		if (at + width > d->style->width && at > d->label + 2) {
			at = d->label + 2;
			str_trim(d->out);
			str_addf(d->out, "\n%*s", at, "");
		}
		str_addf(d->out, "%s %s  ", mark_of(d, p), span_phase_name((enum span_phase)p));
		at += width;
	}
	if (d->input->n_sessions > 1)
		str_add(d->out, "^ gone on");
	str_trim(d->out);
	str_add(d->out, "\n\n");
}

/* ---- figures */

static void
put_duration(struct str *out, double s)
{
	char text[32];

	str_add(out, format_duration(s, text, sizeof(text)));
}

static void
put_utilisation(const struct drawing *d)
{
	const struct timeline_figures *f = &d->f;

	str_addf(d->out, "used      %.0f%% of the time of %u worker%s",
		f->present_s > 0 ? 100 * f->busy_s / f->present_s : 0, f->n_workers,
		f->n_workers == 1 ? "" : "s");
	if (f->jobs_at_s > 0)
		str_addf(d->out, "; %.0f%% while building", 100 * f->jobs_busy_s / f->jobs_at_s);
	str_addc(d->out, '\n');
}

static void
put_work(const struct drawing *d)
{
	const struct timeline_figures *f = &d->f;

	str_add(d->out, "took      ");
	put_duration(d->out, f->wall_s);
	if (d->input->n_sessions > 1)
		str_addf(d->out, " in %zu sessions", d->input->n_sessions);
	str_add(d->out, "; at least ");
	put_duration(d->out, f->bound_s);
	str_addf(d->out, " with as many workers (%.0f%%)\n",
		f->wall_s > 0 ? 100 * f->bound_s / f->wall_s : 100);
	str_add(d->out, "work      ");
	put_duration(d->out, f->job_s + f->serial_s);
	str_add(d->out, ": builds ");
	put_duration(d->out, f->job_s);
	str_add(d->out, ", the longest ");
	put_duration(d->out, f->longest_s);
	str_add(d->out, "; measuring ");
	put_duration(d->out, f->serial_s);
	str_addc(d->out, '\n');
}

static void
put_held(const struct drawing *d)
{
	const struct timeline_figures *f = &d->f;

	if (f->wait_s > 0) {
		str_add(d->out, "waited    ");
		put_duration(d->out, f->wait_s);
		str_add(d->out, " for locks and other revsweeps\n");
	}
	if (f->held_rev < 0)
		return;
	str_add(d->out, "held up   most by the build of ");
	escape_text(d->out, d->input->labels[f->held_rev]);
	if (f->held_layout)
		str_addf(d->out, " in layout %u", f->held_layout);
	str_add(d->out, ": nothing else was at work for ");
	put_duration(d->out, f->held_s);
	str_addc(d->out, '\n');
}

/* ---- all of it */

static void
measure_labels(struct drawing *d)
{
	d->label = (int)strlen("worker 1");
	for (size_t i = 0; d->by == LANES_BY_REVISION && i < d->n_lanes; i++) {
		scoped(str) safe = STR_INIT;

		escape_text(&safe, d->input->labels[i]);
		if (text_width(safe.p) > d->label)
			d->label = text_width(safe.p);
	}
	if (d->label > LABEL_MAX)
		d->label = LABEL_MAX;
	d->columns = d->style->width - d->label - 3 - SHARE;
	if (d->columns < 10)
		d->columns = 10;
}

void
timeline_text(const struct timeline_input *input, enum timeline_lanes lanes,
	const struct report_style *style, struct str *out)
{
	struct arena arena = ARENA_INIT;
	struct drawing d = {.input = input, .style = style, .by = lanes, .out = out};

	timeline_figures(input, &arena, &d.f);
	d.n_lanes = lanes == LANES_BY_WORKER ? d.f.n_workers : input->n_revs;
	measure_labels(&d);
	str_addf(out, "sweep #%s, %s\n\n", input->sweep, input->command);
	if (d.f.wall_s > 0) {
		d.cells = arena_alloc(
			&arena, d.n_lanes * (size_t)d.columns * SPAN_PHASES, sizeof(*d.cells));
		paint_all(&d);
		for (size_t i = 0; i < d.n_lanes; i++)
			put_lane(&d, i);
		put_axis(&d);
		put_legend(&d);
	}
	put_work(&d);
	put_utilisation(&d);
	put_held(&d);
	arena_done(&arena);
}

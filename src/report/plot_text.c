/* Figures in the columns of a terminal: bars, sparklines, clouds of letters, heat in eight heights.
 * Lanes are drawn by timeline_text(). */
#include "plot_priv.h"

#include "base/escape.h"
#include "base/format.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_WIDTH 32
#define VALUE_WIDTH 26
#define CLOUD_ROWS 16

static const char *const heights[] = {
	"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
static const char *const letters[] = {"_", "_", "-", "=", "=", "+", "#", "#"};

static const enum tone text_tones[] = {
	[FIGURE_PLAIN] = TONE_PLAIN,
	[FIGURE_BAD] = TONE_BAD,
	[FIGURE_GOOD] = TONE_GOOD,
	[FIGURE_UNSURE] = TONE_UNSURE,
};

struct pen {
	const struct report_style *style;
	struct str *out;
	int names; /* columns of the names */
	int room;  /* columns of the drawing */
};

static void
show_number(const struct figure_axis *a, double v, char *buf, size_t n)
{
	if (!isfinite(v))
		snprintf(buf, n, "-");
	else if (strcmp(a->unit, "%") == 0)
		format_change(1 + v / 100, buf, n);
	else if (strcmp(a->unit, "x") == 0)
		snprintf(buf, n, "%.3gx", exp2(v));
	else if (strcmp(a->unit, "p") == 0)
		snprintf(buf, n, "%.1f%%", 100 * v);
	else
		format_value(v, a->unit, buf, n);
}

static void
put_name(const struct pen *pen, const char *name)
{
	scoped(str) safe = STR_INIT;
	scoped(str) fit = STR_INIT;

	escape_text(&safe, name);
	layout_shorten(&fit, safe.p, pen->names, pen->style->ascii);
	str_addf(pen->out, "%s%*s ", fit.p, pen->names - text_width(fit.p), "");
}

static int
widest(const char *const *names, size_t n)
{
	int most = 0;

	for (size_t i = 0; i < n; i++) {
		scoped(str) safe = STR_INIT;

		escape_text(&safe, names[i]);
		most = text_width(safe.p) > most ? text_width(safe.p) : most;
	}
	return most < NAME_MAX_WIDTH ? most : NAME_MAX_WIDTH;
}

static const char *
height_of(const struct pen *pen, double share)
{
	int k = (int)(share * 8);

	k = k < 0 ? 0 : k > 7 ? 7 : k;
	return pen->style->ascii ? letters[k] : heights[k];
}

/* ---- bars */

static void
range_of(const struct figure_series *s, double *lo, double *hi)
{
	*lo = *hi = 0;
	for (size_t i = 0; i < s->v.n; i++) {
		double x = s->v.v[i].x;

		*lo = isfinite(x) && x < *lo ? x : *lo;
		*hi = isfinite(x) && x > *hi ? x : *hi;
	}
}

static void
put_bar(const struct pen *pen, const struct figure_point *p, double lo, double hi)
{
	double step = hi > lo ? (hi - lo) / pen->room : 1;
	int zero = (int)round(-lo / step), end = (int)round((p->x - lo) / step);
	int from = zero < end ? zero : end, to = zero < end ? end : zero;
	scoped(str) bar = STR_INIT;

	/* What is not nothing is seen. */
	if (from == to && p->x != 0)
		p->x<0 && from> 0 ? from-- : to++;
	for (int i = from; i < to && i < pen->room + 1; i++)
		str_add(&bar, pen->style->ascii ? "#" : "\u2588");
	str_addf(pen->out, "%*s", from, "");
	text_tone(pen->out, pen->style, text_tones[p->tone], bar.p);
	str_addf(pen->out, "%*s ", pen->room + 1 - to > 0 ? pen->room + 1 - to : 0, "");
}

static void
text_bars(const struct figure *f, struct pen *pen)
{
	const struct figure_series *s = &f->series.v[0];
	double lo, hi;

	pen->names = widest(f->y.names, f->y.n_names);
	pen->room = pen->style->width - pen->names - VALUE_WIDTH - 3;
	pen->room = pen->room < 8 ? 8 : pen->room;
	range_of(s, &lo, &hi);
	for (size_t i = 0; i < s->v.n; i++) {
		const struct figure_point *p = &s->v.v[i];
		char value[40], from[40], to[40];

		put_name(pen, f->y.names[(size_t)p->y]);
		put_bar(pen, p, lo, hi);
		show_number(&f->x, p->x, value, sizeof(value));
		str_add(pen->out, value);
		if (isfinite(p->lo) && isfinite(p->hi)) {
			show_number(&f->x, p->lo, from, sizeof(from));
			show_number(&f->x, p->hi, to, sizeof(to));
			str_addf(pen->out, " [%s, %s]", from, to);
		}
		str_addc(pen->out, '\n');
	}
}

/* ---- lines */

/* The mean of the points that fall into each column. */
static void
put_spark(const struct pen *pen, const struct figure *f, const struct figure_series *s, double lo,
	double hi)
{
	double first = f->x.names ? 0 : s->v.v[0].x;
	double last = f->x.names ? (double)f->x.n_names - 1 : s->v.v[s->v.n - 1].x;
	int columns = f->x.names && (int)f->x.n_names < pen->room ? (int)f->x.n_names : pen->room;

	if (!f->x.names && (int)s->v.n < columns)
		columns = (int)s->v.n;
	for (int c = 0; c < columns; c++) {
		double sum = 0;
		size_t n = 0;

		for (size_t i = 0; i < s->v.n; i++) {
			const struct figure_point *p = &s->v.v[i];
			double at = f->x.names ? (p->x - first) / fmax(1, last - first)
					       : (double)i / fmax(1, (double)s->v.n - 1);

			if ((int)(at * (columns - 1) + 0.5) == c) {
				sum += f->y.log ? log(p->y) : p->y;
				n++;
			}
		}
		str_add(pen->out,
			!n ? pen->style->ascii ? "." : "\u00b7"
			   : height_of(pen, hi > lo ? (sum / (double)n - lo) / (hi - lo) : 0.5));
	}
}

static void
text_lines(const struct figure *f, struct pen *pen)
{
	pen->names = 0;
	for (size_t i = 0; i < f->series.n; i++) {
		int width = widest(&f->series.v[i].name, 1);

		pen->names = width > pen->names ? width : pen->names;
	}
	pen->room = pen->style->width - pen->names - VALUE_WIDTH - 3;
	pen->room = pen->room < 8 ? 8 : pen->room;
	for (size_t i = 0; i < f->series.n; i++) {
		const struct figure_series *s = &f->series.v[i];
		double lo = INFINITY, hi = -INFINITY;
		char from[40], to[40];

		for (size_t k = 0; k < s->v.n; k++) {
			double y = f->y.log ? log(s->v.v[k].y) : s->v.v[k].y;

			lo = fmin(lo, y);
			hi = fmax(hi, y);
		}
		if (!s->v.n)
			continue;
		put_name(pen, s->name);
		put_spark(pen, f, s, lo, hi);
		show_number(&f->y, f->y.log ? exp(lo) : lo, from, sizeof(from));
		show_number(&f->y, f->y.log ? exp(hi) : hi, to, sizeof(to));
		str_addf(pen->out, "  %s to %s%s\n", from, to, s->dashed ? " (base)" : "");
	}
}

/* ---- clouds */

static void
extent(const struct figure *f, double *x0, double *x1, double *y)
{
	*x0 = INFINITY;
	*x1 = -INFINITY;
	*y = 0.01;
	for (size_t i = 0; i < f->series.n; i++)
		for (size_t k = 0; k < f->series.v[i].v.n; k++) {
			const struct figure_point *p = &f->series.v[i].v.v[k];

			*x0 = fmin(*x0, log(p->x));
			*x1 = fmax(*x1, log(p->x));
			*y = fmax(*y, fabs(p->y));
		}
}

static void
text_points(const struct figure *f, struct pen *pen)
{
	static const char *const marks[] = {".", "^", "v", "?"};
	double x0, x1, y;
	int columns = pen->style->width - 12 < 20 ? 20 : pen->style->width - 12;
	scoped_free char *grid = xcalloc(CLOUD_ROWS + 1, (size_t)columns);
	char from[40], to[40];

	extent(f, &x0, &x1, &y);
	memset(grid, ' ', (size_t)columns * (CLOUD_ROWS + 1));
	memset(grid + (size_t)columns * (CLOUD_ROWS / 2), '-', (size_t)columns);
	for (size_t i = 0; i < f->series.n; i++)
		for (size_t k = 0; k < f->series.v[i].v.n; k++) {
			const struct figure_point *p = &f->series.v[i].v.v[k];
			double share = x1 > x0 ? (log(p->x) - x0) / (x1 - x0) : 0.5;
			size_t c = (size_t)(share * (columns - 1) + 0.5);
			size_t r = (size_t)((1 - p->y / y) / 2 * CLOUD_ROWS + 0.5);

			grid[r * (size_t)columns + c] = *marks[p->tone];
		}
	for (size_t r = 0; r <= CLOUD_ROWS; r++) {
		show_number(&f->y, y * (1 - 2 * (double)r / CLOUD_ROWS), from, sizeof(from));
		str_addf(pen->out, "%9s %.*s\n", r % 4 == 0 ? from : "", columns,
			grid + r * (size_t)columns);
	}
	show_number(&f->x, exp(x0), from, sizeof(from));
	show_number(&f->x, exp(x1), to, sizeof(to));
	str_addf(pen->out, "%10s%s%*s\n", "", from, columns - (int)strlen(from), to);
}

/* ---- heat */

static void
text_heat(const struct figure *f, struct pen *pen)
{
	const struct figure_series *s = &f->series.v[0];

	pen->names = widest(f->y.names, f->y.n_names);
	pen->room = pen->style->width - pen->names - 2;
	size_t columns = f->x.n_names,
	       per = columns > (size_t)pen->room
			     ? (columns + (size_t)pen->room - 1) / (size_t)pen->room
			     : 1;
	for (size_t y = 0; y < f->y.n_names; y++) {
		put_name(pen, f->y.names[y]);
		for (size_t x = 0; x < columns; x += per) {
			double worst = NAN;

			for (size_t k = x; k < x + per && k < columns; k++) {
				double v = s->v.v[y * columns + k].value;

				worst = isnan(worst) || fabs(v) > fabs(worst) ? v : worst;
			}
			if (isnan(worst))
				str_add(pen->out, pen->style->ascii ? "." : "\u00b7");
			else
				text_tone(pen->out, pen->style,
					fabs(worst) < f->limit / 4 ? TONE_DIM
					: worst > 0                ? TONE_BAD
								   : TONE_GOOD,
					height_of(pen, 0.5 + worst / f->limit / 2));
		}
		str_addc(pen->out, '\n');
	}
	str_addf(pen->out, "%*s from %s, %.3gx better, to %s, %.3gx worse\n", pen->names, "",
		height_of(pen, 0), exp2(f->limit), height_of(pen, 1), exp2(f->limit));
}

void
plot_text(const struct figures *figures, const struct report_style *style, struct str *out)
{
	static void (*const kinds[])(const struct figure *f, struct pen *pen) = {
		[FIGURE_LINES] = text_lines,
		[FIGURE_POINTS] = text_points,
		[FIGURE_BARS] = text_bars,
		[FIGURE_HEAT] = text_heat,
		[FIGURE_LANES] = NULL,
	};

	for (size_t i = 0; i < figures->v.n; i++) {
		const struct figure *f = &figures->v.v[i];
		struct pen pen = {.style = style, .out = out};
		scoped(str) title = STR_INIT;

		escape_text(&title, f->title);
		str_add(out, i ? "\n" : "");
		text_tone(out, style, TONE_BOLD, title.p);
		str_addc(out, '\n');
		if (kinds[f->kind] && f->series.n)
			kinds[f->kind](f, &pen);
		for (size_t k = 0; k < f->notes.n; k++) {
			scoped(str) note = STR_INIT;

			escape_text(&note, f->notes.v[k]);
			layout_wrap(out, note.p, 0, 0, style->width);
		}
	}
}

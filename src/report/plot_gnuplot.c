/* Figures as a script for gnuplot. Texts stand in single quotes, where gnuplot expands nothing,
 * with enhanced text off; numbers stand in data blocks. */
#include "plot_priv.h"

#include "base/escape.h"

#include <math.h>
#include <string.h>

#define WIDTH 1000
#define LABEL_COLUMNS 40

/* Okabe and Ito's colours, which people with any colour vision can tell apart. */
static const unsigned palette[] = {
	0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x8a6d00, 0x6a51a3};
static const unsigned tones[] = {
	[FIGURE_PLAIN] = 0x8a929c,
	[FIGURE_BAD] = 0xb34a00,
	[FIGURE_GOOD] = 0x00609a,
	[FIGURE_UNSURE] = 0xb08a00,
};
static const unsigned phases[SPAN_PHASES] = {
	[SPAN_QUEUE] = 0xe0e0e0,
	[SPAN_WAIT] = 0x9a9a9a,
	[SPAN_LOOKUP] = 0xb7d3ea,
	[SPAN_CHECKOUT] = 0x56b4e9,
	[SPAN_BUILD] = 0x0072b2,
	[SPAN_STEP] = 0x004a75,
	[SPAN_VERIFY] = 0x6a51a3,
	[SPAN_PUBLISH] = 0xb59ad6,
	[SPAN_WARMUP] = 0xf0e442,
	[SPAN_LAUNCH] = 0xe69f00,
	[SPAN_JUDGE] = 0x009e73,
};

static void
put_text(struct str *out, const char *text)
{
	scoped(str) safe = STR_INIT;
	scoped(str) fit = STR_INIT;

	escape_text(&safe, text);
	layout_shorten(&fit, safe.p, LABEL_COLUMNS, false);
	str_addc(out, '\'');
	for (const char *p = fit.p; *p; p++)
		str_add(out, *p == '\'' ? "''" : (char[2]){*p, '\0'});
	str_addc(out, '\'');
}

/* ---- axes */

struct range {
	double lo, hi;
};

static void
widen(struct range *r, double v)
{
	if (isfinite(v)) {
		r->lo = fmin(r->lo, v);
		r->hi = fmax(r->hi, v);
	}
}

static struct range
range_of(const struct figure *f, char axis)
{
	struct range r = {INFINITY, -INFINITY};
	bool lying = f->kind == FIGURE_BARS || f->kind == FIGURE_LANES;

	for (size_t i = 0; i < f->series.n; i++)
		for (size_t k = 0; k < f->series.v[i].v.n; k++) {
			const struct figure_point *p = &f->series.v[i].v.v[k];

			widen(&r, axis == 'x' ? p->x : p->y);
			if (lying == (axis == 'x')) {
				widen(&r, p->lo);
				widen(&r, p->hi);
			}
		}
	return r;
}

/* Digits after the point that tell some eight ticks apart, in thousands (or 1024s) of a unit. */
static int
decimals_of(const struct range *r, double step)
{
	double most = fmax(fabs(r->lo), fabs(r->hi)), tick = (r->hi - r->lo) / 8;

	if (!(tick > 0) || !isfinite(most))
		return 0;
	double scale = pow(step, floor(log(most) / log(step)));
	int digits = (int)ceil(-log10(tick / scale));
	return digits < 0 ? 0 : digits > 6 ? 6 : digits;
}

static void
put_format(struct str *out, char axis, const struct figure_axis *a, const struct range *range)
{
	int digits = a->log ? 0 : decimals_of(range, strcmp(a->unit, "B") == 0 ? 1024 : 1000);

	if (strcmp(a->unit, "s") == 0)
		str_addf(out, "set format %c '%%.%ds %%cs'\n", axis, digits);
	else if (strcmp(a->unit, "B") == 0)
		str_addf(out, "set format %c '%%.%db %%BB'\n", axis, digits);
	else if (strcmp(a->unit, "%") == 0)
		str_addf(out, "set format %c '%%+g%%%%'\n", axis);
	else if (strcmp(a->unit, "x") == 0)
		str_addf(out, "set format %c '%%.3gx'\n", axis);
	else
		str_addf(out, "set format %c '%%.%ds%%c'\n", axis, digits);
}

static void
put_axis(struct str *out, char axis, const struct figure *f, size_t most)
{
	const struct figure_axis *a = axis == 'x' ? &f->x : &f->y;
	struct range range = range_of(f, axis);
	size_t step = a->n_names > most ? (a->n_names + most - 1) / most : 1;
	const char *before = "";

	str_addf(out, "set %clabel ", axis);
	put_text(out, a->label);
	str_addc(out, '\n');
	if (a->log || strcmp(a->unit, "x") == 0)
		str_addf(out, "set logscale %c%s\n", axis, a->log ? "" : " 2");
	if (!a->names) {
		put_format(out, axis, a, &range);
		return;
	}
	str_addf(out, "set %ctics scale 0 %s(", axis, axis == 'x' ? "rotate by 40 right " : "");
	for (size_t i = 0; i < a->n_names; i += step, before = ", ") {
		str_add(out, before);
		put_text(out, a->names[i]);
		str_addf(out, " %zu", i);
	}
	/* Half a place around the names; they are read from above. */
	double last = (double)a->n_names - 0.4;
	str_addf(out, ")\nset %crange [%g:%g]\n", axis, axis == 'y' ? last : -0.6,
		axis == 'y' ? -0.6 : last);
}

/* ---- data */

static void
put_number(struct str *out, double v)
{
	if (isfinite(v))
		str_addf(out, " %.9g", v);
	else
		str_add(out, " NaN");
}

/* x y lo hi value colour */
static void
put_data(struct str *out, size_t figure, size_t k, const struct figure_series *s)
{
	str_addf(out, "$d%zu_%zu << EOD\n", figure, k);
	for (size_t i = 0; i < s->v.n; i++) {
		const struct figure_point *p = &s->v.v[i];

		put_number(out, p->x);
		put_number(out, p->y);
		put_number(out, p->lo);
		put_number(out, p->hi);
		put_number(out, p->value);
		str_addf(out, " %u\n", tones[p->tone]);
	}
	str_add(out, "EOD\n");
}

/* ---- what is drawn of a series */

struct place {
	struct str *out;
	size_t figure, series;
	const struct figure *f;
	const struct figure_series *s;
	bool *first; /* nothing stands behind "plot" yet */
};

/* Begins one more thing that is plotted. */
static void
begin(const struct place *p, const char *using)
{
	str_add(p->out, *p->first ? "plot " : ", \\\n     ");
	*p->first = false;
	str_addf(p->out, "$d%zu_%zu using %s ", p->figure, p->series, using);
}

static void
put_title(const struct place *p)
{
	if (*p->s->name && !p->s->dashed) {
		str_add(p->out, " title ");
		put_text(p->out, p->s->name);
	} else {
		str_add(p->out, " notitle");
	}
}

static void
put_lines(const struct place *p)
{
	unsigned colour = palette[p->s->colour % ARRAY_LEN(palette)];

	if (p->f->x.names) {
		begin(p, "1:3:4");
		str_addf(p->out,
			"with filledcurves fc rgb %u fs transparent solid 0.18 noborder notitle",
			colour);
	} else {
		begin(p, "1:2:3:4");
		str_addf(p->out, "with yerrorbars pt 0 lc rgb %u notitle", colour);
	}
	begin(p, "1:2");
	str_addf(p->out, "with linespoints pt 7 ps 0.5 lc rgb %u dt %d", colour,
		p->s->dashed ? 2 : 1);
	put_title(p);
}

static void
put_points(const struct place *p)
{
	begin(p, "1:(2**$2):(2**$3):(2**$4):6");
	str_add(p->out, "with yerrorbars pt 0 lc rgb variable notitle");
	begin(p, "1:(2**$2):6");
	str_add(p->out, "with points pt 7 ps 0.8 lc rgb variable");
	put_title(p);
}

static void
put_bars(const struct place *p)
{
	begin(p, "1:2:($1<0?$1:0):($1<0?0:$1):($2-0.35):($2+0.35):6");
	str_add(p->out, "with boxxyerror fs solid 0.85 noborder lc rgb variable notitle");
	begin(p, "1:2:3:4");
	str_add(p->out, "with xerrorbars pt 0 lc rgb 0x1b1f24 notitle");
}

static void
put_heat(const struct place *p)
{
	begin(p, "1:2:($1-0.5):($1+0.5):($2-0.5):($2+0.5):5");
	str_add(p->out, "with boxxyerror fs solid 1 noborder lc palette notitle");
}

static void
put_lanes(const struct place *p)
{
	begin(p, "3:2:3:4:($2-0.36):($2+0.36)");
	str_addf(p->out, "with boxxyerror fs solid 1 noborder lc rgb %u",
		phases[p->series % SPAN_PHASES]);
	put_title(p);
}

static const struct {
	void (*series)(const struct place *p);
	const char *settings;
	int base, row; /* pixels, and for each name of the y axis */
} kinds[] = {
	[FIGURE_LINES] = {put_lines, "set key above\n", 320, 0},
	[FIGURE_POINTS] = {put_points,
		"set key above\nset arrow 99 from graph 0, first 1 to graph 1, "
		"first 1 nohead dt 2 lc rgb 0x5a6370\n",
		440, 0},
	[FIGURE_BARS] = {put_bars, "unset key\nset xzeroaxis\n", 90, 18},
	[FIGURE_HEAT] = {put_heat,
		"unset key\nset palette defined (-1 '#00609a', 0 '#ffffff', 1 '#b34a00')\n"
		"unset cbtics\nset cblabel 'better    worse'\n",
		150, 16},
	[FIGURE_LANES] = {put_lanes, "set key above\n", 120, 26},
};

static int
height_of(const struct figure *f)
{
	return kinds[f->kind].base + kinds[f->kind].row * (int)f->y.n_names;
}

static void
put_marks(struct str *out, const struct figure *f)
{
	for (size_t i = 0; i < f->marks.n; i++)
		str_addf(out,
			"set arrow %zu from first %.9g, graph 0 to first %.9g, graph 1 nohead lc "
			"rgb %u\n",
			i + 1, f->marks.v[i].x, f->marks.v[i].x, tones[f->marks.v[i].tone]);
}

static void
put_figure(struct str *out, const struct figure *f, size_t k)
{
	bool first = true;

	str_add(out, "unset arrow\nunset logscale\nset xtics autofreq norotate scale 1\nset ytics "
		     "autofreq "
		     "scale 1\nset xrange [*:*] noreverse\nset yrange [*:*] noreverse\n");
	str_add(out, kinds[f->kind].settings);
	str_add(out, "set title ");
	put_text(out, f->title);
	str_addc(out, '\n');
	put_axis(out, 'x', f, 30);
	put_axis(out, 'y', f, SIZE_MAX);
	put_marks(out, f);
	if (f->kind == FIGURE_HEAT)
		str_addf(out, "set cbrange [%.9g:%.9g]\n", -f->limit, f->limit);
	for (size_t i = 0; i < f->series.n; i++)
		put_data(out, k, i, &f->series.v[i]);
	for (size_t i = 0; i < f->series.n; i++) {
		struct place p = {.out = out,
			.figure = k,
			.series = i,
			.f = f,
			.s = &f->series.v[i],
			.first = &first};

		if (f->series.v[i].v.n)
			kinds[f->kind].series(&p);
	}
	str_add(out, first ? "plot NaN notitle\n" : "\n");
}

static void
put_terminal(struct str *out, const char *terminal, int height)
{
	if (strcmp(terminal, "pdf") == 0)
		str_addf(out, "set terminal pdfcairo noenhanced size %.2f,%.2f font 'sans,9'\n",
			WIDTH / 100., height / 100.);
	else
		str_addf(out, "set terminal %s noenhanced size %d,%d font 'sans,10'%s\n",
			strcmp(terminal, "png") == 0 ? "pngcairo" : "svg", WIDTH, height,
			strcmp(terminal, "svg") == 0 ? " background '#ffffff'" : "");
}

void
plot_gnuplot(const struct figures *figures, const char *terminal, const char *path, struct str *out)
{
	int height = 0;

	/* Rows of a layout are equally high. */
	for (size_t i = 0; i < figures->v.n; i++)
		if (height_of(&figures->v.v[i]) > height)
			height = height_of(&figures->v.v[i]);
	put_terminal(out, terminal, height * (int)figures->v.n);
	str_add(out, "set encoding utf8\nset output '");
	for (const char *p = path; *p; p++)
		str_add(out, *p == '\'' ? "''" : (char[2]){*p, '\0'});
	str_addf(out,
		"'\nset grid lc rgb 0xd5dae0\nset border lc rgb 0x8a929c\nset multiplot layout "
		"%zu,1\n",
		figures->v.n);
	for (size_t i = 0; i < figures->v.n; i++)
		put_figure(out, &figures->v.v[i], i);
	str_add(out, "unset multiplot\nset output\n");
}

/* Charts without a browser. A view of a report makes figures, which know of benchmarks no more;
 * they are drawn as a script for gnuplot or as text for a terminal. To add a view: one file and one
 * line in the table of plot.c. Pure. */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "report/timeline.h"

#include <stdbool.h>
#include <stddef.h>

enum figure_kind {
	FIGURE_LINES,  /* each series a line with its intervals */
	FIGURE_POINTS, /* clouds */
	FIGURE_BARS,   /* lying: y is a name, x its value */
	FIGURE_HEAT,   /* x and y are names, `value` the colour: > 0 is worse */
	FIGURE_LANES,  /* from lo to hi at the name y */
};

enum figure_tone { FIGURE_PLAIN, FIGURE_BAD, FIGURE_GOOD, FIGURE_UNSURE };

struct figure_point {
	double x, y;
	double lo, hi; /* along x for bars and lanes, along y for others; NAN: not known */
	double value;  /* of FIGURE_HEAT */
	enum figure_tone tone;
};

struct figure_series {
	const char *name;
	vec(struct figure_point) v;
	bool dashed;
	unsigned colour; /* of a palette; series that belong together share one */
};

/* What an axis counts in: "s" and "B" as metrics do, "%" for changes in percent, "x" for the
 * logarithm to base 2 of a ratio, "p" for probabilities; anything else is written behind numbers.
 */
struct figure_axis {
	const char *label, *unit;
	bool log;
	const char *const *names; /* at 0, 1, 2, ...; NULL: it is a number */
	size_t n_names;
};

struct figure {
	enum figure_kind kind;
	const char *title;
	struct figure_axis x, y;
	vec(struct figure_series) series;
	vec(struct figure_point) marks; /* upright lines at x: changes, culprits */
	double limit;                   /* FIGURE_HEAT: where colours end */
	vec(const char *) notes;        /* sentences below */
};

struct figures {
	struct arena arena;        /* owns all texts */
	const struct tally *tally; /* of the report that they show */
	vec(struct figure) v;
};
void figures_done(struct figures *figures);

enum plot_log { PLOT_LOG_AUTO, PLOT_LOG_NONE, PLOT_LOG_X, PLOT_LOG_Y, PLOT_LOG_BOTH };

struct plot_options {
	const char *view;   /* NULL: what suits the report best */
	size_t base, rev;   /* revisions that are compared */
	const bool *wanted; /* by bench; NULL: all */
	const char *x;      /* parameter along the axis; NULL: the numeric one */
	enum plot_log log;
	double clip;   /* ratio where colours and axes end; 0: by the data */
	size_t most;   /* benches that are drawn, those that changed most; 0: a few dozen */
	bool absolute; /* differences instead of percent */
	enum timeline_lanes lanes;
};

/* ERR_USAGE for an unknown view, with a suggestion. ret must be done with in any case. */
int plot_make(const struct report *report, const struct plot_options *options, struct figures *ret,
	struct err *err);

/* A script that draws all figures, one below the other, into a file; terminal: "svg", "png" or
 * "pdf". No name can command gnuplot. */
void plot_gnuplot(
	const struct figures *figures, const char *terminal, const char *path, struct str *out);
/* As many columns as the style has. */
void plot_text(const struct figures *figures, const struct report_style *style, struct str *out);

#endif

/* What views share. */
#ifndef PLOT_PRIV_H
#define PLOT_PRIV_H

#include "report/plot.h"
#include "report_priv.h"

struct figure *figure_new(struct figures *figures, enum figure_kind kind, const char *title);
/* The newest figure's newest series. The name is copied. */
struct figure_series *figure_series(
	struct figures *figures, struct figure *figure, const char *name);
void figure_note(struct figures *figures, struct figure *figure, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The labels of all revisions. In the arena. */
const char *const *figure_revs(struct figures *figures, const struct report *report);

/* "suite/name (metric)" as tables have it. In the arena. */
const char *plot_name(struct figures *figures, const struct report *report, size_t bench);
bool plot_wants(const struct plot_options *options, size_t bench);
/* One bench in the two revisions that are compared: the judged row, or medians alone. */
struct plot_change {
	size_t bench;
	double base, value;
	double ratio, lo, hi;
	enum figure_tone tone;
	bool known; /* both have a number */
};
struct plot_change plot_change(
	const struct report *report, const struct plot_options *options, size_t bench);
/* Of all benches that are wanted and known, by their loss, worst first. The caller frees. */
struct plot_change *plot_changes(
	const struct report *report, const struct plot_options *options, size_t *ret_n);
/* > 0 is worse. */
double plot_loss(const struct report *report, const struct plot_change *change);

#define VIEW(name)                                                                                 \
	int plot_##name(const struct report *report, const struct plot_options *options,           \
		struct figures *ret, struct err *err)
VIEW(compare);
VIEW(scatter);
VIEW(scaling);
VIEW(sweep);
VIEW(history);
VIEW(timeline);
VIEW(bisect);

#endif

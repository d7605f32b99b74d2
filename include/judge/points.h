/* Verdicts about result files: one figure a side, as files have it, and where a file holds the
 * rounds an interval from them. Pure. */
#ifndef JUDGE_POINTS_H
#define JUDGE_POINTS_H

#include "base/arena.h"
#include "base/err.h"
#include "core/gate.h"
#include "core/grid.h"
#include "core/report.h"
#include "core/results.h"

#include <stdbool.h>
#include <stddef.h>

struct points_policy {
	const struct gate *gates; /* none: rows are ungated */
	size_t n_gates;
	size_t base;         /* index of the run that others are held against */
	bool previous;       /* instead, each is held against the one before it */
	enum run_stat field; /* of times, where no gate names another */
	double beta;         /* intervals are of level 1 - 2 beta */
	bool two_sided;      /* gates hold improvements to the limit, too */
};

/* Runs as revisions, and each metric of each bench as a bench of its own: index bench × metrics +
 * metric. No cells. */
void points_results(const struct grid *grid, struct results *ret);

/* A row for each metric that a run or its base has, worst first; rows and texts in the arena.
 * Rules about means, extremes and spreads, and those of metrics other than times, compare figures
 * (pytest-benchmark's rule: strictly beyond; but nothing against nothing is no change). Rules
 * about medians, and `auto`, take the interval where both sides have one, and are inconclusive
 * when it holds the limit. `time:` reads the minimum, and metrics of memory the headline, as
 * pytest-benchmem does.
 * ERR_USAGE when a gate is about a metric that no run has. */
int points_rows(const struct grid *grid, const struct results *results,
	const struct points_policy *policy, struct arena *arena, struct row **ret_rows,
	size_t *ret_n, struct err *err);

/* The figure of a cell that a gate (NULL: the policy) is about; NAN when the file lacks it. */
double points_value(const struct grid *grid, const struct grid_cell *cell, const struct gate *gate,
	enum run_stat field);

#endif

/* Runs held against each other: what `diff` prints, of whatever runs. */
#ifndef SWEEP_DIFF_H
#define SWEEP_DIFF_H

#include "judge/points.h"
#include "store/store.h"

/* Judges the runs of the grid and gathers a report. results is empty, and must outlive it; the rest
 * is in the arena. Errors as those of points_rows(). */
int diff_report(const struct grid *grid, const struct points_policy *policy,
	struct results *results, struct arena *arena, struct report *ret, struct err *err);

/* Whether a revision of a sweep, as sweep_runs() has it, is called so: by its label, or by the
 * first digits of its commit. */
bool diff_is_called(const struct run *run, const char *label);
/* Adds the revisions of a stored sweep to the grid, or with a label the one that is called so.
 * Labels that are taken get a number. ERR_USAGE when there is none. */
int diff_add_sweep(
	struct grid *grid, struct store *store, int64_t sweep, const char *label, struct err *err);

#endif

/* The revisions of a stored sweep as runs (core/run.h), which is how `diff` and `export` take them.
 */
#ifndef SWEEP_RUNS_H
#define SWEEP_RUNS_H

#include "core/run.h"
#include "store/store.h"

struct run_list {
	struct run *v;
	size_t n, cap;
};
void run_list_done(struct run_list *list);

/* Adds a run for each revision of the sweep, in its order; one that was not built, or of which
 * nothing was measured, has no benches and a note that says so.
 *
 * What counts are the launches that are judged. Where their raw outputs hold the rounds, those of
 * all launches are the rounds of the run, launch after launch, and a pass that measured memory is
 * an entry; otherwise each launch is one: its mean. Notes tell which. A revision that was built the
 * same as an earlier one has that one's numbers. keep_data as in run_add().
 *
 * ERR_STORE when the store is damaged. */
int sweep_runs(struct store *store, const struct store_sweep *sweep, bool keep_data,
	struct run_list *ret, struct err *err);

#endif

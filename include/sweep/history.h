/* How long things took in earlier sweeps of a store. */
#ifndef SWEEP_HISTORY_H
#define SWEEP_HISTORY_H

#include "store/store.h"
#include "sweep/plan.h"

#include <stddef.h>

/* Durations in seconds; a launch lasts until the next one could begin. */
struct history_suite {
	const double *launches_s, *warmups_s;
	size_t n_launches, n_warmups;
};

struct history {
	struct build_past *builds; /* that came to their end */
	size_t n_builds;
	struct history_suite *suites; /* as those of the plan, by name and every setting */
};

/* Of the newest sweeps. store NULL: there is none, and nothing is known. plan NULL: builds only.
 * `project` is whose builds are that name none. In the arena. */
int history_read(struct store *store, const struct plan *plan, const char *project,
	struct arena *arena, struct history *ret, struct err *err);

#endif

/* How long a plan will take, by what its store and the builds' cache remember. */
#ifndef SWEEP_FORECAST_H
#define SWEEP_FORECAST_H

#include "stats/forecast.h"
#include "sweep/history.h"

#include <stdbool.h>

/* All times in seconds. */
struct forecast_builds {
	size_t n;       /* of all revisions and layouts */
	size_t stored;  /* in the cache already */
	size_t failed;  /* remembered failures, not tried again */
	size_t guessed; /* to do, and this tree was never built: the time is that of others */
	bool known;     /* there is something to tell the time by (or nothing to do) */
	struct forecast_range s;
};

struct forecast_measuring {
	unsigned blocks_min, blocks_max; /* equal: it is known how many */
	double budget_s;                 /* 0: none */
	bool after_first;                /* the budget is for what follows the least blocks */
	const char *new_one; /* a suite that was never measured like this: nothing is known */
	bool endless;        /* nothing bounds it from above */
	/* Warm-ups and the least number of blocks, and the most that there can be. */
	struct forecast_range least_s, most_s;
};

/* What is to come, for whoever asks while things are done. */
struct forecaster {
	struct build_estimate *builds; /* layout * revisions + revision */
	size_t *order;                 /* in which workers take them */
	size_t n_builds;
	unsigned workers;
	struct forecast_builds of_builds;
	struct forecast_measuring of_measuring;
};

/* Requests of all layouts, those of layout 0 first. plan NULL: nothing is measured. store NULL:
 * there is none. In the arena; requests must live as long. */
int forecast_make(const struct build_request *requests, size_t n, const struct plan *plan,
	struct store *store, unsigned workers, struct arena *arena, struct forecaster *ret,
	struct err *err);
/* The requests of a plan, as far as a forecast needs them. In the arena. */
struct build_request *forecast_requests(const struct plan *plan, const char *cache, bool rebuild,
	struct arena *arena, size_t *ret_n);

#endif

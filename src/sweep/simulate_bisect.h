/* A path of commits of known speed, on recorded noise: simulate_bisect.c makes it and finds the
 * culprit as we do, simulate_finders.c as others do. */
#ifndef SIMULATE_BISECT_H
#define SIMULATE_BISECT_H

#include "simulate_priv.h"

struct bisect_world {
	const struct simulate_bisect *bisect;
	const double *values;
	size_t at;      /* the next launch of the trace, which is a circle */
	size_t culprit; /* the first commit of the new level; after the last one: none is */
	double *offset; /* of each commit's build */
	bool *broken, *built;
	unsigned builds, failed, launches;
	struct rng rng;
};

/* What a finder came to: one of from + 1..to, or a set of so many. */
struct bisect_end {
	bool named, not_shown, several, held;
	size_t from, to, set;
	unsigned builds, failed, launches;
};

/* False when it does not build. A second time it costs nothing. */
bool bisect_build(struct bisect_world *world, size_t commit);
void bisect_launch(struct bisect_world *world, size_t commit, struct sample *ret);
/* The next commit that builds, from `commit` on into the direction (1 or -1), before `limit`;
 * limit when there is none. */
size_t bisect_nearest(struct bisect_world *world, size_t commit, int direction, size_t limit);

typedef void bisect_finder(struct bisect_world *world, struct bisect_end *ret);
bisect_finder find_by_git, find_by_asv, find_by_bernoulli;

#endif

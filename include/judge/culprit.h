/* Bisect with noise: which commit on a path changed a bench. First BAD is proven to be worse than
 * GOOD; then each look at some commit between them moves probability towards the commits that may
 * have done it, and the next one is looked at where it tells most for its cost; at last the culprit
 * is proven against its parent on fresh launches. Pure: all follows from the results, which hold
 * every revision of the path in order, GOOD first, and grow; so that going on after an interruption
 * and replaying say the same. (statistics.md 3.9) */
#ifndef JUDGE_CULPRIT_H
#define JUDGE_CULPRIT_H

#include "base/arena.h"
#include "core/culprit.h"
#include "core/results.h"

#include <stdbool.h>
#include <stddef.h>

#define CULPRIT_LEAST .005     /* a smaller change is none: it could be luck of a build's layout */
#define CULPRIT_VERIFY_MAX 100 /* pairs of GOOD and BAD */
#define CULPRIT_CONFIRM_MAX 60 /* fresh pairs of parent and culprit, each time */
#define CULPRIT_LAYOUT_SD 2e-3 /* assumed between builds of the same source, on the log axis */
#define CULPRIT_MASS .95       /* of a posterior that is sure enough to be confirmed */

struct culprit_policy {
	double alpha;   /* of naming anybody when nothing changed, in (0, 1) */
	double beta;    /* intervals have level 1 - 2 beta */
	double layout;  /* sd between builds of the same source, on the log axis */
	bool better;    /* an improvement is looked for */
	bool contended; /* pairs are duets: times are compared by the CPU clock */
	bool every;     /* every bench that changed is looked into; else the worst one */
	/* By position, any positive scale: how likely a commit is before anything is measured;
	 * NULL: equally. [0] is not read. */
	const double *prior;
	/* By position: what it costs to have the build, in launches; 0 when it is there. Read when
	 * something is chosen: they may change in between. */
	const double *build_cost;
	/* By position: no (more) launches of it. NULL: of none. */
	bool *skip;
};

enum culprit_wish_kind {
	WISH_NOTHING, /* it is over */
	WISH_BUILD,   /* revs[0] */
	WISH_LAUNCH,  /* a block of revs: a pair, or one revision alone where that says all */
};

struct culprit_wish {
	enum culprit_wish_kind kind;
	enum culprit_state state; /* what for: VERIFYING, SEARCHING or CONFIRMING */
	size_t revs[2], n;
	size_t *benches, n_benches; /* indices, in the arena; of no benches: all */
};

struct culprits;
/* results must outlive it and hold the revisions, good or bad or not built yet: those are
 * OUTCOME_SKIPPED. Never NULL. */
struct culprits *culprits_new(const struct results *results, const struct culprit_policy *policy);
void culprits_free(struct culprits *culprits); /* may be NULL */

/* Takes in what came since the last time and says what it needs next. */
void culprits_next(struct culprits *culprits, struct arena *arena, struct culprit_wish *ret);

/* What is known by now of every bench that both ends have, those that were looked into first, the
 * worst of them first. In the arena. */
void culprits_tell(
	const struct culprits *culprits, struct arena *arena, struct culprit **ret, size_t *ret_n);

#endif

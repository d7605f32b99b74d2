/* The commit that changed a bench, as far as a bisect knows it. Positions are indices of revisions
 * along the path: 0 is GOOD, the last one BAD. */
#ifndef CORE_CULPRIT_H
#define CORE_CULPRIT_H

#include "core/why.h"

#include <stdbool.h>
#include <stddef.h>

enum culprit_state {
	CULPRIT_VERIFYING, /* is BAD any worse than GOOD? */
	CULPRIT_NOT_SHOWN, /* it was not, as far as could be seen */
	CULPRIT_PASSED_BY, /* other benches are looked into, not this one */
	CULPRIT_SEARCHING,
	CULPRIT_CONFIRMING, /* parent against culprit on fresh launches */
	CULPRIT_FOUND,
	CULPRIT_SPREAD, /* BAD is worse, but no single commit has a fair share of it */
};

/* Before over after, as a ratio with its anytime interval; NAN where unknown. */
struct culprit_size {
	double ratio, lo, hi;
	unsigned pairs; /* of launches it rests on; 0: of deterministic counts, or of no numbers */
};

struct culprit {
	size_t bench;
	enum culprit_state state;
	/* The change came with a commit after `from`, up to `to`: one commit, unless those between
	 * cannot be told apart because they cannot be tested. While it is searched: the likeliest.
	 */
	size_t from, to;
	double probability;      /* of these */
	const double *posterior; /* by position; [0] is 0; NULL before the search */
	/* By position: levels over that of GOOD, on the log axis where ratios are compared, NAN
	 * where nobody has looked; and how many looks. NULL before the search. */
	const double *levels;
	const unsigned *looks_at;
	size_t n_positions;
	size_t *set; /* the likeliest culprits that hold 99 % together, by position */
	size_t n_set;
	struct culprit_size whole; /* BAD over GOOD */
	struct culprit_size own;   /* `to` over `from` */
	unsigned looks;            /* pairs of launches spent on searching */
	bool several;              /* there is more than one change on the path */
	bool exact;                /* counts that are the same in every launch */
	bool symptom;             /* BAD fails where GOOD does not, and so each commit was tested */
	double detectable;        /* the smallest change that could have been shown; NAN: unknown */
	const char *const *files; /* that the culprit changes, NULL-terminated; NULL: not known */
	const char *obstacle;     /* why nothing can be shown, in English; or NULL */
	const struct why *why;    /* what it changed inside; NULL: nobody has looked */
};

const char *culprit_state_name(enum culprit_state s); /* "found", "not-shown", ... */

#endif

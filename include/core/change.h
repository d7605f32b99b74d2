/* Where a bench changed its speed in a series of revisions. */
#ifndef CORE_CHANGE_H
#define CORE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

enum change_state {
	CHANGE_OPEN,      /* the first blocks suggest it; fresh ones have not told yet */
	CHANGE_CONFIRMED, /* proven on fresh pairs of launches */
	CHANGE_REJECTED,  /* fresh pairs did not show it */
};

struct change {
	size_t bench;
	size_t before,
		after; /* revisions: it came with one of those after `before`, up to `after` */
	enum change_state state;
	bool worse;                       /* slower, or whatever is worse of this metric */
	double probability;               /* of a change about there, by the first blocks */
	double ratio, ratio_lo, ratio_hi; /* after over before, from fresh pairs; NAN without any */
	unsigned blocks;                  /* fresh pairs */
	const char *obstacle; /* why no pair could ever tell, in English; NULL: there is none */
};

const char *change_state_name(enum change_state s); /* "confirmed", "rejected", "open" */

#endif

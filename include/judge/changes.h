/* Change points: where in a series of revisions a bench changed, each proposed by the first blocks
 * and proven on fresh pairs of launches before anybody calls it a finding. Pure. */
#ifndef JUDGE_CHANGES_H
#define JUDGE_CHANGES_H

#include "base/arena.h"
#include "core/change.h"
#include "core/results.h"

#include <stdbool.h>
#include <stddef.h>

#define CHANGES_LEAST 0.005    /* a smaller change is none: it could be luck of a build's layout */
#define CHANGES_BLOCKS_MAX 60  /* fresh pairs for each place that is tried */
#define CHANGES_LAYOUT_SD 2e-3 /* assumed between builds of the same source, on the log axis */

struct changes_policy {
	double alpha;          /* of any false finding, in (0, 1); shared by all candidates */
	bool contended;        /* fresh pairs are duets: times are compared by the CPU clock */
	double beta;           /* intervals have level 1 - 2 beta */
	unsigned blocks_first; /* complete blocks that propose, at least 2 */
	const size_t *revs;    /* the series: indices into results, in order */
	size_t n_revs;
	const unsigned
		*series; /* of each of them: no change is looked for between two; NULL: one */
};

/* All candidates of all benches and what fresh pairs say of each, in order of bench and revision.
 * The first `blocks_first` blocks in which a bench has a sample of every revision that has any
 * propose where it changed: maxima of the posterior of stats/segment.h, by the least noisy summary.
 * Later blocks decide, one pair of neighbours after another (before and after the boundary, then
 * one revision earlier, then one later), by the sequential test at alpha / (3 candidates): the
 * first that proves a change of more than CHANGES_LEAST in the proposed direction is the change
 * point. A place is given up when from the eighth pair on its evidence is below 1/20 and the median
 * pair below the limit, or after CHANGES_BLOCKS_MAX. An open candidate names the pair that it needs
 * next. Revisions of one build, without a build or without the bench are left out of the series. In
 * the arena. */
void judge_changes(const struct results *results, const struct changes_policy *policy,
	struct arena *arena, struct change **ret, size_t *ret_n);

/* The same while blocks are still coming: what was proposed stays, and each look takes in the
 * blocks since the one before. The first blocks must be there; results must outlive it. Never NULL.
 */
struct changes;
struct changes *changes_new(const struct results *results, const struct changes_policy *policy);
void changes_free(struct changes *changes); /* may be NULL */
/* sized: with estimates and intervals, which take most of the time; else they are NAN. */
void changes_look(struct changes *changes, bool sized, struct arena *arena, struct change **ret,
	size_t *ret_n);

/* Blocks in which all were measured that a bench has, as judge_changes() counts them. */
unsigned judge_wide_blocks(
	const struct results *results, size_t bench, const struct changes_policy *policy);

#endif

/* A test that may be looked at after every block, for blocks of K launches of each arm in one
 * random order: stats/eprocess.h with more launches between two looks.
 *
 * If nothing but tau separates the arms, then each choice of K of the 2K values of a block (tau
 * taken off the head's) was as likely to be the head's. A bet wins exp(bet/2 * sum of the head's
 * z), z being the values in spreads from their common median, limited to 4; divided by what it
 * would win on average over all choices it is a fair game, exactly, whatever the noise looks like.
 * The average comes from the elementary symmetric polynomial of degree K, by its recurrence. With K
 * = 1 the factor is 1 + tanh(bet * (d - tau) / (4 * scale)), that of the bold bets on pairs.
 *
 * For a theta below tau the common median moves too, so that the promise rests on replays of
 * recorded noise and no more; pairs are the default. Koning and van Meer, arXiv 2501.03982, and
 * Ramdas et al., Game-theoretic statistics and safe anytime-valid inference, arXiv 2210.01948. */
#ifndef STATS_KBLOCK_H
#define STATS_KBLOCK_H

#include "stats/eprocess.h"

#include <stddef.h>

#define KBLOCK_MAX 16   /* K at most */
#define KBLOCK_S0 0.005 /* scale before anything is known, on the log axis */

/* The spread of one arm's values within a block, from the blocks so far: what the values of the
 * next one are measured in. */
struct kblock_scale {
	double floor;
	double *sorted; /* spreads of the past blocks, and s0 twice */
	size_t n, cap;
};

void kblock_scale_init(struct kblock_scale *scale, double s0, double floor);
void kblock_scale_done(struct kblock_scale *scale);
double kblock_scale_next(const struct kblock_scale *scale); /* from past blocks only */
/* base and head: K values each. A block with K = 1 shows no spread within an arm and changes
 * nothing; what measures such blocks is a quarter of eprocess_scale(). */
void kblock_scale_add(struct kblock_scale *scale, const double *base, const double *head, size_t k);

struct kblock {
	double tau;
	double bets_plus[EPROCESS_BETS], bets_minus[EPROCESS_BETS];
	double plus, minus;         /* log evidence now: theta > tau, theta < tau */
	double max_plus, max_minus; /* largest so far, from 0 on: these decide */
};

void kblock_init(struct kblock *e, double tau);
/* K values an arm, K from 1 to KBLOCK_MAX; K may change from block to block as long as it is chosen
 * before the block is seen. scale must come from before the block, too. */
void kblock_add(struct kblock *e, const double *base, const double *head, size_t k, double scale);

/* log of the factor of one bet: a positive one bets on theta > tau, a negative one against. */
double kblock_factor(
	const double *base, const double *head, size_t k, double tau, double scale, double bet);

#endif

/* A paired test that may be looked at after every block: a betting e-process.
 *
 * d is the difference of a pair of launches whose order was drawn by a fair coin. If nothing but
 * tau separates the arms, d - tau is symmetric given the past, so that for any bet lambda > 0 and
 * any scale s known beforehand 1 + tanh(lambda * (d - tau) / s) is 1 on average: a fair game. Who
 * gets rich in it has evidence, and never has more than 1/alpha with a probability above alpha,
 * however often one looks (Ville). tanh is bounded, so an outlier costs one bet and no more; and it
 * rises in d, so that the test of "theta = tau" is one of "theta <= tau" too. Averages of such
 * processes over bets and over summaries of a launch are fair games again.
 *
 * Ramdas et al., Game-theoretic statistics and safe anytime-valid inference, arXiv 2210.01948;
 * de la Pena, A general class of exponential inequalities for martingales, Ann. Probab. 1999. */
#ifndef STATS_EPROCESS_H
#define STATS_EPROCESS_H

#include <stddef.h>

#define EPROCESS_BETS 6
#define EPROCESS_FLOOR 1e-5 /* least scale on the log axis */
#define EPROCESS_S0 0.01    /* scale before anything is known, for a test at tau = 0: 1 % */

/* The spread of the differences so far: what the next one is measured in. */
struct eprocess_scale {
	double s0, floor;
	double *sorted; /* the past, ascending */
	size_t n, cap;
};

void eprocess_scale_init(struct eprocess_scale *scale, double s0, double floor);
void eprocess_scale_done(struct eprocess_scale *scale);
double eprocess_scale_next(const struct eprocess_scale *scale); /* from past differences only */
void eprocess_scale_add(struct eprocess_scale *scale, double d);

struct eprocess {
	double tau;
	double bets_plus[EPROCESS_BETS], bets_minus[EPROCESS_BETS];
	double plus, minus;         /* log evidence now: theta > tau, theta < tau */
	double max_plus, max_minus; /* largest so far, from 0 on: these decide */
};

void eprocess_init(struct eprocess *e, double tau);
/* scale must come from before d was seen. */
void eprocess_add(struct eprocess *e, double d, double scale);

/* log of the average of n values given by their logs. */
double eprocess_mix(const double *logw, size_t n);

/* The scale before each of the n differences. */
void eprocess_scales(const double *d, size_t n, double s0, double floor, double *ret_scales);
/* A whole series at once: k summaries of the same n pairs (d[j], their scales s[j]), mixed. The log
 * evidence after each pair goes to ret_plus and ret_minus (n each). */
void eprocess_run(const double *const *d, const double *const *s, size_t k, size_t n, double tau,
	double *ret_plus, double *ret_minus);

#endif

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

/* The differences so far: their spread is what the next one is measured in. */
struct eprocess_past {
	double *sorted; /* ascending */
	size_t n, cap;
};

void eprocess_past_done(struct eprocess_past *past);
void eprocess_past_add(struct eprocess_past *past, double d);
/* s0: what the scale is drawn towards while little is known; floor: the least there is. */
double eprocess_scale(const struct eprocess_past *past, double s0, double floor);

/* Stakes are kept as they are, not as logs: doubling is all that a pair can do to them. Between
 * 1e-280 and 1e280 they are exact to the last digits; nothing is ever decided beyond. */
struct eprocess {
	double tau;
	double bets_plus[EPROCESS_BETS], bets_minus[EPROCESS_BETS];
	double plus, minus; /* averages over bets, 1 at the start: theta > tau, theta < tau */
};

void eprocess_init(struct eprocess *e, double tau);
/* scale must come from before d was seen. */
void eprocess_add(struct eprocess *e, double d, double scale);

/* log of the average of n values given by their logs. */
double eprocess_mix(const double *logw, size_t n);

/* The scale before each of the n differences. */
void eprocess_scales(const double *d, size_t n, double s0, double floor, double *ret_scales);

#endif

/* A paired test that may be looked at after every block: a betting e-process.
 *
 * d is the difference of a pair of launches whose order was drawn by a fair coin. If nothing but
 * tau separates the arms, d - tau is symmetric given the past, so that for any bet lambda > 0 and
 * any scale s known beforehand 1 + tanh(lambda * (d - tau) / s) is 1 on average: a fair game. Who
 * gets rich in it has evidence, and never has more than 1/alpha with a probability above alpha,
 * however often one looks (Ville). tanh is bounded, so that an outlier in favour of a bet counts
 * for no more than any other pair; and it rises in d, so that the test of "theta = tau" is one of
 * "theta
 * <= tau" too. Averages of such processes over bets and over summaries of a launch are fair games
 * again.
 *
 * An outlier against a bet is another matter: it takes nearly everything that the bet had won, and
 * one wild pair early on is not made up for in a hundred good ones. So a part of the capital never
 * stakes more than half of what it has: 1 + tanh(...) / 2 loses half to a wild pair, and grows
 * nearly as fast otherwise.
 *
 * Ramdas et al., Game-theoretic statistics and safe anytime-valid inference, arXiv 2210.01948;
 * de la Pena, A general class of exponential inequalities for martingales, Ann. Probab. 1999. */
#ifndef STATS_EPROCESS_H
#define STATS_EPROCESS_H

#include <stddef.h>

#define EPROCESS_BETS 6
#define EPROCESS_CAREFUL 0.1 /* of the capital, which stakes */
#define EPROCESS_STAKE 0.5   /* of what it has, at most */
#define EPROCESS_FLOOR 1e-5  /* least scale on the log axis */
#define EPROCESS_S0 0.01     /* scale before anything is known, for a test at tau = 0: 1 % */

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
struct eprocess_bets {
	double plus[EPROCESS_BETS], minus[EPROCESS_BETS];
};

struct eprocess {
	double tau;
	struct eprocess_bets bold, careful;
	double plus, minus; /* averages of all, 1 at the start: theta > tau, theta < tau */
};

void eprocess_init(struct eprocess *e, double tau);
/* scale must come from before d was seen. */
void eprocess_add(struct eprocess *e, double d, double scale);

/* log of the average of n values given by their logs. */
double eprocess_mix(const double *logw, size_t n);

/* log of the average of the bold bets and the careful ones, each part given by its log. */
double eprocess_join(double bold, double careful);

/* The scale before each of the n differences. */
void eprocess_scales(const double *d, size_t n, double s0, double floor, double *ret_scales);

#endif

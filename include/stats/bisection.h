/* On which step of a path did a level change, when every look at it is noisy? Positions 0 (before
 * the change) to n (after it); the change came with one of 1..n. The arithmetic of a bisect; who
 * looks where is judge/culprit.h. Levels are on the log axis, or on any other where noise adds. */
#ifndef STATS_BISECTION_H
#define STATS_BISECTION_H

#include "stats/information.h"

#include <stdbool.h>
#include <stddef.h>

#define BISECTION_MISLABEL .002 /* the chance that a position is on the wrong side altogether */
#define BISECTION_WILD .005     /* the same with one or two looks, which may be far off */
#define BISECTION_WIDEN 1.1     /* the spread is an estimate itself */

/* What a look is worth. */
struct bisection_noise {
	double step;     /* by how much the level changes, positive */
	double step_var; /* variance of that estimate */
	double sd;       /* of one look */
	double layout;   /* sd between builds of the same source: no look at one build tells */
};

/* Of the mean of n looks at one position: (1.1 sd)^2 / n + layout^2 + step_var / 4. INFINITY
 * without any. */
double bisection_variance(const struct bisection_noise *noise, size_t n);

/* Log of how much more likely it is to see this level in n looks behind the change than before it,
 * at most about 6.2 either way, or 5.3 as long as there are but one or two: log((eps + (1 - eps) r)
 * / (1 - eps + eps r)) of the likelihood ratio r, where eps is BISECTION_MISLABEL or
 * BISECTION_WILD. 0 without looks. */
double bisection_log_odds(const struct bisection_noise *noise, double level, size_t n);

/* Whether n looks of this level are so clear that more of them would not move the log odds. */
bool bisection_is_settled(const struct bisection_noise *noise, double level, size_t n);

/* The posterior of the change having come with 1..n, in ret[1..n]; ret[0] is 0. log_prior[1..n]
 * need not be normalised, -INFINITY is never; log_odds[0..n] of each position, 0 where nobody has
 * looked. False when nothing is possible. */
bool bisection_posterior(const double *log_prior, const double *log_odds, size_t n, double *ret);

/* What m more looks at a position tell, in nats, that is behind the change with probability p and
 * has had n looks. */
double bisection_gain(const struct bisection_noise *noise, const struct information_table *table,
	double p, size_t n, size_t m);

/* Whether a level of n looks lies neither before nor behind the change, but between: more than
 * 6 standard deviations and a fifth of the step from both. */
bool bisection_between(const struct bisection_noise *noise, double level, size_t n);

#endif

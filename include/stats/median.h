/* How well the median of one series is known. */
#ifndef STATS_MEDIAN_H
#define STATS_MEDIAN_H

#include <stddef.h>

/* The standard error of the logarithm of the median of x[0..n), all > 0, from two order statistics
 * around it: Price and Bonett, Distribution-free confidence intervals for difference and
 * ratio of medians, J. Stat. Comput. Simul. 72(2), 2002, as McKean and Schrader proposed for one
 * median. An interval for a ratio of two medians is exp(difference of logs +- z * sqrt(sum of
 * squares)). NAN when n < 5 or a value is not positive: the order statistics would be the
 * extremes. Changes the order of x. */
double stats_log_median_error(double *x, size_t n);

/* How far from its middle a normal distribution has to be cut for its two tails to hold p together:
 * 1.96 standard deviations for 0.05. p in (0, 1). */
double stats_normal_reach(double p);

#endif

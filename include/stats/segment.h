/* Where a series of revisions changes its level, by exact Bayesian segmentation: every way to cut
 * the series into runs of one level is weighed, none is chosen. P. Fearnhead, Exact and efficient
 * Bayesian inference for multiple changepoint problems, Statistics and Computing 16, 2006. What
 * comes out are candidates to be measured again, never findings. */
#ifndef STATS_SEGMENT_H
#define STATS_SEGMENT_H

#include <stddef.h>

#define SEGMENT_ETA 0.05 /* sd of levels about their common centre, on the log axis */
#define SEGMENT_MASS 0.2 /* posterior mass that makes a candidate */

/* The levels of n revisions measured in complete blocks, y[block * n + revision]: of each revision
 * the median distance from the median of its block (n of ret_m), the robust spread sigma of a
 * single launch about its revision's level, and the variance v of a level, (1.2 sigma)^2 / blocks +
 * sigma_u^2. sigma_u: sd between builds of the same source. sigma and v are NAN with fewer than two
 * blocks. */
void segment_levels(const double *y, size_t blocks, size_t n, double sigma_u, double *ret_m,
	double *ret_sigma, double *ret_v);

/* The probability of a change at a boundary before anything was measured: min(1/2, 2/n). */
double segment_prior(size_t n);

/* The probability that the level changes from revision i - 1 to i, in ret_change[i]; ret_change[0]
 * is 0. m: n levels, centred about 0; v: their variances, all positive; levels are normal with mean
 * 0 and sd eta > 0; each boundary is a change with probability p, 0 < p < 1. Time grows with n
 * squared, memory with n. */
void segment_posterior(
	const double *m, const double *v, size_t n, double eta, double p, double *ret_change);

/* Boundaries to look at: local maxima of change[1..n-1] (the first of equals) that hold a mass of
 * at least SEGMENT_MASS together with their neighbours. Ascending, at most n / 2 of them. Returns
 * how many. */
size_t segment_candidates(const double *change, size_t n, size_t *ret_at);

#endif

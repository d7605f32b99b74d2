/* Many hypotheses at once, each with the log of its evidence. m of them were planned before
 * anything was measured; evidence is given for n <= m, those that are missing count as not
 * rejected. Evidences may depend on each other in any way. */
#ifndef STATS_MULTIPLE_H
#define STATS_MULTIPLE_H

#include <stdbool.h>
#include <stddef.h>

/* Each of these fills ret_rejected[0..n-1] and returns how many are rejected. Evidence may be
 * infinite, not NAN. */

/* One false rejection or more with probability alpha at most; logw may be running maxima. */
size_t multiple_bonferroni(
	const double *logw, size_t n, size_t m, double alpha, bool *ret_rejected);
/* The same promise and never fewer rejections: the k-th strongest needs ln((m - k + 1) / alpha),
 * and the first that fails ends it. S. Holm, Scand. J. Statist. 6, 1979, on p = exp(-logw). */
size_t multiple_holm(const double *logw, size_t n, size_t m, double alpha, bool *ret_rejected);
/* A share of false ones among the rejected of q at most, on average: the k strongest for the
 * largest k whose k-th has ln(m / (k q)). logw must be the evidence at a stopping time; the promise
 * does not hold for running maxima. Wang and Ramdas, False discovery rate control with e-values,
 * arXiv 2009.02824; Tavyrikov et al., arXiv 2501.19360. */
size_t multiple_ebh(const double *logw, size_t n, size_t m, double q, bool *ret_rejected);

#endif

/* How large a difference is: an estimate, and an interval that stays true while one keeps looking.
 */
#ifndef STATS_EFFECT_H
#define STATS_EFFECT_H

#include <stddef.h>

/* Hodges and Lehmann's estimate: the median of the Walsh averages (d[i] + d[j]) / 2, i <= j. NAN
 * when n is 0. Time grows as sorting d does, memory with n. */
double effect_hodges_lehmann(const double *d, size_t n);

/* The theta that the e-processes of both sides cannot exclude at level 1 - a: k summaries of n
 * pairs on the log axis, mixed as eprocess_run() does. Ends are -INFINITY and INFINITY as long as
 * there are too few pairs to exclude anything. */
void effect_interval(
	const double *const *d, size_t k, size_t n, double a, double *ret_lo, double *ret_hi);

#endif

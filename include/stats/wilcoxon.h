/* Wilcoxon's rank tests, for a number of observations fixed beforehand: who looks again and again
 * uses stats/eprocess.h. Inputs hold finite numbers. F. Wilcoxon, Individual comparisons by ranking
 * methods, Biometrics 1, 1945. */
#ifndef STATS_WILCOXON_H
#define STATS_WILCOXON_H

#include <stddef.h>

/* The interval for the pseudo-median of n differences at level 1 - a: Walsh averages, counted from
 * both ends by the distribution of the signed-rank statistic, exact up to n = 50 (R: wilcox.test(d,
 * conf.int = TRUE, conf.level = 1 - a, exact = TRUE)), beyond by its normal approximation with
 * correction for continuity. Ends are -INFINITY and INFINITY when n is too small for that level; R
 * gives a lower level then. A level that can be met exactly is; R takes the next wider ends. */
void wilcoxon_interval(const double *d, size_t n, double a, double *ret_lo, double *ret_hi);

enum rank_side {
	RANK_TWO_SIDED,
	RANK_GREATER, /* x tends to be larger than y */
	RANK_LESS,
};

/* The p-value of the rank-sum test (Mann and Whitney's U) of two independent samples: exact when
 * both have fewer than 50 values and no two are equal, otherwise by the normal approximation with
 * corrections for continuity and for ties. 1 when a sample is empty or all values are equal. */
double wilcoxon_rank_sum(
	const double *x, size_t nx, const double *y, size_t ny, enum rank_side side);

#endif

/* Where a few observations lie, when some of them may be far off. */
#ifndef STATS_LOCATION_H
#define STATS_LOCATION_H

#include <stddef.h>

/* Huber's estimate (Robust estimation of a location parameter, Ann. Math. Statist. 35, 1964): from
 * the median on five reweightings, in which what lies further than 1.5 stats_spread() from the
 * centre counts as if it lay just there. The median when n < 3 or when the spread is zero; NAN when
 * n is 0. */
double location_huber(const double *x, size_t n);

#endif

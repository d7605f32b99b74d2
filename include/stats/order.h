/* Order statistics. Inputs hold finite numbers. */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include <stddef.h>

#define MAD_NORMAL 1.4826 /* makes the MAD of a normal sample estimate its standard deviation */

void stats_sort(double *x, size_t n); /* ascending, in place */
/* Of a sorted array, by linear interpolation between order statistics (Hyndman and Fan 1996, type
 * 7: R's and NumPy's default), p in [0, 1]. NAN when n is 0, as for the others. */
double stats_quantile(const double *sorted, size_t n, double p);
double stats_median_sorted(const double *sorted, size_t n); /* mean of the middles when n is even */
/* Of an array in any order, which stays as it is. */
double stats_median(const double *x, size_t n);
/* MAD_NORMAL times the median distance from the median. */
double stats_spread(const double *x, size_t n);
/* The same of a sorted array, in one walk over half of it. */
double stats_spread_sorted(const double *sorted, size_t n);

#endif

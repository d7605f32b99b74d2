/* Walsh averages: (x[i] + x[j]) / 2 of all n (n + 1) / 2 pairs i <= j. Their order statistics are
 * the estimate of Hodges and Lehmann and the ends of Wilcoxon's interval. */
#ifndef STATS_WALSH_H
#define STATS_WALSH_H

#include <stddef.h>

/* How many there are. */
size_t walsh_count(size_t n);
/* The k-th smallest, k from 1 to walsh_count(n), of an ascending array: to the last bit what
 * sorting all of them gives, in time n and without memory. */
double walsh_select(const double *sorted, size_t n, size_t k);

#endif

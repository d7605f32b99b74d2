/* A straight line through points. */
#ifndef STATS_LINE_H
#define STATS_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct line_fit {
	double slope, intercept;
	double r2; /* the share of the spread of y that the line explains; 1 where y has none */
	size_t n;
};

/* Least squares. Of logarithms, the slope is the exponent of a power law. False with fewer than
 * three points, or when all of them have one x. */
bool stats_line(const double *x, const double *y, size_t n, struct line_fit *ret);

#endif

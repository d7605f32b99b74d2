/* The rounds of one launch in seven numbers. */
#ifndef STATS_SUMMARY_H
#define STATS_SUMMARY_H

#include <stddef.h>

struct stats_summary {
	double min;
	double q25; /* type 7, unlike the quartiles of iqr */
	double median;
	double mean;
	double max;
	double stddev; /* n - 1; 0 for one round */
	double iqr;    /* by pytest-benchmark's rule, see stats_quartiles() */
};

/* x in any order, not changed. With n == 0, or a NaN or an infinity in x, every field is NAN. */
void stats_summary(const double *x, size_t n, struct stats_summary *ret);

/* pytest-benchmark's quartiles of a sorted array, n > 0: the medians of the halves when n is even;
 * for odd n the weights 1/4 and 3/4 on neighbours, which depend on n % 4; the datum when n is 1. */
void stats_quartiles(const double *sorted, size_t n, double *ret_q1, double *ret_q3);

/* pytest-benchmark's fences at one and a half interquartile ranges of a sorted array, n > 0: the
 * least and the greatest value inside of them (up to 5.3.0 it had the least value *beyond* the
 * upper one), how many values are outside, and how many further than a standard deviation from the
 * mean.
 */
struct stats_fences {
	double low, high;
	size_t outside, deviating;
};
void stats_fences(const double *sorted, size_t n, double q1, double q3, double mean, double stddev,
	struct stats_fences *ret);

/* As Python's sum() from 3.12 on: compensated. */
double stats_sum(const double *x, size_t n);
/* Exact to about the last digit, whatever the order and size of the terms. NAN when n is 0. */
double stats_mean(const double *x, size_t n);

#endif

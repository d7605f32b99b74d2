/* How much a noisy measurement tells about a yes or no: what a bisect wins by testing a revision.
 */
#ifndef STATS_INFORMATION_H
#define STATS_INFORMATION_H

/* The answer is yes with probability p; what is measured is rho/2 or -rho/2 accordingly, plus noise
 * of standard deviation 1. The mutual information of answer and measurement in nats: 0 for rho = 0,
 * the entropy of p for a rho without bound, the same for 1 - p and for -rho. By 24-point
 * Gauss-Hermite quadrature. */
double information_binary(double p, double rho);

#define INFORMATION_GRID 64

/* The same by bilinear interpolation, for the many evaluations of a search. Rows go by p from 0 to
 * 1/2, closer together at 0, columns by log rho. */
struct information_table {
	double nats[INFORMATION_GRID][INFORMATION_GRID];
};

void information_table_init(struct information_table *ret);
double information_table_at(const struct information_table *table, double p, double rho);

#endif

#include "stats/wilcoxon.h"

#include "base/mem.h"
#include "stats/order.h"
#include "stats/walsh.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define EXACT_SIGNED_RANK 50 /* n at most */
#define EXACT_RANK_SUM 50    /* both sizes below */

static double
normal_below(double z)
{
	return erfc(-z * M_SQRT1_2) / 2;
}

/* The largest k for which the sum of the positive ranks is below k with a probability of less than
 * tail: that many Walsh averages lie outside, the k-th is the end. Each rank is in the sum or not,
 * by a fair coin. */
static size_t
outside_exact(size_t n, double tail)
{
	size_t sums = walsh_count(n), k = 0;
	scoped_free double *chance = xcalloc(sums + 1, sizeof(*chance));
	double below = 0;

	chance[0] = 1;
	for (size_t rank = 1; rank <= n; rank++)
		for (size_t sum = walsh_count(rank) + 1; sum-- > 0;)
			chance[sum] = (chance[sum] + (sum >= rank ? chance[sum - rank] : 0)) / 2;
	while (k < sums && below + chance[k] <= tail * (1 + 10 * DBL_EPSILON))
		below += chance[k++];
	return k;
}

static size_t
outside_normal(size_t n, double tail)
{
	double size = (double)n, mean = size * (size + 1) / 4;
	double sd = sqrt(size * (size + 1) * (2 * size + 1) / 24);
	size_t lo = 0, hi = walsh_count(n) / 2;

	while (lo < hi) {
		size_t half = lo + (hi - lo + 1) / 2;

		if (normal_below(((double)half - 0.5 - mean) / sd) <= tail)
			lo = half;
		else
			hi = half - 1;
	}
	return lo;
}

void
wilcoxon_interval(const double *d, size_t n, double a, double *ret_lo, double *ret_hi)
{
	size_t k = n <= EXACT_SIGNED_RANK ? outside_exact(n, a / 2) : outside_normal(n, a / 2);
	size_t count = walsh_count(n);

	*ret_lo = -INFINITY;
	*ret_hi = INFINITY;
	if (k == 0 || n == 0)
		return;
	scoped_free double *sorted = xcalloc(n, sizeof(*sorted));
	memcpy(sorted, d, n * sizeof(*sorted));
	stats_sort(sorted, n);
	*ret_lo = walsh_select(sorted, n, k);
	*ret_hi = walsh_select(sorted, n, count + 1 - k);
}

/* U of x: in how many of the pairs x is the larger one, equal ones counted half; both sorted. Of
 * the runs of t equal values in both together: the sum of t^3 - t. */
static double
rank_sum(const double *x, size_t nx, const double *y, size_t ny, double *ret_ties)
{
	size_t i = 0, j = 0;
	double u = 0, ties = 0;

	while (i < nx || j < ny) {
		double value = j == ny || (i < nx && x[i] < y[j]) ? x[i] : y[j];
		size_t below = j, run_x = 0, run_y = 0;

		for (; i < nx && x[i] == value; i++)
			run_x++;
		for (; j < ny && y[j] == value; j++)
			run_y++;
		double run = (double)(run_x + run_y);
		u += (double)run_x * ((double)below + (double)run_y / 2);
		ties += run * (run * run - 1);
	}
	*ret_ties = ties;
	return u;
}

/* P(U >= u) when every order of the nx + ny values is as likely: the largest of them is of x,
 * beating all of y, or of y. rows[a]: chances of U among a values of x and, growing, b of y. */
static double
at_least_exact(size_t nx, size_t ny, double u)
{
	size_t width = nx * ny + 1;
	scoped_free double *rows = xcalloc((nx + 1) * width, sizeof(*rows));
	double sum = 0;

	for (size_t a = 0; a <= nx; a++)
		rows[a * width] = 1;
	for (size_t b = 1; b <= ny; b++) {
		for (size_t a = 1; a <= nx; a++) {
			double *row = rows + a * width, *less = row - width;
			double of_x = (double)a / (double)(a + b);

			for (size_t w = a * b + 1; w-- > 0;)
				row[w] = (1 - of_x) * row[w] + (w >= b ? of_x * less[w - b] : 0);
		}
	}
	for (size_t w = width; w-- > 0 && (double)w >= u;)
		sum += rows[nx * width + w];
	return sum;
}

static double
at_least_normal(size_t nx, size_t ny, double u, double ties)
{
	double pairs = (double)nx * (double)ny, all = (double)(nx + ny);
	double variance = pairs / 12 * (all + 1 - ties / (all * (all - 1)));

	return variance > 0 ? normal_below((pairs / 2 + 0.5 - u) / sqrt(variance)) : 1;
}

double
wilcoxon_rank_sum(const double *x, size_t nx, const double *y, size_t ny, enum rank_side side)
{
	double pairs = (double)nx * (double)ny, ties;

	if (nx == 0 || ny == 0)
		return 1;
	scoped_free double *sorted = xcalloc(nx + ny, sizeof(*sorted));
	memcpy(sorted, x, nx * sizeof(*x));
	memcpy(sorted + nx, y, ny * sizeof(*y));
	stats_sort(sorted, nx);
	stats_sort(sorted + nx, ny);
	double u = rank_sum(sorted, nx, sorted + nx, ny, &ties);
	if (side == RANK_LESS || (side == RANK_TWO_SIDED && u < pairs / 2))
		u = pairs - u;
	bool exact = nx < EXACT_RANK_SUM && ny < EXACT_RANK_SUM && ties == 0;
	double p = exact ? at_least_exact(nx, ny, u) : at_least_normal(nx, ny, u, ties);
	return fmin(1, side == RANK_TWO_SIDED ? 2 * p : p);
}

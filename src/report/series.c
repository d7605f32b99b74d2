#include "report_priv.h"

#include "base/mem.h"
#include "stats/median.h"
#include "stats/order.h"

#include <math.h>

#define NORMAL_95 1.959963984540054 /* stats_normal_reach(0.05), for thousands of cells */

const struct results_cell *
series_own_cell(const struct results *results, size_t bench, size_t rev)
{
	static const struct results_cell nothing = {0};

	/* Reports about files have rows alone. */
	return results->cells.n ? results_cell(results, bench, rev) : &nothing;
}

const struct results_cell *
series_cell(const struct results *results, size_t bench, size_t rev)
{
	return series_own_cell(results, bench, results_measured_rev(results, rev));
}

double
series_value(const struct sample *s)
{
	static const enum summary tried[] = {
		SUMMARY_MEDIAN, SUMMARY_MEAN, SUMMARY_MIN, SUMMARY_MAX};

	for (size_t i = 0; s->rounds > 0 && i < ARRAY_LEN(tried); i++)
		if (isfinite(s->v[tried[i]]))
			return s->v[tried[i]];
	return NAN;
}

/* The values of the blocks, over those of another cell if there is one. */
static double *
values_of(const struct results_cell *cell, const struct results_cell *to, size_t *ret_n)
{
	double *v = xcalloc(cell->n_blocks + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < cell->n_blocks; i++) {
		double x = series_value(&cell->blocks[i]);

		if (to)
			x /= i < to->n_blocks ? series_value(&to->blocks[i]) : (double)NAN;
		if (isfinite(x))
			v[n++] = x;
	}
	*ret_n = n;
	return v;
}

double
series_median(const struct results_cell *cell, const struct results_cell *to)
{
	size_t n;
	scoped_free double *v = values_of(cell, to, &n);

	return n ? stats_median(v, n) : (double)NAN;
}

size_t
series_first(const struct results *results, size_t bench)
{
	for (size_t rev = 0; rev < results->revs.n; rev++)
		if (results_has_samples(series_cell(results, bench, rev)))
			return rev;
	return results->revs.n;
}

struct series_reach
series_reach(const struct results_cell *cell)
{
	size_t n;
	scoped_free double *v = values_of(cell, NULL, &n);
	struct series_reach reach = {NAN, NAN, NAN};

	if (!n)
		return reach;
	reach.value = stats_median(v, n);
	double error = stats_log_median_error(v, n);
	if (isfinite(error)) {
		reach.lo = reach.value * exp(-NORMAL_95 * error);
		reach.hi = reach.value * exp(NORMAL_95 * error);
	}
	return reach;
}

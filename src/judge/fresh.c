/* Fresh pairs of two revisions that are to prove one change: is there any use in more of them, and
 * how large is what they show? */
#include "judge_priv.h"

#include "stats/effect.h"
#include "stats/order.h"

#include <math.h>

#define FUTILE_FROM 8          /* pairs */
#define FUTILE_LOG -2.99573227 /* log(1/20) */

/* Evidence that a few wild pairs have spoilt comes back as long as the others speak for a change.
 */
bool
fresh_is_futile(const struct contest *t)
{
	size_t best = contest_best(t);

	if (t->n < FUTILE_FROM || t->above[LIMIT_TAU] >= FUTILE_LOG || best == SIZE_MAX)
		return false;
	const struct eprocess_past *past = &t->series[best].past;
	return stats_median_sorted(past->sorted, past->n) <= t->terms.tau;
}

struct fresh_size
fresh_size(const struct contest *t, double beta, double sign)
{
	const double *d[SUMMARY_COUNT];
	size_t k = 0, best = contest_best(t);
	double lo = -INFINITY, hi = INFINITY;

	for (size_t j = 0; best != SIZE_MAX && j < t->k; j++) {
		bool whole = true;

		for (size_t i = 0; i < t->n; i++)
			whole = whole && isfinite(t->series[j].d[i]);
		if (whole)
			d[k++] = t->series[j].d;
	}
	if (k == 0)
		return (struct fresh_size){NAN, NAN, NAN};
	effect_interval(d, k, t->n, fmin(2 * beta, 0.5), &lo, &hi);
	double theta = effect_hodges_lehmann(t->series[best].d, t->n);
	theta = fmax(lo, fmin(hi, theta));
	return (struct fresh_size){.ratio = exp(sign * theta),
		.lo = exp(sign > 0 ? lo : -hi),
		.hi = exp(sign > 0 ? hi : -lo)};
}

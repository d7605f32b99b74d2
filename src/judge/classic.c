/* pytest-benchmark's rule to the letter (--benchmark-compare-fail): one figure a side, strictly
 * beyond the limit fails, a base of zero is infinitely exceeded even by zero. A figure that is not
 * a number never fails there; here it is a failed row. */
#include "judge_priv.h"

#include <math.h>

/* The limit as it was written: 7 for 7 %, although 0.07 * 100 is a little more. */
static double
percent_written(double limit)
{
	double written = round(limit * 1e11) / 1e9;

	return written / 100 == limit ? written : limit * 100;
}

bool
classic_exceeds(const struct gate *gate, double base, double current)
{
	if (!gate->percent)
		return current - base > gate->limit;
	double change = base == 0 ? INFINITY : current / base * 100 - 100;
	return change > percent_written(gate->limit);
}

/* The figures, arranged so that a larger one is worse. */
static void
figures(const struct duel *duel, const struct gate *gate, double *ret_base, double *ret_current)
{
	double base = pairs_value(duel, duel->base, gate->field);
	double head = pairs_value(duel, duel->head, gate->field);
	bool swap = duel->bench->direction == HIGHER_IS_BETTER;

	*ret_base = swap ? head : base;
	*ret_current = swap ? base : head;
}

bool
classic_fails(const struct duel *duel, const struct gate *gate)
{
	double base, current;

	figures(duel, gate, &base, &current);
	return isfinite(base) && isfinite(current) && classic_exceeds(gate, base, current);
}

int
classic_judge(const struct duel *duel, const struct gate *gate, struct row *row)
{
	double base, current;

	figures(duel, gate, &base, &current);
	row->gate = gate;
	row->value = pairs_value(duel, duel->head, gate->field);
	row->base_value = pairs_value(duel, duel->base, gate->field);
	row->ratio = row->base_value != 0 ? row->value / row->base_value : NAN;
	row->ratio_lo = row->ratio_hi = NAN;
	row->blocks_missing = 0;
	if (!results_has_samples(duel->base) || !results_has_samples(duel->head)) {
		row->verdict = VERDICT_INCONCLUSIVE;
		row->blocks_missing = 1;
		return 0;
	}
	if (!isfinite(base) || !isfinite(current)) {
		row->detail = pairs_lack(duel, gate->field);
		return -1;
	}
	row->decided = true;
	row->verdict = classic_exceeds(gate, base, current)                      ? VERDICT_REGRESSED
		       : duel->two_sided && classic_exceeds(gate, current, base) ? VERDICT_IMPROVED
										 : VERDICT_PASS;
	return 0;
}

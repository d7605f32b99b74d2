#include "judge/reach.h"

#include "stats/plan.h"

#include <math.h>

/* The limit on the log axis, where noise is measured. */
static double
relative_limit(const struct gate *gate, const struct bench *bench, double value)
{
	if (gate->percent)
		return log1p(gate->limit);
	if (!(value > 0))
		return INFINITY;
	double part = gate->limit / value;
	if (bench->direction == LOWER_IS_BETTER)
		return log1p(part);
	return part < 1 ? -log1p(-part) : INFINITY;
}

double
reach_blocks(
	const struct gate *gate, const struct bench *bench, double value, double noise, double beta)
{
	if (gate->ceiling)
		return 1; /* the worst of it says all */
	if (isnan(noise))
		return NAN;
	return ceil(plan_blocks(log(1 / beta), relative_limit(gate, bench, value), noise));
}

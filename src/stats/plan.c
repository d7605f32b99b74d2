#include "stats/plan.h"

#include "stats/eprocess.h"

#include <math.h>

/* Small effects grow with the square, as they do for the best bet against a normal; from two
 * spreads on nearly every bet wins and the stake doubles. */
double
plan_growth(double r)
{
	if (!(r > 0))
		return 0;
	if (r < 0.7)
		return r * r / 2;
	if (r < 1)
		return 0.245 + (r - 0.7) / 0.3 * (0.35 - 0.245);
	if (r < 2)
		return 0.35 + (r - 1) * (M_LN2 - 0.35);
	return M_LN2;
}

/* In spreads; anything is far when there is no noise at all. */
static double
spreads(double distance, double noise)
{
	if (!(distance > 0))
		return 0;
	return noise > 0 ? distance / noise : INFINITY;
}

double
plan_blocks(double threshold, double distance, double noise)
{
	double growth = plan_growth(spreads(distance, noise));

	if (growth <= 0)
		return INFINITY;
	return fmax(threshold / M_LN2 + 1, (threshold + log(EPROCESS_BETS)) / growth);
}

double
plan_remaining(double threshold, double logw, double distance, double noise)
{
	double growth = isnan(noise) ? M_LN2 : plan_growth(spreads(distance, noise));

	if (growth <= 0)
		return INFINITY;
	return fmax(1, ceil((threshold - logw) / growth));
}

double
plan_detectable(double threshold, size_t n, double noise)
{
	if ((double)n * M_LN2 < threshold)
		return INFINITY;
	return noise * sqrt(2 * (threshold + log(EPROCESS_BETS)) / (double)n);
}

#include "stats/location.h"

#include "stats/order.h"

#include <math.h>

#define REWEIGHTINGS 5
#define BEND 1.5 /* spreads: 96 % efficient on a normal sample */

double
location_huber(const double *x, size_t n)
{
	double m = stats_median(x, n), limit = BEND * stats_spread(x, n);

	if (n < 3 || !(limit > 0))
		return m;
	for (int step = 0; step < REWEIGHTINGS; step++) {
		double shift = 0, weights = 0;

		for (size_t i = 0; i < n; i++) {
			double away = fabs(x[i] - m), weight = away > limit ? limit / away : 1;

			shift += weight * (x[i] - m);
			weights += weight;
		}
		m += shift / weights;
	}
	return m;
}

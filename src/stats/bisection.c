#include "stats/bisection.h"

#include <math.h>

#define LOG_RATIO_MAX 50
#define FEW 3     /* below it a wild look is not told from others */
#define SETTLED 9 /* there bisection_log_odds() has but 0.1 left to grow */
#define BETWEEN_SDS 6
#define BETWEEN_SHARE .2

double
bisection_variance(const struct bisection_noise *noise, size_t n)
{
	double sd = BISECTION_WIDEN * noise->sd;

	if (n == 0)
		return INFINITY;
	return sd * sd / (double)n + noise->layout * noise->layout + noise->step_var / 4;
}

static double
log_ratio(const struct bisection_noise *noise, double level, size_t n)
{
	double ratio = noise->step * (level - noise->step / 2) / bisection_variance(noise, n);

	return fmax(-LOG_RATIO_MAX, fmin(LOG_RATIO_MAX, ratio));
}

bool
bisection_is_settled(const struct bisection_noise *noise, double level, size_t n)
{
	return n >= FEW && fabs(log_ratio(noise, level, n)) > SETTLED;
}

double
bisection_log_odds(const struct bisection_noise *noise, double level, size_t n)
{
	if (n == 0)
		return 0;
	double r = exp(log_ratio(noise, level, n));
	double eps = n < FEW ? BISECTION_WILD : BISECTION_MISLABEL;

	return log((eps + (1 - eps) * r) / (1 - eps + eps * r));
}

bool
bisection_posterior(const double *log_prior, const double *log_odds, size_t n, double *ret)
{
	double most = -INFINITY, behind = 0, sum = 0;

	/* Every look at c or after it speaks for a change that came with c, if it is behind one. */
	ret[0] = 0;
	for (size_t c = n; c > 0; c--) {
		behind += log_odds[c];
		ret[c] = log_prior[c] + behind;
		most = fmax(most, ret[c]);
	}
	if (!isfinite(most))
		return false;
	for (size_t c = 1; c <= n; c++)
		sum += ret[c] = exp(ret[c] - most);
	for (size_t c = 1; c <= n; c++)
		ret[c] /= sum;
	return true;
}

double
bisection_gain(const struct bisection_noise *noise, const struct information_table *table, double p,
	size_t n, size_t m)
{
	double now = 1 / bisection_variance(noise, n), then = 1 / bisection_variance(noise, n + m);

	return information_table_at(table, p, noise->step * sqrt(fmax(0, then - now)));
}

bool
bisection_between(const struct bisection_noise *noise, double level, size_t n)
{
	double least =
		fmax(BETWEEN_SDS * sqrt(bisection_variance(noise, n)), BETWEEN_SHARE * noise->step);

	return n > 0 && level > least && noise->step - level > least;
}

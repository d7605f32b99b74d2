#include "stats/effect.h"

#include "base/mem.h"
#include "stats/eprocess.h"
#include "stats/order.h"
#include "stats/walsh.h"

#include <math.h>
#include <string.h>

double
effect_hodges_lehmann(const double *d, size_t n)
{
	size_t count = walsh_count(n);

	if (n == 0)
		return NAN;
	scoped_free double *sorted = xcalloc(n, sizeof(*sorted));
	memcpy(sorted, d, n * sizeof(*sorted));
	stats_sort(sorted, n);
	double upper = walsh_select(sorted, n, count / 2 + 1);
	return count % 2 ? upper : (walsh_select(sorted, n, count / 2) + upper) / 2;
}

#define STEPS 60           /* of a bisection, at most */
#define CLOSE_ENOUGH 1e-12 /* on the log axis */

/* Products are taken as they are for so many pairs, since logs are dear; no double is too small for
 * so many losses of 0.999999. */
#define PLAIN 32

/* What the bets have won: product times exp(logw). */
struct winnings {
	double product[EPROCESS_BETS], logw[EPROCESS_BETS];
};

static double
mean_product(const struct winnings *w)
{
	double sum = 0;

	for (size_t b = 0; b < EPROCESS_BETS; b++)
		sum += w->product[b];
	return sum / EPROCESS_BETS;
}

static void
take_logs(struct winnings *w)
{
	for (size_t b = 0; b < EPROCESS_BETS; b++) {
		w->logw[b] += log(w->product[b]);
		w->product[b] = 1;
	}
}

/* The same as the running products of eprocess_add(), written for the many evaluations of a
 * bisection: the bets double from 1/8 to 4, so that with q = exp(-2u/8) each factor 1 + tanh(bet *
 * u) = 2 / (1 + q^(8 bet)) comes from squaring. side is 1 or -1. */
static double
evidence(const double *d, const double *s, size_t n, double theta, double side)
{
	struct winnings bold = {.product = {1, 1, 1, 1, 1, 1}}, careful = bold;

	for (size_t i = 0; i < n; i++) {
		double q = exp(-side * (d[i] - theta) / s[i] / 4);

		for (size_t b = 0; b < EPROCESS_BETS; b++) {
			double win = 2 / (1 + q);

			win = win < 1e-6 ? 1e-6 : win > 1.999999 ? 1.999999 : win; /* as there */
			bold.product[b] *= win;
			careful.product[b] *= 1 + EPROCESS_STAKE * (win - 1);
			q *= q;
		}
		if (n > PLAIN && (i % PLAIN == PLAIN - 1 || i + 1 == n)) {
			take_logs(&bold);
			take_logs(&careful);
		}
	}
	if (n <= PLAIN)
		return log((1 - EPROCESS_CAREFUL) * mean_product(&bold) +
			   EPROCESS_CAREFUL * mean_product(&careful));
	return eprocess_join(
		eprocess_mix(bold.logw, EPROCESS_BETS), eprocess_mix(careful.logw, EPROCESS_BETS));
}

struct series {
	const double *const *d;
	double *s; /* k rows of n */
	double *logw;
	size_t k, n;
};

static double
mixed(const struct series *x, double theta, double side)
{
	for (size_t j = 0; j < x->k; j++)
		x->logw[j] = evidence(x->d[j], x->s + j * x->n, x->n, theta, side);
	return eprocess_mix(x->logw, x->k);
}

/* The end of the interval on one side: evidence for "theta lies further in" falls from the outside
 * to the inside of the interval. */
static double
end_between(const struct series *x, double outside, double inside, double side, double enough)
{
	if (mixed(x, outside, side) < enough)
		return -side * INFINITY;
	for (int i = 0; i < STEPS && fabs(inside - outside) > CLOSE_ENOUGH; i++) {
		double half = outside + (inside - outside) / 2;

		if (mixed(x, half, side) < enough)
			inside = half;
		else
			outside = half;
	}
	return outside;
}

void
effect_interval(
	const double *const *d, size_t k, size_t n, double a, double *ret_lo, double *ret_hi)
{
	*ret_lo = -INFINITY;
	*ret_hi = INFINITY;
	if (n == 0 || k == 0)
		return;
	scoped_free double *s = xcalloc(k * n, sizeof(*s));
	scoped_free double *logw = xcalloc(k, sizeof(*logw));
	struct series x = {.d = d, .s = s, .logw = logw, .k = k, .n = n};
	double least = d[0][0], most = d[0][0];

	for (size_t j = 0; j < k; j++) {
		eprocess_scales(d[j], n, EPROCESS_S0, EPROCESS_FLOOR, s + j * n);
		for (size_t i = 0; i < n; i++) {
			least = fmin(least, d[j][i]);
			most = fmax(most, d[j][i]);
		}
	}
	*ret_lo = end_between(&x, least - 1, most + 1, 1, log(2 / a));
	*ret_hi = end_between(&x, most + 1, least - 1, -1, log(2 / a));
}

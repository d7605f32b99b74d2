#include "stats/eprocess.h"

#include "base/mem.h"
#include "stats/order.h"

#include <math.h>
#include <string.h>

/* From a cautious bet, which grows on small effects, each twice the one before, to a bold one,
 * which doubles on clear effects: 1/8, 1/4, 1/2, 1, 2, 4. */
#define FIRST_BET 0.125

/* Bold, but never all: no bet's share of a loss exceeds 0.999999, so that (1 + t) / (1 - t) for its
 * t = tanh(bet * u) stays within these. */
#define ODDS_MOST (1.999999 / 0.000001)
#define ODDS_LEAST (1 / ODDS_MOST)

#define WEALTH_LEAST 1e-280
#define WEALTH_MOST 1e280

void
eprocess_past_done(struct eprocess_past *past)
{
	free(past->sorted);
	*past = (struct eprocess_past){0};
}

static double
sorted_median(const double *x, size_t n)
{
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* The median of the past's distances from their centre and of two more, s0: walks outwards from the
 * centre, which meets the distances in ascending order. */
double
eprocess_scale(const struct eprocess_past *past, double s0, double floor)
{
	const double *x = past->sorted;
	size_t n = past->n, prior = 2, right = 0;
	double m = n > 2 ? sorted_median(x, n) : 0;
	double last = 0, now = 0;

	if (n == 0)
		return s0;
	while (right < n && x[right] < m)
		right++;
	size_t left = right; /* x[left - 1] is the next one below the centre */
	for (size_t i = 0; i <= (n + 2) / 2; i++) {
		double below = left > 0 ? MAD_NORMAL * (m - x[left - 1]) : INFINITY;
		double above = right < n ? MAD_NORMAL * (x[right] - m) : INFINITY;

		last = now;
		if (prior > 0 && s0 <= below && s0 <= above) {
			now = s0;
			prior--;
		} else if (below <= above) {
			now = below;
			left--;
		} else {
			now = above;
			right++;
		}
	}
	double median = n % 2 ? now : (last + now) / 2;
	return median > floor ? median : floor;
}

void
eprocess_past_add(struct eprocess_past *past, double d)
{
	size_t at = past->n;

	if (past->n == past->cap) {
		past->cap = past->cap ? past->cap * 2 : 16;
		past->sorted = xreallocarray(past->sorted, past->cap, sizeof(*past->sorted));
	}
	while (at > 0 && past->sorted[at - 1] > d)
		at--;
	memmove(past->sorted + at + 1, past->sorted + at, (past->n - at) * sizeof(*past->sorted));
	past->sorted[at] = d;
	past->n++;
}

static void
bets_init(struct eprocess_bets *bets)
{
	for (size_t i = 0; i < EPROCESS_BETS; i++)
		bets->plus[i] = bets->minus[i] = 1;
}

void
eprocess_init(struct eprocess *e, double tau)
{
	*e = (struct eprocess){.tau = tau, .plus = 1, .minus = 1};
	bets_init(&e->bold);
	bets_init(&e->careful);
}

static double
limited(double x, double least, double most)
{
	return x < least ? least : x > most ? most : x;
}

static void
multiply(double *wealth, double by)
{
	*wealth = limited(*wealth * by, WEALTH_LEAST, WEALTH_MOST);
}

static double
average(const double *bold, const double *careful)
{
	double sum[2] = {0};

	for (size_t i = 0; i < EPROCESS_BETS; i++) {
		sum[0] += bold[i];
		sum[1] += careful[i];
	}
	return ((1 - EPROCESS_CAREFUL) * sum[0] + EPROCESS_CAREFUL * sum[1]) / EPROCESS_BETS;
}

/* The bets double from 1/8 to 4, and the odds (1 - t) / (1 + t) = exp(-2 bet u) are squared from
 * one to the next. */
void
eprocess_add(struct eprocess *e, double d, double scale)
{
	double odds = exp(-2 * FIRST_BET * (d - e->tau) / scale);

	for (size_t i = 0; i < EPROCESS_BETS; i++) {
		odds = limited(odds, ODDS_LEAST, ODDS_MOST);
		double win = 2 / (1 + odds), lose = win * odds; /* 1 + t, 1 - t */

		multiply(&e->bold.plus[i], win);
		multiply(&e->bold.minus[i], lose);
		multiply(&e->careful.plus[i], 1 + EPROCESS_STAKE * (win - 1));
		multiply(&e->careful.minus[i], 1 + EPROCESS_STAKE * (lose - 1));
		odds *= odds;
	}
	e->plus = average(e->bold.plus, e->careful.plus);
	e->minus = average(e->bold.minus, e->careful.minus);
}

double
eprocess_mix(const double *logw, size_t n)
{
	double largest = -INFINITY, sum = 0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, logw[i]);
	for (size_t i = 0; i < n; i++)
		sum += exp(logw[i] - largest);
	return largest + log(sum / (double)n);
}

double
eprocess_join(double bold, double careful)
{
	double largest = fmax(bold, careful);

	return largest + log((1 - EPROCESS_CAREFUL) * exp(bold - largest) +
				 EPROCESS_CAREFUL * exp(careful - largest));
}

void
eprocess_scales(const double *d, size_t n, double s0, double floor, double *ret_scales)
{
	struct eprocess_past past = {0};

	for (size_t i = 0; i < n; i++) {
		ret_scales[i] = eprocess_scale(&past, s0, floor);
		eprocess_past_add(&past, d[i]);
	}
	eprocess_past_done(&past);
}

#include "stats/kblock.h"

#include "base/mem.h"
#include "stats/order.h"

#include <math.h>
#include <string.h>

#define BET_LEAST 0.125 /* the bets double from here on, as those on pairs do */
#define Z_LARGEST 4
#define FEW_VALUES 1.2 /* makes up for the centre being estimated from the values themselves */

/* A block's values in spreads: first the head's, then the base's. */
struct scores {
	double z[2 * KBLOCK_MAX];
	size_t k;
};

static void
insert(struct kblock_scale *scale, double spread)
{
	size_t at = scale->n;

	if (scale->n == scale->cap) {
		scale->cap = scale->cap ? scale->cap * 2 : 16;
		scale->sorted = xreallocarray(scale->sorted, scale->cap, sizeof(*scale->sorted));
	}
	while (at > 0 && scale->sorted[at - 1] > spread)
		at--;
	memmove(scale->sorted + at + 1, scale->sorted + at,
		(scale->n - at) * sizeof(*scale->sorted));
	scale->sorted[at] = spread;
	scale->n++;
}

void
kblock_scale_init(struct kblock_scale *scale, double s0, double floor)
{
	*scale = (struct kblock_scale){.floor = floor};
	insert(scale, s0);
	insert(scale, s0);
}

void
kblock_scale_done(struct kblock_scale *scale)
{
	free(scale->sorted);
	scale->sorted = NULL;
	scale->n = scale->cap = 0;
}

double
kblock_scale_next(const struct kblock_scale *scale)
{
	return fmax(stats_median_sorted(scale->sorted, scale->n), scale->floor);
}

/* Distances of an arm's values from their own median. */
static void
deviations(const double *x, size_t k, double *ret)
{
	memcpy(ret, x, k * sizeof(*x));
	stats_sort(ret, k);
	double m = stats_median_sorted(ret, k);
	for (size_t i = 0; i < k; i++)
		ret[i] = fabs(ret[i] - m);
}

void
kblock_scale_add(struct kblock_scale *scale, const double *base, const double *head, size_t k)
{
	double away[2 * KBLOCK_MAX];

	if (k < 2)
		return;
	deviations(base, k, away);
	deviations(head, k, away + k);
	stats_sort(away, 2 * k);
	insert(scale, FEW_VALUES * MAD_NORMAL * away[k - 1]);
}

static void
score(const double *base, const double *head, size_t k, double tau, double scale,
	struct scores *ret)
{
	double sorted[2 * KBLOCK_MAX];

	ret->k = k;
	for (size_t i = 0; i < k; i++) {
		ret->z[i] = head[i] - tau;
		ret->z[k + i] = base[i];
	}
	memcpy(sorted, ret->z, 2 * k * sizeof(*sorted));
	stats_sort(sorted, 2 * k);
	double centre = stats_median_sorted(sorted, 2 * k);
	for (size_t i = 0; i < 2 * k; i++) {
		double z = (ret->z[i] - centre) / scale;

		ret->z[i] = fmax(-Z_LARGEST, fmin(Z_LARGEST, z));
	}
}

/* sums[j]: over all choices of j of the values so far, divided by the number of choices of K of 2K
 * in the end. Weights of at most exp(8) and K of at most 16 leave room below the largest double. */
static double
factor(const struct scores *s, double bet)
{
	double sums[KBLOCK_MAX + 1] = {1}, won = 0, choices = 1;
	size_t k = s->k;

	for (size_t i = 0; i < 2 * k; i++) {
		double weight = exp(bet / 2 * s->z[i]);

		for (size_t j = i + 1 < k ? i + 1 : k; j > 0; j--)
			sums[j] += weight * sums[j - 1];
	}
	for (size_t i = 0; i < k; i++) {
		won += bet / 2 * s->z[i];
		choices *= (double)(k + i + 1) / (double)(i + 1);
	}
	return won + log(choices / sums[k]);
}

double
kblock_factor(
	const double *base, const double *head, size_t k, double tau, double scale, double bet)
{
	struct scores s;

	score(base, head, k, tau, scale, &s);
	return factor(&s, bet);
}

void
kblock_init(struct kblock *e, double tau)
{
	*e = (struct kblock){.tau = tau};
}

void
kblock_add(struct kblock *e, const double *base, const double *head, size_t k, double scale)
{
	struct scores s;
	double bet = BET_LEAST;

	score(base, head, k, e->tau, scale, &s);
	for (size_t i = 0; i < EPROCESS_BETS; i++, bet *= 2) {
		e->bets_plus[i] += factor(&s, bet);
		e->bets_minus[i] += factor(&s, -bet);
	}
	e->plus = eprocess_mix(e->bets_plus, EPROCESS_BETS);
	e->minus = eprocess_mix(e->bets_minus, EPROCESS_BETS);
	e->max_plus = fmax(e->max_plus, e->plus);
	e->max_minus = fmax(e->max_minus, e->minus);
}

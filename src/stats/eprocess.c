#include "stats/eprocess.h"

#include "base/mem.h"
#include "stats/order.h"

#include <math.h>
#include <string.h>

/* From a cautious bet, which grows on small effects, to a bold one, which doubles on clear ones. */
static const double bets[EPROCESS_BETS] = {0.125, 0.25, 0.5, 1, 2, 4};

#define LARGEST 0.999999 /* never stake all: one loss would end the game */

void
eprocess_scale_init(struct eprocess_scale *scale, double s0, double floor)
{
	*scale = (struct eprocess_scale){.s0 = s0, .floor = floor};
}

void
eprocess_scale_done(struct eprocess_scale *scale)
{
	free(scale->sorted);
	scale->sorted = NULL;
	scale->n = scale->cap = 0;
}

static double
sorted_median(const double *x, size_t n)
{
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* The median of the past's distances from their centre and of two more, s0: walks outwards from the
 * centre, which meets the distances in ascending order. */
double
eprocess_scale_next(const struct eprocess_scale *scale)
{
	const double *x = scale->sorted;
	size_t n = scale->n, prior = 2, right = 0;
	double m = n > 2 ? sorted_median(x, n) : 0;
	double last = 0, now = 0;

	if (n == 0)
		return scale->s0;
	while (right < n && x[right] < m)
		right++;
	size_t left = right; /* x[left - 1] is the next one below the centre */
	for (size_t i = 0; i <= (n + 2) / 2; i++) {
		double below = left > 0 ? MAD_NORMAL * (m - x[left - 1]) : INFINITY;
		double above = right < n ? MAD_NORMAL * (x[right] - m) : INFINITY;

		last = now;
		if (prior > 0 && scale->s0 <= below && scale->s0 <= above) {
			now = scale->s0;
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
	return median > scale->floor ? median : scale->floor;
}

void
eprocess_scale_add(struct eprocess_scale *scale, double d)
{
	size_t at = scale->n;

	if (scale->n == scale->cap) {
		scale->cap = scale->cap ? scale->cap * 2 : 16;
		scale->sorted = xreallocarray(scale->sorted, scale->cap, sizeof(*scale->sorted));
	}
	while (at > 0 && scale->sorted[at - 1] > d)
		at--;
	memmove(scale->sorted + at + 1, scale->sorted + at,
		(scale->n - at) * sizeof(*scale->sorted));
	scale->sorted[at] = d;
	scale->n++;
}

void
eprocess_init(struct eprocess *e, double tau)
{
	*e = (struct eprocess){.tau = tau};
}

void
eprocess_add(struct eprocess *e, double d, double scale)
{
	double u = (d - e->tau) / scale;

	for (size_t i = 0; i < EPROCESS_BETS; i++) {
		double t = fmax(-LARGEST, fmin(LARGEST, tanh(bets[i] * u)));

		e->bets_plus[i] += log1p(t);
		e->bets_minus[i] += log1p(-t);
	}
	e->plus = eprocess_mix(e->bets_plus, EPROCESS_BETS);
	e->minus = eprocess_mix(e->bets_minus, EPROCESS_BETS);
	e->max_plus = fmax(e->max_plus, e->plus);
	e->max_minus = fmax(e->max_minus, e->minus);
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

void
eprocess_scales(const double *d, size_t n, double s0, double floor, double *ret_scales)
{
	struct eprocess_scale scale;

	eprocess_scale_init(&scale, s0, floor);
	for (size_t i = 0; i < n; i++) {
		ret_scales[i] = eprocess_scale_next(&scale);
		eprocess_scale_add(&scale, d[i]);
	}
	eprocess_scale_done(&scale);
}

void
eprocess_run(const double *const *d, const double *const *s, size_t k, size_t n, double tau,
	double *ret_plus, double *ret_minus)
{
	scoped_free struct eprocess *e = xcalloc(k + 1, sizeof(*e));
	scoped_free double *logw = xcalloc(k + 1, sizeof(*logw));

	for (size_t j = 0; j < k; j++)
		eprocess_init(&e[j], tau);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < k; j++) {
			eprocess_add(&e[j], d[j][i], s[j][i]);
			logw[j] = e[j].plus;
		}
		ret_plus[i] = eprocess_mix(logw, k);
		for (size_t j = 0; j < k; j++)
			logw[j] = e[j].minus;
		ret_minus[i] = eprocess_mix(logw, k);
	}
}

#include "stats/segment.h"

#include "base/mem.h"
#include "stats/order.h"

#include <math.h>

#define FEW_BLOCKS 1.2 /* a spread of few launches is itself uncertain */

/* The median distance of each revision from its blocks' medians, then the distances from that. */
void
segment_levels(const double *y, size_t blocks, size_t n, double sigma_u, double *ret_m,
	double *ret_sigma, double *ret_v)
{
	scoped_free double *away = xcalloc(blocks * n + 1, sizeof(*away));
	scoped_free double *centre = xcalloc(blocks + 1, sizeof(*centre));
	double rows = (double)blocks;

	for (size_t b = 0; b < blocks; b++)
		centre[b] = stats_median(y + b * n, n);
	for (size_t r = 0; r < n; r++) {
		double *z = away + r * blocks;

		for (size_t b = 0; b < blocks; b++)
			z[b] = y[b * n + r] - centre[b];
		ret_m[r] = stats_median(z, blocks);
		for (size_t b = 0; b < blocks; b++)
			z[b] = fabs(z[b] - ret_m[r]);
	}
	*ret_sigma =
		blocks < 2 ? NAN
			   : MAD_NORMAL * stats_median(away, blocks * n) * sqrt(rows / (rows - 1));
	*ret_v = FEW_BLOCKS * *ret_sigma * FEW_BLOCKS * *ret_sigma / rows + sigma_u * sigma_u;
}

double
segment_prior(size_t n)
{
	return n > 4 ? 2 / (double)n : 0.5;
}

/* A run of revisions of one level, as far as its likelihood goes. */
struct run {
	double precision, sum, squares; /* sums of 1, m and m^2, all over v */
	double constant;                /* log of what the density and the prior multiply by */
};

struct model {
	const double *m, *v;
	double eta2, log_change, log_same;
};

static void
run_add(struct run *run, const struct model *model, size_t i)
{
	double m = model->m[i], v = model->v[i];

	run->constant += run->precision > 0 ? model->log_same : 0;
	run->constant -= log(2 * M_PI * v) / 2;
	run->precision += 1 / v;
	run->sum += m / v;
	run->squares += m * m / v;
}

/* The level is integrated out. */
static double
run_log(const struct run *run, const struct model *model)
{
	double shrink = 1 + model->eta2 * run->precision;
	double explained = run->sum * run->sum * model->eta2 / shrink;

	return run->constant - (log(shrink) + run->squares - explained) / 2;
}

static double
log_add(double a, double b)
{
	double more = fmax(a, b), less = fmin(a, b);

	return more + log1p(exp(less - more));
}

/* ret_before[i]: log probability of the levels before a change at i, 0 < i; the levels before 0 are
 * none. */
static void
forward(const struct model *model, size_t n, double *ret_before)
{
	ret_before[0] = 0;
	for (size_t end = 1; end < n; end++) {
		struct run run = {0};

		ret_before[end] = -INFINITY;
		for (size_t start = end; start-- > 0;) {
			double change = start > 0 ? model->log_change : 0;

			run_add(&run, model, start);
			ret_before[end] = log_add(
				ret_before[end], ret_before[start] + change + run_log(&run, model));
		}
	}
}

/* ret_after[i]: log probability of the levels from i on when a run starts there. */
static void
backward(const struct model *model, size_t n, double *ret_after)
{
	for (size_t start = n; start-- > 0;) {
		struct run run = {0};

		ret_after[start] = -INFINITY;
		for (size_t end = start + 1; end <= n; end++) {
			double rest = end < n ? model->log_change + ret_after[end] : 0;

			run_add(&run, model, end - 1);
			ret_after[start] = log_add(ret_after[start], run_log(&run, model) + rest);
		}
	}
}

void
segment_posterior(
	const double *m, const double *v, size_t n, double eta, double p, double *ret_change)
{
	struct model model = {
		.m = m, .v = v, .eta2 = eta * eta, .log_change = log(p), .log_same = log1p(-p)};

	if (n == 0)
		return;
	scoped_free double *before = xcalloc(n, sizeof(*before));
	scoped_free double *after = xcalloc(n, sizeof(*after));
	forward(&model, n, before);
	backward(&model, n, after);
	ret_change[0] = 0;
	for (size_t i = 1; i < n; i++)
		ret_change[i] = fmin(1, exp(before[i] + model.log_change + after[i] - after[0]));
}

size_t
segment_candidates(const double *change, size_t n, size_t *ret_at)
{
	size_t count = 0;

	for (size_t i = 1; i < n; i++) {
		double left = i > 1 ? change[i - 1] : 0, right = i + 1 < n ? change[i + 1] : 0;

		if (change[i] > left && change[i] >= right &&
			left + change[i] + right >= SEGMENT_MASS)
			ret_at[count++] = i;
	}
	return count;
}

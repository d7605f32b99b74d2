/* How others look for a culprit, for comparison: each asks a launch for one number. */
#include "simulate_bisect.h"

#include "base/mem.h"

#include <math.h>

#define BERNOULLI_FIRST 10  /* launches of either end, to learn how often each reads bad */
#define BERNOULLI_SURE .99  /* of one commit */
#define BERNOULLI_MOST 4000 /* launches: then it gives up */

static double
value_of(struct bisect_world *w, size_t commit)
{
	static const enum summary tried[] = {SUMMARY_MEAN, SUMMARY_MEDIAN, SUMMARY_MIN, SUMMARY_Q25,
		SUMMARY_CPU_MEAN, SUMMARY_CPU_MEDIAN, SUMMARY_CPU_Q25};
	struct sample sample;

	bisect_launch(w, commit, &sample);
	for (size_t i = 0; i < ARRAY_LEN(tried); i++)
		if (isfinite(sample.v[tried[i]]))
			return sample.v[tried[i]];
	return NAN;
}

static double
mean_of(struct bisect_world *w, size_t commit, unsigned n)
{
	double sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += value_of(w, commit);
	return sum / n;
}

/* The one to try between two, around those that do not build; lo when there is none. */
static size_t
middle(struct bisect_world *w, size_t lo, size_t hi)
{
	size_t mid = lo + (hi - lo) / 2;
	size_t up = bisect_nearest(w, mid, 1, hi);

	return up < hi ? up : bisect_nearest(w, mid, -1, lo);
}

static void
name(struct bisect_end *ret, size_t from, size_t to)
{
	ret->named = true;
	ret->from = from;
	ret->to = to;
	ret->set = to - from;
}

void
find_by_git(struct bisect_world *w, struct bisect_end *ret)
{
	size_t lo = 0, hi = w->bisect->commits, mid;
	unsigned n = w->bisect->repeats;

	bisect_build(w, lo);
	bisect_build(w, hi);
	double limit = (mean_of(w, lo, n) + mean_of(w, hi, n)) / 2;
	while (hi - lo > 1 && (mid = middle(w, lo, hi)) != lo)
		if (mean_of(w, mid, n) > limit)
			hi = mid;
		else
			lo = mid;
	name(ret, lo, hi);
}

void
find_by_asv(struct bisect_world *w, struct bisect_end *ret)
{
	size_t lo = 0, hi = w->bisect->commits, mid;

	bisect_build(w, lo);
	bisect_build(w, hi);
	double at_lo = value_of(w, lo), at_hi = value_of(w, hi);
	while (hi - lo > 1 && (mid = middle(w, lo, hi)) != lo) {
		double at_mid = value_of(w, mid);

		if (at_mid - at_lo >= at_hi - at_mid) {
			hi = mid;
			at_hi = at_mid;
		} else {
			lo = mid;
			at_lo = at_mid;
		}
	}
	name(ret, lo, hi);
}

/* ---- Bernoulli */

static double
entropy(double p)
{
	return p <= 0 || p >= 1 ? 0 : -p * log(p) - (1 - p) * log1p(-p);
}

struct coins {
	double good, bad; /* how often a launch reads bad, before and behind the change */
	double limit;
};

static void
learn(struct bisect_world *w, struct coins *ret)
{
	double good[BERNOULLI_FIRST], bad[BERNOULLI_FIRST];
	unsigned low = 0, high = 0;

	for (int i = 0; i < BERNOULLI_FIRST; i++) {
		good[i] = value_of(w, 0);
		bad[i] = value_of(w, w->bisect->commits);
	}
	for (int i = 0; i < BERNOULLI_FIRST; i++)
		ret->limit += (good[i] + bad[i]) / (2 * BERNOULLI_FIRST);
	for (int i = 0; i < BERNOULLI_FIRST; i++) {
		low += good[i] > ret->limit;
		high += bad[i] > ret->limit;
	}
	ret->good = (low + 1.) / (BERNOULLI_FIRST + 2);
	ret->bad = (high + 1.) / (BERNOULLI_FIRST + 2);
}

/* Where one launch tells most for what it costs; 0: nowhere. */
static size_t
best_coin(const struct bisect_world *w, const struct coins *coins, const double *p)
{
	double behind = 0, most = 1e-9;
	size_t best = 0;

	for (size_t k = 1; k < w->bisect->commits; k++) {
		behind += p[k];
		if (w->built[k] && w->broken[k])
			continue;
		double reads_bad = behind * coins->bad + (1 - behind) * coins->good;
		double gain = entropy(reads_bad) - behind * entropy(coins->bad) -
			      (1 - behind) * entropy(coins->good);
		gain /= 1 + (w->built[k] ? 0 : w->bisect->build_cost);
		if (gain > most) {
			most = gain;
			best = k;
		}
	}
	return best;
}

void
find_by_bernoulli(struct bisect_world *w, struct bisect_end *ret)
{
	size_t n = w->bisect->commits, best = 0, k;
	scoped_free double *p = xcalloc(n + 1, sizeof(*p));
	struct coins coins = {0};

	for (size_t c = 1; c <= n; c++)
		p[c] = 1. / (double)n;
	bisect_build(w, 0);
	bisect_build(w, n);
	learn(w, &coins);
	while (w->launches < BERNOULLI_MOST && (k = best_coin(w, &coins, p)) > 0) {
		double sum = 0;

		if (!bisect_build(w, k))
			continue;
		bool bad = value_of(w, k) > coins.limit;
		for (size_t c = 1; c <= n; c++) {
			double rate = c <= k ? coins.bad : coins.good;

			sum += p[c] *= bad ? rate : 1 - rate;
		}
		best = 1;
		for (size_t c = 1; c <= n; c++) {
			p[c] /= sum;
			best = p[c] > p[best] ? c : best;
		}
		if (p[best] > BERNOULLI_SURE)
			break;
	}
	best = best ? best : 1;
	name(ret, best - 1, best);
}

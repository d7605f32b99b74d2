/* The anytime-valid verdict: evidence against each side of the gate, pair by pair, until one side
 * has enough. */
#include "judge_priv.h"

#include "base/format.h"
#include "stats/effect.h"
#include "stats/eprocess.h"
#include "stats/order.h"
#include "stats/plan.h"

#include <math.h>

/* Differences of pairs, positive where the head is worse. */
struct series {
	size_t n, k;
	const double *d[SUMMARY_COUNT];
	double noise[SUMMARY_COUNT]; /* robust spread */
	size_t best;                 /* the least noisy: estimates come from it */
};

/* Mixed log evidence after each pair, at a limit: the truth lies above it, or below it. */
struct evidence {
	double *above, *below;
};

static double
worse_sign(const struct duel *duel)
{
	return duel->bench->direction == HIGHER_IS_BETTER ? -1 : 1;
}

static void
series_make(const struct duel *duel, const struct pairs *pairs, bool relative, struct series *ret)
{
	double sign = worse_sign(duel);

	*ret = (struct series){.n = pairs->n, .k = pairs->k};
	for (size_t j = 0; j < pairs->k; j++) {
		double *d = arena_alloc(duel->scratch, pairs->n, sizeof(*d));

		for (size_t i = 0; i < pairs->n; i++)
			d[i] = sign * (relative ? pairs_log(pairs, j, i)
						: pairs->head[j][i] - pairs->base[j][i]);
		ret->d[j] = d;
		ret->noise[j] = stats_spread(d, pairs->n);
		if (ret->noise[j] < ret->noise[ret->best])
			ret->best = j;
	}
}

/* NAN while there are too few pairs to know. */
static double
series_noise(const struct series *x)
{
	return x->n >= 3 ? x->noise[x->best] : NAN;
}

static struct evidence
weigh(const struct duel *duel, const struct series *x, const double *const *scales, double limit)
{
	struct evidence e = {arena_alloc(duel->scratch, x->n, sizeof(double)),
		arena_alloc(duel->scratch, x->n, sizeof(double))};

	eprocess_run(x->d, scales, x->k, x->n, limit, e.above, e.below);
	return e;
}

static void
scales_make(const struct duel *duel, const struct series *x, double s0, double floor,
	const double **ret_scales)
{
	for (size_t j = 0; j < x->k; j++) {
		double *s = arena_alloc(duel->scratch, x->n, sizeof(*s));

		eprocess_scales(x->d[j], x->n, s0, floor, s);
		ret_scales[j] = s;
	}
}

static bool
reaches(const double *evidence, size_t n, double enough)
{
	for (size_t i = 0; i < n; i++)
		if (evidence[i] >= enough)
			return true;
	return false;
}

/* Evidence of the mixture says "some summary lies below the limit", which is no reason to pass
 * while another one speaks for the contrary: more wall time at the same CPU time, say. */
static bool
passes(const struct evidence *at, size_t i, double enough)
{
	return reaches(at->below, i + 1, enough) && at->above[i] <= 0;
}

/* upper: at the limit; lower: at the same distance on the better side. */
static enum verdict
decide(const struct duel *duel, size_t n, const struct evidence *upper,
	const struct evidence *lower)
{
	double proof = log(duel->family / duel->policy->alpha);
	double enough = log(1 / duel->policy->beta);
	struct evidence better = {lower->below, lower->above};

	for (size_t i = 0; i < n; i++) {
		if (upper->above[i] >= proof)
			return VERDICT_REGRESSED;
		if (duel->two_sided && lower->below[i] >= proof)
			return VERDICT_IMPROVED;
		if (passes(upper, i, enough) && (!duel->two_sided || passes(&better, i, enough))) {
			bool improved = !duel->two_sided && reaches(lower->below, n, proof);
			return improved ? VERDICT_IMPROVED : VERDICT_PASS;
		}
	}
	return VERDICT_INCONCLUSIVE;
}

/* What counts is exactly at the limit in every pair: a count without noise, which the strict limit
 * lets pass, but which no evidence will ever speak about. */
static bool
sits_on_limit(const struct duel *duel, const struct series *x, double tau)
{
	if ((double)x->n * M_LN2 < log(1 / duel->policy->beta))
		return false;
	for (size_t j = 0; j < x->k; j++)
		for (size_t i = 0; i < x->n; i++)
			if (x->d[j][i] != tau)
				return false;
	return true;
}

static double
predict(const struct duel *duel, const struct series *x, double tau, const struct evidence *upper,
	const struct evidence *lower)
{
	double proof = log(duel->family / duel->policy->alpha);
	double enough = log(1 / duel->policy->beta);

	if (x->n == 0)
		return plan_remaining(enough, 0, 1, NAN);
	size_t last = x->n - 1;
	double noise = series_noise(x), theta = effect_hodges_lehmann(x->d[x->best], x->n);
	if (theta > tau)
		return plan_remaining(proof, upper->above[last], theta - tau, noise);
	double under = plan_remaining(enough, upper->below[last], tau - theta, noise);
	if (!duel->two_sided)
		return under;
	if (theta < -tau)
		return plan_remaining(proof, lower->below[last], -tau - theta, noise);
	return fmax(under, plan_remaining(enough, lower->above[last], theta + tau, noise));
}

/* Ratio, interval, noise and what could be seen through it: on the log axis. */
static void
estimate(const struct duel *duel, const struct series *x, struct row *row)
{
	double a = fmin(2 * duel->policy->beta, 0.5);
	double lo = -INFINITY, hi = INFINITY, sign = worse_sign(duel);

	if (x->n == 0)
		return;
	double theta = effect_hodges_lehmann(x->d[x->best], x->n);
	effect_interval(x->d, x->k, x->n, a, &lo, &hi);
	/* The mixture may exclude what its least noisy member estimates. */
	theta = fmax(lo, fmin(hi, theta));
	row->ratio = exp(sign * theta);
	row->ratio_lo = exp(sign > 0 ? lo : -hi);
	row->ratio_hi = exp(sign > 0 ? hi : -lo);
	row->noise = series_noise(x);
	double detectable =
		expm1(plan_detectable(log(duel->family / duel->policy->alpha), x->n, row->noise));
	row->detectable = isfinite(detectable) ? detectable : NAN;
}

/* Different from the base at all, whatever the gate says. */
static void
compare_at_zero(
	const struct duel *duel, const struct series *x, double s0, double floor, struct row *row)
{
	const double *scales[SUMMARY_COUNT];
	double proof = log(duel->family / duel->policy->alpha);

	scales_make(duel, x, s0, floor, scales);
	struct evidence zero = weigh(duel, x, scales, 0);
	row->slower = reaches(zero.above, x->n, proof);
	row->faster = !row->slower && reaches(zero.below, x->n, proof);
}

static const char *
caution(const struct duel *duel, const struct gate *gate, const struct row *row)
{
	char limit[64];

	if (gate->field == GATE_MIN && duel->bench->clock == CLOCK_KIND_CPU)
		return "the minimum of a CPU clock can read below the truth on virtual machines; "
		       "median or auto is safer";
	if (gate->percent || duel->bench->direction == HIGHER_IS_BETTER)
		return NULL;
	if (!(row->base_value > 0) || !(gate->limit >= row->base_value))
		return NULL;
	return arena_printf(duel->arena, "the gate lets it grow to %.1f times its value (by %s)",
		1 + gate->limit / row->base_value,
		format_value(gate->limit, duel->bench->unit, limit, sizeof(limit)));
}

/* The log series of an absolute gate's pairs is for estimates only, and there is none when the
 * numbers are not positive. */
static void
describe(const struct duel *duel, const struct pairs *pairs, struct row *row)
{
	struct pairs positive = *pairs;
	struct series x;

	positive.k = 0;
	for (size_t j = 0; j < pairs->k; j++) {
		if (pairs_positive(pairs, j)) {
			positive.base[positive.k] = pairs->base[j];
			positive.head[positive.k++] = pairs->head[j];
		}
	}
	row->blocks = (unsigned)pairs->n;
	if (positive.k > 0) {
		series_make(duel, &positive, true, &x);
		estimate(duel, &x, row);
	} else if (row->base_value != 0 || row->value == 0) {
		row->ratio = row->value == row->base_value ? 1 : row->value / row->base_value;
	}
}

int
sequential_judge(const struct duel *duel, const struct gate *gate, struct row *row)
{
	double tau = gate->percent ? log1p(gate->limit) : gate->limit;
	double s0 = gate->percent ? (tau > 0 ? tau / 3 : EPROCESS_S0) : fmax(tau / 3, 1e-9);
	double floor = gate->percent ? EPROCESS_FLOOR : s0 * 1e-3;
	const double *scales[SUMMARY_COUNT];
	struct pairs pairs;
	struct series x;

	row->gate = gate;
	row->value = pairs_value(duel->head, gate->field, duel->scratch);
	row->base_value = pairs_value(duel->base, gate->field, duel->scratch);
	row->caution = caution(duel, gate, row);
	if (pairs_take(duel, gate->field, gate->percent, &pairs, &row->detail) < 0)
		return -1;
	describe(duel, &pairs, row);
	series_make(duel, &pairs, gate->percent, &x);
	scales_make(duel, &x, s0, floor, scales);
	struct evidence upper = weigh(duel, &x, scales, tau);
	struct evidence lower = weigh(duel, &x, scales, -tau);
	row->verdict = decide(duel, x.n, &upper, &lower);
	if (row->verdict == VERDICT_INCONCLUSIVE && sits_on_limit(duel, &x, tau))
		row->verdict = VERDICT_PASS;
	row->decided = row->verdict != VERDICT_INCONCLUSIVE;
	row->blocks_missing = row->decided ? 0 : predict(duel, &x, tau, &upper, &lower);
	compare_at_zero(duel, &x, gate->percent ? EPROCESS_S0 : s0, floor, row);
	return 0;
}

void
sequential_estimate(const struct duel *duel, struct row *row)
{
	const char *why = NULL;
	struct pairs pairs;
	struct series x;

	row->value = pairs_value(duel->head, GATE_AUTO, duel->scratch);
	row->base_value = pairs_value(duel->base, GATE_AUTO, duel->scratch);
	if (pairs_take(duel, GATE_AUTO, false, &pairs, &why) < 0)
		return;
	describe(duel, &pairs, row);
	if (pairs_take(duel, GATE_AUTO, true, &pairs, &why) < 0)
		return;
	series_make(duel, &pairs, true, &x);
	compare_at_zero(duel, &x, EPROCESS_S0, EPROCESS_FLOOR, row);
}

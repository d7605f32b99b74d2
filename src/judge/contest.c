#include "judge/contest.h"

#include "base/mem.h"
#include "stats/order.h"
#include "stats/plan.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Ends with SUMMARY_COUNT. Each list tells revisions apart soonest on recorded noise; the minimum
 * of a CPU clock is in none of them, since it may read below the truth on virtual machines. */
static const enum summary auto_wall[] = {SUMMARY_MIN, SUMMARY_Q25, SUMMARY_MEDIAN, SUMMARY_CPU_Q25,
	SUMMARY_CPU_MEDIAN, SUMMARY_CPU_MEAN, SUMMARY_COUNT};
static const enum summary auto_cpu[] = {SUMMARY_Q25, SUMMARY_MEDIAN, SUMMARY_MEAN, SUMMARY_COUNT};
/* Disturbance makes a rate lower, so that the undisturbed end of it is the upper one. */
static const enum summary auto_rate[] = {SUMMARY_MAX, SUMMARY_MEDIAN, SUMMARY_COUNT};
/* One round: all summaries are the same number. */
static const enum summary auto_single[] = {SUMMARY_MEDIAN, SUMMARY_CPU_MEDIAN, SUMMARY_COUNT};
/* Two that took turns on one CPU: the wall time of one is full of the other's turns. */
static const enum summary duet_wall[] = {
	SUMMARY_CPU_Q25, SUMMARY_CPU_MEDIAN, SUMMARY_CPU_MEAN, SUMMARY_COUNT};
static const enum summary duet_wall_single[] = {SUMMARY_CPU_MEDIAN, SUMMARY_COUNT};
static const enum summary duet_cpu_single[] = {SUMMARY_MEDIAN, SUMMARY_COUNT};
/* Results from elsewhere may hold little. */
static const enum summary auto_rest[] = {
	SUMMARY_MEDIAN, SUMMARY_MEAN, SUMMARY_MIN, SUMMARY_MAX, SUMMARY_COUNT};

#define TAIL_SHARE 0.2 /* of alpha */

/* Pairs of a deterministic metric agree when they differ by less than this; a difference below the
 * margin is none, whatever the gate says. */
#define EXACT_SPREAD 5e-4
#define EXACT_MARGIN 1e-3
#define EXACT_ROUNDING 1e-12

enum summary
contest_summary(enum gate_field field)
{
	switch (field) {
	case GATE_MIN:
		return SUMMARY_MIN;
	case GATE_MAX:
		return SUMMARY_MAX;
	case GATE_MEAN:
		return SUMMARY_MEAN;
	case GATE_STDDEV:
		return SUMMARY_STDDEV;
	case GATE_IQR:
		return SUMMARY_IQR;
	case GATE_MEDIAN:
	case GATE_AUTO:
		break;
	}
	return SUMMARY_MEDIAN;
}

enum summary
contest_duet_summary(enum bench_clock clock)
{
	return clock == CLOCK_KIND_CPU ? SUMMARY_MEDIAN : SUMMARY_CPU_MEDIAN;
}

void
contest_init(struct contest *c, const struct contest_terms *terms)
{
	*c = (struct contest){.terms = *terms, .on_limit = true};
}

static void
series_done(struct contest_series *series)
{
	free(series->d);
	eprocess_past_done(&series->past);
}

void
contest_done(struct contest *c)
{
	for (size_t j = 0; j < SUMMARY_COUNT; j++)
		series_done(&c->series[j]);
	series_done(&c->tail);
	*c = (struct contest){0};
}

void
contest_reset(struct contest *c)
{
	struct contest fresh = {.terms = c->terms, .on_limit = true, .cap = c->cap};

	for (size_t j = 0; j <= SUMMARY_COUNT; j++) {
		struct contest_series *to = j < SUMMARY_COUNT ? &fresh.series[j] : &fresh.tail;
		struct contest_series *from = j < SUMMARY_COUNT ? &c->series[j] : &c->tail;

		to->d = from->d;
		to->past = from->past;
		to->past.n = 0;
	}
	*c = fresh;
}

/* ---- which summaries */

static double
limit_value(const struct contest *c, enum contest_limit limit)
{
	return limit == LIMIT_TAU ? c->terms.tau : limit == LIMIT_BETTER ? -c->terms.tau : 0;
}

static void
series_start(const struct contest *c, struct contest_series *series, enum summary of)
{
	series->of = of;
	for (size_t l = 0; l < LIMIT_COUNT; l++)
		eprocess_init(&series->at[l], limit_value(c, (enum contest_limit)l));
}

static bool
present(const struct sample *base, const struct sample *head, enum summary s)
{
	return isfinite(base->v[s]) && isfinite(head->v[s]);
}

static bool
positive(const struct sample *base, const struct sample *head, enum summary s)
{
	return present(base, head, s) && base->v[s] > 0 && head->v[s] > 0;
}

/* Counts of nothing on both sides: equal, although they have no ratio. */
static bool
both_zero(const struct sample *base, const struct sample *head, enum summary s)
{
	return base->v[s] == 0 && head->v[s] == 0;
}

static const enum summary *
duet_list(const struct contest *c, bool single)
{
	if (c->terms.clock == CLOCK_KIND_CPU)
		return single ? duet_cpu_single : auto_cpu;
	return single ? duet_wall_single : duet_wall;
}

static const enum summary *
auto_list(const struct contest *c, bool single)
{
	if (single)
		return auto_single;
	if (c->terms.direction == HIGHER_IS_BETTER)
		return auto_rate;
	return c->terms.clock == CLOCK_KIND_CPU ? auto_cpu : auto_wall;
}

/* A clock too coarse for the bench reads zero in some summaries: they are no evidence of anything
 * as long as another one is whole. */
static void
choose_from(struct contest *c, const enum summary *list, const struct sample *base,
	const struct sample *head)
{
	for (const enum summary *s = list; *s != SUMMARY_COUNT; s++)
		if (c->terms.relative ? positive(base, head, *s) : present(base, head, *s))
			series_start(c, &c->series[c->k++], *s);
	for (const enum summary *s = list; c->k == 0 && *s != SUMMARY_COUNT; s++) {
		if (!present(base, head, *s))
			continue;
		if (both_zero(base, head, *s))
			series_start(c, &c->series[c->k++], *s);
		else
			c->flaw = FLAW_NOT_POSITIVE;
	}
}

static void
choose(struct contest *c, const struct sample *base, const struct sample *head)
{
	bool single = base->rounds == 1 && head->rounds == 1;
	enum summary alone[] = {contest_summary(c->terms.field), SUMMARY_COUNT};
	bool automatic = c->terms.field == GATE_AUTO && !c->terms.contended;

	choose_from(c,
		c->terms.contended ? duet_list(c, single)
		: automatic        ? auto_list(c, single)
				   : alone,
		base, head);
	if (automatic && c->k == 0)
		choose_from(c, auto_rest, base, head);
	if (c->k > 0)
		c->flaw = FLAW_NONE;
	else if (c->flaw == FLAW_NONE)
		c->flaw = FLAW_ABSENT;
	c->has_tail = automatic && c->k > 0 && !single && auto_list(c, false) == auto_wall &&
		      (c->terms.relative ? positive(base, head, SUMMARY_MEAN)
					 : present(base, head, SUMMARY_MEAN));
	for (size_t j = 0; j < c->k; j++)
		c->has_tail = c->has_tail && c->series[j].of != SUMMARY_MEAN;
	if (c->has_tail)
		series_start(c, &c->tail, SUMMARY_MEAN);
}

/* ---- a pair */

/* NAN when this pair says nothing about it. */
static double
difference(const struct contest *c, const struct sample *base, const struct sample *head,
	enum summary s)
{
	double sign = c->terms.direction == HIGHER_IS_BETTER ? -1 : 1;

	if (!present(base, head, s))
		return NAN;
	if (!c->terms.relative)
		return sign * (head->v[s] - base->v[s]);
	if (positive(base, head, s))
		return sign * (log(head->v[s]) - log(base->v[s]));
	return c->k == 1 && both_zero(base, head, s) ? 0 : NAN;
}

static void
series_add(const struct contest *c, struct contest_series *series, double d)
{
	double tau = c->terms.tau, s[LIMIT_COUNT];

	series->d[c->n] = d;
	if (isnan(d))
		return;
	if (c->terms.relative) {
		double s0 = tau > 0 ? tau / 3 : EPROCESS_S0;

		s[LIMIT_TAU] = s[LIMIT_BETTER] = eprocess_scale(&series->past, s0, EPROCESS_FLOOR);
		s[LIMIT_ZERO] = eprocess_scale(&series->past, EPROCESS_S0, EPROCESS_FLOOR);
	} else {
		double s0 = fmax(tau / 3, 1e-9);

		s[LIMIT_TAU] = eprocess_scale(&series->past, s0, s0 * 1e-3);
		s[LIMIT_BETTER] = s[LIMIT_ZERO] = s[LIMIT_TAU];
	}
	for (size_t l = 0; l < LIMIT_COUNT; l++)
		eprocess_add(&series->at[l], d, s[l]);
	eprocess_past_add(&series->past, d);
}

static void
mix(struct contest *c)
{
	for (size_t l = 0; l < LIMIT_COUNT; l++) {
		double above = 0, below = 0;

		for (size_t j = 0; j < c->k; j++) {
			above += c->series[j].at[l].plus;
			below += c->series[j].at[l].minus;
		}
		c->above[l] = log(above / (double)c->k);
		c->below[l] = log(below / (double)c->k);
		c->most_above[l] = fmax(c->most_above[l], c->above[l]);
		c->most_below[l] = fmax(c->most_below[l], c->below[l]);
	}
	if (c->has_tail) {
		c->tail_above = log(c->tail.at[LIMIT_TAU].plus);
		c->tail_most = fmax(c->tail_most, c->tail_above);
	}
}

/* After the series have taken the pair in. */
static void
note_exact(struct contest *c, const struct sample *base)
{
	const double *d = c->series[0].d;
	double unit = c->terms.relative ? 1 : fabs(base->v[c->series[0].of]);

	if (c->n == 0)
		c->exact = c->terms.exact_after > 0 && c->k > 0;
	c->exact = c->exact && fabs(d[c->n] - d[0]) <= EXACT_SPREAD * unit;
}

static void
make_room(struct contest *c)
{
	if (c->n < c->cap)
		return;
	c->cap = c->cap ? c->cap * 2 : 16;
	for (size_t j = 0; j < SUMMARY_COUNT; j++)
		c->series[j].d = xreallocarray(c->series[j].d, c->cap, sizeof(double));
	c->tail.d = xreallocarray(c->tail.d, c->cap, sizeof(double));
}

void
contest_add(struct contest *c, const struct sample *base, const struct sample *head)
{
	bool any = false;

	make_room(c);
	if (c->k == 0)
		choose(c, base, head);
	for (size_t j = 0; j < c->k; j++) {
		double d = difference(c, base, head, c->series[j].of);

		any = any || !isnan(d);
		c->on_limit = c->on_limit && d == c->terms.tau;
		series_add(c, &c->series[j], d);
	}
	if (c->k > 0 && !any)
		c->flaw = present(base, head, c->series[0].of) ? FLAW_NOT_POSITIVE : FLAW_ABSENT;
	note_exact(c, base);
	if (c->has_tail)
		series_add(c, &c->tail, difference(c, base, head, SUMMARY_MEAN));
	if (c->k > 0)
		mix(c);
	c->n++;
}

/* ---- decisions */

double
contest_worse(const struct contest *c)
{
	if (!c->has_tail)
		return c->most_above[LIMIT_TAU];
	return fmax(c->most_above[LIMIT_TAU] + log1p(-TAIL_SHARE), c->tail_most + log(TAIL_SHARE));
}

double
contest_better(const struct contest *c)
{
	return c->most_below[LIMIT_BETTER];
}

/* Evidence of the mixture says "some summary lies below the limit", which is no reason to pass
 * while another one speaks for the contrary: more wall time at the same CPU time, say. */
static bool
is_within(const struct contest *c)
{
	double enough = log(1 / c->terms.beta);

	if (c->most_below[LIMIT_TAU] < enough || c->above[LIMIT_TAU] > 0)
		return false;
	if (c->has_tail && c->tail_above > 0)
		return false;
	return !c->terms.two_sided ||
	       (c->most_above[LIMIT_BETTER] >= enough && c->below[LIMIT_BETTER] <= 0);
}

static bool
is_cpu(enum summary s)
{
	return s == SUMMARY_CPU_Q25 || s == SUMMARY_CPU_MEDIAN || s == SUMMARY_CPU_MEAN;
}

/* CPU times stand for wall times because they are steadier. A program that takes more of them and
 * less time, on several processors say, is no slower: wall times alone prove that, against all
 * that CPU times say. */
static bool
only_cpu_is_worse(const struct contest *c)
{
	double below = 0, above = 0;
	size_t wall = 0;

	if (c->terms.contended || c->above[LIMIT_TAU] <= 0)
		return false;
	for (size_t j = 0; j < c->k; j++) {
		const struct eprocess *at = &c->series[j].at[LIMIT_TAU];

		if (is_cpu(c->series[j].of))
			continue;
		below += at->minus;
		above += at->plus;
		wall++;
	}
	return wall > 0 && wall < c->k && above < (double)wall &&
	       log(below / (double)wall) >= log(1 / c->terms.beta);
}

/* What counts is exactly at the limit in every pair: a count without noise, which the strict limit
 * lets pass, but which no evidence will ever speak about. */
static bool
sits_on_limit(const struct contest *c)
{
	return c->n > 0 && c->on_limit && (double)c->n * M_LN2 >= log(1 / c->terms.beta);
}

/* Without noise there is nothing to prove. Five of a hundred more are not more than 5 %, whatever
 * their logarithms are rounded to. */
static enum contest_side
exact_side(const struct contest *c)
{
	double d = c->series[0].d[0];
	double limit = c->terms.relative ? fmax(c->terms.tau, log1p(EXACT_MARGIN)) : c->terms.tau;

	limit += EXACT_ROUNDING * (1 + limit);
	if (d > limit)
		return CONTEST_WORSE;
	return d < -limit && c->terms.two_sided ? CONTEST_BETTER : CONTEST_WITHIN;
}

void
contest_decide(struct contest *c, bool worse, bool better)
{
	bool spared = worse && only_cpu_is_worse(c);

	if (c->side != CONTEST_OPEN || c->n == 0 || c->flaw != FLAW_NONE)
		return;
	if (c->exact && c->n >= c->terms.exact_after)
		c->side = exact_side(c);
	else if (worse && !spared)
		c->side = CONTEST_WORSE;
	else if (better && c->terms.two_sided)
		c->side = CONTEST_BETTER;
	else if (is_within(c) || sits_on_limit(c) || (worse && !c->terms.two_sided))
		c->side = CONTEST_WITHIN;
	if (c->side != CONTEST_OPEN)
		c->decided_at = c->n;
}

/* ---- outlook */

size_t
contest_best(const struct contest *c)
{
	double least = INFINITY;
	size_t best = SIZE_MAX;

	for (size_t j = 0; j < c->k; j++) {
		double noise = stats_spread_sorted(c->series[j].past.sorted, c->series[j].past.n);

		if (c->series[j].past.n > 0 && noise < least) {
			least = noise;
			best = j;
		}
	}
	return best;
}

double
contest_missing(const struct contest *c, double proof)
{
	double enough = log(1 / c->terms.beta), tau = c->terms.tau;
	size_t best = contest_best(c);

	if (best == SIZE_MAX)
		return plan_remaining(enough, 0, 1, NAN);
	const struct eprocess_past *past = &c->series[best].past;
	double theta = stats_median_sorted(past->sorted, past->n);
	double noise = past->n >= 3 ? stats_spread_sorted(past->sorted, past->n) : NAN;

	if (theta > tau)
		return plan_remaining(proof, c->above[LIMIT_TAU], theta - tau, noise);
	double under = plan_remaining(enough, c->below[LIMIT_TAU], tau - theta, noise);
	if (!c->terms.two_sided)
		return under;
	if (theta < -tau)
		return plan_remaining(proof, c->below[LIMIT_BETTER], -tau - theta, noise);
	return fmax(under, plan_remaining(enough, c->above[LIMIT_BETTER], theta + tau, noise));
}

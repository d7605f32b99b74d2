/* One bench of a bisect up to the search: is BAD any worse than GOOD? */
#include "hunt.h"

#include "core/metric.h"
#include "stats/location.h"
#include "stats/order.h"

#include <math.h>

/* Pairs of both ends before they are given up: all else rests on this answer. */
#define FUTILE_FROM 24

double
hunt_sign(const struct hunt *h)
{
	double sign = h->results->benches.v[h->bench].direction == HIGHER_IS_BETTER ? -1 : 1;

	return h->policy->better ? -sign : sign;
}

void
hunt_contest(const struct hunt *h, struct contest *contest)
{
	const struct bench *bench = &h->results->benches.v[h->bench];
	unsigned exact_after = metric_exact_after(bench->metric);
	const struct contest_terms terms = {
		.field = GATE_AUTO,
		.relative = h->relative,
		.tau = h->relative && !exact_after ? log1p(CULPRIT_LEAST) : 0,
		.direction = bench->direction,
		.clock = bench->clock,
		.exact_after = exact_after,
		.contended = h->policy->contended && pairs_are_timed(bench),
		.beta = h->policy->beta,
	};

	contest_done(contest);
	contest_init(contest, &terms);
}

/* A benchmark that ends well in GOOD and not in BAD: how it ends is what is looked for. */
static void
find_symptom(struct hunt *h)
{
	const struct results_cell *good = hunt_cell(h, 0), *bad = hunt_cell(h, h->last);

	h->symptom = !h->policy->better && good->outcome.kind == OUTCOME_OK && good->seen &&
		     bad->seen && bad->outcome.kind != OUTCOME_OK &&
		     bad->outcome.kind != OUTCOME_SKIPPED;
	if (bad->outcome.kind == OUTCOME_SKIPPED)
		h->obstacle = "BAD skips it";
	else if (good->outcome.kind != OUTCOME_OK)
		h->obstacle = "GOOD fails, too";
	else if (h->policy->better && bad->outcome.kind != OUTCOME_OK)
		h->obstacle = "BAD fails";
	if (h->obstacle)
		h->state = CULPRIT_NOT_SHOWN;
}

void
hunt_init(struct hunt *h, const struct results *results, const struct culprit_policy *policy,
	size_t bench, size_t last)
{
	size_t n = last + 1;

	*h = (struct hunt){.results = results,
		.policy = policy,
		.bench = bench,
		.last = last,
		.state = CULPRIT_VERIFYING,
		.relative = true,
		.hi = last,
		.to = last,
		.whole = {NAN, NAN, NAN},
		.own = {NAN, NAN, NAN},
		.looks = xcalloc(n, sizeof(*h->looks)),
		.log_prior = xcalloc(n, sizeof(double)),
		.log_odds = xcalloc(n, sizeof(double)),
		.posterior = xcalloc(n, sizeof(double)),
		.owner = xcalloc(n, sizeof(*h->owner))};
	for (size_t k = 0; k < n; k++) {
		h->owner[k] = k;
		h->log_prior[k] = policy->prior ? log(policy->prior[k]) : 0;
	}
	hunt_contest(h, &h->verify);
	find_symptom(h);
}

void
hunt_done(struct hunt *h)
{
	for (size_t k = 0; h->looks && k <= h->last; k++)
		vec_done(&h->looks[k].x);
	free(h->looks);
	free(h->log_prior);
	free(h->log_odds);
	free(h->posterior);
	free(h->owner);
	contest_done(&h->verify);
	contest_done(&h->confirm);
}

/* The side that is to be the worse one comes second. */
void
hunt_feed(const struct hunt *h, struct contest *contest, const struct sample *before,
	const struct sample *after, double proof)
{
	if (h->policy->better)
		contest_add(contest, after, before);
	else
		contest_add(contest, before, after);
	contest_decide(contest, contest_worse(contest) >= proof, false);
}

/* Counts may be zero, and then have no ratio. */
static void
compare_absolutely(struct hunt *h)
{
	h->relative = false;
	hunt_contest(h, &h->verify);
}

void
hunt_verify(struct hunt *h, size_t block, double proof)
{
	const struct sample *good = hunt_sample(h, 0, block), *bad = hunt_sample(h, h->last, block);
	unsigned exact_after = h->verify.terms.exact_after;

	if (!good || !bad || h->symptom)
		return;
	if (h->verify.n == 0 && exact_after > 0 &&
		!(good->v[SUMMARY_MEDIAN] > 0 && bad->v[SUMMARY_MEDIAN] > 0))
		compare_absolutely(h);
	hunt_feed(h, &h->verify, good, bad, proof);
}

bool
hunt_is_verified(const struct hunt *h)
{
	const struct contest *t = &h->verify;

	return h->symptom || h->obstacle || t->side != CONTEST_OPEN || t->flaw != FLAW_NONE ||
	       t->n >= CULPRIT_VERIFY_MAX || (t->n >= FUTILE_FROM && fresh_is_futile(t));
}

/* A deterministic count says it all in one launch. */
static void
begin_exact(struct hunt *h)
{
	h->exact = true;
	h->noise = (struct bisection_noise){.step = h->verify.series[0].d[0]};
	h->of = h->verify.series[0].of;
	for (size_t b = 0; b < hunt_cell(h, 0)->n_blocks; b++)
		if (hunt_sample(h, 0, b)) {
			double x = hunt_sample(h, 0, b)->v[h->of];

			h->origin = h->relative ? log(x) : x;
			break;
		}
	h->noise.sd = HUNT_SD_MIN * (h->relative ? 1 : h->noise.step);
	double ratio = h->relative ? exp(hunt_sign(h) * h->noise.step) : NAN;
	h->whole = (struct fresh_size){ratio, ratio, ratio};
}

static void
begin_noisy(struct hunt *h)
{
	const struct contest_series *series = &h->verify.series[contest_best(&h->verify)];
	const struct eprocess_past *past = &series->past;

	h->of = series->of;
	h->noise.sd = fmax(HUNT_SD_MIN, stats_spread_sorted(past->sorted, past->n));
	h->noise.step = location_huber(past->sorted, past->n);
	h->noise.layout = h->policy->layout;
	h->noise.step_var =
		BISECTION_WIDEN * BISECTION_WIDEN * h->noise.sd * h->noise.sd / (double)past->n;
}

void
hunt_begin(struct hunt *h)
{
	double sign = hunt_sign(h);

	h->state = CULPRIT_SEARCHING;
	if (h->symptom)
		return;
	if (h->relative)
		h->whole = fresh_size(&h->verify, h->policy->beta, sign);
	if (h->verify.exact)
		begin_exact(h);
	else
		begin_noisy(h);
	h->hi_level = h->step = h->noise.step;
}

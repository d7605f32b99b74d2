#include "hunt.h"

#include "stats/location.h"
#include "stats/order.h"

#include <math.h>
#include <string.h>

#define SPLIT_SHARE .2  /* a change with a smaller share of the whole is no culprit */
#define BETWEEN_LOOKS 6 /* that are not far from each other by chance */
#define MASS_MIN .5     /* of what is confirmed when no further look would tell anything */
#define CHANCE_MIN 1e-4 /* a place that is likelier on one side than this tells nothing */
#define CHANCE_ODD .2   /* clear looks at this place contradict clear ones elsewhere */
#define SLACK .05       /* of the step: no commit is quite like another */
#define WILD 9          /* variances: what is farther off counts no more among many */
#define CLEAR_SDS 5
#define EXACT_LOOKS 3 /* that one look at a deterministic count stands for */
#define PENALTY_MIN 2 /* nats, of a place that could not be confirmed */
#define PENALTY_MAX 8

/* ---- what is known of the positions */

static bool
is_known(const struct hunt *h, size_t k)
{
	const struct results_rev *r = &h->results->revs.v[k];

	return r->build.kind != OUTCOME_SKIPPED && r->known_at <= h->now;
}

/* Who is measured for a position: the first that was known to have its build. */
static size_t
owner_of(const struct hunt *h, size_t k)
{
	return is_known(h, k) ? results_measured_rev(h->results, k) : k;
}

const struct results_cell *
hunt_cell(const struct hunt *h, size_t k)
{
	return results_cell(h->results, h->bench, h->owner[k]);
}

const struct sample *
hunt_sample(const struct hunt *h, size_t k, size_t block)
{
	const struct results_cell *cell = hunt_cell(h, k);

	return results_has_block(cell, block) ? &cell->blocks[block] : NULL;
}

static bool
has_symptom(const struct hunt *h, size_t k)
{
	return hunt_cell(h, k)->outcome.kind ==
	       results_cell(h->results, h->bench, h->last)->outcome.kind;
}

bool
hunt_is_testable(const struct hunt *h, size_t k)
{
	const struct results_cell *cell = hunt_cell(h, k);
	bool skipped = h->policy->skip && h->policy->skip[h->owner[k]];

	if (!is_known(h, k))
		return !skipped;
	if (h->results->revs.v[k].build.kind != OUTCOME_OK)
		return false;
	if (h->looks[h->owner[k]].x.n > 0)
		return true;
	if (skipped && !(h->symptom && cell->seen))
		return false;
	if (cell->seen && (cell->outcome.kind != OUTCOME_OK || cell->absent))
		return h->symptom && has_symptom(h, k);
	return true;
}

size_t
hunt_looks_at(const struct hunt *h, size_t k)
{
	return h->looks[h->owner[k]].x.n;
}

static double
level_at(const struct hunt *h, size_t k)
{
	const struct looks *looks = &h->looks[h->owner[k]];

	return location_huber(looks->x.v, looks->x.n);
}

double
hunt_level_at(const struct hunt *h, size_t k)
{
	if (h->symptom)
		return NAN;
	if (h->owner[k] == h->owner[0])
		return 0;
	return h->owner[k] == h->owner[h->last] ? h->step : level_at(h, k);
}

/* ---- looks */

static double
reading(const struct hunt *h, const struct sample *sample)
{
	double x = sample->v[h->of];

	return h->relative ? (x > 0 ? log(x) : NAN) : x;
}

static void
look(struct hunt *h, size_t owner, double level)
{
	h->n_looks++;
	if (isfinite(level))
		vec_add(&h->looks[owner].x, level);
}

/* The revisions of a block, at most two of them. */
static size_t
who_is_in(const struct hunt *h, size_t block, size_t ret[2])
{
	size_t n = 0;

	for (size_t k = 0; k <= h->last && n < 3; k++)
		if (h->owner[k] == k && hunt_sample(h, k, block)) {
			if (n < 2)
				ret[n] = k;
			n++;
		}
	return n;
}

static void
take_pair(struct hunt *h, size_t block, const size_t pair[2])
{
	size_t lo = h->owner[h->lo], hi = h->owner[h->hi];
	const double sign = hunt_sign(h);

	for (int i = 0; i < 2; i++) {
		size_t end = pair[i], k = pair[1 - i];
		double d = reading(h, hunt_sample(h, k, block)) -
			   reading(h, hunt_sample(h, end, block));

		if ((end != lo && end != hi) || k == lo || k == hi)
			continue;
		look(h, k, (end == lo ? h->lo_level : h->hi_level) + sign * d);
		return;
	}
}

static bool
is_pair_to_confirm(const struct hunt *h, const size_t pair[2])
{
	size_t from = h->owner[h->from], to = h->owner[h->to];

	return h->state == CULPRIT_CONFIRMING && !h->exact &&
	       ((pair[0] == from && pair[1] == to) || (pair[0] == to && pair[1] == from));
}

void
hunt_take(struct hunt *h, size_t block, double proof)
{
	size_t in[2], n;

	if (h->state != CULPRIT_SEARCHING && h->state != CULPRIT_CONFIRMING)
		return;
	n = who_is_in(h, block, in);
	if (n == 1 && h->exact)
		look(h, in[0],
			hunt_sign(h) * (reading(h, hunt_sample(h, in[0], block)) - h->origin));
	if (n != 2 || h->symptom)
		return;
	if (is_pair_to_confirm(h, in))
		hunt_feed(h, &h->confirm, hunt_sample(h, h->from, block),
			hunt_sample(h, h->to, block), proof);
	else
		take_pair(h, block, in);
}

/* ---- the posterior */

/* Equal builds have no change between them. What is like both ends is where the path has more than
 * one change; then the last one counts. */
static void
rule_out(const struct hunt *h, double *prior)
{
	size_t first = h->lo, behind = h->hi;

	for (size_t k = h->lo + 1; k < h->hi; k++)
		if (h->owner[k] == h->owner[h->lo])
			first = k;
	for (size_t k = h->hi; k-- > first + 1;)
		if (h->owner[k] == h->owner[h->hi])
			behind = k;
	for (size_t c = 1; c <= h->last; c++)
		if (c <= first || c > behind)
			prior[c] = -INFINITY;
	/* In `seen`: by owner, one more than the last position of that build. */
	size_t *seen = xcalloc(h->last + 1, sizeof(*seen));
	for (size_t k = first + 1; k < behind; k++) {
		size_t before = seen[h->owner[k]];

		for (size_t c = before; before > 0 && c <= k; c++)
			prior[c] = -INFINITY;
		seen[h->owner[k]] = k + 1;
	}
	free(seen);
}

static double
odds_at(const struct hunt *h, size_t k)
{
	size_t n = hunt_looks_at(h, k);

	if (h->symptom) {
		if (!is_known(h, k) || !hunt_is_testable(h, k) || !hunt_cell(h, k)->seen)
			return 0;
		return has_symptom(h, k) ? 40 : -40;
	}
	if (h->owner[k] != k || n == 0)
		return 0;
	return bisection_log_odds(
		&h->noise, level_at(h, k) - h->lo_level, h->exact ? EXACT_LOOKS : n);
}

static bool
weigh(struct hunt *h)
{
	double *prior = xcalloc(h->last + 1, sizeof(*prior));

	memcpy(prior, h->log_prior, (h->last + 1) * sizeof(*prior));
	rule_out(h, prior);
	for (size_t k = 0; k <= h->last; k++)
		h->log_odds[k] = k > h->lo && k < h->hi ? odds_at(h, k) : 0;
	bool possible = bisection_posterior(prior, h->log_odds, h->last, h->posterior);
	free(prior);
	return possible;
}

/* The likeliest of the runs of commits that nobody can tell apart. */
static void
find_likeliest(struct hunt *h)
{
	size_t from = h->lo;
	double mass = 0;

	h->mass = 0;
	for (size_t c = h->lo + 1; c <= h->hi; c++) {
		mass += h->posterior[c];
		if (!hunt_is_testable(h, c))
			continue;
		if (mass > h->mass) {
			h->mass = mass;
			h->from = from;
			h->to = c;
		}
		from = c;
		mass = 0;
	}
}

/* ---- more than one change */

/* From here on the change is looked for in a part of the path, the end of which that is new has had
 * n looks. */
static void
keep_part(struct hunt *h, size_t lo, double lo_level, size_t hi, double hi_level, size_t n)
{
	h->several = true;
	h->lo = lo;
	h->lo_level = lo_level;
	h->hi = hi;
	h->hi_level = hi_level;
	h->noise.step = hi_level - lo_level;
	if (!h->exact)
		h->noise.step_var += bisection_variance(&h->noise, n) - h->noise.step_var / 4;
	h->state = h->noise.step < SPLIT_SHARE * h->step ? CULPRIT_SPREAD : CULPRIT_SEARCHING;
}

/* A level between both ends: the larger part of the change. */
static void
narrow(struct hunt *h, size_t k)
{
	double level = level_at(h, k);
	size_t n = hunt_looks_at(h, k);

	if (level - h->lo_level >= h->noise.step / 2)
		keep_part(h, h->lo, h->lo_level, k, level, n);
	else
		keep_part(h, k, level, h->hi, h->hi_level, n);
}

static bool
find_between(const struct hunt *h, size_t *ret)
{
	for (size_t k = h->lo + 1; k < h->hi; k++) {
		size_t n = h->owner[k] == k ? hunt_looks_at(h, k) : 0;

		*ret = k;
		if ((n >= BETWEEN_LOOKS || (h->exact && n > 0)) &&
			bisection_between(&h->noise, level_at(h, k) - h->lo_level, n))
			return true;
	}
	return false;
}

/* The 99.9 % quantile of chi squared: Wilson and Hilferty, Proc. Natl. Acad. Sci. 17, 1931.
 */
static double
too_much(double n)
{
	double x = 1 - 2 / (9 * n) + 3.09 * sqrt(2 / (9 * n));

	return n * x * x * x;
}

/* What one change does not explain: one level clearly off from that of its side, or many of them a
 * little. */
bool
hunt_sees_several(const struct hunt *h)
{
	double sum = 0, tested = 0;

	for (size_t k = 1; !h->symptom && k < h->last; k++) {
		size_t n = h->owner[k] == k ? hunt_looks_at(h, k) : 0;

		if (n == 0)
			continue;
		double side = k <= h->from ? h->lo_level : h->hi_level;
		double off = fmax(0, fabs(level_at(h, k) - side) - SLACK * h->step);
		double var = bisection_variance(&h->noise, n) + h->noise.step_var;

		if (n >= (h->exact ? 1 : 3) &&
			off > fmax(CLEAR_SDS * sqrt(var), SPLIT_SHARE * h->step))
			return true;
		sum += fmin(off * off / var, WILD);
		tested++;
	}
	return h->several || (tested > 0 && sum > too_much(tested));
}

/* ---- confirming */

static bool
at_lo_or_hi(const struct hunt *h, size_t k)
{
	return h->owner[k] == h->owner[h->lo] || h->owner[k] == h->owner[h->hi];
}

bool
hunt_lacks_look_at(const struct hunt *h, size_t k)
{
	return !at_lo_or_hi(h, k) && hunt_looks_at(h, k) == 0;
}

static void
punish(struct hunt *h)
{
	const struct contest *t = &h->confirm;
	double step = h->noise.step, m = 0, penalty = PENALTY_MAX;

	if (t->n > 0 && contest_best(t) != SIZE_MAX) {
		const struct eprocess_past *past = &t->series[contest_best(t)].past;
		double sd = BISECTION_WIDEN * h->noise.sd;
		double var = sd * sd / (double)t->n + 2 * h->noise.layout * h->noise.layout;

		m = location_huber(past->sorted, past->n);
		penalty = (step * step - 2 * step * m) / (2 * var);
	}
	penalty = fmax(PENALTY_MIN, fmin(PENALTY_MAX, penalty));
	for (size_t c = h->from + 1; c <= h->to; c++)
		h->log_prior[c] -= penalty;
	h->state = CULPRIT_SEARCHING;
}

static double
exact_level(const struct hunt *h, size_t k)
{
	if (h->owner[k] == h->owner[h->lo])
		return h->lo_level;
	return h->owner[k] == h->owner[h->hi] ? h->hi_level : level_at(h, k);
}

static void
confirm_exactly(struct hunt *h)
{
	if (hunt_lacks_look_at(h, h->from) || hunt_lacks_look_at(h, h->to))
		return;
	double d = exact_level(h, h->to) - exact_level(h, h->from);
	if (d < SPLIT_SHARE * h->noise.step) {
		punish(h);
		return;
	}
	h->own.ratio = h->own.lo = h->own.hi = h->relative ? exp(hunt_sign(h) * d) : NAN;
	h->state = CULPRIT_FOUND;
}

/* Proven, but only a step on the way: the larger part of the change lies before or behind it. False
 * when this is all there is. */
static bool
pass_by(struct hunt *h)
{
	double part = fabs(log(h->own.ratio));

	if (!h->relative || !(part < SPLIT_SHARE * h->noise.step) ||
		(!at_lo_or_hi(h, h->from) && hunt_looks_at(h, h->from) == 0) ||
		(!at_lo_or_hi(h, h->to) && hunt_looks_at(h, h->to) == 0))
		return false;
	double before = exact_level(h, h->from), behind = exact_level(h, h->to);
	if (before - h->lo_level >= h->hi_level - behind && h->from > h->lo)
		keep_part(h, h->lo, h->lo_level, h->from, before, hunt_looks_at(h, h->from));
	else if (h->to < h->hi)
		keep_part(h, h->to, behind, h->hi, h->hi_level, hunt_looks_at(h, h->to));
	else
		return false;
	return true;
}

static void
confirm(struct hunt *h)
{
	const struct contest *t = &h->confirm;

	if (h->exact) {
		confirm_exactly(h);
	} else if (h->symptom) {
		h->state = CULPRIT_FOUND;
	} else if (t->side == CONTEST_WORSE) {
		h->own = fresh_size(t, h->policy->beta, hunt_sign(h));
		if (!pass_by(h))
			h->state = CULPRIT_FOUND;
	} else if (t->side != CONTEST_OPEN || t->flaw != FLAW_NONE || t->n >= CULPRIT_CONFIRM_MAX ||
		   fresh_is_futile(t)) {
		punish(h);
	}
}

/* The spread of looks, better known with each of them than after the verification. */
static void
learn_noise(struct hunt *h)
{
	const struct contest_series *series = &h->verify.series[contest_best(&h->verify)];
	size_t n = h->verify.n, cap = n + h->n_looks;
	double *rest = xcalloc(cap, sizeof(*rest));

	n = 0;
	for (size_t i = 0; i < series->past.n; i++)
		rest[n++] = series->past.sorted[i] - h->step;
	for (size_t k = 0; k <= h->last; k++) {
		const struct looks *looks = &h->looks[k];
		double m = location_huber(looks->x.v, looks->x.n);

		for (size_t i = 0; looks->x.n >= 4 && i < looks->x.n; i++)
			rest[n++] = (looks->x.v[i] - m) *
				    sqrt((double)looks->x.n / ((double)looks->x.n - 1));
	}
	h->noise.sd = fmax(HUNT_SD_MIN, stats_spread(rest, n));
	free(rest);
}

/* Whether another look could change anybody's mind. */
static bool
anything_open(const struct hunt *h)
{
	double behind = 0;

	for (size_t k = h->lo + 1; k < h->hi; k++) {
		behind += h->posterior[k];
		if (hunt_is_open_at(h, k, behind))
			return true;
	}
	return false;
}

void
hunt_settle(struct hunt *h, size_t block)
{
	size_t from = h->from, to = h->to, k;

	if (h->state != CULPRIT_SEARCHING && h->state != CULPRIT_CONFIRMING)
		return;
	h->now = block;
	for (k = 0; k <= h->last; k++)
		h->owner[k] = owner_of(h, k);
	if (h->state == CULPRIT_CONFIRMING)
		confirm(h);
	if (h->state == CULPRIT_FOUND || h->state == CULPRIT_SPREAD)
		return;
	if (!h->exact && !h->symptom)
		learn_noise(h);
	while (h->state != CULPRIT_SPREAD && find_between(h, &k))
		narrow(h, k);
	if (h->state == CULPRIT_SPREAD || !weigh(h))
		return;
	find_likeliest(h);
	bool sure = h->mass >= CULPRIT_MASS || (h->mass >= MASS_MIN && !anything_open(h));
	if (sure && (h->state != CULPRIT_CONFIRMING || from != h->from || to != h->to)) {
		hunt_contest(h, &h->confirm);
		h->state = CULPRIT_CONFIRMING;
		if (h->exact || h->symptom)
			confirm(h);
	} else if (!sure) {
		h->state = CULPRIT_SEARCHING;
	}
}

bool
hunt_is_open_at(const struct hunt *h, size_t k, double behind)
{
	double unsure = fmin(behind, 1 - behind);

	if (unsure < CHANCE_MIN || k <= h->lo || k >= h->hi || !hunt_is_testable(h, k) ||
		at_lo_or_hi(h, k) || (h->policy->skip && h->policy->skip[h->owner[k]]))
		return false;
	if (h->symptom)
		return odds_at(h, k) == 0;
	size_t n = hunt_looks_at(h, k);
	if (h->exact && n > 0)
		return false;
	return n == 0 || unsure > CHANCE_ODD ||
	       !bisection_is_settled(&h->noise, level_at(h, k) - h->lo_level, n);
}

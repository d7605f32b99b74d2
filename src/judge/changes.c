#include "judge/changes.h"

#include "judge_priv.h"

#include "core/metric.h"
#include "stats/effect.h"
#include "stats/order.h"
#include "stats/segment.h"

#include <math.h>
#include <string.h>

#define FUTILE_FROM 8          /* pairs */
#define FUTILE_LOG -2.99573227 /* log(1/20) */
#define PLACES 3               /* at which a candidate is tried */

/* One bench along the series. */
struct course {
	const struct results *results;
	const struct changes_policy *policy;
	size_t bench;
	unsigned series;
	size_t *revs; /* those that take part: of neighbours with one build the first... */
	size_t *last; /* ...and the last */
	const struct results_cell **cells;
	size_t n;
	size_t *first; /* the blocks that propose */
	size_t n_first;
	size_t fresh; /* the first block that decides */
	struct arena *scratch;
};

/* A place where the level seems to change, from series[at - 1] to series[at]. */
struct proposal {
	size_t at;
	double probability;
	bool up;
};

/* ---- who takes part */

/* A revision with the build of the one before it has nothing to tell. */
static void
gather(struct course *c)
{
	const struct results *results = c->results;
	const struct changes_policy *policy = c->policy;

	c->revs = arena_alloc(c->scratch, policy->n_revs, sizeof(*c->revs));
	c->last = arena_alloc(c->scratch, policy->n_revs, sizeof(*c->last));
	c->cells = arena_alloc(c->scratch, policy->n_revs, sizeof(const struct results_cell *));
	for (size_t i = 0; i < policy->n_revs; i++) {
		size_t rev = policy->revs[i];
		const struct results_cell *cell = status_cell(results, c->bench, rev);

		if (policy->series && policy->series[i] != c->series)
			continue;
		if (results->revs.v[rev].build.kind != OUTCOME_OK || !results_has_samples(cell))
			continue;
		if (c->n > 0 && cell == c->cells[c->n - 1]) {
			c->last[c->n - 1] = rev;
			continue;
		}
		c->revs[c->n] = c->last[c->n] = rev;
		c->cells[c->n++] = cell;
	}
}

static size_t
count_blocks(const struct course *c)
{
	size_t most = 0;

	for (size_t i = 0; i < c->n; i++)
		most = c->cells[i]->n_blocks > most ? c->cells[i]->n_blocks : most;
	return most;
}

/* A pair measured for a candidate is no block of the whole series, unless that is two. */
static bool
is_wide(const struct course *c, size_t block)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += results_has_block(c->cells[i], block);
	return n > 2 || (n == 2 && c->n == 2);
}

/* Who was given up on the way is not in every block. */
static void
drop_gaps(struct course *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++) {
		bool whole = true;

		for (size_t k = 0; k < c->n_first; k++)
			whole = whole && results_has_block(c->cells[i], c->first[k]);
		if (!whole)
			continue;
		c->revs[kept] = c->revs[i];
		c->last[kept] = c->last[i];
		c->cells[kept++] = c->cells[i];
	}
	c->n = kept;
}

static void
find_first(struct course *c)
{
	size_t blocks = count_blocks(c);

	c->first = arena_alloc(c->scratch, c->policy->blocks_first, sizeof(*c->first));
	for (size_t b = 0; b < blocks && c->n_first < c->policy->blocks_first; b++)
		if (is_wide(c, b)) {
			c->first[c->n_first++] = b;
			c->fresh = b + 1;
		}
}

/* False when there is nothing (yet) to propose anything by. */
static bool
set_out(struct course *c)
{
	gather(c);
	if (c->n < 2)
		return false;
	find_first(c);
	if (c->n_first < c->policy->blocks_first || c->n_first < 2)
		return false;
	drop_gaps(c);
	return c->n >= 2;
}

/* ---- proposing */

static bool
take_logs(const struct course *c, enum summary s, double *y)
{
	for (size_t k = 0; k < c->n_first; k++)
		for (size_t i = 0; i < c->n; i++) {
			double x = c->cells[i]->blocks[c->first[k]].v[s];

			if (!(isfinite(x) && x > 0))
				return false;
			y[k * c->n + i] = log(x);
		}
	return true;
}

/* The levels by the least noisy summary; false when none is whole. */
static bool
find_levels(const struct course *c, double *m, double *ret_v)
{
	static const enum summary tried[] = {SUMMARY_MEDIAN, SUMMARY_MIN, SUMMARY_Q25,
		SUMMARY_CPU_Q25, SUMMARY_CPU_MEDIAN, SUMMARY_MEAN};
	double *y = arena_alloc(c->scratch, c->n_first * c->n, sizeof(*y));
	double *one = arena_alloc(c->scratch, c->n, sizeof(*one));
	double least = INFINITY;

	for (size_t t = 0; t < sizeof(tried) / sizeof(*tried); t++) {
		double sigma, v;

		if (!take_logs(c, tried[t], y))
			continue;
		segment_levels(y, c->n_first, c->n, CHANGES_LAYOUT_SD, one, &sigma, &v);
		if (!(sigma < least))
			continue;
		least = sigma;
		*ret_v = v;
		memcpy(m, one, c->n * sizeof(*m));
	}
	return isfinite(least);
}

static size_t
propose(const struct course *c, struct proposal **ret)
{
	double *m = arena_alloc(c->scratch, c->n, sizeof(*m));
	double *v = arena_alloc(c->scratch, c->n, sizeof(*v));
	double *change = arena_alloc(c->scratch, c->n, sizeof(*change));
	size_t *at = arena_alloc(c->scratch, c->n, sizeof(*at));
	double one = NAN;

	if (!find_levels(c, m, &one))
		return 0;
	for (size_t i = 0; i < c->n; i++)
		v[i] = one;
	segment_posterior(m, v, c->n, SEGMENT_ETA, segment_prior(c->n), change);
	size_t n = segment_candidates(change, c->n, at);
	*ret = arena_alloc(c->scratch, n, sizeof(**ret));
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = (struct proposal){
			.at = at[i],
			.probability = change[at[i]],
			.up = m[at[i]] > m[at[i] - 1],
		};
	return n;
}

/* ---- confirming */

enum trial_end { TRIAL_OPEN, TRIAL_PROVEN, TRIAL_FAILED };

/* The effect of all fresh pairs, after over before. */
static void
estimate(const struct contest *t, double beta, bool swapped, double sign, struct change *ret)
{
	const double *d[SUMMARY_COUNT];
	size_t k = 0, best = contest_best(t);
	double lo = -INFINITY, hi = INFINITY;

	if (best == SIZE_MAX)
		return;
	for (size_t j = 0; j < t->k; j++) {
		bool whole = true;

		for (size_t i = 0; i < t->n; i++)
			whole = whole && isfinite(t->series[j].d[i]);
		if (whole)
			d[k++] = t->series[j].d;
	}
	if (k == 0)
		return;
	effect_interval(d, k, t->n, fmin(2 * beta, 0.5), &lo, &hi);
	double theta = effect_hodges_lehmann(t->series[best].d, t->n);
	theta = fmax(lo, fmin(hi, theta));
	sign *= swapped ? -1 : 1;
	ret->ratio = exp(sign * theta);
	ret->ratio_lo = exp(sign > 0 ? lo : -hi);
	ret->ratio_hi = exp(sign > 0 ? hi : -lo);
}

/* Evidence that a few wild pairs have spoilt comes back as long as the others speak for a change.
 */
static bool
is_futile(const struct contest *t)
{
	size_t best = contest_best(t);

	if (t->n < FUTILE_FROM || t->above[LIMIT_TAU] >= FUTILE_LOG || best == SIZE_MAX)
		return false;
	const struct eprocess_past *past = &t->series[best].past;
	return stats_median_sorted(past->sorted, past->n) <= t->terms.tau;
}

/* Whether the level really changes from series[at - 1] to series[at], in the direction proposed. */
static enum trial_end
try_place(const struct course *c, size_t at, bool worse, double proof, struct change *ret)
{
	const struct bench *bench = &c->results->benches.v[c->bench];
	const struct results_cell *before = c->cells[at - 1], *after = c->cells[at];
	const struct results_cell *base = worse ? before : after, *head = worse ? after : before;
	struct contest_terms terms = {
		.field = GATE_AUTO,
		.relative = true,
		.tau = log1p(CHANGES_LEAST),
		.direction = bench->direction,
		.clock = bench->clock,
		.exact_after = metric_exact_after(bench->metric),
		.contended = c->policy->contended && pairs_are_timed(bench),
		.beta = c->policy->beta,
	};
	struct contest t;
	bool futile = false;

	contest_init(&t, &terms);
	for (size_t b = c->fresh; b < base->n_blocks && b < head->n_blocks; b++) {
		if (t.side != CONTEST_OPEN || t.flaw != FLAW_NONE || futile ||
			t.n >= CHANGES_BLOCKS_MAX)
			break;
		if (!results_has_block(base, b) || !results_has_block(head, b))
			continue;
		contest_add(&t, &base->blocks[b], &head->blocks[b]);
		contest_decide(&t, contest_worse(&t) >= proof, false);
		futile = is_futile(&t);
	}
	enum trial_end end = t.side == CONTEST_WORSE ? TRIAL_PROVEN
			     : t.side != CONTEST_OPEN || t.flaw != FLAW_NONE || futile ||
					     t.n >= CHANGES_BLOCKS_MAX
				     ? TRIAL_FAILED
				     : TRIAL_OPEN;
	ret->before = c->last[at - 1];
	ret->after = c->revs[at];
	ret->blocks = (unsigned)t.n;
	ret->ratio = ret->ratio_lo = ret->ratio_hi = NAN;
	estimate(&t, c->policy->beta, !worse, bench->direction == HIGHER_IS_BETTER ? -1 : 1, ret);
	contest_done(&t);
	return end;
}

static struct change
follow(const struct course *c, const struct proposal *p, double proof)
{
	const struct bench *bench = &c->results->benches.v[c->bench];
	struct change change = {.bench = c->bench,
		.probability = p->probability,
		.worse = p->up == (bench->direction != HIGHER_IS_BETTER)};
	size_t places[PLACES] = {p->at, p->at - 1, p->at + 1};
	struct change first = {0};

	for (size_t i = 0; i < PLACES; i++) {
		if (places[i] < 1 || places[i] >= c->n)
			continue;
		enum trial_end end = try_place(c, places[i], change.worse, proof, &change);
		if (end != TRIAL_FAILED) {
			change.state = end == TRIAL_PROVEN ? CHANGE_CONFIRMED : CHANGE_OPEN;
			return change;
		}
		if (i == 0)
			first = change;
	}
	first.state = CHANGE_REJECTED;
	return first;
}

/* ---- all of it */

struct bench_course {
	struct course course;
	struct proposal *proposals;
	size_t n;
};

static bool
same_place(const struct change *a, const struct change *b)
{
	return a->bench == b->bench && a->before == b->before && a->after == b->after &&
	       a->state == b->state;
}

static unsigned
count_series(const struct changes_policy *policy)
{
	unsigned most = 0;

	for (size_t i = 0; policy->series && i < policy->n_revs; i++)
		most = policy->series[i] > most ? policy->series[i] : most;
	return most + 1;
}

void
judge_changes(const struct results *results, const struct changes_policy *policy,
	struct arena *arena, struct change **ret, size_t *ret_n)
{
	struct arena scratch = ARENA_INIT;
	unsigned n_series = count_series(policy);
	size_t n = results->benches.n * n_series, candidates = 0;
	struct bench_course *all = arena_alloc(&scratch, n + 1, sizeof(*all));
	vec(struct change) found = {0};

	for (size_t i = 0; i < n; i++) {
		all[i].course = (struct course){.results = results,
			.policy = policy,
			.bench = i / n_series,
			.series = (unsigned)(i % n_series),
			.scratch = &scratch};
		if (set_out(&all[i].course))
			all[i].n = propose(&all[i].course, &all[i].proposals);
		candidates += all[i].n;
	}
	double proof = log(PLACES * fmax(1, (double)candidates) / policy->alpha);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < all[i].n; k++) {
			struct change change = follow(&all[i].course, &all[i].proposals[k], proof);

			/* Neighbouring candidates may come to the same place. */
			if (found.n == 0 || !same_place(&found.v[found.n - 1], &change))
				vec_add(&found, change);
		}
	*ret = arena_copy(arena, found.v, found.n, sizeof(*found.v));
	*ret_n = found.n;
	vec_done(&found);
	arena_done(&scratch);
}

unsigned
judge_wide_blocks(
	const struct results *results, const char *suite, const struct changes_policy *policy)
{
	unsigned most = 0;

	for (size_t b = 0; b < results->benches.n; b++) {
		struct arena scratch = ARENA_INIT;
		struct course c = {
			.results = results, .policy = policy, .bench = b, .scratch = &scratch};
		unsigned n = 0;

		if (strcmp(results->benches.v[b].suite, suite) == 0) {
			gather(&c);
			for (size_t block = 0; block < count_blocks(&c); block++)
				n += is_wide(&c, block);
		}
		most = n > most ? n : most;
		arena_done(&scratch);
	}
	return most;
}

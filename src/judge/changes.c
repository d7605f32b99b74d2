#include "judge/changes.h"

#include "judge_priv.h"

#include "core/metric.h"
#include "stats/segment.h"

#include <math.h>
#include <string.h>

#define PLACES 3 /* at which a candidate is tried */

/* One bench along the series. */
struct course {
	const struct results *results;
	const struct changes_policy *policy;
	size_t bench;
	unsigned series;
	size_t *revs; /* those that take part: of neighbours with one build the first... */
	size_t *last; /* ...and the last */
	const struct results_cell **cells; /* as long as no bench is added */
	size_t n;
	size_t *first; /* the blocks that propose */
	size_t n_first;
	size_t fresh; /* the first block that decides */
	struct arena *scratch;
};

enum attempt_end { ATTEMPT_OPEN, ATTEMPT_PROVEN, ATTEMPT_FAILED };

/* Fresh pairs of series[at - 1] and series[at], as far as they have been looked at. */
struct attempt {
	size_t at;
	size_t block; /* the next one to look at */
	enum attempt_end end;
	struct contest contest;
};

/* A place where the level seems to change, from series[at - 1] to series[at]; where else it is
 * looked for. Attempts begin when the one before them has failed. */
struct proposal {
	size_t at;
	double probability;
	bool up;
	struct attempt attempts[PLACES];
	size_t n_attempts;
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

/* Pairs of this bench will be duets, and what it reports is no time to compare those by. */
static bool
lacks_cpu_time(const struct course *c)
{
	const struct bench *bench = &c->results->benches.v[c->bench];
	const struct results_cell *cell = status_cell(c->results, c->bench, c->revs[0]);

	return c->policy->contended && pairs_are_timed(bench) && bench->clock == CLOCK_KIND_WALL &&
	       !isfinite(cell->blocks[c->first[0]].v[SUMMARY_CPU_MEDIAN]);
}

static void
attempt_init(struct attempt *attempt, const struct course *c, size_t at)
{
	const struct bench *bench = &c->results->benches.v[c->bench];
	const struct contest_terms terms = {
		.field = GATE_AUTO,
		.relative = true,
		.tau = log1p(CHANGES_LEAST),
		.direction = bench->direction,
		.clock = bench->clock,
		.exact_after = metric_exact_after(bench->metric),
		.contended = c->policy->contended && pairs_are_timed(bench),
		.beta = c->policy->beta,
	};

	*attempt = (struct attempt){.at = at, .block = c->fresh};
	contest_init(&attempt->contest, &terms);
}

static enum attempt_end
end_of(const struct contest *t)
{
	if (t->side == CONTEST_WORSE)
		return ATTEMPT_PROVEN;
	bool failed = t->side != CONTEST_OPEN || t->flaw != FLAW_NONE || fresh_is_futile(t) ||
		      t->n >= CHANGES_BLOCKS_MAX;
	return failed ? ATTEMPT_FAILED : ATTEMPT_OPEN;
}

/* Whether the level really changes from series[at - 1] to series[at], in the direction proposed:
 * what the blocks say that came since the last look. */
static void
attempt_go_on(struct attempt *attempt, const struct course *c, bool worse, double proof)
{
	const struct results_cell *before =
		status_cell(c->results, c->bench, c->revs[attempt->at - 1]);
	const struct results_cell *after = status_cell(c->results, c->bench, c->revs[attempt->at]);
	const struct results_cell *base = worse ? before : after, *head = worse ? after : before;
	struct contest *t = &attempt->contest;

	while (attempt->end == ATTEMPT_OPEN && attempt->block < base->n_blocks &&
		attempt->block < head->n_blocks) {
		size_t b = attempt->block++;

		if (!results_has_block(base, b) || !results_has_block(head, b))
			continue;
		contest_add(t, &base->blocks[b], &head->blocks[b]);
		contest_decide(t, contest_worse(t) >= proof, false);
		attempt->end = end_of(t);
	}
}

static struct change
change_of(const struct course *c, const struct proposal *p, const struct attempt *attempt,
	enum change_state state, bool sized)
{
	const struct bench *bench = &c->results->benches.v[c->bench];
	struct change change = {.bench = c->bench,
		.state = state,
		.before = c->last[attempt->at - 1],
		.after = c->revs[attempt->at],
		.probability = p->probability,
		.worse = p->up == (bench->direction != HIGHER_IS_BETTER),
		.blocks = (unsigned)attempt->contest.n,
		.ratio = NAN,
		.ratio_lo = NAN,
		.ratio_hi = NAN};

	if (!sized)
		return change;
	double sign = (bench->direction == HIGHER_IS_BETTER) == change.worse ? -1 : 1;
	struct fresh_size size = fresh_size(&attempt->contest, c->policy->beta, sign);
	change.ratio = size.ratio;
	change.ratio_lo = size.lo;
	change.ratio_hi = size.hi;
	return change;
}

static struct change
untold(const struct course *c, const struct proposal *p, const char *obstacle)
{
	const struct attempt none = {.at = p->at};
	struct change change = change_of(c, p, &none, CHANGE_OPEN, false);

	change.obstacle = obstacle;
	return change;
}

static struct change
follow(const struct course *c, struct proposal *p, double proof, bool sized)
{
	const struct bench *bench = &c->results->benches.v[c->bench];
	bool worse = p->up == (bench->direction != HIGHER_IS_BETTER);
	const size_t places[PLACES] = {p->at, p->at - 1, p->at + 1};
	size_t n = 0;

	if (lacks_cpu_time(c))
		return untold(c, p, pairs_no_cpu_time);
	for (size_t i = 0; i < PLACES; i++) {
		if (places[i] < 1 || places[i] >= c->n)
			continue;
		if (n == p->n_attempts)
			attempt_init(&p->attempts[p->n_attempts++], c, places[i]);
		struct attempt *attempt = &p->attempts[n++];
		attempt_go_on(attempt, c, worse, proof);
		if (attempt->end == ATTEMPT_PROVEN)
			return change_of(c, p, attempt, CHANGE_CONFIRMED, sized);
		if (attempt->end == ATTEMPT_OPEN)
			return change_of(c, p, attempt, CHANGE_OPEN, sized);
	}
	return change_of(c, p, &p->attempts[0], CHANGE_REJECTED, sized);
}

/* ---- all of it */

struct bench_course {
	struct course course;
	struct proposal *proposals;
	size_t n;
};

struct changes {
	struct arena arena;
	struct changes_policy policy;
	struct bench_course *all;
	size_t n;
	double proof;
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

struct changes *
changes_new(const struct results *results, const struct changes_policy *policy)
{
	struct changes *changes = xcalloc(1, sizeof(*changes));
	unsigned n_series = count_series(policy);
	size_t candidates = 0;

	changes->policy = *policy;
	changes->policy.revs =
		arena_copy(&changes->arena, policy->revs, policy->n_revs, sizeof(*policy->revs));
	if (policy->series)
		changes->policy.series = arena_copy(
			&changes->arena, policy->series, policy->n_revs, sizeof(*policy->series));
	changes->n = results->benches.n * n_series;
	changes->all = arena_alloc(&changes->arena, changes->n + 1, sizeof(*changes->all));
	for (size_t i = 0; i < changes->n; i++) {
		struct bench_course *one = &changes->all[i];

		*one = (struct bench_course){.course = {.results = results,
						     .policy = &changes->policy,
						     .bench = i / n_series,
						     .series = (unsigned)(i % n_series),
						     .scratch = &changes->arena}};
		if (set_out(&one->course))
			one->n = propose(&one->course, &one->proposals);
		candidates += one->n;
	}
	changes->proof = log(PLACES * fmax(1, (double)candidates) / policy->alpha);
	return changes;
}

void
changes_free(struct changes *changes)
{
	if (!changes)
		return;
	for (size_t i = 0; i < changes->n; i++)
		for (size_t k = 0; k < changes->all[i].n; k++)
			for (size_t t = 0; t < changes->all[i].proposals[k].n_attempts; t++)
				contest_done(&changes->all[i].proposals[k].attempts[t].contest);
	arena_done(&changes->arena);
	free(changes);
}

void
changes_look(struct changes *changes, bool sized, struct arena *arena, struct change **ret,
	size_t *ret_n)
{
	vec(struct change) found = {0};

	for (size_t i = 0; i < changes->n; i++)
		for (size_t k = 0; k < changes->all[i].n; k++) {
			struct bench_course *one = &changes->all[i];
			struct change change =
				follow(&one->course, &one->proposals[k], changes->proof, sized);

			/* Neighbouring candidates may come to the same place. */
			if (found.n == 0 || !same_place(&found.v[found.n - 1], &change))
				vec_add(&found, change);
		}
	*ret = arena_copy(arena, found.v, found.n, sizeof(*found.v));
	*ret_n = found.n;
	vec_done(&found);
}

void
judge_changes(const struct results *results, const struct changes_policy *policy,
	struct arena *arena, struct change **ret, size_t *ret_n)
{
	struct changes *changes = changes_new(results, policy);

	changes_look(changes, true, arena, ret, ret_n);
	changes_free(changes);
}

unsigned
judge_wide_blocks(const struct results *results, size_t bench, const struct changes_policy *policy)
{
	struct arena scratch = ARENA_INIT;
	struct course c = {
		.results = results, .policy = policy, .bench = bench, .scratch = &scratch};
	unsigned n = 0;

	gather(&c);
	for (size_t block = 0; block < count_blocks(&c); block++)
		n += is_wide(&c, block);
	arena_done(&scratch);
	return n;
}

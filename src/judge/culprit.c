#include "judge/culprit.h"

#include "hunt.h"

#include "stats/order.h"

#include <math.h>

#define LOOKS_MAX 400   /* pairs for one bench: what is not found by then will not be */
#define VERIFY_LONGER 2 /* times as long as the first proof took, for benches that look worse */
#define SET_MASS .99    /* of the set of culprits when none is named */

struct culprits {
	const struct results *results;
	struct culprit_policy policy;
	struct hunt *hunts;
	size_t n;
	size_t last;        /* position of BAD */
	size_t block;       /* the next one to look at */
	size_t first_proof; /* pairs until the first bench was proven to be worse; 0: none yet */
	bool verified;
	struct information_table *table;
};

struct culprits *
culprits_new(const struct results *results, const struct culprit_policy *policy)
{
	struct culprits *c = xcalloc(1, sizeof(*c));

	c->results = results;
	c->policy = *policy;
	c->last = results->revs.n - 1;
	c->table = xcalloc(1, sizeof(*c->table));
	information_table_init(c->table);
	return c;
}

void
culprits_free(struct culprits *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		hunt_done(&c->hunts[i]);
	free(c->hunts);
	free(c->table);
	free(c);
}

/* ---- verification */

static bool
has_both(const struct culprits *c, size_t bench)
{
	const struct results_cell *good = results_cell(c->results, bench, 0);
	const struct results_cell *bad = results_cell(c->results, bench, c->last);

	return good->seen && !good->absent && bad->seen && !bad->absent;
}

/* Once the warm-ups of both ends have told which benches there are. */
static void
set_out(struct culprits *c)
{
	if (c->n > 0)
		return;
	c->hunts = xcalloc(c->results->benches.n + 1, sizeof(*c->hunts));
	for (size_t b = 0; b < c->results->benches.n; b++)
		if (has_both(c, b))
			hunt_init(&c->hunts[c->n++], c->results, &c->policy, b, c->last);
}

static double
proof(const struct culprits *c)
{
	return log(fmax(1, (double)c->n) / c->policy.alpha);
}

static bool
is_proven(const struct hunt *h)
{
	return h->symptom || h->verify.side == CONTEST_WORSE;
}

/* By how much BAD is worse, about. */
static double
guess(const struct hunt *h)
{
	size_t best = contest_best(&h->verify);

	if (h->symptom)
		return INFINITY;
	if (best == SIZE_MAX)
		return 0;
	const struct eprocess_past *past = &h->verify.series[best].past;
	return stats_median_sorted(past->sorted, past->n);
}

static const struct hunt *
worst_proven(const struct culprits *c)
{
	const struct hunt *worst = NULL;

	for (size_t i = 0; i < c->n; i++)
		if (is_proven(&c->hunts[i]) && (!worst || guess(&c->hunts[i]) > guess(worst)))
			worst = &c->hunts[i];
	return worst;
}

/* Whether some bench may still turn out to be what is looked for. */
static bool
is_undecided(const struct culprits *c)
{
	const struct hunt *worst = worst_proven(c);

	for (size_t i = 0; i < c->n; i++) {
		const struct hunt *h = &c->hunts[i];

		if (hunt_is_verified(h) ||
			(c->first_proof > 0 && h->verify.n >= VERIFY_LONGER * c->first_proof))
			continue;
		if (!worst || c->policy.every || guess(h) > guess(worst))
			return true;
	}
	return false;
}

static void
end_verification(struct culprits *c)
{
	const struct hunt *worst = worst_proven(c);

	c->verified = true;
	for (size_t i = 0; i < c->n; i++) {
		struct hunt *h = &c->hunts[i];

		if (!is_proven(h))
			h->state = CULPRIT_NOT_SHOWN;
		else if (h == worst || c->policy.every)
			hunt_begin(h);
		else
			h->state = CULPRIT_PASSED_BY;
	}
}

static void
verify(struct culprits *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct hunt *h = &c->hunts[i];

		hunt_verify(h, c->block, proof(c));
		if (is_proven(h) && c->first_proof == 0)
			c->first_proof = h->verify.n;
	}
}

/* ---- what came in */

static double
proof_of_one(const struct culprits *c)
{
	size_t hunted = 0;

	for (size_t i = 0; i < c->n; i++)
		hunted += c->hunts[i].state >= CULPRIT_SEARCHING;
	return log(fmax(1, (double)hunted) / c->policy.alpha);
}

static void
follow(struct culprits *c)
{
	size_t blocks = results_end(c->results);

	set_out(c);
	if (!c->verified && !is_undecided(c))
		end_verification(c);
	for (; c->block < blocks; c->block++) {
		if (!c->verified) {
			verify(c);
			if (!is_undecided(c))
				end_verification(c);
			continue;
		}
		for (size_t i = 0; i < c->n; i++) {
			hunt_settle(&c->hunts[i], c->block);
			hunt_take(&c->hunts[i], c->block, proof_of_one(c));
		}
	}
	for (size_t i = 0; i < c->n; i++)
		hunt_settle(&c->hunts[i], c->block);
}

/* ---- what next */

static bool
is_hunting(const struct hunt *h)
{
	return (h->state == CULPRIT_SEARCHING || h->state == CULPRIT_CONFIRMING) &&
	       h->n_looks < LOOKS_MAX;
}

static bool
is_built(const struct culprits *c, size_t k)
{
	return c->results->revs.v[k].build.kind != OUTCOME_SKIPPED;
}

static void
wish_pair(struct culprit_wish *ret, enum culprit_state what_for, size_t a, size_t b)
{
	ret->kind = WISH_LAUNCH;
	ret->state = what_for;
	ret->revs[0] = a;
	ret->revs[1] = b;
	ret->n = 2;
}

static void
wish_build(struct culprit_wish *ret, enum culprit_state what_for, size_t k)
{
	ret->kind = WISH_BUILD;
	ret->state = what_for;
	ret->revs[0] = k;
	ret->n = 1;
}

static void
wish_alone(struct culprit_wish *ret, enum culprit_state what_for, size_t k)
{
	wish_build(ret, what_for, k);
	ret->kind = WISH_LAUNCH;
}

/* A look at a position, in pairs with either end by turns. */
static void
wish_look(const struct culprits *c, const struct hunt *h, size_t k, struct culprit_wish *ret)
{
	if (!is_built(c, k))
		wish_build(ret, CULPRIT_SEARCHING, k);
	else if (h->exact || h->symptom)
		wish_alone(ret, CULPRIT_SEARCHING, h->owner[k]);
	else if (hunt_looks_at(h, k) % 2 == 0)
		wish_pair(ret, CULPRIT_SEARCHING, h->owner[h->lo], h->owner[k]);
	else
		wish_pair(ret, CULPRIT_SEARCHING, h->owner[k], h->owner[h->hi]);
}

static void
wish_confirmation(const struct culprits *c, const struct hunt *h, struct culprit_wish *ret)
{
	if (!is_built(c, h->from) || !is_built(c, h->to))
		wish_build(ret, CULPRIT_CONFIRMING, is_built(c, h->from) ? h->to : h->from);
	else if (h->exact || h->symptom)
		wish_alone(ret, CULPRIT_CONFIRMING,
			h->owner[hunt_lacks_look_at(h, h->from) ? h->from : h->to]);
	else
		wish_pair(ret, CULPRIT_CONFIRMING, h->owner[h->from], h->owner[h->to]);
}

/* Of a place on the path: what m looks there tell all that search, for each launch they cost. */
static double
worth(const struct culprits *c, size_t k, size_t m, const double *behind, bool alone)
{
	double gain = 0, cost = c->policy.build_cost ? c->policy.build_cost[k] : 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct hunt *h = &c->hunts[i];
		double p = behind[i * (c->last + 1) + k];

		if (!is_hunting(h) || h->state != CULPRIT_SEARCHING || !hunt_is_open_at(h, k, p))
			continue;
		if (h->symptom)
			gain += information_table_at(c->table, p, 12);
		else
			gain += bisection_gain(&h->noise, c->table, p, hunt_looks_at(h, k), m);
	}
	return gain / (cost + (alone ? 1 : 2 * (double)m));
}

/* The probability that a position is behind the change, of every hunt. */
static double *
sum_up(const struct culprits *c)
{
	double *behind = xcalloc(c->n * (c->last + 1) + 1, sizeof(*behind));

	for (size_t i = 0; i < c->n; i++) {
		double sum = 0;

		for (size_t k = 0; k <= c->last; k++)
			behind[i * (c->last + 1) + k] = sum += c->hunts[i].posterior[k];
	}
	return behind;
}

static const struct hunt *
any_hunting(const struct culprits *c, enum culprit_state state)
{
	for (size_t i = 0; i < c->n; i++)
		if (is_hunting(&c->hunts[i]) && c->hunts[i].state == state)
			return &c->hunts[i];
	return NULL;
}

static void
wish_best_look(const struct culprits *c, struct culprit_wish *ret)
{
	static const size_t some[] = {1, 2, 4, 8, 16};
	const struct hunt *h = any_hunting(c, CULPRIT_SEARCHING);
	double most = 0, *behind;
	size_t best = 0;

	if (!h)
		return;
	bool alone = h->exact || h->symptom;
	behind = sum_up(c);
	for (size_t k = 1; k < c->last; k++)
		for (size_t i = 0; i < (alone ? 1 : ARRAY_LEN(some)); i++) {
			double w = worth(c, k, some[i], behind, alone);

			if (w > most) {
				most = w;
				best = k;
			}
		}
	free(behind);
	if (best > 0)
		wish_look(c, h, best, ret);
}

static void
name_benches(const struct culprits *c, struct arena *arena, struct culprit_wish *ret)
{
	ret->benches = arena_alloc(arena, c->n + 1, sizeof(*ret->benches));
	for (size_t i = 0; i < c->n; i++) {
		const struct hunt *h = &c->hunts[i];

		if (c->verified ? is_hunting(h) : !hunt_is_verified(h))
			ret->benches[ret->n_benches++] = h->bench;
	}
}

void
culprits_next(struct culprits *c, struct arena *arena, struct culprit_wish *ret)
{
	const struct hunt *h;

	*ret = (struct culprit_wish){.kind = WISH_NOTHING};
	follow(c);
	if (!c->verified) {
		wish_pair(ret, CULPRIT_VERIFYING, 0, c->last);
		name_benches(c, arena, ret);
		return;
	}
	h = any_hunting(c, CULPRIT_CONFIRMING);
	if (h)
		wish_confirmation(c, h, ret);
	else
		wish_best_look(c, ret);
	name_benches(c, arena, ret);
}

/* ---- what is known */

static void
find_set(const struct hunt *h, struct arena *arena, struct culprit *ret)
{
	double mass = 0;
	bool *in = arena_alloc(arena, h->last + 1, sizeof(*in));

	ret->set = arena_alloc(arena, h->last + 1, sizeof(*ret->set));
	for (size_t c = h->from + 1; h->state == CULPRIT_FOUND && c <= h->to; c++)
		ret->set[ret->n_set++] = c;
	if (ret->n_set > 0)
		return;
	while (mass < SET_MASS) {
		size_t best = 0;

		for (size_t c = 1; c <= h->last; c++)
			if (!in[c] && (best == 0 || h->posterior[c] > h->posterior[best]))
				best = c;
		if (best == 0 || !(h->posterior[best] > 0))
			break;
		in[best] = true;
		mass += h->posterior[best];
	}
	for (size_t c = 1; c <= h->last; c++)
		if (in[c])
			ret->set[ret->n_set++] = c;
}

static void
tell_looks(const struct hunt *h, struct arena *arena, struct culprit *ret)
{
	double *levels = arena_alloc(arena, h->last + 1, sizeof(*levels));
	unsigned *n = arena_alloc(arena, h->last + 1, sizeof(*n));

	for (size_t k = 0; k <= h->last; k++) {
		n[k] = (unsigned)hunt_looks_at(h, k);
		levels[k] = hunt_level_at(h, k);
	}
	ret->levels = levels;
	ret->looks_at = n;
}

static double
detectable(const struct culprits *c, const struct hunt *h)
{
	const struct contest *t = &h->verify;
	size_t best = contest_best(t);

	if (best == SIZE_MAX || t->n < 3 || !h->relative)
		return NAN;
	const struct eprocess_past *past = &t->series[best].past;
	double noise = stats_spread_sorted(past->sorted, past->n);
	double n = fmax((double)c->n, 1);
	return fmax(t->terms.tau, noise * sqrt(2 * log(6 * n / c->policy.alpha) / (double)t->n));
}

static struct culprit_size
size_of(const struct fresh_size *size, unsigned pairs)
{
	return (struct culprit_size){size->ratio, size->lo, size->hi, pairs};
}

static struct culprit
tell(const struct culprits *c, const struct hunt *h, struct arena *arena)
{
	bool hunted = h->state >= CULPRIT_SEARCHING;
	struct fresh_size whole = h->whole;
	struct culprit culprit = {.bench = h->bench,
		.state = h->state,
		.from = h->from,
		.to = h->to,
		.probability = h->mass,
		.n_positions = h->last + 1,
		.looks = h->n_looks,
		.exact = h->exact,
		.symptom = h->symptom,
		.obstacle = h->obstacle,
		.detectable = detectable(c, h)};

	if (!hunted && h->relative && !h->symptom)
		whole = fresh_size(&h->verify, c->policy.beta, hunt_sign(h));
	culprit.whole = size_of(&whole, h->exact ? 0 : (unsigned)h->verify.n);
	culprit.own = size_of(&h->own, h->exact ? 0 : (unsigned)h->confirm.n);
	if (!hunted)
		return culprit;
	culprit.posterior = arena_copy(arena, h->posterior, h->last + 1, sizeof(double));
	culprit.several = hunt_sees_several(h);
	find_set(h, arena, &culprit);
	tell_looks(h, arena, &culprit);
	return culprit;
}

static int
by_state(const struct hunt *a, const struct hunt *b)
{
	if (a->state != b->state)
		return a->state > b->state ? -1 : 1;
	double x = guess(a), y = guess(b);
	return x > y ? -1 : x < y ? 1 : 0;
}

void
culprits_tell(const struct culprits *c, struct arena *arena, struct culprit **ret, size_t *ret_n)
{
	const struct hunt **order = arena_alloc(arena, c->n + 1, sizeof(const struct hunt *));

	for (size_t i = 0; i < c->n; i++) {
		size_t k = i;

		for (; k > 0 && by_state(order[k - 1], &c->hunts[i]) > 0; k--)
			order[k] = order[k - 1];
		order[k] = &c->hunts[i];
	}
	*ret = arena_alloc(arena, c->n + 1, sizeof(**ret));
	for (size_t i = 0; i < c->n; i++)
		(*ret)[i] = tell(c, order[i], arena);
	*ret_n = c->n;
}

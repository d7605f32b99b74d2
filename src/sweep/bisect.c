/* A bisect: judge/culprit.h says what to build and what to launch, and here it is done. */
#include "sweep_priv.h"

#include "base/parse.h"
#include "sys/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define FREE_BUILD .01 /* launches: of equal worth is what need not be unpacked */

struct bisect {
	struct carry *carry;
	struct loop loop;
	struct culprits *culprits;
	struct culprit_policy policy;
	double *cost;
	bool *warm; /* by revision: its suites are in place and were launched once */
	struct forecaster forecaster;
	unsigned made; /* builds, in this session */
	double made_s;
};

static struct results *
results_of(const struct bisect *b)
{
	return &b->carry->sweep->results;
}

/* ---- what is known since when */

static const char *
key_of(struct arena *arena, size_t rev)
{
	return arena_printf(arena, "bisect-known %zu", rev);
}

static int
note_known(struct bisect *b, size_t k, struct err *err)
{
	struct results_rev *rev = &results_of(b)->revs.v[k];
	char text[32];

	rev->known_at = (unsigned)results_end(results_of(b));
	snprintf(text, sizeof(text), "%u", rev->known_at);
	return store_set_fact(b->carry->sweep->store, b->carry->sweep->id,
		key_of(&b->carry->arena, k), text, err);
}

int
bisect_recall(struct store *store, int64_t sweep, struct results *results, struct arena *arena,
	struct err *err)
{
	for (size_t k = 0; k < results->revs.n; k++) {
		const char *text;
		uint64_t block = 0;

		if (results->revs.v[k].build.kind == OUTCOME_SKIPPED)
			continue;
		if (store_fact(store, sweep, key_of(arena, k), arena, &text, err) < 0)
			return -1;
		if (text && parse_u64(text, UINT32_MAX, &block, err) < 0)
			return err_set(err, ERR_STORE,
				"the store does not say when build %zu of sweep %" PRId64
				" was known",
				k, sweep);
		results->revs.v[k].known_at = (unsigned)block;
	}
	return 0;
}

/* ---- builds */

static void
tell(struct bisect *b, const struct culprit_wish *wish)
{
	struct carry *carry = b->carry;
	struct bisect_view view = {
		.what_for = wish->state,
		.building = wish->kind == WISH_BUILD,
		.rev = wish->revs[wish->n - 1],
		.against = wish->revs[0],
		.results = results_of(b),
	};
	struct culprit *culprits;

	for (size_t k = 0; k < view.results->revs.n; k++) {
		enum outcome_kind kind = view.results->revs.v[k].build.kind;

		view.builds += kind != OUTCOME_SKIPPED;
		view.failed += kind != OUTCOME_SKIPPED && kind != OUTCOME_OK;
	}
	culprits_tell(b->culprits, &b->loop.arena, &culprits, &view.n_culprits);
	view.culprits = culprits;
	struct sweep_status status = {.phase = SWEEP_BISECT,
		.rev = carry->sweep->plan->revs[view.rev].label,
		.against = carry->sweep->plan->revs[view.against].label,
		.bisect = &view,
		.elapsed_s = loop_elapsed_s(&b->loop),
		.left_s = NAN};
	sweep_tell(carry, &status);
}

/* Launches that a build is worth: by its like, or by those that were made. */
static void
price(struct bisect *b)
{
	const struct results *results = results_of(b);
	double launch_s = loop_elapsed_s(&b->loop) / fmax(1, results->launches);

	for (size_t k = 0; k < results->revs.n; k++) {
		const struct build_estimate *e = &b->forecaster.builds[k];
		double expected_s =
			e->expected_s > 0 ? e->expected_s : b->made_s / fmax(1, b->made);

		if (results->revs.v[k].build.kind != OUTCOME_SKIPPED)
			b->cost[k] = 0;
		else if (e->state != BUILD_TO_DO || !(launch_s > 0))
			b->cost[k] = FREE_BUILD;
		else
			b->cost[k] = fmax(FREE_BUILD, expected_s / launch_s);
	}
}

/* Building is no measuring: the budget is for that. */
static int
build_some(struct bisect *b, const size_t *revs, size_t n, struct err *err)
{
	struct sweep *sweep = b->carry->sweep;
	int64_t start_ns = clock_monotonic_ns();
	double before_s = sweep->built_s;

	if (sweep_build(b->carry, revs, n, err) < 0)
		return -1;
	b->loop.start_ns += clock_monotonic_ns() - start_ns;
	b->made += (unsigned)n;
	b->made_s += sweep->built_s - before_s;
	for (size_t i = 0; i < n; i++)
		if (note_known(b, revs[i], err) < 0)
			return -1;
	return 0;
}

static bool
all_out(const struct carry *carry, size_t rev)
{
	for (size_t s = 0; s < carry->sweep->plan->n_suites; s++)
		if (!carry_arm(carry, rev, s)->out)
			return false;
	return true;
}

/* Suites in place, and what they hold known. */
static int
warm_some(struct bisect *b, const size_t *revs, size_t n, struct err *err)
{
	struct carry *carry = b->carry;

	for (size_t i = 0; i < n; i++)
		if (sweep_suites_of(carry, revs[i], err) < 0)
			return -1;
	if (sweep_warmup_of(carry, revs, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		b->warm[revs[i]] = true;
		b->policy.skip[revs[i]] |= all_out(carry, revs[i]);
	}
	return sweep_keep_notes(carry, err);
}

static bool
is_to_warm(const struct bisect *b, size_t k)
{
	const struct results_rev *rev = &results_of(b)->revs.v[k];

	return !b->warm[k] && rev->build.kind == OUTCOME_OK && rev->same_as < 0;
}

static int
prepare(struct bisect *b, size_t k, struct err *err)
{
	if (results_of(b)->revs.v[k].build.kind == OUTCOME_SKIPPED && build_some(b, &k, 1, err) < 0)
		return -1;
	return is_to_warm(b, k) ? warm_some(b, &k, 1, err) : 0;
}

/* ---- launches */

static const char *const *
names_in(const struct bisect *b, size_t suite, const struct culprit_wish *wish, size_t *ret_n)
{
	const struct plan_suite *ps = &b->carry->sweep->plan->suites[suite];
	const struct results *results = results_of(b);
	const char **names = arena_alloc(&b->carry->arena, wish->n_benches + 1, sizeof(*names));

	*ret_n = 0;
	for (size_t i = 0; i < wish->n_benches; i++) {
		const struct bench *bench = &results->benches.v[wish->benches[i]];
		bool known = false;

		if (!plan_suite_has(b->carry->sweep->plan, suite, bench))
			continue;
		for (size_t k = 0; k < *ret_n; k++)
			known |= strcmp(names[k], bench->name) == 0;
		if (!known)
			names[(*ret_n)++] = bench->name;
	}
	return ps->harness->selects && wish->state != CULPRIT_VERIFYING ? names : NULL;
}

static int
launch_in(struct bisect *b, size_t suite, const struct culprit_wish *wish, bool *ret_any,
	struct err *err)
{
	struct carry *carry = b->carry;
	size_t arms[2] = {wish->revs[0], wish->revs[1]}, n_benches;
	struct choice choice = {.arms = arms,
		.n = wish->n,
		.extra = true,
		.pilot = wish->state == CULPRIT_VERIFYING};
	struct lock machine = LOCK_INIT;

	choice.only = names_in(b, suite, wish, &n_benches);
	for (size_t i = 0; i < wish->n; i++)
		if (n_benches == 0 || carry_arm(carry, arms[i], suite)->out)
			return 0;
	*ret_any = true;
	if (sweep_hold_machine(carry, &machine, err) < 0)
		return -1;
	int r = sweep_block(&b->loop, suite, &choice, err);
	lock_done(&machine);
	for (size_t i = 0; i < wish->n; i++)
		b->policy.skip[arms[i]] |= all_out(carry, arms[i]);
	return r;
}

/* *ret_any false: the revisions that are wanted cannot be launched any more. */
static int
launch(struct bisect *b, const struct culprit_wish *wish, bool *ret_any, struct err *err)
{
	*ret_any = false;
	for (size_t i = 0; i < wish->n; i++)
		if (prepare(b, wish->revs[i], err) < 0)
			return -1;
	for (size_t s = 0; s < b->carry->sweep->plan->n_suites; s++)
		if (launch_in(b, s, wish, ret_any, err) < 0)
			return -1;
	return 0;
}

/* ---- the whole */

static int
set_unknown(struct carry *carry, struct err *err)
{
	struct results *results = &carry->sweep->results;

	for (size_t k = carry->revs_kept; k < results->revs.n; k++) {
		struct results_rev *rev = &results->revs.v[k];

		outcome_set(&rev->build, OUTCOME_SKIPPED, "not built: not needed so far");
		if (store_set_rev(carry->sweep->store, carry->sweep->id, k, rev, err) < 0)
			return -1;
	}
	return 0;
}

/* What an earlier session built is in the cache, or is built again. */
static int
open_known(struct bisect *b, struct err *err)
{
	struct carry *carry = b->carry;
	struct results *results = results_of(b);
	size_t *known = arena_alloc(&carry->arena, results->revs.n, sizeof(*known)), n = 0;

	for (size_t k = 0; k < results->revs.n; k++)
		if (results->revs.v[k].build.kind != OUTCOME_SKIPPED) {
			known[n++] = k;
			carry->settled[k] = true;
		}
	if (n > 0 && sweep_build(carry, known, n, err) < 0)
		return -1;
	return bisect_recall(carry->sweep->store, carry->sweep->id, results, &carry->arena, err);
}

/* Both ends, side by side. */
static int
prepare_ends(struct bisect *b, struct err *err)
{
	size_t ends[] = {0, results_of(b)->revs.n - 1}, warm[2], n = 0;

	if (results_of(b)->revs.v[0].build.kind == OUTCOME_SKIPPED &&
		results_of(b)->revs.v[ends[1]].build.kind == OUTCOME_SKIPPED &&
		build_some(b, ends, 2, err) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		const struct results_rev *rev = &results_of(b)->revs.v[ends[i]];

		if (rev->build.kind == OUTCOME_SKIPPED && build_some(b, &ends[i], 1, err) < 0)
			return -1;
		if (rev->build.kind == OUTCOME_OK && rev->same_as < 0)
			warm[n++] = ends[i];
	}
	return n == 2 ? warm_some(b, warm, 2, err) : 0;
}

static int
search(struct bisect *b, struct err *err)
{
	struct culprit_wish wish;
	bool any = true;
	int r = 0;

	while (r == 0 && any) {
		struct span span = timeline_start(SPAN_JUDGE, -1, NULL);
		arena_done(&b->loop.arena);
		price(b);
		culprits_next(b->culprits, &b->loop.arena, &wish);
		timeline_end(b->carry, &span, span_ok);
		if (wish.kind == WISH_NOTHING)
			break;
		if (outlook_budget_left_s(&b->loop) <= 0) {
			results_note(results_of(b), "the budget was spent before the search ended");
			break;
		}
		tell(b, &wish);
		if (wish.kind == WISH_BUILD)
			r = prepare(b, wish.revs[0], err);
		else
			r = launch(b, &wish, &any, err);
	}
	return r == 0 ? sweep_keep_notes(b->carry, err) : -1;
}

static int
set_out(struct bisect *b, struct err *err)
{
	struct carry *carry = b->carry;
	struct sweep *sweep = carry->sweep;
	const struct plan *plan = sweep->plan;
	struct arena *arena = &carry->arena;
	size_t n = plan->n_revs, n_requests;

	b->cost = arena_alloc(arena, n, sizeof(*b->cost));
	b->warm = arena_alloc(arena, n, sizeof(*b->warm));
	b->loop = (struct loop){.carry = carry,
		.start_ns = clock_monotonic_ns(),
		.blocks = arena_alloc(arena, plan->n_suites, sizeof(*b->loop.blocks)),
		.calm = calm_new(arena, plan->n_suites)};
	const struct build_request *requests =
		forecast_requests(plan, carry->cache, sweep->options.rebuild, arena, &n_requests);
	if (forecast_make(requests, n_requests, NULL, sweep->store, sweep->options.build_jobs,
		    arena, &b->forecaster, err) < 0)
		return -1;
	for (size_t s = 0; s < plan->n_suites; s++)
		if (pilot_restore(carry, s, err) < 0)
			return -1;
	if (set_unknown(carry, err) < 0)
		return -1;
	return sweep->resumed ? open_known(b, err) : 0;
}

int
sweep_bisect(struct carry *carry, struct err *err)
{
	struct bisect b = {.carry = carry};
	struct sweep *sweep = carry->sweep;

	b.policy = terms_culprits(&sweep->plan->terms, &sweep->results, &carry->arena);
	if (set_out(&b, err) < 0)
		return -1;
	int r = prepare_ends(&b, err);
	if (r == 0) {
		b.policy.build_cost = b.cost;
		b.culprits = culprits_new(&sweep->results, &b.policy);
		r = search(&b, err);
		culprits_free(b.culprits);
	}
	sweep->measured_s = loop_elapsed_s(&b.loop);
	arena_done(&b.loop.arena);
	return r;
}

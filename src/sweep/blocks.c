/* The measuring loop: a block is one launch of a suite on every revision, in random order. After
 * each block the verdicts are looked at; what is decided need not be measured again. */
#include "sweep_priv.h"

#include "sys/clock.h"
#include "sys/stop.h"

#include <math.h>
#include <string.h>

/* ---- one block */

/* A block being measured. */
struct attempt {
	size_t suite;
	const struct choice *choice;
	unsigned number;  /* of the attempt */
	unsigned starved; /* attempts that were thrown away since they starved */
	pending_list pending;
	struct launch_seen *seen; /* by position */
	size_t n;
	long bad; /* the arm that failed, or -1: the block is whole */
};

static void
note_failure(struct loop *loop, struct attempt *a, size_t rev, const struct outcome *outcome)
{
	struct arm *arm = carry_arm(loop->carry, rev, a->suite);

	arm->outcome = *outcome;
	arm->failures++;
	a->bad = (long)rev;
}

static int
try_in_turn(struct loop *loop, struct attempt *a, const struct launch_place *places, size_t n,
	struct err *err)
{
	for (; a->n < n && a->bad < 0; a->n++) {
		const struct launch_place *place = &places[a->n];
		struct launch_seen *seen = &a->seen[a->n];

		if (stop_requested())
			return err_set(err, ERR_STOPPED, "stopped");
		if (!a->choice->extra)
			outlook_tell(loop, a->suite, place->rev);
		if (sweep_launch(loop->carry, place, &a->pending, seen, err) < 0)
			return -1;
		if (seen->outcome.kind != OUTCOME_OK)
			note_failure(loop, a, place->rev, &seen->outcome);
	}
	return 0;
}

/* Who is spawned first runs a little longer alone: that, too, is drawn. */
static int
try_together(
	struct loop *loop, struct attempt *a, const struct launch_place *places, struct err *err)
{
	if (!a->choice->extra)
		outlook_tell(loop, a->suite, places[0].rev);
	if (sweep_launch_pair(loop->carry, places, &a->pending, a->seen, err) < 0)
		return -1;
	for (a->n = 0; a->n < 2; a->n++)
		if (a->seen[a->n].outcome.kind != OUTCOME_OK)
			note_failure(loop, a, places[a->n].rev, &a->seen[a->n].outcome);
	return 0;
}

/* All arms once, in random order. */
static int
try_block(struct loop *loop, struct attempt *a, struct err *err)
{
	struct carry *carry = loop->carry;
	const struct plan *plan = carry->sweep->plan;
	const struct choice *choice = a->choice;
	size_t n = choice->n;
	uint32_t *order = arena_alloc(&loop->arena, n, sizeof(*order));
	struct launch_place *places = arena_alloc(&loop->arena, n, sizeof(*places));
	/* Many revisions come in turn; of a sweep only the pairs that confirm are duets. */
	bool together = plan->suites[a->suite].pass == PASS_TIME && n == 2 &&
			(plan_in_duets(plan) || (plan->terms.order == ORDER_DUET && choice->extra));
	struct block_plan common;

	a->bad = -1;
	a->pending.n = a->n = 0;
	a->seen = arena_alloc(&loop->arena, n, sizeof(*a->seen));
	schedule_block(plan->seed, carry->block, a->number, n, order, &common);
	for (size_t i = 0; i < n; i++)
		places[i] = (struct launch_place){
			.suite = a->suite,
			.rev = choice->arms[order[i]],
			.block = carry->block,
			.position = (unsigned)i,
			.attempt = a->number,
			.layout = carry_layout(carry, choice->arms[order[i]], carry->block),
			.planned = (unsigned)n,
			.only = choice->only,
			.plan = common,
			.together = together,
		};
	return together ? try_together(loop, a, places, err) : try_in_turn(loop, a, places, n, err);
}

static void
drop_arm(struct loop *loop, size_t suite, size_t rev)
{
	struct sweep *sweep = loop->carry->sweep;
	struct arm *arm = carry_arm(loop->carry, rev, suite);
	scoped_free char *sentence =
		xasprintf("suite '%s' failed on '%s' in block %u and was given up there: %s",
			sweep->plan->suites[suite].title, sweep->plan->revs[rev].label,
			loop->carry->block, arm->outcome.detail);

	arm->out = true;
	results_note(&sweep->results, sentence);
	/* Without a warm-up nobody knows its benches before the first block. */
	if (!counting_is_warmed(loop->carry, suite))
		sweep_fail_suite(loop->carry, suite, rev);
}

/* True when the block is to be tried again. */
static bool
try_again(struct loop *loop, struct attempt *a)
{
	bool timed = loop->carry->sweep->plan->suites[a->suite].pass == PASS_TIME;

	if (a->bad < 0)
		return timed && calm_starved(loop->calm, a->suite, a->seen, a->n) &&
		       calm_wait(loop, a->starved++);
	struct arm *arm = carry_arm(loop->carry, (size_t)a->bad, a->suite);

	if (arm->failures < LAUNCH_TRIES && arm->outcome.kind != OUTCOME_TIMED_OUT)
		return true;
	drop_arm(loop, a->suite, (size_t)a->bad);
	return false;
}

static int
keep_block(struct loop *loop, const struct attempt *a, struct err *err)
{
	struct carry *carry = loop->carry;
	struct results *results = &carry->sweep->results;

	for (size_t i = 0; i < a->pending.n; i++)
		results_set(results, a->pending.v[i].bench, a->pending.v[i].rev, carry->block,
			&a->pending.v[i].sample);
	bool launched = carry->sweep->plan->suites[a->suite].pass != PASS_BUILD;
	for (size_t i = 0; launched && i < a->n; i++)
		results_count_launch(results, a->seen[i].disturbed, a->seen[i].disturbed);
	results->n_blocks++;
	loop->starved += a->starved;
	if (a->choice->extra && !a->choice->pilot)
		return 0;
	if (++loop->blocks[a->suite] != PILOT_BLOCKS || !pilot_freeze(carry, a->suite))
		return 0;
	return pilot_keep(carry, a->suite, err);
}

/* A block counts whole or not at all: when an arm fails or all of them starve, everything is
 * measured again, whichever arm it was, since anything else would pick what is kept by how it went.
 */
int
sweep_block(struct loop *loop, size_t suite, const struct choice *choice, struct err *err)
{
	struct carry *carry = loop->carry;
	struct attempt a = {.suite = suite, .choice = choice};
	bool again = true;
	int r = 0;

	for (; r == 0 && again; a.number++) {
		r = try_block(loop, &a, err);
		if (r == 0)
			again = try_again(loop, &a);
		if (r == 0 && (again || a.bad >= 0))
			r = store_discard_block(
				carry->sweep->store, carry->sweep->id, carry->block, err);
	}
	if (r == 0 && a.bad >= 0)
		r = given_up_keep(carry, (size_t)a.bad, suite, err);
	if (r == 0 && a.bad < 0)
		r = keep_block(loop, &a, err);
	carry->block++;
	vec_done(&a.pending);
	return r < 0 ? -1 : sweep_keep_notes(carry, err);
}

/* What the verdicts ask for. */
static struct choice
choose(struct loop *loop, size_t suite)
{
	size_t n_revs = loop->carry->sweep->plan->n_revs;
	struct choice choice = {.arms = arena_alloc(&loop->arena, n_revs, sizeof(*choice.arms))};

	choice.n = outlook_arms(loop, suite, choice.arms);
	choice.only = outlook_benches(loop, suite);
	return choice;
}

/* ---- the loop */

/* One block of every suite that goes on; *ret_any tells whether there was one. */
static int
run_round(struct loop *loop, bool *ret_any, struct err *err)
{
	const struct plan *plan = loop->carry->sweep->plan;
	struct lock machine = LOCK_INIT;
	double before = loop_elapsed_s(loop);
	int r = 0;

	*ret_any = false;
	for (size_t s = 0; r == 0 && s < plan->n_suites; s++) {
		if (!outlook_goes_on(loop, s))
			continue;
		*ret_any = true;
		struct choice choice = choose(loop, s);
		r = sweep_hold_machine(loop->carry, &machine, err);
		if (r == 0)
			r = sweep_block(loop, s, &choice, err);
		lock_done(&machine);
	}
	double took = loop_elapsed_s(loop) - before;
	loop->block_s = loop->block_s > 0 ? 0.7 * loop->block_s + 0.3 * took : took;
	return r;
}

/* How many blocks of each suite a resumed sweep has already. */
static void
count_blocks(struct loop *loop)
{
	const struct sweep *sweep = loop->carry->sweep;
	const struct results *results = &sweep->results;

	for (size_t s = 0; s < sweep->plan->n_suites; s++) {
		if (sweep->plan->terms.changes) {
			loop->blocks[s] = confirm_wide_blocks(loop, s);
			continue;
		}
		for (size_t i = 0; i < results->benches.n; i++) {
			if (!plan_suite_has(sweep->plan, s, &results->benches.v[i]))
				continue;
			const struct results_cell *cell =
				results_cell(results, i, sweep->plan->terms.base);
			unsigned n = 0;
			for (size_t b = 0; b < cell->n_blocks; b++)
				n += results_has_block(cell, b);
			if (n > loop->blocks[s])
				loop->blocks[s] = n;
		}
	}
}

static void
note_starved(const struct loop *loop)
{
	if (!loop->starved)
		return;
	scoped_free char *sentence =
		xasprintf("%u block%s measured again because other programs took the processors",
			loop->starved, loop->starved == 1 ? " was" : "s were");
	results_note(&loop->carry->sweep->results, sentence);
}

int
sweep_blocks(struct carry *carry, struct err *err)
{
	struct sweep *sweep = carry->sweep;
	struct loop loop = {
		.carry = carry,
		.start_ns = clock_monotonic_ns(),
		.blocks = arena_alloc(&carry->arena, sweep->plan->n_suites, sizeof(*loop.blocks)),
		.calm = calm_new(&carry->arena, sweep->plan->n_suites),
		.confirming = sweep->plan->terms.changes,
	};
	struct judge_policy policy = terms_policy(&sweep->plan->terms, 0, false);
	bool any = true;
	int r = 0;

	sweep->family = policy.family = judge_family(&sweep->results, &policy);
	loop.judge = judge_new(&policy);
	count_blocks(&loop);
	for (size_t s = 0; r == 0 && s < sweep->plan->n_suites; s++)
		r = pilot_restore(carry, s, err);
	while (r == 0 && any) {
		struct span span = timeline_start(SPAN_JUDGE, -1, NULL);
		outlook_renew(&loop);
		timeline_end(carry, &span, span_ok);
		if (sweep->options.only_missing) {
			r = missing_fill(&loop, err);
			break;
		}
		if (sweep->plan->terms.order == ORDER_SEQUENTIAL) {
			r = sweep_sequence(&loop, err);
			break;
		}
		r = run_round(&loop, &any, err);
		if (r == 0 && !any && loop.confirming)
			r = confirm_round(&loop, &any, err);
	}
	sweep->measured_s = loop_elapsed_s(&loop);
	note_starved(&loop);
	if (r == 0)
		r = sweep_keep_notes(carry, err);
	judge_free(loop.judge);
	changes_free(loop.changes);
	arena_done(&loop.arena);
	return r;
}

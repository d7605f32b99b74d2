/* Order `sequential`: all launches of one revision, then all of the next, as two runs of a
 * benchmark suite one after the other would have them. What drifts meanwhile looks like a change,
 * so the drift is measured and said. */
#include "sweep_priv.h"

#include "base/format.h"
#include "stats/order.h"
#include "sys/stop.h"

#include <math.h>

static int
launch_until_well(
	struct loop *loop, struct launch_place *place, pending_list *pending, struct err *err)
{
	struct results *results = &loop->carry->sweep->results;
	struct arm *arm = carry_arm(loop->carry, place->rev, place->suite);
	struct launch_seen seen = {.outcome = OUTCOME_INIT};
	unsigned failures = 0;
	bool again = true;
	uint32_t alone;

	for (place->attempt = 0; again; place->attempt++) {
		if (stop_requested())
			return err_set(err, ERR_STOPPED, "stopped");
		schedule_block(loop->carry->sweep->plan->seed, place->block, place->attempt, 1,
			&alone, &place->plan);
		outlook_tell(loop, place->suite, place->rev);
		if (sweep_launch(loop->carry, place, pending, &seen, err) < 0)
			return -1;
		arm->outcome = seen.outcome;
		again = seen.outcome.kind != OUTCOME_OK;
		arm->out = again &&
			   (++failures >= LAUNCH_TRIES || seen.outcome.kind == OUTCOME_TIMED_OUT);
		again = again && !arm->out;
	}
	results_count_launch(results, seen.disturbed, seen.disturbed);
	if (arm->out)
		return given_up_keep(loop->carry, place->rev, place->suite, err);
	return 0;
}

static int
run_suite(struct loop *loop, size_t suite, struct err *err)
{
	struct carry *carry = loop->carry;
	struct results *results = &carry->sweep->results;
	const struct plan *plan = carry->sweep->plan;
	unsigned blocks = plan_blocks_min(plan, suite), first = carry->block;
	size_t *arms = arena_alloc(&carry->arena, plan->n_revs, sizeof(*arms));
	size_t n = outlook_arms(loop, suite, arms);
	struct launch_place place = {.suite = suite, .planned = (unsigned)n};
	pending_list pending = {0};
	int r = 0;

	for (place.position = 0; place.position < n; place.position++) {
		place.rev = arms[place.position];
		for (unsigned b = 0; b < blocks && !carry_arm(carry, place.rev, suite)->out; b++) {
			pending.n = 0;
			place.block = first + b;
			place.layout = carry_layout(carry, place.rev, place.block);
			loop->blocks[suite] = b;
			r = launch_until_well(loop, &place, &pending, err);
			if (r < 0)
				break;
			for (size_t i = 0; i < pending.n; i++)
				results_set(results, pending.v[i].bench, pending.v[i].rev,
					place.block, &pending.v[i].sample);
		}
		if (r < 0)
			break;
	}
	vec_done(&pending);
	if (r < 0)
		return -1;
	results->n_blocks += blocks;
	loop->blocks[suite] = blocks;
	carry->block = first + blocks;
	return 0;
}

/* ---- drift */

/* By how much the launches of one revision moved from their first half to their second. */
static double
drift_of(const struct results_cell *cell)
{
	scoped_free double *logs = xcalloc(cell->n_blocks + 1, sizeof(*logs));
	size_t n = 0;

	for (size_t i = 0; i < cell->n_blocks; i++)
		if (cell->blocks[i].rounds > 0 && cell->blocks[i].v[SUMMARY_MEDIAN] > 0)
			logs[n++] = log(cell->blocks[i].v[SUMMARY_MEDIAN]);
	if (n < 4)
		return NAN;
	return fabs(expm1(stats_median(logs + n / 2, n - n / 2) - stats_median(logs, n / 2)));
}

static void
note_drift(struct carry *carry)
{
	struct results *results = &carry->sweep->results;
	scoped_free double *drifts = xcalloc(results->cells.n + 1, sizeof(*drifts));
	size_t n = 0;

	for (size_t i = 0; i < results->cells.n; i++) {
		double drift = drift_of(&results->cells.v[i]);

		if (!isnan(drift))
			drifts[n++] = drift;
	}
	if (n == 0)
		return;
	stats_sort(drifts, n);
	scoped_free char *sentence = xasprintf(
		"order sequential: from the first to the second half of a revision's own launches, "
		"times moved by %.1f %% (median of the benchmarks) and up to %.1f %%; no verdict "
		"is guarded against such drift, as it is in random order",
		100 * drifts[n / 2], 100 * drifts[n - 1]);
	results_note(results, sentence);
}

int
sweep_sequence(struct loop *loop, struct err *err)
{
	struct carry *carry = loop->carry;
	int r = 0;

	for (size_t s = 0; r == 0 && s < carry->sweep->plan->n_suites; s++) {
		struct lock machine = LOCK_INIT;

		if (!outlook_goes_on(loop, s))
			continue;
		r = sweep_hold_machine(carry, &machine, err);
		if (r == 0)
			r = run_suite(loop, s, err);
		lock_done(&machine);
	}
	if (r == 0)
		note_drift(carry);
	return r;
}

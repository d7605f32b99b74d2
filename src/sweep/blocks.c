/* The measuring loop: a block is one launch of a suite on every revision, in random order. After
 * each block the verdicts are looked at; what is decided need not be measured again. */
#include "sweep_priv.h"

#include "sys/clock.h"
#include "sys/stop.h"

#include <math.h>
#include <string.h>

struct loop {
	struct carry *carry;
	int64_t start_ns;
	unsigned *blocks; /* complete ones, by suite */
	double block_s;   /* mean length of a block of all suites */
	struct judge *judge;
	struct arena arena; /* of the newest judgement */
	struct row *rows;
	size_t n_rows;
};

static double
elapsed_s(const struct loop *loop)
{
	return (double)(clock_monotonic_ns() - loop->start_ns) / 1e9;
}

static bool
is_judged(const struct sweep *sweep)
{
	return sweep->plan->terms.judge != JUDGE_NONE;
}

static void
judge_now(struct loop *loop)
{
	const struct sweep *sweep = loop->carry->sweep;

	arena_done(&loop->arena);
	judge_follow(loop->judge, &sweep->results);
	judge_outlook(loop->judge, &sweep->results, &loop->arena, &loop->rows, &loop->n_rows);
}

static bool
in_suite(const struct loop *loop, const struct row *row, size_t suite)
{
	const struct sweep *sweep = loop->carry->sweep;

	return strcmp(sweep->results.benches.v[row->bench].suite,
		       sweep->plan->suites[suite].suite->name) == 0;
}

static size_t
undecided(const struct loop *loop, size_t suite, size_t *ret_rows)
{
	size_t open = 0, rows = 0;

	for (size_t i = 0; i < loop->n_rows; i++) {
		if (!in_suite(loop, &loop->rows[i], suite))
			continue;
		rows++;
		open += !loop->rows[i].decided;
	}
	*ret_rows = rows;
	return open;
}

/* Names of the undecided benches once they are the minority; NULL: all are to run. */
static const char *const *
benches_to_run(struct loop *loop, size_t suite)
{
	struct sweep *sweep = loop->carry->sweep;
	size_t rows, open = undecided(loop, suite, &rows), n = 0;

	if (!is_judged(sweep) || !sweep->plan->suites[suite].harness->selects || open * 2 >= rows ||
		loop->blocks[suite] < sweep->plan->config->measure.blocks_min)
		return NULL;
	const char **names = arena_alloc(&loop->arena, open + 1, sizeof(*names));
	for (size_t i = 0; i < loop->n_rows; i++) {
		const char *name = sweep->results.benches.v[loop->rows[i].bench].name;
		bool known = false;

		if (!in_suite(loop, &loop->rows[i], suite) || loop->rows[i].decided)
			continue;
		for (size_t k = 0; k < n; k++)
			known |= strcmp(names[k], name) == 0;
		if (!known)
			names[n++] = name;
	}
	return names;
}

/* The revisions still measured in a suite. */
static size_t
list_arms(const struct loop *loop, size_t suite, size_t *ret)
{
	const struct plan *plan = loop->carry->sweep->plan;
	size_t n = 0;

	for (size_t rev = 0; rev < plan->n_revs; rev++)
		if (!carry_arm(loop->carry, rev, suite)->out)
			ret[n++] = rev;
	return n;
}

static bool
budget_spent(const struct loop *loop)
{
	double budget = loop->carry->sweep->plan->config->measure.budget_s;

	return budget > 0 && elapsed_s(loop) + loop->block_s / 2 > budget;
}

static bool
suite_goes_on(struct loop *loop, size_t suite)
{
	const struct sweep *sweep = loop->carry->sweep;
	const struct measure *m = &sweep->plan->config->measure;
	size_t *arms = arena_alloc(&loop->arena, sweep->plan->n_revs, sizeof(*arms));
	size_t rows, n = list_arms(loop, suite, arms);

	if (n == 0 ||
		(is_judged(sweep) &&
			(n < 2 || carry_arm(loop->carry, sweep->plan->terms.base, suite)->out)))
		return false;
	if (loop->blocks[suite] < m->blocks_min)
		return true;
	if (!is_judged(sweep))
		return false;
	return loop->blocks[suite] < m->blocks_max && undecided(loop, suite, &rows) > 0 &&
	       !budget_spent(loop);
}

/* ---- progress */

static void
tell(struct loop *loop, size_t suite, size_t rev)
{
	const struct sweep *sweep = loop->carry->sweep;
	const struct measure *m = &sweep->plan->config->measure;
	struct sweep_status status = {
		.phase = SWEEP_MEASURE,
		.rev = sweep->plan->revs[rev].label,
		.what = sweep->plan->suites[suite].suite->name,
		.done = loop->blocks[suite],
		.total = is_judged(sweep) ? m->blocks_max : m->blocks_min,
		.elapsed_s = elapsed_s(loop),
		.left_s = NAN,
	};
	double missing = (double)m->blocks_min - loop->blocks[suite];

	for (size_t i = 0; i < loop->n_rows; i++) {
		if (!in_suite(loop, &loop->rows[i], suite))
			continue;
		status.rows++;
		status.undecided += !loop->rows[i].decided;
		if (is_judged(sweep) && !loop->rows[i].decided)
			missing = fmax(missing, loop->rows[i].blocks_missing);
	}
	missing = fmin(missing, (double)status.total - (double)status.done);
	if (loop->block_s > 0)
		status.left_s = fmax(0, missing) * loop->block_s;
	if (m->budget_s > 0 && loop->block_s > 0)
		status.left_s = fmax(0, fmin(status.left_s, m->budget_s - status.elapsed_s));
	sweep_tell(loop->carry, &status);
}

/* ---- one block */

/* All arms once, in random order. *ret_bad is the arm that failed, or -1 when the block is whole.
 */
static int
try_block(struct loop *loop, size_t suite, unsigned attempt, pending_list *pending, long *ret_bad,
	struct err *err)
{
	struct carry *carry = loop->carry;
	size_t n_revs = carry->sweep->plan->n_revs;
	size_t *arms = arena_alloc(&loop->arena, n_revs, sizeof(*arms));
	size_t n = list_arms(loop, suite, arms);
	uint32_t *order = arena_alloc(&loop->arena, n, sizeof(*order));
	struct launch_place place = {
		.suite = suite,
		.block = carry->block,
		.attempt = attempt,
		.planned = (unsigned)n,
		.only = benches_to_run(loop, suite),
	};

	*ret_bad = -1;
	schedule_block(carry->sweep->plan->seed, carry->block, attempt, n, order, &place.plan);
	for (place.position = 0; place.position < n; place.position++) {
		struct outcome outcome = OUTCOME_INIT;

		if (stop_requested())
			return err_set(err, ERR_STOPPED, "stopped");
		place.rev = arms[order[place.position]];
		tell(loop, suite, place.rev);
		if (sweep_launch(carry, &place, pending, &outcome, err) < 0)
			return -1;
		if (outcome.kind != OUTCOME_OK) {
			struct arm *arm = carry_arm(carry, place.rev, suite);
			arm->outcome = outcome;
			arm->failures++;
			*ret_bad = (long)place.rev;
			return 0;
		}
	}
	return 0;
}

static void
drop_arm(struct loop *loop, size_t suite, size_t rev)
{
	struct sweep *sweep = loop->carry->sweep;
	struct arm *arm = carry_arm(loop->carry, rev, suite);
	scoped_free char *sentence =
		xasprintf("suite '%s' failed on '%s' in block %u and was given up there: %s",
			sweep->plan->suites[suite].suite->name, sweep->plan->revs[rev].label,
			loop->carry->block, arm->outcome.detail);

	arm->out = true;
	results_note(&sweep->results, sentence);
}

/* A block counts whole or not at all: when an arm fails, everything is measured again, whichever
 * arm it was, since anything else would pick what is kept by how it went. */
static int
run_block(struct loop *loop, size_t suite, struct err *err)
{
	struct carry *carry = loop->carry;
	struct sweep *sweep = carry->sweep;
	pending_list pending = {0};
	long bad = 0;
	int r = 0;

	for (unsigned attempt = 0; bad >= 0; attempt++) {
		pending.n = 0;
		r = try_block(loop, suite, attempt, &pending, &bad, err);
		if (r < 0)
			break;
		if (bad < 0)
			break;
		r = store_discard_block(sweep->store, sweep->id, carry->block, err);
		if (r < 0)
			break;
		struct arm *arm = carry_arm(carry, (size_t)bad, suite);
		if (arm->failures >= LAUNCH_TRIES || arm->outcome.kind == OUTCOME_TIMED_OUT) {
			drop_arm(loop, suite, (size_t)bad);
			break;
		}
	}
	if (r == 0 && bad < 0) {
		for (size_t i = 0; i < pending.n; i++)
			results_set(&sweep->results, pending.v[i].bench, pending.v[i].rev,
				carry->block, &pending.v[i].sample);
		sweep->results.n_blocks++;
		loop->blocks[suite]++;
	}
	carry->block++;
	vec_done(&pending);
	return r;
}

/* ---- the loop */

/* One block of every suite that goes on; *ret_any tells whether there was one. */
static int
run_round(struct loop *loop, bool *ret_any, struct err *err)
{
	const struct plan *plan = loop->carry->sweep->plan;
	struct lock machine = LOCK_INIT;
	double before = elapsed_s(loop);
	int r = 0;

	*ret_any = false;
	for (size_t s = 0; r == 0 && s < plan->n_suites; s++) {
		if (!suite_goes_on(loop, s))
			continue;
		*ret_any = true;
		r = sweep_hold_machine(loop->carry, &machine, err);
		if (r == 0)
			r = run_block(loop, s, err);
		lock_done(&machine);
	}
	double took = elapsed_s(loop) - before;
	loop->block_s = loop->block_s > 0 ? 0.7 * loop->block_s + 0.3 * took : took;
	return r;
}

/* How many blocks of each suite a resumed sweep has already. */
static void
count_blocks(struct loop *loop)
{
	const struct sweep *sweep = loop->carry->sweep;
	const struct results *results = &sweep->results;

	for (size_t s = 0; s < sweep->plan->n_suites; s++)
		for (size_t i = 0; i < results->benches.n; i++) {
			if (strcmp(results->benches.v[i].suite,
				    sweep->plan->suites[s].suite->name) != 0)
				continue;
			const struct results_cell *cell =
				results_cell(results, i, sweep->plan->terms.base);
			unsigned n = 0;
			for (size_t b = 0; b < cell->n_blocks; b++)
				n += cell->blocks[b].rounds > 0;
			if (n > loop->blocks[s])
				loop->blocks[s] = n;
		}
}

int
sweep_blocks(struct carry *carry, struct err *err)
{
	struct sweep *sweep = carry->sweep;
	struct loop loop = {
		.carry = carry,
		.start_ns = clock_monotonic_ns(),
		.blocks = arena_alloc(&carry->arena, sweep->plan->n_suites, sizeof(*loop.blocks)),
	};
	struct judge_policy policy = terms_policy(&sweep->plan->terms, 0, false);
	bool any = true;
	int r = 0;

	sweep->family = policy.family = judge_family(&sweep->results, &policy);
	loop.judge = judge_new(&policy);
	count_blocks(&loop);
	while (r == 0 && any) {
		judge_now(&loop);
		r = run_round(&loop, &any, err);
	}
	sweep->measured_s = elapsed_s(&loop);
	judge_free(loop.judge);
	arena_done(&loop.arena);
	return r;
}

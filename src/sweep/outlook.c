/* What is still worth measuring, and in which benches. */
#include "sweep_priv.h"

#include "sys/clock.h"

#include <math.h>
#include <string.h>

/* From so many blocks on a bench that would need far more than there can be is set aside until all
 * others are decided. */
#define FUTILE_BLOCKS 12
#define FUTILE_FACTOR 3

double
loop_elapsed_s(const struct loop *loop)
{
	return (double)(clock_monotonic_ns() - loop->start_ns) / 1e9;
}

bool
outlook_is_judged(const struct sweep *sweep)
{
	return sweep->plan->terms.judge != JUDGE_NONE && !sweep->plan->apart;
}

void
outlook_renew(struct loop *loop)
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

	return plan_suite_has(sweep->plan, suite, &sweep->results.benches.v[row->bench]);
}

/* Of many revisions only those that something is still to be known of, and what they are held
 * against. */
static bool
is_wanted(const struct loop *loop, size_t suite, size_t rev)
{
	const struct sweep *sweep = loop->carry->sweep;

	if (sweep->plan->n_revs <= 2 || !outlook_is_judged(sweep) ||
		loop->blocks[suite] < plan_blocks_min(sweep->plan, suite))
		return true;
	for (size_t i = 0; i < loop->n_rows; i++) {
		const struct row *row = &loop->rows[i];

		if (!row->decided && (row->rev == rev || row->base == rev) &&
			in_suite(loop, row, suite))
			return true;
	}
	return false;
}

static size_t
take_arms(const struct loop *loop, size_t suite, bool all, size_t *ret)
{
	const struct plan *plan = loop->carry->sweep->plan;
	size_t n = 0;

	for (size_t rev = 0; rev < plan->n_revs; rev++)
		if (!carry_arm(loop->carry, rev, suite)->out &&
			(all || is_wanted(loop, suite, rev)))
			ret[n++] = rev;
	return n;
}

/* The revisions still measured in a suite. In a sweep a pair would be no block of the series, and
 * no evidence for gates. */
size_t
outlook_arms(const struct loop *loop, size_t suite, size_t *ret)
{
	size_t n = take_arms(loop, suite, false, ret);

	return n <= 2 && loop->carry->sweep->plan->terms.changes ? take_arms(loop, suite, true, ret)
								 : n;
}

/* ---- what is open */

/* A sweep's first blocks are measured in any case; the budget is for what they lead to. */
double
outlook_budget_left_s(const struct loop *loop)
{
	double budget = loop->carry->sweep->plan->config->measure.budget_s;

	return budget > 0 ? budget - (loop_elapsed_s(loop) - loop->first_s) : INFINITY;
}

/* Blocks that there can be in the time that is left. */
static double
blocks_left(const struct loop *loop, size_t suite)
{
	double most =
		(double)plan_blocks_max(loop->carry->sweep->plan, suite) - loop->blocks[suite];

	return loop->block_s > 0 ? fmin(most, outlook_budget_left_s(loop) / loop->block_s) : most;
}

static bool
is_futile(const struct loop *loop, size_t suite, const struct row *row)
{
	return loop->blocks[suite] >= FUTILE_BLOCKS &&
	       row->blocks_missing > FUTILE_FACTOR * fmax(0, blocks_left(loop, suite));
}

struct open {
	size_t rows;     /* of the suite */
	size_t hopeful;  /* undecided, with a chance to be decided */
	size_t hopeless; /* undecided, without one */
};

static struct open
count_open(const struct loop *loop, size_t suite)
{
	struct open open = {0};

	for (size_t i = 0; i < loop->n_rows; i++) {
		const struct row *row = &loop->rows[i];

		if (!in_suite(loop, row, suite))
			continue;
		open.rows++;
		open.hopeless += !row->decided && is_futile(loop, suite, row);
		open.hopeful += !row->decided && !is_futile(loop, suite, row);
	}
	return open;
}

/* Hopeless ones get the time that nobody else can use. */
static bool
hopeful_anywhere(const struct loop *loop)
{
	for (size_t s = 0; s < loop->carry->sweep->plan->n_suites; s++)
		if (count_open(loop, s).hopeful > 0)
			return true;
	return false;
}

/* Once those that are to be measured are the minority, only they run. */
const char *const *
outlook_benches(struct loop *loop, size_t suite)
{
	struct sweep *sweep = loop->carry->sweep;
	struct open open = count_open(loop, suite);
	bool hopeless_too = open.hopeful == 0;
	size_t wanted = hopeless_too ? open.hopeless : open.hopeful, n = 0;

	if (!outlook_is_judged(sweep) || !sweep->plan->suites[suite].harness->selects ||
		wanted * 2 >= open.rows ||
		loop->blocks[suite] < plan_blocks_min(sweep->plan, suite))
		return NULL;
	const char **names = arena_alloc(&loop->arena, wanted + 1, sizeof(*names));
	for (size_t i = 0; i < loop->n_rows; i++) {
		const struct row *row = &loop->rows[i];
		const char *name = sweep->results.benches.v[row->bench].name;
		bool known = false;

		if (!in_suite(loop, row, suite) || row->decided ||
			(!hopeless_too && is_futile(loop, suite, row)))
			continue;
		for (size_t k = 0; k < n; k++)
			known |= strcmp(names[k], name) == 0;
		if (!known)
			names[n++] = name;
	}
	return names;
}

/* Nothing but counts that are the same in every launch: one block tells them. */
static bool
all_exact(const struct loop *loop, size_t suite)
{
	size_t rows = 0;

	for (size_t i = 0; i < loop->n_rows; i++) {
		const struct row *row = &loop->rows[i];

		if (!in_suite(loop, row, suite))
			continue;
		if (row->status == STATUS_OK && !(row->exact && row->decided))
			return false;
		rows++;
	}
	return rows > 0 && loop->blocks[suite] > 0;
}

/* Where nothing is judged memory is counted until two passes in a row brought no new minimum. */
static bool
lately_less(const struct loop *loop, size_t suite)
{
	const struct results *results = &loop->carry->sweep->results;

	for (size_t i = 0; i < results->benches.n * results->revs.n; i++) {
		const struct results_cell *cell = &results->cells.v[i];
		double least = INFINITY;
		size_t since = 0;

		if (!plan_suite_has(loop->carry->sweep->plan, suite,
			    &results->benches.v[i / results->revs.n]))
			continue;
		for (size_t b = 0; b < cell->n_blocks; b++) {
			if (!results_has_block(cell, b))
				continue;
			since = cell->blocks[b].v[SUMMARY_MIN] < least ? 0 : since + 1;
			least = fmin(least, cell->blocks[b].v[SUMMARY_MIN]);
		}
		if (isfinite(least) && since < 2)
			return true;
	}
	return false;
}

/* Whether there is anybody to launch, and to compare with. */
static bool
can_go_on(struct loop *loop, size_t suite)
{
	const struct plan *plan = loop->carry->sweep->plan;
	size_t *arms = arena_alloc(&loop->arena, plan->n_revs, sizeof(*arms));
	size_t n = outlook_arms(loop, suite, arms);
	bool duet = plan->terms.order == ORDER_DUET && plan->suites[suite].pass == PASS_TIME;

	if (n == 0 || (duet && n < 2))
		return false;
	if (!outlook_is_judged(loop->carry->sweep) || terms_have_ceiling(&plan->terms))
		return true;
	return n >= 2 &&
	       (plan->terms.changes || !carry_arm(loop->carry, plan->terms.base, suite)->out);
}

bool
outlook_goes_on(struct loop *loop, size_t suite)
{
	const struct sweep *sweep = loop->carry->sweep;
	const struct plan *plan = sweep->plan;
	bool judged = outlook_is_judged(sweep);

	if (!can_go_on(loop, suite))
		return false;
	if (loop->blocks[suite] < plan_blocks_min(plan, suite))
		return plan_blocks_fixed(plan, suite) || !(judged && all_exact(loop, suite));
	if (loop->confirming || loop->blocks[suite] >= plan_blocks_max(plan, suite))
		return false;
	if (!judged)
		return plan->suites[suite].pass == PASS_MEMORY && !plan->apart &&
		       lately_less(loop, suite);
	if (outlook_budget_left_s(loop) < loop->block_s / 2)
		return false;
	struct open open = count_open(loop, suite);
	return open.hopeful > 0 || (open.hopeless > 0 && !hopeful_anywhere(loop));
}

/* ---- progress */

void
outlook_tell(struct loop *loop, size_t suite, size_t rev)
{
	const struct sweep *sweep = loop->carry->sweep;
	const struct measure *m = &sweep->plan->config->measure;
	bool judged = outlook_is_judged(sweep);
	struct sweep_status status = {
		.phase = SWEEP_MEASURE,
		.rev = sweep->plan->revs[rev].label,
		.what = sweep->plan->suites[suite].title,
		.done = loop->blocks[suite],
		.total = judged && !loop->confirming ? plan_blocks_max(sweep->plan, suite)
						     : plan_blocks_min(sweep->plan, suite),
		.elapsed_s = loop_elapsed_s(loop),
		.left_s = NAN,
	};
	double missing = (double)plan_blocks_min(sweep->plan, suite) - loop->blocks[suite];

	if (sweep->options.only_missing) {
		status.done = missing_done(loop, suite);
		status.total = plan_blocks_min(sweep->plan, suite);
		sweep_tell(loop->carry, &status);
		return;
	}
	for (size_t i = 0; i < loop->n_rows; i++) {
		if (!in_suite(loop, &loop->rows[i], suite))
			continue;
		status.rows += !loop->confirming;
		status.undecided += !loop->rows[i].decided;
		if (judged && !loop->confirming && !loop->rows[i].decided)
			missing = fmax(missing, loop->rows[i].blocks_missing);
	}
	missing = fmin(missing, (double)status.total - (double)status.done);
	if (loop->block_s > 0)
		status.left_s = fmax(0, missing) * loop->block_s;
	if (m->budget_s > 0 && loop->block_s > 0 && !loop->confirming)
		status.left_s = fmax(0, fmin(status.left_s, m->budget_s - status.elapsed_s));
	sweep_tell(loop->carry, &status);
}

#include "judge_priv.h"

#include <math.h>

size_t
judge_base(const struct results *results, const struct judge_policy *policy, size_t rev)
{
	if (!policy->previous && !policy->series)
		return policy->base;
	for (size_t r = 0; !policy->previous && r < results->revs.n; r++)
		if (results->revs.v[r].build.kind == OUTCOME_OK)
			return r;
	for (size_t r = rev; r-- > 0;)
		if (results->revs.v[r].build.kind == OUTCOME_OK)
			return r;
	return rev;
}

size_t
judge_family(const struct results *results, const struct judge_policy *policy)
{
	size_t family = 0;

	for (size_t b = 0; b < results->benches.n; b++) {
		size_t gates = policy->n_gates == 0 && !policy->series ? 2 : 0;

		for (size_t i = 0; i < policy->n_gates; i++)
			gates += !policy->gates[i].ceiling && gate_matches(&policy->gates[i],
								      &results->benches.v[b])
					 ? policy->two_sided ? 2 : 1
					 : 0;
		for (size_t r = 0; r < results->revs.n; r++)
			if (!status_same_build(results, r, judge_base(results, policy, r)) &&
				results->revs.v[r].build.kind == OUTCOME_OK)
				family += gates;
	}
	return family;
}

static struct row
row_start(size_t bench, size_t rev, size_t base)
{
	return (struct row){.bench = bench,
		.rev = rev,
		.base = base,
		.verdict = VERDICT_INCONCLUSIVE,
		.value = NAN,
		.base_value = NAN,
		.ratio = NAN,
		.ratio_lo = NAN,
		.ratio_hi = NAN,
		.noise = NAN,
		.layout_noise = NAN,
		.detectable = NAN};
}

static void
row_fail(struct row *row)
{
	row->status = STATUS_FAILED;
	row->verdict = VERDICT_INCONCLUSIVE;
	row->caution = NULL;
	row->decided = true;
	row->blocks_missing = 0;
}

/* Takes the worse of two rows for the same bench, and what both say together. */
static void
row_merge(struct row *row, const struct row *other)
{
	bool classic = row->classic_fails || other->classic_fails;
	bool slower = row->slower || other->slower, faster = row->faster || other->faster;
	bool decided = row->decided && other->decided;
	double missing = fmax(row->blocks_missing, other->blocks_missing);
	bool other_failed = other->status != STATUS_OK;

	if (row->status == STATUS_OK &&
		(other_failed || order_severity(other->verdict) < order_severity(row->verdict)))
		*row = *other;
	row->classic_fails = classic;
	row->slower = slower;
	row->faster = faster && !slower;
	/* Nothing is worse than a failure or a regression: what else is open does not matter. */
	bool worst = row->status != STATUS_OK || row->verdict == VERDICT_REGRESSED;
	row->decided = worst || decided;
	row->blocks_missing = row->decided ? 0 : missing;
}

static struct row
row_by_gate(const struct duel *duel, const struct trial *trial, struct row row)
{
	int r = 0;

	if (trial->gate->ceiling)
		ceiling_row(duel, trial->gate, &row);
	else if (duel->policy->mode == JUDGE_CLASSIC)
		r = classic_judge(duel, trial->gate, &row);
	else
		r = sequential_row(duel, trial, &row);
	if (r < 0)
		row_fail(&row);
	return row;
}

/* n trials of this bench in this revision: the worst of what they say. */
static void
judge_trials(const struct duel *duel, const struct trial *trials, size_t n, struct row *row)
{
	struct row worst = *row;

	for (size_t i = 0; i < n; i++) {
		struct row one = *row;

		if (!duel->brief)
			sequential_estimate(duel, &trials[i], &one);
		if (trials[i].gate)
			one = row_by_gate(duel, &trials[i], one);
		if (trials[i].gate && !trials[i].gate->ceiling && !duel->brief)
			one.classic_fails = classic_fails(duel, trials[i].gate);
		if (i == 0)
			worst = one;
		else
			row_merge(&worst, &one);
	}
	*row = worst;
	if (n == 0 || !trials[0].gate) {
		row->verdict = VERDICT_UNGATED;
		row->decided = true;
	}
}

/* False when there is nothing to say about this bench in this revision. */
static bool
judge_row(struct duel *duel, const struct trial *trials, size_t n, struct row *row)
{
	switch (status_find(duel, row)) {
	case STATUS_NO_ROW:
		return false;
	case STATUS_SETTLED:
		ceiling_settled(duel, trials, n, row);
		return true;
	case STATUS_COMPARE:
		break;
	}
	duel->two_sided = n > 0 && trials[0].contest.terms.two_sided;
	judge_trials(duel, trials, n, row);
	return true;
}

static void
make_rows(const struct judge *judge, const struct results *results, bool brief, struct arena *arena,
	struct row **ret_rows, size_t *ret_n)
{
	const struct judge_policy *policy = &judge->policy;
	const struct trial *next = judge->trials.v, *end = next + judge->trials.n;
	vec(struct row) rows = {0};

	for (size_t i = 0; i < results->benches.n * results->revs.n; i++) {
		struct arena scratch = ARENA_INIT;
		size_t b = i / results->revs.n, r = i % results->revs.n, n = 0;
		size_t base = judge_base(results, policy, r);
		struct row row = row_start(b, r, base);
		struct duel duel = {.results = results,
			.policy = policy,
			.bench = &results->benches.v[b],
			.proof = judge_proof(judge),
			.brief = brief,
			.scratch = &scratch,
			.arena = arena};

		while (next + n < end && next[n].bench == b && next[n].rev == r)
			n++;
		bool wanted = r != base || policy->mode == JUDGE_NONE;
		if (wanted && judge_row(&duel, next, n, &row))
			vec_add(&rows, row);
		next += n;
		arena_done(&scratch);
	}
	if (!brief && policy->mode != JUDGE_NONE)
		order_rows(results, rows.v, rows.n);
	*ret_rows = arena_copy(arena, rows.v, rows.n, sizeof(*rows.v));
	*ret_n = rows.n;
	vec_done(&rows);
}

void
judge_rows(const struct results *results, const struct judge_policy *policy, struct arena *arena,
	struct row **ret_rows, size_t *ret_n)
{
	struct judge judge;

	judge_init(&judge, policy);
	judge_follow(&judge, results);
	make_rows(&judge, results, false, arena, ret_rows, ret_n);
	judge_done(&judge);
}

void
judge_outlook(const struct judge *judge, const struct results *results, struct arena *arena,
	struct row **ret_rows, size_t *ret_n)
{
	make_rows(judge, results, true, arena, ret_rows, ret_n);
}

enum verdict
judge_overall(const struct row *rows, size_t n)
{
	enum verdict worst = VERDICT_UNGATED;

	for (size_t i = 0; i < n; i++)
		if (order_severity(rows[i].verdict) < order_severity(worst))
			worst = rows[i].verdict;
	return worst;
}

int
judge_exit_code(const struct row *rows, size_t n, bool strict)
{
	bool regressed = false, failed = false, open = false;

	for (size_t i = 0; i < n; i++) {
		regressed = regressed || rows[i].verdict == VERDICT_REGRESSED;
		failed = failed || status_is_failure(rows[i].status);
		open = open || rows[i].verdict == VERDICT_INCONCLUSIVE;
	}
	return regressed ? 1 : failed ? 3 : strict && open ? 9 : 0;
}

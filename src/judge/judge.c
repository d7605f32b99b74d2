#include "judge/judge.h"

#include "base/vec.h"
#include "judge_priv.h"

#include <math.h>

/* The gates that speak about a bench: the user's, or ours when there are none. */
struct held {
	const struct gate **gates;
	size_t n;
	bool two_sided;
};

/* What JUDGE_DEFAULT_GATE says, for every metric. */
static const struct gate default_gate = {.text = JUDGE_DEFAULT_GATE,
	.metric = "time",
	.field = GATE_AUTO,
	.percent = true,
	.limit = 0.02};

static struct held
gates_for(const struct judge_policy *policy, const struct bench *bench, struct arena *scratch)
{
	struct held held = {
		.gates = arena_alloc(scratch, policy->n_gates + 1, sizeof(*held.gates))};

	if (policy->mode == JUDGE_NONE)
		return held;
	for (size_t i = 0; i < policy->n_gates; i++)
		if (gate_matches(&policy->gates[i], bench))
			held.gates[held.n++] = &policy->gates[i];
	if (policy->n_gates == 0) {
		held.gates[held.n++] = &default_gate;
		held.two_sided = true;
	}
	return held;
}

size_t
judge_family(const struct results *results, const struct judge_policy *policy)
{
	size_t family = 0;

	for (size_t b = 0; b < results->benches.n; b++) {
		size_t gates = policy->n_gates == 0 ? 2 : 0;

		for (size_t i = 0; i < policy->n_gates; i++)
			gates += gate_matches(&policy->gates[i], &results->benches.v[b]);
		for (size_t r = 0; r < results->revs.n; r++)
			if (!status_same_build(results, r, policy->base) &&
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

static void
judge_gates(const struct duel *duel, const struct held *held, struct row *row)
{
	struct row worst = *row;

	for (size_t i = 0; i < held->n; i++) {
		struct row one = *row;
		int r;

		if (duel->policy->mode == JUDGE_CLASSIC) {
			sequential_estimate(duel, &one);
			r = classic_judge(duel, held->gates[i], &one);
		} else {
			r = sequential_judge(duel, held->gates[i], &one);
		}
		if (r < 0)
			row_fail(&one);
		one.classic_fails = classic_fails(duel, held->gates[i]);
		if (i == 0)
			worst = one;
		else
			row_merge(&worst, &one);
	}
	*row = worst;
}

/* False when there is nothing to say about this bench in this revision. */
static bool
judge_row(struct duel *duel, struct row *row)
{
	switch (status_find(duel, row)) {
	case STATUS_NO_ROW:
		return false;
	case STATUS_SETTLED:
		return true;
	case STATUS_COMPARE:
		break;
	}
	struct held held = gates_for(duel->policy, duel->bench, duel->scratch);
	duel->two_sided = held.two_sided;
	if (held.n > 0) {
		judge_gates(duel, &held, row);
	} else {
		sequential_estimate(duel, row);
		row->verdict = VERDICT_UNGATED;
		row->decided = true;
	}
	return true;
}

void
judge_rows(const struct results *results, const struct judge_policy *policy, struct arena *arena,
	struct row **ret_rows, size_t *ret_n)
{
	size_t family = policy->family ? policy->family : judge_family(results, policy);
	vec(struct row) rows = {0};

	for (size_t b = 0; b < results->benches.n; b++) {
		for (size_t r = 0; r < results->revs.n; r++) {
			struct arena scratch = ARENA_INIT;
			struct row row = row_start(b, r, policy->base);
			struct duel duel = {.results = results,
				.policy = policy,
				.bench = &results->benches.v[b],
				.family = family > 0 ? (double)family : 1,
				.scratch = &scratch,
				.arena = arena};

			bool wanted = r != policy->base || policy->mode == JUDGE_NONE;
			if (wanted && judge_row(&duel, &row))
				vec_add(&rows, row);
			arena_done(&scratch);
		}
	}
	if (policy->mode != JUDGE_NONE)
		order_rows(results, rows.v, rows.n);
	*ret_rows = arena_copy(arena, rows.v, rows.n, sizeof(*rows.v));
	*ret_n = rows.n;
	vec_done(&rows);
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

/* What is known about a row before any number is compared. */
#include "judge_priv.h"

#include <math.h>

/* After so many complete blocks a side that never spoke of a bench does not have it. */
#define BLOCKS_TO_MISS 3

bool
status_same_build(const struct results *results, size_t a, size_t b)
{
	return a == b || results_measured_rev(results, a) == results_measured_rev(results, b);
}

const struct results_cell *
status_cell(const struct results *results, size_t bench, size_t rev)
{
	const struct results_cell *own = results_cell(results, bench, rev);

	if (results->revs.v[rev].build.kind != OUTCOME_OK)
		return own;
	for (size_t r = 0; r < results->revs.n && !own->seen; r++)
		if (r != rev && status_same_build(results, r, rev) &&
			results_cell(results, bench, r)->seen)
			return results_cell(results, bench, r);
	return own;
}

static enum row_status
status_of_outcome(enum outcome_kind kind)
{
	switch (kind) {
	case OUTCOME_OK:
		return STATUS_OK;
	case OUTCOME_CRASHED:
		return STATUS_CRASHED;
	case OUTCOME_TIMED_OUT:
		return STATUS_TIMEOUT;
	case OUTCOME_SKIPPED:
		return STATUS_SKIPPED;
	case OUTCOME_FAILED:
	case OUTCOME_BAD_OUTPUT:
		break;
	}
	return STATUS_FAILED;
}

static const char *
say(const struct duel *duel, size_t rev, const char *what, const struct outcome *outcome)
{
	const char *label = duel->results->revs.v[rev].rev.label;

	return arena_printf(duel->arena, "%s: %s%s", label ? label : "?", what,
		outcome->detail[0] ? outcome->detail : outcome_name(outcome->kind));
}

static void
settle(struct row *row, enum row_status status, enum verdict verdict)
{
	row->status = status;
	row->verdict = verdict;
	row->decided = true;
	row->blocks_missing = 0;
}

static bool
find_unbuilt(const struct duel *duel, struct row *row)
{
	size_t sides[] = {row->base, row->rev};

	for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
		const struct results_rev *r = &duel->results->revs.v[sides[i]];

		if (r->build.kind == OUTCOME_OK)
			continue;
		bool skipped = r->build.kind == OUTCOME_SKIPPED;
		settle(row, skipped ? STATUS_SKIPPED : STATUS_UNBUILT,
			skipped ? VERDICT_UNGATED : VERDICT_INCONCLUSIVE);
		row->detail = say(duel, sides[i], "not built: ", &r->build);
		row->log = r->build_log;
		return true;
	}
	return false;
}

/* A failure of the head is named before one of the base, a real one before something left out. */
static bool
find_failure(const struct duel *duel, struct row *row)
{
	enum row_status base = status_of_outcome(duel->base->outcome.kind);
	enum row_status head = status_of_outcome(duel->head->outcome.kind);

	if (base == STATUS_OK && head == STATUS_OK)
		return false;
	bool by_head = status_is_failure(head) || (head != STATUS_OK && !status_is_failure(base));
	const struct results_cell *cell = by_head ? duel->head : duel->base;
	enum row_status status = by_head ? head : base;
	settle(row, status, status_is_failure(status) ? VERDICT_INCONCLUSIVE : VERDICT_UNGATED);
	row->detail = say(duel, by_head ? row->rev : row->base, "", &cell->outcome);
	if (by_head && base != STATUS_OK && duel->base != duel->head)
		row->detail = arena_printf(duel->arena, "%s; %s", row->detail,
			say(duel, row->base, "", &duel->base->outcome));
	row->log = cell->log;
	return true;
}

static bool
is_missing(const struct duel *duel, const struct results_cell *cell)
{
	if (results_has_samples(cell))
		return false;
	return cell->absent ||
	       (!cell->seen && (duel->policy->final || duel->results->n_blocks >= BLOCKS_TO_MISS));
}

/* The base itself, where nothing is judged. */
static void
settle_alone(const struct duel *duel, struct row *row)
{
	row->base_value = NAN;
	for (size_t i = 0; i < duel->head->n_blocks; i++)
		row->blocks += duel->head->blocks[i].rounds > 0;
	settle(row, STATUS_OK, VERDICT_UNGATED);
}

enum status_found
status_find(struct duel *duel, struct row *row)
{
	duel->base = status_cell(duel->results, row->bench, row->base);
	duel->head = status_cell(duel->results, row->bench, row->rev);
	bool no_base = is_missing(duel, duel->base), no_head = is_missing(duel, duel->head);

	if (find_unbuilt(duel, row) || find_failure(duel, row))
		return STATUS_SETTLED;
	if (no_base && no_head)
		return STATUS_NO_ROW;
	if (!duel->brief) {
		row->value = pairs_value(duel, duel->head, GATE_AUTO);
		row->base_value = pairs_value(duel, duel->base, GATE_AUTO);
	}
	if (row->base == row->rev) {
		settle_alone(duel, row);
		return STATUS_SETTLED;
	}
	if (status_same_build(duel->results, row->base, row->rev)) {
		settle(row, STATUS_OK, VERDICT_IDENTICAL);
		row->ratio = row->ratio_lo = row->ratio_hi = 1;
		return STATUS_SETTLED;
	}
	if (no_base || no_head) {
		settle(row, no_base ? STATUS_NEW : STATUS_REMOVED, VERDICT_UNGATED);
		return STATUS_SETTLED;
	}
	return STATUS_COMPARE;
}

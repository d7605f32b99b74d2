/* Ceilings: what a bench may take at most, whatever the base took. The worst of all rounds and
 * passes counts, so that one of many is enough to breach it. */
#include "judge_priv.h"

#include "base/format.h"

#include <math.h>

/* NAN when there is no number. */
static double
worst_of(const struct results_cell *cell)
{
	static const enum summary best_known[] = {
		SUMMARY_MAX, SUMMARY_MEAN, SUMMARY_MEDIAN, SUMMARY_MIN};
	double worst = NAN;

	for (size_t b = 0; b < cell->n_blocks; b++)
		for (size_t k = 0; k < ARRAY_LEN(best_known) && cell->blocks[b].rounds > 0; k++) {
			double v = cell->blocks[b].v[best_known[k]];

			if (isnan(v))
				continue;
			worst = fmax(worst, v);
			break;
		}
	return worst;
}

void
ceiling_row(const struct duel *duel, const struct gate *gate, struct row *row)
{
	double worst = worst_of(duel->head);
	char of[64], limit[64];

	row->gate = gate;
	row->verdict = isnan(worst)          ? VERDICT_INCONCLUSIVE
		       : worst > gate->limit ? VERDICT_REGRESSED
					     : VERDICT_PASS;
	row->decided = !isnan(worst);
	row->blocks_missing = row->decided ? 0 : 1;
	if (row->verdict == VERDICT_REGRESSED && !duel->brief)
		row->caution =
			arena_printf(duel->arena, "at worst it took %s, and the ceiling is %s",
				format_value(worst, duel->bench->unit, of, sizeof(of)),
				format_value(gate->limit, duel->bench->unit, limit, sizeof(limit)));
}

void
ceiling_settled(const struct duel *duel, const struct trial *trials, size_t n, struct row *row)
{
	bool has = row->status == STATUS_NEW ||
		   (row->status == STATUS_OK && row->verdict == VERDICT_IDENTICAL);

	for (size_t i = 0; has && i < n; i++) {
		struct row one = *row;

		if (!trials[i].gate || !trials[i].gate->ceiling)
			continue;
		ceiling_row(duel, trials[i].gate, &one);
		if (one.verdict == VERDICT_REGRESSED) {
			*row = one;
			row->status = STATUS_OK;
			return;
		}
		row->gate = one.gate;
		row->decided = row->decided && one.decided;
		row->blocks_missing = fmax(row->blocks_missing, one.blocks_missing);
	}
}

/* What a trial says, as a row of the report. */
#include "judge_priv.h"

#include "base/format.h"
#include "stats/effect.h"
#include "stats/layout.h"
#include "stats/plan.h"

#include <math.h>
#include <string.h>

static double
worse_sign(const struct duel *duel)
{
	return duel->bench->direction == HIGHER_IS_BETTER ? -1 : 1;
}

/* Ratio, interval, noise and what could be seen through it: on the log axis. */
static void
estimate(const struct duel *duel, const struct log_pairs *x, struct row *row)
{
	double a = fmin(2 * duel->policy->beta, 0.5);
	double lo = -INFINITY, hi = INFINITY, sign = worse_sign(duel);

	if (x->n == 0)
		return;
	double theta = effect_hodges_lehmann(x->d[x->best], x->n);
	effect_interval(x->d, x->k, x->n, a, &lo, &hi);
	/* The mixture may exclude what its least noisy member estimates. */
	theta = fmax(lo, fmin(hi, theta));
	row->ratio = exp(sign * theta);
	row->ratio_lo = exp(sign > 0 ? lo : -hi);
	row->ratio_hi = exp(sign > 0 ? hi : -lo);
	row->noise = x->n >= 3 ? x->noise[x->best] : NAN;
	if (x->layouts && pairs_are_timed(duel->bench))
		row->layout_noise = layout_noise(x->d[x->best], x->layouts, x->n);
	double detectable = expm1(plan_detectable(duel->proof, x->n, row->noise));
	row->detectable = isfinite(detectable) ? detectable : NAN;
}

void
sequential_estimate(const struct duel *duel, const struct trial *trial, struct row *row)
{
	const struct contest *c = &trial->contest;
	struct log_pairs x;

	row->value = pairs_value(duel, duel->head, c->terms.field);
	row->base_value = pairs_value(duel, duel->base, c->terms.field);
	row->blocks = (unsigned)c->n;
	row->slower = c->most_above[LIMIT_ZERO] >= duel->proof;
	row->faster = !row->slower && c->most_below[LIMIT_ZERO] >= duel->proof;
	pairs_logs(duel, c, &x);
	if (c->exact && c->n > 0 && row->base_value > 0) {
		row->ratio = row->ratio_lo = row->ratio_hi = row->value / row->base_value;
		row->noise = 0;
	} else if (x.k > 0)
		estimate(duel, &x, row);
	else if (c->n > 0 && (row->base_value != 0 || row->value == 0))
		row->ratio = row->value == row->base_value ? 1 : row->value / row->base_value;
}

/* A change of the size of the gate can be luck. */
static const char *
layout_caution(const struct duel *duel, const struct gate *gate, const struct row *row)
{
	double limit = gate->percent ? gate->limit : gate->limit / row->base_value;
	double least = layout_least_claim(row->layout_noise);

	if (isnan(row->layout_noise) || !(limit < least))
		return NULL;
	return arena_printf(duel->arena,
		"the gate is %.2g%%, and a change below %.2g%% may be luck of the layout rather "
		"than the source: between builds it varies by %.2g%%",
		100 * limit, 100 * least, 100 * row->layout_noise);
}

static const char *
gate_caution(const struct duel *duel, const struct gate *gate, const struct row *row)
{
	char limit[64];

	if (gate->field == GATE_MIN && duel->bench->clock == CLOCK_KIND_CPU &&
		!duel->policy->contended)
		return "the minimum of a CPU clock can read below the truth on virtual machines; "
		       "median or auto is safer";
	if (gate->percent || duel->bench->direction == HIGHER_IS_BETTER)
		return NULL;
	if (!(row->base_value > 0) || !(gate->limit >= row->base_value))
		return NULL;
	return arena_printf(duel->arena, "the gate lets it grow to %.1f times its value (by %s)",
		1 + gate->limit / row->base_value,
		format_value(gate->limit, duel->bench->unit, limit, sizeof(limit)));
}

static const char *
caution(const struct duel *duel, const struct gate *gate, const struct row *row)
{
	const char *of_gate = gate_caution(duel, gate, row);
	const char *of_layout = layout_caution(duel, gate, row);

	return of_gate && of_layout ? arena_printf(duel->arena, "%s; %s", of_layout, of_gate)
	       : of_layout          ? of_layout
				    : of_gate;
}

static const char *
flaw_text(const struct duel *duel, const struct contest *c)
{
	if (c->flaw == FLAW_NOT_POSITIVE)
		return arena_printf(duel->arena, "has zero or negative %s: give an absolute gate",
			strcmp(duel->bench->metric, "time") == 0 ? "times" : "values");
	return pairs_lack(duel, c->terms.field);
}

static enum verdict
verdict_of(const struct duel *duel, const struct contest *c)
{
	switch (c->side) {
	case CONTEST_OPEN:
		break;
	case CONTEST_WORSE:
		return VERDICT_REGRESSED;
	case CONTEST_BETTER:
		return VERDICT_IMPROVED;
	case CONTEST_WITHIN:
		return !c->terms.two_sided && contest_better(c) >= duel->proof ? VERDICT_IMPROVED
									       : VERDICT_PASS;
	}
	return VERDICT_INCONCLUSIVE;
}

int
sequential_row(const struct duel *duel, const struct trial *trial, struct row *row)
{
	const struct contest *c = &trial->contest;

	row->gate = trial->gate;
	row->blocks = (unsigned)c->n;
	row->caution = caution(duel, trial->gate, row);
	if (c->flaw != FLAW_NONE) {
		row->detail = flaw_text(duel, c);
		return -1;
	}
	row->verdict = verdict_of(duel, c);
	row->decided = c->side != CONTEST_OPEN;
	row->exact = c->exact;
	row->blocks_missing = row->decided ? 0 : contest_missing(c, duel->proof);
	return 0;
}

/* From cells to series of numbers. */
#include "judge_priv.h"

#include "stats/order.h"

#include <math.h>
#include <string.h>

/* Ends with SUMMARY_COUNT. Each list tells revisions apart soonest on recorded noise; the minimum
 * of a CPU clock is in none of them, since it may read below the truth on virtual machines. */
static const enum summary auto_wall[] = {SUMMARY_MIN, SUMMARY_Q25, SUMMARY_MEDIAN, SUMMARY_CPU_Q25,
	SUMMARY_CPU_MEDIAN, SUMMARY_CPU_MEAN, SUMMARY_COUNT};
static const enum summary auto_cpu[] = {SUMMARY_Q25, SUMMARY_MEDIAN, SUMMARY_MEAN, SUMMARY_COUNT};
/* Disturbance makes a rate lower, so that the undisturbed end of it is the upper one. */
static const enum summary auto_rate[] = {SUMMARY_MAX, SUMMARY_MEDIAN, SUMMARY_COUNT};
/* One round: all summaries are the same number. */
static const enum summary auto_single[] = {SUMMARY_MEDIAN, SUMMARY_CPU_MEDIAN, SUMMARY_COUNT};
/* Results from elsewhere may hold little. */
static const enum summary auto_rest[] = {
	SUMMARY_MEDIAN, SUMMARY_MEAN, SUMMARY_MIN, SUMMARY_MAX, SUMMARY_COUNT};

static enum summary
field_summary(enum gate_field field)
{
	switch (field) {
	case GATE_MIN:
		return SUMMARY_MIN;
	case GATE_MAX:
		return SUMMARY_MAX;
	case GATE_MEAN:
		return SUMMARY_MEAN;
	case GATE_STDDEV:
		return SUMMARY_STDDEV;
	case GATE_IQR:
		return SUMMARY_IQR;
	case GATE_MEDIAN:
	case GATE_AUTO:
		break;
	}
	return SUMMARY_MEDIAN;
}

bool
cell_has_samples(const struct results_cell *cell)
{
	for (size_t i = 0; i < cell->n_blocks; i++)
		if (cell->blocks[i].rounds > 0)
			return true;
	return false;
}

double
pairs_value(const struct results_cell *cell, enum gate_field field, struct arena *scratch)
{
	double *v = arena_alloc(scratch, cell->n_blocks, sizeof(*v));
	enum summary alone[] = {field_summary(field), SUMMARY_COUNT};
	const enum summary *of = field == GATE_AUTO ? auto_rest : alone;

	for (; *of != SUMMARY_COUNT; of++) {
		size_t n = 0;

		for (size_t i = 0; i < cell->n_blocks; i++)
			if (cell->blocks[i].rounds > 0 && isfinite(cell->blocks[i].v[*of]))
				v[n++] = cell->blocks[i].v[*of];
		if (n > 0)
			return stats_median(v, n);
	}
	return NAN;
}

/* Adds a series to the pairs when every launch has that number. */
static void
take(const struct duel *duel, enum summary s, struct pairs *pairs)
{
	double *base = arena_alloc(duel->scratch, pairs->n, sizeof(*base));
	double *head = arena_alloc(duel->scratch, pairs->n, sizeof(*head));
	size_t n = 0;

	for (size_t i = 0; i < duel->base->n_blocks && i < duel->head->n_blocks; i++) {
		const struct sample *b = &duel->base->blocks[i], *h = &duel->head->blocks[i];

		if (b->rounds == 0 || h->rounds == 0)
			continue;
		if (!isfinite(b->v[s]) || !isfinite(h->v[s]))
			return;
		base[n] = b->v[s];
		head[n++] = h->v[s];
	}
	pairs->of[pairs->k] = s;
	pairs->base[pairs->k] = base;
	pairs->head[pairs->k++] = head;
}

bool
pairs_positive(const struct pairs *pairs, size_t summary)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (!(pairs->base[summary][i] > 0 && pairs->head[summary][i] > 0))
			return false;
	return true;
}

static bool
comparable(const struct pairs *pairs, size_t summary)
{
	for (size_t i = 0; i < pairs->n; i++) {
		double b = pairs->base[summary][i], h = pairs->head[summary][i];

		if (!(b > 0 && h > 0) && !(b == 0 && h == 0))
			return false;
	}
	return true;
}

double
pairs_log(const struct pairs *pairs, size_t summary, size_t i)
{
	double b = pairs->base[summary][i], h = pairs->head[summary][i];

	return b == 0 && h == 0 ? 0 : log(h) - log(b);
}

static void
keep(struct pairs *pairs, size_t from, size_t to)
{
	pairs->of[to] = pairs->of[from];
	pairs->base[to] = pairs->base[from];
	pairs->head[to] = pairs->head[from];
}

/* A clock too coarse for the bench reads zero in some summaries: they are no evidence of anything
 * as long as another one is whole. */
static int
keep_relative(const struct duel *duel, struct pairs *pairs, const char **ret_why)
{
	size_t whole = 0, first = pairs->k;

	for (size_t j = 0; j < pairs->k; j++)
		if (comparable(pairs, j) && first == pairs->k)
			first = j;
	for (size_t j = 0; j < pairs->k; j++)
		if (pairs_positive(pairs, j))
			keep(pairs, j, whole++);
	if (whole == 0 && first < pairs->k) {
		keep(pairs, first, 0);
		whole = 1;
	}
	pairs->k = whole;
	if (whole > 0)
		return 0;
	*ret_why = arena_printf(duel->arena, "has zero or negative %s: give an absolute gate",
		strcmp(duel->bench->metric, "time") == 0 ? "times" : "values");
	return -1;
}

static const enum summary *
auto_list(const struct duel *duel, bool single)
{
	if (single)
		return auto_single;
	if (duel->bench->direction == HIGHER_IS_BETTER)
		return auto_rate;
	return duel->bench->clock == CLOCK_KIND_CPU ? auto_cpu : auto_wall;
}

int
pairs_take(const struct duel *duel, enum gate_field field, bool relative, struct pairs *ret,
	const char **ret_why)
{
	struct pairs pairs = {0};
	bool single = true;

	for (size_t i = 0; i < duel->base->n_blocks && i < duel->head->n_blocks; i++) {
		const struct sample *b = &duel->base->blocks[i], *h = &duel->head->blocks[i];

		if (b->rounds > 0 && h->rounds > 0) {
			pairs.n++;
			single = single && b->rounds == 1 && h->rounds == 1;
		}
	}
	if (pairs.n > 0 && field != GATE_AUTO)
		take(duel, field_summary(field), &pairs);
	else if (pairs.n > 0)
		for (const enum summary *s = auto_list(duel, single); *s != SUMMARY_COUNT; s++)
			take(duel, *s, &pairs);
	for (const enum summary *s = auto_rest;
		pairs.n > 0 && field == GATE_AUTO && pairs.k == 0 && *s != SUMMARY_COUNT; s++)
		take(duel, *s, &pairs);
	if (pairs.n > 0 && pairs.k == 0) {
		*ret_why = arena_printf(duel->arena, "its results hold no %s",
			field == GATE_AUTO ? "number to compare" : gate_field_name(field));
		return -1;
	}
	if (pairs.n > 0 && relative && keep_relative(duel, &pairs, ret_why) < 0)
		return -1;
	*ret = pairs;
	return 0;
}

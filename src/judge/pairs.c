/* From cells to numbers for people. */
#include "judge_priv.h"

#include "stats/order.h"

#include <math.h>
#include <string.h>

/* Results from elsewhere may hold little. */
static const enum summary any_of[] = {
	SUMMARY_MEDIAN, SUMMARY_MEAN, SUMMARY_MIN, SUMMARY_MAX, SUMMARY_COUNT};

const char pairs_no_cpu_time[] = "its harness reports no CPU time, which a duet is judged by";

bool
pairs_are_timed(const struct bench *bench)
{
	return strcmp(bench->metric, "time") == 0 || strcmp(bench->metric, "throughput") == 0;
}

static bool
are_contended(const struct duel *duel)
{
	return duel->policy->contended && pairs_are_timed(duel->bench);
}

const char *
pairs_lack(const struct duel *duel, enum gate_field field)
{
	if (are_contended(duel) && duel->bench->clock == CLOCK_KIND_WALL)
		return pairs_no_cpu_time;
	return arena_printf(duel->arena, "its results hold no %s",
		field == GATE_AUTO ? "number to compare" : gate_field_name(field));
}

double
pairs_value(const struct duel *duel, const struct results_cell *cell, enum gate_field field)
{
	double *v = arena_alloc(duel->scratch, cell->n_blocks, sizeof(*v));
	bool contended = are_contended(duel);

	field = judge_field(field, duel->bench);
	enum summary alone[] = {
		contended ? contest_duet_summary(duel->bench->clock) : contest_summary(field),
		SUMMARY_COUNT};
	const enum summary *of = field == GATE_AUTO && !contended ? any_of : alone;

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

/* False when a value has no logarithm. */
static bool
take_logs(const struct duel *duel, enum summary s, double *d)
{
	double sign = duel->bench->direction == HIGHER_IS_BETTER ? -1 : 1;
	size_t n = 0;

	for (size_t i = 0; i < duel->base->n_blocks && i < duel->head->n_blocks; i++) {
		const struct sample *b = &duel->base->blocks[i], *h = &duel->head->blocks[i];

		if (b->rounds == 0 || h->rounds == 0)
			continue;
		if (!(isfinite(b->v[s]) && isfinite(h->v[s]) && b->v[s] > 0 && h->v[s] > 0))
			return false;
		d[n++] = sign * (log(h->v[s]) - log(b->v[s]));
	}
	return true;
}

/* Which layout each pair was measured in; NULL when all in the same. */
static const unsigned *
take_layouts(const struct duel *duel, size_t n)
{
	unsigned *layouts = arena_alloc(duel->scratch, n, sizeof(*layouts));
	bool differ = false;
	size_t k = 0;

	for (size_t i = 0; i < duel->base->n_blocks && i < duel->head->n_blocks && k < n; i++) {
		const struct sample *b = &duel->base->blocks[i], *h = &duel->head->blocks[i];

		if (b->rounds == 0 || h->rounds == 0)
			continue;
		layouts[k++] = b->layout;
		differ = differ || b->layout != layouts[0];
	}
	return differ ? layouts : NULL;
}

void
pairs_logs(const struct duel *duel, const struct contest *contest, struct log_pairs *ret)
{
	*ret = (struct log_pairs){.n = contest->n, .layouts = take_layouts(duel, contest->n)};
	for (size_t j = 0; j < contest->k && contest->n > 0; j++) {
		double *d = arena_alloc(duel->scratch, contest->n, sizeof(*d));

		if (!take_logs(duel, contest->series[j].of, d))
			continue;
		ret->d[ret->k] = d;
		ret->noise[ret->k] = stats_spread(d, ret->n);
		if (ret->noise[ret->k] < ret->noise[ret->best])
			ret->best = ret->k;
		ret->k++;
	}
}

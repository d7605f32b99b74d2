/* Which launches count: one a place (block, suite, revision), and only in blocks that are whole. */
#include "store_priv.h"

#include <stdlib.h>

static int
compare_places(const void *a, const void *b)
{
	const struct stored_launch *x = *(struct stored_launch *const *)a;
	const struct stored_launch *y = *(struct stored_launch *const *)b;
	const struct store_launch *l = &x->launch, *m = &y->launch;

	if (l->block != m->block)
		return l->block < m->block ? -1 : 1;
	if (l->suite != m->suite)
		return l->suite < m->suite ? -1 : 1;
	if (l->rev != m->rev)
		return l->rev < m->rev ? -1 : 1;
	if (l->attempt != m->attempt)
		return l->attempt < m->attempt ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static bool
same_place(const struct store_launch *a, const struct store_launch *b)
{
	return a->block == b->block && a->suite == b->suite && a->rev == b->rev;
}

/* Launches in the order of their places, the latest attempt of each only. */
static size_t
pick(struct stored_launches *launches, struct stored_launch **picked)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < launches->n; i++)
		if (launches->v[i].live && !launches->v[i].launch.warmup)
			picked[n++] = &launches->v[i];
	if (n)
		qsort(picked, n, sizeof(*picked), compare_places);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || !same_place(&picked[i]->launch, &picked[i + 1]->launch))
			picked[kept++] = picked[i];
	return kept;
}

/* A revision that failed this suite before may have been given up. */
static bool
gave_up(struct stored_launch *const *picked, size_t before, size_t suite, size_t rev)
{
	for (size_t i = before; i-- > 0;)
		if (picked[i]->launch.suite == suite && picked[i]->launch.rev == rev)
			return picked[i]->launch.outcome.kind != OUTCOME_OK;
	return false;
}

static bool
has_place(struct stored_launch *const *picked, size_t from, size_t to, size_t suite, size_t rev)
{
	for (size_t i = from; i < to; i++)
		if (picked[i]->launch.suite == suite && picked[i]->launch.rev == rev)
			return true;
	return false;
}

/* The last block, when nobody said how many launches it has. */
static bool
looks_whole(const struct results *results, const struct stored_launches *all,
	struct stored_launch *const *picked, size_t from, size_t to)
{
	for (size_t i = 0; i < all->n; i++) {
		size_t suite = all->v[i].launch.suite;

		for (size_t rev = 0; rev < results->revs.n; rev++) {
			const struct results_rev *r = &results->revs.v[rev];

			if (r->build.kind == OUTCOME_OK && r->same_as < 0 &&
				!has_place(picked, from, to, suite, rev) &&
				!gave_up(picked, from, suite, rev))
				return false;
		}
	}
	return true;
}

void
store_pick_blocks(const struct results *results, struct stored_launches *launches,
	struct arena *arena, struct stored_blocks *ret)
{
	struct stored_launch **picked = arena_alloc(arena, launches->n, sizeof(*picked));
	size_t n = pick(launches, picked);

	*ret = (struct stored_blocks){.broken = arena_alloc(arena, n, sizeof(*ret->broken))};
	for (size_t from = 0, to; from < n; from = to) {
		unsigned block = picked[from]->launch.block, planned = 0;

		for (to = from; to < n && picked[to]->launch.block == block; to++)
			if (picked[to]->launch.planned > planned)
				planned = picked[to]->launch.planned;
		/* Blocks come one after the other: only the last one can have been cut short. */
		bool whole = planned ? to - from >= planned
				     : to < n || looks_whole(results, launches, picked, from, to);
		if (!whole) {
			ret->broken[ret->n_broken++] = block;
			continue;
		}
		for (size_t i = from; i < to; i++)
			picked[i]->counts = true;
		ret->next = block + 1;
		ret->whole++;
	}
}

/* Two lists of names with numbers, and where they differ most. */
#include "sweep/why.h"

#include <stdlib.h>
#include <string.h>

void
why_side_done(struct why_side *side)
{
	vec_done(&side->list);
	arena_done(&side->arena);
	*side = (struct why_side){0};
}

static int
compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int
by_name(const void *x, const void *y)
{
	const struct why_value *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order ? order : compare_texts(a->of, b->of);
}

void
why_side_merge(struct why_side *side)
{
	size_t n = 0;

	if (side->list.n == 0)
		return;
	qsort(side->list.v, side->list.n, sizeof(*side->list.v), by_name);
	for (size_t i = 1; i < side->list.n; i++) {
		struct why_value *last = &side->list.v[n];

		if (by_name(last, &side->list.v[i]) != 0)
			side->list.v[++n] = side->list.v[i];
		else if (__builtin_add_overflow(last->value, side->list.v[i].value, &last->value))
			last->value = INT64_MAX;
	}
	side->list.n = n + 1;
}

static uint64_t
distance(const struct why_change *c)
{
	int64_t before = c->before == WHY_ABSENT ? 0 : c->before;
	int64_t after = c->after == WHY_ABSENT ? 0 : c->after;

	return before > after ? (uint64_t)(before - after) : (uint64_t)(after - before);
}

static int
by_distance(const void *x, const void *y)
{
	const struct why_change *a = x, *b = y;
	uint64_t da = distance(a), db = distance(b);

	if (da != db)
		return da < db ? 1 : -1;
	int order = strcmp(a->name, b->name);
	return order ? order : compare_texts(a->of, b->of);
}

void
why_differences(
	struct why_side *before, struct why_side *after, struct arena *arena, struct why_list *ret)
{
	vec(struct why_change) all = {0};
	size_t i = 0, k = 0;

	why_side_merge(before);
	why_side_merge(after);
	while (i < before->list.n || k < after->list.n) {
		const struct why_value *b = i < before->list.n ? &before->list.v[i] : NULL;
		const struct why_value *a = k < after->list.n ? &after->list.v[k] : NULL;
		int order = !b ? 1 : !a ? -1 : by_name(b, a);
		const struct why_value *known = order <= 0 ? b : a;
		struct why_change change = {.name = known->name,
			.of = known->of,
			.before = order <= 0 ? b->value : WHY_ABSENT,
			.after = order >= 0 ? a->value : WHY_ABSENT};

		if (change.before != change.after)
			vec_add(&all, change);
		i += order <= 0;
		k += order >= 0;
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_distance);
	ret->differ = all.n;
	ret->n = all.n < WHY_SHOWN ? all.n : WHY_SHOWN;
	struct why_change *shown = arena_copy(arena, all.v, ret->n, sizeof(*all.v));
	for (size_t s = 0; s < ret->n; s++) {
		shown[s].name = arena_strdup(arena, shown[s].name);
		shown[s].of = arena_strdup(arena, shown[s].of);
	}
	ret->v = shown;
	vec_done(&all);
}

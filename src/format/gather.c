#include "format/gather.h"

#include "base/str.h"
#include "format/known.h"

#include <stdint.h>
#include <string.h>

#define SLOTS_MIN 64

void
gather_done(struct gather *g)
{
	for (size_t i = 0; i < g->benches.n; i++) {
		struct gather_bench *b = &g->benches.v[i];

		for (size_t k = 0; k < b->values.n; k++)
			vec_done(&b->values.v[k].data);
		vec_done(&b->values);
	}
	vec_done(&g->benches);
	free(g->slots);
	g->slots = NULL;
	g->n_slots = 0;
	arena_done(&g->arena);
}

/* FNV-1a. */
static uint64_t
hash_of(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

/* Where the name stands, or the free slot where it belongs. */
static size_t
slot_of(const struct gather *g, const char *fullname)
{
	size_t at = hash_of(fullname) & (g->n_slots - 1);

	while (g->slots[at] && strcmp(g->benches.v[g->slots[at] - 1].bench.fullname, fullname) != 0)
		at = (at + 1) & (g->n_slots - 1);
	return at;
}

static void
grow(struct gather *g)
{
	if (g->n_slots >= 2 * (g->benches.n + 1))
		return;
	g->n_slots = g->n_slots ? 2 * g->n_slots : SLOTS_MIN;
	free(g->slots);
	g->slots = xcalloc(g->n_slots, sizeof(*g->slots));
	for (size_t i = 0; i < g->benches.n; i++)
		g->slots[slot_of(g, g->benches.v[i].bench.fullname)] = i + 1;
}

struct gather_bench *
gather_find(const struct gather *g, const char *fullname)
{
	if (!g->n_slots)
		return NULL;
	size_t place = g->slots[slot_of(g, fullname)];

	return place ? &g->benches.v[place - 1] : NULL;
}

struct gather_bench *
gather_bench(struct gather *g, const char *fullname)
{
	struct gather_bench *found = gather_find(g, fullname);
	struct gather_bench fresh = {.outcome = OUTCOME_INIT};

	if (found)
		return found;
	grow(g);
	fresh.bench.name = fresh.bench.fullname = arena_strdup(&g->arena, fullname);
	size_t slot = slot_of(g, fullname);
	vec_add(&g->benches, fresh);
	g->slots[slot] = g->benches.n;
	return &g->benches.v[g->benches.n - 1];
}

struct gather_value *
gather_value(struct gather_bench *bench, const struct run_value *like)
{
	for (size_t i = 0; i < bench->values.n; i++)
		if (strcmp(bench->values.v[i].value.metric, like->metric) == 0)
			return &bench->values.v[i];
	vec_add(&bench->values, (struct gather_value){.value = *like});
	return &bench->values.v[bench->values.n - 1];
}

void
gather_round(struct gather_bench *bench, const struct run_value *like, double v)
{
	struct gather_value *value = gather_value(bench, like);

	vec_add(&value->data, v);
}

static bool
all_aside(const struct gather_bench *b)
{
	for (size_t i = 0; i < b->values.n; i++)
		if (!b->values.v[i].value.aside)
			return false;
	return true;
}

static int
send_one(struct gather_bench *b, const struct run_sink *sink, struct err *err)
{
	scoped_free struct run_value *values = xcalloc(b->values.n + 1, sizeof(*values));
	bool nothing_else = all_aside(b);

	for (size_t i = 0; i < b->values.n; i++) {
		values[i] = b->values.v[i].value;
		values[i].data = b->values.v[i].data.v;
		values[i].n_data = b->values.v[i].data.n;
		values[i].aside &= !nothing_else;
		format_fill(&values[i]);
	}
	b->bench.values = values;
	b->bench.n_values = b->values.n;
	if (b->values.n == 0 && b->outcome.kind == OUTCOME_OK)
		outcome_set(&b->outcome, OUTCOME_BAD_OUTPUT, "no number of it is there");
	b->bench.outcome = b->outcome.kind == OUTCOME_OK ? NULL : &b->outcome;
	int r = sink->bench(&b->bench, sink->arg, err);
	b->bench.values = NULL;
	b->bench.n_values = 0;
	return r;
}

int
gather_send(struct gather *g, const struct run_sink *sink, struct err *err)
{
	for (size_t i = 0; i < g->benches.n; i++)
		if (send_one(&g->benches.v[i], sink, err) < 0)
			return -1;
	return 0;
}

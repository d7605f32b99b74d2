#include "core/results.h"

#include "core/run.h"

#include <string.h>

void
results_init(struct results *r)
{
	memset(r, 0, sizeof(*r));
}

void
results_done(struct results *r)
{
	vec_done(&r->revs);
	vec_done(&r->benches);
	index_done(&r->by_name);
	for (size_t i = 0; i < r->cells.n; i++)
		free(r->cells.v[i].blocks);
	vec_done(&r->cells);
	vec_done(&r->notes);
	arena_done(&r->arena);
	memset(r, 0, sizeof(*r));
}

void
results_add_rev(struct results *r, const struct rev *rev)
{
	struct results_rev copy = {.rev = *rev, .build = OUTCOME_INIT, .same_as = -1};

	copy.rev.spec = arena_strdup(&r->arena, rev->spec);
	copy.rev.label = arena_strdup(&r->arena, rev->label);
	copy.rev.id = arena_strdup(&r->arena, rev->id);
	copy.rev.tree_id = arena_strdup(&r->arena, rev->tree_id);
	copy.rev.path = arena_strdup(&r->arena, rev->path);
	copy.rev.version = arena_strdup(&r->arena, rev->version);
	copy.rev.subject = arena_strdup(&r->arena, rev->subject);
	copy.rev.author = arena_strdup(&r->arena, rev->author);
	copy.rev.series = arena_strdup(&r->arena, rev->series);
	vec_add(&r->revs, copy);
}

struct wanted {
	const struct results *results;
	const struct bench *bench;
};

static bool
is_wanted(size_t place, const void *arg)
{
	const struct wanted *w = arg;
	const struct bench *b = &w->results->benches.v[place];

	return strcmp(b->name, w->bench->name) == 0 && strcmp(b->suite, w->bench->suite) == 0 &&
	       strcmp(b->metric, w->bench->metric) == 0;
}

size_t
results_bench(struct results *r, const struct bench *bench)
{
	uint32_t hash =
		index_hash(index_hash(index_hash(0, bench->name), bench->suite), bench->metric);
	struct wanted wanted = {r, bench};
	size_t place = index_find(&r->by_name, hash, is_wanted, &wanted);

	if (place != SIZE_MAX)
		return place;
	struct bench copy = *bench;
	const char **marks = arena_alloc(&r->arena, bench->n_marks, sizeof(*marks));
	for (size_t i = 0; i < bench->n_marks; i++)
		marks[i] = arena_strdup(&r->arena, bench->marks[i]);
	copy.suite = arena_strdup(&r->arena, bench->suite);
	copy.name = arena_strdup(&r->arena, bench->name);
	copy.metric = arena_strdup(&r->arena, bench->metric);
	copy.unit = arena_strdup(&r->arena, bench->unit);
	copy.group = arena_strdup(&r->arena, bench->group);
	copy.param = arena_strdup(&r->arena, bench->param);
	copy.params = run_copy_pairs(&r->arena, bench->params);
	copy.marks = marks;
	index_add(&r->by_name, hash, r->benches.n);
	vec_add(&r->benches, copy);
	for (size_t i = 0; i < r->revs.n; i++)
		vec_add(&r->cells, (struct results_cell){0});
	return r->benches.n - 1;
}

struct results_cell *
results_cell(const struct results *r, size_t bench, size_t rev)
{
	return &r->cells.v[bench * r->revs.n + rev];
}

size_t
results_measured_rev(const struct results *r, size_t rev)
{
	int same = r->revs.v[rev].same_as;

	/* Whoever is measured for others is like nobody itself; a store may hold anything. */
	return same >= 0 && (size_t)same < r->revs.n && r->revs.v[same].same_as < 0 ? (size_t)same
										    : rev;
}

bool
results_has_block(const struct results_cell *cell, size_t block)
{
	return block < cell->n_blocks && cell->blocks[block].rounds > 0;
}

bool
results_has_samples(const struct results_cell *cell)
{
	for (size_t i = 0; i < cell->n_blocks; i++)
		if (cell->blocks[i].rounds > 0)
			return true;
	return false;
}

size_t
results_end(const struct results *r)
{
	size_t most = 0;

	for (size_t i = 0; i < r->cells.n; i++)
		most = r->cells.v[i].n_blocks > most ? r->cells.v[i].n_blocks : most;
	return most;
}

void
results_set(struct results *r, size_t bench, size_t rev, size_t block, const struct sample *sample)
{
	struct results_cell *cell = results_cell(r, bench, rev);

	if (block >= cell->n_blocks) {
		if (block >= cell->blocks_room) {
			cell->blocks_room = block + 1 + block / 2;
			cell->blocks = xreallocarray(
				cell->blocks, cell->blocks_room, sizeof(*cell->blocks));
		}
		memset(cell->blocks + cell->n_blocks, 0,
			(block + 1 - cell->n_blocks) * sizeof(*cell->blocks));
		cell->n_blocks = block + 1;
	}
	cell->blocks[block] = *sample;
	cell->seen = true;
	cell->outcome = (struct outcome)OUTCOME_INIT;
	cell->absent = false;
	cell->log = NULL;
}

void
results_tell(struct results *r, size_t bench, size_t rev, const struct outcome *outcome,
	bool absent, const char *log)
{
	struct results_cell *cell = results_cell(r, bench, rev);

	cell->seen = true;
	if (cell->n_blocks)
		return;
	cell->outcome = *outcome;
	cell->absent = absent;
	cell->log = outcome->kind == OUTCOME_OK ? NULL : arena_strdup(&r->arena, log);
}

bool
results_fail_benches(struct results *r, const char *suite, size_t rev,
	const struct outcome *outcome, const char *log)
{
	bool any = false;

	for (size_t i = 0; i < r->benches.n; i++) {
		if (strcmp(r->benches.v[i].suite, suite) != 0)
			continue;
		results_tell(r, i, rev, outcome, false, log);
		any = true;
	}
	return any;
}

void
results_fail_suite(struct results *r, const char *suite, size_t rev, const struct outcome *outcome,
	const char *log)
{
	struct bench whole = {.suite = suite, .name = "*", .metric = "time", .unit = "s"};

	if (!results_fail_benches(r, suite, rev, outcome, log))
		results_tell(r, results_bench(r, &whole), rev, outcome, false, log);
}

void
results_count_launch(struct results *r, bool disturbed, unsigned by)
{
	r->launches++;
	r->disturbed += disturbed;
	for (unsigned i = 0; i < DISTURBANCE_COUNT; i++)
		r->disturbed_by[i] += by >> i & 1;
}

void
results_note(struct results *r, const char *sentence)
{
	for (size_t i = 0; i < r->notes.n; i++)
		if (strcmp(r->notes.v[i], sentence) == 0)
			return;
	vec_add(&r->notes, arena_strdup(&r->arena, sentence));
}

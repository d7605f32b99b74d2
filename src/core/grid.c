#include "core/grid.h"

#include "base/str.h"

#include <string.h>

void
grid_done(struct grid *grid)
{
	for (size_t i = 0; i < grid->runs.n; i++) {
		run_done(&grid->runs.v[i]->run);
		free(grid->runs.v[i]);
	}
	vec_done(&grid->runs);
	vec_done(&grid->benches);
	vec_done(&grid->metrics);
	index_done(&grid->by_name);
	arena_done(&grid->arena);
}

struct grid_run *
grid_add_run(struct grid *grid)
{
	struct grid_run *added = xcalloc(1, sizeof(*added));

	added->run = (struct run)RUN_INIT;
	vec_add(&grid->runs, added);
	return added;
}

void
grid_drop_run(struct grid *grid)
{
	size_t run = --grid->runs.n;

	for (size_t i = 0; i < grid->benches.n; i++) {
		struct grid_bench *bench = &grid->benches.v[i];
		struct grid_entry *before = NULL;

		for (struct grid_entry *e = bench->first; e && e->run < run; e = e->next)
			before = e;
		bench->last = before;
		if (before)
			before->next = NULL;
		else
			bench->first = NULL;
	}
	run_done(&grid->runs.v[run]->run);
	free(grid->runs.v[run]);
}

struct wanted {
	const struct grid *grid;
	const char *fullname;
};

static bool
is_wanted(size_t place, const void *arg)
{
	const struct wanted *w = arg;

	return strcmp(w->grid->benches.v[place].fullname, w->fullname) == 0;
}

void
grid_rehash(struct grid *grid)
{
	index_done(&grid->by_name);
	for (size_t i = 0; i < grid->benches.n; i++)
		index_add(&grid->by_name, index_hash(0, grid->benches.v[i].fullname), i);
}

static struct grid_bench *
bench_of(struct grid *grid, const struct run_bench *bench)
{
	uint32_t hash = index_hash(0, bench->fullname);
	struct wanted wanted = {grid, bench->fullname};
	size_t place = index_find(&grid->by_name, hash, is_wanted, &wanted);

	if (place != SIZE_MAX)
		return &grid->benches.v[place];
	struct grid_bench added = {.fullname = arena_strdup(&grid->arena, bench->fullname)};
	size_t full = strlen(bench->fullname), n = strlen(bench->name);
	bool is_end = n <= full && strcmp(bench->fullname + full - n, bench->name) == 0;
	added.name = is_end ? added.fullname + full - n : arena_strdup(&grid->arena, bench->name);
	index_add(&grid->by_name, hash, grid->benches.n);
	vec_add(&grid->benches, added);
	return &grid->benches.v[grid->benches.n - 1];
}

/* What all runs should agree on. */
static void
describe(struct grid *grid, struct grid_bench *own, const struct run_bench *bench)
{
	struct arena *arena = &grid->arena;

	if (!own->group)
		own->group = arena_strdup(arena, bench->group);
	if (!own->param)
		own->param = arena_strdup(arena, bench->param);
	if (!own->params)
		own->params = run_copy_pairs(arena, bench->params);
	if (!own->groups)
		own->groups = run_copy_pairs(arena, bench->groups);
	if (!own->marks)
		own->marks = run_copy_texts(arena, bench->marks);
}

static uint32_t
metric_of(struct grid *grid, const struct run_value *value)
{
	for (size_t i = 0; i < grid->metrics.n; i++)
		if (strcmp(grid->metrics.v[i].name, value->metric) == 0 &&
			strcmp(grid->metrics.v[i].unit, value->unit) == 0)
			return (uint32_t)i;
	vec_add(&grid->metrics, (struct grid_metric){
					.name = arena_strdup(&grid->arena, value->metric),
					.unit = arena_strdup(&grid->arena, value->unit),
					.direction = value->direction,
					.clock = value->clock,
				});
	return (uint32_t)grid->metrics.n - 1;
}

static struct grid_entry *
entry_of(struct grid *grid, const struct run_bench *bench)
{
	size_t n = bench->n_values;
	struct grid_entry *entry =
		arena_alloc(&grid->arena, 1, sizeof(*entry) + n * sizeof(entry->cells[0]));

	entry->n_cells = (uint32_t)n;
	entry->run = (uint32_t)grid->runs.n - 1;
	entry->extra = run_copy_pairs(&grid->arena, bench->extra);
	if (bench->outcome)
		entry->outcome =
			arena_copy(&grid->arena, bench->outcome, 1, sizeof(*bench->outcome));
	for (size_t i = 0; i < n; i++) {
		const struct run_value *value = &bench->values[i];
		struct grid_cell *cell = &entry->cells[i];

		memcpy(cell->stat, value->stat, sizeof(cell->stat));
		cell->headline = value->headline;
		cell->log_error = value->log_error;
		cell->metric = metric_of(grid, value);
	}
	return entry;
}

int
grid_take(const struct run_bench *bench, void *arg, struct err *err)
{
	struct grid *grid = arg;
	struct grid_bench *own = bench_of(grid, bench);
	struct grid_run *run = grid->runs.v[grid->runs.n - 1];

	(void)err;
	describe(grid, own, bench);
	struct grid_entry *entry = entry_of(grid, bench);
	if (own->last && own->last->run == entry->run) {
		struct grid_entry **link = &own->first;

		while (*link != own->last)
			link = &(*link)->next;
		*link = own->last = entry;
		run->repeated++;
		return 0;
	}
	run->n_benches++;
	if (own->last)
		own->last->next = entry;
	else
		own->first = entry;
	own->last = entry;
	return 0;
}

struct run_sink
grid_sink(struct grid *grid)
{
	return (struct run_sink){grid_take, grid, true};
}

const struct grid_entry *
grid_entry(const struct grid_bench *bench, size_t run)
{
	const struct grid_entry *entry = bench->first;

	while (entry && entry->run < run)
		entry = entry->next;
	return entry && entry->run == run ? entry : NULL;
}

const struct grid_cell *
grid_cell(const struct grid_entry *entry, size_t metric)
{
	for (size_t i = 0; entry && i < entry->n_cells; i++)
		if (entry->cells[i].metric == metric)
			return &entry->cells[i];
	return NULL;
}

size_t
grid_metric(const struct grid *grid, const char *name)
{
	for (size_t i = 0; i < grid->metrics.n; i++)
		if (strcmp(grid->metrics.v[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

/* What several runs say of the same benches: benches × runs × metrics, for tables and for judging
 * files. Compact: files of 100,000 benches are ordinary. */
#ifndef CORE_GRID_H
#define CORE_GRID_H

#include "base/arena.h"
#include "base/index.h"
#include "core/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct grid_metric {
	const char *name, *unit;
	enum direction direction;
	enum bench_clock clock;
};

/* One metric of one bench in one run. */
struct grid_cell {
	double stat[RUN_TABLE_COUNT]; /* as in struct run_value */
	double headline;
	double log_error;
	uint32_t metric; /* index of grid.metrics */
};

/* One bench in one run. */
struct grid_entry {
	struct grid_entry *next;       /* of the bench, in the order of runs */
	const struct outcome *outcome; /* NULL: ok */
	const struct run_pair *extra;  /* NULL key ends; or NULL */
	uint32_t run;
	uint32_t n_cells;
	struct grid_cell cells[];
};

struct grid_bench {
	const char *name, *fullname;
	const char *group, *param;
	const struct run_pair *params, *groups; /* NULL key ends; or NULL */
	const char *const *marks;               /* NULL-terminated; or NULL */
	struct grid_entry *first, *last;
};

struct grid_run {
	struct run run; /* facts, label; without benches */
	size_t n_benches;
	size_t repeated; /* benches that came again in it: the last counts */
};

struct grid {
	struct arena arena;
	vec(struct grid_run *) runs;
	vec(struct grid_bench) benches; /* as they first came */
	vec(struct grid_metric) metrics;
	struct index by_name; /* of benches, by fullname */
};

void grid_done(struct grid *grid);
/* A new run, whose facts the reader fills in. */
struct grid_run *grid_add_run(struct grid *grid);
/* Takes the newest run back, with all that it said; benches that only it had stay, without entry.
 */
void grid_drop_run(struct grid *grid);
/* After the list of benches was changed by hand. */
void grid_rehash(struct grid *grid);
/* For a sink: what the newest run says of a bench. Group, parameters and marks are those of the
 * first run that has any. */
int grid_take(const struct run_bench *bench, void *grid, struct err *err);
struct run_sink grid_sink(struct grid *grid);

/* NULL where the run has no such bench; the cell NULL where it has no such metric. */
const struct grid_entry *grid_entry(const struct grid_bench *bench, size_t run);
const struct grid_cell *grid_cell(const struct grid_entry *entry, size_t metric);
/* SIZE_MAX when no run has that metric. */
size_t grid_metric(const struct grid *grid, const char *name);

#endif

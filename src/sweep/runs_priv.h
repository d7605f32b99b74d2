/* What the files of sweep/runs share. */
#ifndef RUNS_PRIV_H
#define RUNS_PRIV_H

#include "sweep/runs.h"

/* What the raw outputs of a revision's launches say about one bench of the results. */
struct rounds {
	vec(double) data; /* of all launches */
	size_t launches;  /* whose rounds these are */
	int64_t newest;   /* the launch that was added last, and where its rounds begin: of a */
	size_t begin;     /* bench that is in a file twice the last counts */
	/* As the only launch's file has it; rounds may be missing there. */
	bool whole;
	struct run_value value;
	const struct run_bench *bench; /* what else is said there, without values; or NULL */
};

struct raw_outputs {
	struct rounds *rounds; /* by bench of the results */
	size_t n;
	struct run file; /* owns texts, and has the facts of the first file that could be read */
	bool any;        /* one could */
	unsigned gone;   /* launches whose raw output is not there any more */
};
void raw_outputs_done(struct raw_outputs *raw);

/* Reads what the launches of a revision that count left. */
int raw_outputs_read(struct store *store, const struct results *results,
	const struct store_launch_row *rows, size_t n_rows, size_t rev, struct raw_outputs *ret,
	struct err *err);

/* Indices of the results' benches by name, suite and metric. */
struct bench_index {
	const struct results *results;
	size_t *v;
};
void bench_index_init(struct bench_index *index, const struct results *results);
void bench_index_done(struct bench_index *index);
/* The first bench that is not less than these; metric may be "". */
size_t bench_index_find(
	const struct bench_index *index, const char *name, const char *suite, const char *metric);

#endif

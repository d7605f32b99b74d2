/* Everything that was measured, ready to be judged: revisions × benches × blocks. */
#ifndef CORE_RESULTS_H
#define CORE_RESULTS_H

#include "base/arena.h"
#include "base/index.h"
#include "base/vec.h"
#include "core/bench.h"
#include "core/disturbance.h"
#include "core/outcome.h"
#include "core/rev.h"
#include "core/sample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A revision in a sweep and what became of its build. */
struct results_rev {
	struct rev rev;
	struct outcome build;  /* ok, failed, timed out */
	const char *build_log; /* path, or NULL */
	const char *build_key; /* 64 hex digits, or NULL */
	/* Index of the revision with a byte-identical prefix that was built first, or -1. */
	int same_as;
	unsigned known_at; /* of a bisect: the block before which its build was known */
};

/* One bench in one revision. */
struct results_cell {
	struct outcome outcome; /* ok while at least one launch gave a sample */
	bool absent;            /* this revision has no such bench */
	bool seen;              /* some launch of this revision spoke of it */
	const char *log;        /* where to read about a failure, or NULL */
	struct sample *blocks;  /* by block; rounds == 0: no sample there */
	size_t n_blocks, blocks_room;
};

struct results {
	struct arena arena; /* owns every text and array below */
	vec(struct results_rev) revs;
	vec(struct bench) benches;
	struct index by_name;                     /* of benches that results_bench() added */
	vec(struct results_cell) cells;           /* bench-major: bench * revs.n + rev */
	size_t n_blocks;                          /* complete blocks */
	unsigned launches;                        /* that the samples rest on */
	unsigned disturbed;                       /* of them, taken on a disturbed machine */
	unsigned disturbed_by[DISTURBANCE_COUNT]; /* one may have several */
	vec(const char *) notes;                  /* for the end of the report, each once */
};

void results_init(struct results *r);
void results_done(struct results *r);
/* Copies texts into the arena. Revisions come first: none can be added once there are benches. */
void results_add_rev(struct results *r, const struct rev *rev);
/* The index of the bench with this suite, name and metric, added when it is new. */
size_t results_bench(struct results *r, const struct bench *bench);
struct results_cell *results_cell(const struct results *r, size_t bench, size_t rev);
/* The revision that is measured for all that have its build: the one that was built first. */
size_t results_measured_rev(const struct results *r, size_t rev);
bool results_has_samples(const struct results_cell *cell);
bool results_has_block(const struct results_cell *cell, size_t block);
/* One more than the last block that holds a sample. */
size_t results_end(const struct results *r);
/* Puts a sample in its place, growing the row of blocks as needed. The cell is ok from then on. */
void results_set(
	struct results *r, size_t bench, size_t rev, size_t block, const struct sample *sample);
/* What a launch said of a bench: the newest word counts as long as there is no sample. log: may be
 * NULL. */
void results_tell(struct results *r, size_t bench, size_t rev, const struct outcome *outcome,
	bool absent, const char *log);
/* A suite failed as a whole on a revision, and so did each of its benches without a sample there.
 * False when none of its benches is known. */
bool results_fail_benches(struct results *r, const char *suite, size_t rev,
	const struct outcome *outcome, const char *log);
/* The same; a suite of which no bench is known is a row of its own, with the bench "*". */
void results_fail_suite(struct results *r, const char *suite, size_t rev,
	const struct outcome *outcome, const char *log);
/* Counts a launch that the samples rest on; by: flags of enum disturbance. */
void results_count_launch(struct results *r, bool disturbed, unsigned by);
void results_note(struct results *r, const char *sentence);

#endif

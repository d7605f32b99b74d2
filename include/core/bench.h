/* A benchmark, as the same thing in every revision: one row of the report for each metric. */
#ifndef CORE_BENCH_H
#define CORE_BENCH_H

#include <stdbool.h>
#include <stddef.h>

enum direction { LOWER_IS_BETTER, HIGHER_IS_BETTER };

/* Which clock made the numbers of a time metric. CPU clocks may read below the truth on virtual
 * machines, so that the minimum of a CPU time is never judged (statistics.md 2.1). */
enum bench_clock { CLOCK_KIND_WALL, CLOCK_KIND_CPU };

struct run_pair;

struct bench {
	const char *suite;  /* name of the suite entry */
	const char *name;   /* unique in its suite; the join key between revisions */
	const char *metric; /* "time", "rss", "size", "value", ... */
	const char *unit;   /* "s", "B", or as the harness said */
	enum direction direction;
	enum bench_clock clock;
	const char *group; /* or NULL */
	const char *param; /* parameter id, or NULL */
	/* Its parameters by name, as those of struct run_bench (core/run.h); NULL: not known. */
	const struct run_pair *params;
	const char *const *marks; /* n_marks texts */
	size_t n_marks;
};

#endif

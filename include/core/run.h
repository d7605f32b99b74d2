/* A run: what somebody measured once, of one revision, as result files tell it. Files of any format
 * and revisions of stored sweeps become runs; `diff`, `import` and `export` pass them around. */
#ifndef CORE_RUN_H
#define CORE_RUN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "core/bench.h"
#include "core/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers that pytest-benchmark knows of a series of rounds; NAN where a file does not say. */
enum run_stat {
	RUN_MIN,
	RUN_MAX,
	RUN_MEAN,
	RUN_STDDEV, /* n - 1 */
	RUN_MEDIAN,
	RUN_IQR,
	RUN_OPS, /* 1 / mean */
	RUN_ROUNDS,
	RUN_ITERATIONS, /* inner loop of a round */
	RUN_STDDEV_OUTLIERS,
	RUN_IQR_OUTLIERS,
	RUN_TABLE_COUNT, /* those above are what tables show */
	RUN_Q1 = RUN_TABLE_COUNT,
	RUN_Q3,
	RUN_LD15IQR,
	RUN_HD15IQR,
	RUN_TOTAL, /* sum of the rounds */
	RUN_STAT_COUNT
};

/* Scalars as Python's str() writes them ("True", "None"), lists and objects as JSON. */
struct run_pair {
	const char *key, *value;
	bool is_text; /* it was one, so that "10" is no number; false: not known, or none */
};

/* One metric of one bench in one run. */
struct run_value {
	const char *metric; /* "time", "cpu", "peak", "allocations", ... as core/metric.h */
	const char *unit;   /* "s", "B", ... */
	enum direction direction;
	enum bench_clock clock;
	double stat[RUN_STAT_COUNT];
	/* Of a metric of memory: the one number that benchmem takes for it; NAN: none of its own.
	 */
	double headline;
	/* The rounds, in their order, in the unit; NULL where the file has none or they were not
	 * asked for. */
	const double *data;
	size_t n_data;
	/* Standard error of the logarithm of the median, from the rounds (stats/median.h); NAN when
	 * there were none. */
	double log_error;
	/* It comes along with what was to be measured (memory, a throughput beside the time), or
	 * nobody knows whether more of it is better: only for those who ask for it by its name. */
	bool aside;
};

/* One bench in one run. Texts may be NULL unless it says otherwise. */
struct run_bench {
	const char *name;     /* short, never NULL: "test_sort[1000]" */
	const char *fullname; /* never NULL; joins runs: "tests/test_sort.py::test_sort[1000]" */
	const char *group;
	const char *param;              /* id of the parameters: "1000-int" */
	const struct run_pair *params;  /* NULL key ends; values as text */
	const struct run_pair *extra;   /* scalars of extra_info; NULL key ends */
	const struct run_pair *groups;  /* park's custom groups; NULL key ends */
	const struct run_pair *options; /* timer, min_rounds, ...; NULL key ends */
	const char *const *marks;       /* NULL-terminated, or NULL */
	const struct run_value *values;
	size_t n_values;
	const struct outcome *outcome; /* NULL: ok; else why there is no usable number */
};

/* What is known of a run beside its benches; each text may be NULL. */
struct run_facts {
	const char *path;     /* of the file, or "#12 v1.4" */
	const char *format;   /* "pytest-benchmark", ... */
	const char *tool;     /* "pytest-benchmark 5.2.3" */
	const char *id, *tag; /* pytest-park's metadata.run_id and metadata.tag, where they stand */
	const char *date;     /* as written */
	double time;          /* of date, in seconds since 1970 by UTC; NAN when unknown */
	const char *commit, *commit_time, *author_time, *branch, *project;
	bool dirty;
	vec(struct run_pair) machine; /* flattened: "cpu.brand_raw" */
	vec(const char *) notes;      /* what was odd, a sentence each */
};

struct run {
	struct arena arena; /* owns every text and array, but for the vecs */
	struct run_facts facts;
	const char *label; /* how tables call it */
	vec(struct run_bench) benches;
};

#define RUN_INIT                                                                                   \
	{                                                                                          \
		.facts = {.time = __builtin_nan("") }                                              \
	}

void run_done(struct run *run);
void run_note(struct run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Copies both into the arena; a key that is there already gets the new value. */
void run_machine(struct run *run, const char *key, const char *value);
void run_machine_pair(struct run *run, const struct run_pair *pair);
/* NULL when nobody said. */
const char *run_machine_of(const struct run *run, const char *key);
/* Every statistic NAN, metric "time" in "s", lower is better. */
struct run_value run_value_init(void);
/* NULL when the bench has no such metric. */
const struct run_value *run_value_of(const struct run_bench *bench, const char *metric);
/* "min", "max", ..., "rounds", "iterations". */
const char *run_stat_name(enum run_stat stat);
/* The value of a key in pairs, or NULL. */
const char *run_pair_get(const struct run_pair *pairs, const char *key);
/* Deep copies; NULL of what is empty. */
const struct run_pair *run_copy_pairs(struct arena *arena, const struct run_pair *pairs);
const char *const *run_copy_texts(struct arena *arena, const char *const *texts);
/* Seconds since 1970 of an ISO 8601 date and time ("2026-11-21T09:15:39.182383+00:00"); one without
 * an offset is taken for UTC. NAN when it is none. */
double run_time_of(const char *date);

/* Where readers put what they find, one bench after another, so that no file has to fit into
 * memory: the bench and all it points to lives until the call returns. A bench may come twice (the
 * last counts). -1 with err set ends the reading. */
struct run_sink {
	int (*bench)(const struct run_bench *bench, void *arg, struct err *err);
	void *arg;
	bool brief; /* nobody asks for a bench's options and clock, nor for what tables do not show
		     */
};

/* A sink's work for those who want everything: adds a deep copy to run (its own arena), with the
 * rounds when keep_data. */
void run_add(struct run *run, const struct run_bench *bench, bool keep_data);

#endif

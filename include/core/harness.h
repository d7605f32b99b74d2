/* A harness adapter: how to start one launch of a benchmark program and how to read what it left.
 * Adapters are pure translators: they start nothing. One file each in src/harness/, one line in
 * src/harness/harness.c. */
#ifndef CORE_HARNESS_H
#define CORE_HARNESS_H

#include "base/arena.h"
#include "base/err.h"
#include "core/config.h"
#include "core/metric.h"
#include "core/outcome.h"
#include "core/sample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How one bench is to be measured: the same in every revision. */
struct bench_rounds {
	const char *name;    /* as read() gave it */
	unsigned rounds;     /* to be recorded; at least 1 */
	uint64_t iterations; /* inner loop of a round; 0: the harness decides */
	unsigned skip;       /* rounds before them that are run and dropped: warm-up */
};

/* What the adapter is told. All paths are absolute. */
struct launch_request {
	const struct suite *suite;
	struct settings settings;
	const char *suite_dir; /* the suite's own files (suite->paths lie below it) */
	const char *prefix;    /* the build to be measured */
	const char *out_dir;   /* private, empty, for result files; gone after the launch */
	const char *rev_id;    /* full id of the measured revision */
	/* Benches to run, NULL-terminated, by the names that read() gave before; NULL: all. */
	const char *const *only;
	/* Goes before `rounds`, the settings and what a bench's marks ask for, not before `quick`.
	 * A bench whose code gives its rounds (benchmark.pedantic) keeps them. */
	const struct bench_rounds *fixed; /* benches that are not named: as the settings say */
	size_t n_fixed;
	bool quick; /* the unrecorded first launch: as few rounds as the harness can do */
	/* What the launch is for. Unless it is timed, each bench runs a fixed number of times,
	 * whatever a clock says: something is counted, from outside or inside of the process. */
	enum metric_pass pass;
	unsigned passes; /* of a harness that counts inside; 0: decide */
	unsigned rounds; /* for harnesses that time commands: executions; 0: decide */
};

/* What the adapter answers: texts live in the arena of the call. */
struct launch_command {
	const char *const *argv;
	const struct recipe_pair *env; /* added to the launch's environment */
	size_t n_env;
	const char *cwd; /* absolute; NULL: suite_dir */
	unsigned rounds,
		warmup;      /* executions of argv (proc_spec); 0 rounds: one, not timed by us */
	double rounds_s;     /* also until this much was measured ... */
	unsigned rounds_max; /* ... but no further */
};

/* What came out of the process. */
struct launch_output {
	const char *stdout_path, *stderr_path, *out_dir;
	int exit_code; /* of a command that exited by itself; signals and timeouts never get here */
	const double *wall_s, *cpu_s; /* each round's times when the command was timed by us */
	size_t n_rounds;
};

/* One bench in one launch. */
struct launch_bench {
	const char *name, *metric, *unit, *group, *param;
	const struct run_pair *params; /* of struct bench */
	const char *const *marks;
	size_t n_marks;
	enum direction direction;
	enum bench_clock clock;
	struct outcome outcome; /* of this bench alone */
	/* The suite ran, but this revision has no such thing to measure (an attribute or module
	 * that is missing there): "new" or "removed" rather than "failed". */
	bool absent;
	bool aside;           /* counts only where a gate or measure.metrics names the metric */
	const double *values; /* a round each, per iteration, in the unit */
	size_t n_values;
	const double *cpu_values; /* same rounds by the CPU clock, or NULL */
	uint64_t iterations;
	/* Summaries instead of values, where the harness reports nothing finer. */
	bool has_summary;
	struct sample summary;
};

struct launch_result {
	struct outcome outcome; /* of the launch: unless ok, benches are not to be used */
	struct launch_bench *benches;
	size_t n_benches;
	const char *const *notes; /* things worth a line in the report, NULL-terminated, or NULL */
	const char *harness_version; /* or NULL */
	/* The program is too old for launch_request.fixed, though its harness honours that. */
	bool cannot_fix;
};

struct harness {
	const char *name;    /* as in revsweep.yml */
	const char *summary; /* one line for help and `revsweep init` */
	bool selects;        /* honours launch_request.only */
	bool fixes_rounds;   /* honours launch_request.fixed */
	bool times_commands; /* each execution is a round, timed by revsweep */
	/* The benchmarks are programs that the recipe built with each revision and listed in
	 * PREFIX/benches.list (harness/adapter.h). `paths` are names of packages then, not files,
	 * and the suite is the whole tree, by default of the revision itself: what its programs
	 * read lies there. */
	bool built;
	bool counts; /* honours launch_request.pass */
	/* Runs all benches in one process, into which revsweep-alloc.so is preloaded, and reports
	 * what the memory pass is for. What the instructions pass is for it calls by
	 * revsweep_alloc_call(), and reports the numbers of those calls, the first being 1. */
	bool counts_inside;
	bool times_only; /* reports times and throughput, never a metric that a pass is for */
	/* The file in out_dir that is kept as the launch's raw output; NULL, or when it is not
	 * there: what was printed. */
	const char *result_file;
	/* Names of files that belong to a suite wherever they stand at the top of the tree or above
	 * one of its paths (pyproject.toml, conftest.py, ...); NULL-terminated, or NULL. */
	const char *const *companions;
	/* ERR_USAGE when the suite entry lacks what this harness needs (run, paths). */
	int (*check)(const struct suite *suite, struct err *err);
	/* Calls note for each setting that is set and cannot be honoured, with a sentence. */
	void (*unsupported)(const struct settings *settings,
		void (*note)(const char *sentence, void *arg), void *arg);
	int (*command)(const struct launch_request *request, struct arena *arena,
		struct launch_command *ret, struct err *err);
	/* -1 only when we fail (memory, unreadable file system): bad output is an outcome. */
	int (*read)(const struct launch_request *request, const struct launch_output *output,
		struct arena *arena, struct launch_result *ret, struct err *err);
};

#endif

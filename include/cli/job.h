/* What `compare` and `run` share: plan, carry out, report. */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include "cli/app.h"
#include "cli/outputs.h"
#include "store/store.h"
#include "sweep/terms.h"

struct job {
	const char *command;
	const struct rev *revs;
	size_t n_revs;
	size_t base;
	bool judge;   /* false: measure only */
	bool apart;   /* calibration: equal builds are measured as if they were not */
	bool changes; /* look for change points; gates are held against the first or the previous */
	bool previous;
	struct terms_bisect bisect;
	bool why; /* of a bisect: look into what changed in the culprit */
	/* Told of the report before it is stored and printed; may add to it. May be NULL. */
	int (*concluded)(struct app *app, struct report *report, void *arg, struct err *err);
	void *arg;
	/* Chosen already: they get the report and are not written yet. NULL: it goes where it was
	 * asked for. */
	struct outputs *outputs;
};

/* Options both know; OPT_END is not part of it. */
#define JOB_OPTIONS                                                                                \
	OPT(0, "suite", OPT_LIST, suites, "NAME", "only this suite (may be repeated)", NULL),      \
		OPT('b', "bench", OPT_LIST, benches, "GLOB",                                       \
			"only benchmarks whose name matches (may be repeated)", NULL),             \
		OPT(0, "run", OPT_TEXT, run, "CMD",                                                \
			"benchmark this command instead of the configured suites", NULL),          \
		OPT(0, "harness", OPT_TEXT, harness, "NAME",                                       \
			"what to make of --run: command (default) times it; lines reads what it "  \
			"prints; predicate takes its exit code, as git bisect run does",           \
			"command lines google-benchmark jmh nanobench predicate"),                 \
		OPT(0, "recipe", OPT_TEXT, recipe, "NAME",                                         \
			"how to build: a shipped recipe or a path to one", "@recipe"),             \
		OPT(0, "with", OPT_LIST, with, "NAME=VALUE",                                       \
			"set a parameter of the recipe (may be repeated)", NULL),                  \
		ARCHIVE_OPTIONS,                                                                   \
		OPT(0, "metrics", OPT_TEXT, metrics, "LIST",                                       \
			"what to measure, separated by commas: time, cpu, rss, peak, allocated, "  \
			"allocations, instructions, size (default: time)",                         \
			NULL),                                                                     \
		OPT(0, "passes", OPT_TEXT, passes, "N",                                            \
			"how often memory and instructions are counted (default: auto)", NULL),    \
		OPT(0, "blocks", OPT_TEXT, blocks, "MIN..MAX",                                     \
			"how many blocks to measure (default: 5..40)", NULL),                      \
		OPT(0, "budget", OPT_TEXT, budget, "TIME",                                         \
			"stop measuring after this long, once MIN blocks are in "                  \
			"(default: 10m; 0: no limit)",                                             \
			NULL),                                                                     \
		OPT(0, "timeout", OPT_TEXT, timeout, "TIME",                                       \
			"give up a launch after this long (default: 10m)", NULL),                  \
		OPT(0, "seed", OPT_TEXT, seed, "N",                                                \
			"seed of the random order (default: drawn, and stored)", NULL),            \
		OPT(0, "order", OPT_TEXT, order, "HOW",                                            \
			"random (default); sequential: one revision after the other, as two "      \
			"runs of a suite would be, says how much times drifted; or duet",          \
			"random sequential duet"),                                                 \
		OPT(0, "duet", OPT_FLAG, duet, NULL,                                               \
			"the same as --order duet: run both revisions at the same time, taking "   \
			"turns on one processor, and compare their CPU times: steadier on a "      \
			"noisy machine",                                                           \
			NULL),                                                                     \
		OPT(0, "pin", OPT_TEXT, pin, "CPU",                                                \
			"hold launches to this processor (default: wherever the kernel puts "      \
			"them, which is no noisier)",                                              \
			NULL),                                                                     \
		OPT(0, "isolation", OPT_TEXT, isolation, "LEVEL",                                  \
			"none or prefix: what builds and launches may write", "none prefix"),      \
		OPT('j', "jobs", OPT_TEXT, jobs, "N",                                              \
			"build this many at once (default: 'jobs' of the configuration, or the "   \
			"number of processors, at most 8); each has its share of the processors",  \
			NULL),                                                                     \
		OPT(0, "reuse", OPT_FLAG, reuse, NULL,                                             \
			"print a stored, finished sweep of the same plan if there is one", NULL),  \
		OPT(0, "restart", OPT_FLAG, restart, NULL,                                         \
			"measure anew instead of going on with an unfinished sweep", NULL),        \
		OPT(0, "rebuild", OPT_FLAG, rebuild, NULL,                                         \
			"build again what failed to build before", NULL),                          \
		OPT(0, "retry-failed", OPT_FLAG, retry_failed, NULL,                               \
			"try again what failed before: builds, and in a sweep that goes on the "   \
			"suites that were given up on a revision",                                 \
			NULL),                                                                     \
		OPT('n', "dry-run", OPT_FLAG, dry_run, NULL,                                       \
			"print the plan, and how long it may take by what earlier sweeps took, "   \
			"and stop",                                                                \
			NULL),                                                                     \
		OUTPUT_OPTIONS

/* For those of many revisions, or of one that failed. */
#define JOB_MISSING                                                                                \
	OPT(0, "only-missing", OPT_FLAG, only_missing, NULL,                                       \
		"in the newest sweep of the same plan, finished or not, measure each revision "    \
		"and suite of which no block is stored, MIN blocks each (and the first revision "  \
		"along, which they are compared with); no more blocks of anything else",           \
		NULL)

/* For those that judge. */
#define JOB_REBUILDS                                                                               \
	OPT(0, "rebuilds", OPT_TEXT, rebuilds, "K",                                                \
		"build each revision K times (3 to 16), each time with its code at other "         \
		"addresses, and measure another build in each block: tells how much is luck of "   \
		"the layout",                                                                      \
		NULL)

/* The whole of it. *ret_exit is the code of the report. */
int job_run(struct app *app, const struct job *job, int *ret_exit, struct err *err);

/* stored.c. The stored sweep that the first operand names by its number; the newest without one. */
int job_find_sweep(struct app *app, struct store *store, struct store_sweep *ret, struct err *err);
/* Configures, opens the store to read, and hands it on with results that it takes away again. */
int job_with_store(struct app *app,
	int (*use)(struct app *, struct store *, struct results *, struct err *), struct err *err);
/* The stored sweep that is asked for as a report, or as a calibration when it was one, to where
 * that is asked for. */
int job_print_stored(
	struct app *app, struct store *store, struct results *results, struct err *err);

/* Whether this job annotates (cli/outputs.h). */
bool job_annotates(const struct job *job);
/* Puts into a report what the repository knows of culprits. */
int job_describe_culprits(struct app *app, struct report *report, struct err *err);

#endif

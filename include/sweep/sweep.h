/* Carrying out a plan: build everything, then measure interleaved until every verdict is in
 * (without a judge: the least number of blocks) or the budget is spent. Everything is stored as it
 * comes; the same plan goes on where it stopped. */
#ifndef SWEEP_SWEEP_H
#define SWEEP_SWEEP_H

#include "core/culprit.h"
#include "core/report.h"
#include "report/timeline.h"
#include "store/store.h"
#include "sweep/board.h"
#include "sweep/plan.h"

#include <stdbool.h>

enum sweep_phase {
	SWEEP_BUILD,
	SWEEP_WAIT, /* for another revsweep that measures on this machine: `what` says which */
	SWEEP_WARMUP,
	SWEEP_MEASURE,
	SWEEP_CONFIRM, /* a change point: pairs of `against` and `rev` */
	SWEEP_BISECT,  /* `bisect` says where the search is */
};

/* A search for culprits, about to build `rev` or to launch it (and `against`). */
struct bisect_view {
	enum culprit_state what_for; /* VERIFYING, SEARCHING or CONFIRMING */
	bool building;
	size_t rev, against;            /* positions; the same when one is launched alone */
	const struct culprit *culprits; /* what is known, those that are searched first */
	size_t n_culprits;
	const struct results *results;
	unsigned builds, failed; /* known by now, both ends included */
};

struct sweep_status {
	enum sweep_phase phase;
	const char *rev;     /* label */
	const char *against; /* label, or NULL */
	const char *what;    /* build step, suite, or NULL */
	size_t done, total;  /* blocks; total: the most there can be */
	size_t undecided, rows;
	double elapsed_s, left_s; /* of measuring; left_s NAN while unknown */
	/* While building. */
	const struct bisect_view *bisect;
	unsigned worker; /* whose step it is, and with `what` NULL: who is done; 0: the build is */
	bool failed;     /* with worker 0: what it came to */
	struct board_view builds;
};

/* Told whenever something begins; from any thread while building. */
struct sweep_progress {
	void (*step)(void *arg, const struct sweep_status *status);
	void *arg;
};

struct sweep_options {
	unsigned build_jobs;
	bool restart;      /* do not continue an unfinished sweep */
	bool reuse;        /* a finished sweep of the same plan counts */
	bool rebuild;      /* try remembered failures of builds again */
	bool retry_suites; /* and suites that an earlier session gave up on a revision */
	/* Measure what has no sample in the newest sweep of the plan, finished or not, and no more
	 * blocks of anything else. */
	bool only_missing;
};

struct sweep {
	const struct plan *plan;
	struct source *source;
	struct store *store;
	struct sweep_options options;
	struct sweep_progress progress;
	/* filled in by sweep_run */
	int64_t id;
	bool reused, resumed;
	size_t builds_left, suites_left; /* failed before, and not tried again */
	bool nothing_missing;            /* with only_missing */
	struct results results;
	size_t family;
	double built_s, measured_s;
	int64_t started;
};
void sweep_done(struct sweep *sweep);

/* 0 when it came to its end, whatever became of the revisions. ERR_STOPPED: everything so far is
 * stored and results hold it. */
int sweep_run(struct sweep *sweep, struct err *err);

/* Judges results under the terms and gathers a report. In the arena; results must outlive it. */
void sweep_report(const struct terms *terms, const struct results *results, size_t family,
	bool final, struct arena *arena, struct report *ret);
/* What the store keeps of a report: all of its JSON, or without the rows where they take more than
 * SWEEP_REPORT_MAX bytes; rows can be judged again at any time. */
#define SWEEP_REPORT_MAX ((size_t)16 << 20)
void sweep_keep_report(const struct report *report, struct str *ret_json);
/* Whether it is all there. */
bool sweep_kept_whole(const struct store_sweep *stored);

/* The same as sweep_report() from the store alone. */
int sweep_report_stored(struct store *store, const struct store_sweep *stored,
	struct results *results, struct arena *arena, struct report *ret, struct err *err);
/* What the store knows of when things were done; no sessions when an older program
 * measured it. In the arena. */
int sweep_timeline(struct store *store, const struct store_sweep *stored, struct arena *arena,
	struct timeline_input *ret, struct err *err);
/* Adds what pages show beside the report: its timeline and the ends of the logs of what failed. In
 * the arena. */
int sweep_report_detail(struct store *store, const struct store_sweep *stored, struct arena *arena,
	struct report *report, struct err *err);

#endif

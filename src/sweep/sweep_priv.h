/* The parts of carrying out a sweep: builds.c (with layouts.c), suites.c, blocks.c; sweep.c calls
 * them in turn. */
#ifndef SWEEP_PRIV_H
#define SWEEP_PRIV_H

#include "build/build.h"
#include "build/cache.h"
#include "measure/launch.h"
#include "sweep/sweep.h"
#include "sys/lock.h"

#include <pthread.h>

#define LAUNCH_TRIES 3 /* a revision that fails this often in one suite is out of it */

/* One revision in one suite. */
struct arm {
	const char *suite_dir; /* whose copy of the suite runs; NULL: that revision has none */
	unsigned failures;
	bool out;                 /* not measured (any more) */
	bool missing, wanted;     /* with only_missing: it has no samples; it is measured */
	struct outcome outcome;   /* why */
	const char *log;          /* of the launch that failed, or NULL */
	const char *const *names; /* of its benches, where they are counted one by one, or NULL */
};

/* The spans of this session that are not in the store yet. */
struct timeline {
	pthread_mutex_t lock; /* of pending: builds add from their threads */
	vec(struct span) pending;
	struct span_session session;
	int64_t start_ns, kept_ns; /* monotonic: the session's begin, the newest batch */
};

/* report.c: what the report of a finished sweep says that its samples do not: hypotheses, and wall
 * time spent. 0 where it does not say. */
struct sweep_told {
	size_t family;
	double measured_s, built_s;
};
struct sweep_told sweep_read_told(const struct store_sweep *stored);

struct carry {
	struct sweep *sweep;
	struct build *builds; /* those of each layout by revision: carry_build() */
	bool *settled;        /* by revision: its build is known, and whether it is like another */
	unsigned *layouts;    /* by layout: the first one that has the same files */
	struct arm *arms;     /* revision * n_suites + suite */
	char *cache;          /* directory, absolute */
	char *work;           /* where launches make their private directories */
	char *logs;           /* where logs of failed launches are kept */
	unsigned block;       /* the next one to measure */
	struct timeline timeline;
	struct forecaster forecaster; /* of the builds, and what follows */
	struct board *board;          /* while building */
	struct cache_pins *pins;      /* what the cache must keep for this sweep */
	struct pilot *pilots;         /* by suite */
	size_t notes_kept;            /* of the notes in results, how many the store has */
	size_t revs_kept;             /* of the revisions, how many it had at the beginning */
	bool reopened;                /* a finished sweep, to add what is missing */
	struct sweep_told told;       /* by its report */
	bool swept;                   /* the litter of killed sweeps is out of `work` */
	struct arena arena;
};

/* given_up.c: suites that were given up on a revision, in the store. */
int given_up_keep(struct carry *carry, size_t rev, size_t suite, struct err *err);
int given_up_forget(struct carry *carry, size_t rev, size_t suite, struct err *err);
/* Puts the arm out when an earlier session gave it up, unless it is to be tried again. */
int given_up_recall(struct carry *carry, size_t rev, size_t suite, struct err *err);

/* layouts.c */
/* How many builds there are of each revision. */
unsigned carry_n_layouts(const struct carry *carry);
struct build *carry_build(const struct carry *carry, size_t rev, unsigned layout);
/* The layout that a revision has in a block: the same in all of them, but where one build would be
 * compared with itself: there it is the next one. Layouts with the same files are one. */
unsigned carry_layout(const struct carry *carry, size_t rev, unsigned block);
/* Finds layouts with the same files in all revisions, and notes that. */
void layouts_compare(struct carry *carry);

struct arm *carry_arm(const struct carry *carry, size_t rev, size_t suite);

/* Builds all revisions, stores what became of them, finds identical ones. */
int sweep_builds(struct carry *carry, struct err *err);
/* The same for some of them. */
int sweep_build(struct carry *carry, const size_t *revs, size_t n, struct err *err);
/* Puts each suite's files in place. */
int sweep_suites(struct carry *carry, struct err *err);
/* The same for one revision. */
int sweep_suites_of(struct carry *carry, size_t rev, struct err *err);
/* The unrecorded first launch of every arm: fills caches and tells which benches there are. */
int sweep_warmup(struct carry *carry, struct err *err);
/* The same for some revisions. */
int sweep_warmup_of(struct carry *carry, const size_t *revs, size_t n, struct err *err);
/* A suite's pass failed on a revision by its arm's outcome, and so did all that it has no sample
 * of. What counts fails for itself: times may come out of the same suite. */
void sweep_fail_suite(struct carry *carry, size_t suite, size_t rev);
/* Blocks until all is decided or spent. */
int sweep_blocks(struct carry *carry, struct err *err);

/* timeline.c: who did what when. A new session of the sweep; texts of spans must live as long. */
int timeline_begin(struct carry *carry, struct err *err);
/* From any thread; monotonic times. */
void timeline_add(struct carry *carry, const struct span *span);
/* A span of the measuring: from now until it is ended. rev -1, suite NULL: of none. */
struct span timeline_start(enum span_phase phase, int rev, const char *suite);
void timeline_end(struct carry *carry, struct span *span, const char *outcome);
/* Puts what there is into the store: at once, or when the last time was a while ago. */
int timeline_keep(struct carry *carry, bool at_once, struct err *err);
/* At the end of a session, also of one that ends with r = -1: the first error is the one to tell.
 */
int timeline_finish(struct carry *carry, int r, struct err *err);

/* sweep.c: stores the notes that were made since the last time. */
int sweep_keep_notes(struct carry *carry, struct err *err);

/* machine.c: the machine for ourselves, as long as the lock is held: no launch of ours runs beside
 * one of another revsweep, or beside a build. */
int sweep_hold_machine(struct carry *carry, struct lock *ret, struct err *err);
/* Builds may run beside builds, of other processes too, but never beside a measurement. */
int sweep_share_machine(struct carry *carry, struct lock *ret, struct err *err);

/* launches.c: one launch, stored. Its samples are added to `pending` unless NULL. */
struct pending {
	size_t bench, rev;
	struct sample sample;
};
typedef vec(struct pending) pending_list;
struct launch_place {
	size_t rev, suite;
	unsigned block, position, attempt;
	unsigned layout;
	unsigned planned; /* launches that make the block whole */
	bool warmup;
	bool together;           /* with its partner of a duet */
	const char *const *only; /* bench names, or NULL */
	struct block_plan plan;
};
struct launch_seen {
	struct outcome outcome;
	const char *log;          /* path of what was kept of its output, or NULL */
	double wall_s, cpu_share; /* CPU time over wall time */
	unsigned disturbed;       /* flags of enum disturbance */
};
int sweep_launch(struct carry *carry, const struct launch_place *place, pending_list *pending,
	struct launch_seen *ret, struct err *err);
/* What launch_run() is to do for it. env is set here, and it and log are the caller's to free. */
struct launch_spec sweep_launch_spec(
	struct carry *carry, const struct launch_place *place, struct env *env, const char *log);
/* Two launches of a suite at the same time, places[0] a hair earlier. */
int sweep_launch_pair(struct carry *carry, const struct launch_place places[2],
	pending_list *pending, struct launch_seen ret[2], struct err *err);

/* counting.c: launches that are not timed. */
/* Whether the suite's pass has a warm-up: where it must be known which benches there are. */
bool counting_is_warmed(const struct carry *carry, size_t suite);
/* Which benches a warm-up found, where they are counted one by one. */
void counting_note_names(
	struct carry *carry, const struct launch_place *place, const struct launch *launch);
/* One pass on one revision, as one launch: each bench by itself where the harness selects and does
 * not count inside. Its benches are those that were counted. */
int counting_run(struct carry *carry, const struct launch_place *place,
	const struct launch_spec *spec, struct launch *ret, struct err *err);
/* A launch of nothing, whose bench is the size of the build's files. */
int counting_size(
	struct carry *carry, const struct launch_place *place, struct launch *ret, struct err *err);

void sweep_tell(const struct carry *carry, const struct sweep_status *status);

/* The measuring loop: what it knows between two blocks. */
struct loop {
	struct carry *carry;
	int64_t start_ns;
	unsigned *blocks;  /* complete ones, by suite */
	double block_s;    /* mean length of a block of all suites */
	struct calm *calm; /* by suite */
	unsigned starved;  /* attempts thrown away */
	struct judge *judge;
	bool confirming;         /* change points first, what gates want to know later */
	double first_s;          /* when the blocks that propose them were in; 0: there are none */
	struct changes *changes; /* while confirming */
	struct arena arena;      /* of the newest outlook */
	struct row *rows;
	size_t n_rows;
};
double loop_elapsed_s(const struct loop *loop);

/* outlook.c: what is still worth measuring. */
void outlook_renew(struct loop *loop);
bool outlook_is_judged(const struct sweep *sweep);
size_t outlook_arms(const struct loop *loop, size_t suite, size_t *ret);
bool outlook_goes_on(struct loop *loop, size_t suite);
/* Names of the benches of a suite to measure, NULL for all of them. */
const char *const *outlook_benches(struct loop *loop, size_t suite);
double outlook_budget_left_s(const struct loop *loop);
void outlook_tell(struct loop *loop, size_t suite, size_t rev);

/* What a block measures. */
struct choice {
	size_t *arms; /* revisions */
	size_t n;
	const char *const *only; /* benches, or NULL: all of the suite */
	bool extra;              /* a pair of neighbours: no block of the whole series */
	bool pilot;              /* extra, but the pilot learns from it */
};
/* blocks.c: one block of a suite, stored, or nothing when it fails. */
int sweep_block(struct loop *loop, size_t suite, const struct choice *choice, struct err *err);

/* confirm.c: the pair that open change points of a suite ask for; false: none does. */
bool confirm_next(struct loop *loop, size_t suite, struct choice *ret);
/* How many blocks of the whole series a resumed sweep has of a suite. */
unsigned confirm_wide_blocks(const struct loop *loop, size_t suite);
/* A block of each suite that has open change points, while there is time. */
int confirm_round(struct loop *loop, bool *ret_any, struct err *err);

/* bisect.c: builds and measures what the search for a culprit asks for. */
int sweep_bisect(struct carry *carry, struct err *err);
/* Puts into results since when what is known of them was known. */
int bisect_recall(struct store *store, int64_t sweep, struct results *results, struct arena *arena,
	struct err *err);

/* sequence.c: all launches of one revision after those of another. */
int sweep_sequence(struct loop *loop, struct err *err);

/* missing.c: with only_missing, after the builds: which arms are missing, and wanted. */
int missing_find(struct carry *carry, struct err *err);
/* Blocks that each arm of a suite that was missing has by now. */
unsigned missing_done(const struct loop *loop, size_t suite);
/* Blocks of those that are wanted, until none is missing. */
int missing_fill(struct loop *loop, struct err *err);

/* calm.c: blocks whose launches hardly got a CPU. */
struct calm *calm_new(struct arena *arena, size_t n_suites);
/* Whether the launches of a block starved by the measure of those before them. They are remembered
 * when they did not. */
bool calm_starved(struct calm *calms, size_t suite, const struct launch_seen *seen, size_t n);
/* Waits before the block is tried again: 2 s, twice as long each time. False: often enough. */
bool calm_wait(const struct loop *loop, unsigned times);

/* pilot.c: rounds, iterations and warm-up of each bench, fixed after the first blocks. */
#define PILOT_BLOCKS 2
#define PILOT_REVS_MAX 16 /* more would not make it better */
struct pilot *pilot_new(struct arena *arena, size_t n_suites);
void pilot_done(struct pilot *pilots, size_t n_suites);
void pilot_note(
	struct pilot *pilots, size_t suite, const struct launch *launch, struct arena *arena);
/* False when this suite has no pilot: its harness cannot fix rounds, or its rule is classic. */
bool pilot_freeze(struct carry *carry, size_t suite);
/* In the arena of the sweep, as all that is fixed. */
void pilot_set(struct pilot *pilots, size_t suite, struct bench_rounds *fixed, size_t n);
/* pilot_store.c: puts it into the store; takes what was fixed before an interruption. */
int pilot_keep(struct carry *carry, size_t suite, struct err *err);
int pilot_restore(struct carry *carry, size_t suite, struct err *err);
void pilot_apply(const struct pilot *pilots, size_t suite, struct launch_request *request);

#endif

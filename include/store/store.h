/* The store: a directory with an SQLite index (store.db), raw outputs as content-addressed files
 * (blobs/aa/SHA256) and a .gitignore that hides it. Acknowledged means durable. Two revsweeps on
 * one store are safe: every write and checkpoint happens under one lock (store.lock).
 *
 * Nothing in the index is ever changed, only added to. Each fact in it (a sweep, a revision, a
 * machine, a launch, a discarded block, a fact, a batch of spans, an end) is also a blob of its
 * own, a JSON record that says what it is in its first member, "revsweep". Two things follow: the
 * index can be made anew from the blobs, and reading compares each row with the digest of its
 * record, so that damage is found rather than believed. (Of two launch records with one sweep and
 * seq, the one started later was acknowledged.) */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/results.h"
#include "core/span.h"
#include "ext/digest.h"
#include "sys/host.h"

#include <stdbool.h>
#include <stdint.h>

#define STORE_NAME ".revsweep"
#define STORE_VERSION 5 /* of the schema */

struct store;

enum store_mode { STORE_READ, STORE_LOOK, STORE_WRITE };

/* STORE_WRITE creates what is missing, but only in a directory that is empty or a store's.
 * STORE_READ of a store that does not exist is ERR_STORE and says how one comes to be. Newer,
 * damaged, foreign and unwritable stores are ERR_STORE (a full disk ERR_RESOURCES), a network file
 * system is ERR_ENVIRONMENT. An older store is brought to this version first, with all it holds;
 * one that is only to be read and cannot be written is ERR_STORE then. STORE_LOOK is STORE_READ for
 * those who look again and again (see below): nothing is waited for longer than half a second, and
 * an older store is left as it is, ERR_STORE. */
int store_open(const char *dir, enum store_mode mode, struct store **ret, struct err *err);
/* Whether there is one to be opened. */
bool store_exists(const char *dir);
void store_close(struct store *store); /* takes NULL */
const char *store_dir(const struct store *store);

struct store_sweep {
	int64_t id;          /* people see "#12" */
	const char *command; /* "compare" */
	const char *digest;  /* of the plan: the same work has the same digest */
	const char *plan;    /* JSON */
	uint64_t seed;
	int64_t created;     /* seconds since 1970 */
	const char *status;  /* "running", "done" */
	int exit_code;       /* of a done one */
	const char *summary; /* one sentence, or NULL */
	const char *report;  /* JSON report of a done one, or NULL */
};

/* Stores the plan, before anything else happens. */
int store_begin(
	struct store *store, const struct store_sweep *sweep, int64_t *ret_id, struct err *err);
/* The newest sweep with that digest and status ("running" or "done"); ret->id is 0 when none. */
int store_find(struct store *store, const char *digest, const char *status, struct arena *arena,
	struct store_sweep *ret, struct err *err);
int store_get(struct store *store, int64_t id, struct arena *arena, struct store_sweep *ret,
	struct err *err);
int store_finish(struct store *store, int64_t id, int exit_code, const char *summary,
	const char *report, struct err *err);
/* Newest first; limit 0: all. */
int store_list(struct store *store, unsigned limit, struct arena *arena, struct store_sweep **ret,
	size_t *ret_n, struct err *err);
/* Those of one command. */
int store_list_of(struct store *store, const char *command, struct arena *arena,
	struct store_sweep **ret, size_t *ret_n, struct err *err);
/* One process works on a sweep at a time: the lock is held until store_close(). ERR_BUSY names the
 * holder. */
int store_lease(struct store *store, int64_t id, struct err *err);

/* The newest word about a revision counts. Every revision is set before the first launch. */
int store_set_rev(struct store *store, int64_t sweep, size_t index, const struct results_rev *rev,
	struct err *err);
/* The machine that the following launches run on; optional. */
int store_set_host(struct store *store, int64_t sweep, const struct host *host, struct err *err);
/* The machine that was set last; *ret_known false when none was. */
int store_get_host(
	struct store *store, int64_t sweep, struct host *ret, bool *ret_known, struct err *err);

/* Facts: texts about a sweep under a key. Setting the text that a key has already does nothing. */
int store_set_fact(
	struct store *store, int64_t sweep, const char *key, const char *text, struct err *err);
/* The newest text of the key, in the arena; NULL when there is none. */
int store_fact(struct store *store, int64_t sweep, const char *key, struct arena *arena,
	const char **ret_text, struct err *err);
/* A sentence for the end of the report: a fact of the key "note", of which every one counts, once.
 * store_load() has them all, in this order. */
int store_add_note(struct store *store, int64_t sweep, const char *sentence, struct err *err);

/* Adds spans of a session, as one record; n may be 0: then it is known that the session began.
 * Their times are since 1970, their session is that of the session given. */
int store_add_spans(struct store *store, int64_t sweep, const struct span_session *session,
	const struct span *spans, size_t n, struct err *err);
/* All of them, in the order in which they were added, and the sessions by number. */
struct store_timeline {
	struct span_session *sessions;
	size_t n_sessions;
	struct span *spans;
	size_t n_spans;
};
int store_timeline(struct store *store, int64_t sweep, struct arena *arena,
	struct store_timeline *ret, struct err *err);

/* What is recorded about one launch (statistics.md 3.11). */
struct store_launch {
	size_t rev, suite;      /* indices in the plan */
	const char *suite_name; /* NULL: that of the first sample's bench */
	unsigned block, position, attempt;
	/* Recorded launches that make its block whole. 0: not known; then the last block is whole
	 * when each built revision has launched each suite seen so far. */
	unsigned planned;
	unsigned layout; /* of the build that was measured (build/build.h) */
	bool warmup;     /* unrecorded first launch: its samples are never judged */
	bool discarded;  /* part of a block that was repeated whole */
	struct outcome outcome;
	int64_t started; /* seconds since 1970 */
	double wall_s, cpu_s, rss_bytes;
	double load1, busy_cpus, steal_cpus; /* over the launch; NAN when unknown */
	double cpu_pressure; /* share of its time that some task waited for a CPU; NAN: unknown */
	int64_t minflt, majflt, nvcsw, nivcsw;
	uint64_t hash_seed;
	unsigned pad;
	bool disturbed;
	unsigned disturbed_by; /* flags of enum disturbance; 0 when no cause is known */
	const char *log;       /* path of a kept log, or NULL */
};

struct store_sample {
	size_t bench, rev;    /* indices in results */
	struct sample sample; /* rounds == 0: none, see outcome */
	struct outcome outcome;
	bool absent;
};

/* One transaction: the launch, its samples, and the raw output as a blob (may be NULL). Benches are
 * taken from results by index and stored when they are new. Durable when it returns. Adding the
 * very same launch again does nothing; another one in its place (sweep, block, suite, revision) is
 * refused unless its attempt is later or the block was discarded. */
int store_add_launch(struct store *store, int64_t sweep, const struct store_launch *launch,
	const struct results *results, const struct store_sample *samples, size_t n_samples,
	const void *raw, size_t raw_size, struct err *err);
/* Marks all launches of a block as discarded (a failed block is repeated whole). */
int store_discard_block(struct store *store, int64_t sweep, unsigned block, struct err *err);

/* Puts revisions, benches and all samples of complete blocks into results (which is empty). Blocks
 * that lack a launch of some revision do not count (and are marked discarded for good when this
 * store holds the sweep's lease); ret_next_block is the first block to measure. Failures and
 * absences of cells come back too, those that warm-ups and discarded launches told included, and
 * notes. A suite that failed before any bench of it was known is the bench "*", unless this store
 * holds the lease: whoever goes on will know. */
int store_load(struct store *store, int64_t sweep, struct results *results,
	unsigned *ret_next_block, struct err *err);

/* All records of a sweep, one JSON object a line, in an order in which store_import() takes them.
 * Raw outputs are not part of it. */
int store_export(struct store *store, int64_t sweep, struct str *out, struct err *err);
/* Keeps a raw output under its digest, so that the launches of a store_import() that name it have
 * it. */
int store_keep(
	struct store *store, const void *data, size_t n, char hex[DIGEST_HEX], struct err *err);
/* A sweep from such a text, under an id of its own. ERR_USAGE with the number of the line for what
 * is no such text; what came before it is in the store. */
int store_import(struct store *store, const char *text, size_t n, int64_t *ret_id, struct err *err);

struct store_launch_row {
	int64_t id;
	size_t rev_index;
	bool counts; /* recorded, of a whole block, and not superseded: its samples are judged */
	const char *rev, *suite, *outcome, *detail, *blob, *log;
	unsigned block, position, attempt, layout;
	bool warmup, discarded, disturbed;
	unsigned disturbed_by; /* flags of enum disturbance */
	int64_t started;
	double wall_s, cpu_s, rss_bytes, cpu_pressure;
	int64_t minflt, majflt, nvcsw,
		nivcsw; /* page faults; times it gave up the CPU, or had to */
};
int store_launches(struct store *store, int64_t sweep, struct arena *arena,
	struct store_launch_row **ret, size_t *ret_n, struct err *err);
/* ---- Looking: for those who look again and again while others write. Only rows are read, and not
 * compared with their records, unless it says so. */

/* When `seconds` from now are over, reading ends with ERR_RESOURCES; 0: no limit. */
void store_limit(struct store *store, double seconds);
/* A number that changes whenever something is added. Costs next to nothing when nothing was.
 * ERR_STORE when the store that was opened is not the one at its place any more, or of another
 * version: close it, and open what is there. */
int store_pulse(struct store *store, uint64_t *ret, struct err *err);

struct store_state {
	bool done;
	int exit_code;            /* of a done one */
	int64_t launches, blocks; /* blocks: with a launch that is recorded */
	uint64_t change;          /* changes whenever something of the sweep is added */
};
/* ERR_USAGE when there is no such sweep. */
int store_state(struct store *store, int64_t sweep, struct store_state *ret, struct err *err);
/* How many samples store_load() would read. */
int store_count_samples(struct store *store, int64_t sweep, int64_t *ret, struct err *err);
/* Whether somebody works on it just now. */
bool store_is_worked_on(const struct store *store, int64_t sweep);

struct store_head {
	int64_t id;
	const char *command;
	int64_t created;
	bool done;
	int exit_code;
	const char *summary; /* or NULL */
	int64_t launches;
};
struct store_filter {
	const char *command, *status; /* NULL: any */
	const char *text;             /* in the summary, in any case; NULL: any */
	uint64_t limit, offset;       /* of those that pass; limit 0: all */
};
/* Newest first; ret_total: how many pass. */
int store_heads(struct store *store, const struct store_filter *filter, struct arena *arena,
	struct store_head **ret, size_t *ret_n, uint64_t *ret_total, struct err *err);
/* Puts revisions (compared with their records) and benches into results, and no sample. */
int store_outline(struct store *store, int64_t sweep, struct results *results, struct err *err);

/* Path of a blob by its digest; NULL when there is no such file. The caller frees. */
char *store_blob_path(const struct store *store, const char *hex);

#endif

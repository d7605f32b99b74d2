/* What the files of the store share. */
#ifndef STORE_PRIV_H
#define STORE_PRIV_H

#include "base/str.h"
#include "ext/db.h"
#include "store/store.h"
#include "sys/lock.h"

#include <sys/types.h>

#define STORE_BLOCKS_MAX 100000         /* in a sweep */
#define STORE_NOTE "note"               /* the key of facts that are notes */
#define STORE_APPLICATION_ID 0x72767377 /* "rvsw" */

struct store {
	char *dir; /* absolute */
	enum store_mode mode;
	struct db *db;
	struct lock lock;  /* held during a transaction */
	struct lock lease; /* held on the sweep `leased` until the end */
	int64_t leased;    /* 0: none */
	/* look.c */
	int64_t data_version; /* SQLite's, when pulse was right; 0: it was never asked for */
	uint64_t pulse;
	bool frozen;  /* opened as a file that nobody writes */
	dev_t device; /* of the index that was opened; inode 0: not known yet */
	ino_t inode;
	int64_t written_ns; /* when its file was, as of the first look */
};

/* store.c */
char *store_path(const struct store *store, const char *name); /* the caller frees */
/* Adds what to do next when err says that the index is damaged. Returns -1. */
int store_fail(struct err *err);
/* A write transaction under the store's lock. */
int store_txn_begin(struct store *store, struct err *err);
/* Commits when r is 0, takes everything back when it is not; returns -1 when nothing was stored. */
int store_txn_end(struct store *store, int r, struct err *err);
/* A row and its record differ. Returns -1. */
int store_differs(const struct store *store, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* open.c: what stands before the index: directory, lock, .gitignore, a whole and empty index. */
int store_prepare(struct store *store, struct err *err);
int store_open_index(struct store *store, struct err *err);

/* schema.c */
int schema_create(struct db *db, struct err *err);
/* Ours, of this version or an older one, with the tables as the program of that version made them.
 */
int schema_check(struct db *db, const char *path, int64_t *ret_version, struct err *err);
/* Brings the tables from an older version to this one, in one transaction. */
int schema_upgrade(struct db *db, int64_t from, struct err *err);

/* blob.c: written once under the name of its content; durable when it returns. The directories are
 * made, and durable, before the first blob is put; blob_any() tells whether there is one. */
int blob_make_dirs(const char *dir, struct err *err);
bool blob_any(const char *dir);
int blob_put(const char *dir, const void *data, size_t n, char hex[DIGEST_HEX], struct err *err);

/* record.c: the JSON record of each kind of row. */
void record_sweep(struct str *out, const struct store_sweep *sweep);
void record_finish(struct str *out, int64_t sweep, int64_t n, int exit_code, const char *summary,
	const char *report);
void record_rev(
	struct str *out, int64_t sweep, size_t index, int64_t n, const struct results_rev *rev);
void record_host(struct str *out, int64_t sweep, int64_t n, const struct host *host);
void record_fact(struct str *out, int64_t sweep, int64_t n, const char *key, const char *text);
void record_discard(struct str *out, int64_t sweep, int64_t n, unsigned block, int64_t upto);
void record_spans(struct str *out, int64_t sweep, int64_t n, const struct span_session *session,
	const struct span *spans, size_t n_spans);
/* A launch as it is stored. */
struct stored_launch {
	int64_t sweep, seq;
	struct store_launch launch;
	const char *host; /* seal of the host row, or NULL */
	const char *raw;  /* digest of the raw output, or NULL */
	const char *seal;
	bool live;   /* not discarded */
	bool counts; /* live, recorded, of a whole block, the latest attempt of its place */
};
/* Samples in the order in which they are stored. */
void record_launch(struct str *out, const struct stored_launch *launch,
	const struct results *results, const struct store_sample *samples, size_t n_samples);
/* Whether hex is the digest of the record. */
bool record_matches(const struct str *record, const char *hex);

/* write.c: stores a record; hex is the row's seal. */
int store_seal(
	struct store *store, const struct str *record, char hex[DIGEST_HEX], struct err *err);

/* rows.c: rows to values. Texts are copied into the arena. */
#define STORE_LAUNCH_COLUMNS                                                                       \
	"seq, rev, suite, suite_name, block, position, attempt, planned, warmup, "                 \
	"discarded, outcome, detail, started, wall_s, cpu_s, rss_bytes, load1, busy_cpus, "        \
	"steal_cpus, minflt, "                                                                     \
	"majflt, nvcsw, nivcsw, hash_seed, pad, disturbed, log, host, raw, seal, cpu_pressure, "   \
	"disturbed_by, layout"
void row_launch(struct db_stmt *q, int64_t sweep, struct arena *arena, struct stored_launch *ret);
void row_outcome(struct db_stmt *q, int i, struct outcome *ret); /* columns i and i + 1 */

/* How many rows of each kind a sweep has. */
struct stored_tally {
	int64_t launches, discards, revs, hosts, finishes;
};
int store_read_tally(struct store *store, int64_t sweep, struct stored_tally *ret, struct err *err);
/* ERR_STORE when they differ. */
int store_expect_rows(struct store *store, int64_t sweep, const char *what, int64_t got,
	int64_t want, struct err *err);

/* Counts one more row of a kind, named as in struct stored_tally. */
int store_count(struct store *store, const char *kind, int64_t sweep, struct err *err);

/* Launches of a sweep in the order of seq, all there, discarded ones marked by live. */
struct stored_launches {
	struct stored_launch *v;
	size_t n;
};
int store_read_launches(struct store *store, int64_t sweep, const struct stored_tally *tally,
	struct arena *arena, struct stored_launches *ret, struct err *err);

/* blocks.c: sets counts; the number of the first block to measure; how many are whole; those that
 * are not, in rising order, in the arena. */
struct stored_blocks {
	unsigned next;
	size_t whole;
	unsigned *broken;
	size_t n_broken;
};
void store_pick_blocks(const struct results *results, struct stored_launches *launches,
	struct arena *arena, struct stored_blocks *ret);

/* load.c: all of a sweep, as of one moment; or revisions and benches alone. */
int store_read_sweep(struct store *store, int64_t sweep, struct results *results,
	struct arena *arena, struct stored_launches *launches, struct stored_blocks *blocks,
	struct err *err);

int store_read_outline(struct store *store, int64_t sweep, int64_t n_revs, struct results *results,
	struct err *err);

/* facts.c: the notes of a sweep, oldest first. */
int store_load_notes(struct store *store, int64_t sweep, struct results *results,
	struct arena *arena, struct err *err);

/* query.c: what changed between the machines of the launches that count, as notes. */
int store_note_hosts(struct store *store, int64_t sweep, const struct stored_tally *tally,
	const struct stored_launches *launches, struct results *results, struct err *err);

#endif

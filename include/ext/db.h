/* SQLite as the store uses it. Errors: a full disk is ERR_RESOURCES, somebody else's lock ERR_BUSY,
 * anything wrong with the file ERR_STORE ("store is damaged at 'PATH': ..."). One connection
 * belongs to one thread, and never crosses a fork. */
#ifndef EXT_DB_H
#define EXT_DB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum db_mode {
	DB_READ,      /* an existing file */
	DB_LOOK,      /* the same, and waits half a second for a lock instead of five */
	DB_WRITE,     /* an existing file */
	DB_CREATE,    /* a new file that nobody else knows of yet: no journal, no waiting */
	DB_IMMUTABLE, /* an existing file that nobody writes, where not even a lock can be made */
	DB_MEMORY,    /* path is only for messages */
};

struct db;
/* All commits are durable (synchronous=FULL), checkpoints happen by db_checkpoint() only, and what
 * is in the file is trusted with nothing: DEFENSIVE, trusted_schema=0, cell_size_check. */
int db_open(const char *path, enum db_mode mode, struct db **ret, struct err *err);
void db_close(struct db *db); /* takes NULL */

/* When `seconds` from now are over, statements end with ERR_RESOURCES; 0: no limit. */
void db_limit(struct db *db, double seconds);
/* Statements without results. */
int db_exec(struct db *db, const char *sql, struct err *err);
/* PRAGMA quick_check and foreign_key_check: the first complaint is the error. */
int db_check(struct db *db, struct err *err);
/* Pages in the write-ahead log as of our last commit. */
unsigned db_wal_pages(const struct db *db);
/* Moves the log into the file as far as readers let it go; never waits for them. truncate: the log
 * becomes empty when nobody reads. */
int db_checkpoint(struct db *db, bool truncate, struct err *err);
/* The file itself was found to be bad by some call. */
bool db_damaged(const struct db *db);

struct sqlite3_stmt;
struct db_stmt {
	struct sqlite3_stmt *p;
	struct db *db;
	int rc; /* first failure of a bind, reported by the next step */
};
#define DB_STMT_INIT                                                                               \
	{                                                                                          \
		NULL, NULL, 0                                                                      \
	}

int db_prepare(struct db *db, const char *sql, struct db_stmt *ret, struct err *err);
void db_stmt_done(struct db_stmt *q); /* takes an empty one */

/* Parameters count from 1. Texts are copied; NULL texts and NAN become NULL. */
void db_bind_int(struct db_stmt *q, int i, int64_t v);
void db_bind_real(struct db_stmt *q, int i, double v);
void db_bind_text(struct db_stmt *q, int i, const char *v);
void db_bind_blob(struct db_stmt *q, int i, const void *v, size_t n);

/* *ret_row: there is a row to read. */
int db_step(struct db_stmt *q, bool *ret_row, struct err *err);
/* Steps a statement without rows to its end and makes it ready for other parameters. */
int db_run(struct db_stmt *q, struct err *err);
void db_reset(struct db_stmt *q);

/* Columns count from 0. Texts and blobs live until the next step or reset. */
bool db_null(struct db_stmt *q, int i);
int64_t db_int(struct db_stmt *q, int i);
double db_real(struct db_stmt *q, int i);      /* NAN for NULL */
const char *db_text(struct db_stmt *q, int i); /* NULL for NULL */
const void *db_blob(struct db_stmt *q, int i, size_t *ret_n);

#endif

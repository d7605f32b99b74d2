/* The only file that knows SQLite. */
#include "ext/db.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/clock.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>

#define BUSY_TIMEOUT_MS 5000
#define LOOK_TIMEOUT_MS 500
#define STEPS_BETWEEN 10000 /* of its machine, well below a millisecond: looks at the clock */

struct db {
	sqlite3 *p;
	char *path;
	unsigned wal_pages;
	int64_t deadline_ns; /* of clock_monotonic_ns() */
	int sys; /* errno after the last call: SQLite keeps its own only of some failures */
	bool damaged;
};

static bool
out_of_space(int sys)
{
	return sys == ENOSPC || sys == EDQUOT || sys == EFBIG || sys == EMFILE || sys == ENFILE;
}

static int
io_failed(struct db *db, const char *verb, struct err *err)
{
	int sys = sqlite3_system_errno(db->p) ? sqlite3_system_errno(db->p) : db->sys;
	enum err_kind kind = out_of_space(sys) ? ERR_RESOURCES : ERR_STORE;

	return err_set(err, kind, "cannot %s '%s': %s%s", verb, db->path,
		sys ? strerror(sys) : sqlite3_errmsg(db->p),
		kind == ERR_RESOURCES ? "; what was stored so far is safe" : "");
}

/* Says what a result code of SQLite means to a user. */
static int
fail(struct db *db, int rc, struct err *err)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return err_set(err, ERR_RESOURCES,
			"no space left for '%s'; what was stored so far is safe", db->path);
	case SQLITE_NOMEM:
		return err_set(err, ERR_RESOURCES, "out of memory while using '%s'", db->path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ERR_BUSY, "another program holds '%s' locked", db->path);
	case SQLITE_INTERRUPT:
		return err_set(err, ERR_RESOURCES, "reading '%s' takes too long", db->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		db->damaged = true;
		return err_set(err, ERR_STORE, "store is damaged at '%s': %s", db->path,
			sqlite3_errmsg(db->p));
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(err, ERR_STORE,
			"'%s' is read-only here: make it and its directory writable, or name "
			"another store with --store DIR",
			db->path);
	case SQLITE_CANTOPEN:
		return io_failed(db, "open", err);
	case SQLITE_IOERR:
		return io_failed(db, "use", err);
	default:
		return err_set(err, ERR_INTERNAL, "'%s': %s", db->path, sqlite3_errmsg(db->p));
	}
}

static int
note_wal(void *arg, sqlite3 *p, const char *name, int pages)
{
	struct db *db = arg;

	(void)p;
	(void)name;
	db->wal_pages = (unsigned)pages;
	return SQLITE_OK;
}

static int
configure(struct db *db, enum db_mode mode, struct err *err)
{
	static const int switches[][2] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_ENABLE_FKEY, 1},
	};

	for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
		int rc = sqlite3_db_config(db->p, switches[i][0], switches[i][1], NULL);
		if (rc != SQLITE_OK)
			return fail(db, rc, err);
	}
	sqlite3_busy_timeout(db->p, mode == DB_LOOK ? LOOK_TIMEOUT_MS : BUSY_TIMEOUT_MS);
	sqlite3_extended_result_codes(db->p, 1);
	if (db_exec(db, "PRAGMA cell_size_check=1; PRAGMA mmap_size=0; PRAGMA temp_store=2;", err) <
		0)
		return -1;
	if (mode == DB_CREATE)
		return db_exec(db, "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=FULL", err);
	/* SQLite before 3.51.3 can lose a commit when two connections write and checkpoint at the
	 * same instant (sqlite.org/wal.html#walresetbug): checkpoints are ours alone, under the
	 * store's lock. */
	sqlite3_db_config(db->p, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_wal_autocheckpoint(db->p, 0);
	sqlite3_wal_hook(db->p, note_wal, db);
	return db_exec(db, "PRAGMA synchronous=FULL", err);
}

/* "file:PATH?immutable=1" with everything that means something in a URI as %XX. */
static char *
immutable_uri(const char *path)
{
	struct str uri = STR_INIT;

	str_add(&uri, "file:");
	for (const char *p = path; *p; p++) {
		if (strchr("?#%", *p))
			str_addf(&uri, "%%%02x", (unsigned char)*p);
		else
			str_addc(&uri, *p);
	}
	str_add(&uri, "?immutable=1");
	return str_detach(&uri);
}

int
db_open(const char *path, enum db_mode mode, struct db **ret, struct err *err)
{
	static const int flags[] = {
		[DB_READ] = SQLITE_OPEN_READONLY,
		[DB_LOOK] = SQLITE_OPEN_READONLY,
		[DB_WRITE] = SQLITE_OPEN_READWRITE,
		[DB_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		[DB_IMMUTABLE] = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
		[DB_MEMORY] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	};
	struct db *db = xcalloc(1, sizeof(*db));
	scoped_free char *uri = mode == DB_IMMUTABLE ? immutable_uri(path) : NULL;
	const char *name = mode == DB_MEMORY ? ":memory:" : uri ? uri : path;

	db->path = xstrdup(path);
	int rc = sqlite3_open_v2(name, &db->p, flags[mode], NULL);
	if ((rc != SQLITE_OK && fail(db, rc, err) < 0) || configure(db, mode, err) < 0) {
		db_close(db);
		return -1;
	}
	*ret = db;
	return 0;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	int rc = sqlite3_close(db->p);
	assert(rc == SQLITE_OK); /* a statement was left open: a defect */
	(void)rc;
	free(db->path);
	free(db);
}

static int
is_late(void *arg)
{
	const struct db *db = arg;

	return clock_monotonic_ns() > db->deadline_ns;
}

void
db_limit(struct db *db, double seconds)
{
	db->deadline_ns = clock_monotonic_ns() + (int64_t)(seconds * 1e9);
	sqlite3_progress_handler(db->p, seconds > 0 ? STEPS_BETWEEN : 0, is_late, db);
}

int
db_exec(struct db *db, const char *sql, struct err *err)
{
	errno = 0;
	int rc = sqlite3_exec(db->p, sql, NULL, NULL, NULL);

	db->sys = errno;
	return rc == SQLITE_OK ? 0 : fail(db, rc, err);
}

int
db_check(struct db *db, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	scoped(db_stmt) keys = DB_STMT_INIT;
	bool row;

	if (db_prepare(db, "PRAGMA quick_check(1)", &q, err) < 0 || db_step(&q, &row, err) < 0)
		return -1;
	if (!row || !str_eq(db_text(&q, 0), "ok")) {
		db->damaged = true;
		const char *what = row ? db_text(&q, 0) : NULL;
		return err_set(err, ERR_STORE, "store is damaged at '%s': %s", db->path,
			what ? what : "the check gives no answer");
	}
	if (db_prepare(db, "PRAGMA foreign_key_check", &keys, err) < 0 ||
		db_step(&keys, &row, err) < 0)
		return -1;
	if (row) {
		const char *table = db_text(&keys, 0);
		db->damaged = true;
		return err_set(err, ERR_STORE,
			"store is damaged at '%s': a row of table '%s' points to nothing", db->path,
			table ? table : "?");
	}
	return 0;
}

unsigned
db_wal_pages(const struct db *db)
{
	return db->wal_pages;
}

int
db_checkpoint(struct db *db, bool truncate, struct err *err)
{
	int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART;

	sqlite3_busy_timeout(db->p, 0);
	errno = 0;
	int rc = sqlite3_wal_checkpoint_v2(db->p, NULL, mode, NULL, NULL);
	db->sys = errno;
	sqlite3_busy_timeout(db->p, BUSY_TIMEOUT_MS);
	/* Busy: a reader still needs the log, and the rest is done another time. */
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
		return fail(db, rc, err);
	return 0;
}

bool
db_damaged(const struct db *db)
{
	return db->damaged;
}

int
db_prepare(struct db *db, const char *sql, struct db_stmt *ret, struct err *err)
{
	sqlite3_stmt *p = NULL;
	int rc = sqlite3_prepare_v2(db->p, sql, -1, &p, NULL);

	if (rc != SQLITE_OK)
		return fail(db, rc, err);
	*ret = (struct db_stmt){.p = p, .db = db, .rc = SQLITE_OK};
	return 0;
}

void
db_stmt_done(struct db_stmt *q)
{
	sqlite3_finalize(q->p);
	q->p = NULL;
}

static void
note_bind(struct db_stmt *q, int rc)
{
	if (q->rc == SQLITE_OK)
		q->rc = rc;
}

void
db_bind_int(struct db_stmt *q, int i, int64_t v)
{
	note_bind(q, sqlite3_bind_int64(q->p, i, v));
}

void
db_bind_real(struct db_stmt *q, int i, double v)
{
	note_bind(q, isnan(v) ? sqlite3_bind_null(q->p, i) : sqlite3_bind_double(q->p, i, v));
}

void
db_bind_text(struct db_stmt *q, int i, const char *v)
{
	note_bind(q, sqlite3_bind_text(q->p, i, v, -1, SQLITE_TRANSIENT));
}

void
db_bind_blob(struct db_stmt *q, int i, const void *v, size_t n)
{
	note_bind(q, sqlite3_bind_blob64(q->p, i, v ? v : "", n, SQLITE_TRANSIENT));
}

int
db_step(struct db_stmt *q, bool *ret_row, struct err *err)
{
	if (q->rc != SQLITE_OK)
		return fail(q->db, q->rc, err);
	errno = 0;
	int rc = sqlite3_step(q->p);
	q->db->sys = errno;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return fail(q->db, rc, err);
	*ret_row = rc == SQLITE_ROW;
	return 0;
}

int
db_run(struct db_stmt *q, struct err *err)
{
	bool row;
	int r = db_step(q, &row, err);

	db_reset(q);
	return r;
}

void
db_reset(struct db_stmt *q)
{
	sqlite3_reset(q->p);
	sqlite3_clear_bindings(q->p);
	q->rc = SQLITE_OK;
}

bool
db_null(struct db_stmt *q, int i)
{
	return sqlite3_column_type(q->p, i) == SQLITE_NULL;
}

int64_t
db_int(struct db_stmt *q, int i)
{
	return sqlite3_column_int64(q->p, i);
}

double
db_real(struct db_stmt *q, int i)
{
	return db_null(q, i) ? NAN : sqlite3_column_double(q->p, i);
}

const char *
db_text(struct db_stmt *q, int i)
{
	return (const char *)sqlite3_column_text(q->p, i);
}

const void *
db_blob(struct db_stmt *q, int i, size_t *ret_n)
{
	const void *p = sqlite3_column_blob(q->p, i);

	*ret_n = (size_t)sqlite3_column_bytes(q->p, i);
	return p;
}

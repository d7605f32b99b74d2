/* The tables. Rows are added and never changed (but for the tally); seal is the digest of the row's
 * record in blobs/. */
#include "store_priv.h"

#include "base/str.h"

#include <inttypes.h>

/* Version 1, and what each version after it adds. A step that was in a release never changes, since
 * stores of that version are compared with it. */
static const char version_1[] =
	"CREATE TABLE sweep(id INTEGER PRIMARY KEY, command TEXT NOT NULL, digest TEXT NOT NULL,"
	" plan TEXT NOT NULL, seed INTEGER NOT NULL, created INTEGER NOT NULL,"
	" seal TEXT NOT NULL) STRICT;"

	"CREATE TABLE finish(sweep INTEGER NOT NULL REFERENCES sweep, n INTEGER NOT NULL,"
	" exit_code INTEGER NOT NULL, summary TEXT, report TEXT, seal TEXT NOT NULL,"
	" PRIMARY KEY(sweep, n)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE rev(sweep INTEGER NOT NULL REFERENCES sweep, idx INTEGER NOT NULL,"
	" n INTEGER NOT NULL, kind INTEGER NOT NULL, spec TEXT, label TEXT, id TEXT, tree_id TEXT,"
	" path TEXT, subject TEXT, author TEXT, date INTEGER NOT NULL, outcome TEXT NOT NULL,"
	" detail TEXT NOT NULL, build_log TEXT, build_key TEXT, same_as INTEGER NOT NULL,"
	" seal TEXT NOT NULL, PRIMARY KEY(sweep, idx, n)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE host(sweep INTEGER NOT NULL REFERENCES sweep, n INTEGER NOT NULL,"
	" name TEXT NOT NULL, os TEXT NOT NULL, kernel TEXT NOT NULL, cpu TEXT NOT NULL,"
	" cpus INTEGER NOT NULL, memory INTEGER NOT NULL, governor TEXT NOT NULL,"
	" turbo TEXT NOT NULL, virtual INTEGER NOT NULL, boot_id TEXT NOT NULL, id TEXT NOT NULL,"
	" seal TEXT NOT NULL, PRIMARY KEY(sweep, n)) STRICT, WITHOUT ROWID;"

	/* marks: texts with their NULs, one after the other. */
	"CREATE TABLE bench(sweep INTEGER NOT NULL REFERENCES sweep, idx INTEGER NOT NULL,"
	" suite TEXT NOT NULL, name TEXT NOT NULL, metric TEXT NOT NULL, unit TEXT NOT NULL,"
	" direction INTEGER NOT NULL, clock INTEGER NOT NULL, grp TEXT, param TEXT,"
	" marks BLOB NOT NULL, PRIMARY KEY(sweep, idx), UNIQUE(sweep, suite, name, metric))"
	" STRICT, WITHOUT ROWID;"

	"CREATE TABLE launch(sweep INTEGER NOT NULL REFERENCES sweep, seq INTEGER NOT NULL,"
	" rev INTEGER NOT NULL, suite INTEGER NOT NULL, suite_name TEXT, block INTEGER NOT NULL,"
	" position INTEGER NOT NULL, attempt INTEGER NOT NULL, planned INTEGER NOT NULL,"
	" warmup INTEGER NOT NULL, discarded INTEGER NOT NULL, outcome TEXT NOT NULL, detail TEXT "
	"NOT NULL,"
	" started INTEGER NOT NULL, wall_s REAL, cpu_s REAL, rss_bytes REAL, load1 REAL,"
	" busy_cpus REAL, steal_cpus REAL, minflt INTEGER NOT NULL, majflt INTEGER NOT NULL,"
	" nvcsw INTEGER NOT NULL, nivcsw INTEGER NOT NULL, hash_seed INTEGER NOT NULL,"
	" pad INTEGER NOT NULL, disturbed INTEGER NOT NULL, log TEXT, host TEXT, raw TEXT,"
	" seal TEXT NOT NULL, PRIMARY KEY(sweep, seq)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE sample(sweep INTEGER NOT NULL, seq INTEGER NOT NULL, bench INTEGER NOT NULL,"
	" rev INTEGER NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL,"
	" absent INTEGER NOT NULL, rounds INTEGER NOT NULL, iterations INTEGER NOT NULL,"
	" min REAL, q25 REAL, median REAL, mean REAL, max REAL, stddev REAL, iqr REAL,"
	" cpu_q25 REAL, cpu_median REAL, cpu_mean REAL, PRIMARY KEY(sweep, seq, bench, rev),"
	" FOREIGN KEY(sweep, seq) REFERENCES launch, FOREIGN KEY(sweep, bench) REFERENCES bench)"
	" STRICT, WITHOUT ROWID;"

	/* Launches of the block with seq <= upto do not count. */
	"CREATE TABLE discard(sweep INTEGER NOT NULL REFERENCES sweep, n INTEGER NOT NULL,"
	" block INTEGER NOT NULL, upto INTEGER NOT NULL, seal TEXT NOT NULL,"
	" PRIMARY KEY(sweep, n)) STRICT, WITHOUT ROWID;"

	/* How many rows there must be, so that a lost one is noticed. */
	"CREATE TABLE tally(sweep INTEGER PRIMARY KEY REFERENCES sweep,"
	" launches INTEGER NOT NULL, discards INTEGER NOT NULL, revs INTEGER NOT NULL,"
	" hosts INTEGER NOT NULL, finishes INTEGER NOT NULL) STRICT;";

/* Columns that older rows lack are NULL there, and left out of their records. */
static const char version_2[] =
	"CREATE TABLE fact(sweep INTEGER NOT NULL REFERENCES sweep, n INTEGER NOT NULL,"
	" key TEXT NOT NULL, text TEXT NOT NULL, seal TEXT NOT NULL,"
	" PRIMARY KEY(sweep, n)) STRICT, WITHOUT ROWID;"

	"ALTER TABLE tally ADD COLUMN facts INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE launch ADD COLUMN cpu_pressure REAL;"
	"ALTER TABLE launch ADD COLUMN disturbed_by INTEGER;";

static const char version_3[] = "ALTER TABLE launch ADD COLUMN layout INTEGER;";

/* Spans come in batches, each with one record. */
static const char version_4[] =
	"CREATE TABLE span_batch(sweep INTEGER NOT NULL REFERENCES sweep, n INTEGER NOT NULL,"
	" session INTEGER NOT NULL, workers INTEGER NOT NULL, start_us INTEGER NOT NULL,"
	" seal TEXT NOT NULL, PRIMARY KEY(sweep, n)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE span(sweep INTEGER NOT NULL, batch INTEGER NOT NULL, i INTEGER NOT NULL,"
	" phase TEXT NOT NULL, worker INTEGER NOT NULL, rev INTEGER NOT NULL,"
	" layout INTEGER NOT NULL, suite TEXT, step TEXT, start_us INTEGER NOT NULL,"
	" end_us INTEGER NOT NULL, outcome TEXT NOT NULL, cpu_s REAL, rss_bytes REAL,"
	" PRIMARY KEY(sweep, batch, i), FOREIGN KEY(sweep, batch) REFERENCES span_batch)"
	" STRICT, WITHOUT ROWID;"

	"ALTER TABLE tally ADD COLUMN spans INTEGER NOT NULL DEFAULT 0;";

/* params: as marks, names and values in turn; NULL: none are known. */
static const char version_5[] = "ALTER TABLE bench ADD COLUMN params BLOB;";

static const char *const steps[] = {version_1, version_2, version_3, version_4, version_5};
_Static_assert(ARRAY_LEN(steps) == STORE_VERSION, "a step for each version");

/* The steps that lead from one version (0: no tables) to another, within a transaction. */
static int
make_steps(struct db *db, int64_t from, int64_t to, struct err *err)
{
	scoped(str) stamp = STR_INIT;

	for (int64_t i = from; i < to; i++)
		if (db_exec(db, steps[i], err) < 0)
			return -1;
	str_addf(&stamp, "PRAGMA application_id=%d; PRAGMA user_version=%" PRId64,
		STORE_APPLICATION_ID, to);
	return db_exec(db, stamp.p, err);
}

static int
make_in_txn(struct db *db, int64_t from, int64_t to, struct err *err)
{
	struct err ignored = ERR_INIT; /* the first failure is the one to tell */

	if (db_exec(db, "BEGIN IMMEDIATE", err) < 0)
		return -1;
	if (make_steps(db, from, to, err) == 0 && db_exec(db, "COMMIT", err) == 0)
		return 0;
	db_exec(db, "ROLLBACK", &ignored);
	return -1;
}

int
schema_create(struct db *db, struct err *err)
{
	return make_in_txn(db, 0, STORE_VERSION, err);
}

int
schema_upgrade(struct db *db, int64_t from, struct err *err)
{
	return make_in_txn(db, from, STORE_VERSION, err);
}

static int
pragma(struct db *db, const char *sql, int64_t *ret, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(db, sql, &q, err) < 0 || db_step(&q, &row, err) < 0)
		return -1;
	*ret = row ? db_int(&q, 0) : 0;
	return 0;
}

/* The definitions of all tables as one text. */
static int
definitions(struct db *db, struct str *out, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name", &q,
		    err) < 0)
		return -1;
	for (;;) {
		if (db_step(&q, &row, err) < 0)
			return -1;
		if (!row)
			return 0;
		for (int i = 0; i < 4; i++) {
			const char *text = db_text(&q, i);
			str_addf(out, "%s\n", text ? text : "-");
		}
	}
}

static int
expected_definitions(int64_t version, struct str *out, struct err *err)
{
	struct db *db;

	if (db_open("the schema of this program", DB_MEMORY, &db, err) < 0)
		return -1;
	int r = make_in_txn(db, 0, version, err);
	if (r == 0)
		r = definitions(db, out, err);
	db_close(db);
	return r;
}

static int
check_in_txn(struct db *db, const char *path, int64_t *ret_version, struct err *err)
{
	scoped(str) got = STR_INIT;
	scoped(str) want = STR_INIT;
	int64_t id, version;

	if (pragma(db, "PRAGMA application_id", &id, err) < 0 ||
		pragma(db, "PRAGMA user_version", &version, err) < 0)
		return -1;
	if (id != STORE_APPLICATION_ID)
		return err_set(err, ERR_STORE,
			"'%s' is an SQLite file of another program (application id %" PRId64
			"): name another store with --store DIR",
			path, id);
	if (version > STORE_VERSION)
		return err_set(err, ERR_STORE,
			"'%s' was written by a newer revsweep: its schema has version %" PRId64
			", this program knows version %d; use the newer revsweep or another "
			"--store",
			path, version, STORE_VERSION);
	if (definitions(db, &got, err) < 0 ||
		(version > 0 && expected_definitions(version, &want, err) < 0))
		return -1;
	if (version < 1 || !str_eq(got.p, want.p))
		return err_set(err, ERR_STORE,
			"store is damaged at '%s': its tables are not those of schema version "
			"%" PRId64,
			path, version);
	*ret_version = version;
	return 0;
}

int
schema_check(struct db *db, const char *path, int64_t *ret_version, struct err *err)
{
	struct err ignored = ERR_INIT; /* the end of a transaction that only read */

	/* One transaction: somebody else may bring the tables forward just now. */
	if (db_exec(db, "BEGIN", err) < 0)
		return -1;
	int r = check_in_txn(db, path, ret_version, err);
	db_exec(db, "COMMIT", &ignored);
	return r;
}

#include "ext/db.h"

#include "base/mem.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OK(call)                                                                                   \
	do {                                                                                       \
		struct err err_ = ERR_INIT, *err = &err_;                                          \
		ck_assert_msg((call) == 0, "%s", err_.text);                                       \
	} while (0)

static struct err failure;
#define FAILS(kind_, call)                                                                         \
	do {                                                                                       \
		struct err *err = &failure;                                                        \
		ck_assert((call) == -1);                                                           \
		ck_assert_msg(failure.kind == (kind_), "%d %s", failure.kind, failure.text);       \
	} while (0)

static char *dir;

static char *
fresh(const char *name)
{
	if (!dir)
		OK(fs_temp_dir("/tmp/revsweep-db-", &dir, err));
	return path_join(dir, name);
}

static void
clean(void)
{
	OK(fs_remove(dir, err));
	free(dir);
	dir = NULL;
}

/* A file with a table, in WAL mode. */
static void
make(const char *path)
{
	struct db *db;

	OK(db_open(path, DB_CREATE, &db, err));
	OK(db_exec(db, "CREATE TABLE t(i INTEGER, r REAL, s TEXT, b BLOB) STRICT", err));
	OK(db_exec(db, "PRAGMA journal_mode=WAL", err));
	db_close(db);
}

START_TEST(values)
{
	scoped_free char *path = fresh("values.db");
	struct db *db;
	bool row;
	size_t n;

	make(path);
	OK(db_open(path, DB_WRITE, &db, err));
	struct db_stmt q = DB_STMT_INIT;
	OK(db_prepare(db, "INSERT INTO t VALUES(?,?,?,?)", &q, err));
	db_bind_int(&q, 1, INT64_MIN);
	db_bind_real(&q, 2, 0.1);
	db_bind_text(&q, 3, "a'b\xff");
	db_bind_blob(&q, 4, "x\0y", 3);
	OK(db_run(&q, err));
	db_bind_real(&q, 2, NAN);
	db_bind_text(&q, 3, NULL);
	db_bind_blob(&q, 4, NULL, 0);
	OK(db_run(&q, err));
	db_stmt_done(&q);
	OK(db_prepare(db, "SELECT * FROM t ORDER BY rowid", &q, err));
	OK(db_step(&q, &row, err));
	ck_assert(row);
	ck_assert_int_eq(db_int(&q, 0), INT64_MIN);
	ck_assert(db_real(&q, 1) == 0.1);
	ck_assert_str_eq(db_text(&q, 2), "a'b\xff");
	ck_assert_mem_eq(db_blob(&q, 3, &n), "x\0y", 3);
	ck_assert_uint_eq(n, 3);
	OK(db_step(&q, &row, err));
	ck_assert(db_null(&q, 0) && isnan(db_real(&q, 1)) && !db_text(&q, 2));
	db_blob(&q, 3, &n);
	ck_assert(n == 0 && !db_null(&q, 3));
	OK(db_step(&q, &row, err));
	ck_assert(!row);
	db_stmt_done(&q);
	ck_assert_uint_gt(db_wal_pages(db), 0);
	OK(db_checkpoint(db, true, err));
	OK(db_check(db, err));
	db_close(db);
	OK(db_open(path, DB_IMMUTABLE, &db, err));
	OK(db_exec(db, "SELECT count(*) FROM t", err));
	db_close(db);
	clean();
}
END_TEST

START_TEST(errors_have_kinds)
{
	scoped_free char *path = fresh("errors.db");
	scoped_free char *missing = fresh("missing.db");
	scoped_free char *text = fresh("text.db");
	struct db *db, *other;
	struct db_stmt q = DB_STMT_INIT;

	make(path);
	FAILS(ERR_STORE, db_open(missing, DB_WRITE, &db, err));
	ck_assert_ptr_nonnull(strstr(failure.text, "missing.db"));
	OK(fs_write_atomic(text, "no database at all, but long enough to be read as one", 53, err));
	FAILS(ERR_STORE, db_open(text, DB_READ, &db, err) < 0
				 ? -1
				 : (db_exec(db, "SELECT * FROM sqlite_schema", err) == 0
						   ? 0
						   : (db_close(db), -1)));
	ck_assert_ptr_nonnull(strstr(failure.text, "store is damaged at"));

	OK(db_open(path, DB_READ, &db, err));
	FAILS(ERR_STORE, db_exec(db, "INSERT INTO t VALUES(1,1,'x',x'00')", err));
	ck_assert_ptr_nonnull(strstr(failure.text, "--store DIR"));
	db_close(db);

	OK(db_open(path, DB_WRITE, &db, err));
	FAILS(ERR_INTERNAL, db_exec(db, "SELECT nonsense FROM t", err));
	FAILS(ERR_INTERNAL, db_exec(db, "INSERT INTO t VALUES('text',1,'x',x'00')", err));
	OK(db_exec(db, "PRAGMA busy_timeout=1; PRAGMA max_page_count=4", err));
	OK(db_open(path, DB_WRITE, &other, err));
	OK(db_exec(other, "BEGIN IMMEDIATE", err));
	FAILS(ERR_BUSY, db_exec(db, "BEGIN IMMEDIATE", err));
	db_close(other);
	FAILS(ERR_RESOURCES, db_exec(db, "INSERT INTO t VALUES(1,1,'x',zeroblob(99999))", err));
	FAILS(ERR_INTERNAL, db_prepare(db, "no SQL", &q, err));
	OK(db_prepare(db, "SELECT 1", &q, err));
	db_bind_int(&q, 5, 1);
	bool row;
	FAILS(ERR_INTERNAL, db_step(&q, &row, err));
	db_stmt_done(&q);
	ck_assert(!db_damaged(db));
	db_close(db);
	clean();
}
END_TEST

/* What never ends by itself is ended by a limit, and by nothing else. */
START_TEST(limits_end_what_takes_long)
{
	static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
				      "FROM n) SELECT count(*) FROM n";
	scoped_free char *path = fresh("limits.db");
	struct db *db;

	make(path);
	OK(db_open(path, DB_LOOK, &db, err));
	db_limit(db, 0.05);
	FAILS(ERR_RESOURCES, db_exec(db, endless, err));
	ck_assert_ptr_nonnull(strstr(failure.text, "takes too long"));
	FAILS(ERR_RESOURCES, db_exec(db, endless, err));
	db_limit(db, 0);
	OK(db_exec(db,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
		"100000) SELECT count(*) FROM n",
		err));
	db_close(db);
	clean();
}
END_TEST

TEST_SUITE("ext/db", values, errors_have_kinds, limits_end_what_takes_long)

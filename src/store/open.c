#include "store_priv.h"

#include "sys/fs.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names that a store's directory may hold before it has an index: the rest of revsweep keeps its
 * own things beside it. */
static bool
is_our_name(const char *name)
{
	static const char *const names[] = {".", "..", "blobs", "leases", "git", "src", "logs",
		"tmp", "cache", "builds", "lost+found"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return str_starts(name, "store.") || str_starts(name, ".gitignore");
}

/* Somebody's directory must not become a store because a path was mistyped: the .gitignore alone
 * would hide all of a project from git. */
static int
refuse_foreign_dir(const char *dir, struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int r = 0;

	if (!d)
		return err_sys(err, ERR_STORE, "cannot read directory '%s'", dir);
	while (r == 0 && (entry = readdir(d)))
		if (!is_our_name(entry->d_name))
			r = err_set(err, ERR_STORE,
				"'%s' is not a store and not empty (it holds '%s'): name a new or "
				"empty directory with --store DIR",
				dir, entry->d_name);
	closedir(d);
	return r;
}

static int
refuse_remote(const char *dir, struct err *err)
{
	char type[64];

	if (!fs_is_remote(dir, type, sizeof(type)))
		return 0;
	return err_set(err, ERR_ENVIRONMENT,
		"store '%s' is on a network file system (%s), where locks and durable writes "
		"cannot "
		"be relied on: name a directory on a local disk with --store DIR or REVSWEEP_STORE",
		dir, type);
}

static int
make_dirs(struct store *store, struct err *err)
{
	scoped_free char *ignore = store_path(store, ".gitignore");
	scoped_free char *leases = store_path(store, "leases");

	if (fs_mkdir_p(leases, 0700, err) < 0 || blob_make_dirs(store->dir, err) < 0)
		return -1;
	if (!fs_exists(ignore) && fs_write_atomic(ignore, "*\n", 2, err) < 0)
		return -1;
	return 0;
}

bool
store_exists(const char *dir)
{
	scoped_free char *index = path_join(dir, "store.db");

	return fs_exists(index);
}

int
store_prepare(struct store *store, struct err *err)
{
	scoped_free char *index = store_path(store, "store.db");

	if (fs_exists(store->dir) && !fs_is_dir(store->dir))
		return err_set(err, ERR_STORE,
			"'%s' is a file: a store is a directory; name another one with --store DIR",
			store->dir);
	if (store->mode != STORE_WRITE) {
		if (!fs_exists(index))
			return err_set(err, ERR_STORE,
				"there is no store in '%s': 'revsweep compare' and 'revsweep run' "
				"make one, --store DIR names another",
				store->dir);
		return refuse_remote(store->dir, err);
	}
	if (fs_mkdir_p(store->dir, 0700, err) < 0 || refuse_remote(store->dir, err) < 0)
		return -1;
	if (!fs_exists(index) && refuse_foreign_dir(store->dir, err) < 0)
		return -1;
	scoped_free char *lock = store_path(store, "store.lock");
	if (lock_take(lock, true, &store->lock, err) < 0) {
		if (err->kind == ERR_STORE)
			err_wrap(err,
				"store '%s' cannot be written; name another one with --store DIR",
				store->dir);
		return -1;
	}
	return make_dirs(store, err);
}

static int
remove_if_there(const char *path, struct err *err)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return err_sys(err, ERR_STORE, "cannot remove '%s'", path);
	return 0;
}

/* An index that was lost must not be replaced by an empty one in silence. */
static int
refuse_lost_index(const struct store *store, const char *index, struct err *err)
{
	scoped_free char *wal = xasprintf("%s-wal", index);
	struct stat st;

	if ((stat(wal, &st) < 0 || st.st_size == 0) && !blob_any(store->dir))
		return 0;
	return err_set(err, ERR_STORE, "store is damaged at '%s': the file is gone", index);
}

/* An index comes to be as a whole: made under another name, durable, then renamed. */
static int
create_index(const struct store *store, const char *index, struct err *err)
{
	static const char *const leftovers[] = {"store.db.new", "store.db.new-journal",
		"store.db.new-wal", "store.db.new-shm", "store.db-wal", "store.db-shm"};
	scoped_free char *fresh = store_path(store, "store.db.new");
	struct db *db;

	if (refuse_lost_index(store, index, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(leftovers); i++) {
		scoped_free char *path = store_path(store, leftovers[i]);
		if (remove_if_there(path, err) < 0)
			return -1;
	}
	if (db_open(fresh, DB_CREATE, &db, err) < 0)
		return -1;
	int r = schema_create(db, err);
	if (r == 0)
		r = db_exec(db, "PRAGMA journal_mode=WAL", err);
	db_close(db);
	if (r < 0 || fs_sync(fresh, err) < 0)
		return -1;
	if (rename(fresh, index) < 0)
		return err_sys(err, ERR_STORE, "cannot make '%s'", index);
	return fs_fsync_dir(store->dir, err);
}

static int
check_file(const char *index, struct err *err)
{
	struct stat st;

	if (stat(index, &st) < 0)
		return err_sys(err, ERR_STORE, "cannot open '%s'", index);
	if (S_ISDIR(st.st_mode))
		return err_set(err, ERR_STORE,
			"store is damaged at '%s': it is a directory, not a file", index);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_STORE, "store is damaged at '%s': it is not a file", index);
	if (st.st_size == 0)
		return err_set(err, ERR_STORE, "store is damaged at '%s': it is empty", index);
	if (access(index, R_OK) < 0)
		return err_sys(err, ERR_STORE, "cannot read '%s'", index);
	return 0;
}

/* Reading needs a lock file beside the index, which cannot be made on a read-only disk. With an
 * empty log (store_close sees to that) the file can be read as it is. */
static enum db_mode
reading_mode(const struct store *store, const char *index)
{
	scoped_free char *wal = xasprintf("%s-wal", index);
	scoped_free char *shm = xasprintf("%s-shm", index);
	struct stat st;

	bool writable = access(store->dir, W_OK) == 0 && access(index, W_OK) == 0;
	bool empty_log = stat(wal, &st) < 0 || st.st_size == 0;
	if (!writable && empty_log && access(shm, W_OK) < 0)
		return DB_IMMUTABLE;
	return store->mode == STORE_LOOK ? DB_LOOK : DB_READ;
}

static int
check_wal_mode(struct store *store, const char *index, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db, "PRAGMA journal_mode", &q, err) < 0 || db_step(&q, &row, err) < 0)
		return -1;
	if (!row || !str_eq(db_text(&q, 0), "wal"))
		return err_set(
			err, ERR_STORE, "store is damaged at '%s': it is not in WAL mode", index);
	return 0;
}

/* The index as a connection: *ret_version is that of its schema. */
static int
open_db(struct store *store, const char *index, enum db_mode mode, int64_t *ret_version,
	struct err *err)
{
	if (db_open(index, mode, &store->db, err) < 0)
		return -1;
	return schema_check(store->db, index, ret_version, err);
}

static void
close_db(struct store *store)
{
	db_close(store->db);
	store->db = NULL;
}

static int
check_index(struct store *store, const char *index, struct err *err)
{
	return check_wal_mode(store, index, err) < 0 ? -1 : db_check(store->db, err);
}

/* Under the lock; somebody else may have done it meanwhile. What is damaged stays as it is. */
static int
upgrade_locked(struct store *store, const char *index, struct err *err)
{
	int64_t version = 0;

	if (open_db(store, index, DB_WRITE, &version, err) < 0)
		return -1;
	if (version == STORE_VERSION)
		return 0;
	if (check_index(store, index, err) < 0 || schema_upgrade(store->db, version, err) < 0)
		return -1;
	return db_checkpoint(store->db, true, err); /* who reads next may be without a log */
}

/* Leaves the store without a connection. */
static int
upgrade(struct store *store, const char *index, int64_t version, struct err *err)
{
	scoped_free char *lock = store_path(store, "store.lock");

	close_db(store);
	if (access(store->dir, W_OK) < 0 || access(index, W_OK) < 0)
		return err_set(err, ERR_STORE,
			"store '%s' is of an older revsweep (schema version %" PRId64
			", this program needs %d) and cannot be written: run 'revsweep log' on it "
			"once as somebody who may write there, or name a copy with --store DIR",
			store->dir, version, STORE_VERSION);
	if (lock_take(lock, true, &store->lock, err) < 0)
		return -1;
	int r = upgrade_locked(store, index, err);
	close_db(store);
	lock_done(&store->lock);
	return r;
}

/* What is there, and of this version in the end. */
static int
open_index(struct store *store, const char *index, enum db_mode mode, struct err *err)
{
	int64_t version = 0;

	if (open_db(store, index, mode, &version, err) < 0)
		return -1;
	if (version < STORE_VERSION && store->mode == STORE_LOOK)
		return err_set(err, ERR_STORE,
			"store '%s' is of an older revsweep (schema version %" PRId64
			", this program needs %d): run 'revsweep log' on it once",
			store->dir, version, STORE_VERSION);
	if (version < STORE_VERSION && (upgrade(store, index, version, err) < 0 ||
					       open_db(store, index, mode, &version, err) < 0))
		return -1;
	return store->mode == STORE_WRITE ? check_index(store, index, err) : 0;
}

int
store_open_index(struct store *store, struct err *err)
{
	scoped_free char *index = store_path(store, "store.db");

	if (store->mode == STORE_WRITE && !fs_exists(index) && create_index(store, index, err) < 0)
		return -1;
	lock_done(&store->lock); /* the checks may take a while, and only read */
	if (check_file(index, err) < 0)
		return -1;
	enum db_mode mode = store->mode == STORE_WRITE ? DB_WRITE : reading_mode(store, index);
	if (mode == DB_WRITE && access(index, W_OK) < 0)
		return err_sys(err, ERR_STORE,
			"cannot write '%s' (name another store with --store DIR)", index);
	store->frozen = mode == DB_IMMUTABLE;
	if (open_index(store, index, mode, err) == 0)
		return 0;
	/* Our questions are right: what cannot answer them is not the file we made. */
	if (err->kind == ERR_INTERNAL) {
		err->kind = ERR_STORE;
		err_wrap(err, "store is damaged");
	}
	return -1;
}

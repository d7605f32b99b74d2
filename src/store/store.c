#include "store_priv.h"

#include "sys/fs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAL_PAGES_MAX 1000 /* 4 MiB, then the log is moved into the file */

char *
store_path(const struct store *store, const char *name)
{
	return path_join(store->dir, name);
}

const char *
store_dir(const struct store *store)
{
	return store->dir;
}

int
store_fail(struct err *err)
{
	static const char advice[] = "; the raw results in its blobs/ are intact, nothing was "
				     "changed: move it away, or name another store with "
				     "--store DIR";

	if (err->kind == ERR_STORE && str_starts(err->text, "store is damaged") &&
		!strstr(err->text, advice + 1)) {
		size_t n = strlen(err->text);
		size_t room = sizeof(err->text) - sizeof(advice);

		if (n > room)
			n = room;
		memcpy(err->text + n, advice, sizeof(advice));
	}
	return -1;
}

int
store_differs(const struct store *store, struct err *err, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	err_set(err, ERR_STORE, "store is damaged at '%s/store.db': %s", store->dir, what);
	return store_fail(err);
}

int
store_txn_begin(struct store *store, struct err *err)
{
	scoped_free char *path = store_path(store, "store.lock");

	if (store->mode != STORE_WRITE)
		return err_set(err, ERR_INTERNAL, "store '%s' was opened for reading", store->dir);
	if (lock_take(path, true, &store->lock, err) < 0)
		return -1;
	if (db_exec(store->db, "BEGIN IMMEDIATE", err) == 0)
		return 0;
	lock_done(&store->lock);
	return store_fail(err);
}

int
store_txn_end(struct store *store, int r, struct err *err)
{
	struct err ignored = ERR_INIT; /* the first failure is the one to tell */

	if (r == 0)
		r = db_exec(store->db, "COMMIT", err);
	if (r < 0)
		db_exec(store->db, "ROLLBACK", &ignored);
	else if (db_wal_pages(store->db) > WAL_PAGES_MAX)
		r = db_checkpoint(store->db, false, err);
	lock_done(&store->lock);
	return r < 0 ? store_fail(err) : 0;
}

int
store_open(const char *dir, enum store_mode mode, struct store **ret, struct err *err)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store->dir = path_absolute(dir);
	store->mode = mode;
	store->lock = (struct lock)LOCK_INIT;
	store->lease = (struct lock)LOCK_INIT;
	int r = store_prepare(store, err);
	if (r == 0)
		r = store_open_index(store, err);
	lock_done(&store->lock);
	if (r < 0) {
		store_fail(err);
		store_close(store);
		return -1;
	}
	*ret = store;
	return 0;
}

/* Leaves the whole index in one file, so that it can be copied, and read where nothing can be
 * written. Not vital: what the log holds is as durable there. */
static void
tidy(struct store *store)
{
	scoped_free char *path = store_path(store, "store.lock");
	struct err err = ERR_INIT;

	if (lock_take(path, false, &store->lock, &err) == 0)
		db_checkpoint(store->db, true, &err);
	lock_done(&store->lock);
}

void
store_close(struct store *store)
{
	if (!store)
		return;
	if (store->db && store->mode == STORE_WRITE && !db_damaged(store->db))
		tidy(store);
	db_close(store->db);
	lock_done(&store->lease);
	free(store->dir);
	free(store);
}

int
store_lease(struct store *store, int64_t id, struct err *err)
{
	char name[40];

	if (store->leased == id)
		return 0;
	if (store->leased)
		return err_set(err, ERR_INTERNAL, "a store works on one sweep at a time");
	snprintf(name, sizeof(name), "leases/%" PRId64, id);
	scoped_free char *path = store_path(store, name);
	if (lock_take(path, false, &store->lease, err) < 0)
		return err_wrap(err, "sweep #%" PRId64 " is being worked on", id);
	store->leased = id;
	return 0;
}

/* Adding to the store. Every function here is one transaction; what it adds is durable when it
 * returns. */
#include "store_priv.h"

#include "sys/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One integer out of a query with one parameter. */
static int
ask_int(struct store *store, const char *sql, int64_t parameter, int64_t *ret, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db, sql, &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, parameter);
	if (db_step(&q, &row, err) < 0)
		return -1;
	*ret = row ? db_int(&q, 0) : 0;
	return 0;
}

int
store_seal(struct store *store, const struct str *record, char hex[DIGEST_HEX], struct err *err)
{
	if (record->full)
		return err_set(err, ERR_RESOURCES, "a record of more than %zu MiB is not stored",
			STR_MAX >> 20);
	return blob_put(store->dir, record->p, record->n, hex, err);
}

int
store_keep(struct store *store, const void *data, size_t n, char hex[DIGEST_HEX], struct err *err)
{
	if (store->mode != STORE_WRITE)
		return err_set(err, ERR_INTERNAL, "store '%s' was opened for reading", store->dir);
	return blob_put(store->dir, data, n, hex, err);
}

static int
need_sweep(struct store *store, int64_t sweep, struct err *err)
{
	int64_t n = 0;

	if (ask_int(store, "SELECT count(*) FROM sweep WHERE id=?", sweep, &n, err) < 0)
		return -1;
	return n ? 0 : err_set(err, ERR_USAGE, "there is no sweep #%" PRId64, sweep);
}

static int
insert_sweep(struct store *store, struct store_sweep *sweep, struct err *err)
{
	scoped(str) record = STR_INIT;
	scoped(db_stmt) q = DB_STMT_INIT;
	scoped(db_stmt) tally = DB_STMT_INIT;
	char hex[DIGEST_HEX];

	if (ask_int(store, "SELECT coalesce(max(id), 0) + 1 FROM sweep WHERE id > ?", 0, &sweep->id,
		    err) < 0)
		return -1;
	record_sweep(&record, sweep);
	if (store_seal(store, &record, hex, err) < 0 ||
		db_prepare(store->db, "INSERT INTO sweep VALUES(?,?,?,?,?,?,?)", &q, err) < 0 ||
		db_prepare(store->db, "INSERT INTO tally VALUES(?,0,0,0,0,0,0,0)", &tally, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep->id);
	db_bind_text(&q, 2, sweep->command);
	db_bind_text(&q, 3, sweep->digest);
	db_bind_text(&q, 4, sweep->plan);
	db_bind_int(&q, 5, (int64_t)sweep->seed);
	db_bind_int(&q, 6, sweep->created);
	db_bind_text(&q, 7, hex);
	db_bind_int(&tally, 1, sweep->id);
	return db_run(&q, err) < 0 || db_run(&tally, err) < 0 ? -1 : 0;
}

int
store_begin(struct store *store, const struct store_sweep *sweep, int64_t *ret_id, struct err *err)
{
	struct store_sweep copy = *sweep;

	if (copy.created == 0)
		copy.created = clock_wall_s();
	if (store_txn_begin(store, err) < 0 ||
		store_txn_end(store, insert_sweep(store, &copy, err), err) < 0)
		return -1;
	*ret_id = copy.id;
	return 0;
}

static int
insert_finish(struct store *store, int64_t id, int exit_code, const char *summary,
	const char *report, struct err *err)
{
	scoped(str) record = STR_INIT;
	scoped(db_stmt) q = DB_STMT_INIT;
	char hex[DIGEST_HEX];
	int64_t n;

	if (need_sweep(store, id, err) < 0 ||
		ask_int(store, "SELECT coalesce(max(n), 0) + 1 FROM finish WHERE sweep=?", id, &n,
			err) < 0)
		return -1;
	record_finish(&record, id, n, exit_code, summary, report);
	if (store_seal(store, &record, hex, err) < 0 ||
		db_prepare(store->db, "INSERT INTO finish VALUES(?,?,?,?,?,?)", &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, id);
	db_bind_int(&q, 2, n);
	db_bind_int(&q, 3, exit_code);
	db_bind_text(&q, 4, summary);
	db_bind_text(&q, 5, report);
	db_bind_text(&q, 6, hex);
	return db_run(&q, err) < 0 ? -1 : store_count(store, "finishes", id, err);
}

int
store_finish(struct store *store, int64_t id, int exit_code, const char *summary,
	const char *report, struct err *err)
{
	if (store_txn_begin(store, err) < 0)
		return -1;
	return store_txn_end(store, insert_finish(store, id, exit_code, summary, report, err), err);
}

/* Whether the newest row of a thing has this record already (with its own n). */
static int
newest_seal(struct store *store, const char *sql, int64_t a, int64_t b, int64_t *ret_n,
	char hex[DIGEST_HEX], struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	*ret_n = 0;
	hex[0] = '\0';
	if (db_prepare(store->db, sql, &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, a);
	if (b >= 0)
		db_bind_int(&q, 2, b);
	if (db_step(&q, &row, err) < 0)
		return -1;
	if (row) {
		const char *text = db_text(&q, 1);
		*ret_n = db_int(&q, 0);
		snprintf(hex, DIGEST_HEX, "%s", text ? text : "");
	}
	return 0;
}

static int
insert_rev(struct store *store, int64_t sweep, size_t index, const struct results_rev *rev,
	struct err *err)
{
	scoped(str) record = STR_INIT;
	scoped(db_stmt) q = DB_STMT_INIT;
	char hex[DIGEST_HEX];
	int64_t n;

	if (need_sweep(store, sweep, err) < 0 ||
		newest_seal(store,
			"SELECT n, seal FROM rev WHERE sweep=? AND idx=? ORDER BY n DESC LIMIT 1",
			sweep, (int64_t)index, &n, hex, err) < 0)
		return -1;
	record_rev(&record, sweep, index, n, rev);
	if (n && record_matches(&record, hex))
		return 0;
	str_clear(&record);
	record_rev(&record, sweep, index, ++n, rev);
	if (store_seal(store, &record, hex, err) < 0 ||
		db_prepare(store->db, "INSERT INTO rev VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
			&q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	db_bind_int(&q, 2, (int64_t)index);
	db_bind_int(&q, 3, n);
	db_bind_int(&q, 4, rev->rev.kind);
	db_bind_text(&q, 5, rev->rev.spec);
	db_bind_text(&q, 6, rev->rev.label);
	db_bind_text(&q, 7, rev->rev.id);
	db_bind_text(&q, 8, rev->rev.tree_id);
	db_bind_text(&q, 9, rev->rev.path);
	db_bind_text(&q, 10, rev->rev.subject);
	db_bind_text(&q, 11, rev->rev.author);
	db_bind_int(&q, 12, rev->rev.date);
	db_bind_text(&q, 13, outcome_name(rev->build.kind));
	db_bind_text(&q, 14, rev->build.detail);
	db_bind_text(&q, 15, rev->build_log);
	db_bind_text(&q, 16, rev->build_key);
	db_bind_int(&q, 17, rev->same_as);
	db_bind_text(&q, 18, hex);
	return db_run(&q, err) < 0 ? -1 : store_count(store, "revs", sweep, err);
}

int
store_set_rev(struct store *store, int64_t sweep, size_t index, const struct results_rev *rev,
	struct err *err)
{
	if (store_txn_begin(store, err) < 0)
		return -1;
	return store_txn_end(store, insert_rev(store, sweep, index, rev, err), err);
}

static int
insert_host(struct store *store, int64_t sweep, const struct host *host, struct err *err)
{
	scoped(str) record = STR_INIT;
	scoped(db_stmt) q = DB_STMT_INIT;
	char hex[DIGEST_HEX];
	int64_t n;

	if (need_sweep(store, sweep, err) < 0 ||
		newest_seal(store, "SELECT n, seal FROM host WHERE sweep=? ORDER BY n DESC LIMIT 1",
			sweep, -1, &n, hex, err) < 0)
		return -1;
	record_host(&record, sweep, n, host);
	if (n && record_matches(&record, hex))
		return 0;
	str_clear(&record);
	record_host(&record, sweep, ++n, host);
	if (store_seal(store, &record, hex, err) < 0 ||
		db_prepare(store->db, "INSERT INTO host VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)", &q,
			err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	db_bind_int(&q, 2, n);
	db_bind_text(&q, 3, host->name);
	db_bind_text(&q, 4, host->os);
	db_bind_text(&q, 5, host->kernel);
	db_bind_text(&q, 6, host->cpu);
	db_bind_int(&q, 7, host->cpus);
	db_bind_int(&q, 8, (int64_t)host->memory);
	db_bind_text(&q, 9, host->governor);
	db_bind_text(&q, 10, host->turbo);
	db_bind_int(&q, 11, host->virtual);
	db_bind_text(&q, 12, host->boot_id);
	db_bind_text(&q, 13, host->id);
	db_bind_text(&q, 14, hex);
	return db_run(&q, err) < 0 ? -1 : store_count(store, "hosts", sweep, err);
}

int
store_set_host(struct store *store, int64_t sweep, const struct host *host, struct err *err)
{
	if (store_txn_begin(store, err) < 0)
		return -1;
	return store_txn_end(store, insert_host(store, sweep, host, err), err);
}

static int
insert_discard(struct store *store, int64_t sweep, unsigned block, struct err *err)
{
	scoped(str) record = STR_INIT;
	scoped(db_stmt) q = DB_STMT_INIT;
	struct stored_tally tally;
	char hex[DIGEST_HEX];

	if (store_read_tally(store, sweep, &tally, err) < 0)
		return -1;
	record_discard(&record, sweep, tally.discards + 1, block, tally.launches);
	if (store_seal(store, &record, hex, err) < 0 ||
		db_prepare(store->db, "INSERT INTO discard VALUES(?,?,?,?,?)", &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	db_bind_int(&q, 2, tally.discards + 1);
	db_bind_int(&q, 3, block);
	db_bind_int(&q, 4, tally.launches);
	db_bind_text(&q, 5, hex);
	return db_run(&q, err) < 0 ? -1 : store_count(store, "discards", sweep, err);
}

int
store_discard_block(struct store *store, int64_t sweep, unsigned block, struct err *err)
{
	if (store_txn_begin(store, err) < 0)
		return -1;
	return store_txn_end(store, insert_discard(store, sweep, block, err), err);
}

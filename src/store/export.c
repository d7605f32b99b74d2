/* A sweep as a file of its records, one a line: nothing else is needed to judge it again. Raw
 * outputs are not part of it. */
#include "store_priv.h"

#include "sys/fs.h"

#include <stdlib.h>

#define RECORD_MAX ((size_t)64 << 20)

static int
add_record(const struct store *store, const char *seal, struct str *out, struct err *err)
{
	scoped_free char *path = store_blob_path(store, seal);
	scoped(str) record = STR_INIT;

	if (!path)
		return err_set(err, ERR_STORE, "store is damaged: the record %.12s is gone",
			seal ? seal : "?");
	if (fs_read(path, RECORD_MAX, &record, err) < 0)
		return -1;
	if (!record_matches(&record, seal))
		return err_set(
			err, ERR_STORE, "store is damaged at '%s': it is not what it was", path);
	str_addn(out, record.p, record.n);
	str_addc(out, '\n');
	return 0;
}

/* The records whose seals a query gives, in its order. */
static int
add_records(const struct store *store, const char *sql, int64_t sweep, int64_t at, struct str *out,
	struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db, sql, &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	if (at >= 0)
		db_bind_int(&q, 2, at);
	for (;;) {
		if (db_step(&q, &row, err) < 0)
			return -1;
		if (!row)
			return 0;
		if (add_record(store, db_text(&q, 0), out, err) < 0)
			return -1;
	}
}

/* Launches, each after the machine it ran on if that is another one, and before the discards that
 * came next. */
static int
add_launches(const struct store *store, int64_t sweep, struct str *out, struct err *err)
{
	static const char discards[] =
		"SELECT seal FROM discard WHERE sweep=? AND upto=? ORDER BY n";
	scoped(db_stmt) q = DB_STMT_INIT;
	scoped_free char *host = NULL;
	bool row;

	if (add_records(store, discards, sweep, 0, out, err) < 0 ||
		db_prepare(store->db,
			"SELECT seq, seal, host FROM launch WHERE sweep=? ORDER BY seq", &q,
			err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	for (;;) {
		if (db_step(&q, &row, err) < 0)
			return -1;
		if (!row)
			return 0;
		if (db_text(&q, 2) && !str_eq(host, db_text(&q, 2))) {
			free(host);
			host = xstrdup(db_text(&q, 2));
			if (add_record(store, host, out, err) < 0)
				return -1;
		}
		if (add_record(store, db_text(&q, 1), out, err) < 0 ||
			add_records(store, discards, sweep, db_int(&q, 0), out, err) < 0)
			return -1;
	}
}

int
store_export(struct store *store, int64_t sweep, struct str *out, struct err *err)
{
	if (add_records(store, "SELECT seal FROM sweep WHERE id=?", sweep, -1, out, err) < 0 ||
		add_records(store, "SELECT seal FROM rev WHERE sweep=? ORDER BY idx, n", sweep, -1,
			out, err) < 0 ||
		add_launches(store, sweep, out, err) < 0 ||
		add_records(store, "SELECT seal FROM fact WHERE sweep=? ORDER BY n", sweep, -1, out,
			err) < 0 ||
		add_records(store, "SELECT seal FROM span_batch WHERE sweep=? ORDER BY n", sweep,
			-1, out, err) < 0 ||
		add_records(store, "SELECT seal FROM finish WHERE sweep=? ORDER BY n", sweep, -1,
			out, err) < 0)
		return store_fail(err);
	return 0;
}

/* Rows to values. */
#include "store_priv.h"

#include <inttypes.h>
#include <stdio.h>

void
row_outcome(struct db_stmt *q, int i, struct outcome *ret)
{
	const char *name = db_text(q, i), *detail = db_text(q, i + 1);

	ret->kind = outcome_of_name(name ? name : "");
	snprintf(ret->detail, sizeof(ret->detail), "%s", detail ? detail : "");
}

void
row_launch(struct db_stmt *q, int64_t sweep, struct arena *arena, struct stored_launch *ret)
{
	struct store_launch *l = &ret->launch;

	*ret = (struct stored_launch){.sweep = sweep, .live = true};
	ret->seq = db_int(q, 0);
	l->rev = (size_t)db_int(q, 1);
	l->suite = (size_t)db_int(q, 2);
	l->suite_name = arena_strdup(arena, db_text(q, 3));
	l->block = (unsigned)db_int(q, 4);
	l->position = (unsigned)db_int(q, 5);
	l->attempt = (unsigned)db_int(q, 6);
	l->planned = (unsigned)db_int(q, 7);
	l->warmup = db_int(q, 8);
	l->discarded = db_int(q, 9);
	row_outcome(q, 10, &l->outcome);
	l->started = db_int(q, 12);
	l->wall_s = db_real(q, 13);
	l->cpu_s = db_real(q, 14);
	l->rss_bytes = db_real(q, 15);
	l->load1 = db_real(q, 16);
	l->busy_cpus = db_real(q, 17);
	l->steal_cpus = db_real(q, 18);
	l->minflt = db_int(q, 19);
	l->majflt = db_int(q, 20);
	l->nvcsw = db_int(q, 21);
	l->nivcsw = db_int(q, 22);
	l->hash_seed = (uint64_t)db_int(q, 23);
	l->pad = (unsigned)db_int(q, 24);
	l->disturbed = db_int(q, 25);
	l->log = arena_strdup(arena, db_text(q, 26));
	ret->host = arena_strdup(arena, db_text(q, 27));
	ret->raw = arena_strdup(arena, db_text(q, 28));
	ret->seal = arena_strdup(arena, db_text(q, 29));
	l->cpu_pressure = db_real(q, 30);
	l->disturbed_by = (unsigned)db_int(q, 31);
	l->layout = (unsigned)db_int(q, 32);
}

int
store_read_tally(struct store *store, int64_t sweep, struct stored_tally *ret, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db,
		    "SELECT launches, discards, revs, hosts, finishes FROM tally WHERE sweep=?", &q,
		    err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	if (db_step(&q, &row, err) < 0)
		return -1;
	if (!row)
		return err_set(err, ERR_USAGE, "there is no sweep #%" PRId64, sweep);
	*ret = (struct stored_tally){.launches = db_int(&q, 0),
		.discards = db_int(&q, 1),
		.revs = db_int(&q, 2),
		.hosts = db_int(&q, 3),
		.finishes = db_int(&q, 4)};
	return 0;
}

int
store_count(struct store *store, const char *kind, int64_t sweep, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	scoped(str) sql = STR_INIT;

	str_addf(&sql, "UPDATE tally SET %s = %s + 1 WHERE sweep=?", kind, kind);
	if (db_prepare(store->db, sql.p, &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	return db_run(&q, err);
}

int
store_expect_rows(struct store *store, int64_t sweep, const char *what, int64_t got, int64_t want,
	struct err *err)
{
	if (got == want)
		return 0;
	return store_differs(store, err,
		"sweep #%" PRId64 " has %" PRId64 " %s, but %" PRId64 " were counted", sweep, got,
		what, want);
}

static int
apply_discards(struct store *store, int64_t sweep, int64_t expected, struct stored_launches *l,
	struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;
	int64_t n = 0;

	if (db_prepare(store->db,
		    "SELECT n, block, upto, seal FROM discard WHERE sweep=? ORDER BY n", &q,
		    err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	for (;;) {
		if (db_step(&q, &row, err) < 0)
			return -1;
		if (!row)
			break;
		scoped(str) record = STR_INIT;
		unsigned block = (unsigned)db_int(&q, 1);
		int64_t upto = db_int(&q, 2);
		record_discard(&record, sweep, db_int(&q, 0), block, upto);
		if (db_int(&q, 0) != ++n || !record_matches(&record, db_text(&q, 3)))
			return store_differs(store, err,
				"discard %" PRId64 " of sweep #%" PRId64
				" does not match its record",
				n, sweep);
		for (size_t i = 0; i < l->n; i++)
			if (l->v[i].launch.block == block && !l->v[i].launch.warmup &&
				l->v[i].seq <= upto)
				l->v[i].live = false;
	}
	return store_expect_rows(store, sweep, "discards", n, expected, err);
}

int
store_read_launches(struct store *store, int64_t sweep, const struct stored_tally *tally,
	struct arena *arena, struct stored_launches *ret, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	vec(struct stored_launch) list = {0};
	bool row = true;

	if (db_prepare(store->db,
		    "SELECT " STORE_LAUNCH_COLUMNS " FROM launch WHERE sweep=? ORDER BY seq", &q,
		    err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	int r = 0;
	while (r == 0 && row) {
		r = db_step(&q, &row, err);
		if (r < 0 || !row)
			break;
		struct stored_launch launch;
		row_launch(&q, sweep, arena, &launch);
		launch.live = !launch.launch.discarded;
		vec_add(&list, launch);
		if (launch.seq != (int64_t)list.n)
			r = store_differs(store, err, "launch %zu of sweep #%" PRId64 " is missing",
				list.n, sweep);
	}
	if (r == 0)
		r = store_expect_rows(
			store, sweep, "launches", (int64_t)list.n, tally->launches, err);
	ret->n = list.n;
	ret->v = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	vec_done(&list);
	return r == 0 ? apply_discards(store, sweep, tally->discards, ret, err) : -1;
}

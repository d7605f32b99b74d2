/* What was done when: batches of spans. */
#include "store_priv.h"

#include <inttypes.h>
#include <string.h>

static int
insert_rows(struct store *store, int64_t sweep, int64_t n, const struct span *spans, size_t n_spans,
	struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;

	if (db_prepare(store->db, "INSERT INTO span VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)", &q, err) <
		0)
		return -1;
	for (size_t i = 0; i < n_spans; i++) {
		const struct span *s = &spans[i];

		db_bind_int(&q, 1, sweep);
		db_bind_int(&q, 2, n);
		db_bind_int(&q, 3, (int64_t)i);
		db_bind_text(&q, 4, span_phase_name(s->phase));
		db_bind_int(&q, 5, s->worker);
		db_bind_int(&q, 6, s->rev);
		db_bind_int(&q, 7, s->layout);
		db_bind_text(&q, 8, s->suite);
		db_bind_text(&q, 9, s->step);
		db_bind_int(&q, 10, s->start_us);
		db_bind_int(&q, 11, s->end_us);
		db_bind_text(&q, 12, s->outcome);
		db_bind_real(&q, 13, s->cpu_s);
		db_bind_real(&q, 14, s->rss_bytes);
		if (db_run(&q, err) < 0)
			return -1;
	}
	return 0;
}

/* How many batches were counted; ERR_USAGE when there is no such sweep. */
static int
count_batches(struct store *store, int64_t sweep, int64_t *ret, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db, "SELECT spans FROM tally WHERE sweep=?", &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	if (db_step(&q, &row, err) < 0)
		return -1;
	if (!row)
		return err_set(err, ERR_USAGE, "there is no sweep #%" PRId64, sweep);
	*ret = db_int(&q, 0);
	return 0;
}

static int
insert_batch(struct store *store, int64_t sweep, const struct span_session *session,
	const struct span *spans, size_t n_spans, struct err *err)
{
	scoped(str) record = STR_INIT;
	scoped(db_stmt) q = DB_STMT_INIT;
	char hex[DIGEST_HEX];
	int64_t n;

	if (count_batches(store, sweep, &n, err) < 0)
		return -1;
	record_spans(&record, sweep, ++n, session, spans, n_spans);
	if (store_seal(store, &record, hex, err) < 0 ||
		db_prepare(store->db, "INSERT INTO span_batch VALUES(?,?,?,?,?,?)", &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	db_bind_int(&q, 2, n);
	db_bind_int(&q, 3, session->number);
	db_bind_int(&q, 4, session->workers);
	db_bind_int(&q, 5, session->start_us);
	db_bind_text(&q, 6, hex);
	if (db_run(&q, err) < 0 || insert_rows(store, sweep, n, spans, n_spans, err) < 0)
		return -1;
	return store_count(store, "spans", sweep, err);
}

int
store_add_spans(struct store *store, int64_t sweep, const struct span_session *session,
	const struct span *spans, size_t n, struct err *err)
{
	if (store_txn_begin(store, err) < 0)
		return -1;
	return store_txn_end(store, insert_batch(store, sweep, session, spans, n, err), err);
}

/* ---- reading */

struct reading {
	struct store *store;
	int64_t sweep;
	struct arena *arena;
	vec(struct span_session) sessions;
	vec(struct span) spans;
};

static int
row_span(struct reading *r, struct db_stmt *q, unsigned session, struct span *ret, struct err *err)
{
	*ret = (struct span){
		.session = session,
		.worker = (unsigned)db_int(q, 1),
		.rev = (int)db_int(q, 2),
		.layout = (unsigned)db_int(q, 3),
		.suite = arena_strdup(r->arena, db_text(q, 4)),
		.step = arena_strdup(r->arena, db_text(q, 5)),
		.start_us = db_int(q, 6),
		.end_us = db_int(q, 7),
		.outcome = arena_strdup(r->arena, db_text(q, 8)),
		.cpu_s = db_real(q, 9),
		.rss_bytes = db_real(q, 10),
	};
	if (ret->outcome && span_phase_of_name(db_text(q, 0), &ret->phase))
		return 0;
	return store_differs(
		r->store, err, "a span of sweep #%" PRId64 " is of no known phase", r->sweep);
}

static int
read_rows(struct reading *r, int64_t n, unsigned session, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(r->store->db,
		    "SELECT phase, worker, rev, layout, suite, step, start_us, end_us, outcome, "
		    "cpu_s, rss_bytes FROM span WHERE sweep=? AND batch=? ORDER BY i",
		    &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, r->sweep);
	db_bind_int(&q, 2, n);
	for (;;) {
		struct span span;

		if (db_step(&q, &row, err) < 0)
			return -1;
		if (!row)
			return 0;
		if (row_span(r, &q, session, &span, err) < 0)
			return -1;
		vec_add(&r->spans, span);
	}
}

static int
read_batch(struct reading *r, struct db_stmt *q, int64_t n, struct err *err)
{
	struct span_session session = {
		.number = (unsigned)db_int(q, 1),
		.workers = (unsigned)db_int(q, 2),
		.start_us = db_int(q, 3),
	};
	scoped(str) record = STR_INIT;
	size_t first = r->spans.n;

	if (read_rows(r, n, session.number, err) < 0)
		return -1;
	size_t added = r->spans.n - first;
	record_spans(&record, r->sweep, n, &session, added ? &r->spans.v[first] : NULL, added);
	if (db_int(q, 0) != n || !record_matches(&record, db_text(q, 4)))
		return store_differs(r->store, err,
			"batch %" PRId64 " of spans of sweep #%" PRId64
			" does not match its record",
			n, r->sweep);
	if (!r->sessions.n || r->sessions.v[r->sessions.n - 1].number != session.number)
		vec_add(&r->sessions, session);
	return 0;
}

static int
read_batches(struct reading *r, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	int64_t counted = 0, n = 0;
	bool row;

	if (count_batches(r->store, r->sweep, &counted, err) < 0 ||
		db_prepare(r->store->db,
			"SELECT n, session, workers, start_us, seal FROM span_batch WHERE sweep=? "
			"AND n<=? ORDER BY n",
			&q, err) < 0)
		return -1;
	db_bind_int(&q, 1, r->sweep);
	db_bind_int(&q, 2, counted); /* somebody may add one meanwhile */
	for (;;) {
		if (db_step(&q, &row, err) < 0)
			return -1;
		if (!row)
			break;
		if (read_batch(r, &q, ++n, err) < 0)
			return -1;
	}
	return store_expect_rows(r->store, r->sweep, "batches of spans", n, counted, err);
}

int
store_timeline(struct store *store, int64_t sweep, struct arena *arena, struct store_timeline *ret,
	struct err *err)
{
	struct reading r = {.store = store, .sweep = sweep, .arena = arena};
	int result = read_batches(&r, err);

	if (result == 0)
		*ret = (struct store_timeline){
			.sessions = arena_copy(
				arena, r.sessions.v, r.sessions.n, sizeof(*r.sessions.v)),
			.n_sessions = r.sessions.n,
			.spans = arena_copy(arena, r.spans.v, r.spans.n, sizeof(*r.spans.v)),
			.n_spans = r.spans.n,
		};
	vec_done(&r.sessions);
	vec_done(&r.spans);
	return result < 0 ? store_fail(err) : 0;
}

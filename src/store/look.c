/* Looking at a store again and again, at little cost. */
#include "store_priv.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

void
store_limit(struct store *store, double seconds)
{
	db_limit(store->db, seconds);
}

static int
ask_int(struct store *store, const char *sql, int64_t *ret, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db, sql, &q, err) < 0 || db_step(&q, &row, err) < 0)
		return -1;
	*ret = row ? db_int(&q, 0) : 0;
	return 0;
}

/* ---- has anything changed? */

/* A file that was removed or replaced stays readable for those who have it open; one that nobody
 * writes must not be read any more when somebody does. */
static int
check_place(struct store *store, struct err *err)
{
	scoped_free char *index = store_path(store, "store.db");
	struct stat st;

	if (stat(index, &st) < 0)
		return err_set(err, ERR_STORE, "the store in '%s' is gone", store->dir);
	int64_t written_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	if (!store->inode) {
		store->device = st.st_dev;
		store->inode = st.st_ino;
		store->written_ns = written_ns;
	}
	if (st.st_dev != store->device || st.st_ino != store->inode ||
		(store->frozen && written_ns != store->written_ns))
		return err_set(err, ERR_STORE, "the store in '%s' was replaced", store->dir);
	return 0;
}

/* Rows are only ever added, and counted. The seal of a sweep tells it from all others, of a store
 * that lay in this place before, say. */
static uint64_t
change_of(const char *seal, int64_t rows)
{
	uint64_t v = 0;

	for (size_t i = 0; seal && seal[i] && i < 16; i++)
		v = v << 4 ^ (uint64_t)(unsigned char)seal[i];
	return v + (uint64_t)rows * UINT64_C(0x9e3779b97f4a7c15);
}

static int
read_pulse(struct store *store, uint64_t *ret, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db,
		    "SELECT (SELECT seal FROM sweep ORDER BY id DESC LIMIT 1), "
		    "sum(1 + launches + discards + revs + hosts + finishes + facts + spans) "
		    "FROM tally",
		    &q, err) < 0 ||
		db_step(&q, &row, err) < 0)
		return -1;
	*ret = change_of(db_text(&q, 0), db_int(&q, 1));
	return 0;
}

int
store_pulse(struct store *store, uint64_t *ret, struct err *err)
{
	int64_t data = 0, schema = 0;

	if (check_place(store, err) < 0 || ask_int(store, "PRAGMA data_version", &data, err) < 0)
		return store_fail(err);
	if (data != store->data_version) {
		if (ask_int(store, "PRAGMA user_version", &schema, err) < 0)
			return store_fail(err);
		if (schema != STORE_VERSION)
			return err_set(err, ERR_STORE,
				"the store in '%s' has schema version %" PRId64
				" by now, this program knows version %d",
				store->dir, schema, STORE_VERSION);
		if (read_pulse(store, &store->pulse, err) < 0)
			return store_fail(err);
		store->data_version = data;
	}
	*ret = store->pulse;
	return 0;
}

/* ---- one sweep */

static int
read_state(struct store *store, int64_t sweep, struct store_state *ret, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db,
		    "SELECT t.launches, t.finishes, t.launches + t.discards + t.revs + t.hosts + "
		    "t.finishes + t.facts + t.spans, f.exit_code, "
		    "(SELECT count(DISTINCT block) FROM launch WHERE sweep = t.sweep AND "
		    "warmup = 0), (SELECT seal FROM sweep WHERE id = t.sweep) FROM tally t LEFT "
		    "JOIN finish f ON f.sweep = t.sweep AND f.n = t.finishes "
		    "WHERE t.sweep=?",
		    &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	if (db_step(&q, &row, err) < 0)
		return -1;
	if (!row)
		return err_set(err, ERR_USAGE, "there is no sweep #%" PRId64 " in '%s'", sweep,
			store->dir);
	*ret = (struct store_state){
		.launches = db_int(&q, 0),
		.done = db_int(&q, 1) > 0,
		.change = change_of(db_text(&q, 5), db_int(&q, 2)),
		.exit_code = (int)db_int(&q, 3),
		.blocks = db_int(&q, 4),
	};
	return 0;
}

int
store_state(struct store *store, int64_t sweep, struct store_state *ret, struct err *err)
{
	return read_state(store, sweep, ret, err) < 0 ? store_fail(err) : 0;
}

int
store_count_samples(struct store *store, int64_t sweep, int64_t *ret, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db, "SELECT count(*) FROM sample WHERE sweep=?", &q, err) < 0)
		return store_fail(err);
	db_bind_int(&q, 1, sweep);
	if (db_step(&q, &row, err) < 0)
		return store_fail(err);
	*ret = db_int(&q, 0);
	return 0;
}

bool
store_is_worked_on(const struct store *store, int64_t sweep)
{
	scoped_free char *name = xasprintf("leases/%" PRId64, sweep);
	scoped_free char *path = store_path(store, name);

	return lock_is_held(path);
}

/* ---- the list */

#define PASSING                                                                                    \
	" FROM sweep s LEFT JOIN tally t ON t.sweep = s.id LEFT JOIN finish f ON f.sweep = s.id "  \
	"AND f.n = t.finishes WHERE (?1 IS NULL OR s.command = ?1) AND "                           \
	"(?2 IS NULL OR ?2 = iif(f.n IS NULL, 'running', 'done')) AND "                            \
	"(?3 IS NULL OR instr(lower(f.summary), lower(?3)) > 0) "

static void
bind_filter(struct db_stmt *q, const struct store_filter *filter)
{
	db_bind_text(q, 1, filter->command);
	db_bind_text(q, 2, filter->status);
	db_bind_text(q, 3, filter->text);
}

static int
count_heads(struct store *store, const struct store_filter *filter, uint64_t *ret, struct err *err)
{
	bool all = !filter->command && !filter->status && !filter->text;
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db, all ? "SELECT count(*) FROM tally" : "SELECT count(*)" PASSING,
		    &q, err) < 0)
		return -1;
	if (!all)
		bind_filter(&q, filter);
	if (db_step(&q, &row, err) < 0)
		return -1;
	*ret = (uint64_t)db_int(&q, 0);
	return 0;
}

static void
row_head(struct db_stmt *q, struct arena *arena, struct store_head *ret)
{
	*ret = (struct store_head){
		.id = db_int(q, 0),
		.command = arena_strdup(arena, db_text(q, 1)),
		.created = db_int(q, 2),
		.done = !db_null(q, 3),
		.exit_code = (int)db_int(q, 4),
		.summary = arena_strdup(arena, db_text(q, 5)),
		.launches = db_int(q, 6),
	};
}

static int
read_heads(struct store *store, const struct store_filter *filter, struct arena *arena,
	struct store_head **ret, size_t *ret_n, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	vec(struct store_head) list = {0};
	bool row = true;
	int r = db_prepare(store->db,
		"SELECT s.id, s.command, s.created, f.n, f.exit_code, f.summary, t.launches" PASSING
		"ORDER BY s.id DESC LIMIT ?4 OFFSET ?5",
		&q, err);

	if (r == 0) {
		bind_filter(&q, filter);
		db_bind_int(&q, 4, filter->limit ? (int64_t)filter->limit : -1);
		db_bind_int(&q, 5, (int64_t)filter->offset);
	}
	while (r == 0 && (r = db_step(&q, &row, err)) == 0 && row) {
		struct store_head head;

		row_head(&q, arena, &head);
		vec_add(&list, head);
	}
	if (r == 0) {
		*ret_n = list.n;
		*ret = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	}
	vec_done(&list);
	return r;
}

int
store_heads(struct store *store, const struct store_filter *filter, struct arena *arena,
	struct store_head **ret, size_t *ret_n, uint64_t *ret_total, struct err *err)
{
	struct err ignored = ERR_INIT; /* the end of a transaction that only read */

	if (db_exec(store->db, "BEGIN", err) < 0)
		return store_fail(err);
	int r = read_heads(store, filter, arena, ret, ret_n, err);
	if (r == 0)
		r = count_heads(store, filter, ret_total, err);
	db_exec(store->db, "COMMIT", &ignored);
	return r < 0 ? store_fail(err) : 0;
}

int
store_outline(struct store *store, int64_t sweep, struct results *results, struct err *err)
{
	struct err ignored = ERR_INIT; /* the end of a transaction that only read */
	struct stored_tally tally;

	if (db_exec(store->db, "BEGIN", err) < 0)
		return store_fail(err);
	int r = store_read_tally(store, sweep, &tally, err);
	if (r == 0)
		r = store_read_outline(store, sweep, tally.revs, results, err);
	db_exec(store->db, "COMMIT", &ignored);
	return r < 0 ? store_fail(err) : 0;
}

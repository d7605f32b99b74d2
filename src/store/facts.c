/* Facts: texts about a sweep under a key, never changed. The newest of a key counts, but of notes
 * all do. */
#include "store_priv.h"

#include <inttypes.h>
#include <string.h>

struct stored_fact {
	const char *key, *text;
};

struct stored_facts {
	struct stored_fact *v;
	size_t n;
};

static int
check_fact(struct store *store, struct db_stmt *q, int64_t sweep, int64_t n, struct err *err)
{
	scoped(str) record = STR_INIT;

	record_fact(&record, sweep, n, db_text(q, 1), db_text(q, 2));
	if (db_int(q, 0) == n && record_matches(&record, db_text(q, 3)))
		return 0;
	return store_differs(store, err,
		"fact %" PRId64 " of sweep #%" PRId64 " does not match its record", n, sweep);
}

/* Oldest first, in the arena. One query, so that the tally is of the same moment. */
static int
read_facts(struct store *store, int64_t sweep, struct arena *arena, struct stored_facts *ret,
	struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	vec(struct stored_fact) list = {0};
	int64_t counted = 0;
	bool row, known = false;
	int r = db_prepare(store->db,
		"SELECT f.n, f.key, f.text, f.seal, t.facts FROM tally t LEFT JOIN fact f "
		"ON f.sweep = t.sweep WHERE t.sweep=? ORDER BY f.n",
		&q, err);

	if (r == 0)
		db_bind_int(&q, 1, sweep);
	while (r == 0 && (r = db_step(&q, &row, err)) == 0 && row) {
		known = true;
		counted = db_int(&q, 4);
		if (db_null(&q, 0))
			continue;
		r = check_fact(store, &q, sweep, (int64_t)list.n + 1, err);
		if (r == 0)
			vec_add(&list, (struct stored_fact){arena_strdup(arena, db_text(&q, 1)),
					       arena_strdup(arena, db_text(&q, 2))});
	}
	if (r == 0 && !known)
		r = err_set(err, ERR_USAGE, "there is no sweep #%" PRId64, sweep);
	if (r == 0)
		r = store_expect_rows(store, sweep, "facts", (int64_t)list.n, counted, err);
	ret->n = list.n;
	ret->v = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	vec_done(&list);
	return r;
}

static const char *
newest(const struct stored_facts *facts, const char *key)
{
	for (size_t i = facts->n; i-- > 0;)
		if (strcmp(facts->v[i].key, key) == 0)
			return facts->v[i].text;
	return NULL;
}

static bool
has_note(const struct stored_facts *facts, const char *sentence)
{
	for (size_t i = 0; i < facts->n; i++)
		if (strcmp(facts->v[i].key, STORE_NOTE) == 0 &&
			strcmp(facts->v[i].text, sentence) == 0)
			return true;
	return false;
}

static int
insert_fact(struct store *store, int64_t sweep, const char *key, const char *text,
	struct arena *arena, struct err *err)
{
	scoped(str) record = STR_INIT;
	scoped(db_stmt) q = DB_STMT_INIT;
	struct stored_facts facts;
	char hex[DIGEST_HEX];

	if (read_facts(store, sweep, arena, &facts, err) < 0)
		return -1;
	if (strcmp(key, STORE_NOTE) == 0 ? has_note(&facts, text)
					 : str_eq(newest(&facts, key), text))
		return 0;
	int64_t n = (int64_t)facts.n + 1;
	record_fact(&record, sweep, n, key, text);
	if (store_seal(store, &record, hex, err) < 0 ||
		db_prepare(store->db, "INSERT INTO fact VALUES(?,?,?,?,?)", &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	db_bind_int(&q, 2, n);
	db_bind_text(&q, 3, key);
	db_bind_text(&q, 4, text);
	db_bind_text(&q, 5, hex);
	return db_run(&q, err) < 0 ? -1 : store_count(store, "facts", sweep, err);
}

int
store_set_fact(
	struct store *store, int64_t sweep, const char *key, const char *text, struct err *err)
{
	struct arena arena = ARENA_INIT;
	int r = store_txn_begin(store, err);

	if (r == 0)
		r = store_txn_end(store, insert_fact(store, sweep, key, text, &arena, err), err);
	arena_done(&arena);
	return r;
}

int
store_add_note(struct store *store, int64_t sweep, const char *sentence, struct err *err)
{
	return store_set_fact(store, sweep, STORE_NOTE, sentence, err);
}

int
store_fact(struct store *store, int64_t sweep, const char *key, struct arena *arena,
	const char **ret_text, struct err *err)
{
	struct stored_facts facts;

	if (read_facts(store, sweep, arena, &facts, err) < 0)
		return store_fail(err);
	*ret_text = newest(&facts, key);
	return 0;
}

int
store_load_notes(struct store *store, int64_t sweep, struct results *results, struct arena *arena,
	struct err *err)
{
	struct stored_facts facts;

	if (read_facts(store, sweep, arena, &facts, err) < 0)
		return -1;
	for (size_t i = 0; i < facts.n; i++)
		if (strcmp(facts.v[i].key, STORE_NOTE) == 0)
			results_note(results, facts.v[i].text);
	return 0;
}

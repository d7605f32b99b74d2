/* From rows back to results. Each row is compared with its record on the way. */
#include "store_priv.h"

#include "core/run.h"

#include <inttypes.h>
#include <string.h>

static void
row_rev(struct db_stmt *q, struct arena *arena, struct results_rev *ret)
{
	*ret = (struct results_rev){.same_as = -1};
	ret->rev.kind = (enum revspec_kind)db_int(q, 2);
	ret->rev.spec = arena_strdup(arena, db_text(q, 3));
	ret->rev.label = arena_strdup(arena, db_text(q, 4));
	ret->rev.id = arena_strdup(arena, db_text(q, 5));
	ret->rev.tree_id = arena_strdup(arena, db_text(q, 6));
	ret->rev.path = arena_strdup(arena, db_text(q, 7));
	ret->rev.subject = arena_strdup(arena, db_text(q, 8));
	ret->rev.author = arena_strdup(arena, db_text(q, 9));
	ret->rev.date = db_int(q, 10);
	row_outcome(q, 11, &ret->build);
	ret->build_log = arena_strdup(arena, db_text(q, 13));
	ret->build_key = arena_strdup(arena, db_text(q, 14));
	ret->same_as = (int)db_int(q, 15);
}

/* Revisions count up from 0; the rows of one come oldest first. */
static int
load_revs(struct store *store, int64_t sweep, int64_t expected, struct results *results,
	struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	int64_t rows = 0;
	bool row;

	if (db_prepare(store->db,
		    "SELECT idx, n, kind, spec, label, id, tree_id, path, subject, author, date, "
		    "outcome, detail, build_log, build_key, same_as, seal FROM rev WHERE sweep=? "
		    "ORDER BY idx, n",
		    &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	for (;;) {
		struct results_rev rev;
		scoped(str) record = STR_INIT;

		if (db_step(&q, &row, err) < 0)
			return -1;
		if (!row)
			return store_expect_rows(store, sweep, "revisions", rows, expected, err);
		rows++;
		size_t idx = (size_t)db_int(&q, 0);
		row_rev(&q, &results->arena, &rev);
		record_rev(&record, sweep, idx, db_int(&q, 1), &rev);
		if (!record_matches(&record, db_text(&q, 16)))
			return store_differs(store, err,
				"revision %zu of sweep #%" PRId64 " does not match its record", idx,
				sweep);
		if (idx > results->revs.n)
			return store_differs(store, err,
				"revision %zu of sweep #%" PRId64 " is missing", results->revs.n,
				sweep);
		if (idx == results->revs.n)
			results_add_rev(results, &rev.rev);
		results->revs.v[idx] = rev;
	}
}

/* Texts with their NULs, one after the other. */
static const char *const *
texts_of(struct db_stmt *q, int column, struct arena *arena, size_t *ret_n)
{
	size_t n;
	const char *p = db_blob(q, column, &n);
	vec(const char *) list = {0};

	while (n) {
		size_t k = strnlen(p, n);
		vec_add(&list, arena_strndup(arena, p, k));
		k += k < n;
		p += k;
		n -= k;
	}
	const char *const *texts = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	*ret_n = list.n;
	vec_done(&list);
	return texts;
}

static const struct run_pair *
params_of(struct db_stmt *q, int column, struct arena *arena)
{
	size_t n;
	const char *const *texts = texts_of(q, column, arena, &n);
	struct run_pair *params = arena_alloc(arena, n / 2 + 1, sizeof(*params));

	for (size_t i = 0; i < n / 2; i++)
		params[i] = (struct run_pair){.key = texts[2 * i], .value = texts[2 * i + 1]};
	params[n / 2] = (struct run_pair){0};
	return n / 2 ? params : NULL;
}

static void
row_bench(struct db_stmt *q, struct arena *arena, struct bench *ret)
{
	*ret = (struct bench){0};
	ret->suite = arena_strdup(arena, db_text(q, 1));
	ret->name = arena_strdup(arena, db_text(q, 2));
	ret->metric = arena_strdup(arena, db_text(q, 3));
	ret->unit = arena_strdup(arena, db_text(q, 4));
	ret->direction = (enum direction)db_int(q, 5);
	ret->clock = (enum bench_clock)db_int(q, 6);
	ret->group = arena_strdup(arena, db_text(q, 7));
	ret->param = arena_strdup(arena, db_text(q, 8));
	ret->marks = texts_of(q, 9, arena, &ret->n_marks);
	ret->params = params_of(q, 10, arena);
}

/* Benches have no record of their own: those of their samples hold them. */
static int
load_benches(struct store *store, int64_t sweep, struct results *results, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db,
		    "SELECT idx, suite, name, metric, unit, direction, clock, grp, param, marks, "
		    "params "
		    "FROM bench WHERE sweep=? ORDER BY idx",
		    &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	for (;;) {
		struct bench bench;

		if (db_step(&q, &row, err) < 0)
			return -1;
		if (!row)
			return 0;
		row_bench(&q, &results->arena, &bench);
		if (!bench.suite || !bench.name || !bench.metric || !bench.unit ||
			db_int(&q, 0) != (int64_t)results->benches.n ||
			results_bench(results, &bench) != (size_t)db_int(&q, 0))
			return store_differs(store, err,
				"the benchmarks of sweep #%" PRId64 " are not in order", sweep);
	}
}

/* Launches that do not count, like warm-ups, still tell what a revision has and what fails in it.
 */
static void
place(struct results *results, const struct stored_launch *stored, const struct store_sample *s)
{
	if (stored->counts && s->sample.rounds)
		results_set(results, s->bench, s->rev, stored->launch.block, &s->sample);
	else
		results_tell(results, s->bench, s->rev, &s->outcome, s->absent, stored->launch.log);
}

static bool
is_newest(const struct stored_launches *launches, size_t i)
{
	const struct store_launch *l = &launches->v[i].launch;

	for (size_t k = i + 1; k < launches->n; k++)
		if (launches->v[k].launch.suite == l->suite && launches->v[k].launch.rev == l->rev)
			return false;
	return true;
}

/* Old launches without a sample do not say it, but others of the suite may. */
static const char *
suite_name(const struct stored_launches *launches, size_t i)
{
	for (size_t k = 0; k < launches->n && !launches->v[i].launch.suite_name; k++)
		if (launches->v[k].launch.suite == launches->v[i].launch.suite &&
			launches->v[k].launch.suite_name)
			return launches->v[k].launch.suite_name;
	return launches->v[i].launch.suite_name;
}

/* A launch that failed as a whole, and was not followed by a better one, speaks for its suite. A
 * sweep that goes on finds out itself whether the suite has benches. */
static void
place_failure(
	struct results *results, const struct store_launch *l, const char *suite, bool goes_on)
{
	if (!suite)
		results_note(
			results, arena_printf(&results->arena, "a suite gave no results in %s: %s",
					 results->revs.v[l->rev].rev.label, l->outcome.detail));
	else if (goes_on)
		results_fail_benches(results, suite, l->rev, &l->outcome, l->log);
	else
		results_fail_suite(results, suite, l->rev, &l->outcome, l->log);
}

/* Columns of the samples' query: seq, bench, rev, outcome, detail, absent, rounds, iterations and
 * the summaries. */
static void
row_sample(struct db_stmt *q, struct store_sample *ret)
{
	*ret = (struct store_sample){0};
	ret->bench = (size_t)db_int(q, 1);
	ret->rev = (size_t)db_int(q, 2);
	row_outcome(q, 3, &ret->outcome);
	ret->absent = db_int(q, 5);
	ret->sample.rounds = (uint64_t)db_int(q, 6);
	ret->sample.iterations = (uint64_t)db_int(q, 7);
	for (int i = 0; i < SUMMARY_COUNT; i++)
		ret->sample.v[i] = db_real(q, 8 + i);
}

static int
load_launch(struct store *store, const struct stored_launch *stored, struct results *results,
	const struct store_sample *samples, size_t n, struct err *err)
{
	scoped(str) record = STR_INIT;
	const struct store_launch *l = &stored->launch;

	record_launch(&record, stored, results, samples, n);
	if (!record_matches(&record, stored->seal) || l->rev >= results->revs.n)
		return store_differs(store, err,
			"launch %" PRId64 " of sweep #%" PRId64 " does not match its record",
			stored->seq, stored->sweep);
	if (stored->counts)
		results_count_launch(results, l->disturbed, l->disturbed_by);
	for (size_t i = 0; i < n; i++)
		place(results, stored, &samples[i]);
	return 0;
}

/* All samples of the sweep, launch by launch. */
static int
load_samples(struct store *store, int64_t sweep, const struct stored_launches *launches,
	struct results *results, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	vec(struct store_sample) samples = {0};
	bool row;

	if (db_prepare(store->db,
		    "SELECT seq, bench, rev, outcome, detail, absent, rounds, iterations, min, "
		    "q25, "
		    "median, mean, max, stddev, iqr, cpu_q25, cpu_median, cpu_mean FROM sample "
		    "WHERE sweep=? ORDER BY seq, bench, rev",
		    &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	int r = db_step(&q, &row, err);
	for (size_t i = 0; r == 0 && i < launches->n; i++) {
		samples.n = 0;
		while (r == 0 && row && db_int(&q, 0) == launches->v[i].seq) {
			struct store_sample s;

			row_sample(&q, &s);
			s.sample.layout = launches->v[i].launch.layout;
			vec_add(&samples, s);
			r = s.bench < results->benches.n && s.rev < results->revs.n
				    ? db_step(&q, &row, err)
				    : store_differs(store, err,
					      "a sample of sweep #%" PRId64 " belongs to nothing",
					      sweep);
		}
		if (r == 0)
			r = load_launch(store, &launches->v[i], results, samples.v, samples.n, err);
	}
	if (r == 0 && row)
		r = store_differs(
			store, err, "a sample of sweep #%" PRId64 " belongs to no launch", sweep);
	vec_done(&samples);
	return r;
}

int
store_read_outline(struct store *store, int64_t sweep, int64_t n_revs, struct results *results,
	struct err *err)
{
	if (load_revs(store, sweep, n_revs, results, err) < 0)
		return -1;
	return load_benches(store, sweep, results, err);
}

static int
read_in_txn(struct store *store, int64_t sweep, struct results *results, struct arena *arena,
	struct stored_launches *launches, struct stored_blocks *blocks, struct err *err)
{
	struct stored_tally tally;

	if (store_read_tally(store, sweep, &tally, err) < 0 ||
		store_read_launches(store, sweep, &tally, arena, launches, err) < 0 ||
		store_read_outline(store, sweep, tally.revs, results, err) < 0 ||
		store_load_notes(store, sweep, results, arena, err) < 0)
		return -1;
	store_pick_blocks(results, launches, arena, blocks);
	if (load_samples(store, sweep, launches, results, err) < 0)
		return -1;
	for (size_t i = 0; i < launches->n; i++)
		if (launches->v[i].launch.outcome.kind != OUTCOME_OK && is_newest(launches, i))
			place_failure(results, &launches->v[i].launch, suite_name(launches, i),
				store->leased == sweep);
	results->n_blocks = blocks->whole;
	return store_note_hosts(store, sweep, &tally, launches, results, err);
}

int
store_read_sweep(struct store *store, int64_t sweep, struct results *results, struct arena *arena,
	struct stored_launches *launches, struct stored_blocks *blocks, struct err *err)
{
	struct err ignored = ERR_INIT; /* the end of a transaction that only read */

	/* One transaction: a writer beside us adds nothing halfway. */
	if (db_exec(store->db, "BEGIN", err) < 0)
		return store_fail(err);
	int r = read_in_txn(store, sweep, results, arena, launches, blocks, err);
	db_exec(store->db, "COMMIT", &ignored);
	return r < 0 ? store_fail(err) : 0;
}

int
store_load(struct store *store, int64_t sweep, struct results *results, unsigned *ret_next_block,
	struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct stored_launches launches;
	struct stored_blocks blocks = {0};

	int r = store_read_sweep(store, sweep, results, &arena, &launches, &blocks, err);
	for (size_t i = 0; r == 0 && store->leased == sweep && i < blocks.n_broken; i++)
		r = store_discard_block(store, sweep, blocks.broken[i], err);
	if (r == 0)
		*ret_next_block = blocks.next;
	arena_done(&arena);
	return r;
}

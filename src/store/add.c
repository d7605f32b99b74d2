/* Adding a launch: its raw output as a blob, then its row, its samples and its record at once. */
#include "store_priv.h"

#include "core/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A sample with the bench's number in the store. */
struct item {
	int64_t idx;
	const struct store_sample *sample;
};

struct add {
	struct store *store;
	struct stored_launch row;
	const struct results *results;
	struct item *items;
	struct store_sample *sorted; /* what items point to, in their order */
	size_t n;
	struct arena arena;
	bool known; /* this very launch is stored already */
};

static int
compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->idx != y->idx)
		return x->idx < y->idx ? -1 : 1;
	if (x->sample->rev != y->sample->rev)
		return x->sample->rev < y->sample->rev ? -1 : 1;
	return 0;
}

static int
find_bench(
	struct add *a, struct db_stmt *q, const struct bench *bench, int64_t *ret, struct err *err)
{
	bool row;

	db_bind_int(q, 1, a->row.sweep);
	db_bind_text(q, 2, bench->suite);
	db_bind_text(q, 3, bench->name);
	db_bind_text(q, 4, bench->metric);
	if (db_step(q, &row, err) < 0)
		return -1;
	*ret = row ? db_int(q, 0) : -1;
	db_reset(q);
	return 0;
}

/* With its NUL. */
static void
add_text(struct str *to, const char *text)
{
	str_addn(to, text, strlen(text) + 1);
}

static int
insert_bench(struct add *a, const struct bench *bench, int64_t *ret, struct err *err)
{
	scoped(db_stmt) last = DB_STMT_INIT;
	scoped(db_stmt) q = DB_STMT_INIT;
	scoped(str) marks = STR_INIT;
	scoped(str) params = STR_INIT;
	bool row;

	if (db_prepare(a->store->db, "SELECT coalesce(max(idx) + 1, 0) FROM bench WHERE sweep=?",
		    &last, err) < 0 ||
		db_prepare(a->store->db, "INSERT INTO bench VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", &q,
			err) < 0)
		return -1;
	db_bind_int(&last, 1, a->row.sweep);
	if (db_step(&last, &row, err) < 0)
		return -1;
	*ret = row ? db_int(&last, 0) : 0;
	for (size_t i = 0; i < bench->n_marks; i++)
		add_text(&marks, bench->marks[i]);
	for (const struct run_pair *p = bench->params; p && p->key; p++) {
		add_text(&params, p->key);
		add_text(&params, p->value);
	}
	db_bind_int(&q, 1, a->row.sweep);
	db_bind_int(&q, 2, *ret);
	db_bind_text(&q, 3, bench->suite);
	db_bind_text(&q, 4, bench->name);
	db_bind_text(&q, 5, bench->metric);
	db_bind_text(&q, 6, bench->unit);
	db_bind_int(&q, 7, bench->direction);
	db_bind_int(&q, 8, bench->clock);
	db_bind_text(&q, 9, bench->group);
	db_bind_text(&q, 10, bench->param);
	db_bind_blob(&q, 11, marks.p, marks.n);
	if (params.n)
		db_bind_blob(&q, 12, params.p, params.n);
	return db_run(&q, err);
}

/* Numbers the benches as the store does and puts the samples in the order of their rows. */
static int
map_samples(struct add *a, const struct store_sample *samples, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;

	if (db_prepare(a->store->db,
		    "SELECT idx FROM bench WHERE sweep=? AND suite=? AND name=? AND metric=?", &q,
		    err) < 0)
		return -1;
	a->items = arena_alloc(&a->arena, a->n, sizeof(*a->items));
	a->sorted = arena_alloc(&a->arena, a->n, sizeof(*a->sorted));
	for (size_t i = 0; i < a->n; i++) {
		const struct bench *bench = &a->results->benches.v[samples[i].bench];
		struct item *item = &a->items[i];

		item->sample = &samples[i];
		if (find_bench(a, &q, bench, &item->idx, err) < 0 ||
			(item->idx < 0 && insert_bench(a, bench, &item->idx, err) < 0))
			return -1;
	}
	if (a->n)
		qsort(a->items, a->n, sizeof(*a->items), compare_items);
	for (size_t i = 0; i < a->n; i++)
		a->sorted[i] = *a->items[i].sample;
	return 0;
}

static void
make_record(struct add *a, struct str *out)
{
	record_launch(out, &a->row, a->results, a->sorted, a->n);
}

/* A launch that stands where this one wants to stand. */
static int
check_place(struct add *a, const struct stored_launches *all, struct err *err)
{
	const struct store_launch *l = &a->row.launch;

	if (l->warmup || l->discarded)
		return 0;
	for (size_t i = 0; i < all->n; i++) {
		const struct stored_launch *old = &all->v[i];
		scoped(str) record = STR_INIT;

		if (!old->live || old->launch.warmup || old->launch.block != l->block ||
			old->launch.suite != l->suite || old->launch.rev != l->rev ||
			old->launch.attempt < l->attempt)
			continue;
		struct add same = *a;
		same.row.seq = old->seq;
		same.row.host = old->host;
		make_record(&same, &record);
		if (record_matches(&record, old->seal)) {
			a->known = true;
			return 0;
		}
		return err_set(err, ERR_INTERNAL,
			"launch of revision %zu in block %u of sweep #%" PRId64
			" is stored already",
			l->rev, l->block, a->row.sweep);
	}
	return 0;
}

static int
newest_host(struct add *a, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(a->store->db, "SELECT seal FROM host WHERE sweep=? ORDER BY n DESC LIMIT 1",
		    &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, a->row.sweep);
	if (db_step(&q, &row, err) < 0)
		return -1;
	a->row.host = row ? arena_strdup(&a->arena, db_text(&q, 0)) : NULL;
	return 0;
}

static int
insert_launch(struct add *a, const char *hex, struct err *err)
{
	const struct store_launch *l = &a->row.launch;
	scoped(db_stmt) q = DB_STMT_INIT;
	int i = 0;

	if (db_prepare(a->store->db,
		    "INSERT INTO launch(sweep, " STORE_LAUNCH_COLUMNS ") VALUES("
		    "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		    &q, err) < 0)
		return -1;
	db_bind_int(&q, ++i, a->row.sweep);
	db_bind_int(&q, ++i, a->row.seq);
	db_bind_int(&q, ++i, (int64_t)l->rev);
	db_bind_int(&q, ++i, (int64_t)l->suite);
	db_bind_text(&q, ++i, l->suite_name);
	db_bind_int(&q, ++i, l->block);
	db_bind_int(&q, ++i, l->position);
	db_bind_int(&q, ++i, l->attempt);
	db_bind_int(&q, ++i, l->planned);
	db_bind_int(&q, ++i, l->warmup);
	db_bind_int(&q, ++i, l->discarded);
	db_bind_text(&q, ++i, outcome_name(l->outcome.kind));
	db_bind_text(&q, ++i, l->outcome.detail);
	db_bind_int(&q, ++i, l->started);
	db_bind_real(&q, ++i, l->wall_s);
	db_bind_real(&q, ++i, l->cpu_s);
	db_bind_real(&q, ++i, l->rss_bytes);
	db_bind_real(&q, ++i, l->load1);
	db_bind_real(&q, ++i, l->busy_cpus);
	db_bind_real(&q, ++i, l->steal_cpus);
	db_bind_int(&q, ++i, l->minflt);
	db_bind_int(&q, ++i, l->majflt);
	db_bind_int(&q, ++i, l->nvcsw);
	db_bind_int(&q, ++i, l->nivcsw);
	db_bind_int(&q, ++i, (int64_t)l->hash_seed);
	db_bind_int(&q, ++i, l->pad);
	db_bind_int(&q, ++i, l->disturbed);
	db_bind_text(&q, ++i, l->log);
	db_bind_text(&q, ++i, a->row.host);
	db_bind_text(&q, ++i, a->row.raw);
	db_bind_text(&q, ++i, hex);
	db_bind_real(&q, ++i, l->cpu_pressure);
	db_bind_int(&q, ++i, l->disturbed_by);
	db_bind_int(&q, ++i, l->layout);
	return db_run(&q, err);
}

static int
insert_samples(struct add *a, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;

	if (db_prepare(a->store->db,
		    "INSERT INTO sample VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", &q,
		    err) < 0)
		return -1;
	for (size_t i = 0; i < a->n; i++) {
		const struct store_sample *s = &a->sorted[i];

		db_bind_int(&q, 1, a->row.sweep);
		db_bind_int(&q, 2, a->row.seq);
		db_bind_int(&q, 3, a->items[i].idx);
		db_bind_int(&q, 4, (int64_t)s->rev);
		db_bind_text(&q, 5, outcome_name(s->outcome.kind));
		db_bind_text(&q, 6, s->outcome.detail);
		db_bind_int(&q, 7, s->absent);
		db_bind_int(&q, 8, (int64_t)s->sample.rounds);
		db_bind_int(&q, 9, (int64_t)s->sample.iterations);
		for (int k = 0; k < SUMMARY_COUNT; k++)
			db_bind_real(&q, 10 + k, s->sample.v[k]);
		if (db_run(&q, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_in_txn(struct add *a, const struct store_sample *samples, struct err *err)
{
	struct stored_launches all;
	struct stored_tally tally;
	scoped(str) record = STR_INIT;
	char hex[DIGEST_HEX];

	if (store_read_tally(a->store, a->row.sweep, &tally, err) < 0 ||
		store_read_launches(a->store, a->row.sweep, &tally, &a->arena, &all, err) < 0 ||
		newest_host(a, err) < 0 || map_samples(a, samples, err) < 0 ||
		check_place(a, &all, err) < 0)
		return -1;
	if (a->known)
		return 0;
	a->row.seq = (int64_t)all.n + 1;
	make_record(a, &record);
	if (store_seal(a->store, &record, hex, err) < 0)
		return -1;
	return insert_launch(a, hex, err) < 0 || insert_samples(a, err) < 0 ||
			       store_count(a->store, "launches", a->row.sweep, err) < 0
		       ? -1
		       : 0;
}

int
store_add_launch(struct store *store, int64_t sweep, const struct store_launch *launch,
	const struct results *results, const struct store_sample *samples, size_t n_samples,
	const void *raw, size_t raw_size, struct err *err)
{
	struct add a = {.store = store, .results = results, .n = n_samples, .arena = ARENA_INIT};
	char raw_hex[DIGEST_HEX];

	if (launch->block >= STORE_BLOCKS_MAX)
		return err_set(err, ERR_INTERNAL, "block %u: a sweep has at most %d blocks",
			launch->block, STORE_BLOCKS_MAX);
	a.row = (struct stored_launch){.sweep = sweep, .launch = *launch, .live = true};
	if (!launch->suite_name && n_samples)
		a.row.launch.suite_name = results->benches.v[samples[0].bench].suite;
	if (store->mode == STORE_WRITE && raw) {
		if (blob_put(store->dir, raw, raw_size, raw_hex, err) < 0)
			return -1;
		a.row.raw = raw_hex;
	}
	int r = store_txn_begin(store, err);
	if (r == 0)
		r = store_txn_end(store, add_in_txn(&a, samples, err), err);
	arena_done(&a.arena);
	return r;
}

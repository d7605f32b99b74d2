/* Questions about sweeps. */
#include "store_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The newest end of a sweep goes with it. */
#define SWEEP_COLUMNS                                                                              \
	"SELECT s.id, s.command, s.digest, s.plan, s.seed, s.created, s.seal, f.n, f.exit_code, "  \
	"f.summary, f.report, f.seal, t.finishes FROM sweep s LEFT JOIN tally t ON t.sweep = "     \
	"s.id "                                                                                    \
	"LEFT JOIN finish f ON f.sweep = s.id AND "                                                \
	"f.n = (SELECT max(n) FROM finish WHERE sweep = s.id) "

static int
row_sweep(struct store *store, struct db_stmt *q, struct arena *arena, struct store_sweep *ret,
	struct err *err)
{
	scoped(str) record = STR_INIT;
	struct store_sweep s = {.id = db_int(q, 0), .status = "running"};

	s.command = arena_strdup(arena, db_text(q, 1));
	s.digest = arena_strdup(arena, db_text(q, 2));
	s.plan = arena_strdup(arena, db_text(q, 3));
	s.seed = (uint64_t)db_int(q, 4);
	s.created = db_int(q, 5);
	record_sweep(&record, &s);
	bool good = record_matches(&record, db_text(q, 6));
	if (good && !db_null(q, 7)) {
		s.status = "done";
		s.exit_code = (int)db_int(q, 8);
		s.summary = arena_strdup(arena, db_text(q, 9));
		s.report = arena_strdup(arena, db_text(q, 10));
		str_clear(&record);
		record_finish(&record, s.id, db_int(q, 7), s.exit_code, s.summary, s.report);
		good = record_matches(&record, db_text(q, 11));
	}
	if (!good)
		return store_differs(
			store, err, "sweep #%" PRId64 " does not match its record", s.id);
	if (store_expect_rows(store, s.id, "ends", db_int(q, 7), db_int(q, 12), err) < 0)
		return -1;
	*ret = s;
	return 0;
}

int
store_get(struct store *store, int64_t id, struct arena *arena, struct store_sweep *ret,
	struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	bool row;

	if (db_prepare(store->db, SWEEP_COLUMNS "WHERE s.id=?", &q, err) < 0)
		return store_fail(err);
	db_bind_int(&q, 1, id);
	if (db_step(&q, &row, err) < 0)
		return store_fail(err);
	if (!row)
		return err_set(err, ERR_USAGE,
			"there is no sweep #%" PRId64 " in '%s': 'revsweep log' lists them", id,
			store->dir);
	return row_sweep(store, &q, arena, ret, err);
}

/* Which sweeps are asked for; NULL: any. */
struct wish {
	const char *command, *digest, *status;
};

/* Told from the row, whose record nobody needs to look at unless it is wanted: it may hold
 * megabytes of report, and a store hundreds of them. */
static bool
is_wished(struct db_stmt *q, const struct wish *wish)
{
	const char *status = db_null(q, 7) ? "running" : "done";

	return (!wish->command || str_eq(db_text(q, 1), wish->command)) &&
	       (!wish->digest || str_eq(db_text(q, 2), wish->digest)) &&
	       (!wish->status || str_eq(status, wish->status));
}

/* Newest first, up to limit (0: all). */
static int
read_sweeps(struct store *store, const struct wish *wish, unsigned limit, struct arena *arena,
	struct store_sweep **ret, size_t *ret_n, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	vec(struct store_sweep) list = {0};
	bool row = true;
	int r = db_prepare(store->db, SWEEP_COLUMNS "ORDER BY s.id DESC", &q, err);

	while (r == 0 && (limit == 0 || list.n < limit)) {
		struct store_sweep s = {0};

		r = db_step(&q, &row, err);
		if (r < 0 || !row)
			break;
		if (!is_wished(&q, wish))
			continue;
		r = row_sweep(store, &q, arena, &s, err);
		if (r == 0)
			vec_add(&list, s);
	}
	if (r == 0) {
		*ret_n = list.n;
		*ret = arena_copy(arena, list.v, list.n, sizeof(*list.v));
	}
	vec_done(&list);
	return r < 0 ? store_fail(err) : 0;
}

int
store_find(struct store *store, const char *digest, const char *status, struct arena *arena,
	struct store_sweep *ret, struct err *err)
{
	const struct wish wish = {.digest = digest, .status = status};
	struct store_sweep *found;
	size_t n;

	if (read_sweeps(store, &wish, 1, arena, &found, &n, err) < 0)
		return -1;
	*ret = n ? found[0] : (struct store_sweep){0};
	return 0;
}

int
store_list(struct store *store, unsigned limit, struct arena *arena, struct store_sweep **ret,
	size_t *ret_n, struct err *err)
{
	return read_sweeps(store, &(struct wish){0}, limit, arena, ret, ret_n, err);
}

int
store_list_of(struct store *store, const char *command, struct arena *arena,
	struct store_sweep **ret, size_t *ret_n, struct err *err)
{
	return read_sweeps(store, &(struct wish){.command = command}, 0, arena, ret, ret_n, err);
}

int
store_launches(struct store *store, int64_t sweep, struct arena *arena,
	struct store_launch_row **ret, size_t *ret_n, struct err *err)
{
	struct stored_launches all;
	struct results results;
	struct stored_blocks blocks;
	struct store_launch_row *rows;

	results_init(&results);
	if (store_read_sweep(store, sweep, &results, arena, &all, &blocks, err) < 0) {
		results_done(&results);
		return -1;
	}
	rows = arena_alloc(arena, all.n, sizeof(*rows));
	for (size_t i = 0; i < all.n; i++) {
		const struct store_launch *l = &all.v[i].launch;
		char *suite = arena_printf(arena, "#%zu", l->suite);

		rows[i] = (struct store_launch_row){.id = all.v[i].seq,
			.rev_index = l->rev,
			.counts = all.v[i].counts,
			.rev = arena_strdup(arena, results.revs.v[l->rev].rev.label),
			.suite = l->suite_name ? l->suite_name : suite,
			.outcome = outcome_name(l->outcome.kind),
			.detail = arena_strdup(arena, l->outcome.detail),
			.blob = all.v[i].raw,
			.log = l->log,
			.block = l->block,
			.position = l->position,
			.attempt = l->attempt,
			.layout = l->layout,
			.warmup = l->warmup,
			.discarded = !all.v[i].live,
			.disturbed = l->disturbed,
			.disturbed_by = l->disturbed_by,
			.started = l->started,
			.wall_s = l->wall_s,
			.cpu_s = l->cpu_s,
			.rss_bytes = l->rss_bytes,
			.cpu_pressure = l->cpu_pressure,
			.minflt = l->minflt,
			.majflt = l->majflt,
			.nvcsw = l->nvcsw,
			.nivcsw = l->nivcsw};
	}
	results_done(&results);
	*ret = rows;
	*ret_n = all.n;
	return 0;
}

static void
copy_text(char *to, size_t n, const char *from)
{
	snprintf(to, n, "%s", from ? from : "");
}

static int
row_host(struct store *store, int64_t sweep, struct db_stmt *q, struct host *ret, struct err *err)
{
	scoped(str) record = STR_INIT;
	struct host h = {0};

	copy_text(h.name, sizeof(h.name), db_text(q, 1));
	copy_text(h.os, sizeof(h.os), db_text(q, 2));
	copy_text(h.kernel, sizeof(h.kernel), db_text(q, 3));
	copy_text(h.cpu, sizeof(h.cpu), db_text(q, 4));
	h.cpus = (int)db_int(q, 5);
	h.memory = (uint64_t)db_int(q, 6);
	copy_text(h.governor, sizeof(h.governor), db_text(q, 7));
	copy_text(h.turbo, sizeof(h.turbo), db_text(q, 8));
	h.virtual = db_int(q, 9);
	copy_text(h.boot_id, sizeof(h.boot_id), db_text(q, 10));
	copy_text(h.id, sizeof(h.id), db_text(q, 11));
	record_host(&record, sweep, db_int(q, 0), &h);
	if (!record_matches(&record, db_text(q, 12)))
		return store_differs(store, err,
			"a machine of sweep #%" PRId64 " does not match its record", sweep);
	*ret = h;
	return 0;
}

#define HOST_QUERY                                                                                 \
	"SELECT n, name, os, kernel, cpu, cpus, memory, governor, turbo, virtual, boot_id, id, "   \
	"seal FROM host WHERE sweep=? ORDER BY n DESC"

int
store_get_host(
	struct store *store, int64_t sweep, struct host *ret, bool *ret_known, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	struct stored_tally tally;
	bool row;

	if (store_read_tally(store, sweep, &tally, err) < 0 ||
		db_prepare(store->db, HOST_QUERY, &q, err) < 0)
		return store_fail(err);
	db_bind_int(&q, 1, sweep);
	if (db_step(&q, &row, err) < 0 || (row && row_host(store, sweep, &q, ret, err) < 0))
		return store_fail(err);
	*ret_known = row;
	return store_expect_rows(
		store, sweep, "machines", row ? db_int(&q, 0) : 0, tally.hosts, err);
}

static bool
is_used(const struct stored_launches *launches, const char *seal)
{
	for (size_t i = 0; i < launches->n; i++)
		if (launches->v[i].counts && str_eq(launches->v[i].host, seal))
			return true;
	return false;
}

int
store_note_hosts(struct store *store, int64_t sweep, const struct stored_tally *tally,
	const struct stored_launches *launches, struct results *results, struct err *err)
{
	scoped(db_stmt) q = DB_STMT_INIT;
	struct host first, h;
	int64_t rows = 0;
	bool row, any = false;

	if (db_prepare(store->db, HOST_QUERY, &q, err) < 0)
		return -1;
	db_bind_int(&q, 1, sweep);
	for (;;) {
		if (db_step(&q, &row, err) < 0)
			return -1;
		if (!row)
			return store_expect_rows(store, sweep, "machines", rows, tally->hosts, err);
		rows++;
		if (row_host(store, sweep, &q, &h, err) < 0)
			return -1;
		if (!is_used(launches, db_text(&q, 12)))
			continue;
		if (!any)
			first = h;
		else if (strcmp(first.id, h.id) != 0)
			results_note(results, "measured on more than one kind of machine");
		else if (strcmp(first.boot_id, h.boot_id) != 0)
			results_note(results, "the machine was restarted between the launches");
		else
			results_note(results,
				"settings of the machine (clock frequency governor, turbo, memory) "
				"changed between the launches");
		any = true;
	}
}

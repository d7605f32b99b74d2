#include "sweep_priv.h"

#include "sys/clock.h"
#include "sys/fs.h"

#include <string.h>

void
sweep_done(struct sweep *sweep)
{
	results_done(&sweep->results);
}

/* Those that the store does not know: an earlier session may have ended while it told of them, the
 * first ones first. */
static void
add_revs(struct sweep *sweep)
{
	for (size_t i = sweep->results.revs.n; i < sweep->plan->n_revs; i++)
		results_add_rev(&sweep->results, &sweep->plan->revs[i]);
}

/* A finished sweep of the same plan, when the user said that it counts. */
static int
try_reuse(struct sweep *sweep, struct arena *arena, struct err *err)
{
	struct store_sweep found = {0};
	unsigned next_block;

	if (!sweep->options.reuse || sweep->options.only_missing)
		return 0;
	if (store_find(sweep->store, sweep->plan->digest, "done", arena, &found, err) < 0)
		return -1;
	if (!found.id)
		return 0;
	sweep->id = found.id;
	sweep->started = found.created;
	sweep->reused = true;
	struct sweep_told told = sweep_read_told(&found);
	sweep->measured_s = told.measured_s;
	sweep->built_s = told.built_s;
	return store_load(sweep->store, found.id, &sweep->results, &next_block, err);
}

static int
begin(struct sweep *sweep, struct err *err)
{
	struct str plan = STR_INIT;

	plan_json(sweep->plan, &plan);
	struct store_sweep fresh = {
		.command = sweep->plan->terms.command,
		.digest = sweep->plan->digest,
		.plan = plan.p,
		.seed = sweep->plan->seed,
		.created = clock_wall_s(),
		.status = "running",
	};
	sweep->started = fresh.created;
	int r = store_begin(sweep->store, &fresh, &sweep->id, err);
	str_done(&plan);
	if (r == 0)
		r = store_lease(sweep->store, sweep->id, err);
	if (r == 0)
		add_revs(sweep);
	return r;
}

/* Goes on with an unfinished sweep of the same plan, with its seed, or begins a new one. What is
 * missing is looked for in a finished one, too. */
static int
begin_or_resume(struct carry *carry, struct plan *plan, struct err *err)
{
	struct sweep *sweep = carry->sweep;
	struct store_sweep found = {0};

	if (!sweep->options.restart &&
		store_find(sweep->store, plan->digest, "running", &carry->arena, &found, err) < 0)
		return -1;
	if (!found.id && sweep->options.only_missing &&
		store_find(sweep->store, plan->digest, "done", &carry->arena, &found, err) < 0)
		return -1;
	if (!found.id)
		return begin(sweep, err);
	if (store_lease(sweep->store, found.id, err) < 0)
		return err_wrap(err, "this sweep is running already");
	if (store_load(sweep->store, found.id, &sweep->results, &carry->block, err) < 0)
		return -1;
	carry->notes_kept = sweep->results.notes.n;
	sweep->id = found.id;
	sweep->started = found.created;
	sweep->resumed = true;
	plan->seed = found.seed;
	carry->reopened = str_eq(found.status, "done");
	if (carry->reopened)
		carry->told = sweep_read_told(&found);
	carry->revs_kept = sweep->results.revs.n;
	add_revs(sweep);
	return 0;
}

int
sweep_keep_notes(struct carry *carry, struct err *err)
{
	const struct sweep *sweep = carry->sweep;

	for (; carry->notes_kept < sweep->results.notes.n; carry->notes_kept++)
		if (store_add_note(sweep->store, sweep->id,
			    sweep->results.notes.v[carry->notes_kept], err) < 0)
			return -1;
	return 0;
}

static int
make_places(struct carry *carry, struct err *err)
{
	carry->work = path_join(carry->cache, "work");
	carry->logs = xasprintf(
		"%s/logs/%jd", store_dir(carry->sweep->store), (intmax_t)carry->sweep->id);
	if (fs_mkdir_p(carry->work, 0700, err) < 0)
		return -1;
	return fs_mkdir_p(carry->logs, 0700, err);
}

static int
carry_out(struct carry *carry, struct err *err)
{
	struct sweep *sweep = carry->sweep;
	const struct plan *plan = sweep->plan;

	unsigned layouts = carry_n_layouts(carry);
	carry->builds = arena_alloc(&carry->arena, plan->n_revs * layouts, sizeof(*carry->builds));
	carry->settled = arena_alloc(&carry->arena, plan->n_revs, sizeof(*carry->settled));
	carry->layouts = arena_alloc(&carry->arena, layouts, sizeof(*carry->layouts));
	carry->arms =
		arena_alloc(&carry->arena, plan->n_revs * plan->n_suites, sizeof(*carry->arms));
	carry->pilots = pilot_new(&carry->arena, plan->n_suites);
	if (store_set_host(sweep->store, sweep->id, &plan->terms.host, err) < 0)
		return -1;
	if (make_places(carry, err) < 0)
		return -1;
	if (cache_pins_open(carry->cache, store_dir(sweep->store), sweep->id, &carry->pins, err) <
		0)
		return -1;
	if (plan->terms.bisect.on)
		return sweep_bisect(carry, err);
	if (sweep_builds(carry, err) < 0)
		return -1;
	if (sweep_suites(carry, err) < 0)
		return -1;
	if (sweep->options.only_missing && missing_find(carry, err) < 0)
		return -1;
	if (sweep_warmup(carry, err) < 0)
		return -1;
	return sweep_blocks(carry, err);
}

/* Its report says what all sessions took; when nothing was added it has one already. */
static void
end_reopened(const struct carry *carry)
{
	struct sweep *sweep = carry->sweep;

	if (!carry->reopened)
		return;
	sweep->measured_s += carry->told.measured_s;
	sweep->built_s += carry->told.built_s;
	sweep->reused = sweep->nothing_missing;
}

int
sweep_run(struct sweep *sweep, struct err *err)
{
	struct plan plan = *sweep->plan; /* a resumed sweep keeps the seed it began with */
	const struct plan *given = sweep->plan;
	struct carry carry = {.sweep = sweep};

	results_init(&sweep->results);
	sweep->plan = &plan;
	int r = build_cache_dir(&carry.cache, err);
	if (r == 0)
		r = try_reuse(sweep, &carry.arena, err);
	if (r == 0 && !sweep->reused) {
		r = begin_or_resume(&carry, &plan, err);
		if (r == 0)
			r = timeline_begin(&carry, err);
		if (r == 0)
			r = carry_out(&carry, err);
		r = timeline_finish(&carry, r, err);
		end_reopened(&carry);
	}
	for (size_t i = 0; carry.builds && i < plan.n_revs * carry_n_layouts(&carry); i++)
		build_done(&carry.builds[i]);
	cache_pins_close(carry.pins, r == 0);
	pilot_done(carry.pilots, plan.n_suites);
	free(carry.cache);
	free(carry.work);
	free(carry.logs);
	arena_done(&carry.arena);
	sweep->plan = given;
	return r;
}

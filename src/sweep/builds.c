#include "sweep_priv.h"

#include "base/format.h"

#include <string.h>

/* What the threads that build are told about one of them. */
struct task {
	struct carry *carry;
	size_t rev;
	unsigned layout;
	size_t number; /* of all that are built now */
};

static int
checkout(void *arg, const struct rev *rev, const char *dest, struct err *err)
{
	const struct task *task = arg;

	return source_checkout(task->carry->sweep->source, rev, NULL, dest, err);
}

static void
tell(const struct carry *carry, struct sweep_status status)
{
	status.phase = SWEEP_BUILD;
	board_look(carry->board, &status.builds);
	sweep_tell(carry, &status);
}

static void
progress(void *arg, const struct build_request *request, const char *step)
{
	const struct task *task = arg;
	struct carry *carry = task->carry;

	/* What became of it is told when it is over. */
	if (step)
		board_begin(carry->board, task->number);
	tell(carry, (struct sweep_status){
			    .rev = request->rev->label, .what = step, .worker = request->worker});
}

static void
add_span(void *arg, const struct span *span)
{
	const struct task *task = arg;
	struct span own = *span;

	own.rev = (int)task->rev;
	timeline_add(task->carry, &own);
}

static int
pin(void *arg, const char *key, struct err *err)
{
	const struct task *task = arg;

	return cache_pins_add(task->carry->pins, key, err);
}

static struct build_request
request_for(struct task *task)
{
	struct carry *carry = task->carry;
	const struct plan *plan = carry->sweep->plan;
	struct build_request request =
		plan_build_request(plan->config, &plan->revs[task->rev], &plan->recipes[task->rev]);

	request.layout = task->layout;
	request.cache = carry->cache;
	request.rebuild = carry->sweep->options.rebuild;
	request.checkout = checkout;
	request.arg = task;
	request.progress = progress;
	request.span = add_span;
	request.using = pin;
	return request;
}

static bool
same_builds(const struct carry *carry, size_t a, size_t b)
{
	for (unsigned i = 0; i < carry_n_layouts(carry); i++) {
		const struct build *x = carry_build(carry, a, i), *y = carry_build(carry, b, i);

		if (!y->digest[0] || strcmp(x->digest, y->digest) != 0)
			return false;
	}
	return true;
}

/* Revisions with the same bytes installed need one measurement only, unless each runs a suite of
 * its own. */
static int
identical_to(const struct carry *carry, size_t rev)
{
	const struct plan *plan = carry->sweep->plan;

	for (size_t s = 0; s < plan->n_suites; s++)
		if (plan->suites[s].suite->from == FROM_REVISION)
			return -1;
	for (size_t i = 0; i < plan->n_revs; i++)
		if (i != rev && carry->settled[i] && carry->sweep->results.revs.v[i].same_as < 0 &&
			same_builds(carry, i, rev))
			return (int)i;
	return -1;
}

static void
tell_outcome(struct carry *carry, const struct rev *rev, const struct build *b, unsigned layout)
{
	const char *what = b->reused ? "built before" : "";
	char took[32];

	if (b->outcome.kind != OUTCOME_OK)
		what = b->reused ? arena_printf(&carry->arena,
					   "%s (failed before; --retry-failed tries again)",
					   b->outcome.detail)
				 : b->outcome.detail;
	else if (!b->reused)
		what = arena_printf(&carry->arena, "built in %s",
			format_duration(b->wall_s, took, sizeof(took)));
	if (carry_n_layouts(carry) > 1)
		what = arena_printf(&carry->arena, "layout %u: %s", layout, what);
	tell(carry,
		(struct sweep_status){
			.rev = rev->label, .what = what, .failed = b->outcome.kind != OUTCOME_OK});
}

/* A revision is built when all of its builds are; the first one that failed speaks for it. */
static void
set_build(struct carry *carry, size_t rev, unsigned layout)
{
	struct results *results = &carry->sweep->results;
	struct results_rev *r = &results->revs.v[rev];
	const struct build *b = carry_build(carry, rev, layout);

	if (layout > 0 && (b->outcome.kind == OUTCOME_OK || r->build.kind != OUTCOME_OK))
		return;
	r->build = b->outcome;
	if (layout > 0)
		outcome_set(&r->build, b->outcome.kind, "layout %u: %s", layout, b->outcome.detail);
	r->build_log = arena_strdup(&results->arena, b->log);
	r->build_key = b->key[0] ? arena_strdup(&results->arena, b->key) : NULL;
}

static void
take_build(struct carry *carry, size_t rev, unsigned layout)
{
	struct sweep *sweep = carry->sweep;
	const struct build *b = carry_build(carry, rev, layout);

	set_build(carry, rev, layout);
	if (b->note)
		results_note(&sweep->results, b->note);
	if (!b->reused)
		sweep->built_s += b->wall_s;
	sweep->builds_left += b->reused && b->outcome.kind != OUTCOME_OK;
}

/* What an earlier session found out about equal builds stands. */
static int
store_builds(struct carry *carry, const size_t *revs, size_t n, struct err *err)
{
	struct sweep *sweep = carry->sweep;
	struct results *results = &sweep->results;

	for (size_t i = 0; i < n; i++) {
		struct results_rev *r = &results->revs.v[revs[i]];

		for (unsigned layout = 0; layout < carry_n_layouts(carry); layout++)
			take_build(carry, revs[i], layout);
		if (!carry->settled[revs[i]])
			r->same_as = sweep->plan->apart ? -1 : identical_to(carry, revs[i]);
		carry->settled[revs[i]] = true;
		if (store_set_rev(sweep->store, sweep->id, revs[i], r, err) < 0)
			return -1;
	}
	return sweep_keep_notes(carry, err);
}

/* Builds that are made at the same time. */
struct batch {
	struct carry *carry;
	struct task *tasks;
};

/* The others may still be building: the timeline so far is safe. */
static int
finished(void *arg, size_t i, const struct build *build, struct err *err)
{
	const struct batch *batch = arg;
	struct carry *carry = batch->carry;
	const struct task *task = &batch->tasks[i];

	int r = timeline_keep(carry, false, err);
	board_end(carry->board, i, build);
	tell_outcome(carry, &carry->sweep->plan->revs[task->rev], build, task->layout);
	return r;
}

static int
build_batch(struct carry *carry, struct batch *batch, const struct build_request *requests,
	size_t n, const struct plan *measured, struct err *err)
{
	unsigned workers = carry->sweep->options.build_jobs;
	struct build_crew crew = {.workers = workers, .finished = finished, .arg = batch};
	struct build *builds = arena_alloc(&carry->arena, n, sizeof(*builds));
	struct lock lock = LOCK_INIT;

	if (forecast_make(requests, n, measured, carry->sweep->store, workers, &carry->arena,
		    &carry->forecaster, err) < 0 ||
		sweep_share_machine(carry, &lock, err) < 0)
		return -1;
	crew.order = carry->forecaster.order;
	carry->board = board_new(&carry->forecaster, measured != NULL);
	int r = build_all(requests, n, &crew, builds, err);
	for (size_t i = 0; i < n; i++) {
		struct build *own = carry_build(carry, batch->tasks[i].rev, batch->tasks[i].layout);

		build_done(own);
		*own = builds[i];
	}
	board_free(carry->board);
	carry->board = NULL;
	lock_done(&lock);
	return r;
}

int
sweep_build(struct carry *carry, const size_t *revs, size_t n_revs, struct err *err)
{
	const struct plan *plan = carry->sweep->plan;
	size_t n = n_revs * carry_n_layouts(carry);
	struct build_request *requests = arena_alloc(&carry->arena, n, sizeof(*requests));
	struct batch batch = {carry, arena_alloc(&carry->arena, n, sizeof(*batch.tasks))};

	for (size_t i = 0; i < n; i++) {
		batch.tasks[i] = (struct task){carry, revs[i % n_revs], (unsigned)(i / n_revs), i};
		requests[i] = request_for(&batch.tasks[i]);
	}
	/* Of some of them nobody knows how long they will be measured. */
	const struct plan *measured = n_revs == plan->n_revs ? plan : NULL;
	if (build_batch(carry, &batch, requests, n, measured, err) < 0)
		return -1;
	return store_builds(carry, revs, n_revs, err);
}

int
sweep_builds(struct carry *carry, struct err *err)
{
	size_t n = carry->sweep->plan->n_revs;
	size_t *all = arena_alloc(&carry->arena, n, sizeof(*all));

	for (size_t i = 0; i < n; i++)
		all[i] = i;
	if (sweep_build(carry, all, n, err) < 0)
		return -1;
	layouts_compare(carry);
	return sweep_keep_notes(carry, err);
}

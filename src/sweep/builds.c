#include "sweep_priv.h"

#include "base/format.h"

#include <string.h>

static int
checkout(void *arg, const struct rev *rev, const char *dest, struct err *err)
{
	struct carry *carry = arg;

	return source_checkout(carry->sweep->source, rev, NULL, dest, err);
}

static void
tell(const struct carry *carry, const struct rev *rev, const char *what)
{
	struct sweep_status status = {.phase = SWEEP_BUILD, .rev = rev->label, .what = what};

	sweep_tell(carry, &status);
}

static void
progress(void *arg, const struct rev *rev, const char *step)
{
	/* What became of it is told when all of them are known. */
	if (step)
		tell(arg, rev, step);
}

static struct build_request
request_for(struct carry *carry, size_t rev)
{
	const struct plan *plan = carry->sweep->plan;
	struct build_request request =
		plan_build_request(plan->config, &plan->revs[rev], &plan->recipes[rev]);

	request.jobs = carry->sweep->options.build_jobs;
	request.cache = carry->cache;
	request.rebuild = carry->sweep->options.rebuild;
	request.checkout = checkout;
	request.arg = carry;
	request.progress = progress;
	return request;
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
	for (size_t i = 0; i < rev; i++) {
		const struct build *a = &carry->builds[i], *b = &carry->builds[rev];

		if (b->digest[0] && strcmp(a->digest, b->digest) == 0)
			return (int)i;
	}
	return -1;
}

static void
tell_outcome(struct carry *carry, const struct rev *rev, const struct build *b)
{
	char took[32];

	if (b->outcome.kind != OUTCOME_OK)
		tell(carry, rev, b->outcome.detail);
	else if (b->reused)
		tell(carry, rev, "built before");
	else
		tell(carry, rev,
			arena_printf(&carry->arena, "built in %s",
				format_duration(b->wall_s, took, sizeof(took))));
}

static int
store_builds(struct carry *carry, struct err *err)
{
	struct sweep *sweep = carry->sweep;
	struct results *results = &sweep->results;

	for (size_t i = 0; i < results->revs.n; i++) {
		struct results_rev *r = &results->revs.v[i];
		const struct build *b = &carry->builds[i];

		r->build = b->outcome;
		r->build_log = arena_strdup(&results->arena, b->log);
		r->build_key = b->key[0] ? arena_strdup(&results->arena, b->key) : NULL;
		r->same_as = sweep->plan->apart ? -1 : identical_to(carry, i);
		tell_outcome(carry, &r->rev, b);
		if (b->note)
			results_note(results, b->note);
		if (!b->reused)
			sweep->built_s += b->wall_s;
		if (store_set_rev(sweep->store, sweep->id, i, r, err) < 0)
			return -1;
	}
	return sweep_keep_notes(carry, err);
}

int
sweep_builds(struct carry *carry, struct err *err)
{
	const struct plan *plan = carry->sweep->plan;
	struct build_request *requests =
		arena_alloc(&carry->arena, plan->n_revs, sizeof(*requests));
	struct lock lock = LOCK_INIT;

	for (size_t i = 0; i < plan->n_revs; i++)
		requests[i] = request_for(carry, i);
	if (sweep_share_machine(carry, &lock, err) < 0)
		return -1;
	int r = build_all(
		requests, plan->n_revs, carry->sweep->options.build_jobs, carry->builds, err);
	lock_done(&lock);
	return r < 0 ? -1 : store_builds(carry, err);
}

/* The unrecorded first launch of every arm, in each layout. It fills caches, finds out which
 * benches each revision has, and thereby how many hypotheses there are before the first block. */
#include "sweep_priv.h"

static bool
worth_another_try(const struct outcome *o)
{
	return o->kind == OUTCOME_FAILED || o->kind == OUTCOME_CRASHED ||
	       o->kind == OUTCOME_BAD_OUTPUT;
}

static int
launch_until_well(struct carry *carry, struct launch_place *place, struct err *err)
{
	struct arm *arm = carry_arm(carry, place->rev, place->suite);
	struct launch_seen seen;

	do {
		place->attempt = arm->failures;
		if (sweep_launch(carry, place, NULL, &seen, err) < 0)
			return -1;
		arm->outcome = seen.outcome;
		arm->log = seen.log;
		if (arm->outcome.kind == OUTCOME_OK)
			return 0;
		arm->failures++;
	} while (worth_another_try(&arm->outcome) && arm->failures < LAUNCH_TRIES);
	arm->out = true;
	return 0;
}

static int
warm_arm(struct carry *carry, size_t rev, size_t suite, struct err *err)
{
	const struct plan *plan = carry->sweep->plan;
	struct launch_place place = {.rev = rev, .suite = suite, .warmup = true};
	struct sweep_status status = {
		.phase = SWEEP_WARMUP,
		.rev = plan->revs[rev].label,
		.what = plan->suites[suite].title,
	};
	struct lock machine = LOCK_INIT;
	uint32_t order[1];

	if (!counting_is_warmed(carry, suite))
		return 0;
	sweep_tell(carry, &status);
	schedule_block(plan->seed, 0, 0, 1, order, &place.plan);
	if (sweep_hold_machine(carry, &machine, err) < 0)
		return -1;
	int r = 0;
	for (; r == 0 && place.layout < carry_n_layouts(carry); place.layout++)
		if (carry->layouts[place.layout] == place.layout &&
			!carry_arm(carry, rev, suite)->out)
			r = launch_until_well(carry, &place, err);
	lock_done(&machine);
	return r;
}

/* What was given up by an earlier session is not tried again unless somebody asks for it. */
static int
begin_arm(struct carry *carry, size_t rev, size_t suite, struct err *err)
{
	const struct arm *arm = carry_arm(carry, rev, suite);

	if (given_up_recall(carry, rev, suite, err) < 0)
		return -1;
	if (arm->out) {
		carry->sweep->suites_left++;
		return 0;
	}
	if (warm_arm(carry, rev, suite, err) < 0)
		return -1;
	return arm->out ? given_up_keep(carry, rev, suite, err)
			: given_up_forget(carry, rev, suite, err);
}

static bool
is_measured(const struct carry *carry, size_t rev, size_t suite)
{
	const struct results_rev *r = &carry->sweep->results.revs.v[rev];

	if (carry->sweep->options.only_missing && !carry_arm(carry, rev, suite)->wanted)
		return false;
	return r->build.kind == OUTCOME_OK && r->same_as < 0 &&
	       carry_arm(carry, rev, suite)->suite_dir;
}

/* Identical builds are measured once; when all of them are, there is nothing to compare. */
static bool
anything_to_compare(const struct carry *carry)
{
	const struct results *results = &carry->sweep->results;
	size_t different = 0;

	for (size_t i = 0; i < results->revs.n; i++)
		different += results->revs.v[i].same_as < 0;
	return different > 1 || results->revs.n == 1 ||
	       terms_have_ceiling(&carry->sweep->plan->terms);
}

void
sweep_fail_suite(struct carry *carry, size_t suite, size_t rev)
{
	const struct arm *arm = carry_arm(carry, rev, suite);
	const struct plan *plan = carry->sweep->plan;
	struct results *results = &carry->sweep->results;
	bool any = false;

	if (plan->suites[suite].pass == PASS_TIME) {
		results_fail_suite(
			results, plan->suites[suite].suite->name, rev, &arm->outcome, arm->log);
		return;
	}
	for (size_t i = 0; i < results->benches.n; i++) {
		if (!plan_suite_has(plan, suite, &results->benches.v[i]))
			continue;
		results_tell(results, i, rev, &arm->outcome, false, arm->log);
		any = true;
	}
	if (!any)
		results_fail_suite(
			results, plan->suites[suite].title, rev, &arm->outcome, arm->log);
}

int
sweep_warmup_of(struct carry *carry, const size_t *revs, size_t n, struct err *err)
{
	const struct plan *plan = carry->sweep->plan;
	bool needed = anything_to_compare(carry);

	for (size_t s = 0; s < plan->n_suites; s++) {
		for (size_t i = 0; i < n; i++) {
			struct arm *arm = carry_arm(carry, revs[i], s);

			arm->out = !needed || !is_measured(carry, revs[i], s);
			if (!arm->out && begin_arm(carry, revs[i], s, err) < 0)
				return -1;
		}
		/* By now it is known which benches others have. */
		for (size_t i = 0; i < n; i++) {
			const struct arm *arm = carry_arm(carry, revs[i], s);

			if (arm->outcome.kind != OUTCOME_OK)
				sweep_fail_suite(carry, s, revs[i]);
		}
	}
	return 0;
}

int
sweep_warmup(struct carry *carry, struct err *err)
{
	size_t n = carry->sweep->plan->n_revs;
	size_t *all = arena_alloc(&carry->arena, n, sizeof(*all));

	for (size_t i = 0; i < n; i++)
		all[i] = i;
	return sweep_warmup_of(carry, all, n, err);
}

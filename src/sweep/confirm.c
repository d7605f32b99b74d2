/* Change points: the first blocks of a sweep propose them, and pairs of neighbours confirm them or
 * not (judge/changes.h). */
#include "sweep_priv.h"

#include <math.h>
#include <string.h>

struct pair {
	size_t before, after;
};

/* Whether an open change of this suite asks for the pair; a revision that fails cannot be. */
static bool
asks(const struct loop *loop, size_t suite, const struct change *change, struct pair *ret)
{
	const struct sweep *sweep = loop->carry->sweep;
	const struct results *results = &sweep->results;

	if (change->state != CHANGE_OPEN || change->obstacle ||
		!plan_suite_has(sweep->plan, suite, &results->benches.v[change->bench]))
		return false;
	ret->before = results_measured_rev(results, change->before);
	ret->after = results_measured_rev(results, change->after);
	return !carry_arm(loop->carry, ret->before, suite)->out &&
	       !carry_arm(loop->carry, ret->after, suite)->out;
}

/* The pair that most changes ask for, the first of equals. */
static size_t
most_wanted(const struct loop *loop, size_t suite, const struct change *changes, size_t n,
	struct pair *ret)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++) {
		struct pair pair, other;
		size_t count = 0;

		if (!asks(loop, suite, &changes[i], &pair))
			continue;
		for (size_t k = 0; k < n; k++)
			count += asks(loop, suite, &changes[k], &other) &&
				 other.before == pair.before && other.after == pair.after;
		if (count <= most)
			continue;
		most = count;
		*ret = pair;
	}
	return most;
}

static const char *const *
names_of(struct loop *loop, size_t suite, const struct change *changes, size_t n, size_t wanted,
	const struct pair *pair)
{
	const struct sweep *sweep = loop->carry->sweep;
	const char **names = arena_alloc(&loop->arena, wanted + 1, sizeof(*names));
	struct pair other;
	size_t k = 0;

	if (!sweep->plan->suites[suite].harness->selects)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (asks(loop, suite, &changes[i], &other) && other.before == pair->before &&
			other.after == pair->after)
			names[k++] = sweep->results.benches.v[changes[i].bench].name;
	return names;
}

bool
confirm_next(struct loop *loop, size_t suite, struct choice *ret)
{
	const struct sweep *sweep = loop->carry->sweep;
	struct change *changes;
	struct pair pair = {0};
	size_t n;

	struct span span = timeline_start(SPAN_JUDGE, -1, NULL);
	if (!loop->changes) {
		struct changes_policy policy =
			terms_changes(&sweep->plan->terms, &sweep->results, &loop->arena);

		loop->changes = changes_new(&sweep->results, &policy);
	}
	changes_look(loop->changes, false, &loop->arena, &changes, &n);
	timeline_end(loop->carry, &span, span_ok);
	size_t wanted = most_wanted(loop, suite, changes, n, &pair);
	if (!wanted)
		return false;
	*ret = (struct choice){
		.arms = arena_alloc(&loop->arena, 2, sizeof(*ret->arms)), .n = 2, .extra = true};
	ret->arms[0] = pair.before;
	ret->arms[1] = pair.after;
	ret->only = names_of(loop, suite, changes, n, wanted, &pair);
	return true;
}

unsigned
confirm_wide_blocks(const struct loop *loop, size_t suite)
{
	const struct sweep *sweep = loop->carry->sweep;
	struct arena arena = ARENA_INIT;
	struct changes_policy policy = terms_changes(&sweep->plan->terms, &sweep->results, &arena);
	unsigned most = 0;

	for (size_t i = 0; i < sweep->results.benches.n; i++) {
		unsigned n = plan_suite_has(sweep->plan, suite, &sweep->results.benches.v[i])
				     ? judge_wide_blocks(&sweep->results, i, &policy)
				     : 0;

		most = n > most ? n : most;
	}
	arena_done(&arena);
	return most;
}

static void
tell(const struct loop *loop, size_t suite, const struct choice *choice)
{
	const struct plan *plan = loop->carry->sweep->plan;
	struct sweep_status status = {
		.phase = SWEEP_CONFIRM,
		.what = plan->suites[suite].title,
		.against = plan->revs[choice->arms[0]].label,
		.rev = plan->revs[choice->arms[1]].label,
		.elapsed_s = loop_elapsed_s(loop),
		.left_s = NAN,
	};

	sweep_tell(loop->carry, &status);
}

int
confirm_round(struct loop *loop, bool *ret_any, struct err *err)
{
	struct lock machine = LOCK_INIT;
	int r = 0;

	if (loop->first_s == 0)
		loop->first_s = loop_elapsed_s(loop);
	*ret_any = false;
	for (size_t s = 0; r == 0 && s < loop->carry->sweep->plan->n_suites; s++) {
		struct choice choice;

		if (outlook_budget_left_s(loop) <= 0 || !confirm_next(loop, s, &choice))
			continue;
		*ret_any = true;
		tell(loop, s, &choice);
		r = sweep_hold_machine(loop->carry, &machine, err);
		if (r == 0)
			r = sweep_block(loop, s, &choice, err);
		lock_done(&machine);
	}
	/* Nothing left to confirm: on with what gates ask for. */
	loop->confirming = *ret_any;
	if (!*ret_any) {
		changes_free(loop->changes);
		loop->changes = NULL;
	}
	*ret_any = true;
	return r;
}

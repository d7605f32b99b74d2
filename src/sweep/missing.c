/* --only-missing: what has no sample in this sweep yet is measured, and nothing else but what it is
 * compared with. */
#include "sweep_priv.h"

#include <stdio.h>
#include <string.h>

#define FACT "filling" /* arms that are being filled, until they are: "REV:SUITE " each */

static bool
is_built(const struct carry *carry, size_t rev)
{
	const struct results_rev *r = &carry->sweep->results.revs.v[rev];

	return r->build.kind == OUTCOME_OK && r->same_as < 0;
}

/* Complete blocks in which the revision ran the suite. */
static unsigned
n_blocks(const struct carry *carry, size_t rev, size_t suite)
{
	const struct results *results = &carry->sweep->results;
	unsigned most = 0;

	for (size_t i = 0; i < results->benches.n; i++) {
		const struct results_cell *cell = results_cell(results, i, rev);
		unsigned n = 0;

		if (!plan_suite_has(carry->sweep->plan, suite, &results->benches.v[i]))
			continue;
		for (size_t b = 0; b < cell->n_blocks; b++)
			n += results_has_block(cell, b);
		most = n > most ? n : most;
	}
	return most;
}

static bool
is_listed(const char *fact, size_t rev, size_t suite)
{
	char word[64];

	snprintf(word, sizeof(word), " %zu:%zu ", rev, suite);
	return fact && strstr(fact, word);
}

/* Whoever was being filled when the last session ended is filled on. */
static bool
is_missing(const struct carry *carry, const char *fact, size_t rev, size_t suite)
{
	unsigned n = n_blocks(carry, rev, suite);
	unsigned least = plan_blocks_min(carry->sweep->plan, suite);

	/* A revision without the suite lacks nothing. */
	if (!is_built(carry, rev) || !carry_arm(carry, rev, suite)->suite_dir)
		return false;
	return n == 0 || (n < least && is_listed(fact, rev, suite));
}

/* A verdict needs pairs: the base, or when that is missing, all. In a sweep two alone would be a
 * pair that confirms a change, and no evidence for gates. */
static void
add_company(struct carry *carry, size_t suite, size_t n_missing)
{
	const struct plan *plan = carry->sweep->plan;
	size_t n = n_missing;

	if (n_missing == 0 || plan->terms.judge == JUDGE_NONE)
		return;
	bool all = carry_arm(carry, plan->terms.base, suite)->wanted;
	if (!all && is_built(carry, plan->terms.base)) {
		carry_arm(carry, plan->terms.base, suite)->wanted = true;
		n++;
	}
	for (size_t rev = 0; rev < plan->n_revs; rev++) {
		struct arm *arm = carry_arm(carry, rev, suite);

		if (arm->wanted || !is_built(carry, rev) ||
			!(all || (plan->terms.changes && n < 3)))
			continue;
		arm->wanted = true;
		n++;
	}
}

int
missing_find(struct carry *carry, struct err *err)
{
	const struct plan *plan = carry->sweep->plan;
	scoped(str) list = STR_INIT;
	const char *fact = NULL;
	size_t found = 0;

	if (store_fact(carry->sweep->store, carry->sweep->id, FACT, &carry->arena, &fact, err) < 0)
		return -1;
	str_addc(&list, ' ');
	for (size_t s = 0; s < plan->n_suites; s++) {
		size_t n = 0;

		for (size_t rev = 0; rev < plan->n_revs; rev++) {
			struct arm *arm = carry_arm(carry, rev, s);

			arm->missing = arm->wanted = is_missing(carry, fact, rev, s);
			if (!arm->missing)
				continue;
			str_addf(&list, "%zu:%zu ", rev, s);
			found++;
			/* One that was given up needs no company. */
			if (given_up_recall(carry, rev, s, err) < 0)
				return -1;
			n += !arm->out;
		}
		add_company(carry, s, n);
	}
	carry->sweep->nothing_missing = found == 0;
	if (found == 0 && !fact)
		return 0;
	return store_set_fact(carry->sweep->store, carry->sweep->id, FACT, list.p, err);
}

unsigned
missing_done(const struct loop *loop, size_t suite)
{
	const struct plan *plan = loop->carry->sweep->plan;
	unsigned least = plan_blocks_min(plan, suite);

	for (size_t rev = 0; rev < plan->n_revs; rev++) {
		const struct arm *arm = carry_arm(loop->carry, rev, suite);
		unsigned n = arm->missing && !arm->out ? n_blocks(loop->carry, rev, suite) : least;

		least = n < least ? n : least;
	}
	return least;
}

/* Who is to be measured in the next block; none: the suite is done. */
static size_t
choose(const struct loop *loop, size_t suite, size_t *ret)
{
	const struct carry *carry = loop->carry;
	const struct plan *plan = carry->sweep->plan;
	bool open = missing_done(loop, suite) < plan_blocks_min(plan, suite);
	size_t n = 0;

	for (size_t rev = 0; rev < plan->n_revs; rev++)
		if (!carry_arm(carry, rev, suite)->out)
			ret[n++] = rev;
	bool duet = plan_in_duets(plan) && plan->suites[suite].pass == PASS_TIME;
	return open && (n == 2 || !duet) ? n : 0;
}

/* A block of each suite that needs one. blocks: so many have been added to each. */
static int
add_blocks(struct loop *loop, unsigned *blocks, bool *ret_any, struct err *err)
{
	struct carry *carry = loop->carry;
	const struct plan *plan = carry->sweep->plan;
	struct lock machine = LOCK_INIT;
	int r = 0;

	*ret_any = false;
	for (size_t s = 0; r == 0 && s < plan->n_suites; s++) {
		struct choice choice = {
			.arms = arena_alloc(&loop->arena, plan->n_revs, sizeof(*choice.arms)),
		};

		/* Launches may go well and bring nothing. */
		if (blocks[s] >= plan_blocks_min(plan, s))
			continue;
		choice.n = choose(loop, s, choice.arms);
		if (choice.n == 0)
			continue;
		*ret_any = true;
		unsigned before = loop->blocks[s];
		r = sweep_hold_machine(carry, &machine, err);
		if (r == 0)
			r = sweep_block(loop, s, &choice, err);
		lock_done(&machine);
		blocks[s] += loop->blocks[s] - before;
	}
	return r;
}

int
missing_fill(struct loop *loop, struct err *err)
{
	struct carry *carry = loop->carry;
	unsigned *blocks =
		arena_alloc(&carry->arena, carry->sweep->plan->n_suites, sizeof(*blocks));
	bool any = true;
	int r = 0;

	while (r == 0 && any) {
		outlook_renew(loop);
		r = add_blocks(loop, blocks, &any, err);
	}
	if (r == 0 && !carry->sweep->nothing_missing)
		r = store_set_fact(carry->sweep->store, carry->sweep->id, FACT, " ", err);
	return r;
}

#include "judge/culprit.h"

#include "base/rng.h"

#include "../check_main.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMITS_MAX 80
#define STEPS_MAX 5000

/* A path of commits whose true levels are known, measured as a bisect would. */
struct path {
	struct results results;
	struct arena arena;
	size_t last;               /* position of BAD */
	double level[COMMITS_MAX]; /* on the log axis */
	bool broken[COMMITS_MAX];  /* does not build */
	bool absent[COMMITS_MAX];  /* lacks the bench */
	bool times_out[COMMITS_MAX];
	size_t same_as[COMMITS_MAX]; /* an earlier one with that build, or itself */
	double cost[COMMITS_MAX];
	double noise;
	struct culprit_policy policy;
	struct culprits *culprits;
	struct rng rng;
	unsigned builds, launches;
	struct culprit *told;
	size_t n_told;
};

static void
add_bench(struct path *p, const char *name, const char *metric)
{
	const struct bench bench = {.suite = "s", .name = name, .metric = metric, .unit = "s"};

	results_bench(&p->results, &bench);
}

static void
begin(struct path *p, size_t last, uint64_t seed)
{
	memset(p, 0, sizeof(*p));
	results_init(&p->results);
	p->last = last;
	for (size_t k = 0; k <= last; k++) {
		struct rev rev = {.spec = "r", .label = "r", .id = "r"};

		results_add_rev(&p->results, &rev);
		p->results.revs.v[k].build.kind = OUTCOME_SKIPPED;
		p->same_as[k] = k;
		p->cost[k] = 60;
	}
	p->noise = .004;
	p->policy = (struct culprit_policy){
		.alpha = .01, .beta = .05, .layout = CULPRIT_LAYOUT_SD, .build_cost = p->cost};
	rng_init(&p->rng, seed, 5);
}

static void
end(struct path *p)
{
	culprits_free(p->culprits);
	results_done(&p->results);
	arena_done(&p->arena);
}

static double
normal(struct rng *rng)
{
	return sqrt(-2 * log(1 - rng_unit(rng))) * cos(2 * M_PI * rng_unit(rng));
}

/* ---- carrying out */

static void
build(struct path *p, size_t k)
{
	struct results_rev *rev = &p->results.revs.v[k];

	ck_assert_int_eq(rev->build.kind, OUTCOME_SKIPPED);
	p->builds++;
	p->cost[k] = 0;
	rev->known_at = (unsigned)results_end(&p->results);
	rev->build.kind = p->broken[k] ? OUTCOME_FAILED : OUTCOME_OK;
	/* Of those that were built: an earlier position may come later. */
	for (size_t j = 0; !p->broken[k] && j <= p->last; j++)
		if (j != k && p->same_as[j] == p->same_as[k] &&
			p->results.revs.v[j].build.kind == OUTCOME_OK) {
			rev->same_as = p->results.revs.v[j].same_as >= 0
					       ? p->results.revs.v[j].same_as
					       : (int)j;
			return;
		}
	struct outcome outcome = OUTCOME_INIT;
	if (p->times_out[k])
		outcome.kind = OUTCOME_TIMED_OUT;
	for (size_t b = 0; !p->broken[k] && b < p->results.benches.n; b++)
		results_tell(&p->results, b, k, &outcome, p->absent[k], NULL);
}

static void
launch(struct path *p, const struct culprit_wish *wish)
{
	size_t first = (size_t)rng_below(&p->rng, wish->n);

	for (size_t i = 0; i < wish->n; i++) {
		size_t k = wish->revs[(first + i) % wish->n];

		ck_assert_int_eq(p->results.revs.v[k].build.kind, OUTCOME_OK);
		ck_assert_int_lt(p->results.revs.v[k].same_as, 0);
		ck_assert(!p->absent[k]);
		p->launches++;
		if (p->times_out[k])
			continue;
		for (size_t b = 0; b < wish->n_benches; b++) {
			struct sample sample = {.rounds = 5};
			double value = exp(p->level[k] + p->noise * normal(&p->rng)) / 1000;

			for (int s = 0; s < SUMMARY_COUNT; s++)
				sample.v[s] = value;
			results_set(&p->results, wish->benches[b], k, p->results.n_blocks, &sample);
		}
	}
	p->results.n_blocks++;
}

static void
run(struct path *p)
{
	struct culprit_wish wish = {.kind = WISH_BUILD};
	int steps = 0;

	build(p, 0);
	build(p, p->last);
	p->culprits = culprits_new(&p->results, &p->policy);
	for (; wish.kind != WISH_NOTHING; steps++) {
		ck_assert_int_lt(steps, STEPS_MAX);
		culprits_next(p->culprits, &p->arena, &wish);
		if (wish.kind == WISH_BUILD)
			build(p, wish.revs[0]);
		else if (wish.kind == WISH_LAUNCH)
			launch(p, &wish);
	}
	culprits_tell(p->culprits, &p->arena, &p->told, &p->n_told);
}

/* All that was measured, looked at at once. */
static void
replay(struct path *p, struct culprit **ret, size_t *ret_n)
{
	struct culprits *again = culprits_new(&p->results, &p->policy);
	struct culprit_wish wish;

	culprits_next(again, &p->arena, &wish);
	ck_assert_int_eq(wish.kind, WISH_NOTHING);
	culprits_tell(again, &p->arena, ret, ret_n);
	culprits_free(again);
}

static void
check_replay(struct path *p)
{
	struct culprit *again;
	size_t n;

	replay(p, &again, &n);
	ck_assert_uint_eq(n, p->n_told);
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(again[i].state, p->told[i].state);
		ck_assert_uint_eq(again[i].from, p->told[i].from);
		ck_assert_uint_eq(again[i].to, p->told[i].to);
		ck_assert_uint_eq(again[i].looks, p->told[i].looks);
		ck_assert(memcmp(&again[i].own, &p->told[i].own, sizeof(again[i].own)) == 0);
		if (p->told[i].posterior)
			ck_assert(memcmp(again[i].posterior, p->told[i].posterior,
					  (p->last + 1) * sizeof(double)) == 0);
	}
}

static void
step_from(struct path *p, size_t commit, double by)
{
	for (size_t k = commit; k <= p->last; k++)
		p->level[k] += by;
}

/* ---- single cases */

START_TEST(a_step_is_found)
{
	struct path p;

	begin(&p, 40, 1);
	add_bench(&p, "b", "time");
	step_from(&p, 17, .03);
	run(&p);
	ck_assert_uint_eq(p.n_told, 1);
	const struct culprit *c = &p.told[0];
	ck_assert_int_eq(c->state, CULPRIT_FOUND);
	ck_assert_uint_eq(c->from, 16);
	ck_assert_uint_eq(c->to, 17);
	ck_assert(c->own.lo < exp(.03) && exp(.03) < c->own.hi && c->own.lo > 1);
	ck_assert(c->whole.lo < exp(.03) && exp(.03) < c->whole.hi);
	ck_assert(!c->several);
	ck_assert_uint_eq(c->n_set, 1);
	ck_assert_uint_eq(c->set[0], 17);
	ck_assert_uint_le(p.builds, 11);
	end(&p);
}
END_TEST

START_TEST(an_improvement_is_found_when_asked_for)
{
	struct path p;

	begin(&p, 20, 2);
	add_bench(&p, "b", "time");
	step_from(&p, 5, -.05);
	p.policy.better = true;
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_FOUND);
	ck_assert_uint_eq(p.told[0].to, 5);
	ck_assert(p.told[0].own.hi < 1 && p.told[0].whole.hi < 1);
	end(&p);
	begin(&p, 20, 2);
	add_bench(&p, "b", "time");
	step_from(&p, 5, -.05);
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_NOT_SHOWN);
	ck_assert_uint_eq(p.builds, 2);
	end(&p);
}
END_TEST

START_TEST(nothing_changed_is_an_answer)
{
	struct path p;

	begin(&p, 30, 3);
	add_bench(&p, "b", "time");
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_NOT_SHOWN);
	ck_assert_uint_eq(p.builds, 2);
	ck_assert(p.told[0].detectable > 0 && p.told[0].detectable < .02);
	ck_assert(p.told[0].whole.lo < 1 && p.told[0].whole.hi > 1);
	ck_assert_ptr_null(p.told[0].posterior);
	end(&p);
}
END_TEST

START_TEST(an_island_stays_a_set)
{
	struct path p;

	begin(&p, 20, 4);
	add_bench(&p, "b", "time");
	step_from(&p, 10, .05);
	p.broken[9] = p.broken[10] = p.absent[11] = true;
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_FOUND);
	ck_assert_uint_eq(p.told[0].from, 8);
	ck_assert_uint_eq(p.told[0].to, 12);
	end(&p);
}
END_TEST

START_TEST(equal_builds_are_measured_once)
{
	struct path p;

	begin(&p, 16, 5);
	add_bench(&p, "b", "time");
	step_from(&p, 9, .05);
	for (size_t k = 1; k <= 16; k++)
		p.same_as[k] = k < 9 ? 0 : 16;
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_FOUND);
	ck_assert_uint_eq(p.told[0].from, 8);
	ck_assert_uint_eq(p.told[0].to, 9);
	ck_assert_uint_eq(p.told[0].looks, 0);
	end(&p);
}
END_TEST

START_TEST(the_larger_of_two_steps_is_named_with_a_warning)
{
	struct path p;

	begin(&p, 40, 6);
	add_bench(&p, "b", "time");
	step_from(&p, 10, .10);
	step_from(&p, 30, .06);
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_FOUND);
	ck_assert(p.told[0].several);
	ck_assert_uint_eq(p.told[0].to, 10);
	end(&p);
}
END_TEST

/* The one in the middle is proven, and no answer to why BAD is 40 % slower. */
START_TEST(a_small_step_in_the_middle_is_passed_by)
{
	struct path p;

	begin(&p, 40, 13);
	add_bench(&p, "b", "time");
	step_from(&p, 10, .17);
	step_from(&p, 20, .04);
	step_from(&p, 30, .19);
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_FOUND);
	ck_assert(p.told[0].several);
	ck_assert(p.told[0].to == 10 || p.told[0].to == 30);
	check_replay(&p);
	end(&p);
}
END_TEST

START_TEST(a_drift_is_blamed_on_nobody)
{
	struct path p;

	begin(&p, 40, 7);
	add_bench(&p, "b", "time");
	for (size_t k = 1; k <= 40; k++)
		step_from(&p, k, .006);
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_SPREAD);
	ck_assert(p.told[0].several);
	end(&p);
}
END_TEST

START_TEST(counts_need_one_launch_a_commit)
{
	struct path p;

	begin(&p, 64, 8);
	add_bench(&p, "b", "instructions");
	p.noise = 0;
	step_from(&p, 33, .002);
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_FOUND);
	ck_assert_uint_eq(p.told[0].to, 33);
	ck_assert(p.told[0].exact);
	ck_assert_double_eq_tol(p.told[0].own.ratio, exp(.002), 1e-12);
	ck_assert_uint_le(p.builds, 9);
	ck_assert_uint_le(p.launches, 9);
	end(&p);
}
END_TEST

START_TEST(a_timeout_is_a_symptom)
{
	struct path p;

	begin(&p, 32, 9);
	add_bench(&p, "b", "time");
	for (size_t k = 21; k <= 32; k++)
		p.times_out[k] = true;
	p.broken[15] = true;
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_FOUND);
	ck_assert(p.told[0].symptom);
	ck_assert_uint_eq(p.told[0].from, 20);
	ck_assert_uint_eq(p.told[0].to, 21);
	end(&p);
}
END_TEST

START_TEST(a_good_end_that_fails_is_an_obstacle)
{
	struct path p;

	begin(&p, 8, 10);
	add_bench(&p, "b", "time");
	for (size_t k = 0; k <= 8; k++)
		p.times_out[k] = true;
	run(&p);
	ck_assert_int_eq(p.told[0].state, CULPRIT_NOT_SHOWN);
	ck_assert_ptr_nonnull(p.told[0].obstacle);
	end(&p);
}
END_TEST

START_TEST(the_worst_bench_is_looked_into_or_each)
{
	struct path p;

	for (int every = 0; every < 2; every++) {
		begin(&p, 20, 11);
		add_bench(&p, "a", "time");
		add_bench(&p, "b", "time");
		step_from(&p, 7, .05);
		p.policy.every = every;
		run(&p);
		ck_assert_uint_eq(p.n_told, 2);
		ck_assert_int_eq(p.told[0].state, CULPRIT_FOUND);
		ck_assert_int_eq(p.told[1].state, every ? CULPRIT_FOUND : CULPRIT_PASSED_BY);
		ck_assert_uint_eq(p.told[0].to, 7);
		end(&p);
	}
}
END_TEST

START_TEST(a_prior_saves_builds)
{
	struct path p, q;
	double prior[COMMITS_MAX];

	begin(&p, 64, 12);
	begin(&q, 64, 12);
	for (size_t k = 0; k <= 64; k++)
		prior[k] = k == 50 ? 100 : 1;
	q.policy.prior = prior;
	add_bench(&p, "b", "instructions");
	add_bench(&q, "b", "instructions");
	p.noise = q.noise = 0;
	step_from(&p, 50, .1);
	step_from(&q, 50, .1);
	run(&p);
	run(&q);
	ck_assert_uint_eq(q.told[0].to, 50);
	ck_assert_uint_lt(q.builds, p.builds);
	end(&p);
	end(&q);
}
END_TEST

/* ---- histories at random, against an oracle */

/* The commits that nobody can tell from the culprit: between the nearest ones that can be tested
 * and have another build. */
static void
oracle(const struct path *p, size_t culprit, size_t *ret_from, size_t *ret_to)
{
	size_t from = culprit - 1, to = culprit;

	while (p->broken[from] || p->absent[from])
		from--;
	while (p->broken[to] || p->absent[to])
		to++;
	*ret_from = from;
	*ret_to = to;
}

/* Some commits do not build, some lack the bench, some change nothing that is installed. */
static void
make_history(struct path *p, size_t culprit)
{
	for (size_t k = 1; k < p->last; k++) {
		p->broken[k] = rng_below(&p->rng, 6) == 0;
		p->absent[k] = !p->broken[k] && rng_below(&p->rng, 10) == 0;
		if (k != culprit && !p->broken[k] && rng_below(&p->rng, 4) == 0)
			p->same_as[k] = p->same_as[k - 1];
		if (p->same_as[k] != k) {
			p->broken[k] = p->broken[k - 1];
			p->absent[k] = p->absent[k - 1];
		}
	}
}

struct tally {
	unsigned right, wrong, unsure, missed;
	double builds, allowed;
};

static void
one_history(uint64_t seed, const char *metric, struct tally *ret)
{
	struct path p;
	struct rng rng;
	size_t from, to;

	rng_init(&rng, seed, 77);
	size_t last = 2 + (size_t)rng_below(&rng, COMMITS_MAX - 3);
	size_t culprit = 1 + (size_t)rng_below(&rng, last);
	begin(&p, last, seed);
	make_history(&p, culprit);
	add_bench(&p, "b", metric);
	p.noise = strcmp(metric, "time") == 0 ? .004 : 0;
	step_from(&p, culprit, .02 + .1 * rng_unit(&rng));
	run(&p);
	check_replay(&p);
	oracle(&p, culprit, &from, &to);
	const struct culprit *c = &p.told[0];
	bool found = c->state == CULPRIT_FOUND;
	/* Equal builds may narrow it down further than islands alone would. */
	bool right =
		found && c->from >= from && c->to <= to && c->from < culprit && c->to >= culprit;
	ret->right += right;
	ret->wrong += found && !right;
	ret->missed += c->state == CULPRIT_NOT_SHOWN;
	ret->unsure += !found && c->state != CULPRIT_NOT_SHOWN;
	ret->builds += p.builds;
	ret->allowed += ceil(log2((double)last)) + 3 + (double)(c->to - c->from - 1);
	if (!right && p.noise == 0)
		ck_abort_msg("seed %lu: %s %zu..%zu of %zu, true %zu..%zu (%zu)", seed,
			culprit_state_name(c->state), c->from, c->to, last, from, to, culprit);
	end(&p);
}

static uint64_t
first_seed(void)
{
	const char *given = getenv("TEST_SEED");

	return given ? strtoull(given, NULL, 10) : 1;
}

START_TEST(counts_along_random_histories)
{
	uint64_t seed = first_seed();
	struct tally tally = {0};

	printf("histories of counts from seed %lu\n", seed);
	for (unsigned i = 0; i < 2000; i++)
		one_history(seed + i, "instructions", &tally);
	ck_assert_uint_eq(tally.right, 2000);
	ck_assert_double_le(tally.builds, tally.allowed + 2000);
}
END_TEST

START_TEST(times_along_random_histories)
{
	uint64_t seed = first_seed();
	struct tally tally = {0};

	printf("histories of times from seed %lu\n", seed);
	for (unsigned i = 0; i < 1000; i++)
		one_history(seed + i, "time", &tally);
	ck_assert_msg(tally.wrong <= 10 && tally.right >= 970,
		"right %u wrong %u unsure %u missed %u", tally.right, tally.wrong, tally.unsure,
		tally.missed);
}
END_TEST

START_TEST(unchanged_histories_name_nobody)
{
	uint64_t seed = first_seed();
	unsigned named = 0;

	printf("unchanged histories from seed %lu\n", seed);
	for (unsigned i = 0; i < 1000; i++) {
		struct path p;

		begin(&p, 20, seed + i);
		add_bench(&p, "b", "time");
		run(&p);
		named += p.told[0].state != CULPRIT_NOT_SHOWN;
		end(&p);
	}
	ck_assert_uint_le(named, 10);
}
END_TEST

TEST_SUITE("judge/culprit", a_step_is_found, an_improvement_is_found_when_asked_for,
	nothing_changed_is_an_answer, an_island_stays_a_set, equal_builds_are_measured_once,
	the_larger_of_two_steps_is_named_with_a_warning, a_small_step_in_the_middle_is_passed_by,
	a_drift_is_blamed_on_nobody, counts_need_one_launch_a_commit, a_timeout_is_a_symptom,
	a_good_end_that_fails_is_an_obstacle, the_worst_bench_is_looked_into_or_each,
	a_prior_saves_builds, counts_along_random_histories, times_along_random_histories,
	unchanged_histories_name_nobody)

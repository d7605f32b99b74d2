#include "judge/changes.h"

#include "base/rng.h"

#include "../check_main.h"

#include <math.h>
#include <string.h>

#define FIRST 5
#define REVS_MAX 40

/* A series of revisions whose true levels are known, measured as a sweep would. */
struct series {
	struct results results;
	struct arena arena;
	size_t revs[REVS_MAX];
	double level[2][REVS_MAX]; /* by bench */
	double noise;              /* of a launch, on the log axis */
	struct changes_policy policy;
	struct rng rng;
	size_t blocks;
	struct change *changes;
	size_t n;
};

static void
begin(struct series *s, size_t n_revs, size_t n_benches, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	results_init(&s->results);
	for (size_t i = 0; i < n_revs; i++) {
		struct rev rev = {.spec = "r", .label = "r", .id = "r"};

		results_add_rev(&s->results, &rev);
		s->revs[i] = i;
	}
	for (size_t b = 0; b < n_benches; b++) {
		struct bench bench = {.suite = "s",
			.name = b ? "second" : "first",
			.metric = "time",
			.unit = "s"};

		results_bench(&s->results, &bench);
		for (size_t i = 0; i < n_revs; i++)
			s->level[b][i] = 1e-3;
	}
	s->noise = 0.005;
	s->policy = (struct changes_policy){.alpha = 0.01,
		.beta = 0.05,
		.blocks_first = FIRST,
		.revs = s->revs,
		.n_revs = n_revs};
	rng_init(&s->rng, seed, 11);
}

static void
end(struct series *s)
{
	results_done(&s->results);
	arena_done(&s->arena);
}

static double
normal(struct rng *rng)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += (double)rng_below(rng, 1u << 30) / (1u << 30);
	return sum;
}

/* A level of 0 is a revision that lacks the bench. */
static void
measure(struct series *s, size_t bench, size_t rev, double shared)
{
	struct sample sample = {.rounds = 5, .iterations = 1};
	double v = s->level[bench][rev] * exp(shared + s->noise * normal(&s->rng));

	for (size_t i = 0; i < SUMMARY_COUNT; i++)
		sample.v[i] = NAN;
	sample.v[SUMMARY_MIN] = sample.v[SUMMARY_MEDIAN] = sample.v[SUMMARY_MEAN] = v;
	if (s->level[bench][rev] > 0)
		results_set(&s->results, bench, rev, s->blocks, &sample);
}

static void
measure_all(struct series *s)
{
	double shared = 0.05 * normal(&s->rng); /* the machine in this block */

	for (size_t b = 0; b < s->results.benches.n; b++)
		for (size_t r = 0; r < s->results.revs.n; r++)
			if (s->results.revs.v[r].build.kind == OUTCOME_OK &&
				s->results.revs.v[r].same_as < 0)
				measure(s, b, r, shared);
	s->blocks++;
}

static void
look(struct series *s)
{
	judge_changes(&s->results, &s->policy, &s->arena, &s->changes, &s->n);
}

/* The one that is measured for all that have its build. */
static size_t
owner(const struct series *s, size_t rev)
{
	int same = s->results.revs.v[rev].same_as;

	return same >= 0 ? (size_t)same : rev;
}

/* The first blocks, then whatever pairs are asked for. */
static void
play(struct series *s)
{
	bool open = true;

	for (int i = 0; i < FIRST; i++)
		measure_all(s);
	for (int rounds = 0; open && rounds < 10000; rounds++) {
		open = false;
		look(s);
		for (size_t i = 0; i < s->n && !open; i++) {
			const struct change *c = &s->changes[i];

			if (c->state != CHANGE_OPEN)
				continue;
			double shared = 0.05 * normal(&s->rng);
			measure(s, c->bench, owner(s, c->before), shared);
			measure(s, c->bench, owner(s, c->after), shared);
			s->blocks++;
			open = true;
		}
	}
	ck_assert(!open);
}

static size_t
count(const struct series *s, enum change_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->changes[i].state == state;
	return n;
}

static void
step(struct series *s, size_t bench, size_t from, double factor)
{
	for (size_t r = from; r < s->results.revs.n; r++)
		s->level[bench][r] *= factor;
}

START_TEST(steps_are_found_where_they_are)
{
	struct series s;

	begin(&s, 12, 2, 1);
	step(&s, 0, 6, 1.05);
	step(&s, 0, 9, 0.96);
	step(&s, 1, 3, 1.03);
	play(&s);
	ck_assert_uint_eq(count(&s, CHANGE_CONFIRMED), 3);
	static const struct {
		size_t bench, after;
		double ratio;
		bool worse;
	} truth[] = {{0, 6, 1.05, true}, {0, 9, 0.96, false}, {1, 3, 1.03, true}};
	size_t at = 0;
	for (size_t i = 0; i < s.n; i++) {
		const struct change *c = &s.changes[i];

		if (c->state != CHANGE_CONFIRMED)
			continue;
		ck_assert_uint_eq(c->bench, truth[at].bench);
		ck_assert_uint_eq(c->after, truth[at].after);
		ck_assert_uint_eq(c->before, truth[at].after - 1);
		ck_assert_int_eq(c->worse, truth[at].worse);
		ck_assert_double_eq_tol(c->ratio, truth[at].ratio, 0.015);
		ck_assert_double_le(c->ratio_lo, c->ratio);
		ck_assert_double_ge(c->ratio_hi, c->ratio);
		ck_assert_uint_ge(c->blocks, 6);
		at++;
	}
	end(&s);
}
END_TEST

/* alpha is 1 % of all sweeps; 150 sweeps without any change may have 7 findings in one of 1,000
 * cases, and the seeds are fixed. */
START_TEST(where_nothing_changed_hardly_anything_is_found)
{
	size_t found = 0;

	for (uint64_t seed = 0; seed < 150; seed++) {
		struct series s;

		begin(&s, 20, 2, seed);
		s.noise = 0.02;
		play(&s);
		found += count(&s, CHANGE_CONFIRMED) > 0;
		end(&s);
	}
	ck_assert_uint_le(found, 6);
}
END_TEST

START_TEST(tiny_steps_are_no_changes)
{
	struct series s;

	begin(&s, 10, 1, 3);
	s.noise = 0.0002;
	step(&s, 0, 5, 1.003);
	play(&s);
	ck_assert_uint_eq(count(&s, CHANGE_CONFIRMED), 0);
	end(&s);
}
END_TEST

START_TEST(who_could_not_be_measured_is_left_out)
{
	struct series s;

	begin(&s, 10, 1, 4);
	step(&s, 0, 5, 1.1);
	s.results.revs.v[4].build.kind = OUTCOME_FAILED;
	s.results.revs.v[3].same_as = 2;
	s.results.revs.v[7].same_as = 6;
	s.level[0][0] = 0;
	play(&s);
	ck_assert_uint_eq(count(&s, CHANGE_CONFIRMED), 1);
	ck_assert_uint_eq(s.changes[0].before, 3);
	ck_assert_uint_eq(s.changes[0].after, 5);
	end(&s);
}
END_TEST

START_TEST(series_are_looked_at_one_by_one)
{
	static const unsigned series[] = {0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
	struct series s;

	begin(&s, 10, 1, 9);
	step(&s, 0, 4, 1.3); /* of one series and the other */
	step(&s, 0, 7, 1.05);
	s.policy.series = series;
	play(&s);
	ck_assert_uint_eq(count(&s, CHANGE_CONFIRMED), 1);
	ck_assert_uint_eq(s.changes[0].after, 7);
	end(&s);
}
END_TEST

START_TEST(a_higher_rate_is_better)
{
	struct series s;

	begin(&s, 8, 1, 5);
	s.results.benches.v[0].direction = HIGHER_IS_BETTER;
	step(&s, 0, 4, 1.1);
	play(&s);
	ck_assert_uint_eq(count(&s, CHANGE_CONFIRMED), 1);
	ck_assert(!s.changes[0].worse);
	ck_assert_double_eq_tol(s.changes[0].ratio, 1.1, 0.02);
	end(&s);
}
END_TEST

START_TEST(nothing_is_said_before_the_first_blocks_are_in)
{
	struct series s;

	begin(&s, 6, 1, 6);
	step(&s, 0, 3, 2);
	for (int i = 0; i < FIRST; i++) {
		look(&s);
		ck_assert_uint_eq(s.n, 0);
		measure_all(&s);
		ck_assert_uint_eq(judge_wide_blocks(&s.results, 0, &s.policy), (unsigned)i + 1);
	}
	look(&s);
	ck_assert_uint_eq(s.n, 1);
	ck_assert_int_eq(s.changes[0].state, CHANGE_OPEN);
	ck_assert_uint_eq(s.changes[0].blocks, 0);
	ck_assert(isnan(s.changes[0].ratio));
	ck_assert_double_gt(s.changes[0].probability, 0.9);
	/* A pair is no block of the series. */
	measure(&s, 0, 2, 0);
	measure(&s, 0, 3, 0);
	s.blocks++;
	ck_assert_uint_eq(judge_wide_blocks(&s.results, 0, &s.policy), FIRST);
	end(&s);
}
END_TEST

START_TEST(two_revisions_are_a_series)
{
	struct series s;

	begin(&s, 2, 1, 7);
	step(&s, 0, 1, 1.08);
	play(&s);
	ck_assert_uint_eq(count(&s, CHANGE_CONFIRMED), 1);
	end(&s);
}
END_TEST

TEST_SUITE("judge/changes", steps_are_found_where_they_are,
	where_nothing_changed_hardly_anything_is_found, tiny_steps_are_no_changes,
	who_could_not_be_measured_is_left_out, series_are_looked_at_one_by_one,
	a_higher_rate_is_better, nothing_is_said_before_the_first_blocks_are_in,
	two_revisions_are_a_series)

/* What the cache knows about how long builds take. */
#include "../../../src/build/internal.h"

#include "stats/forecast.h"

#include "../check_main.h"

static const struct recipe make = {.name = "make"}, meson = {.name = "meson"};

static struct cached
built(const char *project, const char *recipe, const char *tree, int64_t date, double wall_s)
{
	return (struct cached){.kind = CACHED_BUILD,
		.project = project,
		.recipe = recipe,
		.tree = tree,
		.date = date,
		.wall_s = wall_s};
}

static double
expected(const char *project, const struct recipe *recipe, const char *tree, int64_t date,
	const struct cached *known, size_t n)
{
	struct rev rev = {.kind = REVSPEC_GIT, .tree_id = tree, .date = date};
	struct build_request request = {.rev = &rev, .recipe = recipe, .project = project};
	double s = -1;

	expect_from(&request, 1, known, n, &s);
	return s;
}

START_TEST(the_nearest_tells_most)
{
	const struct cached known[] = {
		built("p", "make", "t1", 100, 10),
		built("p", "make", "t2", 200, 20),
		built("p", "meson", "t3", 250, 30),
		built("q", "make", "t4", 260, 100),
		{.kind = CACHED_LITTER},
	};
	size_t n = ARRAY_LEN(known);

	ck_assert_double_eq(expected("p", &make, "t1", 900, known, n), 10); /* the same tree */
	ck_assert_double_eq(expected("p", &make, "t9", 120, known, n), 10); /* the nearest */
	ck_assert_double_eq(expected("p", &make, "t9", 260, known, n), 20); /* of its project */
	ck_assert_double_eq(expected("p", &meson, "t9", 0, known, n), 30);  /* and recipe */
	ck_assert_double_eq(expected("r", &make, "t9", 0, known, n), 20);   /* 10, 20, 100 */
	ck_assert_double_eq(expected(NULL, &meson, "t9", 0, known, n), 30);
	const struct recipe other = {.name = "cargo"};
	ck_assert_double_eq(expected("p", &other, "t9", 0, known, n), 25); /* of all */
	ck_assert_double_eq(expected("p", &make, "t1", 0, NULL, 0), 0);
}
END_TEST

START_TEST(the_longest_first)
{
	static const double s[] = {3, 9, 0, 9, 4};
	static const size_t want[] = {1, 3, 4, 0, 2};
	size_t order[ARRAY_LEN(s)];

	expect_order(s, ARRAY_LEN(s), order);
	for (size_t i = 0; i < ARRAY_LEN(s); i++)
		ck_assert_uint_eq(order[i], want[i]);
}
END_TEST

static struct build_estimate
estimate(struct arena *arena, const char *tree, int64_t date, const struct cached *known, size_t n)
{
	struct rev rev = {.kind = REVSPEC_GIT, .tree_id = tree, .date = date};
	struct build_request request = {.rev = &rev, .recipe = &make, .project = "p"};
	struct build_estimate e = {0};

	estimate_from(&request, 1, known, n, arena, &e);
	return e;
}

START_TEST(what_was_seen_is_of_the_closest_kin)
{
	struct arena arena = ARENA_INIT;
	struct cached known[] = {
		built("p", "make", "t1", 100, 10),
		built("p", "make", "t1", 100, 11),
		built("p", "make", "t2", 200, 20),
		built("p", "make", "t3", 300, 30),
		built("p", "make", "t4", 400, 40),
		built("p", "make", "t5", 500, 50),
		built("p", "make", "t6", 510, 3),
		built("q", "make", "t7", 510, 100),
	};
	size_t n = ARRAY_LEN(known);

	known[6].kind = CACHED_FAILURE;
	struct build_estimate e = estimate(&arena, "t1", 0, known, n);
	ck_assert(e.same);
	ck_assert_uint_eq(e.n_seen, 2);
	ck_assert_double_eq(e.seen_s[0] + e.seen_s[1], 21);
	/* The five nearest of its project that did not fail. */
	e = estimate(&arena, "t9", 600, known, n);
	ck_assert(!e.same);
	ck_assert_uint_eq(e.n_seen, 5);
	ck_assert_double_eq(e.seen_s[0], 50);
	ck_assert_double_eq(e.seen_s[3], 20);
	ck_assert_double_eq(e.expected_s, 50);
	/* A failure is expected to take as long as it did. */
	e = estimate(&arena, "t6", 0, known, n);
	ck_assert(e.same);
	ck_assert_double_eq(e.expected_s, 3);
	/* Only another project's. */
	e = estimate(&arena, "t9", 0, &known[7], 1);
	ck_assert_uint_eq(e.n_seen, 1);
	ck_assert_double_eq(e.seen_s[0], 100);
	e = estimate(&arena, "t9", 0, known, 0);
	ck_assert_uint_eq(e.n_seen, 0);
	arena_done(&arena);
}
END_TEST

/* Workers that take the longest first, followed by hand, end when the forecast says. */
START_TEST(a_forecast_is_the_makespan)
{
	static const double s[] = {3, 7, 4, 6, 8, 5};
	static const double makespan[] = {33, 17, 11}; /* 8 5 4, 7 6 3; 8 3, 7 4, 6 5 */
	struct arena arena = ARENA_INIT;
	struct build_estimate estimates[ARRAY_LEN(s)];
	struct forecast_job jobs[ARRAY_LEN(s)];
	size_t order[ARRAY_LEN(s)];

	for (size_t i = 0; i < ARRAY_LEN(s); i++)
		estimates[i] = (struct build_estimate){
			.same = true, .expected_s = s[i], .seen_s = &s[i], .n_seen = 1};
	build_order(estimates, ARRAY_LEN(s), order);
	for (size_t i = 0; i < ARRAY_LEN(s); i++)
		jobs[i] = (struct forecast_job){.seen_s = estimates[order[i]].seen_s, .n = 1};
	for (unsigned workers = 1; workers <= ARRAY_LEN(makespan); workers++) {
		struct forecast_work work = {
			.jobs = jobs, .n_jobs = ARRAY_LEN(s), .workers = workers};
		struct forecast f;

		stats_forecast(&work, &f);
		ck_assert_double_eq(f.jobs.p50, makespan[workers - 1]);
	}
	arena_done(&arena);
}
END_TEST

TEST_SUITE("build/expect", the_nearest_tells_most, the_longest_first,
	what_was_seen_is_of_the_closest_kin, a_forecast_is_the_makespan)

/* What the cache knows about how long builds take. */
#include "../../../src/build/internal.h"

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

TEST_SUITE("build/expect", the_nearest_tells_most, the_longest_first)

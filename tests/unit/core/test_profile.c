/* Which benchmark and which revision a profile is of. */
#include "core/profile.h"
#include "core/run.h"

#include "../check_main.h"

#include <string.h>

#define ID_A "0123456789abcdef0123456789abcdef01234567"
#define ID_B "0123456fffffffffffffffffffffffffffffffff"
#define ID_C "cafecafecafecafecafecafecafecafecafecafe"

static void
add_rev(struct results *results, const char *label, const char *id)
{
	struct rev rev = {
		.kind = REVSPEC_GIT, .spec = label, .label = label, .id = id, .tree_id = id};

	results_add_rev(results, &rev);
}

static void
add_bench(struct results *results, const char *suite, const char *name, const char *metric)
{
	struct bench bench = {.suite = suite, .name = name, .metric = metric, .unit = "s"};

	results_bench(results, &bench);
}

enum { PARSE, PARSE_RSS, SORT_10, SORT_100, KIND, TEST, OTHER_PARSE, BARS, ONCE_IN_B, KNOWN };

static void
make(struct results *results)
{
	static const struct run_pair params[] = {
		{"size", "1000", false}, {"type", "big", true}, {NULL, NULL, false}};

	results_init(results);
	add_rev(results, "v1", ID_A);
	add_rev(results, "v2", ID_B);
	add_rev(results, "HEAD", ID_C);
	add_rev(results, "again", ID_C);
	add_bench(results, "a", "parse", "time");
	add_bench(results, "a", "parse", "rss");
	add_bench(results, "a", "sort[n=10]", "time");
	add_bench(results, "a", "sort[n=100]", "time");
	add_bench(results, "a", "kind[1000-big]", "time");
	add_bench(results, "a", "tests/t.py::T::test_x[5]", "time");
	add_bench(results, "b", "parse", "time");
	add_bench(results, "b", "| a | b |", "time");
	add_bench(results, "b", "once", "time");
	results_bench(results, &(struct bench){.suite = "b",
				       .name = "t.py::known[1000-big]",
				       .metric = "time",
				       .unit = "s",
				       .param = "1000-big",
				       .params = params});
}

struct asked {
	struct results results;
	struct profiles profiles;
	struct arena arena;
	struct profile_view view;
};

static void
add(struct asked *a, const char *run, const char *key)
{
	struct profile_function f = {.name = key, .file = "f.py", .line = 1};

	ck_assert(profiles_add(&a->profiles, run, key, &f, 1));
}

static void
match(struct asked *a)
{
	profiles_match(&a->profiles, &a->results, "4", &a->arena, &a->view);
}

static void
asked_done(struct asked *a)
{
	profiles_done(&a->profiles);
	results_done(&a->results);
	arena_done(&a->arena);
}

static bool
says(const struct asked *a, const char *text)
{
	for (size_t i = 0; i < a->view.n_notes; i++)
		if (strcmp(a->view.notes[i], text) == 0)
			return true;
	return false;
}

/* The one bench of a key, or -1. */
static int
bench_of(const char *key)
{
	struct asked a = {0};
	int found = -1;

	make(&a.results);
	add(&a, "v1", key);
	match(&a);
	if (a.view.n_lines)
		found = (int)a.view.lines[0].bench;
	else
		ck_assert_uint_eq(a.view.n_notes, 1);
	asked_done(&a);
	return found;
}

START_TEST(a_case_is_a_benchmark)
{
	static const struct {
		const char *key;
		int bench;
	} cases[] = {
		{"a/parse", PARSE},
		{"a/parse|", PARSE},
		{"b/parse", OTHER_PARSE},
		{"parse", -1}, /* which of the two? */
		{"once", ONCE_IN_B},
		{"once|", ONCE_IN_B},
		{"once|n=1", -1},
		{"bench/b.py::once|", ONCE_IN_B},
		{"sort[n=10]", SORT_10},
		{"sort[n=10]|n=10", SORT_10},
		{"sort[n=10]|n=100", -1},
		{"sort[n=100]|other=3", SORT_100},
		{"sort", -1},
		{"sort|n=100", SORT_100},
		{"sort|n=1e2", SORT_100},
		{"sort|n=1000", -1},
		{"sort|m=100", -1},
		{"sort|n=100,m=1", -1},
		{"a/sort|n=10", SORT_10},
		{"x.py::sort|n=10", SORT_10},
		{"kind|size=1000,type=big", KIND},
		{"kind|type=big,size=1000", KIND},
		{"kind|size=big", -1},
		{"tests/t.py::T::test_x[5]|n=5", TEST},
		{"tests/t.py::T::test_x|n=5", TEST},
		{"T::test_x|n=5", TEST},
		{"test_x|n=5", TEST},
		{"test_x[5]", TEST},
		{"other.py::T::test_x[5]", -1}, /* another path */
		{"t.py::known[1000-big]|size=1000,type=big", KNOWN},
		{"t.py::known[1000-big]|size=7", -1},
		{"known|size=1000,type=big", KNOWN},
		{"known|size=big,type=1000", -1},
		{"known|a=1000,b=big", -1},
		{"| a | b |", BARS},
		{"| a | b ||", BARS},
		{"", -1},
		{"|", -1},
		{"::", -1},
		{"::|=", -1},
		{"sort|=,=", -1},
		{"sort|n", -1},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_msg(bench_of(cases[i].key) == cases[i].bench, "'%s' is %d", cases[i].key,
			bench_of(cases[i].key));
}
END_TEST

/* The revision of a run, or -1. */
static int
rev_of(const char *run)
{
	struct asked a = {0};
	int found = -1;

	make(&a.results);
	add(&a, run, "once");
	match(&a);
	if (a.view.n_lines)
		found = (int)a.view.lines[0].rev;
	else
		ck_assert_uint_eq(a.view.n_notes, 1);
	asked_done(&a);
	return found;
}

START_TEST(a_run_is_a_revision)
{
	static const struct {
		const char *run;
		int rev;
	} runs[] = {{"v1", 0}, {"v2", 1}, {"HEAD", 2}, {"again", 3}, {ID_A, 0}, {ID_B, 1},
		{"01234567", 0}, {"0123456f", 1}, {"0123456", -1}, {"012345", -1}, {"cafecaf", 2},
		{"cafecaf0", -1}, {"CAFECAF", -1}, {"v", -1}, {"", -1}};

	for (size_t i = 0; i < ARRAY_LEN(runs); i++)
		ck_assert_msg(rev_of(runs[i].run) == runs[i].rev, "'%s' is %d", runs[i].run,
			rev_of(runs[i].run));
}
END_TEST

START_TEST(what_belongs_to_nothing_is_named)
{
	struct asked a = {0};

	make(&a.results);
	add(&a, "v1", "once");
	add(&a, "v1", "p");
	add(&a, "v1", "q");
	add(&a, "v2", "r");
	add(&a, "v2", "s");
	add(&a, "v2", "parse");
	add(&a, "elsewhere", "t");
	add(&a, "0123456", "u");
	match(&a);
	ck_assert_uint_eq(a.view.n_lines, 1);
	ck_assert_uint_eq(a.view.n_notes, 4);
	/* Cases of runs that are not here are not counted. */
	ck_assert(says(&a, "4 of 6 cases belong to no benchmark of sweep 4: p, q, r, ..."));
	ck_assert(says(&a, "1 of 6 cases could be several benchmarks of sweep 4: parse"));
	ck_assert(says(&a, "1 of 4 profiled runs is no revision of sweep 4: elsewhere"));
	ck_assert(says(&a, "1 of 4 profiled runs could be several revisions of sweep 4: 0123456"));
	asked_done(&a);
}
END_TEST

START_TEST(everything_stands_once)
{
	struct asked a = {0};
	struct profile_function f = {.name = "f", .file = "x", .line = 1};

	make(&a.results);
	ck_assert(profiles_add(&a.profiles, "v1", "once", &f, 2));
	ck_assert(!profiles_add(&a.profiles, "v1", "once", &f, 3));
	f.line = 2;
	ck_assert(profiles_add(&a.profiles, "v1", "once", &f, 4));
	ck_assert(profiles_add(&a.profiles, "v2", "once", &f, 5));
	ck_assert_uint_eq(a.profiles.functions.n, 2);
	ck_assert_uint_eq(a.profiles.lines.n, 3);
	for (unsigned i = 0; i < PROFILE_NOTES_MAX + 7; i++)
		profiles_note(&a.profiles, "note %u", i);
	match(&a);
	ck_assert_uint_eq(a.view.n_lines, 3);
	ck_assert_double_eq(a.view.lines[0].seconds, 2);
	ck_assert_uint_eq(a.view.lines[2].rev, 1);
	ck_assert_uint_eq(a.view.n_notes, PROFILE_NOTES_MAX + 1);
	ck_assert(says(&a, "and 7 more notes about files of profiles"));
	asked_done(&a);
}
END_TEST

START_TEST(two_names_for_one_thing)
{
	struct asked a = {0};
	struct profile_function f = {.name = "f", .file = "x", .line = 1};

	make(&a.results);
	ck_assert(profiles_add(&a.profiles, "v1", "once", &f, 1));
	ck_assert(profiles_add(&a.profiles, "v1", "b/once|", &f, 2));
	ck_assert(profiles_add(&a.profiles, ID_A, "once", &f, 3));
	ck_assert(profiles_add(&a.profiles, "v2", "once", &f, 4));
	match(&a);
	ck_assert_uint_eq(a.view.n_lines, 2);
	ck_assert_double_eq(a.view.lines[0].seconds, 1);
	ck_assert_double_eq(a.view.lines[1].seconds, 4);
	ck_assert_uint_eq(a.view.n_notes, 1);
	ck_assert_msg(
		strstr(a.view.notes[0], "2 times a function was left out"), "%s", a.view.notes[0]);
	asked_done(&a);
}
END_TEST

START_TEST(nothing_at_all)
{
	struct asked a = {0};

	match(&a);
	ck_assert_uint_eq(a.view.n_lines, 0);
	ck_assert_uint_eq(a.view.n_notes, 0);
	asked_done(&a);
}
END_TEST

TEST_SUITE("core/profile", a_case_is_a_benchmark, a_run_is_a_revision,
	what_belongs_to_nothing_is_named, everything_stands_once, two_names_for_one_thing,
	nothing_at_all)

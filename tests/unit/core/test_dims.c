/* Names as suites write them, and the parameters in them. */
#include "core/dims.h"

#include "base/str.h"
#include "core/run.h"

#include "../check_main.h"

#include <math.h>
#include <string.h>

static const struct {
	const char *name, *param, *dims; /* "base|key=value|..."; # in front of a number */
} rows[] = {
	{"test_sort", NULL, "test_sort"},
	{"test_sort[1000]", NULL, "test_sort|param=#1000"},
	{"test_sort[1000-int]", NULL, "test_sort|param1=#1000|param2=int"},
	{"tests/a/test_x.py::test_sort[n=1000]", NULL, "tests/a/test_x.py::test_sort|n=#1000"},
	{"tests/1/test_x.py::test_sort", NULL, "tests/1/test_x.py::test_sort"},
	{"t[-5]", NULL, "t|param=#-5"},
	{"t[1e-05-x]", NULL, "t|param1=#1e-05|param2=x"},
	{"t[x=-2-y=3]", NULL, "t|x=#-2|y=#3"},
	{"t[0x10]", NULL, "t|param=0x10"},
	{"t[nan]", NULL, "t|param=nan"},
	{"t[]", NULL, "t"},
	{"[5]", NULL, "[5]"},
	{"t[a/b]", NULL, "t|param=a/b"},
	{"BM_sort/1024", NULL, "BM_sort|param=#1024"},
	{"BM_sort/1024/threads:8", NULL, "BM_sort|param=#1024|threads=#8"},
	{"BM_sort<std::vector<int>>/8/16", NULL, "BM_sort<std::vector<int>>/8/16"},
	{"fib/recursive/20", NULL, "fib/recursive|param=#20"},
	{"fib/recursive", NULL, "fib/recursive"},
	{"BenchmarkSort/size=10/kind=int", NULL, "BenchmarkSort|size=#10|kind=int"},
	{"sort n=1000 kind=int", NULL, "sort|n=#1000|kind=int"},
	{"sort the list 1000", NULL, "sort the list 1000"},
	{"a/", NULL, "a/"},
	{"/5", NULL, "/5"},
	{"suite.Class.time_it", "10-x", "suite.Class.time_it|param1=#10|param2=x"},
	{"", NULL, ""},
};

static void
write_dims(const struct dims *dims, struct str *out)
{
	str_add(out, dims->base);
	for (size_t i = 0; i < dims->n; i++) {
		const struct dim *d = &dims->v[i];

		str_addf(out, "|%s=%s%s", d->key, isnan(d->number) ? "" : "#", d->value);
	}
}

static void
expect_dims(const struct bench *bench, const char *want)
{
	struct arena arena = ARENA_INIT;
	scoped(str) text = STR_INIT;
	struct dims dims = dims_of(bench, &arena);

	write_dims(&dims, &text);
	ck_assert_str_eq(text.p, want);
	arena_done(&arena);
}

START_TEST(names)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench bench = {.name = rows[i].name, .param = rows[i].param};
		expect_dims(&bench, rows[i].dims);
	}
}
END_TEST

static const struct {
	const char *name, *param;
	struct run_pair params[4];
	const char *dims;
} known[] = {
	{"t.py::test_sort[1000-int]", "1000-int", {{"n", "1000", false}, {"kind", "int", true}},
		"t.py::test_sort|n=#1000|kind=int"},
	{"time_sort(1000, 'a')", "1000, 'a'", {{"n", "1000", false}, {"kind", "'a'", false}},
		"time_sort|n=#1000|kind='a'"},
	{"a.B.sort:n=10", "n=10", {{"n", "10", true}}, "a.B.sort|n=10"},
	{"test_sort[x0]", "x0", {{"x", "[1, 2]", false}}, "test_sort|param=x0"},
	{"test_sort[x0-5]", "x0-5", {{"x", "{}", false}, {"n", "5", false}}, "test_sort|n=#5"},
	{"test_sort", "5", {{"n", "5", false}}, "test_sort|n=#5"},
	{"test_sort[5]", NULL, {{"n", "5", false}}, "test_sort[5]|n=#5"},
	{"5]", "5", {{"n", "5", false}}, "5]|n=#5"},
	{"[5]", "5", {{"n", "5", false}}, "[5]|n=#5"},
};

/* What a harness says is not guessed. */
START_TEST(known_parameters)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct bench bench = {
			.name = known[i].name, .param = known[i].param, .params = known[i].params};
		expect_dims(&bench, known[i].dims);
	}
}
END_TEST

START_TEST(by_key)
{
	struct arena arena = ARENA_INIT;
	struct dims dims = dims_of(&(struct bench){.name = "t[n=3-5]"}, &arena);

	ck_assert_double_eq(dims_get(&dims, "n")->number, 3);
	ck_assert_double_eq(dims_get(&dims, "param")->number, 5);
	ck_assert_ptr_null(dims_get(&dims, "m"));
	arena_done(&arena);
}
END_TEST

TEST_SUITE("dims", names, known_parameters, by_key)

#include "format_test.h"

#include <math.h>

#define NAME "nanobench"

/* Written by nanobench 4.6.0 on a machine without counters. */
START_TEST(a_real_file)
{
	scoped(run) run = RUN_INIT;

	read_data(NAME, "nanobench-4.6.0.json", &run);
	ck_assert_uint_eq(run.benches.n, 3);
	const struct run_value *v = value_of(&run, "sort", "time");
	ck_assert_uint_eq(v->n_data, 4);
	ck_assert_double_eq_tol(v->data[0], 7.90977777777778e-09, 1e-22);
	ck_assert_double_eq(v->stat[RUN_ITERATIONS], 36);
	const struct run_bench *b = bench_of(&run, "scan/20");
	ck_assert_str_eq(b->param, "20");
	ck_assert_uint_eq(b->n_values, 1);
}
END_TEST

START_TEST(titles_counters_and_medians)
{
	static const char text[] =
		"{\"results\": [{\"title\": \"math\", \"name\": \"sin\", \"batch\": 2, "
		"\"complexityN\": -1, \"median(elapsed)\": 4, \"median(instructions)\": 20, "
		"\"measurements\": [{\"iterations\": 5, \"elapsed\": 4, \"instructions\": 20}]}, "
		"{\"title\": \"math\", \"name\": \"cos\", \"median(elapsed)\": 4}, "
		"{\"name\": \"none\"}]}";
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(read_text(NAME, text, &run, &err) == 0, "%s", err.text);
	const struct run_bench *b = bench_of(&run, "math/sin");
	ck_assert_str_eq(b->name, "sin");
	ck_assert_str_eq(b->group, "math");
	ck_assert_double_eq(run_value_of(b, "time")->data[0], 2);
	ck_assert_double_eq(run_value_of(b, "instructions")->data[0], 10);
	ck_assert_double_eq(value_of(&run, "math/cos", "time")->stat[RUN_MEDIAN], 4);
	ck_assert(isnan(value_of(&run, "none", "time")->stat[RUN_MEDIAN]));
}
END_TEST

START_TEST(what_is_none)
{
	static const struct {
		const char *text, *part;
	} bad[] = {{"[]", "no list of results"}, {"{\"results\": [{}]}", "result 1 has no name"},
		{"{\"results\": [{\"name\": \"a \"b\"\"}]}", "1:"}};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		scoped(run) run = RUN_INIT;
		struct err err = ERR_INIT;

		ck_assert_int_eq(read_text(NAME, bad[i].text, &run, &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, bad[i].part), "%s", err.text);
	}
}
END_TEST

TEST_SUITE("format/nanobench", a_real_file, titles_counters_and_medians, what_is_none)

#include "format_test.h"

#include <math.h>

/* hyperfine 1.15 with -L n 1,2 and one name for all. */
START_TEST(a_real_file)
{
	scoped(run) run = RUN_INIT;

	read_data("hyperfine", "hyperfine-1.15.json", &run);
	const struct run_bench *b = bench_of(&run, "named [n=1]");
	ck_assert_str_eq(b->param, "n=1");
	ck_assert_str_eq(b->params[0].key, "n");
	const struct run_value *v = value_of(&run, b->fullname, "time");
	ck_assert_uint_eq(v->n_data, 4);
	ck_assert_double_eq(v->data[1], 0.008082231);
	ck_assert_double_eq(v->stat[RUN_ROUNDS], 4);
	v = value_of(&run, b->fullname, "cpu");
	ck_assert_double_eq_tol(v->stat[RUN_MEAN], 0.00105, 1e-9);
	ck_assert_uint_eq(v->n_data, 0);
	ck_assert_int_eq(v->clock, CLOCK_KIND_CPU);
	ck_assert_ptr_null(run_value_of(b, "rss"));
	bench_of(&run, "named [n=2]");
}
END_TEST

START_TEST(memory_failures_and_names)
{
	static const char text[] =
		"{\"results\": ["
		"{\"command\": \"a 7\", \"mean\": 2, \"user\": 1, \"system\": 0.5, \"times\": [1, "
		"3],"
		" \"memory_usage_byte\": [4096, 8192], \"exit_codes\": [0, 3],"
		" \"parameters\": {\"n\": \"7\"}},"
		"{\"command\": \"b\", \"mean\": 2, \"stddev\": null, \"median\": 1.5},"
		"{\"command\": \"b\", \"times\": [1]},"
		"{\"command\": \"c\"}]}";
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(read_text("hyperfine", text, &run, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(run.benches.n, 4);
	const struct run_value *v = value_of(&run, "a 7", "rss");
	ck_assert(v->n_data == 2 && v->data[1] == 8192 && v->aside);
	ck_assert(has_note(&run, "'a 7' ended with a failure in 1 of its runs"));
	ck_assert_double_eq(value_of(&run, "b", "time")->stat[RUN_MEDIAN], 1.5);
	ck_assert_double_eq(value_of(&run, "b #2", "time")->data[0], 1);
	ck_assert_ptr_nonnull(bench_of(&run, "c")->outcome);
}
END_TEST

START_TEST(files_that_are_none)
{
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	ck_assert_int_eq(read_text("hyperfine", "{}", &run, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "not hyperfine's"));
	ck_assert_int_eq(read_text("hyperfine", "{\"results\": [{}]}", &run, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "result 1 names no command"));
}
END_TEST

TEST_SUITE("format/hyperfine", a_real_file, memory_failures_and_names, files_that_are_none)

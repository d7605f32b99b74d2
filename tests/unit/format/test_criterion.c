#include "format_test.h"

#include <math.h>

/* Written by criterion 0.5.1 in two runs, the first with --save-baseline main; one sample.json was
 * taken away. */
START_TEST(samples_of_a_directory)
{
	scoped(run) run = RUN_INIT;

	read_data("criterion", "criterion-0.5", &run);
	const struct run_bench *b = bench_of(&run, "group/slash/sum/16");
	ck_assert_str_eq(b->group, "group/slash");
	ck_assert_str_eq(b->param, "16");
	const struct run_value *v = value_of(&run, b->fullname, "time");
	ck_assert_uint_eq(v->n_data, 10);
	ck_assert_double_eq_tol(v->data[0], 903078.0 / 196186.0 * 1e-9, 1e-15);
	ck_assert(v->stat[RUN_ITERATIONS] > 196186.0);
	ck_assert(!isnan(v->stat[RUN_MEDIAN]));
	const struct run_value *rate = value_of(&run, b->fullname, "throughput");
	ck_assert_str_eq(rate->unit, "B/s");
	ck_assert_int_eq(rate->direction, HIGHER_IS_BETTER);
	ck_assert(rate->aside);
	ck_assert_double_eq_tol(rate->data[3], 16 / v->data[3], 1e-3);
	rate = value_of(&run, "group/slash/elements", "throughput");
	ck_assert_str_eq(rate->unit, "items/s");
	ck_assert_uint_eq(bench_of(&run, "plain name")->n_values, 1);
}
END_TEST

START_TEST(estimates_where_there_is_no_sample)
{
	scoped(run) run = RUN_INIT;

	read_data("criterion", "criterion-0.5", &run);
	const struct run_value *v = value_of(&run, "flat/only?param", "time");
	ck_assert_uint_eq(v->n_data, 0);
	ck_assert(v->stat[RUN_MEAN] > 1e-10 && v->stat[RUN_MEAN] < 1e-8);
	ck_assert(v->stat[RUN_MEDIAN] > 1e-10 && v->stat[RUN_STDDEV] > 0);
}
END_TEST

START_TEST(a_named_baseline)
{
	scoped(run) now = RUN_INIT;
	scoped(run) then = RUN_INIT;
	scoped(run) never = RUN_INIT;
	struct err err = ERR_INIT;
	scoped_free char *missing = data_path("criterion-0.5@never");

	read_data("criterion", "criterion-0.5", &now);
	read_data("criterion", "criterion-0.5@main", &then);
	ck_assert_uint_eq(then.benches.n, 5);
	ck_assert_uint_eq(then.benches.n, now.benches.n);
	ck_assert_double_ne(value_of(&now, "group/slash/sum/16", "time")->data[0],
		value_of(&then, "group/slash/sum/16", "time")->data[0]);
	ck_assert_int_eq(read_path("criterion", missing, &never, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "no benchmark has a directory 'never'"));
}
END_TEST

static void
put(const char *dir, const char *name, const char *text)
{
	scoped_free char *path = path_join(dir, name);
	scoped_free char *parent = path_dir(path);
	struct err err = ERR_INIT;

	ck_assert_int_eq(fs_mkdir_p(parent, 0755, &err), 0);
	ck_assert_int_eq(fs_write_atomic(path, text, strlen(text), &err), 0);
}

START_TEST(files_that_are_broken)
{
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;
	char *dir = NULL;

	ck_assert_int_eq(fs_temp_dir("/tmp/format-test-", &dir, &err), 0);
	put(dir, "a/new/benchmark.json", "{\"group_id\": \"a\", \"value_str\": \"7\"}");
	put(dir, "a/new/sample.json", "{\"iters\": [1, 2], \"times\": [3]}");
	put(dir, "b/new/benchmark.json", "{\"full_id\": \"b\"}");
	put(dir, "b/new/sample.json", "{\"iters\": [1,");
	put(dir, "c/new/benchmark.json", "{}");
	put(dir, "d/new/benchmark.json", "{\"full_id\": \"d\"}");
	put(dir, "e/new/benchmark.json",
		"{\"full_id\": \"e\", \"throughput\": {\"ElementsAndBytes\": {\"elements\": 2, "
		"\"bytes\": 6}}}");
	put(dir, "e/new/sample.json", "{\"iters\": [4], \"times\": [8e9]}");
	ck_assert_msg(read_path("criterion", dir, &run, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(run.benches.n, 4);
	ck_assert_ptr_nonnull(strstr(bench_of(&run, "a/7")->outcome->detail, "2 iteration counts"));
	ck_assert_ptr_nonnull(strstr(bench_of(&run, "b")->outcome->detail, "sample.json: "));
	ck_assert_ptr_nonnull(strstr(bench_of(&run, "d")->outcome->detail, "estimates.json: "));
	ck_assert_double_eq(value_of(&run, "e", "throughput")->data[0], 3);
	ck_assert(has_note(&run, "c/new/benchmark.json' was left out"));
	ck_assert_int_eq(fs_remove(dir, &err), 0);
	free(dir);
}
END_TEST

TEST_SUITE("format/criterion", samples_of_a_directory, estimates_where_there_is_no_sample,
	a_named_baseline, files_that_are_broken)

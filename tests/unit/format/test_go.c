#include "format_test.h"

#include <math.h>

#define TOY "example.org/toy."

/* go 1.26, -benchmem -count 2, with standard error; one package fails, one panics. */
START_TEST(packages_and_failures)
{
	scoped(run) run = RUN_INIT;

	read_data("go", "go-1.26.txt", &run);
	ck_assert_uint_eq(run.benches.n, 11);
	ck_assert_str_eq(machine_of(&run, "goos"), "linux");
	ck_assert_str_eq(machine_of(&run, "cpu"), "AMD EPYC");
	const struct run_bench *b = bench_of(&run, TOY "BenchmarkJoin/n=100");
	ck_assert_str_eq(b->name, "BenchmarkJoin/n=100");
	ck_assert_str_eq(b->group, "example.org/toy");
	ck_assert_str_eq(b->param, "2");
	const struct run_value *v = value_of(&run, b->fullname, "time");
	ck_assert_uint_eq(v->n_data, 2);
	ck_assert_double_eq_tol(v->data[1], 149.1e-9, 1e-18);
	ck_assert_double_eq(v->stat[RUN_ITERATIONS], 113520);
	v = value_of(&run, b->fullname, "throughput");
	ck_assert_double_eq(v->data[0], 463.52e6);
	ck_assert(v->aside && v->direction == HIGHER_IS_BETTER);
	ck_assert_double_eq(value_of(&run, b->fullname, "allocated")->data[0], 112);
	ck_assert_str_eq(value_of(&run, b->fullname, "allocations")->unit, "allocations");
	v = value_of(&run, b->fullname, "drift");
	ck_assert_double_eq(v->data[0], -3);
	ck_assert(v->aside);
	bench_of(&run, TOY "BenchmarkJoin/with_space/and_slash#01");
	b = bench_of(&run, TOY "BenchmarkFail");
	ck_assert_str_eq(b->outcome->detail, "a_test.go:18: broken thing");
	ck_assert_str_eq(
		bench_of(&run, TOY "BenchmarkSubFail/x")->outcome->detail, "a_test.go:19: one bad");
	ck_assert_ptr_null(bench_of(&run, TOY "BenchmarkSubFail/y")->outcome);
	b = bench_of(&run, "example.org/toy/sub.BenchmarkPanic");
	ck_assert_str_eq(b->outcome->detail, "panic: oh no");
	/* What a benchmark prints breaks its line. */
	v = value_of(&run, TOY "BenchmarkPrint", "time");
	ck_assert_uint_eq(v->n_data, 2);
	ck_assert_double_eq_tol(v->data[1], 47.16e-9, 1e-18);
}
END_TEST

START_TEST(verbose)
{
	scoped(run) run = RUN_INIT;

	read_data("go", "go-1.26-verbose.txt", &run);
	ck_assert_uint_eq(run.benches.n, 4);
	const struct run_bench *b = bench_of(&run, TOY "BenchmarkSkip");
	ck_assert_int_eq(b->outcome->kind, OUTCOME_SKIPPED);
	ck_assert_str_eq(b->outcome->detail, "a_test.go:17: not here");
	b = bench_of(&run, TOY "BenchmarkSubFail/x");
	ck_assert_int_eq(b->outcome->kind, OUTCOME_FAILED);
}
END_TEST

START_TEST(suffixes)
{
	scoped(run) cpus = RUN_INIT;
	scoped(run) names = RUN_INIT;
	struct err err = ERR_INIT;

	/* -cpu 1,2 */
	ck_assert_int_eq(
		read_text("go", "BenchmarkA 1 5 ns/op\nBenchmarkA-2 1 6 ns/op\n", &cpus, &err), 0);
	ck_assert_double_eq_tol(value_of(&cpus, "BenchmarkA", "time")->data[0], 5e-9, 1e-20);
	ck_assert_double_eq_tol(value_of(&cpus, "BenchmarkA-2", "time")->data[0], 6e-9, 1e-20);
	/* One processor, and names that end in numbers. */
	ck_assert_int_eq(read_text("go", "BenchmarkA/n-10 1 5 ns/op\nBenchmarkA/n-100 1 6 ns/op\n",
				 &names, &err),
		0);
	ck_assert_uint_eq(names.benches.n, 2);
	ck_assert_ptr_null(bench_of(&names, "BenchmarkA/n-100")->param);
}
END_TEST

START_TEST(odd_lines)
{
	static const char text[] =
		"Unit frames better=higher\n"
		"BenchmarkA-8 \t 10 \t 5 ns/op \t 7 frames \t 2 requests/s \t 1 weird\r\n"
		"BenchmarkB-8 1 0.5 p99-ms\n"
		"BenchmarkC-8\t\n"
		"Benchmarking is fun\n"
		"BenchmarkD-8 12 what\n"
		"FAIL\texample.org/broken [build failed]\n";
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(read_text("go", text, &run, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(run.benches.n, 3);
	const struct run_value *v = value_of(&run, "BenchmarkA", "frames");
	ck_assert(!v->aside && v->direction == HIGHER_IS_BETTER);
	v = value_of(&run, "BenchmarkA", "requests/s");
	ck_assert(!v->aside && v->direction == HIGHER_IS_BETTER);
	ck_assert(value_of(&run, "BenchmarkA", "weird")->aside);
	/* The only number that there is, is not aside. */
	ck_assert(!value_of(&run, "BenchmarkB", "p99-ms")->aside);
	ck_assert_str_eq(bench_of(&run, "BenchmarkC")->outcome->detail, "it did not end");
	ck_assert(has_note(&run, "example.org/broken could not be built"));
}
END_TEST

START_TEST(files_of_others)
{
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	ck_assert_int_eq(read_text("go", "hello\nBenchmark\n", &run, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "no line is a result"));
}
END_TEST

TEST_SUITE("format/go", packages_and_failures, verbose, suffixes, odd_lines, files_of_others)

#include "format_test.h"

#include <math.h>

#define NAME "google-benchmark"

/* Written by Debian's libbenchmark 1.7.1 with two repetitions. */
START_TEST(rounds_clocks_and_counters)
{
	scoped(run) run = RUN_INIT;

	read_data(NAME, "google-benchmark-1.7.1-counters.json", &run);
	ck_assert_uint_eq(run.benches.n, 9);
	const struct run_bench *b = bench_of(&run, "BM_copy/64");
	ck_assert_str_eq(b->param, "64");
	ck_assert_str_eq(b->extra[0].key, "label");
	ck_assert_str_eq(b->extra[0].value, "plain copy");
	const struct run_value *v = value_of(&run, "BM_copy/64", "time");
	ck_assert_uint_eq(v->n_data, 2);
	ck_assert_double_eq_tol(v->data[0], 2.7706872800660212e-9, 1e-24);
	ck_assert_double_eq(v->stat[RUN_ITERATIONS], 1032289);
	ck_assert_double_eq_tol(v->stat[RUN_MEAN], 4.7003092138651041e-9, 1e-22);
	ck_assert(!v->aside);
	v = value_of(&run, "BM_copy/64", "cpu");
	ck_assert_int_eq(v->clock, CLOCK_KIND_CPU);
	ck_assert_double_eq_tol(v->data[1], 2.7783498613275928e-9, 1e-24);
	v = value_of(&run, "BM_copy/64", "throughput");
	ck_assert_str_eq(v->unit, "B/s");
	ck_assert_int_eq(v->direction, HIGHER_IS_BETTER);
	ck_assert(v->aside);
	v = value_of(&run, "BM_copy/64", "items_per_second");
	ck_assert_str_eq(v->unit, "items/s");
	v = value_of(&run, "BM_items/real_time/threads:2", "throughput");
	ck_assert_str_eq(v->unit, "items/s");
	v = value_of(&run, "BM_items/real_time/threads:2", "size");
	ck_assert_double_eq(v->data[0], 34);
	ck_assert(v->aside);
	ck_assert_str_eq(machine_of(&run, "num_cpus"), "2");
	ck_assert(!isnan(run.facts.time));
}
END_TEST

START_TEST(units_aggregates_and_fits)
{
	scoped(run) run = RUN_INIT;

	read_data(NAME, "google-benchmark-1.7.1-counters.json", &run);
	const struct run_value *v = value_of(&run, "BM_items/iterations:3000", "time");
	ck_assert_double_lt(v->data[0], 1e-3);
	ck_assert_double_eq(v->stat[RUN_ITERATIONS], 3000);
	v = value_of(&run, "BM_aggregates/repeats:3", "time");
	ck_assert_uint_eq(v->n_data, 0);
	ck_assert_double_eq(v->stat[RUN_ROUNDS], 3);
	ck_assert(v->stat[RUN_MEAN] > 0 && v->stat[RUN_MEDIAN] > 0);
	ck_assert(isnan(v->stat[RUN_MIN]));
	const struct run_bench *b = bench_of(&run, "BM_err");
	ck_assert(b->outcome && strcmp(b->outcome->detail, "no device") == 0);
	for (size_t i = 0; i < run.benches.n; i++)
		ck_assert_ptr_null(strstr(run.benches.v[i].fullname, "BigO"));
}
END_TEST

/* Rows of one bench need not stand together (--benchmark_enable_random_interleaving). */
START_TEST(interleaved_rows)
{
	static const char text[] =
		"{\"context\": {\"library_version\": \"v1.9.1\", \"library_build_type\": "
		"\"debug\"},"
		"\"benchmarks\": ["
		"{\"name\": \"a\", \"run_name\": \"a\", \"run_type\": \"iteration\","
		" \"time_unit\": \"us\", \"real_time\": 1, \"cpu_time\": 2, \"iterations\": 3},"
		"{\"name\": \"b<x/y>/1\", \"run_name\": \"b<x/y>/1\", \"run_type\": \"iteration\","
		" \"real_time\": 5, \"cpu_time\": 5, \"time_unit\": \"ns\"},"
		"{\"name\": \"a\", \"run_name\": \"a\", \"run_type\": \"iteration\","
		" \"time_unit\": \"ms\", \"real_time\": 3, \"cpu_time\": 4, \"allocs_per_iter\": "
		"7}]}";
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(read_text(NAME, text, &run, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(run.benches.n, 2);
	ck_assert_str_eq(run.facts.tool, "google-benchmark v1.9.1");
	ck_assert(has_note(&run, "debugging"));
	const struct run_value *v = value_of(&run, "a", "time");
	ck_assert_uint_eq(v->n_data, 2);
	ck_assert_double_eq_tol(v->data[0], 1e-6, 1e-18);
	ck_assert_double_eq_tol(v->data[1], 3e-3, 1e-15);
	ck_assert_double_eq(v->stat[RUN_ITERATIONS], 3);
	ck_assert_double_eq(value_of(&run, "a", "allocations")->data[0], 7);
	ck_assert_str_eq(bench_of(&run, "b<x/y>/1")->param, "1");
}
END_TEST

START_TEST(many_benches)
{
	scoped(str) text = STR_INIT;
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	str_add(&text, "{\"context\": {}, \"benchmarks\": [");
	for (int i = 0; i < 6000; i++)
		str_addf(&text, "%s{\"name\": \"b%d\", \"real_time\": %d, \"cpu_time\": 1}",
			i ? "," : "", i % 3000, i);
	str_add(&text, "]}");
	ck_assert_msg(read_text(NAME, text.p, &run, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(run.benches.n, 3000);
	ck_assert_double_eq_tol(value_of(&run, "b7", "time")->data[1], 3007e-9, 1e-18);
}
END_TEST

TEST_SUITE("format/google_benchmark", rounds_clocks_and_counters, units_aggregates_and_fits,
	interleaved_rows, many_benches)

#include "harness_test.h"

static const char *const paths[] = {"tests", NULL};

static void
play_memory(struct play *p)
{
	play_init(p, "pytest-benchmem");
	p->suite.paths = paths;
}

START_TEST(times_as_little_as_it_can)
{
	struct play p;

	play_memory(&p);
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings = (struct settings){"cpu", .1, .1, 1, 1, 1, 1, 1};
	const char *argv = play_argv(&p);
	ck_assert_msg(
		str_ends(argv, "|--benchmark-memory|--benchmark-max-time=0|"
			       "--benchmark-min-rounds=1|--benchmark-warmup=off|/suite/tests"),
		"%s", argv);
	ck_assert_ptr_null(strstr(argv, "--benchmark-timer"));
	ck_assert_ptr_nonnull(strstr(play_unsupported(&p), "passes of its own"));
	p.request.quick = true;
	argv = play_argv(&p);
	ck_assert_ptr_nonnull(strstr(argv, "|--benchmark-memory-repeats=1|"));
	play_done(&p);
}
END_TEST

/* Written by pytest-benchmem 0.5.5 with pytest-benchmark 5.3.1; rounds cut to four. */
START_TEST(memory_and_nothing_else)
{
	struct play p;

	play_memory(&p);
	play_data(&p, "result.json", "pytest-benchmem-0.5.5.json");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 6 * 3 + 1);
	for (size_t i = 0; i < p.result.n_benches; i++)
		ck_assert_str_ne(p.result.benches[i].metric, "time");
	const struct launch_bench *b = play_bench(&p, "test_m.py::test_list[1000]");
	ck_assert_str_eq(b->metric, "peak");
	ck_assert_str_eq(b->unit, "B");
	ck_assert_str_eq(b->param, "1000");
	/* One number of a launch: benchmem's headline. */
	ck_assert_uint_eq(b->n_values, 1);
	ck_assert_double_eq(b->values[0], 8000);
	b = play_bench(&p, "test_m.py::test_isolated");
	ck_assert_str_eq(b[3].metric, "rss");
	ck_assert_double_eq(b[3].values[0], 43855872);
	play_done(&p);
}
END_TEST

START_TEST(what_was_not_measured)
{
	struct play p;

	play_memory(&p);
	play_write(&p, "result.json",
		"{\"benchmarks\": [{\"fullname\": \"a\", \"stats\": {\"mean\": 1}}, "
		"{\"fullname\": \"b\", \"stats\": {\"mean\": 1}, \"extra_info\": "
		"{\"benchmem\": {\"peak_bytes\": [7, 5], \"allocations\": [3, 4], "
		"\"total_bytes\": [9, 9]}}}]}");
	play_write(&p, "revsweep.json",
		"{\"tests\": [{\"id\": \"a\", \"outcome\": \"passed\"}, {\"id\": \"b\", "
		"\"outcome\": \"failed\", \"type\": \"E\", \"reason\": \"why\"}, {\"id\": "
		"\"c\", \"outcome\": \"failed\", \"type\": \"E\", \"reason\": \"why\"}]}");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 5);
	expect_bench(&p, "a", OUTCOME_BAD_OUTPUT, "measured nothing");
	ck_assert_str_eq(play_bench(&p, "a")->metric, "peak");
	for (size_t i = 1; i < 4; i++) {
		ck_assert_str_eq(p.result.benches[i].name, "b");
		ck_assert_int_eq(p.result.benches[i].outcome.kind, OUTCOME_FAILED);
	}
	ck_assert_str_eq(play_bench(&p, "c")->metric, "peak");
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/pytest_benchmem", times_as_little_as_it_can, memory_and_nothing_else,
	what_was_not_measured)

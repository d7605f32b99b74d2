#include "harness_test.h"

START_TEST(runs_where_its_files_may_lie)
{
	static const char *const args[] = {"--x", NULL};
	struct play p;

	play_init(&p, "nanobench");
	p.suite.run = "bench";
	p.suite.args = args;
	ck_assert_str_eq(play_argv(&p), "bench|--x");
	ck_assert_str_eq(p.command.cwd, p.dir);
	ck_assert_str_eq(p.command.env[0].name, "REVSWEEP_RESULT");
	p.suite.cwd = "sub";
	play_argv(&p);
	ck_assert_str_eq(p.command.cwd, "/suite/sub");
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings = (struct settings){"cpu", .1, .1, 1, 1, 1, 1, 1};
	ck_assert_ptr_nonnull(strstr(play_unsupported(&p), "the program sets its epochs"));
	play_done(&p);
}
END_TEST

START_TEST(files_and_standard_output)
{
	struct play p;

	play_init(&p, "nanobench");
	play_data(&p, "stdout", "nanobench-4.6.0.json");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 3);
	ck_assert_uint_eq(play_bench(&p, "scan/10")->n_values, 4);
	/* Files go before. */
	play_write(&p, "a.json", "{\"results\": [{\"name\": \"a\", \"median(elapsed)\": 1}]}");
	play_write(&p, "b.json", "{\"results\": [{\"name\": \"b\", \"median(elapsed)\": 1}]}");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 2);
	ck_assert(play_bench(&p, "b")->has_summary);
	play_write(&p, "b.json", "{\"results\": 1}");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "b.json");
	play_done(&p);
}
END_TEST

START_TEST(launches_that_fail)
{
	struct play p;

	play_init(&p, "nanobench");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "it left no .json file");
	play_write(&p, "stdout", "| ns/op |\n");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "what it printed is no JSON");
	play_write(&p, "stdout", "{\"results\": []}");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "empty result");
	p.output.exit_code = 2;
	play_write(&p, "stderr", "cannot open x\n");
	expect_outcome(&p, OUTCOME_FAILED, "exited with 2: cannot open x");
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/nanobench", runs_where_its_files_may_lie, files_and_standard_output,
	launches_that_fail)

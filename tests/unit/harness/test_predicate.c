#include "harness_test.h"

#include "core/metric.h"

START_TEST(started_once_as_other_commands_are)
{
	static const char *const args[] = {"--fast", "a b", NULL};
	struct play p;

	play_init(&p, "predicate");
	p.suite.run = "./works 3";
	p.suite.cwd = "sub";
	ck_assert_str_eq(play_argv(&p), "./works|3");
	ck_assert_str_eq(p.command.cwd, "/suite/sub");
	ck_assert_uint_eq(p.command.rounds, 0);
	p.suite.args = args;
	ck_assert_str_eq(play_argv(&p), "./works|3|--fast|a b");
	p.suite.run = "make || exit 125\n./works\n";
	ck_assert_str_eq(play_argv(&p), "sh|-eu|-c|make || exit 125\n./works \"$@\"|sh|--fast|a b");
	p.suite.args = NULL;
	ck_assert_str_eq(play_argv(&p), "sh|-eu|-c|make || exit 125\n./works");
	play_done(&p);
}
END_TEST

START_TEST(every_code_is_what_git_bisect_run_takes_it_for)
{
	struct play p;

	play_init(&p, "predicate");
	p.suite.name = "works";
	for (int code = 0; code < 128; code++) {
		if (code == 125)
			continue;
		p.output.exit_code = code;
		expect_outcome(&p, OUTCOME_OK, "");
		ck_assert_uint_eq(p.result.n_benches, 1);
		const struct launch_bench *bench = play_bench(&p, "works");
		ck_assert_str_eq(bench->metric, "predicate");
		ck_assert_str_eq(bench->unit, "");
		ck_assert_int_eq(bench->direction, LOWER_IS_BETTER);
		ck_assert_int_eq(bench->outcome.kind, OUTCOME_OK);
		ck_assert(!bench->absent);
		ck_assert_uint_eq(bench->n_values, 1);
		ck_assert_double_eq(bench->values[0], code == 0 ? 1 : 2);
	}
	for (int code = 128; code < 256; code++) {
		p.output.exit_code = code;
		expect_outcome(&p, OUTCOME_FAILED,
			"above 127 is no answer of a predicate: it exited with");
		ck_assert_uint_eq(p.result.n_benches, 0);
	}
	play_done(&p);
}
END_TEST

START_TEST(what_cannot_be_tested_is_absent)
{
	struct play p;

	play_init(&p, "predicate");
	p.output.exit_code = 125;
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 1);
	expect_bench(&p, "suite", OUTCOME_SKIPPED,
		"the predicate says it cannot be tested (exit code 125)");
	ck_assert(p.result.benches[0].absent);
	ck_assert_str_eq(p.result.benches[0].metric, "predicate");
	ck_assert_uint_eq(p.result.benches[0].n_values, 0);
	play_done(&p);
}
END_TEST

START_TEST(no_answer_says_the_last_line)
{
	struct play p;

	play_init(&p, "predicate");
	p.output.exit_code = 139;
	play_write(&p, "stdout", "on stdout\n");
	play_write(&p, "stderr", "first\nSegmentation fault\n");
	expect_outcome(&p, OUTCOME_FAILED, "it exited with 139: Segmentation fault");
	play_done(&p);
}
END_TEST

START_TEST(one_launch_is_believed)
{
	ck_assert_uint_eq(metric_exact_after("predicate"), 1);
}
END_TEST

START_TEST(unsupported_settings_are_named)
{
	struct play p;

	play_init(&p, "predicate");
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings = (struct settings){.timer = "cpu",
		.min_time_s = 1,
		.max_time_s = 1,
		.min_rounds = 3,
		.calibration_precision = 10,
		.warmup = 1,
		.warmup_iterations = 2,
		.disable_gc = 1};
	const char *notes = play_unsupported(&p);
	ck_assert_msg(strstr(notes, "timer") && strstr(notes, "min_rounds") &&
			      strstr(notes, "calibration_precision") && strstr(notes, "warmup") &&
			      strstr(notes, "disable_gc"),
		"%s", notes);
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/predicate", started_once_as_other_commands_are,
	every_code_is_what_git_bisect_run_takes_it_for, what_cannot_be_tested_is_absent,
	no_answer_says_the_last_line, one_launch_is_believed, unsupported_settings_are_named)

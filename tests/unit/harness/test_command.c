#include "harness_test.h"

#include <math.h>

static void
expect_argv(const char *run, const char *const *args, const char *argv)
{
	struct play p;

	play_init(&p, "command");
	p.suite.run = run;
	p.suite.args = args;
	ck_assert_str_eq(play_argv(&p), argv);
	play_done(&p);
}

START_TEST(words_are_executed_directly)
{
	static const char *const args[] = {"--fast", "a b", NULL};

	expect_argv("./bench -n 3", NULL, "./bench|-n|3");
	expect_argv("  bench\t--x=1  y \n", NULL, "bench|--x=1|y");
	expect_argv("bench", args, "bench|--fast|a b");
}
END_TEST

START_TEST(the_rest_goes_to_a_shell)
{
	static const char *const args[] = {"--fast", "a b", NULL};

	expect_argv("a | b", NULL, "sh|-eu|-c|a | b");
	expect_argv("OMP=1 ./bench", NULL, "sh|-eu|-c|OMP=1 ./bench");
	expect_argv("cd x", NULL, "sh|-eu|-c|cd x");
	expect_argv("./bench 'a b'", NULL, "sh|-eu|-c|./bench 'a b'");
	expect_argv("./bench $HOME", NULL, "sh|-eu|-c|./bench $HOME");
	expect_argv("make\n./bench\n", NULL, "sh|-eu|-c|make\n./bench");
	expect_argv("make\n./bench\n", args, "sh|-eu|-c|make\n./bench \"$@\"|sh|--fast|a b");
}
END_TEST

START_TEST(rounds_by_settings)
{
	struct play p;

	play_init(&p, "command");
	p.suite.run = "./bench";
	p.suite.cwd = "sub/dir";
	play_argv(&p);
	ck_assert_uint_eq(p.command.rounds, 5);
	ck_assert_uint_eq(p.command.warmup, 1);
	ck_assert_uint_eq(p.command.rounds_max, 1000);
	ck_assert_double_eq(p.command.rounds_s, 1.0);
	ck_assert_str_eq(p.command.cwd, "/suite/sub/dir");

	p.request.settings.min_rounds = 7;
	p.request.settings.max_time_s = 0.25;
	p.request.settings.warmup = 0;
	play_argv(&p);
	ck_assert_uint_eq(p.command.rounds, 7);
	ck_assert_uint_eq(p.command.warmup, 0);
	ck_assert_double_eq(p.command.rounds_s, 0.25);

	p.request.settings.min_rounds = 5000;
	play_argv(&p);
	ck_assert_uint_eq(p.command.rounds, 1000);

	p.request.rounds = 12;
	play_argv(&p);
	ck_assert_uint_eq(p.command.rounds, 12);
	ck_assert_uint_eq(p.command.rounds_max, 12);
	ck_assert_double_eq(p.command.rounds_s, 0);

	p.request.quick = true;
	p.request.settings.warmup = 1;
	play_argv(&p);
	ck_assert_uint_eq(p.command.rounds, 1);
	ck_assert_uint_eq(p.command.rounds_max, 1);
	ck_assert_uint_eq(p.command.warmup, 0);
	play_done(&p);
}
END_TEST

START_TEST(fixed_rounds_go_before_all_but_quick)
{
	struct bench_rounds fixed[] = {
		{.name = "other", .rounds = 3, .iterations = 4, .skip = 9}, {.name = "suite"}};
	struct play p;

	play_init(&p, "command");
	ck_assert(p.harness->fixes_rounds);
	p.suite.run = "./bench";
	p.request.rounds = 12;
	p.request.settings.min_rounds = 7;
	p.request.settings.warmup = 1;
	p.request.fixed = fixed;
	p.request.n_fixed = 1;
	play_argv(&p);
	ck_assert_uint_eq(p.command.rounds, 12);
	ck_assert_uint_eq(p.command.warmup, 1);

	p.request.n_fixed = 2;
	for (fixed[1].rounds = 1; fixed[1].rounds < 2000; fixed[1].rounds += 666) {
		fixed[1].skip = fixed[1].rounds / 2;
		play_argv(&p);
		ck_assert_uint_eq(p.command.rounds, fixed[1].rounds);
		ck_assert_uint_eq(p.command.rounds_max, fixed[1].rounds);
		ck_assert_double_eq(p.command.rounds_s, 0);
		ck_assert_uint_eq(p.command.warmup, fixed[1].skip);
	}

	p.request.quick = true;
	play_argv(&p);
	ck_assert_uint_eq(p.command.rounds, 1);
	ck_assert_uint_eq(p.command.warmup, 0);

	p.request.quick = false;
	p.request.pass = PASS_MEMORY;
	play_argv(&p);
	ck_assert_uint_eq(p.command.rounds, 1);
	ck_assert_uint_eq(p.command.rounds_max, 1);
	ck_assert_uint_eq(p.command.warmup, 0);
	play_done(&p);
}
END_TEST

START_TEST(rounds_become_a_bench)
{
	static const double wall_s[] = {0.5, 0.25}, cpu_s[] = {0.4, 0.2};
	struct play p;

	play_init(&p, "command");
	p.output.wall_s = wall_s;
	p.output.cpu_s = cpu_s;
	p.output.n_rounds = 2;
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 1);
	const struct launch_bench *time = &p.result.benches[0];
	ck_assert_str_eq(time->name, "suite");
	ck_assert_str_eq(time->metric, "time");
	ck_assert_str_eq(time->unit, "s");
	ck_assert_int_eq(time->clock, CLOCK_KIND_WALL);
	ck_assert_uint_eq(time->n_values, 2);
	ck_assert_double_eq(time->values[1], 0.25);
	ck_assert_double_eq(time->cpu_values[0], 0.4);

	p.request.settings.timer = "process_time";
	play_read(&p);
	ck_assert_int_eq(p.result.benches[0].clock, CLOCK_KIND_CPU);
	ck_assert_double_eq(p.result.benches[0].values[0], 0.4);
	play_done(&p);
}
END_TEST

START_TEST(failures_say_the_last_line)
{
	static const double wall_s[] = {0.5};
	struct play p;

	play_init(&p, "command");
	p.output.wall_s = wall_s;
	p.output.n_rounds = 1;
	p.output.exit_code = 3;
	expect_outcome(&p, OUTCOME_FAILED, "exited with 3");
	play_write(&p, "stdout", "on stdout\n");
	expect_outcome(&p, OUTCOME_FAILED, "exited with 3: on stdout");
	play_write(&p, "stderr", "first\nlast: no such \x1b[31mfile\n\n");
	expect_outcome(&p, OUTCOME_FAILED, "exited with 3: last: no such \x1b[31mfile");
	ck_assert_ptr_null(strchr(p.result.outcome.detail, '\n'));

	p.output.exit_code = 0;
	p.output.n_rounds = 0;
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no round");
	play_done(&p);
}
END_TEST

START_TEST(unsupported_settings_are_named)
{
	struct play p;

	play_init(&p, "command");
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings = (struct settings){.timer = "cpu",
		.min_time_s = -1,
		.max_time_s = 1,
		.min_rounds = 3,
		.calibration_precision = -1,
		.warmup = 1,
		.warmup_iterations = -1,
		.disable_gc = 0};
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings.min_time_s = 5e-6;
	p.request.settings.calibration_precision = 1000;
	p.request.settings.disable_gc = 1;
	p.request.settings.timer = "mymodule.clock";
	const char *notes = play_unsupported(&p);
	ck_assert(strstr(notes, "min_time") && strstr(notes, "calibration_precision") &&
		  strstr(notes, "disable_gc") && strstr(notes, "the timer"));
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/command", words_are_executed_directly, the_rest_goes_to_a_shell,
	rounds_by_settings, fixed_rounds_go_before_all_but_quick, rounds_become_a_bench,
	failures_say_the_last_line, unsupported_settings_are_named)

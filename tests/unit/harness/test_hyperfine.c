#include "harness_test.h"

#include <stdlib.h>

static const char *
env_of(const struct play *p, const char *name)
{
	for (size_t i = 0; i < p->command.n_env; i++)
		if (strcmp(p->command.env[i].name, name) == 0)
			return p->command.env[i].value;
	return NULL;
}

START_TEST(settings_become_options)
{
	static const char *const args[] = {"--ignore-failure", NULL};
	static const struct bench_rounds fixed[] = {{"a", 12, 1, 1}, {"b", 30, 1, 0}};
	struct play p;

	play_init(&p, "hyperfine");
	p.suite.run = "hyperfine -N true";
	p.suite.args = args;
	ck_assert_str_eq(play_argv(&p), "hyperfine|-N|true|--ignore-failure");
	ck_assert_str_eq(env_of(&p, "REVSWEEP_HYPERFINE_RUNS"), "");
	ck_assert_str_eq(env_of(&p, "REVSWEEP_HYPERFINE_WARMUP"), "");
	p.request.settings.min_rounds = 5;
	p.request.settings.warmup = 1;
	play_argv(&p);
	ck_assert_str_eq(env_of(&p, "REVSWEEP_HYPERFINE_RUNS"), "--min-runs 5");
	ck_assert_str_eq(env_of(&p, "REVSWEEP_HYPERFINE_WARMUP"), "--warmup 1");
	p.request.fixed = fixed;
	p.request.n_fixed = 2;
	play_argv(&p);
	ck_assert_str_eq(env_of(&p, "REVSWEEP_HYPERFINE_RUNS"), "--runs 30");
	ck_assert_str_eq(env_of(&p, "REVSWEEP_HYPERFINE_WARMUP"), "--warmup 1");
	p.request.quick = true;
	play_argv(&p);
	ck_assert_str_eq(env_of(&p, "REVSWEEP_HYPERFINE_RUNS"), "--runs 1");
	play_done(&p);
}
END_TEST

/* The script itself, with a hyperfine that writes down its arguments. */
START_TEST(calls_are_rewritten)
{
	static const char fake[] = "#!/bin/sh\nprintf '%s|' \"$@\" >>\"$CALLS\"\n"
				   "printf '{\"results\": []}' >\"$2\"\n";
	scoped(str) calls = STR_INIT;
	struct err err = ERR_INIT;
	struct play p;

	play_init(&p, "hyperfine");
	p.suite.run = "true";
	p.request.settings.min_rounds = 5;
	play_argv(&p);
	scoped_free char *real = path_join(p.dir, "real");
	scoped_free char *program = path_join(real, "hyperfine");
	scoped_free char *written = path_join(p.dir, "calls");
	ck_assert_int_eq(fs_mkdir_p(real, 0700, &err), 0);
	ck_assert_int_eq(fs_write_mode(program, fake, strlen(fake), 0700, &err), 0);
	scoped_free char *line = xasprintf(
		"CALLS=%s REVSWEEP_HYPERFINE=%s REVSWEEP_HYPERFINE_RUNS='%s' "
		"REVSWEEP_HYPERFINE_WARMUP= PATH=%s:%s:$PATH; export CALLS REVSWEEP_HYPERFINE "
		"REVSWEEP_HYPERFINE_RUNS REVSWEEP_HYPERFINE_WARMUP PATH; "
		"hyperfine -r 20 -w3 'a b' --max-runs=9 --export-json %s/own.json && "
		"hyperfine --warmup 2 c",
		written, p.dir, env_of(&p, "REVSWEEP_HYPERFINE_RUNS"), env_of(&p, "PATH"), real,
		p.dir);
	ck_assert_int_eq(system(line), 0);
	ck_assert_int_eq(fs_read(written, STR_MAX, &calls, &err), 0);
	scoped_free char *want =
		xasprintf("--export-json|%s/result-0.json|--min-runs|5|-w3|a b|"
			  "--export-json|%s/result-1.json|--min-runs|5|--warmup|2|c|",
			p.dir, p.dir);
	ck_assert_str_eq(calls.p, want);
	scoped_free char *own = path_join(p.dir, "own.json");
	ck_assert(fs_exists(own));
	play_done(&p);
}
END_TEST

START_TEST(results)
{
	struct play p;

	play_init(&p, "hyperfine");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "did not call hyperfine");
	play_data(&p, "result-0.json", "hyperfine-1.15.json");
	play_write(&p, "result-1.json",
		"{\"results\": [{\"command\": \"/prefix/bin/x /suite/data 1\", \"times\": [1, 2], "
		"\"user\": 1, \"system\": 1, \"memory_usage_byte\": [3, 4]}]}");
	expect_outcome(&p, OUTCOME_OK, "");
	const struct launch_bench *b = play_bench(&p, "$PREFIX/bin/x ./data 1");
	ck_assert_uint_eq(b->n_values, 2);
	ck_assert(b->has_summary);
	ck_assert_double_eq(b->summary.v[SUMMARY_MEAN], 1.5);
	ck_assert_double_eq(b->summary.v[SUMMARY_CPU_MEAN], 2);
	ck_assert_uint_eq(b->summary.rounds, 2);
	ck_assert_str_eq(b[1].metric, "rss");
	play_bench(&p, "named [n=1]");
	play_data(&p, "result-2.json", "hyperfine-1.15.json");
	expect_outcome(&p, OUTCOME_OK, "");
	play_bench(&p, "named [n=1]");
	play_bench(&p, "named [n=1] #3");
	p.request.settings.timer = "cpu";
	expect_outcome(&p, OUTCOME_OK, "");
	b = play_bench(&p, "$PREFIX/bin/x ./data 1");
	ck_assert_int_eq(b->clock, CLOCK_KIND_CPU);
	ck_assert_double_eq(b->summary.v[SUMMARY_MEAN], 2);
	p.output.exit_code = 1;
	play_write(&p, "stderr", "Error: Command terminated with non-zero exit code\n");
	expect_outcome(&p, OUTCOME_FAILED, "Command terminated");
	play_done(&p);
}
END_TEST

START_TEST(unsupported_settings_are_named)
{
	struct play p;

	play_init(&p, "hyperfine");
	p.request.settings.timer = "cpu";
	p.request.settings.min_rounds = 5;
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings.max_time_s = 1;
	p.request.settings.calibration_precision = 7;
	const char *notes = play_unsupported(&p);
	ck_assert(strstr(notes, "max_time") && strstr(notes, "calibration_precision"));
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/hyperfine", settings_become_options, calls_are_rewritten, results,
	unsupported_settings_are_named)

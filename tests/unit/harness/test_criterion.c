#include "harness_test.h"

#define OPTIONS                                                                                    \
	"'--bench' '--noplot' '--warm-up-time=0.2' '--measurement-time=0.5' '--sample-size=30' "   \
	"'--nresamples=1001'"

/* The script, with OUT for the private directory. */
static const char *
script_of(struct play *p)
{
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT;
	scoped_free char *path = path_join(p->dir, "launch.sh");

	ck_assert_str_eq(play_argv(p), "sh|OUT/launch.sh");
	ck_assert_int_eq(fs_read(path, STR_MAX, &text, &err), 0);
	return arena_strdup(&p->arena, text.p);
}

#define expect_script(p, part) ck_assert_ptr_nonnull(strstr(script_of(p), part))

START_TEST(programs_of_the_build)
{
	static const char *const only[] = {"a/b c/1.5", "d", NULL};
	static const char *const paths[] = {"adds", NULL};
	struct play p;

	play_init(&p, "criterion");
	expect_script(&p, "echo 'no benchmark program was built");
	p.request.prefix = p.dir;
	play_write(&p, "benches.list",
		"benches/adds\t\tadds\nbenches/crates/x/subs\tcrates/x\tsubs\n");
	expect_script(&p, "/benches/adds' " OPTIONS "\n");
	expect_script(&p, "run '/suite/crates/x' ");
	ck_assert_str_eq(p.command.env[0].name, "CRITERION_HOME");
	p.request.only = only;
	p.suite.paths = paths;
	p.request.settings.min_rounds = 3;
	p.request.settings.min_time_s = 1;
	p.request.settings.warmup = 0;
	const char *script = script_of(&p);
	ck_assert_ptr_null(strstr(script, "subs"));
	ck_assert_ptr_nonnull(strstr(script, "'--warm-up-time=0.001' '--measurement-time=1' "
					     "'--sample-size=10' '--nresamples=1001' "
					     "'^(a/b c/1\\.5|d)$'\n"));
	p.request.quick = true;
	expect_script(&p, "'--measurement-time=0.001'");
	ck_assert_ptr_nonnull(strstr(play_unsupported(&p), "min_rounds is raised to 10"));
	play_done(&p);
}
END_TEST

START_TEST(results)
{
	struct play p;

	play_init(&p, "criterion");
	play_write(&p, "stdout", "");
	play_write(&p, "stderr", "error: Unrecognized option: 'noplot'\n");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no benchmark was run");
	p.output.exit_code = 101;
	expect_outcome(&p, OUTCOME_FAILED, "Unrecognized option");
	play_write(&p, "stderr", "thread 'main' panicked at a.rs:1:2:\nno data\nnote: run with\n");
	expect_outcome(&p, OUTCOME_FAILED, "exited with 101: no data");
	play_write(
		&p, "stderr", "\nthread 'main' panicked at 'no data', a.rs:1:2\nnote: run with\n");
	expect_outcome(&p, OUTCOME_FAILED, "panicked at 'no data', a.rs:1:2");
	p.output.exit_code = 0;
	struct err err = ERR_INIT;
	scoped_free char *dir = path_join(p.dir, "criterion/a/new");
	ck_assert_int_eq(fs_mkdir_p(dir, 0755, &err), 0);
	play_write(&p, "criterion/a/new/benchmark.json",
		"{\"group_id\": \"a\", \"full_id\": \"a\", \"throughput\": {\"Bytes\": 8}}");
	play_write(&p, "criterion/a/new/sample.json", "{\"iters\": [2, 4], \"times\": [2e9, 8e9]}");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 2);
	const struct launch_bench *b = play_bench(&p, "a");
	ck_assert_uint_eq(b->n_values, 2);
	ck_assert_double_eq(b->values[0], 1);
	ck_assert_double_eq(b->values[1], 2);
	ck_assert_uint_eq(b->iterations, 3);
	ck_assert_str_eq(b[1].metric, "throughput");
	ck_assert_double_eq(b[1].values[1], 4);
	ck_assert(b[1].aside);
	p.output.exit_code = 101;
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_ptr_nonnull(strstr(p.result.notes[0], "its later benchmarks are missing"));
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/criterion", programs_of_the_build, results)

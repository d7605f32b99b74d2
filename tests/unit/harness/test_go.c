#include "harness_test.h"

#include <math.h>

#define TOY "example.org/toy"

static void
play_built(struct play *p)
{
	play_init(p, "go");
	p->request.prefix = p->dir;
	play_write(p, "benches.list",
		"benches/toy.test\t\t" TOY "\nbenches/sub/sub.test\tsub\t" TOY "/sub\n-\tbad\t" TOY
		"/bad\n");
}

/* The script, with OUT for the private directory. */
static const char *
script_of(struct play *p)
{
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT, out = STR_INIT;
	scoped_free char *path = path_join(p->dir, "launch.sh");
	const char *at, *next;

	ck_assert_str_eq(play_argv(p), "sh|OUT/launch.sh");
	ck_assert_int_eq(fs_read(path, STR_MAX, &text, &err), 0);
	for (at = text.p; (next = strstr(at, p->dir)); at = next + strlen(p->dir)) {
		str_addn(&out, at, (size_t)(next - at));
		str_add(&out, "OUT");
	}
	str_add(&out, at);
	return arena_strdup(&p->arena, out.p);
}

#define expect_script(p, part) ck_assert_ptr_nonnull(strstr(script_of(p), part))

START_TEST(programs_of_the_build)
{
	static const char *const paths[] = {"./sub/...", NULL};
	static const char *const args[] = {"-test.cpu=1", NULL};
	struct play p;

	play_built(&p);
	p.suite.args = args;
	expect_script(&p,
		"run '/suite' 'OUT/benches/toy.test' '-test.run=^$' '-test.benchmem' "
		"'-test.timeout=0' '-test.count=3' '-test.benchtime=100000000ns' '-test.bench=.' "
		"'-test.cpu=1'\n");
	expect_script(&p, "run '/suite/sub' 'OUT/benches/sub/sub.test' ");
	expect_script(&p, "printf '%s\\n' 'FAIL\t" TOY "/bad [build failed]'\n");
	p.suite.paths = paths;
	p.request.quick = true;
	p.request.settings.min_rounds = 7;
	p.request.settings.min_time_s = 0.5;
	p.request.settings.disable_gc = 1;
	const char *script = script_of(&p);
	ck_assert_ptr_null(strstr(script, "toy.test"));
	ck_assert_ptr_nonnull(strstr(script, "'-test.count=1' '-test.benchtime=1x'"));
	ck_assert_str_eq(p.command.env[0].name, "GOGC");
	p.request.quick = false;
	expect_script(&p, "'-test.count=7' '-test.benchtime=500000000ns'");
	play_done(&p);
}
END_TEST

START_TEST(chosen_benches)
{
	static const char *const only[] = {
		"BenchmarkA/x.y/z", "BenchmarkB", "sub.BenchmarkC", NULL};
	static const struct bench_rounds fixed[] = {
		{"BenchmarkB", 2, 1234, 1}, {"sub.BenchmarkC", 2, 1299, 1}};
	struct play p;

	play_built(&p);
	p.request.only = only;
	expect_script(
		&p, "'-test.bench=^BenchmarkA$/^x\\.y$/^z(-[0-9]+)?$|^BenchmarkB(-[0-9]+)?$'\n");
	expect_script(&p, "'-test.bench=^BenchmarkC(-[0-9]+)?$'\n");
	p.request.fixed = fixed;
	p.request.n_fixed = 2;
	expect_script(&p, "'-test.count=3' '-test.benchtime=1200x' "
			  "'-test.bench=^BenchmarkB(-[0-9]+)?$'\n");
	expect_script(&p, "'-test.benchtime=100000000ns' '-test.bench=^BenchmarkA$/^x\\.y$/^z");
	p.request.only = NULL;
	expect_script(&p, "'-test.benchtime=100000000ns' '-test.bench=.' "
			  "'-test.skip=^BenchmarkB(-[0-9]+)?$'\n");
	play_done(&p);
}
END_TEST

START_TEST(a_program_of_their_own)
{
	struct err err = ERR_INIT;
	static const char *const paths[] = {"x", NULL};
	struct play p;

	play_init(&p, "go");
	p.suite.run = "go test ./...";
	p.suite.cwd = "v2";
	expect_script(&p, "run '/suite/v2' 'go' 'test' './...' '-test.run=^$'");
	p.suite.paths = paths;
	ck_assert_int_eq(p.harness->check(&p.suite, &err), -1);
	p.suite.run = NULL;
	ck_assert_int_eq(p.harness->check(&p.suite, &err), 0);
	/* A build without benchmarks. */
	expect_script(&p, "echo 'no test program with benchmarks was built");
	play_done(&p);
}
END_TEST

START_TEST(results)
{
	struct play p;

	play_built(&p);
	play_data(&p, "stdout", "go-1.26.txt");
	p.output.exit_code = 2;
	play_write(&p, "stderr", "noise\npanic: oh no\n\ngoroutine 1 [running]:\n");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_str_eq(p.result.notes[0],
		"a test program ended with 2, panic: oh no: its later benchmarks are missing");
	const struct launch_bench *b = play_bench(&p, "BenchmarkJoin/n=10");
	ck_assert_str_eq(b->metric, "time");
	ck_assert_str_eq(b->group, TOY);
	ck_assert_uint_eq(b->n_values, 2);
	ck_assert_uint_eq(b->iterations, 72054);
	ck_assert_double_eq_tol(b->values[0], 284.6e-9, 1e-18);
	ck_assert(!b->aside);
	ck_assert_str_eq(b[1].metric, "throughput");
	ck_assert(b[1].aside && b[1].direction == HIGHER_IS_BETTER);
	ck_assert_str_eq(b[2].metric, "drift");
	ck_assert(b[2].aside && b[2].outcome.kind == OUTCOME_OK);
	play_bench(&p, "sub.BenchmarkOk");
	expect_bench(&p, "BenchmarkFail", OUTCOME_FAILED, "a_test.go:18: broken thing");
	expect_bench(&p, "sub.BenchmarkPanic", OUTCOME_FAILED, "panic: oh no");
	play_done(&p);
}
END_TEST

/* One processor: "-10" was of the name when the others were there, too. */
START_TEST(numbers_at_the_end_of_names)
{
	static const char *const only[] = {"BenchmarkA/n-10", NULL};
	struct play p;

	play_init(&p, "go");
	p.request.only = only;
	play_write(&p, "stdout", "BenchmarkA/n-10 1 5 ns/op\nBenchmarkA/n-10 1 6 ns/op\n");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 1);
	play_bench(&p, "BenchmarkA/n-10");
	play_done(&p);
}
END_TEST

START_TEST(launches_without_results)
{
	struct play p;

	play_init(&p, "go");
	play_write(&p, "stdout", "PASS\n");
	play_write(&p, "stderr", "");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no benchmark was run");
	p.output.exit_code = 2;
	play_write(&p, "stderr", "flag provided but not defined: -test.zork\n");
	expect_outcome(&p, OUTCOME_FAILED, "exited with 2: flag provided");
	play_write(&p, "stderr", "panic: at once [recovered]\n\ngoroutine 7\n");
	expect_outcome(&p, OUTCOME_FAILED, "panic: at once");
	play_done(&p);
}
END_TEST

START_TEST(unsupported_settings_are_named)
{
	struct play p;

	play_init(&p, "go");
	p.request.settings.timer = "perf_counter";
	p.request.settings.min_time_s = 1;
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings.timer = "cpu";
	p.request.settings.max_time_s = 1;
	p.request.settings.warmup = 1;
	p.request.settings.calibration_precision = 9;
	const char *notes = play_unsupported(&p);
	ck_assert(strstr(notes, "timer") && strstr(notes, "max_time") && strstr(notes, "warmup") &&
		  strstr(notes, "calibration_precision"));
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/go", programs_of_the_build, chosen_benches, a_program_of_their_own, results,
	numbers_at_the_end_of_names, launches_without_results, unsupported_settings_are_named)

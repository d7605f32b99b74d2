#include "harness_test.h"

START_TEST(exact_command_lines)
{
	static const char *const args[] = {"-prof", "gc", NULL};
	static const char *const one[] = {"org.a.B$C.sort:kind=b c,size=10", NULL};
	static const char *const mode[] = {"org.a.B.sort:size=10 (ss)", NULL};
	static const char *const comma[] = {"org.a.B.sort:list=1,2", NULL};
	static const char *const more[] = {
		"x.Y.b:n=1", "x.Y.b:n=2", "x.Y.a (sample)", "x.Y.a", "x.Y.ab", NULL};
	struct play p;

	play_init(&p, "jmh");
	p.suite.run = "java -jar b.jar";
	ck_assert_str_eq(play_argv(&p),
		"java|-jar|b.jar|-f|1|-wi|5|-i|5|-w|200000us|-r|200000us|-foe|false|"
		"-rf|json|-rff|OUT/result.json");
	ck_assert_str_eq(p.command.env[0].name, "JAVA_TOOL_OPTIONS");
	ck_assert_str_eq(
		p.command.env[0].value, arena_printf(&p.arena, "\"-Djava.io.tmpdir=%s\"", p.dir));
	p.suite.args = args;
	p.suite.env = (const struct recipe_pair[]){{"JAVA_TOOL_OPTIONS", "-Xmx1g"}};
	p.suite.n_env = 1;
	p.request.only = one;
	p.request.settings.min_rounds = 4;
	p.request.settings.max_time_s = 2;
	p.request.settings.warmup = 0;
	ck_assert_str_eq(play_argv(&p),
		"java|-jar|b.jar|-f|1|-wi|0|-i|4|-w|500000us|-r|500000us|-foe|false|-prof|gc|"
		"-rf|json|-rff|OUT/result.json|-p|kind=b c|-p|size=10|^org\\.a\\.B\\$C\\.sort$");
	ck_assert_ptr_nonnull(strstr(p.command.env[0].value, "-Xmx1g \"-Djava"));
	p.suite.args = NULL;
	p.request.quick = true;
	p.request.only = mode;
	ck_assert_str_eq(play_argv(&p),
		"java|-jar|b.jar|-f|1|-wi|0|-i|1|-w|500000us|-r|10000us|-foe|false|"
		"-rf|json|-rff|OUT/result.json|-p|size=10|^org\\.a\\.B\\.sort$");
	p.request.only = comma;
	ck_assert_ptr_null(strstr(play_argv(&p), "-p"));
	p.request.only = more;
	ck_assert(str_ends(play_argv(&p), "|OUT/result.json|^x\\.Y\\.a$|^x\\.Y\\.ab$|^x\\.Y\\.b$"));
	play_done(&p);
}
END_TEST

static const char printed[] = "# JMH version: 1.37\n"
			      "# Benchmark mode: Throughput, ops/time\n"
			      "# Benchmark: org.sample.Plain.fails\n"
			      "\n"
			      "# Fork: 1 of 1\n"
			      "Iteration   1: <failure>\n"
			      "\n"
			      "java.lang.IllegalStateException: no device\n"
			      "\tat org.sample.Plain.fails(Plain.java:10)\n"
			      "# Benchmark mode: Single shot invocation time\n"
			      "# Benchmark: org.sample.Plain.lacks\n"
			      "# Parameters: (kind = b c, size = 10)\n"
			      "# Warmup Iteration   1: <failure>\n"
			      "\n"
			      "java.lang.NoSuchMethodError: 'int org.sample.Lib.f()'\n"
			      "# Benchmark mode: Average time, time/op\n"
			      "# Benchmark: org.sample.Sorts.sort\n"
			      "# Parameters: (kind = a, size = 10)\n"
			      "Iteration   1: <failure>\n"
			      "java.lang.OutOfMemoryError\n";

START_TEST(results_and_failures)
{
	static const char *const only[] = {
		"org.sample.Plain.logs", "org.sample.Plain.lacks:kind=b c,size=10 (ss)", NULL};
	struct play p;

	play_init(&p, "jmh");
	play_data(&p, "result.json", "jmh-1.37.json");
	play_write(&p, "stdout", printed);
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_str_eq(p.result.harness_version, "JMH 1.37");
	expect_bench(&p, "org.sample.Plain.fails", OUTCOME_FAILED, "no device");
	const struct launch_bench *b = play_bench(&p, "org.sample.Plain.fails");
	ck_assert_str_eq(b->metric, "throughput");
	ck_assert_int_eq(b->direction, HIGHER_IS_BETTER);
	ck_assert(!b->absent);
	b = play_bench(&p, "org.sample.Plain.lacks:kind=b c,size=10 (ss)");
	ck_assert(b->absent);
	ck_assert_str_eq(b->metric, "time");
	/* Another fork of it went well. */
	expect_bench(&p, "org.sample.Sorts.sort:kind=a,size=10", OUTCOME_OK, "");
	p.request.only = only;
	play_read(&p);
	ck_assert_uint_eq(p.result.n_benches, 3); /* one with two metrics */
	play_done(&p);
}
END_TEST

START_TEST(launches_that_fail)
{
	struct play p;

	play_init(&p, "jmh");
	play_write(&p, "stdout", "No matching benchmarks. Miss-spelled regexp?\n");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no result file");
	play_write(&p, "result.json", "[\n]\n");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "empty result");
	play_write(&p, "result.json", "{}");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "not JMH's");
	p.output.exit_code = 1;
	expect_outcome(&p, OUTCOME_FAILED, "No matching benchmarks");
	play_done(&p);
}
END_TEST

START_TEST(what_it_cannot_do)
{
	struct play p;

	play_init(&p, "jmh");
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings = (struct settings){"cpu", .1, .1, 1, 1, 1, 1, 1};
	ck_assert_ptr_nonnull(strstr(play_unsupported(&p), "the timer is not used"));
	ck_assert_ptr_nonnull(strstr(p.notes.p, "calibration_precision"));
	ck_assert_ptr_nonnull(strstr(p.notes.p, "disable_gc"));
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/jmh", exact_command_lines, results_and_failures, launches_that_fail,
	what_it_cannot_do)

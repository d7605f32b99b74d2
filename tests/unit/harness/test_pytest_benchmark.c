#include "harness_test.h"

#include <math.h>
#include <stdio.h>

#define ALWAYS                                                                                     \
	"python3|OUT/revsweep_pytest.py|-p|no:cacheprovider|-p|revsweep_pytest|"                   \
	"--rootdir=/suite|--confcutdir=/suite|--continue-on-collection-errors|--maxfail=0|"        \
	"--benchmark-enable|--benchmark-only|--benchmark-json=OUT/result.json|"                    \
	"--benchmark-storage=file://OUT/storage|"

static const char *const paths[] = {"tests/regression", "bench.py", NULL};

static void
play_pytest(struct play *p)
{
	play_init(p, "pytest-benchmark");
	p->suite.paths = paths;
}

START_TEST(exact_command_lines)
{
	static const char *const args[] = {"-m", "stable", NULL};
	struct play p;

	play_pytest(&p);
	ck_assert_str_eq(play_argv(&p), ALWAYS "--benchmark-max-time=0.2|--benchmark-min-rounds=1|/"
					       "suite/tests/regression|/suite/bench.py");
	ck_assert_ptr_null(p.command.cwd);
	ck_assert_uint_eq(p.command.n_env, 3);
	ck_assert_str_eq(p.command.env[0].name, "REVSWEEP_REV");
	ck_assert_str_eq(p.command.env[0].value, "0123abcd");
	ck_assert_str_eq(p.command.env[1].value, "/prefix");
	ck_assert_str_eq(p.command.env[2].value, "/suite");

	p.suite.args = args;
	p.suite.cwd = "sub";
	p.request.settings = (struct settings){.timer = "process_time",
		.min_time_s = 5e-6,
		.max_time_s = 5,
		.min_rounds = 6,
		.calibration_precision = 1000,
		.warmup = 0,
		.warmup_iterations = -1,
		.disable_gc = 1};
	ck_assert_str_eq(play_argv(&p),
		ALWAYS "--benchmark-timer=time.process_time|--benchmark-min-time=5e-06|"
		       "--benchmark-calibration-precision=1000|--benchmark-disable-gc|"
		       "--benchmark-max-time=1|--benchmark-min-rounds=6|--benchmark-warmup=off|"
		       "-m|stable|/suite/tests/regression|/suite/bench.py");
	ck_assert_str_eq(p.command.cwd, "/suite/sub");
	ck_assert_str_eq(play_unsupported(&p), "");

	p.suite.args = NULL;
	p.request.quick = true;
	p.request.settings.disable_gc = 0;
	ck_assert_str_eq(play_argv(&p),
		ALWAYS "--benchmark-timer=time.process_time|--benchmark-min-time=5e-06|"
		       "--benchmark-calibration-precision=1000|--benchmark-max-time=0|"
		       "--benchmark-min-rounds=1|--benchmark-warmup=off|"
		       "/suite/tests/regression|/suite/bench.py");
	play_done(&p);
}
END_TEST

START_TEST(timers_by_name)
{
	static const struct {
		const char *name, *option;
	} timers[] = {{"wall", "=time.perf_counter|"}, {"cpu", "=time.process_time|"},
		{"thread_time", "=time.thread_time|"}, {"monotonic", "=time.monotonic|"},
		{"time.process_time", "=time.process_time|"}, {"my.clock", "=my.clock|"}};
	struct play p;

	play_pytest(&p);
	for (size_t i = 0; i < ARRAY_LEN(timers); i++) {
		p.request.settings.timer = timers[i].name;
		ck_assert_msg(strstr(play_argv(&p), timers[i].option) != NULL, "%s: %s",
			timers[i].name, play_argv(&p));
	}
	play_done(&p);
}
END_TEST

START_TEST(selected_benches_go_through_a_file)
{
	static const char *const only[] = {
		"a.py::test_x[1::2 z]", "b.py::T::test", "a.py::test_y", "gone.py::test", NULL};
	static const char expected[] =
		"a.py::test_x[1::2 z]\0b.py::T::test\0a.py::test_y\0gone.py::test";
	struct play p;
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT;

	play_pytest(&p);
	play_write(&p, "a.py", "");
	play_write(&p, "b.py", "");
	p.request.suite_dir = p.dir;
	p.request.only = only;
	const char *argv = play_argv(&p);
	ck_assert_msg(str_ends(argv, "rounds=1|OUT/a.py|OUT/b.py"), "%s", argv);
	scoped_free char *path = path_join(p.dir, "only");
	ck_assert_int_eq(fs_read(path, 1000, &text, &err), 0);
	ck_assert_uint_eq(text.n, sizeof(expected));
	ck_assert_mem_eq(text.p, expected, sizeof(expected));
	play_done(&p);
}
END_TEST

START_TEST(fixed_rounds_go_through_a_file)
{
	static const struct bench_rounds fixed[] = {
		{.name = "a.py::test_x[1::2 \"z\"]", .rounds = 1, .iterations = 1000, .skip = 2},
		{.name = "\xc3\xa9.py::T::test\n", .rounds = 100}};
	struct play p;
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT;

	play_pytest(&p);
	ck_assert(p.harness->fixes_rounds);
	scoped_free char *path = path_join(p.dir, "fixed");
	play_argv(&p);
	ck_assert(!fs_exists(path));
	p.request.fixed = fixed;
	p.request.n_fixed = ARRAY_LEN(fixed);
	p.request.quick = true;
	play_argv(&p);
	ck_assert(!fs_exists(path));
	p.request.quick = false;
	/* what the settings say holds for all others */
	ck_assert(strstr(play_argv(&p), "--benchmark-max-time=0.2|--benchmark-min-rounds=1|"));
	ck_assert_int_eq(fs_read(path, 1000, &text, &err), 0);
	ck_assert_str_eq(text.p, "{\"a.py::test_x[1::2 \\\"z\\\"]\":[1,1000,2],"
				 "\"\xc3\xa9.py::T::test\\u000a\":[100,0,0]}");
	play_done(&p);
}
END_TEST

START_TEST(the_plugin_is_written_whole)
{
	struct play p;
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT;

	play_pytest(&p);
	play_argv(&p);
	scoped_free char *path = path_join(p.dir, "revsweep_pytest.py");
	ck_assert_int_eq(fs_read(path, STR_MAX, &text, &err), 0);
	ck_assert(str_starts(text.p, "\"\"\"revsweep's side"));
	ck_assert(str_ends(text.p, "    sys.exit(main(sys.argv[1:]))\n"));
	ck_assert_uint_eq(strlen(text.p), text.n);
	play_done(&p);
}
END_TEST

/* Written by these versions; data cut to eight rounds. */
START_TEST(real_files)
{
	static const char *const files[] = {"3.4.1", "4.0.0", "5.3.1"};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct play p;
		char name[64];

		play_pytest(&p);
		snprintf(name, sizeof(name), "pytest-benchmark-%s.json", files[i]);
		play_data(&p, "result.json", name);
		expect_outcome(&p, OUTCOME_OK, "");
		ck_assert(str_ends(p.result.harness_version, files[i]));
		ck_assert_uint_eq(p.result.n_benches, 4);
		const struct launch_bench *b = play_bench(&p, "tests/test_gen.py::test_sum[1000]");
		ck_assert_str_eq(b->metric, "time");
		ck_assert_str_eq(b->unit, "s");
		ck_assert_str_eq(b->group, "sums");
		ck_assert_str_eq(b->param, "1000");
		ck_assert_str_eq(run_pair_get(b->params, "n"), "1000");
		ck_assert_int_eq(b->clock, CLOCK_KIND_CPU);
		ck_assert_uint_eq(b->n_values, 8);
		ck_assert(b->iterations >= 1 && b->values[0] > 1e-6 && b->values[0] < 1e-3);
		b = play_bench(&p, "tests/test_gen.py::test_pedantic");
		ck_assert_uint_eq(b->n_values, 5);
		ck_assert_uint_eq(b->iterations, 2);
		ck_assert_ptr_null(b->group);
		ck_assert_ptr_null(b->param);
		ck_assert_uint_eq(play_bench(&p, "tests/test_gen.py::test_one")->n_values, 1);
		play_done(&p);
	}
}
END_TEST

START_TEST(cpu_times_of_the_plugin)
{
	static const char rounds[] = "{\"benchmarks\": [{\"fullname\": \"b\", \"stats\": "
				     "{\"iterations\": 1, \"rounds\": 3, "
				     "\"data\": [3, 4, 8], \"revsweep_cpu\": [1, 2, %s]}}]}";
	static const char summary[] = "{\"benchmarks\": [{\"fullname\": \"b\", \"stats\": "
				      "{\"iterations\": 1, \"rounds\": "
				      "2000, \"mean\": 5, \"median\": 4, \"revsweep_cpu_q25\": 1, "
				      "\"revsweep_cpu_median\": 2, \"revsweep_cpu_mean\": 3}}]}";
	struct play p;

	play_pytest(&p);
	scoped_free char *text = xasprintf(rounds, "6");
	play_write(&p, "result.json", text);
	expect_outcome(&p, OUTCOME_OK, "");
	const struct launch_bench *b = play_bench(&p, "b");
	ck_assert_int_eq(b->clock, CLOCK_KIND_WALL);
	ck_assert_uint_eq(b->n_values, 3);
	ck_assert_double_eq(b->values[2], 8);
	ck_assert_double_eq(b->cpu_values[2], 6);
	play_done(&p);

	/* Not of these rounds: left out rather than guessed. */
	play_pytest(&p);
	scoped_free char *more = xasprintf(rounds, "6, 7");
	play_write(&p, "result.json", more);
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_ptr_null(play_bench(&p, "b")->cpu_values);
	play_done(&p);

	play_pytest(&p);
	play_write(&p, "result.json", summary);
	expect_outcome(&p, OUTCOME_OK, "");
	b = play_bench(&p, "b");
	ck_assert(b->has_summary);
	ck_assert_double_eq(b->summary.v[SUMMARY_CPU_Q25], 1);
	ck_assert_double_eq(b->summary.v[SUMMARY_CPU_MEDIAN], 2);
	ck_assert_double_eq(b->summary.v[SUMMARY_CPU_MEAN], 3);
	play_done(&p);
}
END_TEST

START_TEST(old_sparse_and_bad_rows)
{
	struct play p;

	play_pytest(&p);
	play_data(&p, "result.json", "pytest-benchmark-3.0.0.json");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 8);
	ck_assert(p.result.notes && strstr(p.result.notes[0], "1 results bear the name"));
	const struct launch_bench *b = play_bench(&p, "tests/test_old.py::test_summary");
	ck_assert(b->has_summary);
	ck_assert_uint_eq(b->summary.rounds, 11);
	ck_assert_uint_eq(b->summary.iterations, 3);
	ck_assert_double_eq(b->summary.v[SUMMARY_MIN], 1e-6);
	ck_assert_double_eq(b->summary.v[SUMMARY_MEDIAN], 1.5e-6);
	ck_assert_double_eq(b->summary.v[SUMMARY_IQR], 2.5e-7);
	ck_assert_double_eq(b->summary.v[SUMMARY_STDDEV], 0);
	ck_assert_int_eq(b->clock, CLOCK_KIND_WALL);
	ck_assert(play_bench(&p, "tests/test_old.py::test_by_hand")->has_summary);
	expect_bench(&p, "tests/test_old.py::test_nothing", OUTCOME_BAD_OUTPUT, "neither a mean");
	expect_bench(&p, "tests/test_old.py::test_nan", OUTCOME_BAD_OUTPUT, "neither rounds");
	expect_bench(&p, "tests/test_old.py::test_bad_round", OUTCOME_BAD_OUTPUT, "neither");
	expect_bench(&p, "tests/test_old.py::test_negative", OUTCOME_FAILED, "negative: round 2");
	expect_bench(&p, "tests/test_old.py::test_zero[\x1b[31m\xef\xbf\xbd]", OUTCOME_OK, "");
	ck_assert_double_eq(play_bench(&p, "tests/test_old.py::test_dup")->values[0], 2);
	play_done(&p);
}
END_TEST

START_TEST(many_rounds_are_a_summary_of_the_plugin)
{
	struct play p;

	play_pytest(&p);
	play_write(&p, "result.json",
		"{\"benchmarks\": [{\"fullname\": \"a::b\", \"stats\": {\"min\": 1, \"max\": 9,"
		"\"mean\": 3, \"median\": 2, \"stddev\": 1, \"iqr\": 1, \"rounds\": 4000,"
		"\"iterations\": 2, \"revsweep_q25\": 1.5}}]}");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_double_eq(p.result.benches[0].summary.v[SUMMARY_Q25], 1.5);
	ck_assert_uint_eq(p.result.benches[0].summary.rounds, 4000);
	play_done(&p);
}
END_TEST

START_TEST(a_summary_below_zero)
{
	struct play p;

	play_pytest(&p);
	play_write(&p, "result.json",
		"{\"benchmarks\": [{\"fullname\": \"a\", \"stats\": {\"mean\": -1}}, "
		"{\"fullname\": \"b\", \"stats\": {\"mean\": 1e999}}]}");
	expect_outcome(&p, OUTCOME_OK, "");
	expect_bench(&p, "a", OUTCOME_FAILED, "negative: the mean");
	play_done(&p);
}
END_TEST

START_TEST(the_record_adds_outcomes)
{
	struct play p;

	play_pytest(&p);
	p.output.exit_code = 1;
	play_data(&p, "result.json", "pytest-benchmark-5.3.1.json");
	play_data(&p, "revsweep.json", "revsweep.json");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 9);
	ck_assert_str_eq(
		p.result.harness_version, "pytest-benchmark 5.3.1, pytest 9.2.0, Python 3.11.7");
	ck_assert(p.result.notes && strstr(p.result.notes[0], "xdist"));
	ck_assert_ptr_null(p.result.notes[1]);
	const struct launch_bench *b = play_bench(&p, "tests/test_gen.py::test_sum[10]");
	ck_assert_uint_eq(b->n_marks, 2);
	ck_assert_str_eq(b->marks[1], "stable");
	ck_assert_uint_eq(b->n_values, 8);
	b = play_bench(&p, "tests/test_gen.py::test_sum[1000]");
	ck_assert_uint_eq(b->n_values, 0);
	ck_assert(!b->absent);
	ck_assert_str_eq(b->outcome.detail, "AssertionError: assert 1 == 2");
	b = play_bench(&p, "tests/test_gen.py::test_lack[x]");
	ck_assert(b->absent);
	ck_assert_str_eq(b->param, "x");
	ck_assert_str_eq(b->group, "g");
	expect_bench(&p, "tests/test_gen.py::test_lack[x]", OUTCOME_FAILED, "AttributeError: ");
	expect_bench(&p, "tests/test_gen.py::test_skip", OUTCOME_SKIPPED, "slow");
	ck_assert(!play_bench(&p, "tests/test_gen.py::test_skip")->absent);
	ck_assert(play_bench(&p, "tests/test_gen.py::test_import")->absent);
	expect_bench(&p, "tests/test_gen.py::test_idle", OUTCOME_BAD_OUTPUT, "timed nothing");
	expect_bench(&p, "tests/test_rng.py", OUTCOME_FAILED, "No module named 'glass.rng'");
	ck_assert(play_bench(&p, "tests/test_rng.py")->absent);
	play_done(&p);
}
END_TEST

START_TEST(a_file_that_fails_stands_for_what_was_asked)
{
	static const char *const only[] = {"tests/test_rng.py::test_a",
		"tests/test_rng.py::T::test_b", "tests/test_rng.pyx::c", NULL};
	struct play p;

	play_pytest(&p);
	p.request.only = only;
	play_data(&p, "result.json", "pytest-benchmark-5.3.1.json");
	play_data(&p, "revsweep.json", "revsweep.json");
	play_read(&p);
	ck_assert_uint_eq(p.result.n_benches, 10);
	ck_assert(play_bench(&p, "tests/test_rng.py::test_a")->absent);
	ck_assert(play_bench(&p, "tests/test_rng.py::T::test_b")->absent);
	play_done(&p);
}
END_TEST

static void
expect_collected(const char *entry, enum outcome_kind kind, const char *part)
{
	struct play p;
	scoped_free char *record =
		xasprintf("{\"format\": 1, \"tests\": [], \"collected\": [%s]}", entry);

	play_pytest(&p);
	p.output.exit_code = 1;
	play_write(&p, "revsweep.json", record);
	expect_outcome(&p, kind, part);
	play_done(&p);
}

START_TEST(nothing_was_measured)
{
	expect_collected("", OUTCOME_BAD_OUTPUT, "no benchmarks were collected");
	expect_collected("{\"id\": \"a.py\", \"outcome\": \"failed\", \"type\": \"E\", \"reason\": "
			 "\"r\", \"lack\": true}",
		OUTCOME_OK, "");
	expect_collected("{\"id\": \"a.py\", \"outcome\": \"failed\", \"type\": \"E\", \"reason\": "
			 "\"r\", \"lack\": false}",
		OUTCOME_FAILED, "a.py cannot be collected: E: r");
	expect_collected("{\"id\": \"\", \"outcome\": \"failed\", \"type\": \"E\", \"reason\": "
			 "\"r\", \"lack\": true}",
		OUTCOME_FAILED, "the suite cannot be collected: E: r");
	expect_collected(
		"{\"id\": \"a.py\", \"outcome\": \"skipped\", \"reason\": \"r\"}", OUTCOME_OK, "");
}
END_TEST

START_TEST(exit_codes)
{
	struct play p;

	play_pytest(&p);
	p.output.exit_code = 5;
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no result file");
	play_write(&p, "revsweep.json", "{\"format\": 1, \"tests\": [], \"collected\": []}");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no benchmarks were collected");
	p.output.exit_code = 4;
	play_write(&p, "stderr",
		"ERROR: usage: x [options]\nx: error: unrecognized arguments: --zork\n"
		"  inifile: None\n  rootdir: /suite\n");
	expect_outcome(
		&p, OUTCOME_FAILED, "pytest could not start: unrecognized arguments: --zork");
	play_write(&p, "stderr",
		"ImportError while loading conftest '/suite/conftest.py'.\n"
		"conftest.py:1: in <module>\n    import glass.rng\n"
		"E   ModuleNotFoundError: No module named 'glass.rng'\n");
	expect_outcome(&p, OUTCOME_FAILED,
		"pytest could not start: ModuleNotFoundError: No module named 'glass.rng'");
	p.output.exit_code = 3;
	play_write(&p, "stderr", "");
	play_write(&p, "stdout", "INTERNALERROR> Traceback\nINTERNALERROR> ValueError: x\n");
	expect_outcome(&p, OUTCOME_FAILED, "pytest had an internal error: ValueError: x");
	p.output.exit_code = 2;
	play_write(&p, "stdout", "!!!!! Interrupted: 1 error during collection !!!!!\n");
	expect_outcome(&p, OUTCOME_FAILED, "pytest was interrupted: 1 error during collection");
	ck_assert_ptr_null(strchr(p.result.outcome.detail, '!'));
	p.output.exit_code = 77;
	play_write(&p, "stderr", "odd\n");
	expect_outcome(&p, OUTCOME_FAILED, "exited with 77: odd");
	p.output.exit_code = 4;
	play_write(&p, "revsweep.json", "{\"format\": 1, \"error\": \"python3: No module x\"}");
	expect_outcome(&p, OUTCOME_FAILED, "python3: No module x");
	play_done(&p);
}
END_TEST

START_TEST(a_module_from_elsewhere_fails_the_launch)
{
	struct play p;

	play_pytest(&p);
	play_data(&p, "result.json", "pytest-benchmark-5.3.1.json");
	play_write(&p, "revsweep.json",
		"{\"format\": 1, \"origins\": [{\"module\": \"glass\", \"file\": "
		"\"/suite/glass/__init__.py\", \"inside\": false}]}");
	expect_outcome(&p, OUTCOME_FAILED,
		"module 'glass' was imported from /suite/glass/__init__.py, not from the prefix: "
		"the checkout shadows it");
	play_done(&p);
}
END_TEST

START_TEST(files_that_are_none)
{
	static const struct {
		const char *text, *part;
	} bad[] = {{"", "empty result"}, {"{\"benchmarks\": [", "result.json:1:"},
		{"{}", "not pytest-benchmark's"},
		{"{\"benchmarks\": {}}", "not pytest-benchmark's"},
		{"{\"benchmarks\": []}", "no benchmarks were collected"},
		{"{\"benchmarks\": [{\"stats\": {}}]}", "no benchmarks were collected"}};
	struct play p;

	play_pytest(&p);
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no result file 'result.json'");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		play_write(&p, "result.json", bad[i].text);
		expect_outcome(&p, OUTCOME_BAD_OUTPUT, bad[i].part);
	}
	play_write(&p, "result.json", "{\"benchmarks\": [{\"fullname\": \"a\", \"stats\": []}]}");
	play_read(&p);
	expect_bench(&p, "a", OUTCOME_BAD_OUTPUT, "neither a mean");
	play_done(&p);
}
END_TEST

START_TEST(an_early_death_says_why)
{
	struct play p;

	play_pytest(&p);
	p.output.exit_code = 1;
	play_write(&p, "stderr", "Traceback\nAttributeError: module 'time' has no 'zork'\n");
	expect_outcome(&p, OUTCOME_FAILED, "exited with 1: AttributeError");
	play_write(&p, "revsweep.json",
		"{\"tests\": [{\"id\": 5}, 7, {\"id\": \"a\", \"marks\": [1, \"m\"]}],"
		"\"collected\": [3, {}], \"notes\": [1]}");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(play_bench(&p, "a")->n_marks, 1);
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/pytest_benchmark", exact_command_lines, timers_by_name,
	selected_benches_go_through_a_file, fixed_rounds_go_through_a_file,
	the_plugin_is_written_whole, real_files, cpu_times_of_the_plugin, old_sparse_and_bad_rows,
	many_rounds_are_a_summary_of_the_plugin, a_summary_below_zero, the_record_adds_outcomes,
	a_file_that_fails_stands_for_what_was_asked, nothing_was_measured, exit_codes,
	a_module_from_elsewhere_fails_the_launch, files_that_are_none, an_early_death_says_why)

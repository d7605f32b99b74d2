#include "harness_test.h"

START_TEST(what_the_script_is_told)
{
	static const char *const paths[] = {"benchmarks", NULL};
	static const char *const two[] = {"a", "b", NULL};
	static const char *const only[] = {"a.time_x(1, 'b')", NULL};
	static const struct bench_rounds fixed[] = {{"a.time_x", 3, 7, 1}};
	struct play p;
	struct err err = ERR_INIT;
	scoped(str) text = STR_INIT;

	play_init(&p, "asv");
	ck_assert_int_eq(p.harness->check(&p.suite, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "with one path"));
	p.suite.paths = two;
	ck_assert_int_eq(p.harness->check(&p.suite, &err), -1);
	p.suite.paths = paths;
	ck_assert_int_eq(p.harness->check(&p.suite, &err), 0);
	p.request.only = only;
	p.request.fixed = fixed;
	p.request.n_fixed = 1;
	p.request.settings.timer = "cpu";
	ck_assert_str_eq(play_argv(&p), "python3|OUT/revsweep_asv.py");
	ck_assert_uint_eq(p.command.n_env, 3);
	scoped_free char *path = path_join(p.dir, "request.json");
	ck_assert_int_eq(fs_read(path, STR_MAX, &text, &err), 0);
	ck_assert_str_eq(text.p,
		"{\"path\":\"/suite/benchmarks\",\"quick\":false,\"rounds\":1,\"max_time\":0.2,"
		"\"timer\":\"cpu\"}");
	str_clear(&text);
	scoped_free char *plan = path_join(p.dir, "fixed");
	ck_assert_int_eq(fs_read(plan, STR_MAX, &text, &err), 0);
	ck_assert_str_eq(text.p, "{\"a.time_x\":[3,7,1]}");
	scoped_free char *other = path_join(p.dir, "revsweep_pytest.py");
	ck_assert(fs_exists(other));
	play_done(&p);
}
END_TEST

static const char record[] =
	"{\"asv_runner\": \"0.3.2\", \"python\": \"3.11.7\", \"notes\": [\"a note\"], \"benches\": "
	"["
	"{\"name\": \"a.time_x(1)\", \"metric\": \"time\", \"unit\": \"s\", \"params\": [[\"n\", "
	"\"1\"]], "
	"\"outcome\": \"ok\", \"values\": [0.5, 0.25], \"cpu\": [0.4, 0.2], \"iterations\": 7, "
	"\"clock\": \"wall\"},"
	"{\"name\": \"a.track_y\", \"metric\": \"value\", \"unit\": \"items\", \"outcome\": \"ok\","
	" \"values\": [-3], \"iterations\": 1},"
	"{\"name\": \"a.time_no\", \"metric\": \"time\", \"unit\": \"s\", \"outcome\": \"skipped\","
	" \"reason\": \"its setup says so\"},"
	"{\"name\": \"a.time_new\", \"metric\": \"time\", \"unit\": \"s\", \"outcome\": \"failed\","
	" \"type\": \"AttributeError\", \"reason\": \"no f\", \"lack\": true},"
	"{\"name\": \"a.time_slow\", \"metric\": \"time\", \"unit\": \"s\", \"outcome\": "
	"\"timeout\", \"reason\": \"timed out after 1 s\"},"
	"{\"name\": \"a.time_nan\", \"metric\": \"time\", \"unit\": \"s\", \"outcome\": \"ok\", "
	"\"values\": [NaN], \"iterations\": 1}],"
	"\"collected\": [{\"id\": \"b\", \"outcome\": \"failed\", \"type\": \"ImportError\", "
	"\"reason\": \"no g\", \"lack\": true}]}";

START_TEST(outcomes_of_benches)
{
	static const char *const only[] = {"b.mem_m(1)", "bb.time_t", NULL};
	struct play p;

	play_init(&p, "asv");
	play_write(&p, "result.json", record);
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_str_eq(p.result.harness_version, "asv_runner 0.3.2, Python 3.11.7");
	ck_assert_str_eq(p.result.notes[0], "a note");
	const struct launch_bench *b = play_bench(&p, "a.time_x(1)");
	ck_assert_uint_eq(b->n_values, 2);
	ck_assert_uint_eq(b->iterations, 7);
	ck_assert_double_eq(b->cpu_values[1], 0.2);
	ck_assert_str_eq(b->param, "1");
	ck_assert_str_eq(run_pair_get(b->params, "n"), "1");
	b = play_bench(&p, "a.track_y");
	ck_assert_str_eq(b->metric, "value");
	ck_assert_str_eq(b->unit, "items");
	expect_bench(&p, "a.track_y", OUTCOME_OK, "");
	expect_bench(&p, "a.time_no", OUTCOME_SKIPPED, "its setup says so");
	expect_bench(&p, "a.time_new", OUTCOME_FAILED, "AttributeError: no f");
	ck_assert(play_bench(&p, "a.time_new")->absent);
	expect_bench(&p, "a.time_slow", OUTCOME_TIMED_OUT, "after 1 s");
	expect_bench(&p, "a.time_nan", OUTCOME_FAILED, "not finite");
	ck_assert(play_bench(&p, "b")->absent);
	p.request.only = only;
	play_read(&p);
	b = play_bench(&p, "b.mem_m(1)");
	ck_assert_str_eq(b->metric, "size");
	ck_assert(b->absent);
	for (size_t i = 0; i < p.result.n_benches; i++)
		ck_assert_str_ne(p.result.benches[i].name, "bb.time_t");
	play_done(&p);
}
END_TEST

START_TEST(launches_that_fail)
{
	struct play p;

	play_init(&p, "asv");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no result file");
	play_write(&p, "result.json", "{\"error\": \"python3: No module named 'asv_runner'\"}");
	p.output.exit_code = 4;
	expect_outcome(&p, OUTCOME_FAILED, "No module named 'asv_runner'");
	p.output.exit_code = 0;
	play_write(&p, "result.json", "{\"benches\": []}");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no benchmarks were found");
	play_write(&p, "result.json",
		"{\"benches\": [], \"collected\": [{\"id\": \"\", \"outcome\": \"failed\", "
		"\"type\": "
		"\"SyntaxError\", \"reason\": \"bad\"}]}");
	expect_outcome(&p, OUTCOME_FAILED, "the suite cannot be imported: SyntaxError: bad");
	play_write(&p, "result.json",
		"{\"benches\": [], \"origins\": [{\"module\": \"m\", \"file\": \"/x/m.py\"}]}");
	expect_outcome(&p, OUTCOME_FAILED, "not from the prefix");
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/asv", what_the_script_is_told, outcomes_of_benches, launches_that_fail)

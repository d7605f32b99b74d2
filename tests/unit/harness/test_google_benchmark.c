#include "harness_test.h"

#include <math.h>

START_TEST(exact_command_lines)
{
	static const char *const args[] = {"--benchmark_counters_tabular=true", NULL};
	static const char *const only[] = {
		"BM_copy/8/real_time", "BM_t<int*>(a|b)[0]{1}.x+?^$\\", NULL};
	struct play p;

	play_init(&p, "google-benchmark");
	p.suite.run = "bench --data x";
	ck_assert_str_eq(play_argv(&p),
		"bench|--data|x|--benchmark_repetitions=3|--benchmark_report_aggregates_only=false|"
		"--benchmark_out=OUT/result.json|--benchmark_out_format=json");
	ck_assert_uint_eq(p.command.rounds, 0);
	p.suite.args = args;
	p.request.only = only;
	p.request.settings.min_rounds = 7;
	p.request.settings.min_time_s = 0.05;
	ck_assert_str_eq(play_argv(&p),
		"bench|--data|x|--benchmark_repetitions=7|--benchmark_report_aggregates_only=false|"
		"--benchmark_min_time=0.05|--benchmark_counters_tabular=true|"
		"--benchmark_out=OUT/result.json|--benchmark_out_format=json|"
		"--benchmark_filter=^(BM_copy/8/real_time|"
		"BM_t<int\\*>\\(a\\|b\\)\\[0\\]\\{1\\}\\.x\\+\\?\\^\\$\\\\)$");
	p.request.quick = true;
	p.request.only = NULL;
	p.suite.args = NULL;
	p.suite.run = "OMP=1 bench";
	ck_assert_str_eq(play_argv(&p),
		"sh|-eu|-c|OMP=1 bench \"$@\"|sh|--benchmark_repetitions=1|"
		"--benchmark_report_aggregates_only=false|--benchmark_min_time=0.001|"
		"--benchmark_out=OUT/result.json|--benchmark_out_format=json");
	play_done(&p);
}
END_TEST

/* Written by Debian's libbenchmark 1.7.1. */
START_TEST(a_pass_has_a_number_of_iterations)
{
	static const char *const only[] = {"BM_copy/8", NULL};
	struct play p;

	play_init(&p, "google-benchmark");
	p.suite.run = "bench";
	p.request.only = only;
	p.request.pass = PASS_MEMORY;
	ck_assert_str_eq(play_argv(&p),
		"bench|--benchmark_min_time=10x|--benchmark_repetitions=1|"
		"--benchmark_out=OUT/result.json|--benchmark_out_format=json|"
		"--benchmark_filter=^(BM_copy/8)$");
	/* Which benches there are, older versions must be able to tell, too. */
	p.request.quick = true;
	ck_assert_ptr_nonnull(strstr(play_argv(&p), "--benchmark_min_time=0.001|"));
	play_done(&p);
}
END_TEST

START_TEST(a_real_file)
{
	struct play p;

	play_init(&p, "google-benchmark");
	play_data(&p, "result.json", "google-benchmark-1.7.1.json");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 5);
	ck_assert(p.result.notes && strstr(p.result.notes[0], "debugging"));
	const struct launch_bench *b = play_bench(&p, "BM_copy/64");
	ck_assert_ptr_eq(b, &p.result.benches[0]);
	ck_assert_uint_eq(b->n_values, 2);
	ck_assert_double_eq_tol(b->values[0], 3.0868559488001801e-9, 1e-24);
	ck_assert_double_eq_tol(b->cpu_values[1], 3.0566919479939445e-9, 1e-24);
	ck_assert_uint_eq(b->iterations, 4585466);
	ck_assert_int_eq(b->clock, CLOCK_KIND_WALL);
	b = play_bench(&p, "BM_real/real_time");
	ck_assert_double_eq_tol(b->values[0], 0.0004686952841770226e-6, 1e-22);
	expect_bench(&p, "BM_err", OUTCOME_FAILED, "no device");
	b = play_bench(&p, "BM_tmpl<int*>/repeats:2");
	ck_assert(b->has_summary);
	ck_assert_uint_eq(b->n_values, 0);
	ck_assert_uint_eq(b->summary.rounds, 2);
	ck_assert_double_eq_tol(b->summary.v[SUMMARY_MEAN], 0.4706701484676791e-9, 1e-22);
	ck_assert_double_eq_tol(b->summary.v[SUMMARY_STDDEV], 0.009281895732026346e-9, 1e-22);
	ck_assert(isnan(b->summary.v[SUMMARY_MIN]));

	p.request.settings.timer = "cpu";
	play_read(&p);
	b = play_bench(&p, "BM_copy/64");
	ck_assert_int_eq(b->clock, CLOCK_KIND_CPU);
	ck_assert_double_eq_tol(b->values[1], 3.0566919479939445e-9, 1e-24);
	b = play_bench(&p, "BM_tmpl<int*>/repeats:2");
	ck_assert_double_eq(b->summary.v[SUMMARY_MEAN], b->summary.v[SUMMARY_CPU_MEAN]);
	play_done(&p);
}
END_TEST

/* What the pilot fixed: a command for those with equal numbers, one for all that it does not name.
 */
START_TEST(fixed_iterations)
{
	static const struct bench_rounds fixed[] = {
		{"a", 2, 1100, 1}, {"b/1", 3, 1040, 0}, {"c", 1, 7, 0}};
	static const char *const only[] = {"c", "new", NULL};
	scoped(str) script = STR_INIT;
	struct err err = ERR_INIT;
	struct play p;

	play_init(&p, "google-benchmark");
	p.suite.run = "bench";
	p.request.fixed = fixed;
	p.request.n_fixed = 3;
	ck_assert_str_eq(play_argv(&p), "sh|OUT/launch.sh");
	scoped_free char *path = path_join(p.dir, "launch.sh");
	ck_assert_int_eq(fs_read(path, STR_MAX, &script, &err), 0);
	ck_assert_ptr_nonnull(strstr(script.p, "'--benchmark_repetitions=3' "));
	ck_assert_ptr_nonnull(strstr(script.p, "'--benchmark_min_time=1000x' "));
	ck_assert_ptr_nonnull(strstr(script.p, "'--benchmark_filter=^(a|b/1)$'"));
	ck_assert_ptr_nonnull(strstr(script.p, "'--benchmark_min_time=7x' "));
	ck_assert_ptr_nonnull(strstr(script.p, "'--benchmark_filter=-^(c|a|b/1)$'"));
	ck_assert_ptr_nonnull(strstr(script.p, "result-2.json"));
	play_data(&p, "result.json", "google-benchmark-1.9.json");
	play_data(&p, "result-1.json", "google-benchmark-1.7.1.json");
	play_write(&p, "result-2.json", "");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert(p.result.cannot_fix); /* the last that said a version did not */
	play_bench(&p, "BM_skip");
	play_bench(&p, "BM_copy/64");

	p.request.only = only;
	str_clear(&script);
	play_argv(&p);
	ck_assert_int_eq(fs_read(path, STR_MAX, &script, &err), 0);
	ck_assert_ptr_nonnull(strstr(script.p, "'--benchmark_filter=^(new)$'"));
	ck_assert_ptr_nonnull(strstr(script.p, "'--benchmark_filter=^(c)$'"));
	ck_assert_ptr_null(strstr(script.p, "=-"));
	p.request.quick = true;
	ck_assert_ptr_nonnull(strstr(play_argv(&p), "--benchmark_filter=^(c|new)$"));
	play_done(&p);
}
END_TEST

START_TEST(rounds_are_dropped)
{
	static const struct bench_rounds fixed[] = {{"BM_copy/64", 1, 1000, 1}};
	struct play p;

	play_init(&p, "google-benchmark");
	p.request.fixed = fixed;
	p.request.n_fixed = 1;
	play_data(&p, "result.json", "google-benchmark-1.7.1.json");
	play_write(&p, "result-1.json", "");
	expect_outcome(&p, OUTCOME_OK, "");
	const struct launch_bench *b = play_bench(&p, "BM_copy/64");
	ck_assert_uint_eq(b->n_values, 1);
	ck_assert_double_eq_tol(b->cpu_values[0], 3.0566919479939445e-9, 1e-24);
	play_done(&p);
}
END_TEST

START_TEST(before_run_types)
{
	struct play p;

	play_init(&p, "google-benchmark");
	play_data(&p, "result.json", "google-benchmark-1.4.json");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 3);
	ck_assert_ptr_null(p.result.notes);
	const struct launch_bench *b = play_bench(&p, "BM_copy/8/repeats:2");
	ck_assert_uint_eq(b->n_values, 2);
	ck_assert_double_eq_tol(b->values[1], 17e-9, 1e-20);
	ck_assert_double_eq_tol(play_bench(&p, "BM_running_mean")->values[0], 2e-3, 1e-15);
	ck_assert_double_eq_tol(play_bench(&p, "BM_ancient")->values[0], 3e-9, 1e-20);
	play_done(&p);
}
END_TEST

START_TEST(rows_that_are_no_numbers)
{
	struct play p;

	play_init(&p, "google-benchmark");
	play_data(&p, "result.json", "google-benchmark-1.9.json");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_str_eq(p.result.harness_version, "google-benchmark v1.9.4");
	expect_bench(&p, "BM_ok/min_time:0.100/real_time", OUTCOME_OK, "");
	expect_bench(&p, "BM_skip", OUTCOME_SKIPPED, "no GPU");
	ck_assert_str_eq(play_bench(&p, "BM_skip")->outcome.detail, "no GPU");
	expect_bench(&p, "BM_nan", OUTCOME_FAILED, "not finite");
	expect_bench(&p, "BM_unit", OUTCOME_FAILED, "unknown time unit 'weeks'");
	expect_bench(&p, "BM_twice", OUTCOME_FAILED, "second failed");
	play_done(&p);
}
END_TEST

START_TEST(files_that_are_none)
{
	static const struct {
		const char *text, *part;
	} bad[] = {{"", "empty result"}, {"{\"context\": {}, \"benchmarks\": []}", "empty result"},
		{"{\"context\": {}, \"benchmarks\": [", "result.json:1:"}, {"[]", "not Google"},
		{"{\"benchmarks\": []}", "not Google"},
		{"{\"context\": {}, \"benchmarks\": {\"a\": 1}}", "not Google"},
		{"{\"context\": {}, \"benchmarks\": [7]}", "benchmark 1 has no name"}};
	struct play p;

	play_init(&p, "google-benchmark");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no result file 'result.json'");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		play_write(&p, "result.json", bad[i].text);
		expect_outcome(&p, OUTCOME_BAD_OUTPUT, bad[i].part);
	}
	play_data(&p, "result.json", "google-benchmark-1.9.json");
	p.output.exit_code = 1;
	play_write(&p, "stderr", "error: unrecognized command-line flag: --zork\n");
	expect_outcome(&p, OUTCOME_FAILED, "exited with 1: error: unrecognized");
	play_done(&p);
}
END_TEST

START_TEST(unsupported_settings_are_named)
{
	struct play p;

	play_init(&p, "google-benchmark");
	p.request.settings.timer = "cpu";
	p.request.settings.min_rounds = 3;
	p.request.settings.min_time_s = 0.1;
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings.timer = "monotonic";
	p.request.settings.max_time_s = 1;
	p.request.settings.calibration_precision = 10;
	p.request.settings.warmup = 1;
	p.request.settings.disable_gc = 1;
	const char *notes = play_unsupported(&p);
	ck_assert(strstr(notes, "timer") && strstr(notes, "max_time") &&
		  strstr(notes, "calibration_precision") && strstr(notes, "warmup") &&
		  strstr(notes, "disable_gc"));
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/google_benchmark", exact_command_lines, a_pass_has_a_number_of_iterations,
	a_real_file, fixed_iterations, rounds_are_dropped, before_run_types,
	rows_that_are_no_numbers, files_that_are_none, unsupported_settings_are_named)

#include "format/asv.h"

#include "format_test.h"

#include <math.h>

#define NAME "asv"

static const char *
detail_of(const struct run *run, const char *name)
{
	const struct run_bench *b = bench_of(run, name);

	return b->outcome ? b->outcome->detail : "ok";
}

/* Written by asv 0.6.6 with --quick --record-samples. */
START_TEST(version_2)
{
	scoped(run) run = RUN_INIT;

	read_data(NAME, "asv-0.6.6/box/7dde6cdb-existing.json", &run);
	ck_assert_uint_eq(run.benches.n, 17);
	ck_assert_str_eq(run.facts.commit, "7dde6cdb117a3b19c6d4766963b87a0e4cf6a2f9");
	ck_assert_str_eq(run.facts.commit_time, "2026-11-22T02:48:20Z");
	ck_assert_str_eq(run.facts.date, "2026-11-22T02:48:23Z");
	ck_assert_str_eq(machine_of(&run, "machine"), "box");
	ck_assert_ptr_nonnull(machine_of(&run, "env_name"));
	const struct run_bench *b = bench_of(&run, "suite.Sorts.time_sort(10, 'b c')");
	ck_assert_str_eq(b->param, "10, 'b c'");
	ck_assert_str_eq(b->params[0].key, "size");
	ck_assert_str_eq(b->params[1].value, "'b c'");
	const struct run_value *v = run_value_of(b, "time");
	ck_assert_uint_eq(v->n_data, 1);
	ck_assert_double_eq_tol(v->data[0], 2.8950016712769866e-06, 1e-18);
	ck_assert_double_eq(v->stat[RUN_ITERATIONS], 1);
	ck_assert_msg(strstr(detail_of(&run, "suite.Sorts.time_sort(1000, 'b c')"), "NaN"), "%s",
		detail_of(&run, "suite.Sorts.time_sort(1000, 'b c')"));
	ck_assert_msg(strstr(detail_of(&run, "suite.time_fails"), "failed"), "failed");
	v = value_of(&run, "suite.Sorts.peakmem_sort(10, 'a')", "peak");
	ck_assert_str_eq(v->unit, "B");
	ck_assert_double_eq(v->stat[RUN_MEDIAN], 27348992);
	v = value_of(&run, "suite.Sorts.track_size(1000, 'a')", "value");
	ck_assert_str_eq(v->unit, "items");
}
END_TEST

START_TEST(version_1)
{
	static const char text[] =
		"{\"commit_hash\": \"ab12\", \"env_name\": \"py3.6\", \"date\": 1500000000000, "
		"\"params\": {\"machine\": \"m\", \"ram\": \"8\"}, \"requirements\": {\"numpy\": "
		"\"1.8\"}, \"results\": {\"a.time_plain\": 0.5, \"a.track_none\": null, "
		"\"a.B.time_x\": {\"params\": [[\"1\", \"2\"]], \"result\": [0.25, null], "
		"\"stats\": [{\"ci_99\": [0.1, 0.3], \"q_25\": 0.2, \"q_75\": 0.3, \"n\": 5, "
		"\"number\": 4, \"mean\": 0.26, \"std\": 0.01}, null]}}, \"version\": 1}";
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(read_text(NAME, text, &run, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(run.benches.n, 4);
	ck_assert_double_eq(value_of(&run, "a.time_plain", "time")->stat[RUN_MEDIAN], 0.5);
	ck_assert_msg(strstr(detail_of(&run, "a.track_none"), "failed"), "failed");
	const struct run_value *v = value_of(&run, "a.B.time_x(1)", "time");
	ck_assert_double_eq(v->stat[RUN_MEDIAN], 0.25);
	ck_assert_double_eq(v->stat[RUN_Q1], 0.2);
	ck_assert_double_eq(v->stat[RUN_ROUNDS], 5);
	ck_assert_double_eq(v->stat[RUN_ITERATIONS], 4);
	ck_assert_double_eq(v->stat[RUN_STDDEV], 0.01);
	ck_assert_str_eq(bench_of(&run, "a.B.time_x(1)")->params[0].key, "param1");
	ck_assert_msg(strstr(detail_of(&run, "a.B.time_x(2)"), "failed"), "failed");
	ck_assert_str_eq(machine_of(&run, "requirements.numpy"), "1.8");
}
END_TEST

START_TEST(what_is_none)
{
	static const struct {
		const char *text, *part;
	} bad[] = {{"{\"commit_hash\": \"a\"}", "no results"}, {"{\"results\": {\"a\": [[1,", "1:"},
		{"{\"results\": {\"a.time_x\": [[1], [[\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\","
		 "\"1\",\"1\",\"1\",\"1\",\"1\",\"1\"],[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"
		 "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"
		 "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]]]}}",
			"more than 1000000 combinations"}};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		scoped(run) run = RUN_INIT;
		struct err err = ERR_INIT;

		ck_assert_int_eq(read_text(NAME, bad[i].text, &run, &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, bad[i].part), "%s", err.text);
	}
}
END_TEST

START_TEST(metrics_by_name)
{
	static const struct {
		const char *name, *type, *unit, *metric, *is;
	} table[] = {{"a.time_x", NULL, NULL, "time", "s"},
		{"a.B.TimeRaw(1, 'x.track_y')", NULL, NULL, "time", "s"},
		{"peakmem_x", NULL, NULL, "peak", "B"}, {"a.mem_x", NULL, NULL, "size", "B"},
		{"a.track_x", NULL, NULL, "value", "unit"},
		{"a.time_x", "track", "items", "value", "items"},
		{"a.odd", "memory", "bytes", "size", "B"}};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct asv_metric m = asv_metric_of(table[i].name, table[i].type, table[i].unit);
		ck_assert_str_eq(m.metric, table[i].metric);
		ck_assert_str_eq(m.unit, table[i].is);
	}
}
END_TEST

TEST_SUITE("format/asv", version_2, version_1, what_is_none, metrics_by_name)

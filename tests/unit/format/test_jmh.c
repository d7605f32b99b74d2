#include "format_test.h"

#include <math.h>

#define NAME "jmh"

/* Written by JMH 1.37 with two forks of two iterations; percentiles and most of the histogram were
 * taken out. */
START_TEST(modes_params_and_profilers)
{
	scoped(run) run = RUN_INIT;

	read_data(NAME, "jmh-1.37.json", &run);
	ck_assert_uint_eq(run.benches.n, 5);
	ck_assert_str_eq(run.facts.tool, "JMH 1.37");
	ck_assert_str_eq(machine_of(&run, "jdkVersion"), "17.0.15");
	ck_assert_str_eq(machine_of(&run, "threads"), "1");
	const struct run_value *v = value_of(&run, "org.sample.Plain.logs", "throughput");
	ck_assert_int_eq(v->direction, HIGHER_IS_BETTER);
	ck_assert_str_eq(v->unit, "ops/s");
	ck_assert_uint_eq(v->n_data, 4);
	ck_assert_double_eq_tol(v->data[0], 5480777.353835329, 1e-6);
	const struct run_bench *b = bench_of(&run, "org.sample.Sorts.sort:kind=b c,size=10");
	ck_assert_str_eq(b->name, "Sorts.sort:kind=b c,size=10");
	ck_assert_str_eq(b->param, "kind=b c,size=10");
	ck_assert_str_eq(b->params[1].key, "size");
	ck_assert_str_eq(b->params[1].value, "10");
	v = run_value_of(b, "time");
	ck_assert_int_eq(v->direction, LOWER_IS_BETTER);
	ck_assert_double_eq_tol(v->data[2], 4.577058076923077e-6, 1e-18);
	v = run_value_of(b, "allocated");
	ck_assert_str_eq(v->unit, "B");
	ck_assert_double_eq_tol(v->data[1], 57.17372027408303, 1e-9);
	v = value_of(&run, "org.sample.Plain.text (sample)", "time");
	ck_assert_uint_eq(v->n_data, 4);
	ck_assert_double_eq_tol(v->data[0], 2.092e-6, 1e-15);
	v = value_of(&run, "org.sample.Plain.once (ss)", "time");
	ck_assert_double_eq_tol(v->data[0], 0.000122071, 1e-12);
}
END_TEST

/* Names of profilers' metrics began with a dot, and a lone iteration has no error. */
START_TEST(older_files)
{
	scoped(run) run = RUN_INIT;

	read_data(NAME, "jmh-1.23.json", &run);
	ck_assert_uint_eq(run.benches.n, 2);
	ck_assert_str_eq(run.facts.tool, "JMH 1.23");
	const struct run_value *v =
		value_of(&run, "org.sample.Sorts.sort:kind=a,size=10", "allocated");
	ck_assert_uint_eq(v->n_data, 2);
}
END_TEST

START_TEST(units_and_scores_alone)
{
	static const char text[] =
		"[{\"primaryMetric\": {\"scoreUnit\": \"min/op\", \"score\": 2}, \"benchmark\": "
		"\"a.B.c\"}, {\"benchmark\": \"x\", \"primaryMetric\": {\"rawData\": [[3]], "
		"\"scoreUnit\": \"ops/hr\"}}, {\"benchmark\": \"a.B.odd\", \"primaryMetric\": "
		"{\"rawData\": [[1, \"NaN\"]], \"scoreUnit\": \"cows\"}}]";
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(read_text(NAME, text, &run, &err) == 0, "%s", err.text);
	ck_assert_double_eq(value_of(&run, "a.B.c", "time")->stat[RUN_MEAN], 120);
	ck_assert_double_eq_tol(value_of(&run, "x", "throughput")->data[0], 3 / 3600.0, 1e-15);
	const struct run_value *v = value_of(&run, "a.B.odd", "value");
	ck_assert_str_eq(v->unit, "cows");
	ck_assert(isnan(v->data[1]));
}
END_TEST

START_TEST(what_is_none)
{
	static const struct {
		const char *text, *part;
	} bad[] = {{"{}", "no list of results"}, {"[{}]", "result 1 has no benchmark"},
		{"[{\"benchmark\": \"a\"}]", "no primaryMetric"}, {"[", "1:"}};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		scoped(run) run = RUN_INIT;
		struct err err = ERR_INIT;

		ck_assert_int_eq(read_text(NAME, bad[i].text, &run, &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, bad[i].part), "%s", err.text);
	}
}
END_TEST

TEST_SUITE(
	"format/jmh", modes_params_and_profilers, older_files, units_and_scores_alone, what_is_none)

#include "format_test.h"

#include <math.h>

#define NAME "peakbench"

START_TEST(samples_and_units)
{
	static const char text[] =
		"{\"label\": \"v1\", \"samples\": [{\"id\": \"a::b[10]\", \"value\": 2, \"dims\": "
		"{\"n\": 10, \"kind\": \"x\"}}, {\"id\": \"a::b[10]\", \"value\": 3}, {\"id\": "
		"\"c\", "
		"\"value\": null, \"dims\": {}}], \"unit\": \"MiB\"}";
	scoped(run) run = RUN_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(read_text(NAME, text, &run, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(run.benches.n, 2);
	ck_assert_str_eq(run.facts.tag, "v1");
	const struct run_value *v = value_of(&run, "a::b[10]", "peak");
	ck_assert_str_eq(v->unit, "B");
	ck_assert_uint_eq(v->n_data, 2);
	ck_assert_double_eq(v->data[1], 3 * 1048576.0);
	ck_assert_ptr_nonnull(bench_of(&run, "c")->outcome);
}
END_TEST

START_TEST(other_units)
{
	static const struct {
		const char *unit, *metric, *is;
		double v;
	} table[] = {
		{"ms", "time", "s", 2e-3}, {"bytes", "peak", "B", 2}, {"cows", "value", "cows", 2}};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		scoped_free char *text =
			xasprintf("{\"unit\": \"%s\", \"samples\": [{\"id\": \"a\", \"value\": 2, "
				  "\"dims\": {\"n\": [1]}}]}",
				table[i].unit);
		scoped(run) run = RUN_INIT;
		struct err err = ERR_INIT;

		ck_assert_msg(read_text(NAME, text, &run, &err) == 0, "%s", err.text);
		const struct run_value *v = value_of(&run, "a", table[i].metric);
		ck_assert_str_eq(v->unit, table[i].is);
		ck_assert_double_eq_tol(v->data[0], table[i].v, 1e-12);
		ck_assert_str_eq(bench_of(&run, "a")->params[0].value, "[1]");
	}
}
END_TEST

START_TEST(what_is_none)
{
	static const struct {
		const char *text, *part;
	} bad[] = {{"{\"unit\": \"s\"}", "no list of samples"},
		{"{\"samples\": [{\"value\": 1}]}", "a sample has no id"},
		{"{\"samples\": [", "1:"}};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		scoped(run) run = RUN_INIT;
		struct err err = ERR_INIT;

		ck_assert_int_eq(read_text(NAME, bad[i].text, &run, &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, bad[i].part), "%s", err.text);
	}
}
END_TEST

TEST_SUITE("format/peakbench", samples_and_units, other_units, what_is_none)

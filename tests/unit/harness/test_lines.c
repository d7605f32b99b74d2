#include "harness_test.h"

#include <math.h>

static void
play_lines(struct play *p, const char *text)
{
	play_init(p, "lines");
	play_write(p, "stdout", text);
	play_read(p);
}

static void
refused(const char *text, const char *part)
{
	struct play p;

	play_lines(&p, text);
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, part);
	play_done(&p);
}

START_TEST(both_forms)
{
	struct play p;

	play_lines(&p, "# a comment\n\n  parse 1.5 ms\nparse 1.25 ms\r\n"
		       "\"two words\" 3 \nsort,us,10,20, 30\n\"a,\"\"b\"\"\",MiB,2\n"
		       "copy 5e2 MB/s\nn\xc3\xa9 7 widgets\nzero 0 s");
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 7);
	const struct launch_bench *b = play_bench(&p, "parse");
	ck_assert_ptr_eq(b, &p.result.benches[0]);
	ck_assert_str_eq(b->metric, "time");
	ck_assert_str_eq(b->unit, "s");
	ck_assert_uint_eq(b->n_values, 2);
	ck_assert_double_eq(b->values[0], 1.5e-3);
	ck_assert_double_eq(b->values[1], 1.25e-3);
	b = play_bench(&p, "two words");
	ck_assert_str_eq(b->metric, "value");
	ck_assert_str_eq(b->unit, "");
	b = play_bench(&p, "sort");
	ck_assert_uint_eq(b->n_values, 3);
	ck_assert_double_eq_tol(b->values[2], 30e-6, 1e-18);
	b = play_bench(&p, "a,\"b\"");
	ck_assert_str_eq(b->metric, "size");
	ck_assert_str_eq(b->unit, "B");
	ck_assert_double_eq(b->values[0], 2 * 1048576.0);
	b = play_bench(&p, "copy");
	ck_assert_str_eq(b->metric, "throughput");
	ck_assert_str_eq(b->unit, "MB/s");
	ck_assert_int_eq(b->direction, HIGHER_IS_BETTER);
	ck_assert_double_eq(b->values[0], 500);
	expect_bench(&p, "zero", OUTCOME_OK, "");
	play_done(&p);
}
END_TEST

START_TEST(names_stay_as_they_are)
{
	struct play p;

	play_lines(&p, "f(a,b) 1 ms\n\x1b[31mred 2 ms\n\"\xff\xfe\" 3 ms\nwidget,,4\n");
	expect_bench(&p, "f(a,b)", OUTCOME_OK, "");
	expect_bench(&p, "\x1b[31mred", OUTCOME_OK, "");
	expect_bench(&p, "\xff\xfe", OUTCOME_OK, "");
	ck_assert_str_eq(play_bench(&p, "widget")->metric, "value");
	play_done(&p);
}
END_TEST

START_TEST(other_lines_are_shown_with_their_number)
{
	refused("parse 1 ms\nRunning tests...\n", "line 2 is neither");
	refused("parse 1 ms\nRunning tests...\n", ": Running tests...");
	refused("parse\n", "line 1");
	refused("parse 1 ms extra\n", "line 1");
	refused("parse 1ms\n", "line 1");
	refused("parse 1,5 ms\n", "line 1");
	refused("parse 0x10 ms\n", "line 1");
	refused("parse 1-2 ms\n", "line 1");
	refused("\"parse 1 ms\n", "line 1");
	refused("\"parse\"x 1 ms\n", "line 1");
	refused("\"\" 1 ms\n", "line 1");
	refused("sort,us,10,,20\n", "line 1");
	refused("sort,us,10,x\n", "line 1");
	refused("name,unit,value\n", "line 1");
}
END_TEST

START_TEST(nothing_is_not_zero)
{
	refused("", "empty result");
	refused("\n# only this\n", "empty result");
	struct play p;
	play_init(&p, "lines");
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "no result file");
	play_bytes(&p, "stdout", "a 1 s\0\n", 7);
	expect_outcome(&p, OUTCOME_BAD_OUTPUT, "NUL");
	play_done(&p);
}
END_TEST

START_TEST(numbers_that_are_none_fail_their_bench)
{
	static const char *const bad[] = {
		"NaN", "nan", "inf", "-Infinity", "1e999", "-1e999", "1e-999"};
	struct play p;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		scoped_free char *text = xasprintf("a 1 ms\na %s ms\nb 2 ms\n", bad[i]);
		play_lines(&p, text);
		expect_outcome(&p, OUTCOME_OK, "");
		expect_bench(&p, "a", OUTCOME_FAILED, "not finite: round 2");
		expect_bench(&p, "b", OUTCOME_OK, "");
		play_done(&p);
	}
	play_lines(&p, "a -1 ms\nb -1 MiB\nc -1\nd -0 s\n");
	expect_bench(&p, "a", OUTCOME_FAILED, "negative");
	expect_bench(&p, "b", OUTCOME_FAILED, "negative");
	expect_bench(&p, "c", OUTCOME_OK, "");
	expect_bench(&p, "d", OUTCOME_OK, "");
	play_done(&p);
}
END_TEST

START_TEST(one_name_has_one_unit)
{
	struct play p;

	play_lines(&p, "a 1 ms\nb 2 ms\na 1 MiB\nb 3 us\nc 1\nc 1 widgets\n");
	expect_bench(&p, "a", OUTCOME_FAILED, "another unit on line 3 than on line 1");
	expect_bench(&p, "b", OUTCOME_OK, "");
	expect_bench(&p, "c", OUTCOME_FAILED, "another unit");
	play_done(&p);
}
END_TEST

START_TEST(limits)
{
	struct play p;
	scoped(str) text = STR_INIT;
	char name[502];

	memset(name, 'n', sizeof(name));
	name[500] = '\0';
	str_addf(&text, "%s 1 s\n", name);
	play_lines(&p, text.p);
	expect_outcome(&p, OUTCOME_OK, "");
	play_done(&p);
	str_clear(&text);
	str_addf(&text, "%sn 1 s\n", name);
	refused(text.p, "line 1");

	str_clear(&text);
	for (int i = 0; i < 100000; i++)
		str_addf(&text, "b%d 1 s\n", i);
	play_lines(&p, text.p);
	expect_outcome(&p, OUTCOME_OK, "");
	ck_assert_uint_eq(p.result.n_benches, 100000);
	ck_assert_str_eq(p.result.benches[99999].name, "b99999");
	play_done(&p);
	str_add(&text, "one 1 s\n");
	refused(text.p, "more than 100000 lines");

	str_clear(&text);
	while (text.n <= (size_t)16 << 20)
		str_add(&text, "# a long comment that says nothing at all, again and again\n");
	refused(text.p, "larger than 16 MiB");
}
END_TEST

START_TEST(exit_code_wins_over_output)
{
	struct play p;

	play_lines(&p, "parse 1 ms\n");
	p.output.exit_code = 1;
	play_write(&p, "stderr", "out of cheese\n");
	expect_outcome(&p, OUTCOME_FAILED, "exited with 1: out of cheese");
	play_done(&p);
}
END_TEST

START_TEST(command_and_notes)
{
	static const char *const args[] = {"x", NULL};
	struct play p;

	play_init(&p, "lines");
	p.suite.run = "./bench --all";
	p.suite.args = args;
	p.suite.cwd = "b";
	ck_assert_str_eq(play_argv(&p), "./bench|--all|x");
	ck_assert_uint_eq(p.command.rounds, 0);
	ck_assert_str_eq(p.command.cwd, "/suite/b");
	ck_assert_str_eq(play_unsupported(&p), "");
	p.request.settings.timer = "cpu";
	p.request.settings.min_rounds = 5;
	ck_assert(strstr(play_unsupported(&p), "timer") != NULL);
	ck_assert(strstr(play_unsupported(&p), "min_rounds") != NULL);
	play_done(&p);
}
END_TEST

TEST_SUITE("harness/lines", both_forms, names_stay_as_they_are,
	other_lines_are_shown_with_their_number, nothing_is_not_zero,
	numbers_that_are_none_fail_their_bench, one_name_has_one_unit, limits,
	exit_code_wins_over_output, command_and_notes)

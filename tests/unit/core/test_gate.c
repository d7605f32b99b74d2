#include "core/gate.h"

#include "base/mem.h"

#include "../check_main.h"

#include <string.h>

START_TEST(gates_of_other_tools_and_our_own)
{
	static const struct {
		const char *text, *metric;
		enum gate_field field;
		bool percent;
		double limit;
	} cases[] = {{"mean:5%", "time", GATE_MEAN, true, 0.05},
		{"mean:0.5%", "time", GATE_MEAN, true, 0.005},
		{"min:10%", "time", GATE_MIN, true, 0.1}, {"max:100%", "time", GATE_MAX, true, 1},
		{"median:0%", "time", GATE_MEDIAN, true, 0},
		{"mean:0.0005", "time", GATE_MEAN, false, 0.0005},
		{"mean:5e-4", "time", GATE_MEAN, false, 0.0005},
		{"mean:.0005", "time", GATE_MEAN, false, 0.0005},
		{"mean:0.0005s", "time", GATE_MEAN, false, 0.0005},
		{"mean:500us", "time", GATE_MEAN, false, 0.0005},
		{"mean:500\xc2\xb5s", "time", GATE_MEAN, false, 0.0005},
		{"mean:2m", "time", GATE_MEAN, false, 120},
		{"auto:2%", "time", GATE_AUTO, true, 0.02},
		{"stddev:1ms", "time", GATE_STDDEV, false, 0.001},
		{"iqr:50%", "time", GATE_IQR, true, 0.5},
		{"iqr:3ns", "time", GATE_IQR, false, 3e-9},
		{"time:1ms", "time", GATE_AUTO, false, 0.001},
		{"time:3%", "time", GATE_AUTO, true, 0.03},
		{"peak:10%", "peak", GATE_AUTO, true, 0.1},
		{"peak:5MiB", "peak", GATE_AUTO, false, 5 * 1048576.0},
		{"peak:4096", "peak", GATE_AUTO, false, 4096},
		{"allocated:1GB", "allocated", GATE_AUTO, false, 1e9},
		{"allocations:5", "allocations", GATE_AUTO, false, 5},
		{"allocations:0", "allocations", GATE_AUTO, false, 0},
		{"rss:10%", "rss", GATE_AUTO, true, 0.1},
		{"rss:5MiB", "rss", GATE_AUTO, false, 5 * 1048576.0},
		{"size:64KiB", "size", GATE_AUTO, false, 65536},
		{"instructions:0.1%", "instructions", GATE_AUTO, true, 0.001},
		{"instructions:1e6", "instructions", GATE_AUTO, false, 1e6},
		{"value:2.5", "value", GATE_AUTO, false, 2.5},
		{"cpu:2%", "cpu", GATE_AUTO, true, 0.02},
		{"throughput:5%", "throughput", GATE_AUTO, true, 0.05},
		{"predicate:0.5", "predicate", GATE_AUTO, false, 0.5}};
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = ERR_INIT;
		struct gate g;

		ck_assert_msg(gate_parse(cases[i].text, NULL, &arena, &g, &err) == 0, "%s: %s",
			cases[i].text, err.text);
		ck_assert_str_eq(g.text, cases[i].text);
		ck_assert_str_eq(g.metric, cases[i].metric);
		ck_assert_int_eq(g.field, cases[i].field);
		ck_assert_int_eq(g.percent, cases[i].percent);
		ck_assert(!g.ceiling);
		ck_assert_double_ge(g.limit, cases[i].limit * (1 - 1e-15));
		ck_assert_double_le(g.limit, cases[i].limit * (1 + 1e-15));
		ck_assert_ptr_null(g.where);
		ck_assert_uint_eq(g.n_terms, 0);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(a_ceiling_is_an_amount)
{
	static const struct {
		const char *text, *as, *metric;
		double limit;
	} cases[] = {{"peak <= 100MiB", "peak <= 100MiB", "peak", 104857600},
		{"peak<=100MiB", "peak <= 100MiB", "peak", 104857600},
		{"peak <= 5 MiB", "peak <= 5 MiB", "peak", 5242880},
		{"peak  <=\t4096", "peak <= 4096", "peak", 4096},
		{"allocations <= 1000", "allocations <= 1000", "allocations", 1000},
		{"allocations <= 0", "allocations <= 0", "allocations", 0},
		{"allocated <= 1GB", "allocated <= 1GB", "allocated", 1e9},
		{"time <= 1s", "time <= 1s", "time", 1},
		{"time <= 0.5", "time <= 0.5", "time", 0.5},
		{"cpu <= 20ms", "cpu <= 20ms", "cpu", 0.02},
		{"rss <= 1.5MB", "rss <= 1.5MB", "rss", 1.5e6},
		{"instructions <= 1e6", "instructions <= 1e6", "instructions", 1e6},
		{"size <= 1MiB", "size <= 1MiB", "size", 1048576}};
	static const struct {
		const char *text, *says;
	} refused[] = {{"peak <= 10%", "a ceiling is an amount"}, {"peak <= -1MiB", "negative"},
		{"peak <= nan", "'nan' is not a limit"}, {"peak <= inf", "'inf' is not a limit"},
		{"peak <=", "no limit"}, {"peak <= 5s", "peak <= 5s"}, {"peak < 5MiB", "blank"},
		{"peak<5MiB", "no ':'"}, {"peak >= 5MiB", "blank"}, {"<= 5MiB", "unknown field ''"},
		{"peek <= 5MiB", "did you mean 'peak'"}, {"mean <= 1s", "say time <= 1s"},
		{"time <= 1MiB", "time <= 1MiB"}, {"allocations <= 5B", "allocations <= 5B"},
		{"peak:<=5MiB", "is not a limit"}};
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = ERR_INIT;
		struct gate g;

		ck_assert_msg(gate_parse(cases[i].text, NULL, &arena, &g, &err) == 0, "%s: %s",
			cases[i].text, err.text);
		ck_assert(g.ceiling && !g.percent);
		ck_assert_str_eq(g.text, cases[i].as);
		ck_assert_str_eq(g.metric, cases[i].metric);
		ck_assert_double_eq(g.limit, cases[i].limit);
		/* What a stored plan holds reads the same. */
		ck_assert_int_eq(gate_parse(g.text, NULL, &arena, &g, &err), 0);
		ck_assert_double_eq(g.limit, cases[i].limit);
	}
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct err err = ERR_INIT;
		struct gate g;

		ck_assert_msg(gate_parse(refused[i].text, NULL, &arena, &g, &err) == -1, "'%s'",
			refused[i].text);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, refused[i].says) != NULL, "'%s': %s",
			refused[i].text, err.text);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(what_is_no_gate_says_what_one_looks_like)
{
	static const struct {
		const char *text, *says;
	} cases[] = {{"", "empty"}, {"mean", "no ':'"}, {"mean:", "no limit"}, {":5%", "unknown"},
		{"5%", "no ':'"}, {"maen:5%", "did you mean 'mean'"},
		{"MEAN:5%", "did you mean 'mean'"}, {"peek:5%", "did you mean 'peak'"},
		{"ops:5%", "unknown field 'ops'"}, {"mean:-5%", "negative"},
		{"mean:-0", "negative"}, {"mean:+5%", "'+5%' is not a limit"},
		{"mean:nan", "'nan' is not a limit"}, {"mean:nan%", "'nan%' is not a limit"},
		{"mean:inf", "'inf' is not a limit"}, {"mean:inf%", "is not a limit"},
		{"mean: 5%", "blank"}, {"mean:5 %", "blank"}, {" mean:5%", "blank"},
		{"mean:5%\n", "blank"}, {"mean:5 ms", "blank"}, {"mean:%", "is not a limit"},
		{"peak:5 MiB", "blank"}};
	static const char *const numbers[] = {"mean:5%%", "mean:5x", "mean:1e999", "mean:1e999%",
		"mean:0x5%", "mean:5MiB", "peak:5s", "peak:5mib", "allocations:5B", "mean:5%5",
		"mean:1..2", "mean:."};
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = ERR_INIT;
		struct gate g;

		ck_assert_msg(gate_parse(cases[i].text, NULL, &arena, &g, &err) == -1, "'%s'",
			cases[i].text);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, cases[i].says) != NULL, "'%s': %s", cases[i].text,
			err.text);
		ck_assert_msg(strstr(err.text, "a gate looks like mean:5%, ") != NULL, "'%s': %s",
			cases[i].text, err.text);
	}
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		struct err err = ERR_INIT;
		struct gate g;

		ck_assert_msg(
			gate_parse(numbers[i], NULL, &arena, &g, &err) == -1, "'%s'", numbers[i]);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(
			strstr(err.text, numbers[i]) != NULL, "'%s': %s", numbers[i], err.text);
	}
	arena_done(&arena);
}
END_TEST

static const char *const marks[] = {"stable", "numpy"};
static const struct bench sort_1000 = {.suite = "fast",
	.name = "tests/test_sort.py::test_sort[1,000]",
	.metric = "time",
	.unit = "s",
	.group = "sorting",
	.param = "1,000",
	.marks = marks,
	.n_marks = 2};
static const struct bench plain = {
	.suite = "native", .name = "fft[n=8]", .metric = "time", .unit = "s"};

START_TEST(where_selects)
{
	static const struct {
		const char *where;
		bool sort, fft;
	} cases[] = {{NULL, true, true}, {"mark=stable", true, false}, {"mark=num*", true, false},
		{"mark=stab", false, false}, {"!mark=stable", false, true},
		{"name=*sort*", true, false}, {"*sort*", true, false}, {"!*sort*", false, true},
		{"group=sorting", true, false}, {"group=*", true, false}, {"!group=*", false, true},
		{"suite=fast", true, false}, {"suite=n?tive", false, true},
		{"param=*,000", false, false}, /* outside brackets a comma parts conditions */
		{"param=*?000", true, false}, {"tests/test_sort.py::test_sort[1,000]", true, false},
		{"name=tests/test_sort.py::test_sort[1,000]", true, false},
		{"fft[n=8]", false, true}, {"name=fft[n=8]", false, true},
		{"mark=stable,group=sorting", true, false},
		{" mark=stable , suite=fast ", true, false},
		{"mark=stable,suite=native", false, false},
		{"mark=stable,!suite=native", true, false}};
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = ERR_INIT;
		struct gate g;

		ck_assert_msg(gate_parse("mean:5%", cases[i].where, &arena, &g, &err) == 0, "%s",
			err.text);
		ck_assert_msg(
			gate_matches(&g, &sort_1000) == cases[i].sort, "sort: %s", cases[i].where);
		ck_assert_msg(gate_matches(&g, &plain) == cases[i].fft, "fft: %s", cases[i].where);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(where_that_selects_nothing_is_refused)
{
	static const struct {
		const char *where, *says;
	} cases[] = {{"", "empty condition"}, {"mark=", "empty condition"},
		{"!", "empty condition"}, {"mark=a,", "empty condition"},
		{",mark=a", "empty condition"}, {"makr=stable", "did you mean 'mark'"},
		{"Name=x", "did you mean 'name'"}, {"colour=red", "unknown selector 'colour'"},
		{"=x", "unknown selector ''"}};
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = ERR_INIT;
		struct gate g;

		ck_assert_msg(gate_parse("mean:5%", cases[i].where, &arena, &g, &err) == -1, "'%s'",
			cases[i].where);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, cases[i].says) != NULL, "'%s': %s", cases[i].where,
			err.text);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(gates_speak_of_one_metric)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct bench peak = plain;
	struct gate g;

	peak.metric = "peak";
	ck_assert_int_eq(gate_parse("peak:5MiB", NULL, &arena, &g, &err), 0);
	ck_assert(gate_matches(&g, &peak));
	ck_assert(!gate_matches(&g, &plain));
	ck_assert_str_eq(gate_field_name(GATE_IQR), "iqr");
	arena_done(&arena);
}
END_TEST

TEST_SUITE("core/gate", gates_of_other_tools_and_our_own, a_ceiling_is_an_amount,
	what_is_no_gate_says_what_one_looks_like, where_selects,
	where_that_selects_nothing_is_refused, gates_speak_of_one_metric)

/* What machines that build and test things read, and what they may not be told. */
#include "report_common.h"

START_TEST(goldens)
{
	static const struct {
		const char *file, *format;
		bool sweep;
	} cases[] = {
		{"compare.xml", "junit", false},
		{"compare.github", "github", false},
		{"compare.svg", "badge", false},
		{"sweep.xml", "junit", true},
		{"sweep.github", "github", true},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct made m;
		scoped(str) out = STR_INIT;

		if (cases[i].sweep)
			made_sweep(&m);
		else
			made_compare(&m);
		write_report(&m, cases[i].format, &(struct report_style){.width = 80}, &out);
		expect_golden(cases[i].file, &out);
		results_done(&m.results);
	}
}
END_TEST

static void
expect(const struct made *m, const char *format, const char *says)
{
	scoped(str) out = STR_INIT;

	write_report(m, format, &(struct report_style){.width = 80}, &out);
	ck_assert_msg(strstr(out.p, says) != NULL, "no '%s' in %s", says, out.p);
}

static void
made_pair(struct made *m)
{
	made_init(m);
	add_rev(m, "main", "aaaa", NULL);
	add_rev(m, "head", "bbbb", NULL);
	add_bench(m, "s", "sort", "time", "s");
}

/* Red tests and a job that ended well would be two stories. */
START_TEST(inconclusive_fails_where_the_job_does)
{
	struct made m;

	made_pair(&m);
	add_row(&m, 0, 1, VERDICT_INCONCLUSIVE, 1, 1, 0.1);
	m.report.verdict = VERDICT_INCONCLUSIVE;
	expect(&m, "junit", "failures=\"0\"");
	expect(&m, "junit", "finding: cannot tell yet");
	expect(&m, "github", "::warning title=sort::cannot tell yet");
	m.report.exit_code = 9;
	expect(&m, "junit", "failures=\"1\"");
	expect(&m, "junit", "<failure type=\"inconclusive\"");
	expect(&m, "github", "::error title=sort::cannot tell yet");
	results_done(&m.results);
}
END_TEST

START_TEST(gates_and_revisions_tell_cases_apart)
{
	struct made m;

	made_pair(&m);
	add_row(&m, 0, 1, VERDICT_PASS, 1, 1, 0.1);
	expect(&m, "junit", "name=\"sort\" time=\"1.000000000\"");
	add_row(&m, 0, 1, VERDICT_PASS, 1, 1, 0.1)->gate = &m.gates[1];
	expect(&m, "junit", "name=\"sort [mean:5%]\"");
	expect(&m, "junit", "name=\"sort [peak:10%]\"");
	results_done(&m.results);
	made_sweep(&m);
	expect(&m, "junit", "name=\"parse in v1.1\"");
	results_done(&m.results);
	made_pair(&m);
	add_row(&m, add_bench(&m, "s", "sort", "peak", "B"), 1, VERDICT_PASS, 1e6, 1, 0.1);
	expect(&m, "junit", "name=\"sort (peak)\" time=\"0.000000000\"");
	results_done(&m.results);
}
END_TEST

START_TEST(nothing_is_a_case_as_well)
{
	struct made m;

	made_init(&m);
	m.results.launches = 0;
	expect(&m, "junit", "tests=\"1\" failures=\"0\" errors=\"0\"");
	expect(&m, "junit", "<skipped message=\"nothing was measured\"");
	expect(&m, "badge", ">nothing measured<");
	add_rev(&m, "main", "a", NULL);
	outcome_set(&m.results.revs.v[0].build, OUTCOME_FAILED, "exit 1");
	expect(&m, "junit", "<testcase classname=\"builds\" name=\"main\"");
	expect(&m, "junit", "<error type=\"unbuilt\" message=\"not built: exit 1\"");
	expect(&m, "github", "::error title=main was not built::exit 1");
	expect(&m, "badge", ">1 not built<");
	results_done(&m.results);
}
END_TEST

START_TEST(an_exit_code_without_a_row_is_a_case)
{
	struct made m;

	made_pair(&m);
	add_failure(&m, 0, 1, STATUS_REMOVED, NULL, NULL);
	expect(&m, "junit", "errors=\"0\"");
	m.report.exit_code = 3; /* as of `diff --lost fail` */
	expect(&m, "junit", "tests=\"2\" failures=\"0\" errors=\"1\"");
	expect(&m, "junit", "<testcase classname=\"revsweep\" name=\"compare\"");
	results_done(&m.results);
}
END_TEST

START_TEST(runs_pass)
{
	struct made m;

	made_pair(&m);
	m.report.judge = "none";
	m.report.command = "run";
	add_row(&m, 0, 1, VERDICT_UNGATED, 1, 1, 0.1);
	expect(&m, "junit", "skipped=\"0\"");
	expect(&m, "badge", ">measured<");
	m.report.judge = "sequential";
	expect(&m, "junit", "skipped=\"1\"");
	expect(&m, "badge", ">no gate<");
	results_done(&m.results);
}
END_TEST

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = strstr(text, what); p; p = strstr(p + 1, what))
		n++;
	return n;
}

START_TEST(ten_are_shown_the_largest_first)
{
	struct made m;
	scoped(str) out = STR_INIT;

	made_pair(&m);
	for (int i = 0; i < 12; i++) {
		char name[16];

		snprintf(name, sizeof(name), "b%d", i);
		add_row(&m, add_bench(&m, "s", name, "time", "s"), 1, VERDICT_REGRESSED, 1,
			1.1 + i * 0.1, 0.01);
		add_row(&m, add_bench(&m, "t", name, "time", "s"), 1, VERDICT_INCONCLUSIVE, 1, 1,
			0.1);
	}
	add_failure(&m, 0, 1, STATUS_CRASHED, "signal 11", NULL);
	write_report(&m, "github", &(struct report_style){.width = 80}, &out);
	ck_assert_uint_eq(count(out.p, "::error "), 10);
	ck_assert_uint_eq(count(out.p, "::warning "), 10);
	ck_assert_uint_eq(count(out.p, "::notice "), 1);
	ck_assert(str_starts(out.p, "::error title=s/b11::regressed: +120%"));
	ck_assert_ptr_nonnull(strstr(out.p, "::error title=9 of 13 are shown here::and 4 more: 3 "
					    "regressed, 1 not measured; the report"));
	results_done(&m.results);
}
END_TEST

START_TEST(badges_say_it_in_words)
{
	static const struct {
		enum verdict verdict;
		const char *says, *colour;
	} cases[] = {
		{VERDICT_REGRESSED, ">1 regressed<", "#b3261e"},
		{VERDICT_IMPROVED, ">1 improved<", "#1a7f37"},
		{VERDICT_PASS, ">pass<", "#1a7f37"},
		{VERDICT_INCONCLUSIVE, ">inconclusive<", "#8a6100"},
		{VERDICT_IDENTICAL, ">identical<", "#1a7f37"},
		{VERDICT_UNGATED, ">no gate<", "#5f666d"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct made m;

		made_pair(&m);
		add_row(&m, 0, 1, cases[i].verdict, 1, 1, 0.1);
		expect(&m, "badge", cases[i].says);
		expect(&m, "badge", cases[i].colour);
		results_done(&m.results);
	}
}
END_TEST

/* ---- sweeps and bisects */

#define REVS 4

static void
made_line(struct made *m)
{
	static const char *const labels[REVS] = {"v1", "v2", "v3", "v4"};
	static const double values[REVS] = {1, 1, 1.3, 1.3};

	made_init(m);
	for (size_t i = 0; i < REVS; i++)
		add_rev(m, labels[i], labels[i], "a change");
	add_bench(m, "s", "sort", "time", "s");
	for (size_t i = 0; i < REVS; i++) {
		struct sample sample = {.rounds = 1};

		for (size_t v = 0; v < SUMMARY_COUNT; v++)
			sample.v[v] = values[i];
		results_set(&m->results, 0, i, 0, &sample);
	}
}

START_TEST(change_points_are_told)
{
	struct made m;
	struct change change = {.bench = 0,
		.before = 1,
		.after = 2,
		.state = CHANGE_CONFIRMED,
		.worse = true,
		.ratio = 1.3,
		.ratio_lo = 1.29,
		.ratio_hi = 1.31};

	made_line(&m);
	m.report.command = "sweep";
	m.report.series = true;
	m.report.changes = &change;
	m.report.n_changes = 1;
	expect(&m, "junit", "name=\"sort changes in v3\"");
	expect(&m, "junit", "change point: confirmed: +30.0% [+29.0%, +31.0%]\n");
	expect(&m, "junit", "failures=\"0\" errors=\"0\"");
	expect(&m, "github",
		"::warning title=sort changed in v3::+30.0%25 [+29.0%25, +31.0%25] between "
		"v2 and v3: a change");
	expect(&m, "badge", ">1 change point<");
	expect(&m, "markdown", "| a change | \u2581\u2581\u2588\u2588 |");
	expect(&m, "markdown", "| sort | 1.00 s | \u2581\u2581\u2588\u2588 |");
	m.results.revs.v[1].build.kind = OUTCOME_FAILED;
	expect(&m, "markdown", "| sort | 1.00 s | \u2581\u00b7\u2588\u2588 |");
	results_done(&m.results);
}
END_TEST

START_TEST(culprits_are_told)
{
	static const double posterior[REVS] = {0, 0.001, 0.998, 0.001}, levels[REVS] = {0, 0, 0.26};
	static const unsigned looks[REVS] = {1, 2, 3, 4};
	struct made m;
	struct culprit culprit = {.bench = 0,
		.state = CULPRIT_FOUND,
		.from = 1,
		.to = 2,
		.posterior = posterior,
		.levels = levels,
		.looks_at = looks,
		.n_positions = REVS,
		.own = {1.3, 1.29, 1.31, 8},
		.whole = {1.3, 1.29, 1.31, 8}};

	made_line(&m);
	m.report.command = "bisect";
	m.report.bisect = true;
	m.report.culprits = &culprit;
	m.report.n_culprits = 1;
	expect(&m, "junit", "culprit: v3 a change (A. Author)\neffect: +30.0% [+29.0%, +31.0%]\n");
	expect(&m, "junit", "failures=\"0\" errors=\"0\"");
	expect(&m, "github",
		"::warning title=culprit of sort::+30.0%25 [+29.0%25, +31.0%25]; v3 a change "
		"(A. Author)");
	expect(&m, "badge", ">culprit v3<");
	expect(&m, "markdown", "**v3** a change (A. Author)\n\n<details>\n<summary>The commits");
	culprit.state = CULPRIT_SEARCHING;
	m.report.exit_code = 9;
	expect(&m, "junit", "<failure type=\"inconclusive\" message=\"cannot name one commit");
	expect(&m, "badge", ">no culprit<");
	m.results.revs.v[1].build.kind = OUTCOME_FAILED;
	expect(&m, "junit", "<skipped type=\"unbuilt\"");
	m.results.revs.v[3].build.kind = OUTCOME_FAILED;
	expect(&m, "junit", "<error type=\"unbuilt\"");
	results_done(&m.results);
}
END_TEST

/* ---- comments */

START_TEST(markers_tell_comments_apart)
{
	struct made m;
	scoped(str) out = STR_INIT;

	made_compare(&m);
	write_report(&m, "markdown", &(struct report_style){.marker = "linux/gcc"}, &out);
	ck_assert(str_starts(out.p, "<!-- revsweep:linux/gcc -->\n**revsweep compare"));
	results_done(&m.results);
}
END_TEST

START_TEST(comments_end_in_any_case)
{
	static char subject[3000];
	struct made m;
	scoped(str) out = STR_INIT;

	memset(subject, '<', sizeof(subject) - 1);
	made_init(&m);
	for (size_t i = 0; i < 60; i++) {
		scoped_free char *label = xasprintf("v%zu", i);

		add_rev(&m, label, label, subject);
	}
	add_row(&m, add_bench(&m, "s", "sort", "time", "s"), 1, VERDICT_PASS, 1, 1, 0.1);
	write_report(&m, "markdown", &(struct report_style){.width = 80}, &out);
	ck_assert_uint_lt(out.n, 65536);
	ck_assert_ptr_nonnull(strstr(out.p, "The rest does not fit here"));
	ck_assert_uint_eq(count(out.p, "<details>"), 1);
	ck_assert(str_ends(out.p, "\n</details>\n"));
	results_done(&m.results);
}
END_TEST

TEST_SUITE("report/ci", goldens, inconclusive_fails_where_the_job_does,
	gates_and_revisions_tell_cases_apart, nothing_is_a_case_as_well,
	an_exit_code_without_a_row_is_a_case, runs_pass, ten_are_shown_the_largest_first,
	badges_say_it_in_words, change_points_are_told, culprits_are_told,
	markers_tell_comments_apart, comments_end_in_any_case)

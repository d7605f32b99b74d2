#include "report_common.h"

#include "base/escape.h"

/* No line takes more columns than there are; colours take none. */
static void
expect_width(const struct str *text, int width)
{
	const char *next;

	for (const char *line = text->p; *line; line = next) {
		size_t n = strcspn(line, "\n");
		scoped(str) plain = STR_INIT;

		for (size_t i = 0; i < n; i++) {
			if (line[i] == '\x1b')
				i += strcspn(line + i, "m");
			else
				str_addc(&plain, line[i]);
		}
		bool is_log = str_starts(plain.p + strspn(plain.p, " "), "log: ");
		if (text_width(plain.p) > width && !is_log)
			ck_abort_msg("%d columns instead of %d: %s", text_width(plain.p), width,
				plain.p);
		next = line + n + (line[n] == '\n');
	}
}

START_TEST(goldens)
{
	static const struct {
		const char *file, *format;
		struct report_style style;
		bool sweep;
	} cases[] = {
		{"compare-80.txt", "text", {.width = 80}, false},
		{"compare-120.txt", "text", {.width = 120}, false},
		{"compare-200.txt", "text", {.width = 200}, false},
		{"compare-ascii.txt", "text", {.width = 80, .ascii = true}, false},
		{"compare-color.txt", "text", {.width = 100, .color = true}, false},
		{"compare-verbose.txt", "text", {.width = 100, .verbose = 1}, false},
		{"compare-quiet.txt", "text", {.width = 100, .verbose = -1}, false},
		{"compare.md", "markdown", {.width = 80}, false},
		{"compare.json", "json", {.width = 80}, false},
		{"compare.csv", "csv", {.width = 80}, false},
		{"sweep-80.txt", "text", {.width = 80}, true},
		{"sweep-120.txt", "text", {.width = 120}, true},
		{"sweep.md", "markdown", {.width = 80}, true},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct made m;
		scoped(str) out = STR_INIT;

		if (cases[i].sweep)
			made_sweep(&m);
		else
			made_compare(&m);
		write_report(&m, cases[i].format, &cases[i].style, &out);
		if (strcmp(cases[i].format, "text") == 0)
			expect_width(&out, cases[i].style.width);
		if (cases[i].style.ascii)
			for (size_t k = 0; k < out.n; k++)
				if ((unsigned char)out.p[k] >= 0x80)
					ck_abort_msg("byte %zu is not ASCII", k);
		expect_golden(cases[i].file, &out);
		results_done(&m.results);
	}
}
END_TEST

START_TEST(a_duet_is_labelled)
{
	static const struct {
		const char *format, *says[3];
	} cases[] = {
		{"text", {"  contended  ", "a duet: both revisions", "CPU times"}},
		{"markdown", {"| contended |", "a duet: both revisions", "CPU times"}},
		{"json", {"\"order\": \"duet\"", "\"contended\": true", "\"rows\""}},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct made m;
		scoped(str) out = STR_INIT;
		struct report_style style = {.width = 200};

		made_compare(&m);
		m.report.order = "duet";
		m.report.contended = true;
		write_report(&m, cases[i].format, &style, &out);
		for (size_t k = 0; k < ARRAY_LEN(cases[i].says); k++)
			ck_assert_msg(strstr(out.p, cases[i].says[k]), "no '%s' in %s",
				cases[i].says[k], out.p);
		results_done(&m.results);
	}
}
END_TEST

START_TEST(change_points_are_told)
{
	static const char *const formats[] = {"text", "markdown", "json"};
	struct change changes[] = {
		{.bench = 0,
			.before = 0,
			.after = 1,
			.state = CHANGE_CONFIRMED,
			.worse = true,
			.ratio = 1.07,
			.ratio_lo = 1.06,
			.ratio_hi = 1.08,
			.blocks = 12},
		{.bench = 1, .before = 0, .after = 1, .state = CHANGE_REJECTED, .ratio = 1.5},
		{.bench = 1,
			.before = 0,
			.after = 1,
			.state = CHANGE_OPEN,
			.ratio = (double)NAN,
			.probability = 0.4},
	};

	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		struct made m;
		scoped(str) out = STR_INIT;
		struct report_style style = {.width = 100};
		bool json = strcmp(formats[i], "json") == 0;

		made_compare(&m);
		m.report.series = true;
		m.report.changes = changes;
		m.report.n_changes = ARRAY_LEN(changes);
		write_report(&m, formats[i], &style, &out);
		ck_assert_msg(
			strstr(out.p, json ? "\"ratio_hi\": 1.08" : "+7.0%") != NULL, "%s", out.p);
		ck_assert_msg(strstr(out.p, "1 change point confirmed, 1 more not told yet"), "%s",
			out.p);
		ck_assert_msg(json || !strstr(out.p, "+50"), "%s", out.p);
		results_done(&m.results);
	}
}
END_TEST

#define SERIES 9

/* Commits of which some build the same as the one before and some do not build. */
static void
made_series(struct made *m, struct change *change)
{
	static const char *const ids[SERIES] = {"d9fe34bade", "3550a5553d", "00544a4a74",
		"ace800e444", "08103f048e", "e2162adeed", "543ab5d08a", "8e742e4869", "26f38f4782"};
	static const int same[SERIES] = {-1, 0, 0, -1, -1, -1, -1, 0, -1};
	static const double values[SERIES] = {1, 0, 0, 1.1, 0, 0, 0, 0, 1.1};

	made_init(m);
	m->report.command = "sweep";
	m->report.series = true;
	m->report.changes = change;
	m->report.n_changes = 1;
	for (size_t i = 0; i < SERIES; i++) {
		add_rev(m, ids[i], ids[i], "a commit");
		m->results.revs.v[i].same_as = same[i];
		if (same[i] < 0 && values[i] == 0)
			outcome_set(&m->results.revs.v[i].build, OUTCOME_FAILED, "broken");
	}
	add_bench(m, "all", "parse", "time", "s");
	for (size_t i = 0; i < SERIES; i++) {
		struct sample sample = {.rounds = 1};

		for (size_t v = 0; v < SUMMARY_COUNT; v++)
			sample.v[v] = values[i] * 0.25;
		if (values[i] > 0)
			results_set(&m->results, 0, i, 0, &sample);
		else if (same[i] < 0)
			add_failure(m, 0, i, STATUS_UNBUILT, "broken", NULL);
	}
	*change = (struct change){.bench = 0,
		.before = 2,
		.after = 3,
		.state = CHANGE_REJECTED,
		.worse = true,
		.ratio = 1.01,
		.ratio_lo = 0.8,
		.ratio_hi = 1.2,
		.blocks = 13};
}

START_TEST(commits_of_one_build_share_a_column)
{
	struct made m;
	struct change change;
	struct report_style brief = {.width = 80}, long_winded = {.width = 120, .verbose = 1};
	scoped(str) out = STR_INIT;
	scoped(str) more = STR_INIT;

	made_series(&m, &change);
	write_report(&m, "text", &brief, &out);
	write_report(&m, "text", &long_winded, &more);
	expect_golden("series-80.txt", &out);
	ck_assert_ptr_null(strstr(out.p, "13 fresh pairs"));
	ck_assert_ptr_nonnull(strstr(more.p, "- parse +1.0% [-20.0%, +20.0%] between 00544a4a74"));
	ck_assert_ptr_nonnull(strstr(more.p, "not confirmed by 13"));
	results_done(&m.results);
}
END_TEST

/* What every width has in common: nothing past it, and the sentence at the end. */
START_TEST(layouts_are_told)
{
	static const struct {
		const char *format, *says[2];
	} cases[] = {
		{"text", {"noise between 4 builds: up to 0.6% (", "), typically 0."}},
		{"markdown", {"**layout:** noise between 4 builds: up to 0.6%", "typically"}},
		{"json", {"\"rebuilds\": 4", "\"layout_noise\": 0.006,"}},
	};

	for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
		struct made m;
		scoped(str) out = STR_INIT;
		struct report_style style = {.width = 200};
		bool told = i < ARRAY_LEN(cases);

		made_compare(&m);
		m.report.rebuilds = told ? 4 : 1;
		for (size_t k = 0; k < m.report.n_rows; k++)
			m.rows[k].layout_noise = k == 2 ? 0.006 : k ? 0.001 : NAN;
		write_report(&m, cases[i % ARRAY_LEN(cases)].format, &style, &out);
		for (size_t k = 0; k < ARRAY_LEN(cases[0].says); k++)
			ck_assert_msg(told == !!strstr(out.p, cases[i % ARRAY_LEN(cases)].says[k]),
				"%d '%s' in %s", told, cases[i % ARRAY_LEN(cases)].says[k], out.p);
		results_done(&m.results);
	}
}
END_TEST

START_TEST(any_width)
{
	for (int width = 1; width < 260; width++)
		for (int what = 0; what < 4; what++) {
			struct made m;
			struct report_style style = {.width = width,
				.ascii = what == 1,
				.color = what == 2,
				.verbose = what == 2 ? 1 : 0};
			scoped(str) out = STR_INIT;

			if (what == 3)
				made_sweep(&m);
			else
				made_compare(&m);
			write_report(&m, "text", &style, &out);
			expect_width(&out, width < 40 ? 40 : width);
			results_done(&m.results);
		}
}
END_TEST

static const char *
hostile_name(int i)
{
	static char huge[10241], wide[3001], marks[6001];

	if (!huge[0]) {
		memset(huge, 'x', sizeof(huge) - 1);
		for (size_t k = 0; k + 3 < sizeof(wide); k += 3)
			memcpy(wide + k, "\xe6\xbc\xa2", 3);
		for (size_t k = 0; k + 2 < sizeof(marks); k += 2)
			memcpy(marks + k, "\xcc\x81", 2);
	}
	const char *const names[] = {"red \x1b[31m title \x1b]0;owned\x07", "new\nline\r\ttab",
		"bidi \xe2\x80\xae txt.exe",
		"c1 \xc2\x9b"
		"31m",
		"bad \xff\xfe utf-8", huge, wide, marks, "a|b|c", "<img src=x onerror=alert(1)>",
		"</details><h1>", "[x](http://e.vil)", "=cmd|' /C calc'!A0", "+1", "-1", "@sum",
		"\ttab=1", "\"quoted\",comma", "`code`", "<!-- hidden -->", ""};

	return (size_t)i < ARRAY_LEN(names) ? names[i] : NULL;
}

static void
expect_no_controls(const struct str *out, const char *format)
{
	for (size_t i = 0; i < out->n;) {
		unsigned c;
		size_t n = utf8_decode(out->p + i, out->n - i, &c);

		/* An assertion that holds costs a write as well: not for each character. */
		if (n == 0)
			ck_abort_msg("%s: byte %zu is not UTF-8", format, i);
		if (c != '\n' && (c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa0) ||
					 (c >= 0x202a && c <= 0x202e)))
			ck_abort_msg("%s: control character U+%04X", format, c);
		i += n;
	}
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Everything foreign is hostile at once. */
static void
make_hostile(struct made *m, const char *evil)
{
	made_init(m);
	add_rev(m, evil, evil, evil);
	add_rev(m, evil, evil, evil);
	m->results.revs.v[1].rev.spec = evil;
	m->report.project = evil;
	add_row(m, add_bench(m, evil, evil, evil, evil), 1, VERDICT_REGRESSED, 1, 2, 0.1)->caution =
		evil;
	add_row(m, add_bench(m, "other", evil, evil, "s"), 1, VERDICT_PASS, 1, 1, 0.1);
	add_failure(m, add_bench(m, "third", evil, "time", "s"), 1, STATUS_FAILED, evil, evil);
	m->gates[0].text = m->gates[0].where = evil;
	m->results.revs.v[0].build_log = evil;
	results_note(&m->results, evil);
	snprintf(m->host.cpu, sizeof(m->host.cpu), "%.100s", evil);
	m->report.verdict = VERDICT_REGRESSED;
}

START_TEST(hostile_names)
{
	size_t n_formats;
	const struct report_format *formats = report_formats(&n_formats);

	for (int i = 0; hostile_name(i); i++)
		for (size_t f = 0; f < n_formats; f++) {
			struct made m;
			struct report_style style = {.width = 80, .verbose = 1};
			scoped(str) out = STR_INIT;

			make_hostile(&m, hostile_name(i));
			write_report(&m, formats[f].name, &style, &out);
			expect_no_controls(&out, formats[f].name);
			if (strcmp(formats[f].name, "text") == 0)
				expect_width(&out, 80);
			if (strcmp(formats[f].name, "csv") == 0) {
				ck_assert_uint_eq(count_lines(out.p), 4);
				ck_assert(!strstr(out.p, ",=") && !strstr(out.p, ",@"));
			}
			if (strcmp(formats[f].name, "markdown") == 0) {
				ck_assert(!strstr(out.p, "<img") && !strstr(out.p, "<h1>"));
				ck_assert(!strstr(out.p, "](") && !strstr(out.p + 20, "<!--"));
				ck_assert(strstr(out.p, "</details>") + 11 == out.p + out.n);
				ck_assert_uint_lt(out.n, 400000);
			}
			results_done(&m.results);
		}
}
END_TEST

/* A comment on GitHub has an end. */
START_TEST(markdown_fits_a_comment)
{
	struct made m;
	struct row *rows = xcalloc(5000, sizeof(*rows));
	scoped(str) out = STR_INIT;

	made_init(&m);
	add_rev(&m, "a", "a", NULL);
	add_rev(&m, "b", "b", NULL);
	add_bench(&m, "s", "a rather long name of a benchmark[with-parameters]", "time", "s");
	for (size_t i = 0; i < 5000; i++)
		rows[i] = *add_row(&m, 0, 1, VERDICT_REGRESSED, 1, 2, 0.1), m.report.n_rows = 0;
	m.report.rows = rows;
	m.report.n_rows = 5000;
	write_report(&m, "markdown", &(struct report_style){.width = 80}, &out);
	ck_assert_uint_lt(out.n, 65536);
	ck_assert_ptr_nonnull(strstr(out.p, "more rows do not fit here"));
	free(rows);
	results_done(&m.results);
}
END_TEST

static void
expect_sentence(struct made *m, const char *want)
{
	scoped(str) got = STR_INIT;

	report_sentence(&m->report, &got);
	ck_assert_str_eq(got.p, want);
	results_done(&m->results);
}

static void
made_two(struct made *m)
{
	made_init(m);
	add_rev(m, "main", "aaaa", NULL);
	add_rev(m, "head", "bbbb", NULL);
	for (int i = 0; i < 8; i++) {
		char name[8];
		snprintf(name, sizeof(name), "b%d", i);
		add_bench(m, "s", name, "time", "s");
	}
}

START_TEST(sentence_of_regressions)
{
	struct made m;

	made_two(&m);
	add_row(&m, 0, 1, VERDICT_REGRESSED, 1, 1.1, 0.01);
	add_row(&m, 1, 1, VERDICT_REGRESSED, 1, 1.25, 0.01);
	add_row(&m, 2, 1, VERDICT_PASS, 1, 1, 0.01);
	expect_sentence(&m, "2 of 3 benchmarks got slower than the gate allows; worst: b1 +25.0% "
			    "(between +24.0% and +26.0%)");
	made_two(&m);
	add_row(&m, 0, 1, VERDICT_REGRESSED, 1, 1.1, NAN);
	add_row(&m, 1, 1, VERDICT_INCONCLUSIVE, 1, 1, 0.01);
	add_row(&m, 2, 1, VERDICT_IMPROVED, 1, 0.5, 0.01);
	add_failure(&m, 3, 1, STATUS_FAILED, "x", NULL);
	add_failure(&m, 4, 1, STATUS_FAILED, "x", NULL);
	m.report.unfinished = true;
	expect_sentence(&m, "1 of 3 benchmarks got slower than the gate allows: b0 +10.0%; 1 "
			    "cannot be told yet; "
			    "1 improved; 2 could not be measured; this is unfinished: run the same "
			    "command again "
			    "to go on");
	made_sweep(&m);
	expect_sentence(&m, "1 of 6 comparisons got slower than the gate allows: parse in "
			    "v1.3-rc1-with-a-long-label +30.0% (between +28.0% and +32.0%); 2 "
			    "improved; 3 could not be measured; v1.2 was not built");
	made_compare(&m);
	expect_sentence(&m,
		"2 of 7 benchmarks got worse than the gate allows; worst: "
		"regression/test_parse_document[10000-utf8] (peak) +21.0% (between +20.9% and "
		"+21.1%); 2 cannot be told yet; 1 improved; 1 could not be measured; 1 has no "
		"gate; "
		"1 is new; 1 is gone");
}
END_TEST

START_TEST(sentence_without_regressions)
{
	struct made m;

	made_two(&m);
	add_row(&m, 0, 1, VERDICT_PASS, 1, 1, 0.01);
	add_row(&m, 1, 1, VERDICT_PASS, 1, 1, 0.01);
	expect_sentence(&m, "all 2 benchmarks are within the gate");
	made_two(&m);
	add_row(&m, 0, 1, VERDICT_PASS, 1, 1, 0.01);
	expect_sentence(&m, "the only benchmark compared is within the gate");
	made_two(&m);
	add_row(&m, 0, 1, VERDICT_IMPROVED, 1, 0.9, 0.01);
	add_row(&m, 1, 1, VERDICT_PASS, 1, 1, 0.01);
	add_failure(&m, 2, 1, STATUS_NEW, NULL, NULL);
	expect_sentence(&m, "all 2 benchmarks compared are within the gate; 1 improved: b0 -10.0% "
			    "(between -11.0% and -9.0%); 1 is new");
	made_two(&m);
	add_row(&m, 0, 1, VERDICT_IMPROVED, 1, 0.9, 0.01);
	add_row(&m, 1, 1, VERDICT_IMPROVED, 1, 0.8, 0.01);
	expect_sentence(&m, "all 2 benchmarks improved, most: b1 -20.0% (between -21.0% and "
			    "-19.0%)");
	made_two(&m);
	add_row(&m, 0, 1, VERDICT_INCONCLUSIVE, 1, 1, 0.01);
	add_row(&m, 1, 1, VERDICT_PASS, 1, 1, 0.01);
	expect_sentence(&m, "no regression was found, but 1 of 2 benchmarks cannot be told yet");
	made_two(&m);
	add_row(&m, 0, 1, VERDICT_INCONCLUSIVE, 1, 1, 0.01);
	add_row(&m, 1, 1, VERDICT_INCONCLUSIVE, 1, 1, 0.01);
	m.report.unfinished = true;
	expect_sentence(&m, "the verdicts of 2 benchmarks cannot be told yet; this is unfinished: "
			    "run the same command again to go on");
}
END_TEST

START_TEST(sentence_without_comparison)
{
	struct made m;

	made_init(&m);
	m.results.launches = 0;
	expect_sentence(&m, "nothing was measured");
	made_init(&m);
	m.results.launches = 0;
	add_rev(&m, "main", "a", NULL);
	outcome_set(&m.results.revs.v[0].build, OUTCOME_FAILED, "exit 1");
	expect_sentence(&m, "nothing was measured; main was not built");
	made_two(&m);
	expect_sentence(&m, "8 benchmarks were measured, and compared with nothing");
	made_two(&m);
	for (size_t i = 0; i < 2; i++)
		add_row(&m, i, 1, VERDICT_IDENTICAL, 1, 1, 0);
	expect_sentence(&m, "the builds are identical, so nothing can have changed");
	made_two(&m);
	add_row(&m, 0, 1, VERDICT_UNGATED, 1, 1.5, 0.1);
	add_row(&m, 1, 1, VERDICT_UNGATED, 1, 0.9, 0.1);
	expect_sentence(&m, "no gate speaks about the 2 benchmarks; largest change: b0 +50.0% "
			    "(between +40.0% and +60.0%)");
	made_two(&m);
	add_failure(&m, 0, 1, STATUS_CRASHED, "x", NULL);
	add_failure(&m, 1, 1, STATUS_TIMEOUT, "x", NULL);
	expect_sentence(&m, "none of the 2 benchmarks could be measured");
	made_two(&m);
	add_failure(&m, 0, 1, STATUS_NEW, NULL, NULL);
	add_failure(&m, 1, 1, STATUS_SKIPPED, NULL, NULL);
	expect_sentence(&m, "nothing could be compared; 1 is new; 1 was skipped");
}
END_TEST

/* Long names lose their paths, but never what tells them from the others. */
START_TEST(narrow_names_keep_what_differs)
{
	static const char *const names[] = {
		"tests/perf/test_a.py::test_sort_of_many_things[numpy-1]",
		"tests/perf/test_a.py::test_sort_of_many_things[numpy-2]",
		"tests/perf/test_b.py::test_the_same_in_both",
		"tests/perf/test_a.py::test_the_same_in_both", "tests/perf/test_b.py::test_b"};
	struct made m;
	struct report_style style = {.width = 80};
	scoped(str) narrow = STR_INIT;
	scoped(str) wide = STR_INIT;

	made_init(&m);
	add_rev(&m, "main", "a", NULL);
	add_rev(&m, "topic", "b", NULL);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		add_row(&m, add_bench(&m, "s", names[i], "time", "s"), 1, VERDICT_PASS, 1, 1, 0.1);
	write_report(&m, "text", &style, &narrow);
	ck_assert_ptr_nonnull(strstr(narrow.p, "\ntest_sort_of_ma\u2026_things[numpy-1] "));
	ck_assert_ptr_nonnull(strstr(narrow.p, "\ntest_a.py::test_the_same_in_both "));
	ck_assert_ptr_nonnull(strstr(narrow.p, "\ntest_b.py::test_the_same_in_both "));
	ck_assert_ptr_nonnull(strstr(narrow.p, "\ntest_b.py::test_b "));
	ck_assert_ptr_nonnull(strstr(narrow.p, "\nnames begin with tests/perf/\n"));
	style.width = 200;
	write_report(&m, "text", &style, &wide);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		ck_assert_ptr_nonnull(strstr(wide.p, names[i]));
	ck_assert_ptr_null(strstr(wide.p, "names begin with"));
	results_done(&m.results);
}
END_TEST

START_TEST(formats_are_known)
{
	size_t n;
	const struct report_format *formats = report_formats(&n);

	for (size_t i = 0; i < n; i++) {
		scoped_free char *file =
			xasprintf("dir.md/x%s", formats[i].suffix ? formats[i].suffix : "");

		ck_assert_ptr_eq(report_format_find(formats[i].name), &formats[i]);
		ck_assert_ptr_eq(report_format_of(file), formats[i].suffix ? &formats[i] : NULL);
	}
	ck_assert_ptr_null(report_format_find("xml"));
	ck_assert_ptr_null(report_format_of("xml"));
	ck_assert_str_eq(report_format_find("csv")->name, "csv");
}
END_TEST

TEST_SUITE("report/report", goldens, a_duet_is_labelled, change_points_are_told,
	commits_of_one_build_share_a_column, layouts_are_told, any_width, hostile_names,
	markdown_fits_a_comment, sentence_of_regressions, sentence_without_regressions,
	sentence_without_comparison, narrow_names_keep_what_differs, formats_are_known)

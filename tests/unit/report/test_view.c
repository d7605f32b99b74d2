/* The document of the pages, and the page around it. */
#include "report_common.h"

#include "base/escape.h"
#include "base/jsonw.h"
#include "ext/json.h"
#include "report/timeline.h"

/* What names may hold; tests/e2e shows them to a browser. */
#define HOSTILE "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`&\x1b[31m\xff"

static struct json *
view_of(const struct report *report)
{
	scoped(str) out = STR_INIT;
	struct jsonw w = {.out = &out};
	struct err err = ERR_INIT;
	struct json *doc = NULL;

	report_view(report, &w);
	ck_assert_msg(json_parse(out.p, out.n, &doc, &err) == 0, "%s", err.text);
	return doc;
}

static size_t
length_at(const struct json_val *object, const char *outer, const char *key)
{
	return json_length(json_get(json_get(object, outer), key));
}

static void
expect_shape(const struct report *report, const struct json_val *view)
{
	static const char *const columns[] = {"bench", "rev", "base", "status", "verdict", "words",
		"value", "base_value", "ratio", "lo", "hi", "blocks", "noise", "detectable",
		"slower", "faster", "gate", "where", "detail", "caution", "log"};
	size_t cells = report->results->benches.n * report->results->revs.n;

	ck_assert_double_eq(json_number(json_get(view, "format")), 1);
	ck_assert_uint_eq(json_length(json_get(view, "revs")), report->results->revs.n);
	ck_assert_uint_eq(json_length(json_get(view, "benches")), report->results->benches.n);
	ck_assert_uint_eq(length_at(view, "cells", "state"), cells);
	ck_assert_uint_eq(length_at(view, "cells", "value"), cells);
	ck_assert_uint_eq(length_at(view, "cells", "lo"), cells);
	ck_assert_uint_eq(length_at(view, "cells", "hi"), cells);
	ck_assert_uint_eq(json_length(json_get(view, "samples")), cells);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		ck_assert_msg(
			length_at(view, "rows", columns[i]) == report->n_rows, "%s", columns[i]);
}

START_TEST(a_place_for_everything)
{
	struct made m;

	made_compare(&m);
	struct json *doc = view_of(&m.report);
	const struct json_val *view = json_root(doc), *rows = json_get(view, "rows");

	expect_shape(&m.report, view);
	ck_assert_str_eq(json_text(json_at(json_get(rows, "verdict"), 0)), "regressed");
	ck_assert_double_eq_tol(json_number(json_at(json_get(rows, "ratio"), 0)), 1.0884, 1e-9);
	ck_assert_str_eq(json_text(json_at(json_get(rows, "gate"), 0)), "mean:5%");
	const struct json_val *bench = json_at(json_get(view, "benches"), 0);
	ck_assert_str_eq(json_text(json_get(bench, "base")), "test_parse_document");
	ck_assert_uint_eq(json_length(json_get(bench, "dims")), 2);
	json_free(doc);
	results_done(&m.results);
}
END_TEST

/* The median and its interval of five launches are those of the Price-Bonett estimate, which
 * tests/unit/stats has; here, that they stand at their place. */
START_TEST(samples_stand_at_their_blocks)
{
	static const double values[] = {1.0, 1.1, 1.2, 1.3, 1.4};
	struct made m;

	made_compare(&m);
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		struct sample sample = {.rounds = 1};

		for (size_t s = 0; s < SUMMARY_COUNT; s++)
			sample.v[s] = values[i];
		results_set(&m.results, 0, 1, 2 * i, &sample);
	}
	struct json *doc = view_of(&m.report);
	const struct json_val *view = json_root(doc), *cells = json_get(view, "cells");
	const struct json_val *samples = json_at(json_get(view, "samples"), 1);

	const struct json_val *runs = json_at(json_get(view, "runs"), 1);
	ck_assert_uint_eq(json_length(samples), ARRAY_LEN(values));
	ck_assert_double_eq_tol(json_number(json_at(samples, 4)), 1.4, 1e-12);
	ck_assert_uint_eq(json_length(runs), 2 * ARRAY_LEN(values));
	ck_assert_double_eq(json_number(json_at(runs, 8)), 8);
	ck_assert_double_eq(json_number(json_at(runs, 9)), 1);
	ck_assert_double_eq_tol(json_number(json_at(json_get(cells, "value"), 1)), 1.2, 1e-12);
	double lo = json_number(json_at(json_get(cells, "lo"), 1));
	double hi = json_number(json_at(json_get(cells, "hi"), 1));
	ck_assert(lo < 1.2 && lo > 0.9 && hi > 1.2 && hi < 1.6);
	ck_assert_str_eq(json_text(json_at(json_get(cells, "state"), 1)), "ok");
	ck_assert_str_eq(json_text(json_at(json_get(cells, "state"), 0)), "none");
	json_free(doc);
	results_done(&m.results);
}
END_TEST

/* Functions stand once, those that nobody names not at all. */
START_TEST(profiles_are_columns)
{
	static const struct profile_function functions[] = {
		{"elsewhere", "", 1}, {"lex", "a.py", 7}, {HOSTILE, "", 0}};
	static const struct profile_at lines[] = {{0, 0, 2, 0.5}, {0, 1, 1, 1e-3}, {0, 1, 2, 0}};
	static const char *const notes[] = {HOSTILE};
	const struct profile_view profiles = {functions, lines, 3, 3, notes, 1};
	struct made m;

	made_compare(&m);
	struct json *doc = view_of(&m.report);
	ck_assert_ptr_null(json_get(json_root(doc), "profiles"));
	json_free(doc);
	m.report.profiles = &profiles;
	doc = view_of(&m.report);
	const struct json_val *p = json_get(json_root(doc), "profiles");
	const struct json_val *f = json_get(p, "functions");
	ck_assert_uint_eq(json_length(f), 2);
	ck_assert_ptr_null(json_text(json_get(json_at(f, 0), "file")));
	ck_assert_str_eq(json_text(json_get(json_at(f, 1), "name")), "lex");
	ck_assert_str_eq(json_text(json_get(json_at(f, 1), "file")), "a.py");
	ck_assert_double_eq(json_number(json_get(json_at(f, 1), "line")), 7);
	ck_assert_uint_eq(json_length(json_get(p, "bench")), 3);
	ck_assert_double_eq(json_number(json_at(json_get(p, "rev"), 1)), 1);
	ck_assert_double_eq(json_number(json_at(json_get(p, "function"), 1)), 1);
	ck_assert_double_eq(json_number(json_at(json_get(p, "function"), 2)), 0);
	ck_assert_double_eq_tol(json_number(json_at(json_get(p, "seconds"), 1)), 1e-3, 1e-12);
	ck_assert_uint_eq(json_length(json_get(p, "notes")), 1);
	json_free(doc);
	results_done(&m.results);
}
END_TEST

START_TEST(series_and_nothing)
{
	struct made m;

	made_sweep(&m);
	struct json *doc = view_of(&m.report);
	expect_shape(&m.report, json_root(doc));
	json_free(doc);
	results_done(&m.results);

	made_init(&m);
	doc = view_of(&m.report);
	expect_shape(&m.report, json_root(doc));
	json_free(doc);
	results_done(&m.results);
}
END_TEST

static size_t
count(const char *text, const char *needle)
{
	size_t n = 0;

	for (const char *p = strstr(text, needle); p; p = strstr(p + 1, needle))
		n++;
	return n;
}

START_TEST(a_page_runs_nothing_of_a_name)
{
	const struct report_format *html = report_format_find("html");
	struct report_log log = {"/log/" HOSTILE, HOSTILE "\n" HOSTILE, true};
	const struct profile_function function = {HOSTILE, HOSTILE, 1};
	const struct profile_at line = {0, 1, 0, 1};
	const char *note = HOSTILE;
	const struct profile_view profiles = {&function, &line, 1, 1, &note, 1};
	struct made plain, m;
	scoped(str) clean = STR_INIT;
	scoped(str) out = STR_INIT;

	made_compare(&plain);
	html->write(&plain.report, &(struct report_style){0}, &clean);
	made_compare(&m);
	m.report.project = HOSTILE;
	m.report.logs = &log;
	m.report.n_logs = 1;
	m.report.profiles = &profiles;
	add_row(&m, add_bench(&m, HOSTILE, HOSTILE "[" HOSTILE "]", HOSTILE, HOSTILE), 1,
		VERDICT_REGRESSED, 1, 2, 0.1)
		->detail = HOSTILE;
	html->write(&m.report, &(struct report_style){0}, &out);
	ck_assert(!out.full);
	/* Not one element more than the page has by itself, but for the line of the table. */
	ck_assert_uint_eq(count(out.p, "<script"), count(clean.p, "<script"));
	ck_assert_uint_eq(count(out.p, "<img"), count(clean.p, "<img"));
	ck_assert_uint_eq(count(out.p, "alert(1)</script"), 0);
	ck_assert_ptr_null(memchr(out.p, 0x1b, out.n));
	ck_assert_uint_eq(count(out.p, "</tr>"), count(clean.p, "</tr>") + 1);
	results_done(&plain.results);
	results_done(&m.results);
}
END_TEST

TEST_SUITE("report/view", a_place_for_everything, samples_stand_at_their_blocks,
	profiles_are_columns, series_and_nothing, a_page_runs_nothing_of_a_name)

/* One bench: what was said of it, where its time goes, and every sample that counts. */
#include "page.h"
#include "serve_priv.h"

#include <inttypes.h>
#include <string.h>

static void
put_sample(const struct results_rev *rev, size_t block, const struct sample *s, struct jsonw *w)
{
	jsonw_open(w, NULL, '{');
	jsonw_text(w, "rev", rev->rev.label);
	jsonw_int(w, "block", (int64_t)block);
	jsonw_int(w, "layout", s->layout);
	jsonw_int(w, "rounds", (int64_t)s->rounds);
	if (s->iterations)
		jsonw_int(w, "iterations", (int64_t)s->iterations);
	else
		jsonw_null(w, "iterations");
	for (size_t i = 0; i < SUMMARY_COUNT; i++)
		jsonw_number(w, summary_name((enum summary)i), s->v[i]);
	jsonw_close(w, '}');
}

static void
put_samples(const struct results *results, size_t at, struct jsonw *w)
{
	jsonw_open(w, "samples", '[');
	for (size_t rev = 0; rev < results->revs.n; rev++) {
		const struct results_cell *cell = results_cell(results, at, rev);

		for (size_t i = 0; i < cell->n_blocks; i++)
			if (cell->blocks[i].rounds)
				put_sample(&results->revs.v[rev], i, &cell->blocks[i], w);
	}
	jsonw_close(w, ']');
}

/* What each revision says of it: a number, or why there is none. */
static void
put_cells(const struct results *results, size_t at, struct jsonw *w)
{
	jsonw_open(w, "revs", '[');
	for (size_t rev = 0; rev < results->revs.n; rev++) {
		const struct results_cell *cell = results_cell(results, at, rev);
		const struct results_rev *r = &results->revs.v[rev];

		jsonw_open(w, NULL, '{');
		jsonw_text(w, "label", r->rev.label);
		jsonw_text(w, "id", r->rev.id);
		jsonw_text(w, "same_as",
			r->same_as >= 0 ? results->revs.v[r->same_as].rev.label : NULL);
		jsonw_bool(w, "absent", cell->absent);
		jsonw_text(w, "outcome", outcome_name(cell->outcome.kind));
		jsonw_text(w, "detail", cell->outcome.detail[0] ? cell->outcome.detail : NULL);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void
put_rows(const struct report *report, size_t at, struct jsonw *w)
{
	const struct results *results = report->results;

	jsonw_open(w, "rows", '[');
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];

		if (row->bench != at)
			continue;
		jsonw_open(w, NULL, '{');
		jsonw_text(w, "rev", results->revs.v[row->rev].rev.label);
		jsonw_text(w, "base", results->revs.v[row->base].rev.label);
		jsonw_text(w, "unit", results->benches.v[at].unit);
		jsonw_number(w, "value", row->value);
		jsonw_number(w, "base_value", row->base_value);
		jsonw_number(w, "ratio", row->ratio);
		jsonw_number(w, "ratio_lo", row->ratio_lo);
		jsonw_number(w, "ratio_hi", row->ratio_hi);
		jsonw_text(w, "verdict", verdict_name(row->verdict));
		jsonw_text(w, "status", status_name(row->status));
		jsonw_text(w, "gate", row->gate ? row->gate->text : NULL);
		jsonw_int(w, "blocks", row->blocks);
		jsonw_number(w, "noise", row->noise);
		jsonw_text(w, "detail", row->detail);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

/* ---- where the time goes */

/* Revision by revision, what took most first. */
static int
by_seconds(const void *a, const void *b)
{
	const struct profile_at *x = a, *y = b;

	if (x->rev != y->rev)
		return x->rev < y->rev ? -1 : 1;
	return (x->seconds < y->seconds) - (x->seconds > y->seconds);
}

static void
put_line(const struct profile_view *view, const struct results *results,
	const struct profile_at *line, struct jsonw *w)
{
	const struct profile_function *f = &view->functions[line->function];

	jsonw_open(w, NULL, '{');
	jsonw_text(w, "rev", results->revs.v[line->rev].rev.label);
	jsonw_text(w, "function", f->name);
	jsonw_text(w, "file", *f->file ? f->file : NULL);
	if (f->line)
		jsonw_int(w, "line", f->line);
	else
		jsonw_null(w, "line");
	jsonw_number(w, "seconds", line->seconds);
	jsonw_close(w, '}');
}

static void
put_profiles(const struct profile_view *view, const struct results *results,
	const struct bench *bench, struct jsonw *w)
{
	vec(struct profile_at) lines = {0};

	/* All metrics of a benchmark have its profile. */
	for (size_t i = 0; i < view->n_lines; i++) {
		const struct bench *of = &results->benches.v[view->lines[i].bench];

		if (strcmp(of->name, bench->name) == 0 && strcmp(of->suite, bench->suite) == 0)
			vec_add(&lines, view->lines[i]);
	}
	if (lines.n)
		qsort(lines.v, lines.n, sizeof(*lines.v), by_seconds);
	jsonw_open(w, "profile", '[');
	for (size_t i = 0; i < lines.n; i++)
		put_line(view, results, &lines.v[i], w);
	jsonw_close(w, ']');
	jsonw_open(w, "profile_notes", '[');
	for (size_t i = 0; i < view->n_notes; i++)
		jsonw_text(w, NULL, view->notes[i]);
	jsonw_close(w, ']');
	vec_done(&lines);
}

int
at_bench_json(struct asked *asked, struct str *out, struct err *err)
{
	struct jsonw w = {.out = out, .pretty = true};
	const struct report *report = NULL;

	if (loaded_get(asked->loaded, asked->store, asked->number[0], &report, err) < 0)
		return -1;
	size_t at = (size_t)asked->number[1];
	if (at >= report->results->benches.n)
		return err_set(err, ERR_USAGE, "sweep #%" PRId64 " has no benchmark %zu",
			asked->number[0], at);
	const struct bench *bench = &report->results->benches.v[at];
	jsonw_open(&w, NULL, '{');
	jsonw_int(&w, "sweep", asked->number[0]);
	jsonw_int(&w, "n", (int64_t)at);
	jsonw_text(&w, "suite", bench->suite);
	jsonw_text(&w, "bench", bench->name);
	jsonw_text(&w, "metric", bench->metric);
	jsonw_text(&w, "unit", bench->unit);
	jsonw_bool(&w, "higher_is_better", bench->direction == HIGHER_IS_BETTER);
	put_rows(report, at, &w);
	put_cells(report->results, at, &w);
	put_samples(report->results, at, &w);
	const struct profile_view *profiles = profiled_get(asked->profiled, report, asked->arena);
	if (profiles)
		put_profiles(profiles, report->results, bench, &w);
	jsonw_close(&w, '}');
	str_addc(out, '\n');
	return 0;
}

/* ---- the page */

static const struct column facts[] = {
	{"suite", "suite", COLUMN_TEXT, NULL},
	{"metric", "metric", COLUMN_TEXT, NULL},
	{"unit", "unit", COLUMN_TEXT, NULL},
	{"more is better", "higher_is_better", COLUMN_TEXT, NULL},
};
static const struct column rows[] = {
	{"revision", "rev", COLUMN_TEXT, NULL},
	{"against", "base", COLUMN_TEXT, NULL},
	{"base", "base_value", COLUMN_NUMBER, NULL},
	{"value", "value", COLUMN_NUMBER, NULL},
	{"change", "ratio", COLUMN_RATIO, NULL},
	{"verdict", "verdict", COLUMN_TEXT, NULL},
	{"gate", "gate", COLUMN_TEXT, NULL},
	{"blocks", "blocks", COLUMN_COUNT, NULL},
	{"noise", "noise", COLUMN_SHARE, NULL},
	{"why", "detail", COLUMN_TEXT, NULL},
};
static const struct column revs[] = {
	{"revision", "label", COLUMN_TEXT, NULL},
	{"id", "id", COLUMN_ID, NULL},
	{"same as", "same_as", COLUMN_TEXT, NULL},
	{"has none", "absent", COLUMN_TEXT, NULL},
	{"outcome", "outcome", COLUMN_TEXT, NULL},
	{"why", "detail", COLUMN_TEXT, NULL},
};
static const struct column profile[] = {
	{"revision", "rev", COLUMN_TEXT, NULL},
	{"function", "function", COLUMN_TEXT, NULL},
	{"file", "file", COLUMN_TEXT, NULL},
	{"line", "line", COLUMN_COUNT, NULL},
	{"time", "seconds", COLUMN_SECONDS, NULL},
};
static const struct column samples[] = {
	{"revision", "rev", COLUMN_TEXT, NULL},
	{"block", "block", COLUMN_COUNT, NULL},
	{"rounds", "rounds", COLUMN_COUNT, NULL},
	{"iterations", "iterations", COLUMN_COUNT, NULL},
	{"min", "min", COLUMN_NUMBER, NULL},
	{"median", "median", COLUMN_NUMBER, NULL},
	{"mean", "mean", COLUMN_NUMBER, NULL},
	{"max", "max", COLUMN_NUMBER, NULL},
	{"stddev", "stddev", COLUMN_NUMBER, NULL},
};

int
at_bench_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out, .unit = NULL};
	scoped(str) text = STR_INIT;
	scoped(str) url = STR_INIT;
	struct json *doc = NULL;

	if (at_bench_json(asked, &text, err) < 0 || document_parse(&text, &doc, err) < 0)
		return -1;
	const struct json_val *root = json_root(doc);
	const char *name = json_text(json_get(root, "bench"));
	page.unit = json_text(json_get(root, "unit"));
	page_begin(&page, name ? name : "?");
	str_addf(&url, "/sweep/%" PRId64, asked->number[0]);
	page_open(&page, "p", "turns");
	page_link(&page, url.p, "the whole sweep");
	page_close(&page, "p");
	page_facts(&page, root, facts, ARRAY_LEN(facts));
	page_table(&page, "Verdicts", json_get(root, "rows"), rows, ARRAY_LEN(rows), NULL);
	page_table(&page, "Revisions", json_get(root, "revs"), revs, ARRAY_LEN(revs), NULL);
	if (json_is_array(json_get(root, "profile")))
		page_table(&page, "Where the time goes", json_get(root, "profile"), profile,
			ARRAY_LEN(profile), NULL);
	page_sentences(&page, "Notes on profiles", json_get(root, "profile_notes"));
	page_table(&page, "Samples", json_get(root, "samples"), samples, ARRAY_LEN(samples), NULL);
	page_end(&page);
	json_free(doc);
	return 0;
}

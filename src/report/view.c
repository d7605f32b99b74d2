/* What the pages show, as one JSON document: `report --format html` carries it with it, `serve`
 * sends it. src/web/data.ts says the same in the page's language. Wide and long tables are columns:
 * "cells" and "samples" have a place for each bench and revision, bench * revs + rev. "format"
 * counts up when a member changes its meaning or goes. Numbers have seven digits. */
#include "report_priv.h"

#include "base/jsonw.h"
#include "core/dims.h"
#include "report/timeline.h"

#include <math.h>
#include <stdio.h>

#define VIEW_FORMAT 1

void
view_number(struct jsonw *w, double v, int digits)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "%.*g", digits, v);
	jsonw_raw(w, NULL, isfinite(v) ? buf : "null");
}

/* ---- who and what */

static void
put_revs(struct jsonw *w, const struct report *report)
{
	jsonw_open(w, "revs", '[');
	for (size_t i = 0; i < report->results->revs.n; i++) {
		jsonw_open(w, NULL, '{');
		json_put_rev(w, report, i);
		jsonw_int(w, "same_as", report->results->revs.v[i].same_as);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void
put_dims(struct jsonw *w, const struct bench *bench)
{
	struct arena arena = ARENA_INIT;
	struct dims dims = dims_of(bench, &arena);

	jsonw_text(w, "base", dims.base);
	jsonw_open(w, "dims", '[');
	for (size_t i = 0; i < dims.n; i++) {
		jsonw_open(w, NULL, '[');
		jsonw_text(w, NULL, dims.v[i].key);
		if (isnan(dims.v[i].number))
			jsonw_text(w, NULL, dims.v[i].value);
		else
			jsonw_number(w, NULL, dims.v[i].number);
		jsonw_close(w, ']');
	}
	jsonw_close(w, ']');
	arena_done(&arena);
}

static void
put_benches(struct jsonw *w, const struct report *report)
{
	jsonw_open(w, "benches", '[');
	for (size_t i = 0; i < report->results->benches.n; i++) {
		const struct bench *b = &report->results->benches.v[i];

		jsonw_open(w, NULL, '{');
		jsonw_text(w, "suite", b->suite);
		jsonw_text(w, "name", b->name);
		jsonw_text(w, "metric", b->metric);
		jsonw_text(w, "unit", b->unit);
		jsonw_bool(w, "lower", b->direction == LOWER_IS_BETTER);
		jsonw_bool(w, "cpu", b->clock == CLOCK_KIND_CPU);
		jsonw_text(w, "group", b->group);
		put_dims(w, b);
		jsonw_open(w, "marks", '[');
		for (size_t m = 0; m < b->n_marks; m++)
			jsonw_text(w, NULL, b->marks[m]);
		jsonw_close(w, ']');
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

/* ---- cells */

static const char *
state_of(const struct results *results, const struct results_cell *cell, size_t rev)
{
	if (results_has_samples(cell))
		return "ok";
	if (results->revs.v[rev].build.kind != OUTCOME_OK)
		return "unbuilt";
	if (cell->absent)
		return "absent";
	return cell->seen ? outcome_name(cell->outcome.kind) : "none";
}

static const char *const reach_names[] = {"value", "lo", "hi"};

static void
put_reach(struct jsonw *w, const struct results *results)
{
	size_t n = results->benches.n * results->revs.n;
	scoped_free struct series_reach *reach = xcalloc(n + 1, sizeof(*reach));

	for (size_t i = 0; i < n; i++)
		reach[i] = series_reach(
			series_cell(results, i / results->revs.n, i % results->revs.n));
	for (size_t k = 0; k < ARRAY_LEN(reach_names); k++) {
		jsonw_open(w, reach_names[k], '[');
		for (size_t i = 0; i < n; i++)
			view_number(w,
				k == 0   ? reach[i].value
				: k == 1 ? reach[i].lo
					 : reach[i].hi,
				DIGITS_FEW);
		jsonw_close(w, ']');
	}
}

/* Why a cell has no number, where somebody said. */
static void
put_troubles(struct jsonw *w, const struct results *results)
{
	jsonw_open(w, "troubles", '[');
	for (size_t i = 0; i < results->benches.n * results->revs.n; i++) {
		size_t rev = i % results->revs.n;
		const struct results_cell *cell = series_cell(results, i / results->revs.n, rev);

		if (results_has_samples(cell) || !cell->seen || cell->absent ||
			results->revs.v[rev].build.kind != OUTCOME_OK)
			continue;
		jsonw_open(w, NULL, '{');
		jsonw_int(w, "cell", (int64_t)i);
		jsonw_text(w, "detail", cell->outcome.detail[0] ? cell->outcome.detail : NULL);
		jsonw_text(w, "log", cell->log);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void
put_cells(struct jsonw *w, const struct results *results)
{
	jsonw_open(w, "cells", '{');
	jsonw_open(w, "state", '[');
	for (size_t i = 0; i < results->benches.n * results->revs.n; i++) {
		size_t rev = i % results->revs.n;

		jsonw_text(w, NULL,
			state_of(results, series_cell(results, i / results->revs.n, rev), rev));
	}
	jsonw_close(w, ']');
	put_reach(w, results);
	put_troubles(w, results);
	jsonw_close(w, '}');
}

/* Launch by launch; those of a revision that builds the same as an earlier one stand there. */
static void
put_launches(struct jsonw *w, const struct results_cell *cell)
{
	jsonw_open(w, NULL, '[');
	for (size_t b = 0; b < cell->n_blocks; b++)
		if (results_has_block(cell, b))
			view_number(w, series_value(&cell->blocks[b]), DIGITS_FEW);
	jsonw_close(w, ']');
}

/* In which blocks: where each run of them begins and how many they are. */
static void
put_runs(struct jsonw *w, const struct results_cell *cell)
{
	jsonw_open(w, NULL, '[');
	for (size_t from = 0, to; from < cell->n_blocks; from = to) {
		to = from;
		while (results_has_block(cell, to))
			to++;
		if (to > from) {
			jsonw_int(w, NULL, (int64_t)from);
			jsonw_int(w, NULL, (int64_t)(to - from));
		} else {
			to++;
		}
	}
	jsonw_close(w, ']');
}

static void
put_samples(struct jsonw *w, const struct results *results)
{
	static const struct {
		const char *key;
		void (*put)(struct jsonw *w, const struct results_cell *cell);
	} parts[] = {{"samples", put_launches}, {"runs", put_runs}};

	for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
		jsonw_open(w, parts[k].key, '[');
		for (size_t i = 0; i < results->benches.n * results->revs.n; i++)
			parts[k].put(w,
				series_own_cell(results, i / results->revs.n, i % results->revs.n));
		jsonw_close(w, ']');
	}
}

/* ---- the document */

static void
put_facts(struct jsonw *w, const struct report *report)
{
	scoped(str) sentence = STR_INIT;

	report_sentence(report, &sentence);
	jsonw_text(w, "tool", "revsweep " REVSWEEP_VERSION);
	jsonw_text(w, "sweep", report->sweep);
	jsonw_text(w, "command", report->command);
	jsonw_text(w, "project", report->project);
	jsonw_text(w, "date", report->date);
	jsonw_text(w, "verdict", verdict_name(report->verdict));
	jsonw_int(w, "exit", report->exit_code);
	jsonw_text(w, "sentence", sentence.p);
	jsonw_bool(w, "unfinished", report->unfinished);
	jsonw_bool(w, "series", report->series);
	jsonw_text(w, "judge", report->judge);
	jsonw_text(w, "order", report->order);
	jsonw_bool(w, "contended", report->contended);
	jsonw_int(w, "blocks", (int64_t)report->results->n_blocks);
}

/* What a report rests on, in the sentences of its text form. */
static void
put_words(struct jsonw *w, const struct report *report)
{
	static const struct {
		const char *key;
		void (*write)(const struct report *report, struct str *out);
	} words[] = {{"gates", words_gates}, {"measured", words_effort}, {"judged", words_judging},
		{"machine", words_machine}};

	jsonw_open(w, "words", '{');
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		scoped(str) text = STR_INIT;

		words[i].write(report, &text);
		jsonw_text(w, words[i].key, text.n ? text.p : NULL);
	}
	jsonw_close(w, '}');
	jsonw_texts(w, "settings", report->settings);
	jsonw_open(w, "notes", '[');
	for (size_t i = 0; i < report->results->notes.n; i++)
		jsonw_text(w, NULL, report->results->notes.v[i]);
	jsonw_close(w, ']');
}

static void
put_logs(struct jsonw *w, const struct report *report)
{
	jsonw_open(w, "logs", '[');
	for (size_t i = 0; i < report->n_logs; i++) {
		jsonw_open(w, NULL, '{');
		jsonw_text(w, "path", report->logs[i].path);
		jsonw_text(w, "text", report->logs[i].text);
		jsonw_bool(w, "cut", report->logs[i].cut);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

void
report_view(const struct report *report, struct jsonw *w)
{
	jsonw_open(w, NULL, '{');
	jsonw_int(w, "format", VIEW_FORMAT);
	put_facts(w, report);
	put_words(w, report);
	json_put_host(w, report->host);
	put_revs(w, report);
	put_benches(w, report);
	put_cells(w, report->results);
	put_samples(w, report->results);
	view_rows(report, w);
	jsonw_open(w, "changes", '[');
	for (size_t i = 0; i < report->n_changes; i++)
		view_change(&report->changes[i], w);
	jsonw_close(w, ']');
	if (report->bisect) {
		jsonw_open(w, "bisect", '{');
		bisect_json(report, w);
		jsonw_close(w, '}');
	}
	if (report->timeline) {
		jsonw_open(w, "timeline", '{');
		timeline_write(report->timeline, w);
		jsonw_close(w, '}');
	}
	if (report->profiles)
		view_profiles(report->profiles, w);
	put_logs(w, report);
	jsonw_close(w, '}');
}

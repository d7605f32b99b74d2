/* One sweep: its report, whether it goes on, and what benches it has. */
#include "page.h"
#include "serve_priv.h"

#include "report/report.h"
#include "sweep/sweep.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of a finished sweep what was said on its day, which is sealed; another one is judged as far as it
 * got, or once more where its rows were too many to be kept. */
int
at_sweep_json(struct asked *asked, struct str *out, struct err *err)
{
	const struct report *report = NULL;
	struct store_sweep sweep;

	if (store_get(asked->store, asked->number[0], asked->arena, &sweep, err) < 0)
		return -1;
	if (sweep_kept_whole(&sweep)) {
		str_add(out, sweep.report);
		return 0;
	}
	if (loaded_get(asked->loaded, asked->store, sweep.id, &report, err) < 0)
		return -1;
	report_format_find("json")->write(report, &(struct report_style){0}, out);
	return 0;
}

int
at_state_json(struct asked *asked, struct str *out, struct err *err)
{
	struct jsonw w = {.out = out, .pretty = true};
	struct store_state state;
	char token[20];

	if (store_state(asked->store, asked->number[0], &state, err) < 0)
		return -1;
	snprintf(token, sizeof(token), "%016" PRIx64, state.change);
	jsonw_open(&w, NULL, '{');
	jsonw_int(&w, "sweep", asked->number[0]);
	jsonw_text(&w, "token", token);
	jsonw_text(&w, "status", state.done ? "done" : "running");
	jsonw_bool(
		&w, "working", !state.done && store_is_worked_on(asked->store, asked->number[0]));
	if (state.done)
		jsonw_int(&w, "exit", state.exit_code);
	else
		jsonw_null(&w, "exit");
	jsonw_int(&w, "launches", state.launches);
	jsonw_int(&w, "blocks", state.blocks);
	jsonw_close(&w, '}');
	str_addc(out, '\n');
	return 0;
}

static void
put_bench(const struct bench *b, size_t i, struct jsonw *w)
{
	jsonw_open(w, NULL, '{');
	jsonw_int(w, "n", (int64_t)i);
	jsonw_text(w, "suite", b->suite);
	jsonw_text(w, "bench", b->name);
	jsonw_text(w, "metric", b->metric);
	jsonw_text(w, "unit", b->unit);
	jsonw_bool(w, "higher_is_better", b->direction == HIGHER_IS_BETTER);
	jsonw_text(w, "group", b->group);
	jsonw_text(w, "param", b->param);
	jsonw_open(w, "marks", '[');
	for (size_t k = 0; k < b->n_marks; k++)
		jsonw_text(w, NULL, b->marks[k]);
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}

int
at_benches_json(struct asked *asked, struct str *out, struct err *err)
{
	struct jsonw w = {.out = out, .pretty = true};
	struct results results;

	results_init(&results);
	int r = store_outline(asked->store, asked->number[0], &results, err);
	if (r == 0) {
		jsonw_open(&w, NULL, '{');
		jsonw_int(&w, "sweep", asked->number[0]);
		jsonw_open(&w, "benches", '[');
		for (size_t i = 0; i < results.benches.n; i++)
			put_bench(&results.benches.v[i], i, &w);
		jsonw_close(&w, ']');
		jsonw_close(&w, '}');
		str_addc(out, '\n');
	}
	results_done(&results);
	return r;
}

/* ---- the page */

struct links {
	int64_t sweep;
	struct results *benches;
	size_t n_benches; /* that are stored; looking for others adds them */
};

static const char *
text_of(const struct json_val *row, const char *key)
{
	const char *text = json_text(json_get(row, key));

	return text ? text : "";
}

static void
link_bench(const struct json_val *row, size_t i, const void *arg, struct str *url)
{
	const struct links *links = arg;
	struct bench wanted = {.suite = text_of(row, "suite"),
		.name = text_of(row, "bench"),
		.metric = text_of(row, "metric"),
		.unit = ""};
	size_t at = results_bench(links->benches, &wanted);

	(void)i;
	if (at < links->n_benches)
		str_addf(url, "/sweep/%" PRId64 "/bench/%zu", links->sweep, at);
}

static void
link_log(const struct json_val *row, size_t i, const void *arg, struct str *url)
{
	const struct links *links = arg;

	if (json_text(json_get(row, "log")))
		str_addf(url, "/sweep/%" PRId64 "/log/%zu", links->sweep, i);
}

static const struct column facts[] = {
	{"what it means", "sentence", COLUMN_TEXT, NULL},
	{"project", "project", COLUMN_TEXT, NULL},
	{"date", "date", COLUMN_TEXT, NULL},
	{"verdict", "verdict", COLUMN_TEXT, NULL},
	{"exit code", "exit", COLUMN_COUNT, NULL},
	{"not finished", "unfinished", COLUMN_TEXT, NULL},
	{"judged by", "judge", COLUMN_TEXT, NULL},
	{"order", "order", COLUMN_TEXT, NULL},
	{"blocks", "blocks", COLUMN_COUNT, NULL},
	{"launches", "launches", COLUMN_COUNT, NULL},
	{"of them disturbed", "disturbed", COLUMN_COUNT, NULL},
	{"building took", "built_s", COLUMN_SECONDS, NULL},
	{"measuring took", "measured_s", COLUMN_SECONDS, NULL},
	{"isolation", "isolation", COLUMN_TEXT, NULL},
	{"settings", "settings", COLUMN_TEXT, NULL},
};
static const struct column rows[] = {
	{"benchmark", "bench", COLUMN_TEXT, link_bench},
	{"metric", "metric", COLUMN_TEXT, NULL},
	{"revision", "rev", COLUMN_TEXT, NULL},
	{"base", "base_value", COLUMN_NUMBER, NULL},
	{"value", "value", COLUMN_NUMBER, NULL},
	{"change", "ratio", COLUMN_RATIO, NULL},
	{"verdict", "verdict", COLUMN_TEXT, NULL},
	{"gate", "gate", COLUMN_TEXT, NULL},
	{"blocks", "blocks", COLUMN_COUNT, NULL},
	{"noise", "noise", COLUMN_SHARE, NULL},
	{"status", "status", COLUMN_TEXT, NULL},
	{"why", "detail", COLUMN_TEXT, NULL},
};
static const struct column lines[] = {
	{"benchmark", "bench", COLUMN_TEXT, link_bench},
	{"metric", "metric", COLUMN_TEXT, NULL},
	{"value", "value", COLUMN_NUMBER, NULL},
	{"noise", "noise", COLUMN_SHARE, NULL},
	{"can show", "detectable", COLUMN_SHARE, NULL},
	{"gate", "gate", COLUMN_TEXT, NULL},
	{"blocks", "blocks", COLUMN_COUNT, NULL},
	{"reachable", "reachable", COLUMN_TEXT, NULL},
};
static const struct column revs[] = {
	{"revision", "label", COLUMN_TEXT, NULL},
	{"id", "id", COLUMN_ID, NULL},
	{"build", "outcome", COLUMN_TEXT, link_log},
	{"why", "detail", COLUMN_TEXT, NULL},
	{"same as", "same_as", COLUMN_TEXT, NULL},
	{"date", "date", COLUMN_TIME, NULL},
	{"subject", "subject", COLUMN_TEXT, NULL},
	{"author", "author", COLUMN_TEXT, NULL},
};
static const struct column changes[] = {
	{"benchmark", "bench", COLUMN_TEXT, link_bench},
	{"metric", "metric", COLUMN_TEXT, NULL},
	{"from", "before", COLUMN_TEXT, NULL},
	{"to", "after", COLUMN_TEXT, NULL},
	{"state", "state", COLUMN_TEXT, NULL},
	{"change", "ratio", COLUMN_RATIO, NULL},
	{"pairs", "blocks", COLUMN_COUNT, NULL},
};
static const struct column culprits[] = {
	{"benchmark", "bench", COLUMN_TEXT, link_bench},
	{"metric", "metric", COLUMN_TEXT, NULL},
	{"state", "state", COLUMN_TEXT, NULL},
	{"after", "from", COLUMN_TEXT, NULL},
	{"culprit", "to", COLUMN_TEXT, NULL},
	{"probability", "probability", COLUMN_SHARE, NULL},
};

static void
put_links(struct page *page, int64_t sweep)
{
	static const struct {
		const char *end, *text;
	} links[] = {{"/charts", "charts"}, {"/launches", "launches"}, {"/timeline", "timeline"}};
	scoped(str) url = STR_INIT;

	page_open(page, "p", "turns");
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		str_clear(&url);
		str_addf(&url, "/sweep/%" PRId64 "%s", sweep, links[i].end);
		page_link(page, url.p, links[i].text);
	}
	str_clear(&url);
	str_addf(&url, "/api/v1/sweep/%" PRId64, sweep);
	page_link(page, url.p, "as JSON");
	page_close(page, "p");
}

/* Parts that a report may have, by the name of the array. */
static void
put_parts(struct page *page, const struct json_val *doc, const struct links *links)
{
	static const struct {
		const char *key, *title;
		const struct column *columns;
		size_t n;
	} parts[] = {
		{"culprits", "Culprits", culprits, ARRAY_LEN(culprits)},
		{"changes", "Changes", changes, ARRAY_LEN(changes)},
		{"rows", "Benchmarks", rows, ARRAY_LEN(rows)},
		{"lines", "Benchmarks", lines, ARRAY_LEN(lines)},
		{"revs", "Revisions", revs, ARRAY_LEN(revs)},
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const struct json_val *array = json_get(doc, parts[i].key);

		if (json_is_array(array))
			page_table(
				page, parts[i].title, array, parts[i].columns, parts[i].n, links);
	}
	page_sentences(page, "Notes", json_get(doc, "notes"));
}

static void
put_sweep(struct page *page, const struct json_val *doc, const struct links *links)
{
	const char *command = text_of(doc, "command");
	scoped(str) title = STR_INIT;

	str_addf(&title, "#%" PRId64 " %s", links->sweep, *command ? command : "calibrate");
	page_begin(page, title.p);
	put_links(page, links->sweep);
	page_facts(page, doc, facts, ARRAY_LEN(facts));
	put_parts(page, doc, links);
	page_end(page);
}

int
at_sweep_page(struct asked *asked, struct str *out, struct err *err)
{
	struct page page = {.out = out};
	struct results benches;
	struct links links = {.sweep = asked->number[0], .benches = &benches};
	scoped(str) text = STR_INIT;
	struct json *doc = NULL;

	if (at_sweep_json(asked, &text, err) < 0 || document_parse(&text, &doc, err) < 0)
		return -1;
	results_init(&benches);
	int r = store_outline(asked->store, asked->number[0], &benches, err);
	links.n_benches = benches.benches.n;
	page.live = store_is_worked_on(asked->store, asked->number[0]);
	if (r == 0)
		put_sweep(&page, json_root(doc), &links);
	results_done(&benches);
	json_free(doc);
	return r;
}

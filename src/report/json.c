/* Everything, for programs. "format" counts up when a member changes its meaning or goes; new ones
 * may come at any time. Texts that are not UTF-8 have U+FFFD in the place of each bad byte. */
#include "report_priv.h"

#include "base/jsonw.h"

#define JSON_FORMAT 1

void
json_put_rev(struct jsonw *w, const struct report *report, size_t i)
{
	const struct results_rev *r = &report->results->revs.v[i];

	jsonw_text(w, "label", words_label(report, i));
	jsonw_text(w, "id", r->rev.id);
	jsonw_text(w, "outcome", outcome_name(r->build.kind));
	jsonw_text(w, "detail", r->build.detail[0] ? r->build.detail : NULL);
	jsonw_text(w, "log", r->build_log);
	jsonw_text(w, "spec", r->rev.spec);
	jsonw_text(w, "subject", r->rev.subject);
	jsonw_text(w, "author", r->rev.author);
	if (r->rev.date)
		jsonw_int(w, "date", r->rev.date);
	else
		jsonw_null(w, "date");
	jsonw_text(w, "build", r->build_key);
}

static void
put_revs(struct jsonw *w, const struct report *report)
{
	const struct results *results = report->results;

	jsonw_open(w, "revs", '[');
	for (size_t i = 0; i < results->revs.n; i++) {
		int same_as = results->revs.v[i].same_as;

		jsonw_open(w, NULL, '{');
		json_put_rev(w, report, i);
		jsonw_text(
			w, "same_as", same_as >= 0 ? words_label(report, (size_t)same_as) : NULL);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void
put_row(struct jsonw *w, const struct report *report, const struct row *row)
{
	const struct bench *bench = &report->results->benches.v[row->bench];

	jsonw_open(w, NULL, '{');
	jsonw_text(w, "bench", bench->name);
	jsonw_text(w, "suite", bench->suite);
	jsonw_text(w, "metric", bench->metric);
	jsonw_text(w, "unit", bench->unit);
	jsonw_text(w, "rev", words_label(report, row->rev));
	jsonw_text(w, "base", words_label(report, row->base));
	jsonw_number(w, "value", row->value);
	jsonw_number(w, "base_value", row->base_value);
	jsonw_number(w, "ratio", row->ratio);
	jsonw_number(w, "ratio_lo", row->ratio_lo);
	jsonw_number(w, "ratio_hi", row->ratio_hi);
	jsonw_text(w, "verdict", verdict_name(row->verdict));
	jsonw_text(w, "status", status_name(row->status));
	jsonw_text(w, "gate", row->gate ? row->gate->text : NULL);
	jsonw_text(w, "where", row->gate ? row->gate->where : NULL);
	jsonw_int(w, "blocks", row->blocks);
	jsonw_number(w, "noise", row->noise);
	if (report->rebuilds > 1)
		jsonw_number(w, "layout_noise", row->layout_noise);
	jsonw_number(w, "detectable", row->detectable);
	jsonw_bool(w, "slower", row->slower);
	jsonw_bool(w, "faster", row->faster);
	jsonw_bool(w, "classic_fails", row->classic_fails);
	jsonw_bool(w, "decided", row->decided);
	jsonw_number(w, "blocks_missing", row->blocks_missing);
	jsonw_text(w, "detail", row->detail);
	jsonw_text(w, "caution", row->caution);
	jsonw_text(w, "log", row->log);
	jsonw_close(w, '}');
}

static void
put_change(struct jsonw *w, const struct report *report, const struct change *c)
{
	const struct bench *bench = &report->results->benches.v[c->bench];

	jsonw_open(w, NULL, '{');
	jsonw_text(w, "bench", bench->name);
	jsonw_text(w, "suite", bench->suite);
	jsonw_text(w, "metric", bench->metric);
	jsonw_text(w, "before", words_label(report, c->before));
	jsonw_text(w, "after", words_label(report, c->after));
	jsonw_text(w, "before_id", report->results->revs.v[c->before].rev.id);
	jsonw_text(w, "after_id", report->results->revs.v[c->after].rev.id);
	jsonw_text(w, "state", change_state_name(c->state));
	jsonw_bool(w, "worse", c->worse);
	jsonw_number(w, "probability", c->probability);
	jsonw_text(w, "obstacle", c->obstacle);
	jsonw_number(w, "ratio", c->ratio);
	jsonw_number(w, "ratio_lo", c->ratio_lo);
	jsonw_number(w, "ratio_hi", c->ratio_hi);
	jsonw_int(w, "blocks", c->blocks);
	jsonw_close(w, '}');
}

void
json_put_host(struct jsonw *w, const struct host *h)
{
	if (!h) {
		jsonw_null(w, "host");
		return;
	}
	jsonw_open(w, "host", '{');
	host_write(h, w);
	jsonw_close(w, '}');
}

static void
put_texts(struct jsonw *w, const char *key, const char *const *texts, size_t n)
{
	jsonw_open(w, key, '[');
	for (size_t i = 0; i < n; i++)
		jsonw_text(w, NULL, texts[i]);
	jsonw_close(w, ']');
}

void
json_write(const struct report *report, const struct report_style *style, struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};
	scoped(str) sentence = STR_INIT;
	size_t settings = 0;

	while (report->settings && report->settings[settings])
		settings++;
	report_sentence(report, &sentence);
	jsonw_open(&w, NULL, '{');
	jsonw_int(&w, "format", JSON_FORMAT);
	jsonw_text(&w, "sweep", report->sweep);
	jsonw_text(&w, "command", report->command);
	jsonw_text(&w, "project", report->project);
	jsonw_text(&w, "date", report->date);
	put_revs(&w, report);
	if (style->no_rows)
		jsonw_int(&w, "rows_left_out", (int64_t)report->n_rows);
	jsonw_open(&w, "rows", '[');
	for (size_t i = 0; i < report->n_rows && !style->no_rows; i++)
		put_row(&w, report, &report->rows[i]);
	jsonw_close(&w, ']');
	if (report->series) {
		jsonw_open(&w, "changes", '[');
		for (size_t i = 0; i < report->n_changes; i++)
			put_change(&w, report, &report->changes[i]);
		jsonw_close(&w, ']');
	}
	if (report->bisect)
		bisect_json(report, &w);
	jsonw_text(&w, "verdict", verdict_name(report->verdict));
	jsonw_int(&w, "exit", report->exit_code);
	jsonw_text(&w, "sentence", sentence.p);
	jsonw_bool(&w, "unfinished", report->unfinished);
	jsonw_text(&w, "judge", report->judge);
	jsonw_text(&w, "order", report->order);
	jsonw_bool(&w, "contended", report->contended);
	if (report->rebuilds > 1)
		jsonw_int(&w, "rebuilds", report->rebuilds);
	jsonw_number(&w, "alpha", report->alpha);
	jsonw_number(&w, "beta", report->beta);
	jsonw_int(&w, "family", (int64_t)report->family);
	jsonw_int(&w, "blocks", (int64_t)report->results->n_blocks);
	jsonw_int(&w, "launches", report->results->launches);
	jsonw_int(&w, "disturbed", report->results->disturbed);
	jsonw_open(&w, "disturbed_by", '{');
	for (unsigned i = 0; i < DISTURBANCE_COUNT; i++)
		jsonw_int(&w, disturbance_name((enum disturbance)i),
			report->results->disturbed_by[i]);
	jsonw_close(&w, '}');
	jsonw_number(&w, "measured_s", report->measured_s);
	jsonw_number(&w, "built_s", report->built_s);
	jsonw_text(&w, "isolation", report->isolation);
	json_put_host(&w, report->host);
	put_texts(&w, "settings", report->settings, settings);
	put_texts(&w, "notes", report->results->notes.v, report->results->notes.n);
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}

/* What a page shows before its script runs, and all it shows where none does: the sentence, the
 * verdicts or the series, and what failed. */
#include "report_priv.h"

#include "base/escape.h"
#include "base/format.h"

#include <string.h>

static void
put_cell(struct str *out, const char *tag, const char *class, const char *text)
{
	str_addf(out, class ? "<%s class=\"%s\">" : "<%s>", tag, class);
	escape_html(out, text);
	str_addf(out, "</%s>", tag);
}

static const char *
class_of(const struct row *row)
{
	if (row->status != STATUS_OK)
		return status_is_failure(row->status) ? "bad" : "dim";
	return row->verdict == VERDICT_REGRESSED      ? "bad"
	       : row->verdict == VERDICT_IMPROVED     ? "good"
	       : row->verdict == VERDICT_INCONCLUSIVE ? "unsure"
						      : NULL;
}

/* ---- a line a row */

static void
put_row(const struct report *report, const struct tally *tally, const struct row *row,
	struct str *out)
{
	scoped(str) text = STR_INIT;
	bool ok = row->status == STATUS_OK;

	str_add(out, "<tr>");
	words_name(report, tally, row, &text);
	put_cell(out, "th", NULL, text.p);
	if (tally->revs > 1)
		put_cell(out, "td", NULL, words_label(report, row->rev));
	for (int head = 0; head < 2; head++) {
		str_clear(&text);
		words_value(report, row, head ? row->value : row->base_value, &text);
		put_cell(out, "td", "n", text.p);
	}
	str_clear(&text);
	if (ok)
		words_change(row, &text);
	put_cell(out, "td", "n", text.p);
	str_clear(&text);
	if (ok)
		words_interval(row, &text);
	put_cell(out, "td", "n", text.p);
	put_cell(out, "td", class_of(row), ok ? words_verdict(row) : words_status(row->status));
	put_cell(out, "td", NULL, row->detail ? row->detail : row->caution ? row->caution : "");
	str_add(out, "</tr>\n");
}

static void
put_rows(const struct report *report, const struct tally *tally, struct str *out)
{
	str_add(out, "<table>\n<thead><tr><th>benchmark</th>");
	if (tally->revs > 1)
		str_add(out, "<th>revision</th>");
	str_addf(out,
		"<th>base</th><th>%s</th><th>%s</th><th>interval</th><th>verdict</th><th></th>"
		"</tr></thead>\n<tbody>\n",
		tally->revs == 1 ? "head" : "value", report->contended ? "contended" : "change");
	for (size_t i = 0; i < report->n_rows; i++)
		put_row(report, tally, &report->rows[i], out);
	str_add(out, "</tbody>\n</table>\n");
}

/* ---- a column a revision */

static void
put_value(const struct report *report, size_t bench, size_t rev, size_t *first, struct str *out)
{
	const struct results *results = report->results;
	const struct results_cell *cell = series_cell(results, bench, rev);
	char buf[160];

	if (!results_has_samples(cell)) {
		put_cell(out, "td", "dim",
			results->revs.v[rev].build.kind != OUTCOME_OK ? "unbuilt" : "-");
		return;
	}
	if (*first == results->revs.n) {
		*first = rev;
		put_cell(out, "td", NULL,
			format_value(series_median(cell, NULL), results->benches.v[bench].unit, buf,
				sizeof(buf)));
		return;
	}
	double ratio = series_median(cell, series_cell(results, bench, *first));
	put_cell(out, "td", NULL, format_change(ratio, buf, sizeof(buf)));
}

static void
put_series(const struct report *report, const struct tally *tally, struct str *out)
{
	const struct results *results = report->results;

	str_add(out, "<table class=\"series\">\n<thead><tr><th>benchmark</th>");
	for (size_t rev = 0; rev < results->revs.n; rev++)
		put_cell(out, "th", NULL, words_label(report, rev));
	str_add(out, "</tr></thead>\n<tbody>\n");
	for (size_t bench = 0; bench < results->benches.n; bench++) {
		scoped(str) name = STR_INIT;
		size_t first = results->revs.n;

		words_name(report, tally, &(struct row){.bench = bench}, &name);
		str_add(out, "<tr>");
		put_cell(out, "th", NULL, name.p);
		for (size_t rev = 0; rev < results->revs.n; rev++)
			put_value(report, bench, rev, &first, out);
		str_add(out, "</tr>\n");
	}
	str_add(out, "</tbody>\n</table>\n");
}

static void
put_changes(const struct report *report, const struct tally *tally, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n_changes; i++) {
		const struct change *c = &report->changes[i];
		struct row row = words_row_of(c);
		scoped(str) text = STR_INIT;

		if (c->state == CHANGE_REJECTED)
			continue;
		if (n++ == 0)
			str_add(out, "<h2>Changes</h2>\n<ul>\n");
		words_name(report, tally, &row, &text);
		str_add(&text, ": ");
		words_change(&row, &text);
		str_addc(&text, ' ');
		words_interval(&row, &text);
		str_addf(&text, " from %s to ", words_label(report, c->before));
		str_addf(&text, "%s, %s", words_label(report, c->after),
			change_state_name(c->state));
		put_cell(out, "li", c->worse ? "bad" : "good", text.p);
		str_addc(out, '\n');
	}
	if (n)
		str_add(out, "</ul>\n");
}

/* ---- a line a commit */

static void
put_path(const struct report *report, struct str *out)
{
	const struct culprit *c = bisect_main(report);

	str_add(out, "<table>\n<thead><tr><th>commit</th><th>subject</th><th>tested</th>"
		     "<th>change</th><th>probability</th></tr></thead>\n<tbody>\n");
	for (size_t k = 0; c && k < report->results->revs.n; k++) {
		const struct rev *rev = &report->results->revs.v[k].rev;
		scoped(str) level = STR_INIT;
		scoped(str) share = STR_INIT;

		bisect_level(report, c, k, &level);
		if (c->posterior && k < c->n_positions)
			words_percent(&share, c->posterior[k]);
		str_add(out, "<tr>");
		put_cell(out, "th", NULL, words_label(report, k));
		put_cell(out, "td", NULL, rev->subject ? rev->subject : "");
		put_cell(out, "td", NULL, bisect_side_name(bisect_side_of(report, c, k)));
		put_cell(out, "td", "n", level.p);
		put_cell(out, "td", "n", share.p);
		str_add(out, "</tr>\n");
	}
	str_add(out, "</tbody>\n</table>\n");
}

/* ---- all of it */

static void
put_revs(const struct report *report, struct str *out)
{
	str_add(out, "<table>\n<thead><tr><th>revision</th><th>id</th><th>subject</th>"
		     "<th>build</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < report->results->revs.n; i++) {
		const struct results_rev *r = &report->results->revs.v[i];
		scoped(str) id = STR_INIT;

		if (r->rev.id)
			str_addn(&id, r->rev.id, strnlen(r->rev.id, REV_SHORT));
		str_add(out, "<tr>");
		put_cell(out, "th", NULL, words_label(report, i));
		put_cell(out, "td", NULL, id.p);
		put_cell(out, "td", NULL, r->rev.subject ? r->rev.subject : "");
		put_cell(out, "td", r->build.kind == OUTCOME_OK ? NULL : "bad",
			r->build.detail[0] ? r->build.detail : outcome_name(r->build.kind));
		str_add(out, "</tr>\n");
	}
	str_add(out, "</tbody>\n</table>\n");
}

void
html_tables(const struct report *report, struct str *out)
{
	scoped(str) title = STR_INIT;
	scoped(str) sentence = STR_INIT;
	struct tally tally;

	tally_rows(report, &tally);
	str_addf(&title, "%s%s%s", report->command, report->project ? " " : "",
		report->project ? report->project : "");
	report_sentence(report, &sentence);
	str_add(out, "<main class=\"plain\">\n");
	put_cell(out, "h1", NULL, title.p);
	str_addc(out, '\n');
	put_cell(out, "p", "sentence", sentence.p);
	str_addc(out, '\n');
	if (report->bisect) {
		put_path(report, out);
	} else if (report->series || (tally.revs > 1 && report->results->cells.n)) {
		/* Many revisions are columns: thousands of rows make a page slow. */
		put_changes(report, &tally, out);
		put_series(report, &tally, out);
	} else {
		put_rows(report, &tally, out);
	}
	str_add(out, "<h2>Revisions</h2>\n");
	put_revs(report, out);
	str_add(out, "<noscript><p>Charts, filters and every sample are shown where JavaScript "
		     "is allowed.</p></noscript>\n</main>\n");
}

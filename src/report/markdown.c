/* A comment for a pull request. The marker on the first line lets a bot find its own comment again
 * and replace it; a name in it tells the comments of several jobs from each other. */
#include "report_priv.h"

#include "base/escape.h"

#include <string.h>

#define BYTES_MAX 65000 /* a comment on GitHub holds 65536 */
#define ROWS_MAX 50000  /* bytes after which no row begins: what they rest on belongs in it, too */
#define NAME_COLUMNS 100
#define REASONS_MAX 20
#define CHANGES_MAX 50
#define REVS_MAX 40

static void
put_escaped(struct str *out, const char *text)
{
	escape_markdown(out, text);
}

/* A name, safe and not endless. */
static void
put_name(const struct report *report, const struct tally *tally, const struct row *row,
	struct str *out)
{
	scoped(str) raw = STR_INIT;
	scoped(str) safe = STR_INIT;
	scoped(str) fit = STR_INIT;

	words_name(report, tally, row, &raw);
	escape_terminal(&safe, raw.p, raw.n);
	layout_shorten(&fit, safe.p, NAME_COLUMNS, false);
	put_escaped(out, fit.p);
}

static void
put_row(const struct report *report, const struct tally *tally, const struct row *row,
	struct str *out)
{
	scoped(str) cell = STR_INIT;
	bool ok = row->status == STATUS_OK;
	bool loud = !ok || row->verdict == VERDICT_REGRESSED || row->verdict == VERDICT_IMPROVED;

	str_add(out, "| ");
	put_name(report, tally, row, out);
	if (tally->revs > 1) {
		str_add(out, " | ");
		put_escaped(out, words_label(report, row->rev));
	}
	str_add(out, " | ");
	words_value(report, row, row->base_value, &cell);
	str_add(&cell, "\t");
	words_value(report, row, row->value, &cell);
	char *tab = strchr(cell.p, '\t');
	*tab = '\0';
	put_escaped(out, cell.p);
	str_add(out, " | ");
	put_escaped(out, tab + 1);
	str_clear(&cell);
	if (ok)
		words_change(row, &cell);
	str_addf(out, " | %s | ", cell.p);
	str_clear(&cell);
	if (ok)
		words_interval(row, &cell);
	str_addf(out, "%s | %s%s%s | ", cell.p, loud ? "**" : "",
		ok ? words_verdict(row) : words_status(row->status), loud ? "**" : "");
	put_escaped(out, row->gate ? row->gate->text : "");
	str_addf(out, " | %u |\n", row->blocks);
}

/* Rows of a revision that was not built say nothing that a line about it does not say. */
static bool
is_shown(const struct row *row)
{
	return row->status != STATUS_UNBUILT;
}

/* Whether a row stands above the fold. */
static bool
is_notable(const struct row *row)
{
	if (row->status != STATUS_OK)
		return status_is_failure(row->status);
	return row->verdict == VERDICT_REGRESSED || row->verdict == VERDICT_IMPROVED ||
	       row->verdict == VERDICT_INCONCLUSIVE;
}

static void
put_rows(const struct report *report, const struct tally *tally, bool notable, struct str *out)
{
	size_t left = 0, n = 0;

	for (size_t i = 0; i < report->n_rows; i++) {
		if (!is_shown(&report->rows[i]) || is_notable(&report->rows[i]) != notable)
			continue;
		if (n++ == 0)
			str_addf(out,
				"| benchmark |%s base | %s | %s | interval | verdict | gate | "
				"blocks |\n| --- |%s ---: | ---: | ---: | --- | --- | --- | ---: "
				"|\n",
				tally->revs > 1 ? " revision |" : "",
				tally->revs == 1 ? "head" : "value",
				report->contended ? "contended" : "change",
				tally->revs > 1 ? " --- |" : "");
		if (out->n > ROWS_MAX)
			left++;
		else
			put_row(report, tally, &report->rows[i], out);
	}
	if (left)
		str_addf(out, "\n%zu more rows do not fit here; the JSON report has them all.\n",
			left);
	if (n)
		str_addc(out, '\n');
}

static void
put_reason(const char *text, const char *log, struct str *out)
{
	str_add(out, ": ");
	put_escaped(out, text);
	if (log) {
		str_add(out, " (log: ");
		put_escaped(out, log);
		str_addc(out, ')');
	}
	str_addc(out, '\n');
}

/* What failed, and why. */
static void
put_failures(const struct report *report, const struct tally *tally, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < report->results->revs.n; i++) {
		const struct results_rev *r = &report->results->revs.v[i];

		if (!words_unbuilt(report, i) || n++ >= REASONS_MAX)
			continue;
		str_add(out, "- **");
		put_escaped(out, words_label(report, i));
		str_add(out, " was not built**");
		put_reason(r->build.detail[0] ? r->build.detail : outcome_name(r->build.kind),
			r->build_log, out);
	}
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];

		if (!status_is_failure(row->status) || !is_shown(row) || !row->detail)
			continue;
		if (n++ >= REASONS_MAX)
			continue;
		str_add(out, "- ");
		put_name(report, tally, row, out);
		put_reason(row->detail, row->log, out);
	}
	if (n > REASONS_MAX)
		str_addf(out, "- and %zu more\n", n - REASONS_MAX);
	if (n)
		str_addc(out, '\n');
}

static void
put_cautions(const struct report *report, const struct tally *tally, struct str *out)
{
	for (size_t i = 0; i < report->n_rows && out->n < ROWS_MAX; i++) {
		const struct row *row = &report->rows[i];

		if (!row->caution || row->status != STATUS_OK)
			continue;
		str_add(out, "- ");
		put_name(report, tally, row, out);
		put_reason(row->caution, NULL, out);
	}
}

static void
put_fact(const char *label, struct str *text, struct str *out)
{
	if (text->n) {
		str_addf(out, "- **%s:** ", label);
		put_escaped(out, text->p);
		str_addc(out, '\n');
	}
	str_clear(text);
}

static void
put_facts(const struct report *report, const struct tally *tally, struct str *out)
{
	scoped(str) text = STR_INIT;

	for (size_t i = 0; !report->bisect && i < report->results->revs.n; i++) {
		const struct results_rev *r = &report->results->revs.v[i];

		if (i >= REVS_MAX)
			break;
		str_addf(&text, "%s %s", words_label(report, i), r->rev.id ? r->rev.id : "");
		if (r->rev.subject)
			str_addf(&text, " %s", r->rev.subject);
		put_fact(i == tally->base ? "base" : "revision", &text, out);
	}
	if (!report->bisect && report->results->revs.n > REVS_MAX)
		str_addf(out, "- and %zu more revisions\n", report->results->revs.n - REVS_MAX);
	words_gates(report, &text);
	put_fact("gates", &text, out);
	if (report->results->launches)
		words_effort(report, &text);
	put_fact("measured", &text, out);
	words_layouts(report, tally, &text);
	put_fact("layout", &text, out);
	for (size_t i = 0; report->settings && report->settings[i]; i++)
		str_addf(&text, "%s%s", i ? "; " : "", report->settings[i]);
	put_fact("settings", &text, out);
	if (report->bisect)
		bisect_judging(report, &text);
	else if (tally->compared)
		words_judging(report, &text);
	put_fact("judged", &text, out);
	words_machine(report, &text);
	put_fact("machine", &text, out);
	for (size_t i = 0; i < report->results->notes.n; i++) {
		str_add(&text, report->results->notes.v[i]);
		put_fact("note", &text, out);
	}
}

static void
put_change(const struct report *report, const struct tally *tally, const struct change *c,
	struct str *out)
{
	struct row row = words_row_of(c);
	const char *subject = report->results->revs.v[c->after].rev.subject;
	scoped(str) cell = STR_INIT;

	str_add(out, "| ");
	put_name(report, tally, &row, out);
	str_add(out, " | ");
	words_change(&row, &cell);
	str_addc(&cell, ' ');
	words_interval(&row, &cell);
	put_escaped(out, cell.p);
	str_add(out, " | ");
	put_escaped(out, words_label(report, c->before));
	str_add(out, " | ");
	put_escaped(out, words_label(report, c->after));
	str_add(out, " | ");
	if (c->after == c->before + 1 && subject)
		put_escaped(out, subject);
	str_add(out, " | ");
	series_bars(report->results, c->bench, out);
	str_add(out, " |\n");
}

/* What is not proven is no news for a pull request. */
static void
put_changes(const struct report *report, const struct tally *tally, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n_changes; i++) {
		if (report->changes[i].state != CHANGE_CONFIRMED)
			continue;
		if (n++ == 0)
			str_add(out, "| benchmark | change | after | in | commit | series |\n"
				     "| --- | --- | --- | --- | --- | --- |\n");
		if (n <= CHANGES_MAX)
			put_change(report, tally, &report->changes[i], out);
	}
	if (n > CHANGES_MAX)
		str_addf(out, "\nand %zu more\n", n - CHANGES_MAX);
	if (n)
		str_addc(out, '\n');
}

/* A line a benchmark, from its first value to its last change. */
static void
put_series(const struct report *report, const struct tally *tally, struct str *out)
{
	const struct results *results = report->results;
	size_t n = 0;

	for (size_t b = 0; report->series && b < results->benches.n && out->n < ROWS_MAX; b++) {
		const struct row row = {.bench = b};
		size_t first = series_first(results, b);
		scoped(str) value = STR_INIT;

		if (first == results->revs.n)
			continue;
		if (n++ == 0)
			str_add(out, "| benchmark | first | series |\n| --- | ---: | --- |\n");
		words_value(
			report, &row, series_median(series_cell(results, b, first), NULL), &value);
		str_add(out, "| ");
		put_name(report, tally, &row, out);
		str_add(out, " | ");
		put_escaped(out, value.p);
		str_add(out, " | ");
		series_bars(results, b, out);
		str_add(out, " |\n");
	}
	if (n)
		str_addc(out, '\n');
}

static void
put_head(const struct report *report, const struct report_style *style, struct str *out)
{
	scoped(str) sentence = STR_INIT;

	report_sentence(report, &sentence);
	str_addf(out, "<!-- revsweep%s%s -->\n**revsweep ", style->marker ? ":" : "",
		style->marker ? style->marker : "");
	put_escaped(out, report->command);
	if (report->project) {
		str_addc(out, ' ');
		put_escaped(out, report->project);
	}
	str_add(out, ":** ");
	put_escaped(out, sentence.p);
	str_add(out, "\n\n");
}

static void
put_details(const struct report *report, const struct tally *tally, struct str *out)
{
	size_t others = 0;

	for (size_t i = 0; !report->bisect && i < report->n_rows; i++)
		others += is_shown(&report->rows[i]) && !is_notable(&report->rows[i]);
	str_add(out, "<details>\n<summary>");
	if (others) {
		words_count(out, others, "other row", "other rows");
		str_add(out, " and what this rests on");
	} else {
		str_add(out, "What this rests on");
	}
	str_add(out, "</summary>\n\n");
	put_series(report, tally, out);
	if (!report->bisect)
		put_rows(report, tally, false, out);
	put_cautions(report, tally, out);
	put_facts(report, tally, out);
	str_add(out, "\n</details>\n");
}

static size_t
count_texts(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = strstr(text, what); p; p = strstr(p + 1, what))
		n++;
	return n;
}

/* Whole lines of what is too long for a comment, and an end to what is open. */
static void
cut(struct str *out, size_t begin)
{
	if (out->n - begin <= BYTES_MAX)
		return;
	out->n = begin + BYTES_MAX;
	while (out->n > begin && out->p[out->n - 1] != '\n')
		out->n--;
	out->p[out->n] = '\0';
	str_add(out, "\nThe rest does not fit here; the JSON report has all of it.\n");
	size_t open = count_texts(out->p + begin, "<details>") -
		      count_texts(out->p + begin, "</details>");
	while (open--)
		str_add(out, "\n</details>\n");
}

void
markdown_write(const struct report *report, const struct report_style *style, struct str *out)
{
	size_t begin = out->n;
	struct tally tally;

	tally_rows(report, &tally);
	put_head(report, style, out);
	if (report->bisect) {
		bisect_markdown(report, out);
	} else {
		put_changes(report, &tally, out);
		put_rows(report, &tally, true, out);
		put_failures(report, &tally, out);
	}
	put_details(report, &tally, out);
	cut(out, begin);
}

/* Below the table: what has no numbers and why, and what the numbers rest on. */
#include "report_priv.h"

#include "base/escape.h"

#include <math.h>
#include <string.h>

#define LABEL 10 /* columns of the words on the left */
#define NAMES_SHOWN 3
#define NEW_SHOWN 12

static void
add_escaped(struct str *out, const char *text)
{
	escape_terminal(out, text, strlen(text));
}

/* "label     text that goes on
 *            below itself" */
static void
put_item(const char *label, const char *text, enum tone tone, const struct report_style *style,
	struct str *out)
{
	int pad = LABEL - (int)strlen(label);

	text_tone(out, style, tone, label);
	str_addf(out, "%*s", pad > 1 ? pad : 1, "");
	int at = (int)strlen(label) + (pad > 1 ? pad : 1);
	layout_wrap(out, text, at, LABEL, style->width);
}

static void
put_note(const char *label, struct str *text, const struct report_style *style, struct str *out)
{
	scoped(str) safe = STR_INIT;

	escape_terminal(&safe, text->p, text->n);
	if (safe.n)
		put_item(label, safe.p, TONE_DIM, style, out);
	str_clear(text);
}

/* Rows that failed for one reason, as when a whole revision did not build, are one item. */
static bool
same_reason(const struct row *a, const struct row *b)
{
	return a->status == b->status && a->rev == b->rev && str_eq(a->detail, b->detail) &&
	       str_eq(a->log, b->log);
}

/* "parse, scan, print and 38 more" of all rows with the reason of row i. */
static void
add_names(const struct report *report, const struct tally *tally, size_t i, size_t shown,
	const struct report_style *style, struct str *out)
{
	size_t n = 0;

	for (size_t k = i; k < report->n_rows; k++) {
		struct str raw = STR_INIT, safe = STR_INIT;

		if (!same_reason(&report->rows[k], &report->rows[i]) || n++ >= shown)
			continue;
		words_name(report, tally, &report->rows[k], &raw);
		escape_terminal(&safe, raw.p, raw.n);
		if (n > 1)
			str_add(out, ", ");
		layout_shorten(out, safe.p, style->width - LABEL - 14, style->ascii);
		str_done(&raw);
		str_done(&safe);
	}
	if (n > shown)
		str_addf(out, " and %zu more", n - shown);
}

/* On a line of its own and never broken: it is there to be copied. */
static void
put_log(const char *path, struct str *out)
{
	if (!path)
		return;
	str_addf(out, "%*slog: ", LABEL, "");
	add_escaped(out, path);
	str_addc(out, '\n');
}

static void
put_failure(const struct report *report, const struct tally *tally, size_t i,
	const struct report_style *style, struct str *out)
{
	const struct row *row = &report->rows[i];
	scoped(str) text = STR_INIT;
	bool plain = row->status == STATUS_NEW || row->status == STATUS_REMOVED;

	add_names(report, tally, i,
		style->verbose > 0 ? SIZE_MAX
		: plain            ? NEW_SHOWN
				   : NAMES_SHOWN,
		style, &text);
	if (tally->revs > 1 && plain) {
		str_add(&text, " in ");
		add_escaped(&text, words_label(report, row->rev));
	}
	if (plain) {
		str_add(&text,
			row->status == STATUS_NEW ? " (not in the base)" : " (only in the base)");
	} else if (row->detail) {
		str_add(&text, ": ");
		add_escaped(&text, row->detail);
	}
	put_item(words_status(row->status), text.p, text_tone_of(row), style, out);
	put_log(row->log, out);
}

static size_t
count_unbuilt(const struct report *report, size_t rev)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n_rows; i++)
		n += report->rows[i].status == STATUS_UNBUILT &&
		     (report->rows[i].rev == rev || report->rows[i].base == rev);
	return n;
}

/* Revisions that were not built, instead of a row for each of their benches. */
static size_t
put_unbuilt(const struct report *report, const struct report_style *style, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < report->results->revs.n; i++) {
		const struct results_rev *r = &report->results->revs.v[i];
		size_t lost = count_unbuilt(report, i);
		scoped(str) text = STR_INIT;

		if (r->build.kind == OUTCOME_OK || r->build.kind == OUTCOME_SKIPPED)
			continue;
		n++;
		add_escaped(&text, words_label(report, i));
		str_add(&text, ": ");
		add_escaped(
			&text, r->build.detail[0] ? r->build.detail : outcome_name(r->build.kind));
		if (lost) {
			str_add(&text, "; ");
			words_count(&text, lost, "comparison", "comparisons");
			str_add(&text, " not made");
		}
		put_item("not built", text.p, TONE_BAD, style, out);
		put_log(r->build_log, out);
	}
	return n;
}

void
text_failures(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n_rows; i++) {
		bool first = report->rows[i].status != STATUS_OK &&
			     report->rows[i].status != STATUS_UNBUILT &&
			     /* what comes and goes is seen in the columns of a sweep */
			     (!report->series || status_is_failure(report->rows[i].status));

		for (size_t k = 0; first && k < i; k++)
			first = !same_reason(&report->rows[k], &report->rows[i]);
		if (!first)
			continue;
		put_failure(report, tally, i, style, out);
		n++;
	}
	n += put_unbuilt(report, style, out);
	if (n)
		str_addc(out, '\n');
}

/* What the judge adds about one row: "noise 0.8%, would show 1.5%, ...". */
static void
add_provenance(const struct row *row, struct str *text)
{
	if (isfinite(row->noise)) {
		str_add(text, "noise of a pair ");
		words_percent(text, row->noise);
		str_add(text, "; ");
	}
	if (isfinite(row->detectable)) {
		str_add(text, "shows changes from ");
		words_percent(text, row->detectable);
		str_add(text, " on; ");
	}
	if (row->verdict == VERDICT_INCONCLUSIVE && !row->decided) {
		if (isfinite(row->blocks_missing))
			str_addf(text, "about %.0f more blocks to a verdict; ",
				ceil(row->blocks_missing));
		else
			str_add(text, "more blocks would not settle it; ");
	}
	str_addf(text, "pytest-benchmark's rule would %s", row->classic_fails ? "FAIL" : "pass");
}

static void
put_provenance(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out)
{
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];
		scoped(str) raw = STR_INIT;
		scoped(str) safe = STR_INIT;

		if (row->status != STATUS_OK || row->rev == row->base ||
			row->verdict == VERDICT_IDENTICAL)
			continue;
		words_name(report, tally, row, &raw);
		if (tally->revs > 1)
			str_addf(&raw, " in %s", words_label(report, row->rev));
		escape_terminal(&safe, raw.p, raw.n);
		layout_shorten(out, safe.p, style->width, style->ascii);
		str_addf(out, "\n%*s", LABEL, "");
		str_clear(&raw);
		add_provenance(row, &raw);
		layout_wrap(out, raw.p, LABEL, LABEL, style->width);
	}
	str_addc(out, '\n');
}

static void
put_cautions(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out)
{
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];
		scoped(str) text = STR_INIT;

		if (!row->caution || row->status != STATUS_OK)
			continue;
		words_name(report, tally, row, &text);
		str_addf(&text, ": %s", row->caution);
		put_note("caution", &text, style, out);
	}
}

void
text_foot(const struct report *report, const struct tally *tally, const struct report_style *style,
	struct str *out)
{
	scoped(str) text = STR_INIT;

	if (style->verbose > 0 && tally->rows && !report->bisect)
		put_provenance(report, tally, style, out);
	put_cautions(report, tally, style, out);
	words_gates(report, &text);
	put_note("gates", &text, style, out);
	if (report->results->launches)
		words_effort(report, &text);
	put_note("measured", &text, style, out);
	words_layouts(report, tally, &text);
	put_note("layout", &text, style, out);
	for (size_t i = 0; report->settings && report->settings[i]; i++)
		str_addf(&text, "%s%s", i ? "; " : "", report->settings[i]);
	put_note("settings", &text, style, out);
	if (report->bisect)
		bisect_judging(report, &text);
	else if (tally->compared)
		words_judging(report, &text);
	put_note("judged", &text, style, out);
	words_machine(report, &text);
	put_note("machine", &text, style, out);
	for (size_t i = 0; i < report->results->notes.n; i++) {
		str_add(&text, report->results->notes.v[i]);
		put_note("note", &text, style, out);
	}
	str_addc(out, '\n');
}

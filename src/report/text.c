/* The report for a terminal: who was compared, the table, what has no numbers, what it rests on,
 * and the sentence. */
#include "report_priv.h"

#include "base/escape.h"

#include <math.h>
#include <string.h>

#define WIDTH_MIN 40
#define REVS_SHOWN 12
#define LABEL_COLUMNS 24

void
text_tone(struct str *out, const struct report_style *style, enum tone tone, const char *s)
{
	static const char *const codes[] = {
		[TONE_PLAIN] = "",
		[TONE_DIM] = "2",
		[TONE_BOLD] = "1",
		[TONE_BAD] = "31",
		[TONE_GOOD] = "32",
		[TONE_UNSURE] = "33",
	};

	if (style->color && tone != TONE_PLAIN && *s)
		str_addf(out, "\x1b[%sm%s\x1b[0m", codes[tone], s);
	else
		str_add(out, s);
}

enum tone
text_tone_of(const struct row *row)
{
	if (row->status != STATUS_OK)
		return status_is_failure(row->status) ? TONE_BAD : TONE_PLAIN;
	switch (row->verdict) {
	case VERDICT_REGRESSED:
		return TONE_BAD;
	case VERDICT_IMPROVED:
		return TONE_GOOD;
	case VERDICT_INCONCLUSIVE:
		return TONE_UNSURE;
	case VERDICT_PASS:
	case VERDICT_IDENTICAL:
	case VERDICT_UNGATED:
		break;
	}
	return TONE_PLAIN;
}

static void
add_escaped(struct str *out, const char *text)
{
	escape_terminal(out, text, strlen(text));
}

/* "compare lexer, sweep #12, 2026-11-21T10:42:30Z" */
static void
put_title(const struct report *report, const struct report_style *style, struct str *out)
{
	scoped(str) title = STR_INIT;
	scoped(str) rest = STR_INIT;

	add_escaped(&title, report->command);
	if (report->project) {
		str_addc(&title, ' ');
		add_escaped(&title, report->project);
	}
	if (report->sweep) {
		str_add(&rest, ", sweep #");
		add_escaped(&rest, report->sweep);
	}
	if (report->date) {
		str_add(&rest, ", ");
		add_escaped(&rest, report->date);
	}
	scoped(str) fit = STR_INIT;
	int room = style->width - text_width(rest.p);
	layout_shorten(&fit, title.p, room < 20 ? style->width : room, style->ascii);
	text_tone(out, style, TONE_BOLD, fit.p);
	if (room >= 20)
		text_tone(out, style, TONE_DIM, rest.p);
	str_addc(out, '\n');
}

static void
describe_rev(const struct report *report, const struct results_rev *r, struct str *out)
{
	if (r->build.kind != OUTCOME_OK)
		str_addf(out, "%s; ",
			r->build.kind == OUTCOME_SKIPPED ? "left out" : "was not built");
	if (r->same_as >= 0) {
		str_add(out, "builds the same as ");
		add_escaped(out, words_label(report, (size_t)r->same_as));
		str_add(out, "; ");
	}
	if (r->rev.subject)
		add_escaped(out, r->rev.subject);
	else if (r->rev.path)
		add_escaped(out, r->rev.path);
	if (str_ends(out->p, "; "))
		out->p[out->n -= 2] = '\0';
}

/* "base  main  3f2a1b9c0d  parser: share the token buffer" */
static void
put_rev(const struct report *report, const char *role, size_t rev, int label_width,
	const struct report_style *style, struct str *out)
{
	const struct results_rev *r = &report->results->revs.v[rev];
	scoped(str) label = STR_INIT;
	scoped(str) fit = STR_INIT;
	scoped(str) id = STR_INIT;
	scoped(str) about = STR_INIT;

	add_escaped(&label, words_label(report, rev));
	layout_shorten(&fit, label.p, label_width, style->ascii);
	str_addf(out, "%-4s  %s%*s", role, fit.p, label_width - text_width(fit.p), "");
	const char *hex = r->rev.id ? r->rev.id : "";
	escape_terminal(&id, hex, strnlen(hex, style->verbose > 0 ? 64 : REV_SHORT));
	int at = 6 + label_width + 2;
	/* a commit of a range has no other name */
	if (!str_eq(id.p, label.p) && at + text_width(id.p) <= style->width) {
		str_add(out, "  ");
		text_tone(out, style, TONE_DIM, id.p);
		at += text_width(id.p) + 2;
	}
	describe_rev(report, r, &about);
	str_clear(&fit);
	if (style->width - at >= 12 && about.n)
		layout_shorten(&fit, about.p, style->width - at, style->ascii);
	str_addf(out, "%s%s\n", fit.n ? "  " : "", fit.p);
}

static void
put_revs(const struct report *report, const struct tally *tally, const struct report_style *style,
	struct str *out)
{
	size_t n = report->results->revs.n, shown = 0;
	int label_width = 0;

	for (size_t i = 0; i < n; i++) {
		scoped(str) label = STR_INIT;
		add_escaped(&label, words_label(report, i));
		int w = text_width(label.p);
		label_width = w > label_width ? w : label_width;
	}
	int most = style->width > 120 ? 2 * LABEL_COLUMNS : LABEL_COLUMNS;
	label_width = label_width > most ? most : label_width;
	if (tally->base < n)
		put_rev(report, n > 1 ? "base" : "rev", tally->base, label_width, style, out);
	for (size_t i = 0; i < n; i++) {
		if (i == tally->base)
			continue;
		if (shown++ >= REVS_SHOWN && style->verbose < 1)
			continue;
		put_rev(report, n == 2 ? "head" : "", i, label_width, style, out);
	}
	if (shown > REVS_SHOWN && style->verbose < 1)
		str_addf(out, "      and %zu more (--verbose shows them)\n", shown - REVS_SHOWN);
	str_addc(out, '\n');
}

static void
put_sentence(const struct report *report, const struct report_style *style, struct str *out)
{
	scoped(str) sentence = STR_INIT;
	scoped(str) lines = STR_INIT;
	static const enum tone tones[] = {
		[VERDICT_REGRESSED] = TONE_BAD,
		[VERDICT_IMPROVED] = TONE_GOOD,
		[VERDICT_PASS] = TONE_BOLD,
		[VERDICT_INCONCLUSIVE] = TONE_UNSURE,
		[VERDICT_IDENTICAL] = TONE_BOLD,
		[VERDICT_UNGATED] = TONE_BOLD,
	};

	report_sentence(report, &sentence);
	layout_wrap(&lines, sentence.p, 0, 0, style->width);
	lines.p[lines.n - 1] = '\0';
	text_tone(out, style, tones[report->verdict], lines.p);
	str_addc(out, '\n');
}

void
text_write(const struct report *report, const struct report_style *style, struct str *out)
{
	struct report_style fit = *style;
	struct tally tally;

	if (fit.width < WIDTH_MIN)
		fit.width = WIDTH_MIN;
	tally_rows(report, &tally);
	if (fit.verbose >= 0) {
		put_title(report, &fit, out);
		if (!report->bisect)
			put_revs(report, &tally, &fit, out);
	}
	if (report->bisect) {
		bisect_text(report, &fit, out);
	} else if (report->series) {
		text_series(report, &tally, &fit, out);
		text_changes(report, &tally, &fit, out);
	} else {
		text_table(report, &tally, &fit, out);
	}
	if (!report->bisect)
		text_failures(report, &tally, &fit, out);
	if (fit.verbose >= 0)
		text_foot(report, &tally, &fit, out);
	put_sentence(report, &fit, out);
}

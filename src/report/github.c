/* Annotations: a line each, as a runner of GitHub Actions takes them for commands. It shows ten of
 * each kind from a step, so that the worst come first and the tenth says how many more there are.
 */
#include "report_priv.h"

#include "base/err.h"
#include "base/escape.h"
#include "base/vec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 10
#define NAME_COLUMNS 100
#define TEXT_COLUMNS 1000

/* Regressions are the worst, by their size; then what could not be measured at all. */
enum class {
	CLASS_REGRESSED,
	CLASS_UNBUILT,
	CLASS_FAILED,
	CLASS_OPEN,
	CLASS_CHANGE,
	CLASS_CULPRIT
};

struct finding {
	enum class class;
	double size;
	size_t at; /* in rows, revisions, change points or culprits */
};

struct findings {
	vec(struct finding) list;
};

/* What a runner reads as the end of a part of a command; nothing of it is left in a name. */
static void
put_escaped(struct str *out, const char *text, bool property)
{
	for (; *text; text++) {
		if (*text == '%' || *text == '\r' || *text == '\n' ||
			(property && (*text == ':' || *text == ',')))
			str_addf(out, "%%%02X", (unsigned char)*text);
		else
			str_addc(out, *text);
	}
}

/* Shown on a page: neither control characters nor pages of text. */
static void
put_text(struct str *out, const char *text, int columns, bool property)
{
	scoped(str) safe = STR_INIT;
	scoped(str) fit = STR_INIT;

	escape_text(&safe, text);
	layout_shorten(&fit, safe.p, columns, false);
	put_escaped(out, fit.p, property);
}

static void
put_command(const char *level, const char *title, const char *text, struct str *out)
{
	str_addf(out, "::%s title=", level);
	put_text(out, title, NAME_COLUMNS, true);
	str_add(out, "::");
	put_text(out, text, TEXT_COLUMNS, false);
	str_addc(out, '\n');
}

/* ---- what there is to say */

static double
size_of(double ratio)
{
	return ratio > 0 ? fabs(log(ratio)) : ratio == 0 ? INFINITY : 0;
}

static void
add(struct findings *f, enum class class, double size, size_t at)
{
	vec_add(&f->list, (struct finding){.class = class, .size = size, .at = at});
}

static void
find_in_rows(const struct report *report, struct findings *errors, struct findings *warnings)
{
	for (size_t i = 0; !report->bisect && i < report->n_rows; i++) {
		const struct row *row = &report->rows[i];

		if (row->status == STATUS_OK && row->verdict == VERDICT_REGRESSED)
			add(errors, CLASS_REGRESSED, size_of(row->ratio), i);
		else if (row->status == STATUS_OK && row->verdict == VERDICT_INCONCLUSIVE)
			add(report->exit_code == err_exit_code(ERR_UNDECIDED) ? errors : warnings,
				CLASS_OPEN, size_of(row->ratio), i);
		else if (status_is_failure(row->status) && row->status != STATUS_UNBUILT)
			add(errors, CLASS_FAILED, 0, i);
	}
}

/* A bisect goes on without a commit of its path, and not without an end. */
static void
find_in_builds(const struct report *report, struct findings *errors)
{
	size_t n = report->results->revs.n;

	for (size_t i = 0; i < n; i++)
		if (words_unbuilt(report, i) && (!report->bisect || i == 0 || i + 1 == n))
			add(errors, CLASS_UNBUILT, 0, i);
}

static void
find_the_rest(const struct report *report, struct findings *warnings)
{
	for (size_t i = 0; i < report->n_changes; i++)
		if (report->changes[i].state == CHANGE_CONFIRMED && report->changes[i].worse)
			add(warnings, CLASS_CHANGE, size_of(report->changes[i].ratio), i);
	for (size_t i = 0; i < report->n_culprits; i++)
		if (report->culprits[i].state == CULPRIT_FOUND && !report->better)
			add(warnings, CLASS_CULPRIT, size_of(report->culprits[i].own.ratio), i);
}

static int
compare_findings(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

/* ---- saying it */

static void
say_row(const struct report *report, const struct tally *tally, const struct row *row,
	struct str *title, struct str *text)
{
	words_name(report, tally, row, title);
	if (tally->revs > 1)
		str_addf(title, " in %s", words_label(report, row->rev));
	words_finding(report, row, text);
	if (row->status == STATUS_OK && tally->revs <= 1)
		str_addf(text, "; %s against %s", words_label(report, row->rev),
			words_label(report, row->base));
	if (row->status != STATUS_OK && row->log)
		str_addf(text, " (log: %s)", row->log);
}

static void
say_build(const struct report *report, size_t rev, struct str *title, struct str *text)
{
	const struct results_rev *r = &report->results->revs.v[rev];

	str_addf(title, "%s was not built", words_label(report, rev));
	str_add(text, r->build.detail[0] ? r->build.detail : outcome_name(r->build.kind));
	if (r->build_log)
		str_addf(text, " (log: %s)", r->build_log);
}

static void
say_change(const struct report *report, const struct tally *tally, const struct change *c,
	struct str *title, struct str *text)
{
	struct row row = words_row_of(c);
	const char *subject = report->results->revs.v[c->after].rev.subject;

	words_name(report, tally, &row, title);
	str_addf(title, " changed in %s", words_label(report, c->after));
	words_change(&row, text);
	str_addc(text, ' ');
	words_interval(&row, text);
	str_addf(text, " between %s and %s", words_label(report, c->before),
		words_label(report, c->after));
	if (subject && c->after == c->before + 1)
		str_addf(text, ": %s", subject);
}

static void
say_culprit(const struct report *report, const struct tally *tally, const struct culprit *c,
	struct str *title, struct str *text)
{
	const struct row row = {.bench = c->bench};

	str_add(title, "culprit of ");
	words_name(report, tally, &row, title);
	bisect_size(&c->own, text);
	for (size_t k = c->from + 1; k <= c->to; k++) {
		const struct rev *rev = &report->results->revs.v[k].rev;

		str_addf(text, "%s%.*s %s", text->n ? "; " : "", REV_SHORT, rev->id,
			rev->subject ? rev->subject : "");
		if (rev->author)
			str_addf(text, " (%s)", rev->author);
	}
}

static void
put_finding(const struct report *report, const struct tally *tally, const char *level,
	const struct finding *f, struct str *out)
{
	scoped(str) title = STR_INIT;
	scoped(str) text = STR_INIT;

	switch (f->class) {
	case CLASS_REGRESSED:
	case CLASS_FAILED:
	case CLASS_OPEN:
		say_row(report, tally, &report->rows[f->at], &title, &text);
		break;
	case CLASS_UNBUILT:
		say_build(report, f->at, &title, &text);
		break;
	case CLASS_CHANGE:
		say_change(report, tally, &report->changes[f->at], &title, &text);
		break;
	case CLASS_CULPRIT:
		say_culprit(report, tally, &report->culprits[f->at], &title, &text);
		break;
	}
	put_command(level, title.p, text.p, out);
}

/* "and 14 more: 12 regressed, 2 failed" */
static void
put_more(const struct findings *f, size_t shown, const char *level, struct str *out)
{
	static const char *const words[] = {"regressed", "not built", "not measured",
		"not told yet", "change points", "culprits"};
	size_t n[ARRAY_LEN(words)] = {0};
	const char *before = ": ";
	scoped(str) title = STR_INIT;
	scoped(str) text = STR_INIT;

	for (size_t i = shown; i < f->list.n; i++)
		n[f->list.v[i].class]++;
	str_addf(&title, "%zu of %zu are shown here", shown, f->list.n);
	str_addf(&text, "and %zu more", f->list.n - shown);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!n[i])
			continue;
		str_addf(&text, "%s%zu %s", before, n[i], words[i]);
		before = ", ";
	}
	str_add(&text, "; the report has them all");
	put_command(level, title.p, text.p, out);
}

static void
put_findings(const struct report *report, const struct tally *tally, const char *level,
	struct findings *f, struct str *out)
{
	size_t shown = f->list.n > SHOWN_MAX ? SHOWN_MAX - 1 : f->list.n;

	if (f->list.n)
		qsort(f->list.v, f->list.n, sizeof(*f->list.v), compare_findings);
	for (size_t i = 0; i < shown; i++)
		put_finding(report, tally, level, &f->list.v[i], out);
	if (shown < f->list.n)
		put_more(f, shown, level, out);
	vec_done(&f->list);
}

void
github_write(const struct report *report, const struct report_style *style, struct str *out)
{
	struct findings errors = {0}, warnings = {0};
	struct tally tally;
	scoped(str) title = STR_INIT;
	scoped(str) sentence = STR_INIT;

	(void)style;
	tally_rows(report, &tally);
	find_in_rows(report, &errors, &warnings);
	find_in_builds(report, &errors);
	find_the_rest(report, &warnings);
	put_findings(report, &tally, "error", &errors, out);
	put_findings(report, &tally, "warning", &warnings, out);
	str_addf(&title, "revsweep %s%s%s", report->command, report->project ? " " : "",
		report->project ? report->project : "");
	report_sentence(report, &sentence);
	put_command("notice", title.p, sentence.p, out);
}

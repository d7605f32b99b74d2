/* A bisect for a terminal: both ends, the culprit, what each tested commit showed, and how to see
 * it again. */
#include "report_priv.h"

#include "base/escape.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define FILES_SHOWN 6
#define TESTED_SHOWN 24
#define NOTE_COLUMN 10

static void
add_escaped(struct str *out, const char *text)
{
	escape_terminal(out, text, strlen(text));
}

static void
put_line(const char *head, const char *text, const struct report_style *style, struct str *out)
{
	str_addf(out, "%-*s", NOTE_COLUMN, head);
	layout_wrap(out, text, NOTE_COLUMN, NOTE_COLUMN, style->width);
}

/* "v1.2  1a2b3c4d5e  subject", the label only where it says more than the id. */
static void
add_rev(const struct report *report, size_t k, struct str *out)
{
	const struct rev *rev = &report->results->revs.v[k].rev;

	if (!rev->id || strncmp(rev->label, rev->id, strlen(rev->label)) != 0) {
		add_escaped(out, rev->label);
		str_add(out, "  ");
	}
	str_addf(out, "%.*s", REV_SHORT, rev->id ? rev->id : "");
	if (rev->subject) {
		str_add(out, "  ");
		add_escaped(out, rev->subject);
	}
}

static void
put_end(const struct report *report, const char *head, size_t k, const struct report_style *style,
	struct str *out)
{
	scoped(str) text = STR_INIT;
	scoped(str) fit = STR_INIT;

	add_rev(report, k, &text);
	layout_shorten(&fit, text.p, style->width - NOTE_COLUMN, style->ascii);
	str_addf(out, "%-*s%s\n", NOTE_COLUMN, head, fit.p);
}

/* Without both ends there is nothing to search between. */
static void
put_broken_end(
	const struct report *report, size_t k, const struct report_style *style, struct str *out)
{
	const struct results_rev *rev = &report->results->revs.v[k];
	scoped(str) text = STR_INIT;

	if (rev->build.kind == OUTCOME_OK || rev->build.kind == OUTCOME_SKIPPED)
		return;
	add_escaped(&text, rev->rev.label);
	str_add(&text, ": ");
	add_escaped(&text, rev->build.detail);
	put_line("not built", text.p, style, out);
	if (rev->build_log) {
		str_addf(out, "%-*slog: ", NOTE_COLUMN, "");
		add_escaped(out, rev->build_log);
		str_addc(out, '\n');
	}
	str_addc(out, '\n');
}

/* ---- the culprit */

static void
put_author(const struct rev *rev, const struct report_style *style, struct str *out)
{
	scoped(str) text = STR_INIT;
	time_t date = (time_t)rev->date;
	struct tm tm;

	if (rev->author)
		add_escaped(&text, rev->author);
	if (rev->date && gmtime_r(&date, &tm))
		str_addf(&text, "%s%04d-%02d-%02d", text.n ? ", " : "", tm.tm_year + 1900,
			tm.tm_mon + 1, tm.tm_mday);
	if (text.n)
		put_line("  author", text.p, style, out);
}

static void
put_files(const struct culprit *c, const struct report_style *style, struct str *out)
{
	scoped(str) text = STR_INIT;
	size_t n = 0;

	if (!c->files)
		return;
	for (; c->files[n]; n++)
		if (n < FILES_SHOWN || style->verbose > 0) {
			str_add(&text, n ? ", " : "");
			add_escaped(&text, c->files[n]);
		}
	if (n > FILES_SHOWN && style->verbose <= 0)
		str_addf(&text, " and %zu more", n - FILES_SHOWN);
	put_line("  files", n ? text.p : "none", style, out);
}

static void
put_commit(const struct report *report, const struct culprit *c, const struct report_style *style,
	struct str *out)
{
	const struct rev *rev = &report->results->revs.v[c->to].rev;

	str_add(out, "culprit   ");
	text_tone(out, style, TONE_BOLD, rev->id);
	str_addc(out, '\n');
	put_author(rev, style, out);
	if (rev->subject) {
		scoped(str) subject = STR_INIT;

		add_escaped(&subject, rev->subject);
		put_line("  subject", subject.p, style, out);
	}
	put_files(c, style, out);
}

/* Who cannot be told apart: a line each. */
static void
put_suspects(const struct report *report, const struct culprit *c, const struct report_style *style,
	struct str *out)
{
	for (size_t k = c->from + 1; k <= c->to; k++)
		put_end(report, k == c->from + 1 ? "culprits" : "", k, style, out);
}

static double
value_at(const struct report *report, const struct culprit *c, size_t k)
{
	size_t rev = results_measured_rev(report->results, k);

	for (size_t i = 0; i < report->n_rows; i++)
		if (report->rows[i].bench == c->bench && report->rows[i].rev == rev)
			return report->rows[i].value;
	return NAN;
}

static void
put_change(const struct report *report, const struct culprit *c, const char *what, size_t a,
	size_t b, const struct culprit_size *size, const struct report_style *style,
	struct str *out)
{
	const struct row row = {.bench = c->bench};
	scoped(str) text = STR_INIT;

	words_value(report, &row, value_at(report, c, a), &text);
	str_add(&text, " to ");
	words_value(report, &row, value_at(report, c, b), &text);
	if (isfinite(size->ratio))
		str_add(&text, ", ");
	bisect_size(size, &text);
	if (size->pairs)
		str_addf(&text, ", %u pair%s", size->pairs, size->pairs == 1 ? "" : "s");
	put_line(what, text.p, style, out);
}

static void
put_sizes(const struct report *report, const struct culprit *c, const struct report_style *style,
	struct str *out)
{
	if (c->symptom || bisect_by_predicate(report, c))
		return;
	put_change(report, c, "  own", c->from, c->to, &c->own, style, out);
	put_change(report, c, "  whole", 0, bisect_commits(report), &c->whole, style, out);
}

/* How the culprit was built. */
static void
put_log(const struct report *report, const struct culprit *c, const struct report_style *style,
	struct str *out)
{
	const char *log = report->results->revs.v[c->to].build_log;

	if (!log || style->verbose < 0)
		return;
	str_addf(out, "%-*s", NOTE_COLUMN, "  log");
	add_escaped(out, log);
	str_addc(out, '\n');
}

static void
put_again(const struct report *report, const struct culprit *c, struct str *out)
{
	const struct results *r = report->results;
	const char *bench = r->benches.v[c->bench].name;

	str_addf(out, "%-*s", NOTE_COLUMN, "  again");
	if (!c->symptom && !bisect_by_predicate(report, c)) {
		str_addf(out, "revsweep compare %.*s %.*s --bench '", REV_SHORT,
			r->revs.v[c->from].rev.id, REV_SHORT, r->revs.v[c->to].rev.id);
		add_escaped(out, bench);
		str_addf(out, "'\n%-*s", NOTE_COLUMN, "");
	}
	str_addf(out, "git show %.*s", REV_SHORT, r->revs.v[c->to].rev.id);
	if (report->sweep)
		str_addf(out, "; revsweep show %s --timeline; revsweep replay %s", report->sweep,
			report->sweep);
	str_addc(out, '\n');
}

static void
put_found(const struct report *report, const struct culprit *c, const struct report_style *style,
	struct str *out)
{
	if (c->to - c->from == 1)
		put_commit(report, c, style, out);
	else
		put_suspects(report, c, style, out);
	put_sizes(report, c, style, out);
	put_log(report, c, style, out);
	put_again(report, c, out);
	str_addc(out, '\n');
	why_text(c, style, out);
}

/* ---- the path */

static bool
is_shown(const struct report *report, const struct culprit *c, size_t k)
{
	return bisect_side_of(report, c, k) != SIDE_UNTESTED || c->posterior[k] > .01;
}

static void
put_tested(const struct report *report, const struct culprit *c, size_t k,
	const struct report_style *style, struct str *out)
{
	enum bisect_side side = bisect_side_of(report, c, k);
	scoped(str) line = STR_INIT;
	scoped(str) level = STR_INIT;
	scoped(str) rev = STR_INIT;
	bool named = c->state == CULPRIT_FOUND && k > c->from && k <= c->to;

	str_addf(&line, "%s %-7s  ", named ? ">" : " ", bisect_side_name(side));
	bisect_level(report, c, k, &level);
	str_addf(&line, "%8s  ", level.p ? level.p : "");
	if (c->looks_at[k] > 0)
		str_addf(&line, "%4u  ", c->looks_at[k]);
	else
		str_add(&line, "      ");
	str_addf(&line, "%5.1f%%  ", 100 * c->posterior[k]);
	add_rev(report, k, &rev);
	layout_shorten(&line, rev.p, style->width - text_width(line.p), style->ascii);
	text_tone(out, style,
		named               ? TONE_BOLD
		: side == SIDE_GOOD ? TONE_GOOD
		: side == SIDE_BAD  ? TONE_BAD
				    : TONE_DIM,
		line.p);
	str_addc(out, '\n');
}

static void
put_path(const struct report *report, const struct culprit *c, const struct report_style *style,
	struct str *out)
{
	size_t shown = 0, untested = 0, n = bisect_commits(report);

	str_addf(out, "  is         change pairs  chance  commit\n");
	for (size_t k = 0; k <= n; k++) {
		if (!is_shown(report, c, k)) {
			untested++;
			continue;
		}
		if (untested > 0)
			str_addf(out, "  %zu not needed\n", untested);
		untested = 0;
		if (shown++ < TESTED_SHOWN || style->verbose > 0 || k == n)
			put_tested(report, c, k, style, out);
	}
	str_addc(out, '\n');
}

static void
put_passed_by(const struct report *report, const struct report_style *style, struct str *out)
{
	scoped(str) text = STR_INIT;
	size_t n = 0;

	for (size_t i = 0; i < report->n_culprits; i++) {
		const struct culprit *c = &report->culprits[i];

		if (c->state != CULPRIT_PASSED_BY || c->symptom)
			continue;
		str_add(&text, n++ ? ", " : "");
		add_escaped(&text, report->results->benches.v[c->bench].name);
		str_addc(&text, ' ');
		bisect_size(&c->whole, &text);
	}
	if (n > 0)
		put_line("also", text.p, style, out);
}

void
bisect_text(const struct report *report, const struct report_style *style, struct str *out)
{
	scoped(str) effort = STR_INIT;

	if (style->verbose >= 0) {
		put_end(report, "good", 0, style, out);
		put_end(report, "bad", bisect_commits(report), style, out);
		bisect_effort(report, &effort);
		put_line("path", effort.p, style, out);
		str_addc(out, '\n');
	}
	put_broken_end(report, 0, style, out);
	put_broken_end(report, bisect_commits(report), style, out);
	for (size_t i = 0; i < report->n_culprits; i++) {
		const struct culprit *c = &report->culprits[i];

		if (!c->posterior)
			continue;
		if (c->state == CULPRIT_FOUND)
			put_found(report, c, style, out);
		if (style->verbose >= 0)
			put_path(report, c, style, out);
	}
	put_passed_by(report, style, out);
}

/* A sweep for the terminal: a line a benchmark and a column a revision, then the change points. As
 * many columns as fit, the rest below. */
#include "report_priv.h"

#include "base/escape.h"
#include "base/format.h"
#include "base/mem.h"

#include <math.h>
#include <string.h>

#define NAME_MAX_WIDTH 32
#define LABEL_MAX 14
#define CELL_MIN 8

struct matrix {
	const struct report *report;
	const struct report_style *style;
	size_t *benches; /* those that some revision has */
	size_t *first;   /* by bench: the first revision that has it */
	char **names;
	size_t n;
	size_t *revs; /* by column */
	char **labels;
	int *widths;
	size_t columns;
	int name_width;
	char *path; /* taken off all names, or NULL */
};

/* ---- numbers */

static const struct change *
change_at(const struct report *report, size_t bench, size_t rev)
{
	for (size_t i = 0; i < report->n_changes; i++) {
		const struct change *c = &report->changes[i];

		if (c->bench == bench && c->after == rev && c->state != CHANGE_REJECTED)
			return c;
	}
	return NULL;
}

static enum tone
put_mark(const struct change *change, bool ascii, struct str *out)
{
	if (!change)
		return TONE_PLAIN;
	if (change->state == CHANGE_REJECTED) {
		str_addc(out, '-');
		return TONE_DIM;
	}
	if (change->state == CHANGE_OPEN) {
		str_addc(out, '?');
		return TONE_UNSURE;
	}
	bool up = change->ratio > 1;
	str_add(out, ascii ? up ? "^" : "v" : up ? "\u25b2" : "\u25bc");
	return change->worse ? TONE_BAD : TONE_GOOD;
}

static enum tone
put_cell(const struct matrix *m, size_t bench, size_t rev, struct str *out)
{
	const struct results *results = m->report->results;
	const struct results_cell *cell = series_cell(results, bench, rev);
	size_t first = m->first[bench];
	char buf[160];

	if (results->revs.v[rev].build.kind != OUTCOME_OK) {
		str_add(out, "unbuilt");
		return TONE_DIM;
	}
	if (!results_has_samples(cell)) {
		bool failed = cell->seen && !cell->absent && cell->outcome.kind != OUTCOME_OK;

		str_add(out, failed ? outcome_name(cell->outcome.kind) : "-");
		return failed ? TONE_BAD : TONE_DIM;
	}
	if (rev == first) {
		const char *unit = results->benches.v[bench].unit;

		str_add(out, format_value(series_median(cell, NULL), unit, buf, sizeof(buf)));
		return TONE_PLAIN;
	}
	enum tone tone = put_mark(change_at(m->report, bench, rev), m->style->ascii, out);
	const struct results_cell *base = series_cell(results, bench, first);
	str_add(out,
		base == cell ? "same" : format_change(series_median(cell, base), buf, sizeof(buf)));
	return tone;
}

/* ---- layout */

static char *
safe_text(const char *text)
{
	struct str safe = STR_INIT;

	escape_terminal(&safe, text, strlen(text));
	return str_detach(&safe);
}

static void
collect_names(struct matrix *m, const struct tally *tally)
{
	const struct results *results = m->report->results;

	m->benches = xcalloc(results->benches.n + 1, sizeof(*m->benches));
	m->first = xcalloc(results->benches.n + 1, sizeof(*m->first));
	m->names = xcalloc(results->benches.n + 1, sizeof(*m->names));
	for (size_t b = 0; b < results->benches.n; b++) {
		struct row row = {.bench = b};
		struct str name = STR_INIT;

		m->first[b] = series_first(results, b);
		if (m->first[b] == results->revs.n)
			continue;
		words_name(m->report, tally, &row, &name);
		m->benches[m->n] = b;
		m->names[m->n++] = safe_text(name.p);
		str_done(&name);
	}
	m->path = names_fit(m->names, m->n, NAME_MAX_WIDTH);
	for (size_t i = 0; i < m->n; i++) {
		int width = text_width(m->names[i]);

		m->name_width = width > m->name_width ? width : m->name_width;
	}
	m->name_width = m->name_width > NAME_MAX_WIDTH ? NAME_MAX_WIDTH : m->name_width;
	m->name_width = m->name_width < 9 ? 9 : m->name_width; /* "benchmark" */
}

/* A revision that builds the same as its neighbour has nothing to add to it. */
static bool
is_repeated(const struct results *results, size_t rev)
{
	return rev > 0 && results->revs.v[rev].build.kind == OUTCOME_OK &&
	       results->revs.v[rev - 1].build.kind == OUTCOME_OK &&
	       results_measured_rev(results, rev) == results_measured_rev(results, rev - 1);
}

static void
collect_columns(struct matrix *m)
{
	const struct results *results = m->report->results;

	m->revs = xcalloc(results->revs.n + 1, sizeof(*m->revs));
	m->labels = xcalloc(results->revs.n + 1, sizeof(*m->labels));
	m->widths = xcalloc(results->revs.n + 1, sizeof(*m->widths));
	for (size_t rev = 0; rev < results->revs.n; rev++) {
		scoped_free char *whole = safe_text(words_label(m->report, rev));
		struct str label = STR_INIT;
		int width;

		layout_shorten(&label, whole, LABEL_MAX, m->style->ascii);
		width = text_width(label.p);
		width = width < CELL_MIN ? CELL_MIN : width;
		for (size_t i = 0; i < m->n; i++) {
			scoped(str) cell = STR_INIT;

			put_cell(m, m->benches[i], rev, &cell);
			width = text_width(cell.p) > width ? text_width(cell.p) : width;
		}
		m->revs[m->columns] = rev;
		m->labels[m->columns] = str_detach(&label);
		m->widths[m->columns++] = width;
	}
}

static void
put_aligned(struct str *line, const char *text, int width, bool left, enum tone tone,
	const struct report_style *style)
{
	scoped(str) fit = STR_INIT;

	layout_shorten(&fit, text, width, style->ascii);
	int pad = width - text_width(fit.p);
	if (!left)
		str_addf(line, "%*s", pad, "");
	text_tone(line, style, tone, fit.p);
	if (left)
		str_addf(line, "%*s", pad, "");
}

/* One line: of names when bench is -1, else of a bench. */
static void
put_line(const struct matrix *m, long at, size_t from, size_t to, struct str *out)
{
	scoped(str) line = STR_INIT;

	put_aligned(&line, at < 0 ? "benchmark" : m->names[at], m->name_width, true,
		at < 0 ? TONE_DIM : TONE_PLAIN, m->style);
	for (size_t i = from; i < to; i++) {
		scoped(str) cell = STR_INIT;
		enum tone tone = TONE_DIM;

		if (at < 0)
			str_add(&cell, m->labels[i]);
		else
			tone = put_cell(m, m->benches[at], m->revs[i], &cell);
		str_add(&line, "  ");
		put_aligned(&line, cell.p, m->widths[i], false, tone, m->style);
	}
	str_trim(&line);
	str_addf(out, "%s\n", line.p);
}

static size_t
columns_that_fit(const struct matrix *m, size_t from)
{
	int left = m->style->width - m->name_width;
	size_t to = from;

	while (to < m->columns && (to == from || left >= m->widths[to] + 2))
		left -= m->widths[to++] + 2;
	return to;
}

/* As many revisions as there are columns for are shown one by one; more of them share. */
static void
share_columns(struct matrix *m)
{
	size_t n = 0;

	if (columns_that_fit(m, 0) == m->columns)
		return;
	for (size_t i = 0; i < m->columns; i++) {
		if (is_repeated(m->report->results, m->revs[i])) {
			free(m->labels[i]);
			continue;
		}
		m->revs[n] = m->revs[i];
		m->labels[n] = m->labels[i];
		m->widths[n++] = m->widths[i];
	}
	m->columns = n;
}

static void
matrix_done(struct matrix *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->names[i]);
	for (size_t i = 0; i < m->columns; i++)
		free(m->labels[i]);
	free(m->revs);
	free(m->benches);
	free(m->first);
	free(m->names);
	free(m->labels);
	free(m->widths);
	free(m->path);
}

/* What is not seen in the columns. */
static void
put_notes(const struct matrix *m, struct str *out)
{
	size_t repeated = m->report->results->revs.n - m->columns;
	scoped(str) note = STR_INIT;
	scoped(str) lines = STR_INIT;

	if (m->path && *m->path)
		str_addf(&note, "names begin with %s\n", m->path);
	if (m->n && repeated) {
		words_count(&lines, repeated, "revision builds", "revisions build");
		str_addf(&lines, " the same as the one before, and %s its column",
			repeated == 1 ? "shares" : "share");
		layout_wrap(&note, lines.p, 0, 0, m->style->width);
	}
	if (note.n == 0)
		return;
	note.p[--note.n] = '\0';
	text_tone(out, m->style, TONE_DIM, note.p);
	str_add(out, "\n\n");
}

void
text_series(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out)
{
	struct matrix m = {.report = report, .style = style};
	size_t to;

	collect_names(&m, tally);
	collect_columns(&m);
	share_columns(&m);
	for (size_t from = 0; m.n && from < m.columns; from = to) {
		to = columns_that_fit(&m, from);
		put_line(&m, -1, from, to, out);
		for (size_t i = 0; i < m.n; i++)
			put_line(&m, (long)i, from, to, out);
		str_addc(out, '\n');
	}
	put_notes(&m, out);
	matrix_done(&m);
}

/* ---- change points */

/* "v1.1 and v1.2", and who between them could not be asked. */
static void
put_range(const struct report *report, const struct change *c, struct str *out)
{
	scoped_free char *before = safe_text(words_label(report, c->before));
	scoped_free char *after = safe_text(words_label(report, c->after));
	const struct rev *rev = &report->results->revs.v[c->after].rev;
	/* that of a release is its name and version once more */
	const char *subject = rev->kind == REVSPEC_VERSION ? NULL : rev->subject;

	str_addf(out, "between %s and %s", before, after);
	if (c->after > c->before + 1)
		str_addf(out, " (%zu between them %s not measured)", c->after - c->before - 1,
			c->after - c->before == 2 ? "was" : "were");
	if (subject && c->after == c->before + 1) {
		scoped_free char *safe = safe_text(subject);

		str_addf(out, ": %s", safe);
	}
}

static void
put_change(const struct report *report, const struct tally *tally, const struct change *c,
	const struct report_style *style, struct str *out)
{
	struct row row = words_row_of(c);
	scoped(str) mark = STR_INIT;
	scoped(str) name = STR_INIT;
	scoped(str) text = STR_INIT;
	scoped(str) interval = STR_INIT;
	enum tone tone = put_mark(c, style->ascii, &mark);

	words_name(report, tally, &row, &name);
	scoped_free char *safe = safe_text(name.p);
	str_addf(&text, "%s  ", safe);
	words_interval(&row, &interval);
	if (c->state == CHANGE_OPEN) {
		str_addf(&text, "perhaps (%.0f%% by the first blocks) ", 100 * c->probability);
	} else {
		words_change(&row, &text);
		str_addf(&text, " %s ", interval.p);
	}
	put_range(report, c, &text);
	if (c->state == CHANGE_REJECTED)
		str_addf(&text, " (not confirmed by %u fresh pairs)", c->blocks);
	if (c->obstacle)
		str_addf(&text, " (%s)", c->obstacle);
	text_tone(out, style, tone, mark.p);
	str_addc(out, ' ');
	layout_wrap(out, text.p, 2, 2, style->width);
}

void
text_changes(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < report->n_changes; i++) {
		if (report->changes[i].state == CHANGE_REJECTED && style->verbose < 1)
			continue;
		if (shown++ == 0) {
			text_tone(out, style, TONE_DIM, "change points");
			str_addc(out, '\n');
		}
		put_change(report, tally, &report->changes[i], style, out);
	}
	if (shown)
		str_addc(out, '\n');
}

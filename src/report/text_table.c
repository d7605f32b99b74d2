/* The table: as wide as its contents, and never wider than the terminal. */
#include "report_priv.h"

#include "base/escape.h"

#include <string.h>

enum column { NAME, REV, BASE, HEAD, CHANGE, SPREAD, INTERVAL, VERDICT, GATE, BLOCKS, COLUMNS };

#define NAME_MIN 14    /* never less */
#define NAME_WANTED 26 /* before the rest is shortened */
#define NAME_GOOD 40   /* before columns that the foot makes up for take room */
#define REV_MAX 24
#define GATE_MAX 24

/* Cells are made when they are measured and again when they are written: a table of 100,000
 * benchmarks is not kept as texts, but for its names. */
struct table {
	const struct report *report;
	const struct tally *tally;
	const struct row **rows;
	char **names;
	size_t n;
	bool ascii;
	const char *titles[COLUMNS];
	int width[COLUMNS]; /* 0: not shown */
	char *path;         /* what was taken off all names, or NULL */
};

static const char *const titles[COLUMNS] = {"benchmark", "revision", "base", "head", "change", "",
	"interval", "verdict", "gate", "blocks"};

static bool
is_left(enum column c)
{
	return c == NAME || c == REV || c == VERDICT || c == GATE;
}

/* The spread belongs to the change before it. */
static int
gap(enum column c)
{
	return c == NAME ? 0 : c == SPREAD ? 1 : 2;
}

/* An arrow says at a glance which way it went; the words say it too. */
static void
add_verdict(const struct row *row, bool ascii, struct str *out)
{
	bool known = row->verdict == VERDICT_REGRESSED || row->verdict == VERDICT_IMPROVED;
	const char *mark = !known ? "  " : row->ratio > 1 ? "\u25b2 " : "\u25bc ";

	str_add(out, ascii ? "" : mark);
	str_add(out, words_verdict(row));
}

/* A value in a unit that somebody's program chose. */
static void
add_value(const struct table *t, const struct row *row, double value, struct str *out)
{
	words_value(t->report, row, value, out);
	for (const char *p = out->p; *p; p++) {
		if (*p >= ' ' && *p <= '~')
			continue;
		scoped(str) raw = STR_INIT;
		str_addn(&raw, out->p, out->n);
		str_clear(out);
		escape_text(out, raw.p);
		return;
	}
}

/* The text of one cell, escaped; not of NAME. */
static void
make_cell(const struct table *t, const struct row *row, enum column c, struct str *out)
{
	str_clear(out);
	switch (c) {
	case REV:
		escape_text(out, words_label(t->report, row->rev));
		return;
	case BASE:
		if (row->base != row->rev)
			add_value(t, row, row->base_value, out);
		return;
	case HEAD:
		add_value(t, row, row->value, out);
		return;
	case CHANGE:
		words_change(row, out);
		return;
	case SPREAD:
		words_spread(row, t->ascii, out);
		return;
	case INTERVAL:
		words_interval(row, out);
		return;
	case VERDICT:
		add_verdict(row, t->ascii, out);
		return;
	case GATE:
		escape_text(out, row->gate ? row->gate->text : "-");
		return;
	case BLOCKS:
		str_addf(out, "%u", row->blocks);
		return;
	case NAME:
	case COLUMNS:
		return;
	}
}

static char *
make_name(const struct report *report, const struct tally *tally, const struct row *row)
{
	scoped(str) raw = STR_INIT;
	struct str safe = STR_INIT;

	words_name(report, tally, row, &raw);
	escape_terminal(&safe, raw.p, raw.n);
	return str_detach(&safe);
}

static void
measure_columns(struct table *t)
{
	const struct tally *tally = t->tally;
	scoped(str) cell = STR_INIT;

	for (size_t c = 0; c < COLUMNS; c++) {
		bool any = false;

		t->width[c] = (int)strlen(t->titles[c]);
		for (size_t i = 0; i < t->n; i++) {
			if (c != NAME)
				make_cell(t, t->rows[i], (enum column)c, &cell);
			int w = text_width(c == NAME ? t->names[i] : cell.p);
			t->width[c] = w > t->width[c] ? w : t->width[c];
			any = any || w > 0;
		}
		if (!any)
			t->width[c] = 0;
	}
	if (str_eq(t->report->judge, "points"))
		t->width[BLOCKS] = 0;
	if (tally->revs <= 1)
		t->width[REV] = 0;
	if (!tally->judged)
		t->width[BASE] = t->width[VERDICT] = t->width[GATE] = 0;
	if (!tally->judged && tally->revs <= 1)
		t->width[CHANGE] = 0;
	t->width[REV] = t->width[REV] > REV_MAX ? REV_MAX : t->width[REV];
	t->width[GATE] = t->width[GATE] > GATE_MAX ? GATE_MAX : t->width[GATE];
}

static int
taken(const struct table *t)
{
	int sum = 0;

	for (size_t c = NAME + 1; c < COLUMNS; c++)
		if (t->width[c])
			sum += t->width[c] + gap((enum column)c);
	return sum;
}

/* Names get room first from what the foot says anyway, then from the interval, of which the farther
 * end is left, and only then from the numbers. */
static void
fit_columns(struct table *t, int width)
{
	static const enum column spare[] = {BLOCKS, GATE};
	static const enum column needed[] = {BASE, SPREAD, HEAD, REV};
	int name = t->width[NAME], spread = t->width[SPREAD];

	t->width[SPREAD] = 0;
	for (size_t i = 0; i < ARRAY_LEN(spare); i++)
		if (width - taken(t) < (name < NAME_GOOD ? name : NAME_GOOD))
			t->width[spare[i]] = 0;
	if (width - taken(t) < (name < NAME_WANTED ? name : NAME_WANTED)) {
		t->width[SPREAD] = t->width[INTERVAL] ? spread : 0;
		t->width[INTERVAL] = 0;
	}
	if (width - taken(t) < NAME_MIN && t->width[REV] > 10)
		t->width[REV] = 10;
	for (size_t i = 0; i < ARRAY_LEN(needed) && width - taken(t) < NAME_MIN; i++)
		t->width[needed[i]] = 0;
	if (name > width - taken(t))
		t->width[NAME] = width - taken(t);
}

/* Paths go before letters in the middle do. */
static void
fit_names(struct table *t, int wanted)
{
	int widest = (int)strlen(t->titles[NAME]);

	if (wanted <= t->width[NAME])
		return;
	t->path = names_fit(t->names, t->n, t->width[NAME]);
	for (size_t i = 0; i < t->n; i++) {
		int w = text_width(t->names[i]);

		widest = w > widest ? w : widest;
	}
	t->width[NAME] = widest < t->width[NAME] ? widest : t->width[NAME];
}

static void
put_cell(const struct table *t, enum column c, const char *text, enum tone tone,
	const struct report_style *style, struct str *out)
{
	scoped(str) shortened = STR_INIT;
	int width = text_width(text);

	if (width > t->width[c]) {
		layout_shorten(&shortened, text, t->width[c], style->ascii);
		text = shortened.p;
		width = text_width(text);
	}
	int pad = t->width[c] - width;
	str_addf(out, "%*s", gap(c) + (is_left(c) ? 0 : pad), "");
	text_tone(out, style, tone, text);
	if (is_left(c))
		str_addf(out, "%*s", pad, "");
}

static void
put_heads(const struct table *t, const struct report_style *style, struct str *out)
{
	const char *heads[COLUMNS];

	memcpy(heads, t->titles, sizeof(heads));
	heads[VERDICT] = style->ascii ? "verdict" : "  verdict";
	if (t->tally->revs != 1 || !t->tally->judged)
		heads[HEAD] = "value";
	for (size_t c = 0; c < COLUMNS; c++)
		if (t->width[c])
			put_cell(t, (enum column)c, heads[c], TONE_DIM, style, out);
	str_trim(out);
	str_addc(out, '\n');
}

static void
put_line(const struct table *t, size_t i, const struct report_style *style, struct str *cell,
	struct str *out)
{
	enum tone row_tone = text_tone_of(t->rows[i]);

	for (size_t c = 0; c < COLUMNS; c++) {
		bool toned = c == CHANGE || c == SPREAD || c == VERDICT;

		if (!t->width[c])
			continue;
		if (c != NAME)
			make_cell(t, t->rows[i], (enum column)c, cell);
		put_cell(t, (enum column)c, c == NAME ? t->names[i] : cell->p,
			toned ? row_tone : TONE_PLAIN, style, out);
	}
	str_trim(out);
	str_addc(out, '\n');
}

static void
put_table(const struct table *t, const struct report_style *style, struct str *out)
{
	scoped(str) cell = STR_INIT;

	put_heads(t, style, out);
	for (size_t i = 0; i < t->n; i++)
		put_line(t, i, style, &cell, out);
	if (t->path && *t->path) {
		scoped(str) note = STR_INIT;

		str_addf(&note, "names begin with %s", t->path);
		text_tone(out, style, TONE_DIM, note.p);
		str_addc(out, '\n');
	}
	str_addc(out, '\n');
}

void
text_table(const struct report *report, const struct tally *tally, const struct report_style *style,
	struct str *out)
{
	struct table t = {.report = report, .tally = tally, .ascii = style->ascii};

	t.rows = xcalloc(report->n_rows + 1, sizeof(const struct row *));
	t.names = xcalloc(report->n_rows + 1, sizeof(*t.names));
	memcpy(t.titles, titles, sizeof(titles));
	if (report->contended)
		t.titles[CHANGE] = "contended";
	for (size_t i = 0; i < report->n_rows; i++) {
		if (report->rows[i].status != STATUS_OK)
			continue;
		t.rows[t.n] = &report->rows[i];
		t.names[t.n++] = make_name(report, tally, &report->rows[i]);
	}
	if (t.n) {
		measure_columns(&t);
		int wanted = t.width[NAME];
		fit_columns(&t, style->width);
		fit_names(&t, wanted);
		put_table(&t, style, out);
	}
	for (size_t i = 0; i < t.n; i++)
		free(t.names[i]);
	free(t.path);
	free(t.names);
	free(t.rows);
}

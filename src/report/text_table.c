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

struct line {
	char *cell[COLUMNS];
	enum tone tone;
};

struct table {
	struct line *lines;
	size_t n;
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

static char *
escaped(struct str *raw)
{
	struct str safe = STR_INIT;

	escape_terminal(&safe, raw->p, raw->n);
	str_done(raw);
	return str_detach(&safe);
}

/* An arrow says at a glance which way it went; the words say it too. */
static char *
verdict_cell(const struct row *row, bool ascii)
{
	bool known = row->verdict == VERDICT_REGRESSED || row->verdict == VERDICT_IMPROVED;
	const char *mark = !known ? "  " : row->ratio > 1 ? "\u25b2 " : "\u25bc ";

	return xasprintf("%s%s", ascii ? "" : mark, words_verdict(row));
}

static void
fill_line(const struct report *report, const struct tally *tally, const struct row *row, bool ascii,
	struct line *line)
{
	struct str raw[COLUMNS];

	for (size_t c = 0; c < COLUMNS; c++)
		str_init(&raw[c], STR_MAX);
	words_name(report, tally, row, &raw[NAME]);
	str_add(&raw[REV], words_label(report, row->rev));
	if (row->base != row->rev)
		words_value(report, row, row->base_value, &raw[BASE]);
	words_value(report, row, row->value, &raw[HEAD]);
	words_change(row, &raw[CHANGE]);
	words_spread(row, ascii, &raw[SPREAD]);
	words_interval(row, &raw[INTERVAL]);
	str_add(&raw[GATE], row->gate ? row->gate->text : "-");
	str_addf(&raw[BLOCKS], "%u", row->blocks);
	for (size_t c = 0; c < COLUMNS; c++)
		line->cell[c] = c == VERDICT ? verdict_cell(row, ascii) : escaped(&raw[c]);
	str_done(&raw[VERDICT]);
	line->tone = text_tone_of(row);
}

static void
measure_columns(struct table *t, const struct tally *tally)
{
	for (size_t c = 0; c < COLUMNS; c++) {
		bool any = false;

		t->width[c] = (int)strlen(t->titles[c]);
		for (size_t i = 0; i < t->n; i++) {
			int w = text_width(t->lines[i].cell[c]);
			t->width[c] = w > t->width[c] ? w : t->width[c];
			any = any || w > 0;
		}
		if (!any)
			t->width[c] = 0;
	}
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
	scoped_free char **names = xcalloc(t->n + 1, sizeof(*names));
	int widest = (int)strlen(t->titles[NAME]);

	if (wanted <= t->width[NAME])
		return;
	for (size_t i = 0; i < t->n; i++)
		names[i] = t->lines[i].cell[NAME];
	t->path = names_fit(names, t->n, t->width[NAME]);
	for (size_t i = 0; i < t->n; i++) {
		int w = text_width(names[i]);

		t->lines[i].cell[NAME] = names[i];
		widest = w > widest ? w : widest;
	}
	t->width[NAME] = widest < t->width[NAME] ? widest : t->width[NAME];
}

static void
put_cell(const struct table *t, enum column c, const char *text, enum tone tone,
	const struct report_style *style, struct str *line)
{
	scoped(str) fit = STR_INIT;
	scoped(str) colored = STR_INIT;

	layout_shorten(&fit, text, t->width[c], style->ascii);
	text_tone(&colored, style, tone, fit.p);
	int pad = t->width[c] - text_width(fit.p);
	str_addf(line, "%*s", gap(c), "");
	if (is_left(c))
		str_addf(line, "%s%*s", colored.p, pad, "");
	else
		str_addf(line, "%*s%s", pad, "", colored.p);
}

static void
put_line(const struct table *t, const char *const *cells, const enum tone *tones,
	const struct report_style *style, struct str *out)
{
	scoped(str) line = STR_INIT;

	for (size_t c = 0; c < COLUMNS; c++)
		if (t->width[c])
			put_cell(t, (enum column)c, cells[c], tones[c], style, &line);
	str_trim(&line);
	str_addf(out, "%s\n", line.p);
}

static void
put_table(const struct table *t, const struct tally *tally, const struct report_style *style,
	struct str *out)
{
	const char *head[COLUMNS];
	enum tone tones[COLUMNS];

	memcpy(head, t->titles, sizeof(head));
	head[VERDICT] = style->ascii ? "verdict" : "  verdict";
	if (tally->revs != 1 || !tally->judged)
		head[HEAD] = "value";
	for (size_t c = 0; c < COLUMNS; c++)
		tones[c] = TONE_DIM;
	put_line(t, head, tones, style, out);
	for (size_t i = 0; i < t->n; i++) {
		for (size_t c = 0; c < COLUMNS; c++)
			tones[c] = TONE_PLAIN;
		tones[CHANGE] = tones[SPREAD] = tones[VERDICT] = t->lines[i].tone;
		put_line(t, (const char *const *)t->lines[i].cell, tones, style, out);
	}
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
	struct table t = {.lines = xcalloc(report->n_rows + 1, sizeof(*t.lines))};

	memcpy(t.titles, titles, sizeof(titles));
	if (report->contended)
		t.titles[CHANGE] = "contended";
	for (size_t i = 0; i < report->n_rows; i++)
		if (report->rows[i].status == STATUS_OK)
			fill_line(report, tally, &report->rows[i], style->ascii, &t.lines[t.n++]);
	if (t.n) {
		measure_columns(&t, tally);
		int wanted = t.width[NAME];
		fit_columns(&t, style->width);
		fit_names(&t, wanted);
		put_table(&t, tally, style, out);
	}
	for (size_t i = 0; i < t.n; i++)
		for (size_t c = 0; c < COLUMNS; c++)
			free(t.lines[i].cell[c]);
	free(t.path);
	free(t.lines);
}

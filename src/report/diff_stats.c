/* pytest-benchmark's table: a line for each bench in each run, side by side in groups, each number
 * with its ratio to the best of the group. The text is what `pytest-benchmark compare` prints, but
 * for what `revsweep help diff` lists. */
#include "diff_priv.h"

#include "base/escape.h"
#include "base/suggest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS_MAX 32
#define RATIO_WIDTH 10
#define SOURCE_NORMAL 12 /* letters of the last part of a source */
#define SOURCE_SHORT 4

/* outliers has no place in enum run_stat: it is two of them. */
enum { COLUMN_OUTLIERS = RUN_STAT_COUNT };

static const struct {
	const char *name, *title;
	int stat;
} known_columns[] = {
	{"min", "Min", RUN_MIN},
	{"max", "Max", RUN_MAX},
	{"mean", "Mean", RUN_MEAN},
	{"stddev", "StdDev", RUN_STDDEV},
	{"median", "Median", RUN_MEDIAN},
	{"iqr", "IQR", RUN_IQR},
	{"outliers", "Outliers", COLUMN_OUTLIERS},
	{"ops", "OPS", RUN_OPS},
	{"rounds", "Rounds", RUN_ROUNDS},
	{"iterations", "Iterations", RUN_ITERATIONS},
};

static const char columns_default[] =
	"min,max,mean,stddev,median,iqr,outliers,ops,rounds,iterations";

enum name_form { NAMES_SHORT, NAMES_NORMAL, NAMES_LONG, NAMES_TRIAL };

/* One line: a bench in a run. */
struct line {
	const char *key;
	const struct grid_bench *bench;
	const struct grid_cell *cell;
	const char *name; /* as shown */
	size_t run;
	size_t place; /* before sorting */
	double by;    /* what the sort column says */
};

struct unit {
	const char *prefix;
	double factor;
};

struct table {
	const struct grid *grid;
	struct arena arena;
	const struct report_style *style;
	struct str *out;
	int columns[COLUMNS_MAX]; /* indices of known_columns */
	size_t n_columns;
	int sort; /* a run_stat; -1: name, -2: fullname */
	bool by_fullname;
	enum name_form names;
	const char *time_unit; /* or NULL */
	vec(struct line) lines;
};

static void
table_done(struct table *t)
{
	vec_done(&t->lines);
	arena_done(&t->arena);
}

/* ---- options ---- */

static int
choose_columns(struct table *t, const char *list, struct err *err)
{
	const char *names[ARRAY_LEN(known_columns)];

	for (size_t i = 0; i < ARRAY_LEN(known_columns); i++)
		names[i] = known_columns[i].name;
	for (const char *const *w = diff_split(list, &t->arena); *w; w++) {
		size_t i = 0;

		while (i < ARRAY_LEN(known_columns) && strcmp(known_columns[i].name, *w) != 0)
			i++;
		if (i == ARRAY_LEN(known_columns)) {
			const char *near = suggest(*w, names, ARRAY_LEN(names));
			return err_set(err, ERR_USAGE,
				"--columns does not know '%.40s'%s%s%s; it takes %s", *w,
				near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "",
				columns_default);
		}
		if (t->n_columns == COLUMNS_MAX)
			return err_set(
				err, ERR_USAGE, "--columns takes at most %d words", COLUMNS_MAX);
		t->columns[t->n_columns++] = (int)i;
	}
	return 0;
}

static int
choose_sort(struct table *t, const char *word, struct err *err)
{
	static const char *const words[] = {"min", "max", "mean", "stddev", "median", "iqr", "ops",
		"rounds", "iterations", "name", "fullname"};
	static const int means[] = {RUN_MIN, RUN_MAX, RUN_MEAN, RUN_STDDEV, RUN_MEDIAN, RUN_IQR,
		RUN_OPS, RUN_ROUNDS, RUN_ITERATIONS, -1, -2};
	size_t which = 0;

	if (word &&
		diff_choose("--sort of this table", word, words, ARRAY_LEN(words), &which, err) < 0)
		return -1;
	t->sort = means[which];
	return 0;
}

static int
choose_names(struct table *t, const char *word, struct err *err)
{
	static const char *const forms[] = {"short", "normal", "long", "trial"};
	size_t which = NAMES_NORMAL;

	if (word && diff_choose("--names", word, forms, ARRAY_LEN(forms), &which, err) < 0)
		return -1;
	t->names = (enum name_form)which;
	return 0;
}

static int
choose_unit(struct table *t, const char *word, struct err *err)
{
	static const char *const units[] = {"ns", "us", "ms", "s", "auto"};
	size_t which = 4;

	if (word && diff_choose("--time-unit", word, units, ARRAY_LEN(units), &which, err) < 0)
		return -1;
	t->time_unit = which < 4 ? units[which] : NULL;
	return 0;
}

/* ---- lines ---- */

static const char *
last_part(const char *source)
{
	const char *slash = strrchr(source, '/');

	return slash ? slash + 1 : source;
}

static const char *
name_of(struct table *t, const struct grid_bench *bench, const char *source)
{
	const char *last = last_part(source), *name = bench->name;

	switch (t->names) {
	case NAMES_LONG:
		return *source ? arena_printf(&t->arena, "%s (%s)", bench->fullname, source)
			       : bench->fullname;
	case NAMES_TRIAL:
		return *source ? arena_printf(&t->arena, "%.*s", SOURCE_SHORT, last) : "????";
	case NAMES_SHORT:
		name = str_starts(name, "test_") ? name + 5 : name;
		return *source ? arena_printf(&t->arena, "%s (%.*s)", name, SOURCE_SHORT, last)
			       : name;
	case NAMES_NORMAL:
		break;
	}
	if (!*source)
		return name;
	return arena_printf(&t->arena, "%s (%.*s%.*s)", name, (int)(last - source), source,
		SOURCE_NORMAL, last);
}

static double
stat_of(const struct line *line, int stat)
{
	return line->cell->stat[stat];
}

static void
add_lines(struct table *t, const char *group_by)
{
	const struct grid *grid = t->grid;
	size_t metric = grid_metric(grid, "time");

	for (size_t b = 0; b < grid->benches.n; b++) {
		const struct grid_bench *bench = &grid->benches.v[b];
		const char *key = diff_key(bench, group_by, false, &t->arena);

		for (const struct grid_entry *e = bench->first; e; e = e->next) {
			const struct grid_cell *cell = grid_cell(e, metric);
			struct line line = {
				key, bench, cell, NULL, e->run, e->run * grid->benches.n + b, 0};

			if (!cell || e->outcome)
				continue;
			line.by = t->sort >= 0 ? stat_of(&line, t->sort) : 0;
			line.name = name_of(
				t, bench, grid->runs.n > 1 ? grid->runs.v[e->run]->run.label : "");
			vec_add(&t->lines, line);
		}
	}
}

static bool sort_by_fullname; /* for qsort(), which passes nothing on */
static int sort_column;

static int
by_group_and_column(const void *x, const void *y)
{
	const struct line *a = x, *b = y;
	int r = strcmp(a->key, b->key);

	if (r == 0 && sort_column == -1)
		r = strcmp(a->bench->name, b->bench->name);
	else if (r == 0 && sort_column == -2)
		r = strcmp(a->bench->fullname, b->bench->fullname);
	else if (r == 0 && isnan(a->by) != isnan(b->by))
		r = isnan(a->by) ? 1 : -1;
	else if (r == 0)
		r = (a->by > b->by) - (a->by < b->by);
	if (r == 0)
		r = sort_by_fullname ? strcmp(a->bench->fullname, b->bench->fullname)
				     : strcmp(a->bench->name, b->bench->name);
	return r ? r : (a->place > b->place) - (a->place < b->place);
}

static void
sort_lines(struct table *t)
{
	sort_by_fullname = t->by_fullname;
	sort_column = t->sort;
	if (t->lines.n)
		qsort(t->lines.v, t->lines.n, sizeof(*t->lines.v), by_group_and_column);
}

/* ---- a group ---- */

struct group {
	const struct line *lines;
	size_t n;
	double best[RUN_STAT_COUNT], worst[RUN_STAT_COUNT];
	struct unit time, ops;
	int name_width;
	int width[COLUMNS_MAX];
};

static void
find_best(struct group *g)
{
	for (int s = 0; s < RUN_TABLE_COUNT; s++) {
		double lo = (double)NAN, hi = (double)NAN;

		for (size_t i = 0; i < g->n; i++) {
			double v = stat_of(&g->lines[i], s);

			lo = isnan(lo) || v < lo ? v : lo;
			hi = isnan(hi) || v > hi ? v : hi;
		}
		g->best[s] = s == RUN_OPS ? hi : lo;
		g->worst[s] = s == RUN_OPS ? lo : hi;
	}
}

static struct unit
unit_of_seconds(double v)
{
	if (v < 1e-6)
		return (struct unit){"n", 1e9};
	if (v < 1e-3)
		return (struct unit){"u", 1e6};
	if (v < 1)
		return (struct unit){"m", 1e3};
	return (struct unit){"", 1};
}

static struct unit
unit_by_name(const char *name)
{
	static const struct unit units[] = {{"n", 1e9}, {"u", 1e6}, {"m", 1e3}};

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (*units[i].prefix == *name)
			return units[i];
	return (struct unit){"", 1};
}

static void
choose_units(const struct table *t, struct group *g)
{
	bool by_stat = t->sort >= 0 && t->sort <= RUN_OPS;
	double v = by_stat ? g->best[t->sort]
			   : stat_of(&g->lines[0], t->sort >= 0 ? t->sort : (int)RUN_MIN);
	double ops = g->worst[RUN_OPS];

	g->time = t->time_unit ? unit_by_name(t->time_unit) : unit_of_seconds(v);
	g->ops = ops > 1e6   ? (struct unit){"M", 1e-6}
		 : ops > 1e3 ? (struct unit){"K", 1e-3}
			     : (struct unit){"", 1};
}

static double
factor_of(const struct group *g, int stat)
{
	return stat == RUN_OPS ? g->ops.factor : g->time.factor;
}

static bool
has_ratio(int stat)
{
	return stat <= RUN_OPS;
}

static void
add_count(struct str *out, double v)
{
	if (isnan(v))
		str_add(out, "-");
	else
		str_addf(out, "%.0f", v);
}

static void
add_number(const struct group *g, const struct line *line, int stat, struct str *out)
{
	if (stat == COLUMN_OUTLIERS) {
		add_count(out, stat_of(line, RUN_STDDEV_OUTLIERS));
		str_addc(out, ';');
		add_count(out, stat_of(line, RUN_IQR_OUTLIERS));
	} else if (!has_ratio(stat)) {
		add_count(out, stat_of(line, stat));
	} else {
		diff_thousands(out, stat_of(line, stat) * factor_of(g, stat), 4);
	}
}

/* " (1.00)", ten columns wide; nothing where there is nothing to compare with. */
static void
add_ratio(const struct group *g, const struct line *line, int stat, struct str *out)
{
	double best = g->best[stat], v = stat_of(line, stat);
	char text[40];

	if (g->n == 1 || !has_ratio(stat))
		return;
	double ratio = best != 0 ? fabs(v / best) : (double)INFINITY;
	if (v == best)
		snprintf(text, sizeof(text), "(1.0)");
	else if (isnan(ratio))
		snprintf(text, sizeof(text), "(nan)");
	else if (isinf(ratio))
		snprintf(text, sizeof(text), "(inf)");
	else if (ratio > 1000)
		snprintf(text, sizeof(text), "(>1000.0)");
	else
		snprintf(text, sizeof(text), "(%.2f)", ratio);
	str_addf(out, " %-*s", RATIO_WIDTH - 1, text);
}

static void
add_title(const struct group *g, size_t column, struct str *out)
{
	str_add(out, known_columns[column].title);
	if (known_columns[column].stat == RUN_OPS && *g->ops.prefix)
		str_addf(out, " (%sops/s)", g->ops.prefix);
}

static void
measure(const struct table *t, struct group *g)
{
	scoped(str) text = STR_INIT;

	g->name_width = (int)strlen("Name (time in s)") + (int)strlen(g->time.prefix);
	for (size_t i = 0; i < g->n; i++) {
		int n = diff_characters(g->lines[i].name);
		g->name_width = n > g->name_width ? n : g->name_width;
	}
	g->name_width += 3;
	for (size_t c = 0; c < t->n_columns; c++) {
		int widest;

		str_clear(&text);
		add_title(g, (size_t)t->columns[c], &text);
		widest = (int)text.n;
		for (size_t i = 0; i < g->n; i++) {
			str_clear(&text);
			add_number(g, &g->lines[i], known_columns[t->columns[c]].stat, &text);
			widest = (int)text.n > widest ? (int)text.n : widest;
		}
		g->width[c] = 2 + widest;
	}
}

/* As Python's str.center() does it. */
static void
put_centred(const struct table *t, const char *text, int width)
{
	int pad = width - diff_characters(text);
	int left = pad > 0 ? pad / 2 + (pad & width & 1) : 0;
	scoped(str) line = STR_INIT;

	for (int i = 0; i < left; i++)
		str_addc(&line, '-');
	str_add(&line, text);
	for (int i = left; i < pad; i++)
		str_addc(&line, '-');
	text_tone(t->out, t->style, TONE_UNSURE, line.p);
	str_addc(t->out, '\n');
}

static void
put_head(const struct table *t, const struct group *g)
{
	scoped(str) heads = STR_INIT;
	scoped(str) title = STR_INIT;
	scoped(str) text = STR_INIT;

	str_addf(&text, "Name (time in %ss)", g->time.prefix);
	str_addf(&heads, "%-*s", g->name_width, text.p);
	for (size_t c = 0; c < t->n_columns; c++) {
		bool ratio = has_ratio(known_columns[t->columns[c]].stat);

		str_clear(&text);
		add_title(g, (size_t)t->columns[c], &text);
		str_addf(&heads, "%*s%*s", g->width[c], text.p, ratio && g->n > 1 ? RATIO_WIDTH : 0,
			"");
	}
	str_add(&title, " benchmark");
	if (*g->lines[0].key) {
		str_addc(&title, ' ');
		str_clear(&text);
		diff_quote(g->lines[0].key, &text);
		escape_text(&title, text.p);
	}
	str_addf(&title, ": %zu tests ", g->n);
	put_centred(t, title.p, (int)heads.n);
	str_addf(t->out, "%s\n", heads.p);
	put_centred(t, "", (int)heads.n);
}

static enum tone
tone_of(const struct group *g, const struct line *line, int stat)
{
	double v = stat_of(line, stat);

	if (g->n == 1)
		return TONE_BOLD;
	return v == g->worst[stat] ? TONE_BAD : v == g->best[stat] ? TONE_GOOD : TONE_BOLD;
}

static void
put_line(const struct table *t, const struct group *g, const struct line *line)
{
	scoped(str) name = STR_INIT;

	escape_text(&name, line->name);
	str_addf(t->out, "%s%*s", name.p, g->name_width - diff_characters(name.p), "");
	for (size_t c = 0; c < t->n_columns; c++) {
		int stat = known_columns[t->columns[c]].stat;
		scoped(str) number = STR_INIT;
		scoped(str) cell = STR_INIT;

		add_number(g, line, stat, &number);
		str_addf(&cell, "%*s", g->width[c], number.p);
		if (has_ratio(stat)) {
			add_ratio(g, line, stat, &cell);
			text_tone(t->out, t->style, tone_of(g, line, stat), cell.p);
		} else {
			str_add(t->out, cell.p);
		}
	}
	str_addc(t->out, '\n');
}

static int
width_of(const struct table *t, const struct group *g)
{
	int width = g->name_width;

	for (size_t c = 0; c < t->n_columns; c++)
		width += g->width[c] + (g->n > 1 && has_ratio(known_columns[t->columns[c]].stat)
						       ? RATIO_WIDTH
						       : 0);
	return width;
}

static void
put_group(const struct table *t, const struct line *lines, size_t n)
{
	struct group g = {.lines = lines, .n = n};

	find_best(&g);
	choose_units(t, &g);
	measure(t, &g);
	put_head(t, &g);
	for (size_t i = 0; i < n; i++)
		put_line(t, &g, &lines[i]);
	put_centred(t, "", width_of(t, &g));
	str_addc(t->out, '\n');
}

static void
put_text(const struct table *t)
{
	str_addc(t->out, '\n');
	for (size_t i = 0; i < t->lines.n;) {
		size_t n = 1;

		while (i + n < t->lines.n && strcmp(t->lines.v[i + n].key, t->lines.v[i].key) == 0)
			n++;
		put_group(t, &t->lines.v[i], n);
		i += n;
	}
	str_add(t->out, "Legend:\n"
			"  Outliers: 1 Standard Deviation from Mean; 1.5 IQR (InterQuartile Range) "
			"from 1st Quartile and 3rd Quartile.\n"
			"  OPS: Operations Per Second, computed as 1 / Mean\n");
}

/* ---- other forms ---- */

/* Raw seconds, a run's lines told apart by a column of their own. */
static void
put_sheet(struct table *t, enum diff_form form)
{
	const char **heads = arena_alloc(&t->arena, t->n_columns + 2, sizeof(*heads));
	struct sheet sheet = {.heads = heads, .n_columns = t->n_columns + 2, .left = 2};

	heads[0] = "name";
	heads[1] = "run";
	for (size_t c = 0; c < t->n_columns; c++)
		heads[c + 2] = known_columns[t->columns[c]].name;
	for (size_t i = 0; i < t->lines.n; i++) {
		const struct line *line = &t->lines.v[i];
		struct group alone = {.lines = line, .n = 1, .time = {"", 1}, .ops = {"", 1}};

		sheet_add(&sheet, line->bench->fullname, TONE_PLAIN);
		sheet_add(&sheet, t->grid->runs.v[line->run]->run.label, TONE_PLAIN);
		for (size_t c = 0; c < t->n_columns; c++) {
			int stat = known_columns[t->columns[c]].stat;
			struct str text = STR_INIT;

			if (stat == COLUMN_OUTLIERS)
				add_number(&alone, line, stat, &text);
			else
				str_addf(&text, "%.6g", stat_of(line, stat));
			sheet_add_number(&sheet, arena_strdup(&t->arena, text.p), TONE_PLAIN,
				stat == COLUMN_OUTLIERS ? (double)NAN : stat_of(line, stat));
			str_done(&text);
		}
	}
	sheet_write(&sheet, form, t->style, true, t->out);
	sheet_done(&sheet);
}

static int
write_stats(const struct grid *grid, const struct diff_options *options, enum diff_form form,
	const struct report_style *style, struct str *out, struct err *err)
{
	const char *group_by = options->group_by ? options->group_by : "group";
	scoped(table) t = {.grid = grid, .style = style, .out = out};

	if (choose_columns(&t, options->columns ? options->columns : columns_default, err) < 0 ||
		choose_sort(&t, options->sort, err) < 0 ||
		choose_names(&t, options->names, err) < 0 ||
		choose_unit(&t, options->time_unit, err) < 0 || diff_check_key(group_by, err) < 0)
		return -1;
	t.by_fullname = strstr(group_by, "full") != NULL;
	add_lines(&t, group_by);
	sort_lines(&t);
	if (form == DIFF_TEXT)
		put_text(&t);
	else
		put_sheet(&t, form);
	return 0;
}

const struct diff_table diff_stats = {
	.name = "stats",
	.summary = "pytest-benchmark's: all statistics of times, with ratios to the best",
	.write = write_stats,
};

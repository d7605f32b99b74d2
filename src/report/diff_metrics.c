/* pytest-benchmem's tables: any metrics of each bench, a line a run, each number with its ratio to
 * the best; and the changes of all runs over the first, a line a bench and metric. */
#include "diff_priv.h"

#include "base/format.h"
#include "base/suggest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS_MAX 64
#define EXTRA "extra:"

static const enum run_stat all_stats[] = {
	RUN_MIN, RUN_MAX, RUN_MEAN, RUN_MEDIAN, RUN_IQR, RUN_STDDEV};

struct column {
	size_t metric; /* SIZE_MAX: a number of extra_info */
	enum run_stat stat;
	bool headline;     /* the metric's one number instead of a statistic */
	const char *extra; /* its name */
};

struct entry {
	const char *key;
	const struct grid_bench *bench;
	size_t place; /* of the bench */
	double by;
};

struct table {
	const struct grid *grid;
	struct arena arena;
	const struct report_style *style;
	enum diff_form form;
	struct str *out;
	struct column columns[COLUMNS_MAX];
	size_t n_columns;
	bool by_fullname; /* each group is one bench */
	vec(struct entry) entries;
};

static void
table_done(struct table *t)
{
	vec_done(&t->entries);
	arena_done(&t->arena);
}

/* ---- options ---- */

static int
add_column(struct table *t, struct column column, struct err *err)
{
	if (t->n_columns == COLUMNS_MAX)
		return err_set(err, ERR_USAGE, "more than %d columns", COLUMNS_MAX);
	t->columns[t->n_columns++] = column;
	return 0;
}

static int
refuse_metric(const struct table *t, const char *word, struct err *err)
{
	scoped(str) known = STR_INIT;

	for (size_t i = 0; i < t->grid->metrics.n; i++)
		str_addf(&known, "%s%s", i ? ", " : "", t->grid->metrics.v[i].name);
	return err_set(err, ERR_USAGE,
		"--columns: no run has a metric '%.40s'; they have %s, and extra:NAME is a number "
		"of extra_info",
		word, known.p);
}

static bool
has_extra(const struct grid *grid, const char *name)
{
	for (size_t b = 0; b < grid->benches.n; b++)
		for (const struct grid_entry *e = grid->benches.v[b].first; e; e = e->next)
			if (run_pair_get(e->extra, name))
				return true;
	return false;
}

static int
add_metric(struct table *t, const char *word, const char *stat, struct err *err)
{
	struct column column = {.metric = grid_metric(t->grid, word)};

	if (str_starts(word, EXTRA)) {
		column = (struct column){.metric = SIZE_MAX, .extra = word + strlen(EXTRA)};
		if (!has_extra(t->grid, column.extra))
			return err_set(err, ERR_USAGE, "--columns: no bench has '%.60s'", word);
		return add_column(t, column, err);
	}
	if (column.metric == SIZE_MAX)
		return refuse_metric(t, word, err);
	for (size_t i = 0; i < ARRAY_LEN(all_stats); i++) {
		column.stat = all_stats[i];
		if ((strcmp(stat, "all") == 0 || strcmp(stat, run_stat_name(all_stats[i])) == 0) &&
			add_column(t, column, err) < 0)
			return -1;
	}
	column.headline = true;
	return strcmp(stat, "headline") == 0 ? add_column(t, column, err) : 0;
}

static int
check_stat(const char *stat, struct err *err)
{
	static const char *const words[] = {
		"min", "max", "mean", "median", "iqr", "stddev", "headline", "all"};
	size_t which;

	return diff_choose("--stat", stat, words, ARRAY_LEN(words), &which, err);
}

/* Without --columns: times and peaks, as far as anybody measured them, or else all there is. */
static int
choose_columns(struct table *t, const char *list, const char *stat, struct err *err)
{
	static const char *const usual[] = {"time", "peak"};

	if (check_stat(stat, err) < 0)
		return -1;
	if (list) {
		for (const char *const *w = diff_split(list, &t->arena); *w; w++)
			if (add_metric(t, *w, stat, err) < 0)
				return -1;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		if (grid_metric(t->grid, usual[i]) != SIZE_MAX &&
			add_metric(t, usual[i], stat, err) < 0)
			return -1;
	for (size_t i = 0; i < t->grid->metrics.n && !t->n_columns; i++)
		if (add_metric(t, t->grid->metrics.v[i].name, stat, err) < 0)
			return -1;
	return 0;
}

/* ---- values ---- */

static double
value_of(const struct column *column, const struct grid_entry *entry)
{
	const char *text;
	char *end = NULL;

	if (!entry || entry->outcome)
		return (double)NAN;
	if (column->metric == SIZE_MAX) {
		text = run_pair_get(entry->extra, column->extra);
		double v = text ? strtod(text, &end) : (double)NAN;
		return text && *text && !*end ? v : (double)NAN;
	}
	const struct grid_cell *cell = grid_cell(entry, column->metric);
	if (!cell)
		return (double)NAN;
	if (!column->headline)
		return cell->stat[column->stat];
	if (!isnan(cell->headline))
		return cell->headline;
	double least = cell->stat[RUN_MIN];
	return isnan(least) ? cell->stat[RUN_MEAN] : least;
}

/* The unit that a whole column is shown in: that of its smallest value that is not zero. */
struct scale {
	const char *name;
	double divisor;
};

static struct scale
scale_of(const char *unit, double least)
{
	static const struct scale times[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};
	static const struct scale bytes[] = {
		{"GiB", 1073741824}, {"MiB", 1048576}, {"KiB", 1024}, {"B", 1}};
	const struct scale *list = str_eq(unit, "s") ? times : str_eq(unit, "B") ? bytes : NULL;

	for (size_t i = 0; list && i < 3; i++)
		if (least >= list[i].divisor)
			return list[i];
	return list ? list[3] : (struct scale){unit && *unit ? unit : "", 1};
}

static struct scale
scale_of_column(
	const struct table *t, const struct column *column, const struct entry *entries, size_t n)
{
	double least = (double)INFINITY;

	if (column->metric == SIZE_MAX)
		return (struct scale){"", 1};
	for (size_t i = 0; i < n; i++) {
		for (size_t r = 0; r < t->grid->runs.n; r++) {
			double v = value_of(column, grid_entry(entries[i].bench, r));

			least = v > 0 && v < least ? v : least;
		}
	}
	return scale_of(t->grid->metrics.v[column->metric].unit, least);
}

/* For programs: as it was measured. */
static struct scale
raw_scale(const struct table *t, const struct column *column)
{
	return (struct scale){
		column->metric == SIZE_MAX ? "" : t->grid->metrics.v[column->metric].unit, 1};
}

/* Four digits, or all of a whole number. */
static const char *
number_text(double v, double divisor, struct arena *arena)
{
	double shown = v / divisor;
	scoped(str) text = STR_INIT;

	if (divisor == 1 && shown == floor(shown) && fabs(shown) < 1e15)
		diff_thousands(&text, shown, 0);
	else
		str_addf(&text, "%.4g", shown);
	return arena_strdup(arena, text.p);
}

static const char *
ratio_text(double v, double best, struct arena *arena)
{
	double ratio = best != 0 ? fabs(v / best) : (double)INFINITY;

	if (v == best)
		return "(1.0)";
	if (isinf(ratio))
		return "(inf)";
	return ratio > 1000 ? "(>1000.0)" : arena_printf(arena, "(%.2f)", ratio);
}

/* ---- order ---- */

static int
by_value(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (isnan(a->by) != isnan(b->by))
		return isnan(a->by) ? 1 : -1;
	if (a->by != b->by && !isnan(a->by))
		return a->by > b->by ? -1 : 1;
	int r = strcmp(a->key, b->key);
	if (r == 0)
		r = strcmp(a->bench->name, b->bench->name);
	return r ? r : (a->place > b->place) - (a->place < b->place);
}

static const struct grid_entry *
last_entry(const struct grid_bench *bench)
{
	return bench->last;
}

static int
sort_entries(struct table *t, const char *sort, struct err *err)
{
	const struct column *first = &t->columns[0];

	for (size_t i = 0; i < t->entries.n; i++) {
		struct entry *e = &t->entries.v[i];
		double last = value_of(first, last_entry(e->bench));
		double base = value_of(first, e->bench->first);

		e->by = 0;
		if (strcmp(sort, "value") == 0)
			e->by = last;
		else if (strcmp(sort, "change") == 0)
			e->by = base != 0 ? (last - base) / base : (double)NAN;
		else if (strcmp(sort, "name") != 0)
			return err_set(err, ERR_USAGE,
				"--sort of this table is name, value or change, not '%.40s'", sort);
	}
	if (t->entries.n)
		qsort(t->entries.v, t->entries.n, sizeof(*t->entries.v), by_value);
	return 0;
}

/* Groups stay together: each stands where its first bench does. */
static void
gather(struct table *t)
{
	vec(struct entry) sorted = {0};
	scoped_free bool *taken = xcalloc(t->entries.n + 1, sizeof(*taken));

	if (t->by_fullname)
		return;
	for (size_t i = 0; i < t->entries.n; i++) {
		for (size_t k = i; k < t->entries.n && !taken[i]; k++) {
			if (k > i && !(!taken[k] &&
					     strcmp(t->entries.v[k].key, t->entries.v[i].key) == 0))
				continue;
			vec_add(&sorted, t->entries.v[k]);
			taken[k] = k > i;
		}
	}
	memcpy(t->entries.v, sorted.v, sorted.n * sizeof(*sorted.v));
	vec_done(&sorted);
}

/* ---- the table of a group ---- */

static const char *
head_of(const struct table *t, const struct column *column, const char *unit, struct arena *arena)
{
	if (column->metric == SIZE_MAX)
		return column->extra;
	const char *metric = t->grid->metrics.v[column->metric].name;
	const char *stat = column->headline ? "" : run_stat_name(column->stat);
	bool said = !*unit || str_eq(unit, metric);
	return arena_printf(arena, "%s%s%s%s%s%s", metric, *stat ? " " : "", stat, said ? "" : " (",
		said ? "" : unit, said ? "" : ")");
}

static double
best_of(const struct table *t, const struct column *column, const struct entry *entries, size_t n)
{
	bool up = column->metric != SIZE_MAX &&
		  t->grid->metrics.v[column->metric].direction == HIGHER_IS_BETTER;
	double best = (double)NAN;

	for (size_t i = 0; i < n; i++) {
		for (size_t r = 0; r < t->grid->runs.n; r++) {
			double v = value_of(column, grid_entry(entries[i].bench, r));

			if (isnan(best) || (up ? v > best : v < best))
				best = v;
		}
	}
	return best;
}

static void
add_cell(struct table *t, struct sheet *sheet, const struct column *column, double v, double best,
	struct scale scale, bool ratio)
{
	bool plain = t->form == DIFF_CSV;
	enum tone tone = v == best && ratio ? TONE_GOOD : TONE_PLAIN;

	if (isnan(v)) {
		sheet_add(sheet, plain ? "" : "-", TONE_DIM);
		return;
	}
	const char *number = number_text(v, scale.divisor, &t->arena);
	if (ratio && column->metric != SIZE_MAX)
		number = arena_printf(&t->arena, "%s %s", number, ratio_text(v, best, &t->arena));
	sheet_add_number(sheet, number, tone, plain ? v : (double)NAN);
}

static void
put_group(struct table *t, const struct entry *entries, size_t n, bool first)
{
	size_t n_heads = t->n_columns + 2;
	const char **heads = arena_alloc(&t->arena, n_heads, sizeof(*heads));
	struct scale scale[COLUMNS_MAX];
	double best[COLUMNS_MAX];
	struct sheet sheet = {.heads = heads, .n_columns = n_heads, .left = 2};

	sheet.title = *entries->key && t->form != DIFF_CSV ? entries->key : NULL;
	heads[0] = "name";
	heads[1] = "run";
	for (size_t c = 0; c < t->n_columns; c++) {
		scale[c] = t->form == DIFF_CSV ? raw_scale(t, &t->columns[c])
					       : scale_of_column(t, &t->columns[c], entries, n);
		best[c] = best_of(t, &t->columns[c], entries, n);
		heads[c + 2] = head_of(t, &t->columns[c], scale[c].name, &t->arena);
	}
	for (size_t i = 0; i < n; i++) {
		for (const struct grid_entry *e = entries[i].bench->first; e; e = e->next) {
			const char *name = t->form == DIFF_CSV ? entries[i].bench->fullname
							       : entries[i].bench->name;
			sheet_add(&sheet, name, TONE_PLAIN);
			sheet_add(&sheet, t->grid->runs.v[e->run]->run.label, TONE_PLAIN);
			for (size_t c = 0; c < t->n_columns; c++)
				add_cell(t, &sheet, &t->columns[c], value_of(&t->columns[c], e),
					best[c], scale[c],
					t->form != DIFF_CSV && (n > 1 || t->grid->runs.n > 1));
		}
	}
	sheet_write(&sheet, t->form, t->style, first, t->out);
	str_add(t->out, t->form == DIFF_CSV ? "" : "\n");
	sheet_done(&sheet);
}

static void
put_groups(struct table *t)
{
	for (size_t i = 0; i < t->entries.n;) {
		size_t n = 1;

		while (i + n < t->entries.n &&
			strcmp(t->entries.v[i + n].key, t->entries.v[i].key) == 0)
			n++;
		put_group(t, &t->entries.v[i], n, i == 0);
		i += n;
	}
}

/* ---- changes ---- */

static const char *
change_text(double base, double v, struct arena *arena)
{
	if (isnan(base) != isnan(v))
		return isnan(v) ? "gone" : "new";
	if (isnan(v) || base <= 0)
		return "-";
	const char *text = arena_printf(arena, "%+.1f%%", (v - base) / base * 100);
	return strcmp(text, "-0.0%") == 0 || strcmp(text, "+0.0%") == 0 ? "0.0%" : text;
}

static void
add_change(struct table *t, struct sheet *sheet, const struct column *column, double base, double v)
{
	bool up = column->metric != SIZE_MAX &&
		  t->grid->metrics.v[column->metric].direction == HIGHER_IS_BETTER;
	const char *text = change_text(base, v, &t->arena);
	enum tone tone = v == base || isnan(v) || isnan(base) ? TONE_PLAIN
			 : (v > base) == up                   ? TONE_GOOD
							      : TONE_BAD;

	sheet_add_number(sheet, text, tone,
		t->form == DIFF_CSV && base > 0 ? (v - base) / base * 100 : (double)NAN);
}

static void
put_changes(struct table *t)
{
	size_t runs = t->grid->runs.n;
	const char **heads = arena_alloc(&t->arena, runs + 3, sizeof(*heads));
	struct sheet sheet = {.heads = heads, .n_columns = runs + 2, .left = 2};

	heads[0] = "name";
	heads[1] = "metric";
	for (size_t r = 0; r < runs; r++)
		heads[r + 2] = t->grid->runs.v[r]->run.label;
	for (size_t i = 0; i < t->entries.n; i++) {
		const struct grid_bench *bench = t->entries.v[i].bench;

		for (size_t c = 0; c < t->n_columns; c++) {
			const struct column *column = &t->columns[c];
			double base = value_of(column, grid_entry(bench, 0));
			struct scale scale = t->form == DIFF_CSV ? raw_scale(t, column)
								 : scale_of_column(t, column,
									   &t->entries.v[i], 1);

			sheet_add(&sheet, bench->fullname, TONE_PLAIN);
			sheet_add(&sheet, head_of(t, column, scale.name, &t->arena), TONE_PLAIN);
			add_cell(t, &sheet, column, base, base, scale, false);
			for (size_t r = 1; r < runs; r++)
				add_change(t, &sheet, column, base,
					value_of(column, grid_entry(bench, r)));
		}
	}
	sheet_write(&sheet, t->form, t->style, true, t->out);
	sheet_done(&sheet);
}

/* ---- both ---- */

static int
write_table(const struct grid *grid, const struct diff_options *options, enum diff_form form,
	const struct report_style *style, struct str *out, bool changes, struct err *err)
{
	const char *group_by = options->group_by ? options->group_by : "fullname";
	const char *stat = options->stat ? options->stat : changes ? "min" : "all";
	scoped(table) t = {.grid = grid, .form = form, .style = style, .out = out};

	if (diff_check_key(group_by, err) < 0 ||
		choose_columns(&t, options->columns, stat, err) < 0)
		return -1;
	t.by_fullname = strcmp(group_by, "fullname") == 0;
	for (size_t b = 0; b < grid->benches.n; b++)
		if (grid->benches.v[b].first)
			vec_add(&t.entries, (struct entry){diff_key(&grid->benches.v[b], group_by,
								   false, &t.arena),
						    &grid->benches.v[b], b, 0});
	if (t.n_columns && sort_entries(&t, options->sort ? options->sort : "name", err) < 0)
		return -1;
	gather(&t);
	if (changes)
		put_changes(&t);
	else
		put_groups(&t);
	return 0;
}

static int
write_metrics(const struct grid *grid, const struct diff_options *options, enum diff_form form,
	const struct report_style *style, struct str *out, struct err *err)
{
	return write_table(grid, options, form, style, out, false, err);
}

static int
write_changes(const struct grid *grid, const struct diff_options *options, enum diff_form form,
	const struct report_style *style, struct str *out, struct err *err)
{
	return write_table(grid, options, form, style, out, true, err);
}

const struct diff_table diff_metrics = {
	.name = "metrics",
	.summary = "pytest-benchmem's: time, memory and any other metric, a line a run",
	.write = write_metrics,
};

const struct diff_table diff_changes = {
	.name = "changes",
	.summary = "pytest-benchmem's --diff: each run's change over the first, in percent",
	.write = write_changes,
};

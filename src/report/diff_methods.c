/* pytest-park's table: two runs, a line a test function, each statistic averaged over its
 * parameters and compared; and how many cases got better or worse. */
#include "diff_priv.h"

#include "base/escape.h"
#include "base/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CRUMB_S 1e-15

enum { AVERAGE, MEDIAN, MIN, MAX, FIGURES };

static const enum run_stat stats[FIGURES] = {RUN_MEAN, RUN_MEDIAN, RUN_MIN, RUN_MAX};
static const char *const heads[] = {"method", "avg time", "avg %", "median time", "median %",
	"min time", "min %", "max time", "max %"};
static const char *const case_heads[] = {
	"case", "group", "reference", "candidate", "change %", "speed-up"};

/* One case of a method. */
struct entry {
	const char *key; /* method */
	const struct grid_bench *bench;
	const struct grid_cell *reference, *candidate;
};

struct figures {
	double time[FIGURES], percent[FIGURES];
};

struct table {
	const struct grid *grid;
	struct arena arena;
	vec(struct entry) entries;
	vec(double) values; /* scratch */
};

static void
table_done(struct table *t)
{
	vec_done(&t->entries);
	vec_done(&t->values);
	arena_done(&t->arena);
}

static int
by_method(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int r = strcmp(a->key, b->key);

	return r ? r : strcmp(a->bench->fullname, b->bench->fullname);
}

static int
by_double(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* The mean of what was gathered, or the median; NAN of nothing. */
static double
middle_of(struct table *t, bool median)
{
	size_t n = t->values.n;
	double sum = 0;

	if (n == 0)
		return (double)NAN;
	for (size_t i = 0; i < n; i++)
		sum += t->values.v[i];
	if (!median)
		return sum / (double)n;
	qsort(t->values.v, n, sizeof(*t->values.v), by_double);
	return (t->values.v[(n - 1) / 2] + t->values.v[n / 2]) / 2;
}

static double
side_of(struct table *t, const struct entry *entries, size_t n, bool reference, int figure)
{
	t->values.n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct grid_cell *cell =
			reference ? entries[i].reference : entries[i].candidate;

		if (cell && !isnan(cell->stat[stats[figure]]))
			vec_add(&t->values, cell->stat[stats[figure]]);
	}
	return middle_of(t, figure == MEDIAN);
}

static struct figures
compare(struct table *t, const struct entry *entries, size_t n)
{
	struct figures f;

	for (int i = 0; i < FIGURES; i++) {
		double reference = side_of(t, entries, n, true, i);
		double candidate = side_of(t, entries, n, false, i);

		f.time[i] = candidate - reference;
		f.percent[i] = reference > 0 ? f.time[i] / reference * 100 : (double)NAN;
	}
	return f;
}

static enum tone
tone_of(double v)
{
	return v < 0 ? TONE_GOOD : v > 0 ? TONE_BAD : TONE_PLAIN;
}

static void
add_time(struct table *t, struct sheet *sheet, double v)
{
	char text[40];

	if (isnan(v)) {
		sheet_add(sheet, "-", TONE_DIM);
		return;
	}
	format_duration(fabs(v), text, sizeof(text));
	sheet_add_number(
		sheet, arena_printf(&t->arena, "%c%s", v < 0 ? '-' : '+', text), tone_of(v), v);
}

static void
add_percent(struct table *t, struct sheet *sheet, double v)
{
	if (isnan(v))
		sheet_add(sheet, "-", TONE_DIM);
	else
		sheet_add_number(sheet, arena_printf(&t->arena, "%+.4f%%", v), tone_of(v), v);
}

static void
add_line(struct table *t, struct sheet *sheet, const char *name, const struct figures *f)
{
	sheet_add(sheet, name, TONE_PLAIN);
	for (int i = 0; i < FIGURES; i++) {
		add_time(t, sheet, f->time[i]);
		add_percent(t, sheet, f->percent[i]);
	}
}

/* Of the lines that have both sides: their mean, but the median of medians. */
static struct figures
overall(struct table *t, const struct figures *lines, size_t n)
{
	struct figures f;

	for (int i = 0; i < FIGURES; i++) {
		for (int k = 0; k < 2; k++) {
			t->values.n = 0;
			for (size_t l = 0; l < n; l++) {
				double v = k ? lines[l].percent[i] : lines[l].time[i];

				if (!isnan(v))
					vec_add(&t->values, v);
			}
			*(k ? &f.percent[i] : &f.time[i]) = middle_of(t, i == MEDIAN);
		}
	}
	return f;
}

static void
put_methods(struct table *t, enum diff_form form, const struct report_style *style, struct str *out)
{
	struct sheet sheet = {.heads = heads, .n_columns = ARRAY_LEN(heads), .left = 1};
	vec(struct figures) lines = {0};

	for (size_t i = 0; i < t->entries.n;) {
		size_t n = 1;

		while (i + n < t->entries.n &&
			strcmp(t->entries.v[i + n].key, t->entries.v[i].key) == 0)
			n++;
		vec_add(&lines, compare(t, &t->entries.v[i], n));
		add_line(t, &sheet, t->entries.v[i].key, &lines.v[lines.n - 1]);
		i += n;
	}
	struct figures all = overall(t, lines.v, lines.n);
	add_line(t, &sheet, "Overall", &all);
	sheet_write(&sheet, form, style, true, out);
	sheet_done(&sheet);
	vec_done(&lines);
}

/* ---- cases ---- */

/* How many cases changed which way; a change that the intervals of both medians leave open is
 * none. */
struct counts {
	size_t improved, regressed, unchanged, unpaired;
	double log_speedup; /* sum */
	double speedup;
	double change;
};

/* Whether the rounds of both runs leave it open that nothing changed: within 1.96 standard errors.
 */
static bool
is_within_noise(const struct grid_cell *a, const struct grid_cell *b)
{
	double error = hypot(a->log_error, b->log_error);
	double change = log(b->stat[RUN_MEDIAN] / a->stat[RUN_MEDIAN]);

	return !isnan(error) && fabs(change) <= 1.96 * error;
}

static void
count_case(const struct entry *e, struct counts *counts)
{
	double reference = e->reference ? e->reference->stat[RUN_MEAN] : (double)NAN;
	double candidate = e->candidate ? e->candidate->stat[RUN_MEAN] : (double)NAN;
	double change = (candidate - reference) / reference * 100;

	if (!(reference > 0) || !(candidate > 0)) {
		counts->unpaired++;
		return;
	}
	counts->change += change;
	counts->speedup += reference / candidate;
	counts->log_speedup += log(reference / candidate);
	if (fabs(change) <= 1e-9 || is_within_noise(e->reference, e->candidate))
		counts->unchanged++;
	else if (change < 0)
		counts->improved++;
	else
		counts->regressed++;
}

static void
put_counts(struct table *t, struct str *out)
{
	struct counts c = {0};

	for (size_t i = 0; i < t->entries.n; i++)
		count_case(&t->entries.v[i], &c);
	size_t n = c.improved + c.regressed + c.unchanged;
	str_addc(out, '\n');
	words_count(out, n, "case", "cases");
	str_addf(out, " in both: %zu improved, %zu regressed, %zu unchanged", c.improved,
		c.regressed, c.unchanged);
	if (n)
		str_addf(out, "; mean change %+.4f%%, mean speed-up %.4fx, geometric mean %.4fx",
			c.change / (double)n, c.speedup / (double)n,
			exp(c.log_speedup / (double)n));
	if (c.unpaired)
		str_addf(out, "; %zu only in one", c.unpaired);
	str_addc(out, '\n');
}

/* pytest-park's groups: the first of these that a case has. */
static const char *
group_of(const struct grid_bench *bench, const char *group_by, struct arena *arena)
{
	static const char *const precedence[] = {"custom", "group", "marks", "params"};

	if (group_by) {
		const char *key = diff_key(bench, group_by, true, arena);
		return *key ? key : "ungrouped";
	}
	for (size_t i = 0; i < ARRAY_LEN(precedence); i++) {
		const char *key = diff_key(bench, precedence[i], true, arena);
		if (*key)
			return key;
	}
	return "ungrouped";
}

static void
add_value(struct table *t, struct sheet *sheet, const struct grid_cell *cell)
{
	char text[40];

	if (!cell || isnan(cell->stat[RUN_MEAN])) {
		sheet_add(sheet, "-", TONE_DIM);
		return;
	}
	format_duration(cell->stat[RUN_MEAN], text, sizeof(text));
	sheet_add_number(sheet, arena_strdup(&t->arena, text), TONE_PLAIN, cell->stat[RUN_MEAN]);
}

static void
put_cases(struct table *t, const char *group_by, enum diff_form form,
	const struct report_style *style, struct str *out)
{
	struct sheet sheet = {.heads = case_heads, .n_columns = ARRAY_LEN(case_heads), .left = 2};

	for (size_t i = 0; i < t->entries.n; i++) {
		const struct entry *e = &t->entries.v[i];
		double a = e->reference ? e->reference->stat[RUN_MEAN] : (double)NAN;
		double b = e->candidate ? e->candidate->stat[RUN_MEAN] : (double)NAN;

		sheet_add(&sheet, e->bench->fullname, TONE_PLAIN);
		sheet_add(&sheet, group_of(e->bench, group_by, &t->arena), TONE_PLAIN);
		add_value(t, &sheet, e->reference);
		add_value(t, &sheet, e->candidate);
		add_percent(t, &sheet, a > 0 ? (b - a) / a * 100 : (double)NAN);
		if (a > 0 && b > 0)
			sheet_add_number(
				&sheet, arena_printf(&t->arena, "%.4fx", a / b), TONE_PLAIN, a / b);
		else
			sheet_add(&sheet, "-", TONE_DIM);
	}
	sheet_write(&sheet, form, style, true, out);
	sheet_done(&sheet);
}

/* ---- both ---- */

static int
fill(struct table *t, const struct diff_options *options, struct err *err)
{
	const struct grid *grid = t->grid;
	size_t metric = grid_metric(grid, "time");

	if (grid->runs.n < 2)
		return err_set(err, ERR_USAGE, "this table compares two runs, and there is one");
	for (size_t b = 0; b < grid->benches.n; b++) {
		const struct grid_bench *bench = &grid->benches.v[b];
		struct entry entry = {diff_function(bench->name, &t->arena), bench,
			grid_cell(grid_entry(bench, options->base), metric),
			grid_cell(grid_entry(bench, options->candidate), metric)};

		if (entry.reference || entry.candidate)
			vec_add(&t->entries, entry);
	}
	if (t->entries.n)
		qsort(t->entries.v, t->entries.n, sizeof(*t->entries.v), by_method);
	return 0;
}

static void
put_title(const struct table *t, const struct diff_options *options,
	const struct report_style *style, struct str *out)
{
	scoped(str) title = STR_INIT;
	scoped(str) safe = STR_INIT;

	str_addf(&title, "%s vs %s", t->grid->runs.v[options->candidate]->run.label,
		t->grid->runs.v[options->base]->run.label);
	escape_text(&safe, title.p);
	text_tone(out, style, TONE_BOLD, safe.p);
	str_add(out, "\n\n");
}

static int
write_methods(const struct grid *grid, const struct diff_options *options, enum diff_form form,
	const struct report_style *style, struct str *out, struct err *err)
{
	scoped(table) t = {.grid = grid};

	if (fill(&t, options, err) < 0)
		return -1;
	if (form == DIFF_TEXT)
		put_title(&t, options, style, out);
	put_methods(&t, form, style, out);
	if (form == DIFF_TEXT)
		put_counts(&t, out);
	return 0;
}

static int
write_cases(const struct grid *grid, const struct diff_options *options, enum diff_form form,
	const struct report_style *style, struct str *out, struct err *err)
{
	scoped(table) t = {.grid = grid};

	if ((options->group_by && diff_check_key(options->group_by, err) < 0) ||
		fill(&t, options, err) < 0)
		return -1;
	if (form == DIFF_TEXT)
		put_title(&t, options, style, out);
	put_cases(&t, options->group_by, form, style, out);
	if (form == DIFF_TEXT)
		put_counts(&t, out);
	return 0;
}

const struct diff_table diff_methods = {
	.name = "methods",
	.summary = "pytest-park's: two runs, a line a test function, averaged over parameters",
	.write = write_methods,
};

const struct diff_table diff_cases = {
	.name = "cases",
	.summary = "pytest-park's cases: two runs, a line a case with its group and speed-up",
	.write = write_cases,
};

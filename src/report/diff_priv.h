/* What the files of the diff tables share. */
#ifndef DIFF_PRIV_H
#define DIFF_PRIV_H

#include "report/diff.h"
#include "report_priv.h"

#include "base/vec.h"

extern const struct diff_table diff_stats, diff_metrics, diff_changes, diff_methods, diff_cases;

/* A table of texts that is laid out at the end. */
struct sheet_cell {
	const char *text;
	enum tone tone;
	double number; /* what the text shows, for CSV; NAN: the text itself */
};
struct sheet {
	const char *title; /* or NULL */
	const char *const *heads;
	size_t n_columns;
	size_t left; /* so many columns at the left are texts */
	vec(struct sheet_cell) cells;
};
void sheet_done(struct sheet *sheet);
void sheet_add(struct sheet *sheet, const char *text, enum tone tone);
void sheet_add_number(struct sheet *sheet, const char *text, enum tone tone, double number);
/* heads: also the line with the columns' names, which CSV wants once. */
void sheet_write(const struct sheet *sheet, enum diff_form form, const struct report_style *style,
	bool heads, struct str *out);

/* Which of the words it is. ERR_USAGE lists them after the option's name. */
int diff_choose(const char *option, const char *word, const char *const *words, size_t n,
	size_t *ret, struct err *err);
/* Splits a comma list in the arena, blanks around words taken off; NULL-terminated. */
const char *const *diff_split(const char *list, struct arena *arena);
int diff_characters(const char *text); /* code points */
/* A text in quotes as Python's repr() chooses them. */
void diff_quote(const char *text, struct str *out);
/* "1,234.5678" */
void diff_thousands(struct str *out, double v, int decimals);

#endif

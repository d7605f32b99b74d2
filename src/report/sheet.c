/* Tables of texts as text, markdown and CSV. */
#include "diff_priv.h"

#include "base/escape.h"
#include "base/format.h"

#include <math.h>
#include <string.h>

#define GAP 3

void
sheet_done(struct sheet *sheet)
{
	vec_done(&sheet->cells);
}

void
sheet_add(struct sheet *sheet, const char *text, enum tone tone)
{
	sheet_add_number(sheet, text, tone, (double)NAN);
}

void
sheet_add_number(struct sheet *sheet, const char *text, enum tone tone, double number)
{
	vec_add(&sheet->cells, (struct sheet_cell){text, tone, number});
}

static void
put_padded(const char *text, enum tone tone, int width, bool left, const struct report_style *style,
	struct str *out)
{
	scoped(str) safe = STR_INIT;

	escape_text(&safe, text);
	int pad = width - text_width(safe.p);
	if (!left)
		str_addf(out, "%*s", pad, "");
	text_tone(out, style, tone, safe.p);
	if (left)
		str_addf(out, "%*s", pad, "");
}

static void
measure(const struct sheet *sheet, int *width)
{
	for (size_t c = 0; c < sheet->n_columns; c++)
		width[c] = text_width(sheet->heads[c]);
	for (size_t i = 0; i < sheet->cells.n; i++) {
		scoped(str) safe = STR_INIT;
		size_t c = i % sheet->n_columns;

		escape_text(&safe, sheet->cells.v[i].text);
		int w = text_width(safe.p);
		width[c] = w > width[c] ? w : width[c];
	}
}

static void
write_text(const struct sheet *sheet, const struct report_style *style, struct str *out)
{
	scoped_free int *width = xcalloc(sheet->n_columns + 1, sizeof(*width));
	scoped(str) title = STR_INIT;

	if (sheet->title) {
		escape_text(&title, sheet->title);
		text_tone(out, style, TONE_BOLD, title.p);
		str_addc(out, '\n');
	}
	measure(sheet, width);
	for (size_t c = 0; c < sheet->n_columns; c++) {
		str_addf(out, "%*s", c ? GAP : 0, "");
		put_padded(sheet->heads[c], TONE_DIM, width[c], c < sheet->left, style, out);
	}
	str_trim(out);
	for (size_t i = 0; i < sheet->cells.n; i++) {
		size_t c = i % sheet->n_columns;
		const struct sheet_cell *cell = &sheet->cells.v[i];

		if (c == 0)
			str_trim(out);
		str_addf(out, "%s%*s", c ? "" : "\n", c ? GAP : 0, "");
		put_padded(cell->text, cell->tone, width[c], c < sheet->left, style, out);
	}
	str_trim(out);
	str_addc(out, '\n');
}

static void
write_markdown(const struct sheet *sheet, struct str *out)
{
	if (sheet->title) {
		str_add(out, "**");
		escape_markdown(out, sheet->title);
		str_add(out, "**\n\n");
	}
	for (size_t c = 0; c < sheet->n_columns; c++) {
		str_add(out, "| ");
		escape_markdown(out, sheet->heads[c]);
		str_addc(out, ' ');
	}
	str_add(out, "|\n");
	for (size_t c = 0; c < sheet->n_columns; c++)
		str_add(out, c < sheet->left ? "|:--" : "|--:");
	str_add(out, "|\n");
	for (size_t i = 0; i < sheet->cells.n; i++) {
		str_add(out, "| ");
		escape_markdown(out, sheet->cells.v[i].text);
		str_add(out, i % sheet->n_columns + 1 == sheet->n_columns ? " |\n" : " ");
	}
}

static void
write_csv(const struct sheet *sheet, bool heads, struct str *out)
{
	size_t n = heads ? sheet->n_columns : 0;

	for (size_t c = 0; c < n; c++) {
		str_add(out, c ? "," : "");
		escape_csv(out, sheet->heads[c]);
	}
	str_add(out, n ? "\n" : "");
	for (size_t i = 0; i < sheet->cells.n; i++) {
		const struct sheet_cell *cell = &sheet->cells.v[i];
		char number[40];

		str_add(out, i % sheet->n_columns ? "," : "");
		if (isnan(cell->number))
			escape_csv(out, cell->text);
		else
			str_add(out, isinf(cell->number) ? "inf"
							 : format_json_number(cell->number, number,
								   sizeof(number)));
		str_add(out, i % sheet->n_columns + 1 == sheet->n_columns ? "\n" : "");
	}
}

void
sheet_write(const struct sheet *sheet, enum diff_form form, const struct report_style *style,
	bool heads, struct str *out)
{
	switch (form) {
	case DIFF_TEXT:
		write_text(sheet, style, out);
		return;
	case DIFF_MARKDOWN:
		write_markdown(sheet, out);
		return;
	case DIFF_CSV:
		write_csv(sheet, heads, out);
		return;
	}
}

#include "page.h"
#include "serve_priv.h"

#include "base/escape.h"
#include "base/format.h"
#include "core/rev.h"
#include "sys/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Newlines and tabs mean to a page what they mean in a log. */
void
page_text(struct page *page, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n\t");
		scoped_free char *part = xstrndup(text, n);

		escape_html(page->out, part);
		text += n;
		if (*text)
			str_addc(page->out, *text++);
	}
}

void
page_open(struct page *page, const char *element, const char *class)
{
	if (class)
		str_addf(page->out, "<%s class=\"%s\">", element, class);
	else
		str_addf(page->out, "<%s>", element);
}

void
page_close(struct page *page, const char *element)
{
	str_addf(page->out, "</%s>\n", element);
}

void
page_element(struct page *page, const char *element, const char *class, const char *text)
{
	page_open(page, element, class);
	page_text(page, text);
	page_close(page, element);
}

void
page_link(struct page *page, const char *url, const char *text)
{
	str_add(page->out, "<a href=\"");
	page_text(page, url);
	str_add(page->out, "\">");
	page_text(page, text);
	str_add(page->out, "</a>\n");
}

void
page_begin(struct page *page, const char *title)
{
	str_add(page->out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n"
		"<link rel=\"stylesheet\" href=\"/style.css\">\n");
	if (page->live)
		str_add(page->out, "<meta http-equiv=\"refresh\" content=\"2\">\n");
	page_open(page, "title", NULL);
	page_text(page, title);
	page_text(page, " - revsweep");
	page_close(page, "title");
	str_add(page->out, "</head>\n<body>\n<nav>\n");
	page_link(page, "/", "Sweeps");
	page_link(page, "/compare", "Compare");
	page_link(page, "/builds", "Builds");
	page_link(page, "/machine", "Machine");
	str_add(page->out, "</nav>\n<main>\n");
	page_element(page, "h1", NULL, title);
}

void
page_end(struct page *page)
{
	str_add(page->out, "</main>\n</body>\n</html>\n");
}

/* ---- cells */

static void
put_ratio(struct page *page, const struct json_val *row)
{
	double ratio = json_number(json_get(row, "ratio"));
	double lo = json_number(json_get(row, "ratio_lo"));
	double hi = json_number(json_get(row, "ratio_hi"));
	char a[32], b[32];

	page_text(page, isnan(ratio) ? "-" : format_change(ratio, a, sizeof(a)));
	if (isnan(lo) || isnan(hi))
		return;
	page_open(page, "small", NULL);
	page_text(page, format_change(lo, a, sizeof(a)));
	page_text(page, " to ");
	page_text(page, format_change(hi, b, sizeof(b)));
	page_close(page, "small");
}

static const char *
format_number(double v, enum column_kind kind, const char *unit, char *buf, size_t n)
{
	switch (kind) {
	case COLUMN_NUMBER:
		return format_value(v, unit ? unit : "", buf, n);
	case COLUMN_SECONDS:
		return format_duration(v, buf, n);
	case COLUMN_BYTES:
		return format_size(v, buf, n);
	case COLUMN_SHARE:
		snprintf(buf, n, "%.2g %%", 100 * v);
		return buf;
	case COLUMN_TIME:
		return clock_iso8601((int64_t)v, buf, n);
	case COLUMN_COUNT:
	case COLUMN_TEXT:
	case COLUMN_RATIO:
	case COLUMN_ID:
		break;
	}
	snprintf(buf, n, "%.0f", v);
	return buf;
}

static void
put_texts(struct page *page, const struct json_val *array)
{
	for (size_t i = 0; i < json_length(array); i++) {
		const char *text = json_text(json_at(array, i));

		page_text(page, i ? ", " : "");
		page_text(page, text ? text : "");
	}
}

static void
put_id(struct page *page, const char *text)
{
	char digits[REV_SHORT + 1];

	snprintf(digits, sizeof(digits), "%s", text);
	page_text(page, digits);
}

static void
put_value(struct page *page, const struct json_val *row, const struct column *column)
{
	const struct json_val *v = json_get(row, column->key);
	const char *text = json_text(v), *unit = json_text(json_get(row, "unit"));
	double number = json_number(v);
	char buf[64];

	if (column->kind == COLUMN_RATIO)
		put_ratio(page, row);
	else if (text && column->kind == COLUMN_ID)
		put_id(page, text);
	else if (text)
		page_text(page, text);
	else if (json_is_array(v))
		put_texts(page, v);
	else if (json_is_true(v))
		page_text(page, "yes");
	else if (!isnan(number))
		page_text(page, format_number(number, column->kind, unit ? unit : page->unit, buf,
					sizeof(buf)));
	else
		page_text(page, "-");
}

static bool
is_figure(enum column_kind kind)
{
	return kind != COLUMN_TEXT && kind != COLUMN_ID && kind != COLUMN_TIME;
}

static void
put_cell(struct page *page, const struct json_val *row, size_t i, const struct column *column,
	const void *arg)
{
	scoped(str) url = STR_INIT;

	if (column->link)
		column->link(row, i, arg, &url);
	page_open(page, "td", is_figure(column->kind) ? "figure" : NULL);
	if (url.n) {
		str_add(page->out, "<a href=\"");
		page_text(page, url.p);
		str_add(page->out, "\">");
	}
	put_value(page, row, column);
	if (url.n)
		str_add(page->out, "</a>");
	page_close(page, "td");
}

/* The words of verdicts, states and outcomes that are worth a colour. */
static const char *
class_of(const struct json_val *row)
{
	static const char *const keys[] = {"verdict", "status", "outcome", "state"};
	static const char *const words[] = {"regressed", "improved", "inconclusive", "failed",
		"crashed", "timeout", "unbuilt", "confirmed", "running"};

	for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
		const char *text = json_text(json_get(row, keys[k]));

		for (size_t i = 0; text && i < ARRAY_LEN(words); i++)
			if (strcmp(text, words[i]) == 0)
				return words[i];
	}
	return NULL;
}

/* ---- tables */

static void
put_head(struct page *page, const struct column *columns, size_t n)
{
	page_open(page, "thead", NULL);
	page_open(page, "tr", NULL);
	for (size_t k = 0; k < n; k++)
		page_element(
			page, "th", is_figure(columns[k].kind) ? "figure" : NULL, columns[k].title);
	page_close(page, "tr");
	page_close(page, "thead");
}

void
page_table(struct page *page, const char *title, const struct json_val *array,
	const struct column *columns, size_t n, const void *arg)
{
	size_t rows = json_length(array);

	if (title)
		page_element(page, "h2", NULL, title);
	if (!rows) {
		page_element(page, "p", NULL, "None.");
		return;
	}
	page_open(page, "table", NULL);
	put_head(page, columns, n);
	page_open(page, "tbody", NULL);
	for (size_t i = 0; i < rows; i++) {
		const struct json_val *row = json_at(array, i);

		page_open(page, "tr", class_of(row));
		for (size_t k = 0; k < n; k++)
			put_cell(page, row, i, &columns[k], arg);
		page_close(page, "tr");
	}
	page_close(page, "tbody");
	page_close(page, "table");
}

void
page_facts(struct page *page, const struct json_val *object, const struct column *columns, size_t n)
{
	page_open(page, "dl", NULL);
	for (size_t k = 0; k < n; k++) {
		const struct json_val *v = json_get(object, columns[k].key);

		if (!json_text(v) && !json_is_number(v) && !json_is_true(v) && !json_is_array(v))
			continue;
		page_element(page, "dt", NULL, columns[k].title);
		page_open(page, "dd", NULL);
		put_value(page, object, &columns[k]);
		page_close(page, "dd");
	}
	page_close(page, "dl");
}

void
page_sentences(struct page *page, const char *title, const struct json_val *array)
{
	if (!json_length(array))
		return;
	page_element(page, "h2", NULL, title);
	page_open(page, "ul", NULL);
	for (size_t i = 0; i < json_length(array); i++) {
		const char *text = json_text(json_at(array, i));

		page_element(page, "li", NULL, text ? text : "");
	}
	page_close(page, "ul");
}

int
document_parse(const struct str *text, struct json **ret, struct err *err)
{
	if (text->n > JSON_TEXT_MAX)
		return err_set(err, ERR_RESOURCES,
			"there is too much of it for a page: put /api/v1 before the address for "
			"the data");
	return json_parse(text->p, text->n, ret, err);
}

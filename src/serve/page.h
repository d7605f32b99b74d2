/* Pages as HTML, without scripts. Names of elements and classes are ours; every text goes through
 * page_text() or its like, which escape it. There is no other way in. */
#ifndef SERVE_PAGE_H
#define SERVE_PAGE_H

#include "base/str.h"
#include "ext/json.h"

#include <stdbool.h>
#include <stddef.h>

struct page {
	struct str *out;
	const char *unit; /* of numbers in rows that name none, or NULL */
	bool live;        /* the browser asks again every other second */
};

void page_begin(struct page *page, const char *title); /* with a heading */
void page_end(struct page *page);
void page_open(struct page *page, const char *element, const char *class); /* class or NULL */
void page_close(struct page *page, const char *element);
void page_text(struct page *page, const char *text);
void page_element(struct page *page, const char *element, const char *class, const char *text);
void page_link(struct page *page, const char *url, const char *text);

/* ---- tables of what stands in a JSON document */

enum column_kind {
	COLUMN_TEXT,
	COLUMN_COUNT,
	COLUMN_NUMBER,  /* in the unit that the row names */
	COLUMN_SECONDS, /* a duration */
	COLUMN_BYTES,
	COLUMN_SHARE, /* 0.01 is 1 % */
	COLUMN_RATIO, /* with its interval: members ratio, ratio_lo, ratio_hi */
	COLUMN_TIME,  /* seconds since 1970 */
	COLUMN_ID,    /* the first digits of it */
};

struct column {
	const char *title, *key;
	enum column_kind kind;
	/* Where it leads, or NULL; adds nothing when it leads nowhere. */
	void (*link)(const struct json_val *row, size_t i, const void *arg, struct str *url);
};

/* A row for each element of the array; verdicts and outcomes colour it. */
void page_table(struct page *page, const char *title, const struct json_val *array,
	const struct column *columns, size_t n, const void *arg);
/* Members of one object, those that are there, a line each. */
void page_facts(
	struct page *page, const struct json_val *object, const struct column *columns, size_t n);
/* Texts of an array under a heading; nothing when there are none. */
void page_sentences(struct page *page, const char *title, const struct json_val *array);

#endif

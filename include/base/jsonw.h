/* Writing JSON: a thin layer over str that keeps commas and nesting right. Pretty output has two
 * spaces a level, compact output none; Python's, that of json.dumps(indent=4): four spaces, ASCII,
 *and its way to write numbers. Keys and texts are escaped; numbers are the shortest that read back
 *the same, NaN and infinities become null (but for Python's).
 *
 *	struct jsonw w = {.out = &text};
 *	jsonw_open(&w, NULL, '{');
 *	jsonw_text(&w, "name", name);
 *	jsonw_open(&w, "revs", '[');  ...  jsonw_close(&w, ']');
 *	jsonw_close(&w, '}');
 */
#ifndef BASE_JSONW_H
#define BASE_JSONW_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct jsonw {
	struct str *out;
	bool pretty, python;
	int depth;
	bool after_item; /* a comma is due before the next one */
};

/* key is NULL inside an array and at the top. */
void jsonw_open(struct jsonw *w, const char *key, char bracket);      /* '{' or '[' */
void jsonw_close(struct jsonw *w, char bracket);                      /* '}' or ']' */
void jsonw_text(struct jsonw *w, const char *key, const char *value); /* NULL writes null */
/* An array of texts, NULL-terminated; NULL is an empty one. */
void jsonw_texts(struct jsonw *w, const char *key, const char *const *texts);
void jsonw_number(struct jsonw *w, const char *key, double value);
void jsonw_int(struct jsonw *w, const char *key, int64_t value);
void jsonw_bool(struct jsonw *w, const char *key, bool value);
void jsonw_null(struct jsonw *w, const char *key);
/* JSON text that is already right. */
void jsonw_raw(struct jsonw *w, const char *key, const char *json);

#endif

/* Reading JSON by jansson, as lenient as Python's json module where benchmark harnesses need it:
 * NaN, Infinity and -Infinity are numbers, numbers too large for a double are infinite, duplicate
 * keys: the last wins, lone surrogates and \u0000 become U+FFFD. Everything else is strict: UTF-8,
 * no byte order mark, nothing after the document, depth at most 64. */
#ifndef EXT_JSON_H
#define EXT_JSON_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define JSON_TEXT_MAX ((size_t)16 << 20) /* bytes; a larger document is refused before parsing */

struct json;     /* a document; owns all its values */
struct json_val; /* a value inside; valid as long as the document */

/* Errors (ERR_USAGE) give "line:column: what", with foreign bytes as they are. */
int json_parse(const char *text, size_t n, struct json **ret, struct err *err);
void json_free(struct json *doc);
const struct json_val *json_root(const struct json *doc);

/* All of these take NULL and values of another type, and then return NULL, 0, NAN or false. */
const struct json_val *json_get(const struct json_val *object, const char *key);
size_t json_length(const struct json_val *array);
const struct json_val *json_at(const struct json_val *array, size_t i);
const char *json_text(const struct json_val *v);
double json_number(const struct json_val *v); /* NAN when v is not a number */
bool json_is_number(const struct json_val *v);
bool json_is_object(const struct json_val *v);
bool json_is_array(const struct json_val *v);
bool json_is_true(const struct json_val *v);

/* Calls visit for each member of an object in the order of the text. */
void json_each(const struct json_val *object,
	void (*visit)(const char *key, const struct json_val *value, void *arg), void *arg);
/* The value as compact JSON text with keys sorted (NaN and infinities as null); the caller frees.
 */
char *json_dump(const struct json_val *v);

#endif

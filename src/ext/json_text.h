/* The texts of JSON: what both its readers do with escapes. */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* The number of four hexadecimal digits; -1 when they are none. */
int json_hex4(const char *p, const char *end);
/* Adds the n bytes between two quotes as they are meant; half surrogate pairs and \u0000 become
 * U+FFFD. False for an escape that there is not. */
bool json_unescape(struct str *out, const char *p, size_t n);
bool json_is_utf8(const char *p, size_t n);

#endif

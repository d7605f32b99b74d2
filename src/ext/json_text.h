/* The characters and texts of JSON: what its readers share. */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* What ends the plain part of a text; bytes from 0x80 on do not. */
static inline bool
is_special(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

static inline bool
is_bracket_or_quote(char c)
{
	return (c | 0x20) == '{' || (c | 0x20) == '}' || c == '"';
}

static inline bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* The number of four hexadecimal digits; -1 when they are none. */
int json_hex4(const char *p, const char *end);
/* Adds the n bytes between two quotes as they are meant; half surrogate pairs and \u0000 become
 * U+FFFD. False for an escape that there is not. */
bool json_unescape(struct str *out, const char *p, size_t n);
bool json_is_utf8(const char *p, size_t n);

#endif

/* A growing string with a ceiling. p is never NULL and always NUL-terminated, also when the text
 * holds NUL bytes itself (n counts them). Past the ceiling nothing is added and `full` stays set:
 * check it once, at the end. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/mem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define STR_MAX ((size_t)64 << 20) /* bytes; the ceiling unless str_init() gives another */

struct str {
	char *p;
	size_t n;
	size_t cap; /* 0 while p points to the shared empty string */
	size_t max;
	bool full;
};

extern char str_empty[1];
#define STR_INIT                                                                                   \
	{                                                                                          \
		str_empty, 0, 0, STR_MAX, false                                                    \
	}

void str_init(struct str *s, size_t max);
void str_done(struct str *s); /* back to STR_INIT; takes a zeroed or finished string too */
void str_clear(struct str *s);
char *str_detach(struct str *s); /* the caller frees; s is empty again */

void str_add(struct str *s, const char *text);
void str_addn(struct str *s, const char *text, size_t n);
void str_addc(struct str *s, char c);
void str_addf(struct str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void str_vaddf(struct str *s, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void str_trim(struct str *s); /* white space off the end */

bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
bool str_eq(const char *a, const char *b); /* NULL equals NULL only */

#endif

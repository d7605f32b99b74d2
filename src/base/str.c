#include "base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

char str_empty[1] = "";

void
str_init(struct str *s, size_t max)
{
	*s = (struct str)STR_INIT;
	s->max = max;
}

void
str_done(struct str *s)
{
	if (s->cap)
		free(s->p);
	*s = (struct str)STR_INIT;
}

void
str_clear(struct str *s)
{
	s->n = 0;
	s->full = false;
	if (s->cap)
		s->p[0] = '\0';
}

char *
str_detach(struct str *s)
{
	char *p = s->cap ? s->p : xstrdup("");

	s->cap = 0;
	str_done(s);
	return p;
}

/* Makes room for n more bytes, or marks the string full. */
static bool
room(struct str *s, size_t n)
{
	if (s->full || n > s->max || s->n > s->max - n) {
		s->full = true;
		return false;
	}
	if (s->n + n + 1 > s->cap) {
		size_t cap = s->cap * 2 > s->n + n + 1 ? s->cap * 2 : s->n + n + 1;
		if (cap < 64)
			cap = 64;
		s->p = xreallocarray(s->cap ? s->p : NULL, cap, 1);
		s->cap = cap;
	}
	return true;
}

void
str_addn(struct str *s, const char *text, size_t n)
{
	if (!room(s, n))
		return;
	if (n)
		memcpy(s->p + s->n, text, n);
	s->n += n;
	s->p[s->n] = '\0';
}

void
str_add(struct str *s, const char *text)
{
	str_addn(s, text, strlen(text));
}

void
str_addc(struct str *s, char c)
{
	str_addn(s, &c, 1);
}

void
str_vaddf(struct str *s, const char *fmt, va_list ap)
{
	size_t had = s->cap ? s->cap - s->n : 0;
	va_list again;

	/* Mostly it fits; to know beforehand would be to do it twice. */
	va_copy(again, ap);
	int n = vsnprintf(had ? s->p + s->n : NULL, had, fmt, again);
	va_end(again);
	if (n < 0 || !room(s, (size_t)n)) {
		if (had)
			s->p[s->n] = '\0';
		return;
	}
	if ((size_t)n >= had)
		vsnprintf(s->p + s->n, (size_t)n + 1, fmt, ap);
	s->n += (size_t)n;
}

void
str_addf(struct str *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(s, fmt, ap);
	va_end(ap);
}

void
str_trim(struct str *s)
{
	while (s->n && isspace((unsigned char)s->p[s->n - 1]))
		s->p[--s->n] = '\0';
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n >= k && memcmp(s + n - k, suffix, k) == 0;
}

bool
str_eq(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

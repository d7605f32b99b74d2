#include "ext/json_scan.h"

#include "json_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64
/* jansson takes about 40 bytes for each. */
#define VALUES_MAX 4000000

static const char text_of_infinity[] = "1.7976931348623157e308";
static const char text_of_nan[] = "1.7976931348623155e308";
static const char text_of_largest[] = "1.7976931348623153e308";

void
json_scan_done(struct json_scan *s)
{
	str_done(&s->out);
	vec_done(&s->shifts);
}

static int
fail_at(const struct json_scan *s, const char *at, struct err *err, const char *what)
{
	size_t line = 1, column = 1;

	for (const char *p = s->start; p < at; p++) {
		column = *p == '\n' ? 1 : column + 1;
		line += *p == '\n';
	}
	return err_set(err, ERR_USAGE, "%zu:%zu: %s", line, column, what);
}

/* The escape at p ("\u...." or shorter): copied, or replaced by the equally long \ufffd when it is
 * half of a surrogate pair or a NUL, which C strings cannot hold. */
static void
scan_escape(struct json_scan *s)
{
	const char *p = s->p, *end = s->end;
	int unit = end - p > 2 && p[1] == 'u' ? json_hex4(p + 2, end) : -1;

	if (unit < 0) {
		size_t n = end - p < 2 ? (size_t)(end - p) : 2;
		str_addn(&s->out, p, n);
		s->p += n;
		return;
	}
	if (unit >= 0xd800 && unit < 0xdc00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u') {
		int low = json_hex4(p + 8, end);
		if (low >= 0xdc00 && low < 0xe000) {
			str_addn(&s->out, p, 12);
			s->p += 12;
			return;
		}
	}
	if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
		str_add(&s->out, "\\ufffd");
	else
		str_addn(&s->out, p, 6);
	s->p += 6;
}

static void
scan_string(struct json_scan *s)
{
	str_addc(&s->out, *s->p++);
	while (s->p < s->end) {
		const char *from = s->p;

		while (s->p < s->end && *s->p != '"' && *s->p != '\\')
			s->p++;
		str_addn(&s->out, from, (size_t)(s->p - from));
		if (s->p == s->end)
			return;
		if (*s->p == '"') {
			str_addc(&s->out, *s->p++);
			return;
		}
		scan_escape(s);
	}
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether the n bytes at p are a number as JSON spells them; *ret_whole when without point and
 * exponent. */
static bool
is_number_text(const char *p, size_t n, bool *ret_whole)
{
	const char *end = p + n;

	p += p < end && *p == '-';
	if (p == end || !is_digit(*p))
		return false;
	if (*p++ == '0' && p < end && is_digit(*p))
		return false;
	while (p < end && is_digit(*p))
		p++;
	*ret_whole = p == end;
	if (p < end && *p == '.') {
		if (++p == end || !is_digit(*p))
			return false;
		while (p < end && is_digit(*p))
			p++;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		if (p == end || !is_digit(*p))
			return false;
		while (p < end && is_digit(*p))
			p++;
	}
	return p == end;
}

/* What to write instead of the number at p, or NULL to keep it. */
static const char *
replacement(const char *p, size_t n, bool negative, bool *ret_as_real)
{
	bool whole = false;
	const char *body = p + negative;
	size_t k = n - negative;

	if (k == 3 && memcmp(body, "NaN", 3) == 0)
		return text_of_nan;
	if (k == 8 && memcmp(body, "Infinity", 8) == 0)
		return text_of_infinity;
	if (!is_number_text(p, n, &whole))
		return NULL;
	*ret_as_real = negative && k == 1 && *body == '0'; /* an int64 has no -0 */
	/* Only these can be out of the range of an int64 or a double. */
	if (whole && k < 19)
		return NULL;
	if (!whole && k < 300 && !memchr(p, 'e', n) && !memchr(p, 'E', n))
		return NULL;
	scoped_free char *text = xstrndup(p, n);
	double v = fabs(strtod(text, NULL));
	if (isinf(v))
		return text_of_infinity;
	if (v >= JSON_AS_NAN)
		return text_of_largest;
	*ret_as_real = whole;
	return NULL;
}

static void
scan_word(struct json_scan *s)
{
	const char *from = s->p;
	bool as_real = false;

	while (s->p < s->end && is_word(*s->p))
		s->p++;
	size_t n = (size_t)(s->p - from);
	const char *other = replacement(from, n, *from == '-', &as_real);
	if (!other && !as_real) {
		str_addn(&s->out, from, n);
		return;
	}
	if (!other) {
		str_addn(&s->out, from, n);
		str_add(&s->out, "e0");
	} else {
		if (*from == '-')
			str_addc(&s->out, '-');
		str_add(&s->out, other);
	}
	vec_add(&s->shifts,
		(struct json_shift){.at_out = s->out.n, .at_in = (size_t)(s->p - s->start)});
}

static int
scan_bracket_or_other(struct json_scan *s, struct err *err)
{
	char c = *s->p;

	if (!c) /* jansson takes it for the end of the text */
		return fail_at(s, s->p, err, "NUL byte");
	if ((c == '[' || c == '{') && ++s->depth > DEPTH_MAX)
		return fail_at(s, s->p, err, "nested deeper than 64 levels");
	if (c == ']' || c == '}')
		s->depth--;
	if ((c == ',' || c == '[' || c == '{') && ++s->values > VALUES_MAX)
		return fail_at(s, s->p, err, "more than 4000000 values");
	str_addc(&s->out, c);
	s->p++;
	return 0;
}

int
json_scan_text(struct json_scan *s, const char *text, size_t n, struct err *err)
{
	*s = (struct json_scan){.start = text, .p = text, .end = text + n};
	/* A replacement is at most 19 bytes longer than what it stands for. */
	str_init(&s->out, n * 12 + 32);
	while (s->p < s->end) {
		if (*s->p == '"')
			scan_string(s);
		else if (is_word(*s->p))
			scan_word(s);
		else if (scan_bracket_or_other(s, err) < 0)
			return -1;
	}
	return 0;
}

int
json_scan_fail(const struct json_scan *s, size_t at, const char *what, struct err *err)
{
	struct json_shift near = {0, 0};
	size_t n = (size_t)(s->end - s->start);

	for (size_t i = 0; i < s->shifts.n && s->shifts.v[i].at_out <= at; i++)
		near = s->shifts.v[i];
	size_t in = near.at_in + (at - near.at_out);
	return fail_at(s, s->start + (in < n ? in : n), err, what);
}

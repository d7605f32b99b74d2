#include "base/escape.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

size_t
utf8_decode(const char *text, size_t n, unsigned *ret)
{
	const unsigned char *p = (const unsigned char *)text;
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (n == 0 || len == 0 || len > n || p[0] > 0xf4)
		return 0;
	unsigned c = len == 1 ? p[0] : p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return len;
}

static bool
is_hazardous(unsigned c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Bytes from the start that are printable ASCII, as nearly all are. */
static size_t
ascii_length(const char *text, size_t n)
{
	size_t i = 0;

	while (i < n && text[i] >= ' ' && text[i] <= '~')
		i++;
	return i;
}

void
escape_terminal(struct str *out, const char *text, size_t n)
{
	size_t plain = ascii_length(text, n);

	str_addn(out, text, plain);
	for (size_t i = plain; i < n;) {
		unsigned c = 0;
		size_t len = utf8_decode(text + i, n - i, &c);

		if (len == 0)
			str_addf(out, "\\x%02x", (unsigned char)text[i]);
		else if (is_hazardous(c))
			str_addf(out, c < 0x80 ? "\\x%02x" : "\\u{%04x}", c);
		else
			str_addn(out, text + i, len);
		i += len ? len : 1;
	}
}

void
escape_text(struct str *out, const char *text)
{
	escape_terminal(out, text, strlen(text));
}

/* Bytes that JSON takes as they are. Nearly all are, and one by one they would cost ten times as
 * much: reports are megabytes. */
static size_t
plain_length(const char *text)
{
	size_t n = 0;

	while (text[n] >= ' ' && text[n] <= '~' && text[n] != '"' && text[n] != '\\')
		n++;
	return n;
}

void
escape_json(struct str *out, const char *text)
{
	size_t n = strlen(text);

	str_addc(out, '"');
	for (size_t i = 0; i < n;) {
		unsigned c = 0;
		size_t plain = plain_length(text + i);

		str_addn(out, text + i, plain);
		i += plain;
		if (i == n)
			break;
		size_t len = utf8_decode(text + i, n - i, &c);
		if (len == 0)
			str_add(out, "\\ufffd");
		else if (c == '"' || c == '\\')
			str_addn(out, (const char[]){'\\', (char)c}, 2);
		else if (is_hazardous(c))
			str_addf(out, "\\u%04x", c);
		else
			str_addn(out, text + i, len);
		i += len ? len : 1;
	}
	str_addc(out, '"');
}

static void
add_ascii(struct str *out, unsigned c)
{
	static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
	const char *known = c < 0x80 ? memchr(from, (int)c, sizeof(from) - 1) : NULL;

	if (known)
		str_addn(out, (const char[]){'\\', to[known - from]}, 2);
	else if (c > 0xffff)
		str_addf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
			0xdc00 + ((c - 0x10000) & 0x3ff));
	else
		str_addf(out, "\\u%04x", c);
}

void
escape_json_ascii(struct str *out, const char *text)
{
	size_t n = strlen(text);

	str_addc(out, '"');
	for (size_t i = 0; i < n;) {
		unsigned c = 0xfffd;
		size_t plain = plain_length(text + i);

		str_addn(out, text + i, plain);
		i += plain;
		if (i == n)
			break;
		size_t len = utf8_decode(text + i, n - i, &c);
		add_ascii(out, len ? c : 0xfffd);
		i += len ? len : 1;
	}
	str_addc(out, '"');
}

/* After the apostrophes that it may have already. */
static bool
is_formula(const char *text)
{
	static const char *const wide[] = {"\uff1d", "\uff0b", "\uff0d", "\uff20"};

	text += strspn(text, "'");
	for (size_t i = 0; i < ARRAY_LEN(wide); i++)
		if (str_starts(text, wide[i]))
			return true;
	return *text && strchr("=+-@\t\r\n", *text);
}

void
escape_csv(struct str *out, const char *text)
{
	bool formula = is_formula(text);
	bool quote = formula || strpbrk(text, ",\"\r\n");

	if (quote)
		str_addc(out, '"');
	if (formula)
		str_addc(out, '\'');
	for (const char *p = text; *p; p++) {
		if (*p == '"')
			str_addc(out, '"');
		str_addc(out, *p);
	}
	if (quote)
		str_addc(out, '"');
}

void
escape_xml(struct str *out, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n;) {
		unsigned c = 0;
		size_t len = utf8_decode(text + i, n - i, &c);
		bool line = c == '\t' || c == '\n' || c == '\r';

		if (len == 0 || (c < 0x20 && !line) || c == 0xfffe || c == 0xffff)
			str_add(out, "\ufffd");
		else if (is_hazardous(c) || strchr("&<>\"'", (int)(c < 0x80 ? c : 'x')))
			str_addf(out, "&#%u;", c);
		else
			str_addn(out, text + i, len);
		i += len ? len : 1;
	}
}

/* Runners skip what is blank to them before a command, and that is more than is blank to us. */
void
escape_commands(struct str *out, const char *text)
{
	bool begun = false; /* a letter or digit stands before this in its line */

	for (const char *p = text; *p; p++) {
		if (!begun && str_starts(p, "::")) {
			str_add(out, "\\x3a");
			begun = true;
		} else if (str_starts(p, "##[")) {
			str_add(out, "#\\x23");
			p++;
		} else {
			str_addc(out, *p);
		}
		begun = *p != '\n' && (begun || isalnum((unsigned char)*p));
	}
}

void
escape_markdown(struct str *out, const char *text)
{
	struct str safe = STR_INIT;

	escape_terminal(&safe, text, strlen(text));
	for (const char *p = safe.p; *p; p++) {
		/* The last two are what addresses are made links by. */
		if (strchr("\\`*_[]<>|#~&@", *p) || str_starts(p, "://") ||
			(*p == '.' && p - safe.p >= 3 && strncasecmp(p - 3, "www", 3) == 0))
			str_addf(out, "&#%d;", *p);
		else
			str_addc(out, *p);
	}
	str_done(&safe);
}

void
escape_html(struct str *out, const char *text)
{
	struct str safe = STR_INIT;

	escape_terminal(&safe, text, strlen(text));
	for (const char *p = safe.p; *p; p++) {
		if (strchr("<>&\"'", *p))
			str_addf(out, "&#%d;", *p);
		else
			str_addc(out, *p);
	}
	str_done(&safe);
}

void
escape_base64(struct str *out, const void *data, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = data;

	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		unsigned v = (unsigned)p[i] << 16 | (left > 1 ? (unsigned)p[i + 1] << 8 : 0) |
			     (left > 2 ? p[i + 2] : 0);
		char four[4] = {digits[v >> 18], digits[v >> 12 & 63],
			left > 1 ? digits[v >> 6 & 63] : '=', left > 2 ? digits[v & 63] : '='};

		str_addn(out, four, sizeof(four));
	}
}

int
text_width(const char *text)
{
	size_t n = strlen(text), plain = ascii_length(text, n);
	int columns = (int)plain;

	for (size_t i = plain; i < n;) {
		unsigned c = 0;
		size_t len = utf8_decode(text + i, n - i, &c);
		int w = len ? wcwidth((wchar_t)c) : 1;

		columns += w < 0 ? 1 : w;
		i += len ? len : 1;
	}
	return columns;
}

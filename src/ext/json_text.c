#include "json_text.h"

#include "base/escape.h"

#include <string.h>

int
json_hex4(const char *p, const char *end)
{
	int v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *d = p[i] ? strchr(digits, p[i] | 0x20) : NULL;

		if (!d)
			return -1;
		v = v * 16 + (int)(d - digits);
	}
	return v;
}

static void
add_code_point(struct str *out, unsigned c)
{
	if (c < 0x80) {
		str_addc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		str_addc(out, (char)(0xc0 | (c >> 6)));
	} else if (c < 0x10000) {
		str_addc(out, (char)(0xe0 | (c >> 12)));
		str_addc(out, (char)(0x80 | ((c >> 6) & 0x3f)));
	} else {
		str_addc(out, (char)(0xf0 | (c >> 18)));
		str_addc(out, (char)(0x80 | ((c >> 12) & 0x3f)));
		str_addc(out, (char)(0x80 | ((c >> 6) & 0x3f)));
	}
	str_addc(out, (char)(0x80 | (c & 0x3f)));
}

/* Behind "\u": its length, or 0 when it is none. */
static size_t
add_unicode(struct str *out, const char *p, const char *end)
{
	int unit = json_hex4(p, end);

	if (unit < 0)
		return 0;
	if (unit >= 0xd800 && unit < 0xdc00 && end - p >= 10 && p[4] == '\\' && p[5] == 'u') {
		int low = json_hex4(p + 6, end);

		if (low >= 0xdc00 && low < 0xe000) {
			add_code_point(out, 0x10000 + (((unsigned)unit - 0xd800) << 10) +
						    ((unsigned)low - 0xdc00));
			return 10;
		}
	}
	add_code_point(
		out, unit == 0 || (unit >= 0xd800 && unit < 0xe000) ? 0xfffd : (unsigned)unit);
	return 4;
}

bool
json_unescape(struct str *out, const char *p, size_t n)
{
	static const char names[] = "\"\\/bfnrt", stands[] = "\"\\/\b\f\n\r\t";
	const char *end = p + n;

	while (p < end) {
		const char *plain = p;

		while (p < end && *p != '\\')
			p++;
		str_addn(out, plain, (size_t)(p - plain));
		if (p == end)
			break;
		const char *known = p[1] ? strchr(names, p[1]) : NULL;
		size_t used = p[1] == 'u' ? add_unicode(out, p + 2, end) : 0;
		if (known)
			str_addc(out, stands[known - names]);
		else if (!used)
			return false;
		p += 2 + used;
	}
	return true;
}

bool
json_is_utf8(const char *p, size_t n)
{
	unsigned c;

	for (size_t len; n; p += len, n -= len)
		if ((unsigned char)*p < 0x80)
			len = 1;
		else if (!(len = utf8_decode(p, n, &c)))
			return false;
	return true;
}

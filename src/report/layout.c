/* Fitting escaped text into columns. */
#include "report_priv.h"

#include "base/escape.h"

#include <string.h>

/* Combining characters take no column: a name made of them must not fill the screen anyway. */
#define BYTES_PER_COLUMN 8

struct glyph {
	size_t bytes;
	int columns;
};

static struct glyph
glyph_at(const char *p)
{
	char one[8] = "";
	unsigned c;
	size_t n = utf8_decode(p, strnlen(p, 4), &c);

	if (n == 0)
		n = 1;
	memcpy(one, p, n);
	return (struct glyph){n, text_width(one)};
}

/* Bytes of the longest beginning that fits. */
static size_t
head_bytes(const char *text, int width)
{
	size_t max = (size_t)width * BYTES_PER_COLUMN, n = 0;
	int columns = 0;

	while (text[n]) {
		struct glyph g = glyph_at(text + n);

		if (columns + g.columns > width || n + g.bytes > max)
			break;
		columns += g.columns;
		n += g.bytes;
	}
	return n;
}

/* Where the longest ending that fits begins. */
static const char *
tail_of(const char *text, int width)
{
	size_t n = strlen(text), from = n;
	int columns = 0;

	while (from > 0) {
		size_t k = from - 1;

		while (k > 0 && ((unsigned char)text[k] & 0xc0) == 0x80)
			k--;
		struct glyph g = glyph_at(text + k);
		if (columns + g.columns > width || n - k > (size_t)width * BYTES_PER_COLUMN)
			break;
		columns += g.columns;
		from = k;
	}
	return text + from;
}

void
layout_shorten(struct str *out, const char *text, int width, bool ascii)
{
	if (width < 1)
		return;
	if (strlen(text) <= (size_t)width * BYTES_PER_COLUMN && text_width(text) <= width) {
		str_add(out, text);
		return;
	}
	int dots = ascii ? 3 : 1;
	if (width <= dots + 1) {
		str_addn(out, text, head_bytes(text, width));
		return;
	}
	int head = (width - dots) / 2, tail = width - dots - head;
	str_addn(out, text, head_bytes(text, head));
	str_add(out, ascii ? "..." : "\u2026");
	str_add(out, tail_of(text, tail));
}

static void
new_line(struct str *out, int indent)
{
	str_addc(out, '\n');
	for (int i = 0; i < indent; i++)
		str_addc(out, ' ');
}

/* One word at column, cut hard where it is longer than a line: a path is never shortened. Returns
 * the column behind it. */
static int
put_word(struct str *out, const char *word, int column, int indent, int width)
{
	int columns = text_width(word);

	while (column + columns > width) {
		size_t n = head_bytes(word, width - column);

		if (n == 0)
			break;
		str_addn(out, word, n);
		word += n;
		new_line(out, indent);
		column = indent;
		columns = text_width(word);
	}
	str_add(out, word);
	return column + columns;
}

void
layout_wrap(struct str *out, const char *text, int column, int indent, int width)
{
	bool first = true;

	if (indent > width / 2)
		indent = 0;
	for (const char *p = text + strspn(text, " "); *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		scoped_free char *word = xstrndup(p, n);
		int columns = text_width(word) + !first;

		p += n;
		if (column > indent && column + columns > width) {
			new_line(out, indent);
			column = indent;
		} else if (!first) {
			str_addc(out, ' ');
			column++;
		}
		column = put_word(out, word, column, indent, width);
		first = false;
	}
	str_addc(out, '\n');
}

#include "ext/json_stream.h"

#include "base/escape.h"
#include "ext/json_number.h"
#include "json_text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define WINDOW ((size_t)256 << 10)

struct json_stream {
	int fd; /* -1: all of the text is in the window */
	char *window;
	size_t cap;
	const char *p, *end; /* what is left of the window */
	const char *start;   /* of a token that must stay in the window, or NULL */
	uint64_t lines;      /* that lie before the window */
	uint64_t column;     /* bytes of the window's first line that lie before it */
	bool owned;
	bool due;   /* a value starts at p */
	bool first; /* nothing was read of the innermost container */
	int depth;
	char closers[JSON_STREAM_DEPTH];
	struct str key, text;
	struct err err;
};

static struct json_stream *
new_stream(void)
{
	struct json_stream *js = xcalloc(1, sizeof(*js));

	js->fd = -1;
	js->due = true;
	str_init(&js->key, JSON_STREAM_TEXT);
	str_init(&js->text, JSON_STREAM_TEXT);
	return js;
}

int
json_stream_open(const char *path, struct json_stream **ret, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, ERR_USAGE, "cannot open '%.300s'", path);
	struct json_stream *js = new_stream();
	js->fd = fd;
	js->owned = true;
	js->cap = WINDOW;
	js->window = xmalloc(js->cap);
	js->p = js->end = js->window;
	*ret = js;
	return 0;
}

struct json_stream *
json_stream_of(const char *text, size_t n)
{
	struct json_stream *js = new_stream();

	js->p = text;
	js->end = text + n;
	js->window = (char *)(uintptr_t)text; /* never written to: fd is -1 */
	return js;
}

void
json_stream_close(struct json_stream *js)
{
	if (!js)
		return;
	if (js->fd >= 0)
		close(js->fd);
	if (js->owned)
		free(js->window);
	str_done(&js->key);
	str_done(&js->text);
	free(js);
}

static void
count_lines(struct json_stream *js, const char *to)
{
	const char *p = js->window;

	for (const char *nl; (nl = memchr(p, '\n', (size_t)(to - p))); p = nl + 1) {
		js->lines++;
		js->column = 0;
	}
	js->column += (uint64_t)(to - p);
}

bool
json_stream_failed(const struct json_stream *js)
{
	return js->err.kind != ERR_NONE;
}

static void
fail(struct json_stream *js, enum err_kind kind, const char *text)
{
	if (json_stream_failed(js))
		return;
	count_lines(js, js->p);
	err_set(&js->err, kind, "%llu:%llu: %s", (unsigned long long)js->lines + 1,
		(unsigned long long)js->column + 1, text);
	js->due = false;
	js->end = js->p;
}

void
json_stream_fail(struct json_stream *js, const char *fmt, ...)
{
	scoped(str) text = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	fail(js, ERR_USAGE, text.p);
}

/* More text behind what is left, which moves to the front of the window; false at the end. A token
 * that began at js->start stays whole, and p in its place in it. */
static bool
refill(struct json_stream *js)
{
	if (js->fd < 0 || json_stream_failed(js))
		return false;
	const char *keep = js->start ? js->start : js->p;
	size_t n = (size_t)(js->end - keep), at = (size_t)(js->p - keep);
	count_lines(js, keep);
	if (n == js->cap) {
		if (js->cap >= JSON_STREAM_TEXT) {
			fail(js, ERR_USAGE, "a text is longer than 64 MiB");
			return false;
		}
		char *larger = xmalloc(js->cap * 2);
		memcpy(larger, keep, n);
		free(js->window);
		js->window = larger;
		js->cap *= 2;
	} else {
		memmove(js->window, keep, n);
	}
	js->p = js->window + at;
	js->start = js->start ? js->window : NULL;
	js->end = js->window + n;
	ssize_t got;
	do
		got = read(js->fd, js->window + n, js->cap - n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		fail(js, ERR_RESOURCES, strerror(errno));
	js->end += got > 0 ? got : 0;
	return got > 0;
}

/* Behind the blanks at p: indented files are half of them. */
static const char *
skip_blanks(const char *p, const char *end)
{
	static const char eight[] = "        ";

	for (;;) {
		while (end - p >= 8 && memcmp(p, eight, 8) == 0)
			p += 8;
		if (p == end || !is_blank(*p))
			return p;
		p++;
	}
}

/* The next byte that is not white space, or -1 at the end. */
static int
peek(struct json_stream *js)
{
	if (js->p < js->end && !is_blank(*js->p))
		return (unsigned char)*js->p;
	do
		js->p = skip_blanks(js->p, js->end);
	while (js->p == js->end && refill(js));
	return js->p < js->end ? (unsigned char)*js->p : -1;
}

enum json_kind
json_kind(struct json_stream *js)
{
	int c = js->due ? peek(js) : -1;

	switch (c) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_TEXT;
	case 't':
		return JSON_TRUE;
	case 'f':
		return JSON_FALSE;
	case 'n':
		return JSON_NULL;
	case -1:
		return JSON_NONE;
	default:
		return JSON_NUMBER;
	}
}

/* The quoted text at p, which holds n bytes between its quotes; false when it does not end.
 * *ret_high: it holds bytes outside of ASCII. */
static bool
whole_text(struct json_stream *js, const char **ret, size_t *ret_n, bool *ret_plain, bool *ret_high)
{
	unsigned high = 0;

	js->start = js->p++;
	*ret_plain = true;
	for (;;) {
		const char *p = js->p, *end = js->end;

		for (; p < end && !is_special(*p); p++)
			high |= (unsigned char)*p;
		js->p = p;
		if (js->p == js->end || (*js->p == '\\' && js->end - js->p < 2)) {
			if (refill(js))
				continue;
			fail(js, ERR_USAGE, "the file ends inside a text");
			break;
		}
		if (*js->p == '"') {
			*ret = js->start + 1;
			*ret_n = (size_t)(js->p++ - *ret);
			*ret_high = high >= 0x80;
			js->start = NULL;
			return true;
		}
		if (*js->p != '\\') {
			fail(js, ERR_USAGE, "control character in a text");
			break;
		}
		*ret_plain = false;
		js->p += 2;
	}
	js->start = NULL;
	return false;
}

/* The text at p, replacing what out holds. */
static bool
read_text(struct json_stream *js, struct str *out)
{
	const char *text = NULL;
	size_t n = 0;
	bool plain = true, high = true;

	str_clear(out);
	if (!whole_text(js, &text, &n, &plain, &high))
		return false;
	if (high && !json_is_utf8(text, n)) {
		fail(js, ERR_USAGE, "a text is not UTF-8");
		return false;
	}
	if (plain)
		str_addn(out, text, n);
	else if (!json_unescape(out, text, n))
		fail(js, ERR_USAGE, "unknown escape in a text");
	return !json_stream_failed(js);
}

/* The number or word at p. */
static const char *
whole_word(struct json_stream *js, size_t *ret_n)
{
	js->start = js->p;
	do {
		while (js->p < js->end && is_word(*js->p))
			js->p++;
	} while (js->p == js->end && refill(js));
	const char *word = js->start;
	js->start = NULL;
	*ret_n = (size_t)(js->p - word);
	return word;
}

/* The words of JSON, of Python's leniency and of C++ streams (-NaN), as numbers where they are
 * some. */
static bool
is_known_word(const char *p, size_t n, double *ret)
{
	static const struct {
		const char *text;
		double value;
	} words[] = {{"true", NAN}, {"false", NAN}, {"null", NAN}, {"NaN", NAN}, {"-NaN", NAN},
		{"Infinity", INFINITY}, {"-Infinity", -INFINITY}};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		*ret = words[i].value;
		if (strlen(words[i].text) == n && memcmp(p, words[i].text, n) == 0)
			return true;
	}
	return false;
}

static double
read_number(struct json_stream *js)
{
	double seen;
	const char *behind = json_number_scan(js->p, js->end, &seen);

	/* Whole in the window, as nearly all are. */
	if (behind && behind < js->end && !is_word(*behind)) {
		js->p = behind;
		return seen;
	}
	size_t n;
	const char *p = whole_word(js, &n);
	double v = (double)NAN;

	if (json_number_read(p, n, &v) || is_known_word(p, n, &v))
		return v;
	js->p = p;
	bool mark = js->end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0;
	fail(js, ERR_USAGE,
		mark ? "a byte order mark, which JSON does not have"
		: n  ? "neither a number nor a word of JSON"
		     : "a value was expected");
	return v;
}

/* Over a text without looking into it. */
static void
skip_text(struct json_stream *js)
{
	js->p++;
	for (;;) {
		while (js->p < js->end && *js->p != '"' && *js->p != '\\')
			js->p++;
		if (js->p < js->end && *js->p == '"') {
			js->p++;
			return;
		}
		if (js->end - js->p >= 2) {
			js->p += 2;
		} else if (!refill(js)) {
			fail(js, ERR_USAGE, "the file ends inside a text");
			return;
		}
	}
}

/* Over an object or array, by its brackets alone. */
static void
skip_container(struct json_stream *js)
{
	int depth = 0;

	do {
		while (js->p < js->end && !is_bracket_or_quote(*js->p))
			js->p++;
		if (js->p == js->end) {
			if (refill(js))
				continue;
			fail(js, ERR_USAGE, "the file ends in the middle of a value");
			return;
		}
		if (*js->p == '"') {
			skip_text(js);
			continue;
		}
		depth += *js->p == '{' || *js->p == '[' ? 1 : -1;
		js->p++;
	} while (depth > 0 && !json_stream_failed(js));
}

void
json_skip(struct json_stream *js)
{
	enum json_kind kind = json_kind(js);

	js->due = false;
	if (kind == JSON_OBJECT || kind == JSON_ARRAY)
		skip_container(js);
	else if (kind == JSON_TEXT)
		skip_text(js);
	else if (kind != JSON_NONE)
		read_number(js);
	else
		fail(js, ERR_USAGE, "the file ends where a value was expected");
}

void
json_enter(struct json_stream *js)
{
	enum json_kind kind = json_kind(js);

	if (json_stream_failed(js))
		return;
	if (js->depth == JSON_STREAM_DEPTH) {
		fail(js, ERR_USAGE, "nested deeper than 64 levels");
		return;
	}
	if (kind == JSON_OBJECT || kind == JSON_ARRAY) {
		js->closers[js->depth++] = kind == JSON_OBJECT ? '}' : ']';
		js->p++;
	} else {
		json_skip(js);
		js->closers[js->depth++] = '\0'; /* a container of nothing */
	}
	js->due = false;
	js->first = true;
}

/* A short key without escapes that lies in the window whole, as nearly all are. */
static bool
read_plain_key(struct json_stream *js)
{
	const char *from = js->p + 1, *p = from;

	while (p < js->end && !is_special(*p) && (unsigned char)*p < 0x80)
		p++;
	size_t n = (size_t)(p - from);
	if (js->end - p < 2 || *p != '"' || p[1] != ':' || n + 1 > js->key.cap)
		return false;
	memcpy(js->key.p, from, n);
	js->key.p[n] = '\0';
	js->key.n = n;
	js->p = p + 2;
	return true;
}

static void
read_key(struct json_stream *js)
{
	if (peek(js) == '"' && read_plain_key(js))
		return;
	if (peek(js) != '"') {
		fail(js, ERR_USAGE, "a key in quotes was expected");
		return;
	}
	if (!read_text(js, &js->key))
		return;
	if (peek(js) == ':')
		js->p++;
	else
		fail(js, ERR_USAGE, "':' was expected after a key");
}

bool
json_next(struct json_stream *js)
{
	if (json_stream_failed(js))
		return false;
	if (js->due)
		json_skip(js);
	char closer = js->closers[js->depth - 1];
	int c = closer ? peek(js) : 0;
	bool first = js->first;
	js->first = false;
	if (c == closer) {
		js->depth--;
		js->p += closer != '\0';
		return false;
	}
	if (c < 0) {
		fail(js, ERR_USAGE, "the file ends in the middle of a value");
	} else if (!first) {
		if (c != ',')
			fail(js, ERR_USAGE,
				closer == '}' ? "',' or '}' was expected"
					      : "',' or ']' was expected");
		else
			js->p++;
	}
	str_clear(&js->key);
	if (!json_stream_failed(js) && closer == '}')
		read_key(js);
	js->due = !json_stream_failed(js);
	return js->due;
}

const char *
json_key(const struct json_stream *js)
{
	return js->key.p;
}

bool
json_key_is(const struct json_stream *js, const char *key)
{
	return strcmp(js->key.p, key) == 0;
}

double
json_take_number(struct json_stream *js)
{
	if (json_kind(js) == JSON_NUMBER || json_kind(js) == JSON_NULL) {
		js->due = false;
		return read_number(js);
	}
	json_skip(js);
	return (double)NAN;
}

bool
json_take_true(struct json_stream *js)
{
	bool yes = json_kind(js) == JSON_TRUE;

	json_skip(js);
	return yes && !json_stream_failed(js);
}

char *
json_take_text(struct json_stream *js, struct arena *arena)
{
	if (json_kind(js) != JSON_TEXT) {
		json_skip(js);
		return NULL;
	}
	js->due = false;
	return read_text(js, &js->text) ? arena_strndup(arena, js->text.p, js->text.n) : NULL;
}

void
json_take_raw(struct json_stream *js, struct str *out)
{
	enum json_kind kind = json_kind(js);
	const char *text;
	size_t n, turns = 0;
	bool plain, high;

	if (kind == JSON_OBJECT || kind == JSON_ARRAY) {
		char closer = kind == JSON_OBJECT ? '}' : ']';
		str_addc(out, kind == JSON_OBJECT ? '{' : '[');
		for (json_enter(js); json_next(js);) {
			str_add(out, turns++ ? "," : "");
			if (closer == '}') {
				escape_json(out, js->key.p);
				str_addc(out, ':');
			}
			json_take_raw(js, out);
		}
		str_addc(out, closer);
		return;
	}
	js->due = false;
	if (kind == JSON_TEXT) {
		if (whole_text(js, &text, &n, &plain, &high)) {
			str_addc(out, '"');
			str_addn(out, text, n);
			str_addc(out, '"');
		}
		return;
	}
	if (kind == JSON_NONE)
		return;
	text = whole_word(js, &n);
	double number;
	if (is_known_word(text, n, &number) || json_number_read(text, n, &number))
		str_addn(out, text, n);
	else
		json_stream_fail(js, "neither a number nor a word of JSON");
}

int
json_stream_end(struct json_stream *js, struct err *err)
{
	if (js->due)
		json_skip(js);
	if (!json_stream_failed(js) && peek(js) >= 0)
		fail(js, ERR_USAGE, "text after the end of the document");
	if (!json_stream_failed(js))
		return 0;
	*err = js->err;
	return -1;
}

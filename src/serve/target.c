#include "serve/target.h"

#include "base/escape.h"
#include "base/vec.h"

#include <string.h>

#define NAME_MAX_LENGTH 32

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* "/" or "/word/word": no word is empty or begins with a dot. */
static bool
is_path(const char *path, size_t n)
{
	if (n == 0 || path[0] != '/')
		return false;
	for (size_t i = 1; i < n; i++) {
		bool first = path[i - 1] == '/';

		if (first && (path[i] == '/' || path[i] == '.'))
			return false;
		if (path[i] != '/' && !is_word_char(path[i]))
			return false;
	}
	return n == 1 || path[n - 1] != '/';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* n bytes, decoded; NULL when they are no text. */
static const char *
decode(const char *text, size_t n, struct arena *arena)
{
	char *value = arena_alloc(arena, n + 1, 1);
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (c == '%') {
			int high = i + 2 < n ? hex_digit(text[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(text[i + 2]) : -1;

			if (low < 0)
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		value[len++] = c;
	}
	for (size_t i = 0; i < len;) {
		unsigned code = 0;
		size_t step = utf8_decode(value + i, len - i, &code);

		if (step == 0 || code < 0x20 || (code >= 0x7f && code <= 0x9f))
			return NULL;
		i += step;
	}
	return value;
}

static bool
is_name(const char *text, size_t n)
{
	if (n == 0 || n > NAME_MAX_LENGTH)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(text[i] >= 'a' && text[i] <= 'z') && text[i] != '_')
			return false;
	return true;
}

static int
parse_param(
	const char *text, size_t n, struct arena *arena, struct target_param *ret, struct err *err)
{
	const char *sign = memchr(text, '=', n);
	size_t name = sign ? (size_t)(sign - text) : 0;

	if (!is_name(text, name))
		return err_set(err, ERR_USAGE,
			"the query is not made of parts such as limit=20, joined by &");
	ret->name = arena_strndup(arena, text, name);
	ret->value = decode(sign + 1, n - name - 1, arena);
	if (!ret->value)
		return err_set(err, ERR_USAGE,
			"the value of '%s' is no text: percent signs must be followed by two "
			"hexadecimal digits, and all together be UTF-8 without control characters",
			ret->name);
	return 0;
}

static int
parse_query(const char *query, struct arena *arena, struct target *ret, struct err *err)
{
	struct target_param *params = arena_alloc(arena, TARGET_PARAMS_MAX, sizeof(*params));

	ret->params = params;
	for (;;) {
		size_t n = strcspn(query, "&");

		if (ret->n_params == TARGET_PARAMS_MAX)
			return err_set(err, ERR_USAGE, "the query has more than %d parts",
				TARGET_PARAMS_MAX);
		if (parse_param(query, n, arena, &params[ret->n_params], err) < 0)
			return -1;
		ret->n_params++;
		query += n;
		if (!*query)
			return 0;
		query++;
	}
}

int
target_parse(const char *text, struct arena *arena, struct target *ret, struct err *err)
{
	size_t n = strcspn(text, "?");
	struct target target = {0};

	if (strlen(text) > TARGET_MAX)
		return err_set(err, ERR_USAGE, "the address is longer than %d bytes", TARGET_MAX);
	if (!is_path(text, n))
		return err_set(err, ERR_USAGE, "no page has such an address");
	target.path = arena_strndup(arena, text, n);
	if (text[n] && text[n + 1] && parse_query(text + n + 1, arena, &target, err) < 0)
		return -1;
	*ret = target;
	return 0;
}

const char *
target_param(const struct target *target, const char *name)
{
	for (size_t i = 0; i < target->n_params; i++)
		if (strcmp(target->params[i].name, name) == 0)
			return target->params[i].value;
	return NULL;
}

/* Digits up to the next slash; NULL when it is no number. */
static const char *
read_number(const char *p, int64_t *ret)
{
	const char *start = p;
	int64_t v = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (v > (INT64_MAX - 9) / 10)
			return NULL;
		v = v * 10 + (*p - '0');
	}
	if (p == start || (*start == '0' && p > start + 1) || (*p && *p != '/'))
		return NULL;
	*ret = v;
	return p;
}

bool
target_match(const char *pattern, const char *path, int64_t ret[TARGET_NUMBERS_MAX])
{
	size_t n = 0;

	while (*pattern) {
		if (*pattern == ':') {
			path = n < TARGET_NUMBERS_MAX ? read_number(path, &ret[n]) : NULL;
			n++;
			if (!path)
				return false;
		} else if (*path++ != *pattern) {
			return false;
		}
		pattern++;
	}
	return !*path;
}

void
target_encode(struct str *out, const char *text)
{
	for (; *text; text++) {
		if (is_word_char(*text) || (*text >= 'A' && *text <= 'Z') || *text == ':')
			str_addc(out, *text);
		else
			str_addf(out, "%%%02X", (unsigned char)*text);
	}
}

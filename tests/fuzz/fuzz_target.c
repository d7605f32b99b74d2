/* Any bytes as what a request says: a first line as the target, a second as the host, a third as
 * the cookies, a fourth as the authorization. Never a crash; what is accepted keeps the promises of
 * the headers, and nobody gets in without the secret. */
#include "serve/guard.h"
#include "serve/target.h"

#include "base/escape.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define SECRET "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct guard guard = {.port = 8321, .token = SECRET, .cookie = SECRET};

static void
check_path(const char *path)
{
	assert(path[0] == '/');
	for (const char *p = path; *p; p++) {
		assert(strchr("abcdefghijklmnopqrstuvwxyz0123456789-_./", *p));
		if (*p == '/')
			assert(p[1] != '/' && p[1] != '.');
	}
}

static void
check_value(const char *value)
{
	size_t n = strlen(value);

	for (size_t i = 0; i < n;) {
		unsigned c = 0;
		size_t len = utf8_decode(value + i, n - i, &c);

		assert(len && c >= 0x20 && c != 0x7f);
		i += len;
	}
}

/* What was understood, written out, is understood the same. */
static void
check_again(const struct target *target, struct arena *arena)
{
	scoped(str) text = STR_INIT;
	struct target again;
	struct err err = ERR_INIT;

	str_add(&text, target->path);
	for (size_t i = 0; i < target->n_params; i++) {
		str_addf(&text, "%c%s=", i ? '&' : '?', target->params[i].name);
		target_encode(&text, target->params[i].value);
	}
	if (text.n > TARGET_MAX)
		return;
	int r = target_parse(text.p, arena, &again, &err);
	assert(r == 0 && again.n_params == target->n_params);
	(void)r;
	for (size_t i = 0; i < again.n_params; i++) {
		assert(strcmp(again.params[i].name, target->params[i].name) == 0);
		assert(strcmp(again.params[i].value, target->params[i].value) == 0);
	}
}

static void
check_target(const char *text)
{
	struct arena arena = ARENA_INIT;
	struct target target;
	struct err err = ERR_INIT;
	int64_t numbers[TARGET_NUMBERS_MAX] = {0};

	if (target_parse(text, &arena, &target, &err) < 0) {
		assert(err.kind == ERR_USAGE && err.text[0]);
	} else {
		check_path(target.path);
		for (size_t i = 0; i < target.n_params; i++)
			check_value(target.params[i].value);
		if (target_match("/sweep/:/bench/:", target.path, numbers))
			assert(numbers[0] >= 0 && numbers[1] >= 0);
		check_again(&target, &arena);
	}
	arena_done(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	scoped_free char *text = xstrndup((const char *)data, n);
	char *lines[4] = {text, NULL, NULL, NULL};

	for (size_t i = 1; i < ARRAY_LEN(lines) && lines[i - 1]; i++) {
		char *end = strchr(lines[i - 1], '\n');

		if (end) {
			*end = '\0';
			lines[i] = end + 1;
		}
	}
	check_target(lines[0]);
	if (lines[1] && guard_host(&guard, lines[1])) {
		assert(strlen(lines[1]) < 20 && strstr(lines[1], ":8321"));
		(void)guard_origin(lines[0], lines[2], lines[1]);
	}
	if (guard_knows(&guard, lines[3], lines[2]))
		assert((lines[2] && strstr(lines[2], SECRET)) ||
			(lines[3] && strstr(lines[3], SECRET)));
	return 0;
}

#include "cli/carry_tokens.h"
#include "cli/detect.h"

#include "base/str.h"
#include "sys/fs.h"

#include <ctype.h>
#include <string.h>

#define READ_MAX ((size_t)1 << 20)

/* Requirements are compared by name alone, in which - and _ are the same. */
static bool
is_package(const char *requirement, const char *name)
{
	size_t i = 0;

	for (; name[i]; i++) {
		char c = (char)tolower((unsigned char)requirement[i]);
		if ((c == '_' || c == '.' ? '-' : c) != name[i])
			return false;
	}
	return !isalnum((unsigned char)requirement[i]) &&
	       (!requirement[i] || !strchr("-_.", requirement[i]));
}

/* What is called after benchmarks or tests was made for them. */
static int
rank(const char *name)
{
	static const char *const good[] = {"bench", "perf", "regress", "test", "dev"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (str_starts(name, good[i]))
			return (int)i;
	return (int)ARRAY_LEN(good);
}

/* [dependency-groups] as "dependency-groups". */
static void
take_section(const struct carry_tokens *tokens, size_t from, size_t end, struct str *section)
{
	str_clear(section);
	for (size_t i = from + 1; i + 1 < end; i++)
		str_add(section, tokens->list.v[i].text);
}

static void
take_list(const struct carry_tokens *tokens, size_t from, size_t end, const char *wanted,
	struct arena *arena, const char **best)
{
	scoped(str) name = STR_INIT;
	size_t i = from;

	for (; i < end && !carry_token_is(&tokens->list.v[i], TOKEN_OP, "="); i++)
		str_add(&name, tokens->list.v[i].text);
	for (; i < end; i++) {
		const struct carry_token *t = &tokens->list.v[i];

		if (t->kind == TOKEN_STRING && is_package(t->text, wanted) &&
			(!*best || rank(name.p) < rank(*best)))
			*best = arena_strdup(arena, name.p);
	}
}

int
detect_python(const char *root, const char *wanted, struct arena *arena, struct detected *ret,
	struct err *err)
{
	static const char *const files[] = {"pyproject.toml", "setup.py", "setup.cfg"};
	scoped_free char *path = path_join(root, files[0]);
	scoped(str) text = STR_INIT, section = STR_INIT;
	scoped(carry_tokens) tokens = {0};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		scoped_free char *file = path_join(root, files[i]);
		ret->python = ret->python || fs_exists(file);
	}
	if (!fs_exists(path))
		return 0;
	if (fs_read(path, READ_MAX, &text, err) < 0)
		return -1;
	carry_tokenize(text.p, arena, &tokens);
	for (size_t i = 0, end; i < tokens.list.n; i = end + 1) {
		for (end = i; tokens.list.v[end].kind != TOKEN_END; end++)
			;
		if (carry_token_is(&tokens.list.v[i], TOKEN_OP, "["))
			take_section(&tokens, i, end, &section);
		else if (strcmp(section.p, "dependency-groups") == 0)
			take_list(&tokens, i, end, wanted, arena, &ret->group);
		else if (strcmp(section.p, "project.optional-dependencies") == 0)
			take_list(&tokens, i, end, wanted, arena, &ret->extra);
	}
	return 0;
}

#include "core/revspec.h"

#include "base/str.h"
#include "base/suggest.h"

#include <stdbool.h>
#include <string.h>

/* What may stand before the first colon. Order does not matter. */
static const struct kind {
	const char *name;
	enum revspec_kind kind;
	bool later; /* promised by the manual, not by this version */
} kinds[] = {
	{"merge-base", REVSPEC_MERGE_BASE, false},
	{"dir", REVSPEC_DIR, false},
	{"prefix", REVSPEC_PREFIX, false},
	{"tags", REVSPEC_GIT, true},
	{"last", REVSPEC_GIT, true},
	{"every", REVSPEC_GIT, true},
	{"archive", REVSPEC_GIT, true},
	{"version", REVSPEC_GIT, true},
};

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LABEL_BYTES LETTERS "0123456789._+-"

static int
refuse(const char *text, const char *why, struct err *err)
{
	return err_set(err, ERR_SOURCE, "'%.200s' cannot name a revision: %s", text, why);
}

/* What no kind of revspec may hold: it would end up in terminals, logs and command lines. */
static int
check_bytes(const char *text, struct err *err)
{
	size_t n = strnlen(text, REVSPEC_TEXT_MAX + 1);

	if (n == 0)
		return refuse(text, "it is empty", err);
	if (n > REVSPEC_TEXT_MAX)
		return err_set(err, ERR_SOURCE,
			"'%.60s...' cannot name a revision: it is longer than %d bytes", text,
			REVSPEC_TEXT_MAX);
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == '\x7f')
			return refuse(text, "it holds a control character", err);
	if (text[0] == '-')
		return refuse(text, "it begins with a dash", err);
	return 0;
}

/* The length of "LABEL" in "LABEL=REVSPEC", 0 when there is no label. Paths and kinds hold a slash
 * or a colon before their first '=', so a label's bytes tell them apart; a branch called "a=b" is
 * written "heads/a=b". Two dots make it a range, not a label. */
static size_t
label_length(const char *text)
{
	size_t n = strspn(text, LABEL_BYTES);

	if (text[n] != '=')
		return 0;
	for (size_t i = 0; i + 1 < n; i++)
		if (text[i] == '.' && text[i + 1] == '.')
			return 0;
	return n;
}

/* The first `what` outside "{...}": braces hold dates, regular expressions and the like. */
static const char *
find_outside_braces(const char *text, const char *what)
{
	size_t n = strlen(what);
	int depth = 0;

	for (const char *p = text; *p; p++) {
		if (*p == '{')
			depth++;
		else if (*p == '}' && depth > 0)
			depth--;
		else if (depth == 0 && strncmp(p, what, n) == 0)
			return p;
	}
	return NULL;
}

/* One side of a range or the whole of a git revspec. Only what git could never take for a commit is
 * refused; whether it names one is for the repository to say. */
static int
check_name(const char *name, const char *text, struct err *err)
{
	size_t n = strlen(name);

	if (n == 0)
		return err_set(err, ERR_USAGE, "'%.200s' lacks a revision name", text);
	if (name[0] == '-')
		return refuse(text, "a name begins with a dash", err);
	if (strchr(name, ' '))
		return refuse(text, "it holds a space", err);
	if (name[0] == '/' || name[n - 1] == '/' || strstr(name, "//"))
		return refuse(text, "a slash begins or ends a name", err);
	if (find_outside_braces(name, "..") || name[0] == '.' || name[0] == '^')
		return err_set(err, ERR_USAGE,
			"'%.200s' is not a revision (write one name, A..B or A...B)", text);
	if (find_outside_braces(name, ":") || strstr(name, "{/"))
		return err_set(err, ERR_USAGE,
			"'%.200s' names a file or a message, not a revision (give a commit, branch "
			"or tag)",
			text);
	for (const char *p = "?*[\\"; *p; p++) {
		const char one[2] = {*p, '\0'};

		if (find_outside_braces(name, one))
			return err_set(err, ERR_SOURCE,
				"'%.200s' cannot name a revision: it holds '%s' (patterns are not "
				"names)",
				text, one);
	}
	return 0;
}

static bool
is_patched(const char *text)
{
	return strchr(text, '+') && (str_ends(text, ".patch") || str_ends(text, ".diff"));
}

static int
parse_range(const char *text, const char *dots, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	bool symmetric = dots[2] == '.';
	const char *a = arena_strndup(arena, text, (size_t)(dots - text));
	const char *b = dots + (symmetric ? 3 : 2);

	if (!*a && !*b)
		return err_set(err, ERR_USAGE, "'%.200s' lacks revision names: write A..B", text);
	/* git's meaning of a missing side */
	a = *a ? a : "HEAD";
	b = *b ? arena_strdup(arena, b) : "HEAD";
	if (check_name(a, text, err) < 0 || check_name(b, text, err) < 0)
		return -1;
	ret->kind = symmetric ? REVSPEC_SYMMETRIC : REVSPEC_RANGE;
	ret->a = a;
	ret->b = b;
	return 0;
}

static int
parse_merge_base(const char *names, const char *text, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	const char *comma = strchr(names, ',');

	if (!comma || strchr(comma + 1, ','))
		return err_set(
			err, ERR_USAGE, "'%.200s' is not a merge base: write merge-base:A,B", text);
	const char *a = arena_strndup(arena, names, (size_t)(comma - names));
	const char *b = arena_strdup(arena, comma + 1);
	if (check_name(a, text, err) < 0 || check_name(b, text, err) < 0)
		return -1;
	ret->kind = REVSPEC_MERGE_BASE;
	ret->a = a;
	ret->b = b;
	return 0;
}

static int
unknown_kind(const char *name, const char *text, struct err *err)
{
	const char *known[ARRAY_LEN(kinds)];

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		known[i] = kinds[i].name;
	const char *near = suggest(name, known, ARRAY_LEN(known));
	if (near)
		return err_set(err, ERR_USAGE,
			"unknown kind of revision '%.60s:' (did you mean '%s:'?)", name, near);
	return err_set(err, ERR_USAGE,
		"'%.200s' is not a revision: '%.60s:' is no kind of one, and a file in a commit "
		"cannot be measured",
		text, name);
}

/* "KIND:REST" */
static int
parse_kind(const char *text, size_t name_length, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	const char *name = arena_strndup(arena, text, name_length);
	const char *rest = text + name_length + 1;
	const struct kind *kind = NULL;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			kind = &kinds[i];
	if (!kind)
		return unknown_kind(name, text, err);
	if (kind->later)
		return err_set(err, ERR_USAGE,
			"'%.200s': revisions of the kind '%s:' are not supported yet", text, name);
	if (kind->kind == REVSPEC_MERGE_BASE)
		return parse_merge_base(rest, text, arena, ret, err);
	if (!*rest)
		return err_set(err, ERR_USAGE, "'%s' lacks a path: write %s:PATH", text, name);
	ret->kind = kind->kind;
	ret->a = arena_strdup(arena, rest);
	return 0;
}

static int
parse_git(const char *text, struct arena *arena, struct revspec *ret, struct err *err)
{
	const char *dots = find_outside_braces(text, "..");

	if (is_patched(text))
		return err_set(err, ERR_USAGE,
			"'%.200s': a revision with a patch (REV+file.patch) is not supported yet",
			text);
	if (dots)
		return parse_range(text, dots, arena, ret, err);
	if (check_name(text, text, err) < 0)
		return -1;
	ret->kind = REVSPEC_GIT;
	ret->a = arena_strdup(arena, text);
	return 0;
}

int
revspec_parse(const char *text, struct arena *arena, struct revspec *ret, struct err *err)
{
	struct revspec spec = {0};
	int r;

	if (check_bytes(text, err) < 0)
		return -1;
	size_t n = label_length(text);
	if (text[0] == '=')
		return err_set(err, ERR_USAGE, "'%.200s' lacks the label before '='", text);
	if (n) {
		spec.label = arena_strndup(arena, text, n);
		text += n + 1;
		if (!*text)
			return err_set(err, ERR_USAGE, "'%s=' lacks a revision after the label",
				spec.label);
		if (text[0] == '-')
			return refuse(text, "it begins with a dash", err);
	}
	spec.text = arena_strdup(arena, text);
	size_t name = strspn(text, LETTERS "-");
	if (strcmp(text, "worktree") == 0) {
		spec.kind = REVSPEC_WORKTREE;
		r = 0;
	} else if (name && text[name] == ':') {
		r = parse_kind(text, name, arena, &spec, err);
	} else {
		r = parse_git(text, arena, &spec, err);
	}
	if (r == 0)
		*ret = spec;
	return r;
}

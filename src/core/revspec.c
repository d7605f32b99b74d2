#include "revspec_priv.h"

#include "base/parse.h"
#include "base/str.h"
#include "base/suggest.h"

#include <stdbool.h>
#include <string.h>

#define LABEL_BYTES REVSPEC_LETTERS "0123456789._+-"

static int
refuse(const char *text, const char *why, struct err *err)
{
	return err_set(err, ERR_SOURCE, "'%.200s' cannot name a revision: %s", text, why);
}

int
revspec_check_bytes(const char *text, struct err *err)
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

/* Paths and kinds hold a slash
 * or a colon before their first '=', so a label's bytes tell them apart; a branch called "a=b" is
 * written "heads/a=b". Two dots make it a range, not a label. */
size_t
revspec_label_length(const char *text)
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
parse_patched(const char *text, struct arena *arena, struct revspec *ret, struct err *err)
{
	const char *plus = strrchr(text, '+');
	const char *name = arena_strndup(arena, text, (size_t)(plus - text));

	if (is_patched(name))
		return err_set(err, ERR_USAGE,
			"'%.200s': a revision takes one patch; put both into one file", text);
	if (check_name(name, text, err) < 0)
		return -1;
	ret->kind = REVSPEC_PATCH;
	ret->a = name;
	ret->b = arena_strdup(arena, plus + 1);
	return 0;
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

/* ---- archives ---- */

#define HOLE "{version}"

static int
split_checksum(struct archive_parts *parts, const char *text, struct arena *arena, struct err *err)
{
	const char *hash = strrchr(parts->place, '#');
	bool url = strstr(parts->place, "://") != NULL;

	if (!hash || (!url && !str_starts(hash, "#sha")))
		return 0;
	if (!str_starts(hash, REVSPEC_SHA256))
		return err_set(err, ERR_USAGE,
			"'%.200s': what follows the '#' must be a checksum, " REVSPEC_SHA256
			"and 64 hexadecimal digits",
			text);
	char *hex = arena_strdup(arena, hash + strlen(REVSPEC_SHA256));
	if (strlen(hex) != 64 || strspn(hex, "0123456789abcdefABCDEF") != 64)
		return err_set(err, ERR_USAGE,
			"'%.200s' has no whole checksum: " REVSPEC_SHA256
			" is followed by 64 hexadecimal digits",
			text);
	for (char *p = hex; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'F' ? *p - 'A' + 'a' : *p);
	parts->sha256 = hex;
	parts->place = arena_strndup(arena, parts->place, (size_t)(hash - parts->place));
	return 0;
}

int
revspec_split_archive(const char *rest, const char *text, struct arena *arena,
	struct archive_parts *ret, struct err *err)
{
	struct archive_parts parts = {.place = rest};

	if (split_checksum(&parts, text, arena, err) < 0)
		return -1;
	if (!*parts.place)
		return err_set(err, ERR_USAGE,
			"'%.200s' lacks an archive: write archive:PATH or "
			"archive:URL" REVSPEC_SHA256 "HEX",
			text);
	if (strstr(parts.place, HOLE)) {
		const char *at = strrchr(parts.place, '@');

		if (!at || strstr(at, HOLE) || !at[1])
			return err_set(err, ERR_USAGE,
				"'%.200s' lacks the versions that " HOLE
				" stands for: write them behind it, as in @1.2,1.3",
				text);
		parts.versions = at + 1;
		parts.place = arena_strndup(arena, parts.place, (size_t)(at - parts.place));
	}
	*ret = parts;
	return 0;
}

int
revspec_check_version(const char *version, const char *text, struct err *err)
{
	size_t n = strlen(version);

	if (n && n <= 100 && strspn(version, LABEL_BYTES "~") == n && !strchr("-.", version[0]) &&
		!strstr(version, ".."))
		return 0;
	return err_set(err, ERR_USAGE,
		"'%.200s': '%.60s' is no version (letters, digits and . _ + - ~)", text, version);
}

/* The place with each HOLE filled. */
static const char *
fill_holes(const char *place, const char *version, struct arena *arena)
{
	scoped(str) out = STR_INIT;

	for (const char *p = place, *hole;; p = hole + strlen(HOLE)) {
		hole = strstr(p, HOLE);
		if (!hole) {
			str_add(&out, p);
			return arena_strdup(arena, out.p);
		}
		str_addn(&out, p, (size_t)(hole - p));
		str_add(&out, version);
	}
}

static int
parse_archive(const char *rest, const char *text, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	struct archive_parts parts;

	if (revspec_split_archive(rest, text, arena, &parts, err) < 0)
		return -1;
	if (parts.versions && strchr(parts.versions, ','))
		return err_set(err, ERR_USAGE,
			"'%.200s' names more than one revision where one is wanted", text);
	if (parts.versions && revspec_check_version(parts.versions, text, err) < 0)
		return -1;
	ret->kind = REVSPEC_ARCHIVE;
	ret->version = arena_strdup(arena, parts.versions);
	ret->a = ret->version ? fill_holes(parts.place, ret->version, arena)
			      : arena_strdup(arena, parts.place);
	ret->b = parts.sha256;
	return 0;
}

/* ---- releases ---- */

/* A registry would take "latest" or "^1.2", and answer with another release tomorrow. */
int
revspec_check_release(const char *version, const char *text, struct err *err)
{
	if (strchr("0123456789", version[version[0] == 'v']) && version[version[0] == 'v'])
		return revspec_check_version(version, text, err);
	return err_set(err, ERR_USAGE,
		"'%.200s': '%.60s' is no version of a release: write all of one, as in "
		"version:1.2.3",
		text, version);
}

static int
parse_release(const char *rest, const char *text, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	if (strchr(rest, ','))
		return err_set(err, ERR_USAGE,
			"'%.200s' names more than one revision where one is wanted", text);
	if (revspec_check_release(rest, text, err) < 0)
		return -1;
	ret->kind = REVSPEC_VERSION;
	ret->a = ret->version = arena_strdup(arena, rest);
	return 0;
}

static int
parse_dir(const char *path, const char *text, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	if (!*path)
		return err_set(err, ERR_USAGE, "'%s' lacks a path: write dir:PATH", text);
	ret->kind = REVSPEC_DIR;
	ret->a = arena_strdup(arena, path);
	return 0;
}

static int
parse_prefix(const char *path, const char *text, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	if (!*path)
		return err_set(err, ERR_USAGE, "'%s' lacks a path: write prefix:PATH", text);
	ret->kind = REVSPEC_PREFIX;
	ret->a = arena_strdup(arena, path);
	return 0;
}

static int
parse_tags(const char *glob, const char *text, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	if (!*glob)
		return err_set(err, ERR_USAGE, "'%s' lacks a pattern: write tags:GLOB", text);
	if (strchr(glob, ' '))
		return refuse(text, "no tag has a space in its name", err);
	ret->kind = REVSPEC_TAGS;
	ret->a = arena_strdup(arena, glob);
	return 0;
}

/* "N" or "N REST"; *ret_rest is "" without one. */
static int
parse_count(const char *text, const char *rest, struct arena *arena, unsigned *ret,
	const char **ret_rest, struct err *err)
{
	size_t n = strcspn(rest, " ");
	uint64_t count = 0;

	if (parse_u64(arena_strndup(arena, rest, n), REVSPEC_COUNT_MAX, &count, err) < 0 || !count)
		return err_set(err, ERR_USAGE, "'%.200s': '%.*s' is no number from 1 to %d", text,
			(int)(n < 60 ? n : 60), rest, REVSPEC_COUNT_MAX);
	*ret = (unsigned)count;
	*ret_rest = rest + n + strspn(rest + n, " ");
	return 0;
}

static int
parse_last(const char *rest, const char *text, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	const char *name = "";

	if (parse_count(text, rest, arena, &ret->count, &name, err) < 0)
		return -1;
	name = *name ? arena_strdup(arena, name) : "HEAD";
	if (check_name(name, text, err) < 0)
		return -1;
	ret->kind = REVSPEC_LAST;
	ret->a = name;
	return 0;
}

static int parse_any(const char *text, struct arena *arena, struct revspec *ret, struct err *err);

static int
parse_every(const char *rest, const char *text, struct arena *arena, struct revspec *ret,
	struct err *err)
{
	const char *series = "";
	unsigned every = 0;

	if (parse_count(text, rest, arena, &every, &series, err) < 0)
		return -1;
	if (!*series)
		return err_set(err, ERR_USAGE,
			"'%.200s' does not say of which revisions: write 'every:%u A..B', quoted "
			"as "
			"one word",
			text, every);
	if (str_starts(series, "every:"))
		return err_set(err, ERR_USAGE, "'%.200s' says every: twice", text);
	if (parse_any(series, arena, ret, err) < 0)
		return -1;
	if (!revspec_is_series(ret))
		return err_set(err, ERR_USAGE,
			"'%.200s': '%.200s' is one revision, and every: thins out a range, tags: "
			"or "
			"last:",
			text, series);
	ret->every = every;
	return 0;
}

/* What may stand before the first colon. Order does not matter. `text` is the whole and `rest` what
 * follows the colon. */
static const struct kind {
	const char *name;
	int (*parse)(const char *rest, const char *text, struct arena *arena, struct revspec *ret,
		struct err *err);
} kinds[] = {
	{"merge-base", parse_merge_base},
	{"dir", parse_dir},
	{"prefix", parse_prefix},
	{"tags", parse_tags},
	{"last", parse_last},
	{"every", parse_every},
	{"archive", parse_archive},
	{"version", parse_release},
};

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

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].parse(text + name_length + 1, text, arena, ret, err);
	return unknown_kind(name, text, err);
}

static int
parse_git(const char *text, struct arena *arena, struct revspec *ret, struct err *err)
{
	const char *dots = find_outside_braces(text, "..");

	if (is_patched(text))
		return parse_patched(text, arena, ret, err);
	if (dots)
		return parse_range(text, dots, arena, ret, err);
	if (check_name(text, text, err) < 0)
		return -1;
	ret->kind = REVSPEC_GIT;
	ret->a = arena_strdup(arena, text);
	return 0;
}

/* Everything but the label. */
static int
parse_any(const char *text, struct arena *arena, struct revspec *ret, struct err *err)
{
	size_t name = strspn(text, REVSPEC_LETTERS "-");

	if (strcmp(text, "worktree") == 0) {
		ret->kind = REVSPEC_WORKTREE;
		return 0;
	}
	if (name && text[name] == ':')
		return parse_kind(text, name, arena, ret, err);
	return parse_git(text, arena, ret, err);
}

int
revspec_parse(const char *text, struct arena *arena, struct revspec *ret, struct err *err)
{
	struct revspec spec = {0};

	if (revspec_check_bytes(text, err) < 0)
		return -1;
	size_t n = revspec_label_length(text);
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
	if (parse_any(spec.text, arena, &spec, err) < 0)
		return -1;
	*ret = spec;
	return 0;
}

bool
revspec_is_series(const struct revspec *spec)
{
	return spec->kind == REVSPEC_RANGE || spec->kind == REVSPEC_SYMMETRIC ||
	       spec->kind == REVSPEC_TAGS || spec->kind == REVSPEC_LAST;
}

const char *
revspec_kind_name(size_t i)
{
	return i < ARRAY_LEN(kinds) ? kinds[i].name : NULL;
}

/* Texts that stand for other texts: lists of versions, and names within the configured source. */
#include "revspec_priv.h"

#include "base/str.h"

#include <string.h>

/* "LABEL=" before[VERSION]after for each of the versions, "1.2,1.3". */
struct series {
	const char *label; /* NULL: none */
	const char *before, *versions, *after;
	int (*check)(const char *version, const char *text, struct err *err);
};

static int
expand_series(const char *text, const struct series *series, struct arena *arena,
	const char *const **ret, size_t *ret_n, struct err *err)
{
	const char *label = series->label;
	size_t n = 0, count = 1;

	for (const char *p = series->versions; *p; p++)
		count += *p == ',';
	const char **texts = arena_alloc(arena, count, sizeof(*texts));
	for (const char *p = series->versions; n < count; n++) {
		size_t k = strcspn(p, ",");
		const char *version = arena_strndup(arena, p, k);

		if (series->check(version, text, err) < 0)
			return -1;
		char *suffix = arena_strdup(arena, version);
		for (char *c = suffix; *c; c++)
			*c = (char)(*c == '~' ? '-' : *c); /* no label has one */
		texts[n] = arena_printf(arena, "%s%s%s%s%s%s%s", label ? label : "",
			label && count > 1 ? "-" : "", label && count > 1 ? suffix : "",
			label ? "=" : "", series->before, version, series->after);
		p += k + (p[k] == ',');
	}
	*ret = texts;
	*ret_n = count;
	return 0;
}

/* What names several archives; series->versions stays NULL when it is one. */
static int
archive_series(const char *text, const char *rest, struct arena *arena, struct series *series,
	struct err *err)
{
	struct archive_parts parts;

	if (revspec_split_archive(rest, text, arena, &parts, err) < 0)
		return -1;
	if (parts.sha256 && parts.versions && strchr(parts.versions, ','))
		return err_set(err, ERR_USAGE,
			"'%.200s' has one checksum for several archives: give each as a revision "
			"of its own, or pin them with --trust-first-use",
			text);
	series->before = arena_printf(arena, REVSPEC_ARCHIVE_KIND "%s@", parts.place);
	series->versions = parts.versions;
	series->check = revspec_check_version;
	if (parts.sha256)
		series->after = arena_printf(arena, REVSPEC_SHA256 "%s", parts.sha256);
	return 0;
}

int
revspec_expand(const char *text, struct arena *arena, const char *const **ret, size_t *ret_n,
	struct err *err)
{
	size_t n = revspec_label_length(text);
	const char *rest = n ? text + n + 1 : text;
	struct series series = {.label = n ? arena_strndup(arena, text, n) : NULL, .after = ""};
	bool archive = str_starts(rest, REVSPEC_ARCHIVE_KIND);

	if ((archive || str_starts(rest, REVSPEC_VERSION_KIND)) &&
		revspec_check_bytes(text, err) < 0)
		return -1;
	if (archive &&
		archive_series(text, rest + strlen(REVSPEC_ARCHIVE_KIND), arena, &series, err) < 0)
		return -1;
	if (str_starts(rest, REVSPEC_VERSION_KIND)) {
		series.before = REVSPEC_VERSION_KIND;
		series.versions = arena_strdup(arena, rest + strlen(REVSPEC_VERSION_KIND));
		series.check = revspec_check_release;
	}
	if (series.versions)
		return expand_series(text, &series, arena, ret, ret_n, err);
	const char **one = arena_alloc(arena, 1, sizeof(*one));
	one[0] = arena_strdup(arena, text);
	*ret = one;
	*ret_n = 1;
	return 0;
}

const char *
revspec_in_source(const char *text, const struct revspec_source *source, struct arena *arena)
{
	size_t n = revspec_label_length(text);
	const char *name = n ? text + n + 1 : text;
	size_t kind = strspn(name, REVSPEC_LETTERS "-");

	if ((!source->archive && !source->versions) || strcmp(name, "worktree") == 0 ||
		(kind && name[kind] == ':'))
		return text;
	const char *label = arena_strndup(arena, text, n ? n + 1 : 0);
	if (source->versions)
		return arena_printf(arena, "%s" REVSPEC_VERSION_KIND "%s", label, name);
	return arena_printf(arena, "%s" REVSPEC_ARCHIVE_KIND "%s@%s", label, source->archive, name);
}

#include "source/tags.h"

#include "base/str.h"
#include "base/vec.h"
#include "core/version.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define TAGS "refs/tags/"
#define NEAR 2 /* tags shown on either side of where a pattern would stand */

static int
by_version(const void *a, const void *b)
{
	return version_compare(*(const char *const *)a, *(const char *const *)b);
}

/* All tags in order. */
static int
list_tags(struct repo *repo, struct arena *arena, const char ***ret, size_t *ret_n, struct err *err)
{
	const char *const *refs = NULL;
	size_t n = 0, found = 0;

	if (repo_refs(repo, arena, &refs, &n, err) < 0)
		return -1;
	const char **names = arena_alloc(arena, n + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		if (str_starts(refs[i], TAGS))
			names[found++] = refs[i] + strlen(TAGS);
	qsort(names, found, sizeof(*names), by_version);
	*ret = names;
	*ret_n = found;
	return 0;
}

/* "the nearest are v8.1, v8.2": the neighbours of what the pattern says literally. */
static int
refuse_none(
	const char *glob, const char *const *names, size_t n, struct arena *arena, struct err *err)
{
	const char *literal = arena_strndup(arena, glob, strcspn(glob, "*?[\\"));
	scoped(str) list = STR_INIT;
	size_t after = 0;

	if (n == 0)
		return err_set(err, ERR_SOURCE,
			"'tags:%.200s' matches nothing: there are no tags here (git fetch --tags "
			"brings those of a remote)",
			glob);
	while (after < n && version_compare(names[after], literal) < 0)
		after++;
	for (size_t i = after > NEAR ? after - NEAR : 0; i < n && i < after + NEAR; i++)
		str_addf(&list, "%s%.60s", list.n ? ", " : "", names[i]);
	return err_set(
		err, ERR_SOURCE, "'tags:%.200s' matches no tag; the nearest are %s", glob, list.p);
}

int
tags_match(struct repo *repo, const char *glob, struct arena *arena, struct tag **ret,
	size_t *ret_n, struct err *err)
{
	const char **names = NULL;
	size_t n = 0, found = 0;

	if (list_tags(repo, arena, &names, &n, err) < 0)
		return -1;
	struct tag *tags = arena_alloc(arena, n + 1, sizeof(*tags));
	for (size_t i = 0; i < n; i++) {
		struct tag *tag = &tags[found];
		struct repo_id id;
		bool there = false;

		/* A name with brackets in it still means itself. */
		if (strcmp(glob, names[i]) != 0 && fnmatch(glob, names[i], 0) != 0)
			continue;
		tag->name = names[i];
		const char *ref = arena_printf(arena, TAGS "%s", names[i]);
		if (repo_find_ref(repo, ref, &there, &id, err) < 0)
			return err_wrap(err, "tag '%.200s'", names[i]);
		if (there && repo_peel(repo, &id, &tag->commit, &tag->id, err) < 0)
			return err_wrap(err, "tag '%.200s'", names[i]);
		found += there;
	}
	if (!found)
		return refuse_none(glob, names, n, arena, err);
	*ret = tags;
	*ret_n = found;
	return 0;
}

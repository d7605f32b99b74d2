/* Names that are too long for their column lose what tells least about them: the path in front. */
#include "report_priv.h"

#include "base/escape.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the path in front of the last part: "tests/test_a.py::" of
 * "tests/test_a.py::test_x[a/b]". Only names with "::" have one; in "sort/1024" the slash means
 * something else. */
static size_t
path_bytes(const char *name)
{
	size_t end = strcspn(name, "["), path = 0;

	for (size_t i = 0; i + 1 < end; i++)
		if (name[i] == ':' && name[i + 1] == ':')
			path = i + 2;
	return path;
}

/* Where the part of a path after the one at `from` begins. */
static size_t
next_part(const char *name, size_t from)
{
	for (from++; name[from]; from++)
		if (name[from - 1] == '/' || (from > 1 && memcmp(name + from - 2, "::", 2) == 0))
			break;
	return from;
}

/* Bytes of the path that all names begin with, whole parts only. */
static size_t
common_path(char *const *names, size_t n)
{
	size_t same = n ? path_bytes(names[0]) : 0, whole = 0;

	for (size_t i = 1; i < n; i++) {
		size_t k = 0, most = path_bytes(names[i]);

		while (k < same && k < most && names[i][k] == names[0][k])
			k++;
		same = k;
	}
	for (size_t at = 0; n && at <= same && at <= path_bytes(names[0]);
		at = next_part(names[0], at))
		whole = at;
	return whole;
}

static bool
ends_alike(char *const *names, size_t n, size_t self, const char *end)
{
	size_t k = strlen(end);

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		if (strcmp(names[i], names[self]) != 0 && len >= k &&
			strcmp(names[i] + len - k, end) == 0)
			return true;
	}
	return false;
}

/* Parts in front go as long as the rest is still no other name's end. */
static size_t
part_that_fits(char *const *names, size_t n, size_t self, size_t from, int width)
{
	const char *name = names[self];
	size_t path = path_bytes(name);

	while (from < path && text_width(name + from) > width) {
		size_t next = next_part(name, from);

		if (next > path || ends_alike(names, n, self, name + next))
			break;
		from = next;
	}
	return from;
}

char *
names_fit(char **names, size_t n, int width)
{
	size_t common = common_path(names, n);
	char *prefix = xstrndup(n ? names[0] : "", common);
	char **fit = xcalloc(n + 1, sizeof(*fit));

	for (size_t i = 0; i < n; i++)
		fit[i] = xstrdup(names[i] + part_that_fits(names, n, i, common, width));
	for (size_t i = 0; i < n; i++) {
		free(names[i]);
		names[i] = fit[i];
	}
	free(fit);
	return prefix;
}

/* Names that must not come out of somebody's tree: git itself would take a directory of such a name
 * for a repository, on this or on a more forgiving file system, and run what it configures. */
#include "source/tree.h"

#include "base/escape.h"
#include "base/str.h"

#include <string.h>
#include <strings.h>

/* Characters that HFS+ leaves out when it compares names (git's utf8.c, next_hfs_char). */
static bool
hfs_ignores(unsigned c)
{
	return (c >= 0x200c && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x206a && c <= 0x206f) || c == 0xfeff;
}

static bool
is_hfs_git(const char *name)
{
	char plain[6] = "";
	size_t n = 0, left = strlen(name);

	while (left) {
		unsigned c = 0;
		size_t k = utf8_decode(name, left, &c);

		if (!k)
			return false;
		name += k;
		left -= k;
		if (hfs_ignores(c))
			continue;
		if (c > 0x7f || n == sizeof(plain) - 1)
			return false;
		plain[n++] = (char)c;
	}
	return strcasecmp(plain, ".git") == 0;
}

/* NTFS drops spaces and dots at the end, takes what follows a colon for a stream, and knows .git by
 * its short name too. */
static bool
is_ntfs_git(const char *name)
{
	size_t n = strncasecmp(name, ".git", 4) == 0    ? 4
		   : strncasecmp(name, "git~1", 5) == 0 ? 5
							: 0;

	if (!n)
		return false;
	n += strspn(name + n, " .");
	return name[n] == '\0' || name[n] == ':';
}

const char *
tree_name_problem(const char *name)
{
	if (!*name)
		return "has an empty name in it";
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return "has a name that means another directory";
	if (strchr(name, '/'))
		return "has a slash inside a name";
	if (strchr(name, '\\'))
		return "has a backslash in its name, a separator elsewhere";
	if (strlen(name) > TREE_NAME_MAX)
		return "has a name longer than 255 bytes";
	if (is_ntfs_git(name) || is_hfs_git(name))
		return "is a spelling of .git";
	return NULL;
}

const char *
tree_path_problem(const char *path)
{
	char name[TREE_NAME_MAX + 2];
	size_t depth = 0;

	if (strlen(path) > TREE_PATH_MAX)
		return "has a path longer than 4000 bytes";
	for (const char *p = path;; depth++) {
		size_t n = strcspn(p, "/");
		size_t kept = n < sizeof(name) - 1 ? n : sizeof(name) - 1;

		memcpy(name, p, kept);
		name[kept] = '\0';
		const char *problem = tree_name_problem(name);
		if (problem)
			return problem;
		if (!p[n])
			break;
		p += n + 1;
	}
	return depth >= TREE_DEPTH_MAX ? "is nested deeper than 64 directories" : NULL;
}

#include "ext/git_user.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/fs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
names_path(const char *value, const char *real)
{
	const char *home = getenv("HOME");
	scoped_free char *expanded =
		str_starts(value, "~/") && home ? path_join(home, value + 2) : xstrdup(value);
	scoped_free char *entry = expanded[0] == '/' ? realpath(expanded, NULL) : NULL;

	return entry && str_eq(entry, real);
}

static bool
is_listed(const char *path, const char *const *safe, size_t n)
{
	scoped_free char *real = realpath(path, NULL);
	bool listed = false;

	for (size_t i = 0; i < n; i++) {
		if (!*safe[i])
			listed = false; /* an empty value forgets those before it */
		else if (strcmp(safe[i], "*") == 0 || names_path(safe[i], real))
			listed = true;
	}
	return listed;
}

int
git_user_trusts(const char *worktree, const char *gitdir, const char *const *safe, size_t n,
	struct err *err)
{
	const char *key = worktree ? worktree : gitdir; /* what safe.directory has to name */
	const char *foreign = key;
	struct stat st;

	if (is_listed(key, safe, n))
		return 0;
	if (lstat(key, &st) < 0)
		return err_sys(err, ERR_SOURCE, "cannot look at '%s'", key);
	if (st.st_uid == geteuid()) {
		foreign = gitdir;
		if (lstat(gitdir, &st) < 0)
			return err_sys(err, ERR_SOURCE, "cannot look at '%s'", gitdir);
	}
	size_t length = strlen(key);
	scoped_free char *shown =
		xstrndup(key, length > 1 && key[length - 1] == '/' ? length - 1 : length);
	return err_set(err, ERR_SOURCE,
		"'%.300s' belongs to user %lu, but you are user %lu; if you trust this repository, "
		"run: git config --global --add safe.directory '%.400s'",
		foreign, (unsigned long)st.st_uid, (unsigned long)geteuid(), shown);
}

char *
git_user_ignore_file(void)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (xdg && *xdg)
		return path_join(xdg, "git/ignore");
	return home && *home ? path_join(home, ".config/git/ignore") : NULL;
}

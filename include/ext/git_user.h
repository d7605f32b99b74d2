/* What of the user's own git configuration counts here, decided as git does. */
#ifndef EXT_GIT_USER_H
#define EXT_GIT_USER_H

#include "base/err.h"

#include <stddef.h>

/* Whether a repository that belongs to somebody else may be opened: libgit2 1.5 knows neither "*"
 * nor "~/" in safe.directory, and says nothing of use when it refuses. safe: the values in order.
 * worktree is NULL for a bare repository. The error names both users and the command that allows
 * it. */
int git_user_trusts(const char *worktree, const char *gitdir, const char *const *safe, size_t n,
	struct err *err);
/* Where git looks for ignore patterns of the user when core.excludesFile does not say; NULL when
 * there is no home. The caller frees. */
char *git_user_ignore_file(void);

#endif

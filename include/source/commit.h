/* From what people call a commit to the commit. The stages outside source/ do not need this. */
#ifndef SOURCE_COMMIT_H
#define SOURCE_COMMIT_H

#include "ext/git.h"

/* Texts live in the arena. A name that stands for several things is refused with the list of them,
 * an unknown one with a near name if there is one. */
int commit_find(struct repo *repo, const char *name, struct arena *arena, struct repo_commit *ret,
	struct err *err);
/* What to add to a sentence about a commit that is not there: " (this is a shallow clone; ...)", or
 * "". */
const char *commit_shallow_hint(const struct repo *repo);
/* The merge base of two names; that there is none is an error. */
int commit_merge_base(struct repo *repo, const char *a, const char *b, struct arena *arena,
	struct repo_commit *ret, struct err *err);
/* The name of the default branch as commit_find() takes it: where origin/HEAD points, or main, or
 * master; NULL when there is none of them. */
int commit_default_branch(
	struct repo *repo, struct arena *arena, const char **ret, struct err *err);

#endif

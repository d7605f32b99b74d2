/* Where revisions come from: a git repository read through libgit2 (never written, never by the git
 * program), directories, and prefixes that are built already. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "core/rev.h"

#include <stdbool.h>
#include <stddef.h>

struct source;

/* Opens the repository that holds `dir` (found upward). ERR_SOURCE: none there, foreign-owned, not
 * readable. A source without a repository (`source_open_none`) resolves dir: and prefix: only. */
int source_open(const char *dir, struct source **ret, struct err *err);
int source_open_none(const char *dir, struct source **ret);
void source_close(struct source *source);
/* Top of the working tree, absolute; NULL for a bare repository or none. */
const char *source_worktree(const struct source *source);

/* Pins a revspec. Texts live in the arena. Ambiguity lists the candidates, an unknown name suggests
 * near ones. RANGE and SYMMETRIC name more than one revision and are refused here (ERR_USAGE). */
int source_resolve(struct source *source, const struct revspec *spec, struct arena *arena,
	struct rev *ret, struct err *err);
/* What `compare` means by default: head is HEAD, or the worktree when it is dirty; base is the
 * merge base of HEAD with the default branch (origin/HEAD, main, master), or HEAD~1 when HEAD is on
 * it. */
int source_defaults(struct source *source, struct arena *arena, struct revspec *ret_base,
	struct revspec *ret_head, struct err *err);

/* Writes the files of a revision below dest, which must be an empty directory: all of them, or
 * those below the given paths (NULL-terminated; a path that the tree lacks is ERR_SOURCE). Refuses
 * (ERR_SOURCE, "unsafe tree") names like .git in all its spellings, "..", duplicates also by case
 * folding of .git only, and symbolic links that leave the tree. Modes are 0644 and 0755. Submodules
 * are left out. File times are the commit's date, so that equal trees build equally. */
int source_checkout(struct source *source, const struct rev *rev, const char *const *paths,
	const char *dest, struct err *err);
/* Whether the tree of a revision has this path (a recipe's `detect`). */
int source_has(
	struct source *source, const struct rev *rev, const char *path, bool *ret, struct err *err);

#endif

/* The commits that a bisect walks, and what it asks of single ones. Texts live in the arena. */
#ifndef SOURCE_PATH_H
#define SOURCE_PATH_H

#include "base/arena.h"
#include "base/err.h"
#include "core/rev.h"
#include "source/source.h"

#include <stdbool.h>
#include <stddef.h>

/* The path of a bisect. */
struct source_path {
	/* GOOD first, BAD last, along BAD's first parents; labels are unique, positions count from
	 * 0, and each revision is the first parent of the next. */
	struct rev *revs;
	size_t n; /* 2 to SOURCE_REVS_MAX */
	/* GOOD is not on that line: revs[0] is where BAD's line left GOOD's history, an ancestor of
	 * the GOOD that was given. It need not be as good as that. */
	bool moved;
};

/* From GOOD to BAD: the commits of GOOD..BAD along BAD's first parents, whatever their dates are,
 * with the first parent of the oldest of them in front. The ends keep the label or the text that
 * the user gave them, as long as it names that commit; all others are called by their short ids.
 *
 * ERR_USAGE: what is not a commit, the same commit twice, a BAD that is an ancestor of GOOD.
 * ERR_SOURCE: what cannot be found, no history in common (or none that BAD's first parents lead
 * to), a shallow clone that ends before the path does, more than SOURCE_REVS_MAX commits. */
int source_path(struct source *source, const struct revspec *good, const struct revspec *bad,
	struct arena *arena, struct source_path *ret, struct err *err);

/* The path into the branch that a merge brought: along the first parents of its second parent,
 * which is the last, from the commit where they left the history of its first parent: the merge
 * base of both, or an older one where the branch had merged the other side before. Of an octopus
 * merge only the second parent is looked at, not those that follow it. All are called by their
 * short ids; moved: revs[0] is not the first parent itself.
 *
 * *ret_any false, and ret untouched: `merge` is no merge or no commit at all, it merged what was
 * there already, or the branch has no commit in common with what it was merged into. Otherwise
 * ERR_SOURCE as above. */
int source_merged(struct source *source, const struct rev *merge, struct arena *arena,
	struct source_path *ret, bool *ret_any, struct err *err);

/* The paths of the files, links and submodules that a commit changes against its first parent, a
 * first commit against nothing, and REV+file.patch against what REV names now: each once, sorted
 * by their bytes, NULL-terminated; of a renamed file both paths. ERR_USAGE: the revision is no
 * commit. ERR_SOURCE: a shallow clone lacks the parent. */
int source_touched(struct source *source, const struct rev *rev, struct arena *arena,
	const char *const **ret, size_t *ret_n, struct err *err);

/* Whether a file (a path from the top of the tree) is what a pathspec names, lies below it, or
 * matches it as a glob, whose stars and question marks match slashes too. A leading "./" and
 * slashes at the end do not matter, "." is everything, and an empty pathspec nothing. */
bool source_path_matches(const char *file, const char *pathspec);

#endif

/* A git repository read through libgit2. Nothing here writes to it: no objects, no index, no
 * references, no checkout. Errors are ERR_SOURCE and carry libgit2's text.
 *
 * The user's own configuration (~/.gitconfig and the like) is read for two things only, once, when
 * a repository is opened: safe.directory, and the patterns of core.excludesFile. repo_open() is not
 * to be called from two threads at once, since libgit2's options belong to the process. */
#ifndef EXT_GIT_H
#define EXT_GIT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct repo;

struct repo_id {
	unsigned char raw[20];
};
#define REPO_ID_HEX 41 /* 40 digits and a NUL */

void repo_id_hex(const struct repo_id *id, char hex[REPO_ID_HEX]);
/* False unless text is 40 hexadecimal digits. */
bool repo_id_parse(const char *text, struct repo_id *ret);

/* Opens the repository that holds dir, which is looked for upward. One that belongs to another user
 * is refused with both user ids and the line that allows it, unless safe.directory allows it. */
int repo_open(const char *dir, struct repo **ret, struct err *err);
void repo_close(struct repo *repo);
/* Top of the working tree, absolute, without a final slash; NULL for a bare repository. */
const char *repo_worktree(const struct repo *repo);
bool repo_is_shallow(const struct repo *repo);

/* ---- names. What is not there is an answer (*ret_found false), not an error. ---- */

/* The object that a full reference name ("HEAD", "refs/heads/main") leads to. */
int repo_find_ref(
	struct repo *repo, const char *name, bool *ret_found, struct repo_id *ret, struct err *err);
/* What a symbolic reference says, whether or not that exists; NULL for any other name. */
int repo_ref_target(struct repo *repo, const char *name, struct arena *arena, const char **ret,
	struct err *err);
/* The full names of all references. */
int repo_refs(struct repo *repo, struct arena *arena, const char *const **ret, size_t *ret_n,
	struct err *err);

/* Every object whose id begins with these 4 to 40 hexadecimal digits, in no order; one that is
 * stored twice may come twice. */
int repo_find_prefix(struct repo *repo, const char *digits, struct arena *arena,
	struct repo_id **ret, size_t *ret_n, struct err *err);
/* Whether an object is a commit or an annotated tag. */
int repo_is_commitish(struct repo *repo, const struct repo_id *id, bool *ret, struct err *err);
/* git's whole revision grammar ("HEAD~3", "v1^{commit}", "main@{1}"). */
int repo_parse(
	struct repo *repo, const char *text, bool *ret_found, struct repo_id *ret, struct err *err);

struct repo_commit {
	struct repo_id id, tree;
	const char *subject; /* never NULL */
	const char *author;
	int64_t date; /* of the commit, seconds since 1970 */
	size_t parents;
};
/* The commit behind an id; annotated tags are followed. Texts live in the arena. */
int repo_commit(struct repo *repo, const struct repo_id *id, struct arena *arena,
	struct repo_commit *ret, struct err *err);
int repo_merge_base(struct repo *repo, const struct repo_id *a, const struct repo_id *b,
	bool *ret_found, struct repo_id *ret, struct err *err);

/* ---- history ---- */

struct repo_parents {
	int64_t date; /* of the commit */
	vec(struct repo_id) ids;
};
void repo_parents_done(struct repo_parents *parents);
/* The parents of a commit, in order; what ret holds is replaced. *ret_found false: there is no such
 * object. */
int repo_parents(struct repo *repo, const struct repo_id *commit, bool *ret_found,
	struct repo_parents *ret, struct err *err);
/* What an id leads to through annotated tags; *ret_found false when that is not a commit. */
int repo_peel(struct repo *repo, const struct repo_id *id, bool *ret_found, struct repo_id *ret,
	struct err *err);

/* The tree that a patch (as git diff and git format-patch write it, n bytes) makes of another. The
 * new tree and its files stay in memory: they can be read through this repo until it is closed. The
 * error names file and hunk. Not to be called while another thread reads. */
int repo_apply(struct repo *repo, const struct repo_id *tree, const char *patch, size_t n,
	struct repo_id *ret, struct err *err);

/* ---- objects; their ids are verified as they are read ---- */

struct repo_entry {
	const char *name;
	unsigned mode; /* as stored, whatever it is */
	struct repo_id id;
};
/* Calls visit for the entries of one tree in stored order; a visit that returns -1 ends it. */
int repo_tree(struct repo *repo, const struct repo_id *tree,
	int (*visit)(const struct repo_entry *, void *arg, struct err *), void *arg,
	struct err *err);
int repo_tree_has(struct repo *repo, const struct repo_id *tree, const char *path, bool *ret,
	struct err *err);
/* The paths of files, links and submodules that differ between two trees (before NULL: the empty
 * one) in bytes or mode, each once, sorted by their bytes and NULL-terminated; of a renamed file
 * both paths. Trees of repo_apply() will do. In the arena. */
int repo_changed(struct repo *repo, const struct repo_id *before, const struct repo_id *after,
	struct arena *arena, const char *const **ret, size_t *ret_n, struct err *err);
/* Bytes of a blob, without reading it. */
int repo_blob_size(struct repo *repo, const struct repo_id *blob, uint64_t *ret, struct err *err);

struct repo_blob {
	const char *data;
	size_t n;
	void *object;
};
int repo_blob(struct repo *repo, const struct repo_id *id, struct repo_blob *ret, struct err *err);
void repo_blob_done(struct repo_blob *blob);

/* ---- the working tree (not for bare repositories) ---- */

/* Whether a tracked file differs from HEAD, staged or not. Untracked files and submodules do not
 * count. */
int repo_is_dirty(struct repo *repo, bool *ret, struct err *err);
/* Calls visit for every tracked path (there or not) and every untracked file that is not ignored;
 * submodules are told apart. A path may come twice during a merge. */
int repo_files(struct repo *repo,
	int (*visit)(const char *path, bool submodule, void *arg, struct err *), void *arg,
	struct err *err);

#endif

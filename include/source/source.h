/* Where revisions come from: a git repository read through libgit2 (never written, never by the git
 * program), directories, archives, and prefixes that are built already. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "core/rev.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOCK_FILE_NAME "revsweep.lock"

struct source;

/* What archive: needs beside the archive. Texts must outlive the source. */
struct source_archives {
	const char *cache;     /* directory of downloads and unpacked archives; made when needed */
	const char *lock_file; /* LOCK_FILE_NAME beside the configuration (source/pins.h) */
	uint64_t download_max; /* bytes */
	bool allow_http;       /* not only https */
	bool trust_first_use;  /* a download without a checksum is pinned, not refused */
	/* Told once what takes a while ("waiting: ...", "unpacking ..."); may be NULL. */
	void (*say)(const char *what, void *arg);
	void *arg;
};

/* Opens the repository that holds `dir` (found upward). ERR_SOURCE: none there, foreign-owned, not
 * readable. A source without a repository (`source_open_none`) resolves dir:, prefix: and
 * archive: only. Relative paths start at `dir`. Not to be called from two threads at once. */
int source_open(const char *dir, struct source **ret, struct err *err);
int source_open_none(const char *dir, struct source **ret);
void source_close(struct source *source);
/* Without it, archives are refused. */
void source_use_archives(struct source *source, const struct source_archives *archives);
/* Top of the working tree, absolute; NULL for a bare repository or none. */
const char *source_worktree(const struct source *source);

/* Pins a revspec. Texts live in the arena. A worktree is its tracked and its untracked, not ignored
 * files; it and a dir: are pinned by a digest over paths, modes and bytes, a prefix: by one over
 * its path and the names, modes, sizes and times of its files, an archive by its SHA-256, which is
 * compared with the one given or pinned before anything else is done with it; it is unpacked in a
 * child with limits (ext/unpack.h), once, into the cache. Ambiguity lists the candidates, an
 * unknown name suggests near ones. RANGE and SYMMETRIC name more than one revision and are refused
 * here (ERR_USAGE). */
int source_resolve(struct source *source, const struct revspec *spec, struct arena *arena,
	struct rev *ret, struct err *err);
/* What `compare` means by default. head is the worktree when a tracked file differs from HEAD (what
 * is untracked does not count, as for `git describe --dirty`), otherwise HEAD. base is the merge
 * base of HEAD with the default branch (origin/HEAD, main, master); where that is HEAD itself, it
 * is HEAD for a worktree and HEAD~1 for HEAD. */
int source_defaults(struct source *source, struct arena *arena, struct revspec *ret_base,
	struct revspec *ret_head, struct err *err);

/* Writes the files of a revision below dest, which must be an empty directory: all of them, or
 * those below the given paths (NULL-terminated; a path that the tree lacks is ERR_SOURCE). First
 * the whole tree is checked and refused (ERR_SOURCE, "unsafe tree") for names like .git in all its
 * spellings, "..", backslashes, anything that is there twice, links that leave the tree, and more
 * than the limits of source/tree.h. Bytes are those of the object: no filter of .gitattributes is
 * applied. Modes are 0644 and 0755, submodules become empty directories. File times are the
 * commit's date, so that equal trees build equally, or the newest of an archive; 2000-01-01 where
 * there is none. A worktree
 * or dir: that changed since it was pinned is refused. A prefix: has no files to check out
 * (ERR_USAGE). */
int source_checkout(struct source *source, const struct rev *rev, const char *const *paths,
	const char *dest, struct err *err);
/* Whether the tree of a revision has this file or directory (a recipe's `detect`). */
int source_has(
	struct source *source, const struct rev *rev, const char *path, bool *ret, struct err *err);

#endif

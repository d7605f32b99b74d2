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

/* What version: needs beside the version. Texts must outlive the source. */
struct source_releases {
	const char *recipe;  /* name of the recipe that installs them */
	const char *package; /* as the registry calls it; NULL: the recipe knows */
};

/* Opens the repository that holds `dir` (found upward). ERR_SOURCE: none there, foreign-owned, not
 * readable. A source without a repository (`source_open_none`) resolves dir:, prefix:, archive:
 * and version: only. Relative paths start at `dir`. Not to be called from two threads at once. */
int source_open(const char *dir, struct source **ret, struct err *err);
int source_open_none(const char *dir, struct source **ret);
void source_close(struct source *source);
/* Without them, archives and versions are refused. */
void source_use_archives(struct source *source, const struct source_archives *archives);
void source_use_releases(struct source *source, const struct source_releases *releases);
/* Top of the working tree, absolute; NULL for a bare repository or none. */
const char *source_worktree(const struct source *source);

/* Pins a revspec. Texts live in the arena. A worktree is its tracked and its untracked, not ignored
 * files; it and a dir: are pinned by a digest over paths, modes and bytes, a prefix: by one over
 * its path and the names, modes, sizes and times of its files, an archive by its SHA-256, which is
 * compared with the one given or pinned before anything else is done with it; it is unpacked in a
 * child with limits (ext/unpack.h), once, into the cache. Ambiguity lists the candidates, an
 * unknown name suggests near ones. A patch is applied to the tree in memory; one that does not
 * apply is ERR_SOURCE with file and hunk. What names a series (revspec_is_series) is refused here
 * (ERR_USAGE). */
int source_resolve(struct source *source, const struct revspec *spec, struct arena *arena,
	struct rev *ret, struct err *err);

#define SOURCE_REVS_MAX 100000 /* revisions of one expansion */

struct expand_options {
	bool all_parents; /* ranges follow every parent of a merge, not the first only */
	void (*note)(const char *text, void *arg); /* what the user should know; may be NULL */
	void *arg;
};

/* Pins revspecs of which some name a series. The revisions of each stand in the order of history
 * (oldest first, parents before their children) or version, those of the first revspec before those
 * of the next:
 *
 *	A..B         what is reachable from B and not from A: B's first parents, or with all_parents
 *	             all of it, by date where history leaves the order open
 *	A...B        what A has and B lacks, then what B has and A lacks: two series, called A and B
 *	tags:GLOB    tags, by version_compare(), peeled; those of no commit are left out with a note
 *	last:N REF   the last N first parents that end at REF; fewer, with a note, if that is all
 *	every:N S    of each series of S the first, every Nth after it, and the last
 *
 * A label becomes the series of all of them; each is called by its tag or its short id. Labels are
 * unique afterwards. A revision that is named twice is there once, with a note, unless it is in two
 * series or has two labels of the user's. More than SOURCE_REVS_MAX, none at all and a history that
 * a shallow clone cuts off are ERR_SOURCE. Trees are not read. */
int source_expand(struct source *source, const struct revspec *specs, size_t n,
	const struct expand_options *options, struct arena *arena, struct rev **ret, size_t *ret_n,
	struct err *err);

/* Makes labels unique: "main" twice becomes "main" and "main@1a2b3c4d5e", three get a number. */
void source_label(struct rev *revs, size_t n, struct arena *arena);

/* The project where a revision has no files of its own, as a release has none: HEAD, or without a
 * repository the files in the source's directory. */
int source_project(struct source *source, struct arena *arena, struct rev *ret, struct err *err);
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
 * (ERR_USAGE), and a version: has no files. */
int source_checkout(struct source *source, const struct rev *rev, const char *const *paths,
	const char *dest, struct err *err);
/* Whether the tree of a revision has this file or directory (a recipe's `detect`). */
int source_has(
	struct source *source, const struct rev *rev, const char *path, bool *ret, struct err *err);

#endif

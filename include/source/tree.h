/* The files of a revision as a flat list, whatever they come from, checked as a whole before the
 * first of them is written. The stages outside source/ do not need this. */
#ifndef SOURCE_TREE_H
#define SOURCE_TREE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "ext/digest.h"
#include "ext/git.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREE_ENTRIES_MAX 200000 /* files, links and directories */
#define TREE_DEPTH_MAX 64
#define TREE_NAME_MAX 255  /* bytes */
#define TREE_PATH_MAX 4000 /* bytes, of a path and of the target of a link */
#define TREE_FILE_MAX ((uint64_t)1 << 30)
#define TREE_TOTAL_MAX ((uint64_t)4 << 30)

enum tree_type {
	TREE_FILE = 'f',
	TREE_PROGRAM = 'x', /* an executable file */
	TREE_LINK = 'l',
	TREE_DIR = 'd',       /* only needed for an empty one: others follow from the paths */
	TREE_SUBMODULE = 's', /* becomes an empty directory */
};

struct tree_file {
	const char *path; /* relative to the top */
	enum tree_type type;
	uint64_t size;
	const char *target;      /* of a link */
	struct repo_id id;       /* of the blob, when it comes from git's objects */
	char digest[DIGEST_HEX]; /* of the bytes, when it comes from the disk */
};

struct tree {
	vec(struct tree_file) files;
	size_t entries; /* directories count too */
	uint64_t bytes;
	struct arena arena;
};
void tree_done(struct tree *tree);

/* Why an entry of a directory must not have this name ("is a spelling of .git"), or NULL. */
const char *tree_name_problem(const char *name);
/* The same for each component of a relative path. */
const char *tree_path_problem(const char *path);

/* Counts one more entry of so many bytes towards the limits. */
int tree_count(struct tree *tree, const char *path, uint64_t size, struct err *err);
/* Sorts the files by the components of their paths and refuses (ERR_SOURCE, "unsafe tree") paths
 * that come twice, files that are directories as well, and links that leave the tree. */
int tree_check(struct tree *tree, struct err *err);

/* Lists: from git's objects; from the working tree (tracked, and untracked but not ignored); from a
 * directory, without anything called .git. The first checks as it goes; all are to be checked. */
int tree_of_commit(struct repo *repo, const struct repo_id *id, struct tree *ret, struct err *err);
int tree_of_worktree(struct repo *repo, struct tree *ret, struct err *err);
int tree_of_dir(const char *path, struct tree *ret, struct err *err);
/* Adds what is at root/path on disk. A directory becomes an entry of the type given, or none for 0;
 * what is not there is left out. */
int tree_add_disk(
	struct tree *tree, int root, const char *path, enum tree_type directory, struct err *err);

/* Digest over the sorted (path, type, bytes) of a tree whose files lie below root; notes the digest
 * of each file. */
int tree_digest(struct tree *tree, const char *root, char hex[DIGEST_HEX], struct err *err);
/* Digest over path and every file's name, mode, size and time below it, not over their bytes: a
 * prefix may hold gigabytes that nobody copies. It tells when something was installed anew. */
int tree_stat_digest(const char *path, char hex[DIGEST_HEX], struct err *err);
/* Copies the bytes of one file below root to fd; an error when they are not what tree_digest() saw.
 */
int tree_copy_file(int root, const struct tree_file *file, int fd, struct err *err);
/* Writes n bytes to fd. */
int tree_put(const struct tree_file *file, int fd, const char *data, size_t n, struct err *err);

/* Keeps what lies at or below the given paths (NULL-terminated; all when there is none); a path
 * that the tree lacks is an error. */
int tree_select(struct tree *tree, const char *const *paths, struct err *err);
/* Writes a checked tree into the empty directory dest. fill is called for the regular files, in
 * order, and puts the bytes of each into fd. All times become mtime. */
int tree_write(const struct tree *tree, const char *dest, int64_t mtime,
	int (*fill)(const struct tree_file *file, int fd, void *arg, struct err *err), void *arg,
	struct err *err);

#endif

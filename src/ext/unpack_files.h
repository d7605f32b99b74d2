/* Where unpack.c puts what it reads: every directory on the way is opened by its name relative to
 * the one before, nothing is followed and nothing is replaced. Symbolic links are made last, so
 * that there is none to write through. */
#ifndef UNPACK_FILES_H
#define UNPACK_FILES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

struct unpack_link {
	const char *path, *target;
	size_t entry;
};

struct unpack_files {
	int root;         /* the caller's */
	int dir;          /* the directory that was used last, -1: none */
	struct str path;  /* its path */
	size_t entry;     /* number of the entry, for messages; set by the caller */
	size_t dirs_made; /* also those that are only implied */
	vec(struct unpack_link) links;
	struct arena arena;
};

#define UNPACK_FILES_INIT(top)                                                                     \
	{                                                                                          \
		.root = (top), .dir = -1, .path = STR_INIT                                         \
	}
void unpack_files_done(struct unpack_files *files);

/* "unsafe archive: entry N 'PATH' WHY" */
int unpack_refuse(size_t entry, const char *path, const char *why, struct err *err);

/* Adds the path as it is meant ("./a//b/" is "a/b", "./" is "") to out, or says why it is none. */
const char *unpack_plain_path(const char *path, struct str *out);

/* Paths are plain ones from here on. A directory that is there already is fine. */
int unpack_dir(struct unpack_files *files, const char *path, struct err *err);
/* A new file, to be closed by the caller. */
int unpack_file(struct unpack_files *files, const char *path, bool executable, int *ret_fd,
	struct err *err);
/* A second name of a file that is there; its size. */
int unpack_hard_link(struct unpack_files *files, const char *path, const char *target,
	uint64_t *ret_size, struct err *err);
/* A link that is to be made; its target is checked. */
int unpack_note_link(
	struct unpack_files *files, const char *path, const char *target, struct err *err);
int unpack_make_links(struct unpack_files *files, struct err *err);

#endif

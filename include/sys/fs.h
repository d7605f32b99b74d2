/* Files. Everything is opened O_CLOEXEC; nothing follows a symbolic link it did not make. Messages
 * name the path. */
#ifndef SYS_FS_H
#define SYS_FS_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "a/b"; b alone when it is absolute. The caller frees. */
char *path_join(const char *a, const char *b);
/* Absolute and free of "." and "..", by text alone (links are not resolved). The caller frees. */
char *path_absolute(const char *path);
/* The last component; never modifies its argument, unlike libc's. */
const char *path_base(const char *path);
/* Everything before the last slash, "." when there is none. The caller frees. */
char *path_dir(const char *path);

bool fs_exists(const char *path);
bool fs_is_dir(const char *path);
bool fs_is_executable(const char *path);
/* The first of `name` in dir, its parent, and so on up to the root; NULL when there is none. */
char *fs_find_up(const char *dir, const char *name);
/* The path of a program as execvp would find it in a PATH text; NULL when there is none. */
char *fs_find_program(const char *name, const char *search_path);

/* Adds the whole file to out; more than max bytes is an error that names the limit. */
int fs_read(const char *path, size_t max, struct str *out, struct err *err);
/* The last max bytes of a file, for showing the end of a log. */
int fs_read_tail(const char *path, size_t max, struct str *out, struct err *err);
/* Temporary file beside it, fsync, rename, fsync of the directory: old or new, never between. */
int fs_write_atomic(const char *path, const void *data, size_t n, struct err *err);
/* The same with these permission bits (less the umask) instead of 0666. */
int fs_write_mode(const char *path, const void *data, size_t n, unsigned mode, struct err *err);
/* The same for a file that must not be there yet: *ret_there tells that it was, and nothing is
 * changed then. Two that try at once cannot both succeed. */
int fs_write_new(const char *path, const void *data, size_t n, bool *ret_there, struct err *err);
/* To the end of a file, which is made when it is not there; a pipe or a terminal takes it, too. */
int fs_append(const char *path, const void *data, size_t n, struct err *err);
/* For what the user named: fs_write_atomic(), but a pipe, a terminal or a device stays what it is
 * and takes the bytes. */
int fs_write_to(const char *path, const void *data, size_t n, struct err *err);
/* Whether that is going to work, long before it is tried: ERR_USAGE when the path is a directory,
 * or its directory is not there or not ours to write in. */
int fs_check_writable(const char *path, struct err *err);
int fs_mkdir_p(const char *path, unsigned mode, struct err *err);
/* Removes a tree without leaving it through links; a missing path is fine. Directories that were
 * made unwritable are made writable first. */
int fs_remove(const char *path, struct err *err);
int fs_fsync_dir(const char *path, struct err *err);
/* Makes all data of the path's file system durable (syncfs). */
int fs_sync(const char *path, struct err *err);
/* Copies a regular file with its permission bits. */
int fs_copy(const char *from, const char *to, struct err *err);
/* Whether it is there and can be read once only: a pipe, a terminal, a socket. */
bool fs_is_stream(const char *path);
/* Reads it to its end into a file without a name, whose path lasts as long as this process. The
 * caller frees the path. ERR_USAGE when it cannot be opened, ERR_RESOURCES when there is no room.
 */
int fs_spool(const char *path, char **ret_path, struct err *err);
/* A new private directory `prefixXXXXXX` (mode 0700). The caller frees the path. */
int fs_temp_dir(const char *prefix, char **ret_path, struct err *err);
/* When it was last written, in seconds since 1970; 0 when it is not there. */
int64_t fs_mtime(const char *path);
/* Bytes free for us on the file system of path. */
int fs_free_bytes(const char *path, uint64_t *ret, struct err *err);

/* Whether path lies on a file system that other machines share, where locks and fsync promise
 * little; its name ("nfs", "fuse.sshfs") goes to type. */
bool fs_is_remote(const char *path, char *type, size_t n);
/* The same for the f_type of statfs(2): "nfs", or NULL when it is local or cannot be told. */
const char *fs_remote_name(unsigned long magic);

struct fs_entry {
	const char *path; /* relative to the root of the walk */
	char type;        /* 'd' directory, 'f' file, 'l' link, '?' anything else */
	unsigned mode;
	uint64_t size;
	int64_t mtime_ns; /* when it was last written, since 1970 */
};
/* Calls visit for everything below root: the names of a directory in byte order, each directory
 * before its contents. A visit that returns -1 (with err set) ends the walk; one that returns 1 for
 * a directory leaves its contents out. */
int fs_walk(const char *root, int (*visit)(const struct fs_entry *, void *arg, struct err *),
	void *arg, struct err *err);

#endif

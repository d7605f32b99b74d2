/* Unpacking an archive that somebody else made, by libarchive under our own rules: tar (plain,
 * gzip, bzip2, xz, zstd) and zip. Meant to run in a child with limits (src/ext/unpack/main.c); see
 * source/archive.c for who starts it. */
#ifndef EXT_UNPACK_H
#define EXT_UNPACK_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define UNPACK_ENTRIES_MAX 200000 /* directories that are only implied count as well */
#define UNPACK_DEPTH_MAX 64
#define UNPACK_NAME_MAX 255  /* bytes */
#define UNPACK_PATH_MAX 4000 /* bytes, of a path and of the target of a link */
#define UNPACK_FILE_MAX ((uint64_t)1 << 30)
#define UNPACK_TOTAL_MAX ((uint64_t)2 << 30)
/* Past so many bytes an archive may not expand further than so many times. */
#define UNPACK_RATIO_FREE ((uint64_t)64 << 20)
#define UNPACK_RATIO_MAX 100 /* of what is source code, hardly anything reaches 20 */

struct unpacked {
	size_t entries;
	uint64_t bytes;
	int64_t newest; /* the latest time of a file between 1980 and 2100; 0: none */
};

/* Unpacks the archive at fd, a regular file, below the directory at dest, which is empty and stays
 * the caller's, as fd does. Files get mode 0644 or 0755, whatever else the archive says about them.
 *
 * ERR_SOURCE: "unsafe archive: entry 7 'NAME' WHY" for what is neither file, directory, symbolic
 * link that stays inside nor hard link to an earlier file; for absolute paths, "..", control
 * characters, backslashes and .git in names; for anything that is there twice or would replace, or
 * be written through, something else; and for more than the limits above. Other texts for archives
 * that are damaged, cut short or none. What was written by then is for the caller to remove. */
int unpack(int fd, int dest, struct unpacked *ret, struct err *err);

#endif

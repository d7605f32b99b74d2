/* Writing an archive (tar, compressed by zstd) of plain files, by libarchive; ext/unpack.h reads
 * it. */
#ifndef EXT_PACK_H
#define EXT_PACK_H

#include "base/err.h"

#include <stddef.h>

struct pack;

/* To fd, which stays the caller's. ERR_ENVIRONMENT where libarchive has no zstd. */
int pack_open(int fd, struct pack **ret, struct err *err);
int pack_add(struct pack *pack, const char *name, const void *data, size_t n, struct err *err);
/* Writes what is missing at the end, if all went well so far (ok), and frees. Takes NULL. */
int pack_close(struct pack *pack, int ok, struct err *err);

#endif

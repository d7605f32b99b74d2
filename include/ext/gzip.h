/* gzip by zlib. What is unpacked is checked, all of it: libarchive's own reader verifies neither
 * the checksum nor the length, so that a damaged archive would be taken for another one. */
#ifndef EXT_GZIP_H
#define EXT_GZIP_H

#include "base/err.h"
#include "base/str.h"

#include <stddef.h>

struct gunzip;

/* Reads fd from where it stands; the caller keeps it. */
struct gunzip *gunzip_new(int fd);
/* The next bytes, valid until the next call; *ret_n is 0 at the end. Members that follow each other
 * are one stream. ERR_SOURCE: damaged, cut short, or something else follows. */
int gunzip_read(struct gunzip *gz, const char **ret, size_t *ret_n, struct err *err);
void gunzip_free(struct gunzip *gz);

/* Adds data as one member of gzip to out. */
void gzip_add(struct str *out, const void *data, size_t n);

#endif

/* The child that unpacks archives with little to lose (src/ext/unpack/main.c). */
#ifndef SOURCE_UNPACKER_H
#define SOURCE_UNPACKER_H

#include "base/err.h"

#include <stdint.h>

/* Unpacks the archive, whose SHA-256 is hex, below dest, an empty directory; what the child says
 * goes into tmp, a directory beside. The time of the newest file through ret_date. Errors as
 * unpack() of ext/unpack.h has them, and those of starting a child. */
int unpacker_run(const char *archive, const char *hex, const char *tmp, const char *dest,
	int64_t *ret_date, struct err *err);

#endif

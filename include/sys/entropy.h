/* Bytes that nobody can guess. */
#ifndef SYS_ENTROPY_H
#define SYS_ENTROPY_H

#include "base/err.h"

#include <stddef.h>

/* n is at most 256. */
int entropy_read(void *ret, size_t n, struct err *err);

#endif

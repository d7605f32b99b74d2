/* What revsweep-alloc.so counted inside of the processes of a job (sys/alloc_wire.h). */
#ifndef SYS_ALLOC_H
#define SYS_ALLOC_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An image of a process: an exec begins another one. */
struct alloc_process {
	uint64_t allocations, allocated, peak; /* calls; bytes */
	bool own_malloc;     /* the program brings its own: next to nothing was counted */
	const char *started; /* a statically linked program that it started last, or NULL */
};

/* Those that left a file in dir, in no order. In the arena. */
int alloc_read(const char *dir, struct arena *arena, struct alloc_process **ret, size_t *ret_n,
	struct err *err);
/* The path of revsweep-alloc.so. The caller frees. */
int alloc_find(char **ret, struct err *err);

#endif

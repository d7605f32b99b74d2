/* The counters of a process, and how allocations reach them. Whatever stands here runs inside
 * somebody else's program, in any thread, before its main and after its end. */
#ifndef SYS_ALLOC_COUNTS_H
#define SYS_ALLOC_COUNTS_H

#include "sys/alloc_wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/single_threaded.h>

#define HIDDEN __attribute__((visibility("hidden")))
#define EXPORTED __attribute__((visibility("default")))

extern HIDDEN struct alloc_file *counts;
/* Counted up by a reset and in a forked child: what was allocated in an earlier one is forgotten.
 */
extern HIDDEN uint32_t counts_epoch;

/* The same with other threads about. */
HIDDEN void counts_add_shared(uint64_t calls, uint64_t bytes, int64_t live);

static inline void
counts_add(uint64_t calls, uint64_t bytes, int64_t live)
{
	struct alloc_file *c = counts;

	if (!__libc_single_threaded) {
		counts_add_shared(calls, bytes, live);
		return;
	}
	c->allocations += calls;
	c->allocated += bytes;
	c->live += live;
	if (c->live > c->peak)
		c->peak = c->live;
}

static inline void
counts_free(size_t n)
{
	if (__libc_single_threaded)
		counts->live -= (int64_t)n;
	else
		counts_add_shared(0, 0, -(int64_t)n);
}

/* malloc.c: whether malloc, as others find it, is ours. */
HIDDEN bool malloc_is_ours(void);
/* maps.c: a child begins without any. */
HIDDEN void maps_forget(void);

#endif

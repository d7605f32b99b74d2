/* Memory that dies together: what is parsed once and then only read (a configuration, a plan, the
 * results) lives in one arena and is never freed piece by piece. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/mem.h"

#include <stddef.h>

struct arena_block;
struct arena {
	struct arena_block *first;
};

#define ARENA_INIT                                                                                 \
	{                                                                                          \
		NULL                                                                               \
	}

void arena_done(struct arena *a); /* frees everything; the arena is empty and usable again */
/* Forgets everything and keeps a block for what comes next: for loops with a turn's worth of data.
 */
void arena_reset(struct arena *a);
void *arena_alloc(struct arena *a, size_t count, size_t size); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *a, const char *s);            /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A copy of the n elements of a vec in the arena (NULL when n is 0). */
void *arena_copy(struct arena *a, const void *v, size_t count, size_t size);

#endif

/* Allocation that cannot fail: out of memory prints one line and aborts. Ownership on scopes:
 *
 *	scoped_free char *path = path_join(dir, name);     freed when the block ends
 *	return steal(&path);                               handed on instead
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdlib.h>

void *xmalloc(size_t n) __attribute__((malloc, warn_unused_result));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, warn_unused_result));
/* Overflow-checked. */
void *xreallocarray(void *p, size_t count, size_t size) __attribute__((warn_unused_result));
char *xstrdup(const char *s) __attribute__((malloc, warn_unused_result));
char *xstrndup(const char *s, size_t n) __attribute__((malloc, warn_unused_result));
char *xasprintf(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), malloc, warn_unused_result));

static inline void
mem_free_pointer(void *pp)
{
	free(*(void **)pp);
}

#define scoped_free __attribute__((cleanup(mem_free_pointer)))
/* For a type with `void T_done(struct T *)`. The variable must be initialised where it is declared.
 */
#define scoped(type) __attribute__((cleanup(type##_done))) struct type

static inline void *
mem_steal(void *pp)
{
	void *p = *(void **)pp;

	*(void **)pp = NULL;
	return p;
}
#define steal(pp) ((__typeof__(*(pp)))mem_steal(pp))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif

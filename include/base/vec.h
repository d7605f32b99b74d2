/* A growing array of any type:
 *
 *	vec(struct rev) revs = {0};
 *	vec_add(&revs, rev);
 *	for (size_t i = 0; i < revs.n; i++) use(&revs.v[i]);
 *	vec_done(&revs);
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/mem.h"

#define vec(T)                                                                                     \
	struct {                                                                                   \
		T *v;                                                                              \
		size_t n, cap;                                                                     \
	}

#define vec_reserve(x, want)                                                                       \
	do {                                                                                       \
		if ((x)->cap < (want)) {                                                           \
			(x)->cap = (x)->cap * 2 > (want) ? (x)->cap * 2 : (want) < 8 ? 8 : (want); \
			(x)->v = xreallocarray((x)->v, (x)->cap, sizeof(*(x)->v));                 \
		}                                                                                  \
	} while (0)

#define vec_add(x, ...)                                                                            \
	do {                                                                                       \
		vec_reserve((x), (x)->n + 1);                                                      \
		(x)->v[(x)->n++] = (__VA_ARGS__);                                                  \
	} while (0)

#define vec_done(x)                                                                                \
	do {                                                                                       \
		free((x)->v);                                                                      \
		(x)->v = NULL;                                                                     \
		(x)->n = (x)->cap = 0;                                                             \
	} while (0)

#endif

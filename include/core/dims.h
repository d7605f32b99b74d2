/* The parameters of a bench: what charts take for their axes. Those that its harness tells by name
 * (pytest-benchmark, asv, jmh, hyperfine) count, without lists, objects and long texts. Of other
 * benches they are what the name tells, and suites only have their ways to write names in common:
 *
 *	test_sort[1000-int]         test_sort      param1=1000  param2=int
 *	test_sort[n=1000]           test_sort      n=1000
 *	BM_sort/1024/threads:8      BM_sort        param=1024   threads=8
 *	fib/recursive/20            fib/recursive  param=20
 *	BenchmarkSort/size=10       BenchmarkSort  size=10
 *	sort n=1000                 sort           n=1000
 */
#ifndef CORE_DIMS_H
#define CORE_DIMS_H

#include "base/arena.h"
#include "core/bench.h"

struct dim {
	const char *key, *value;
	double number; /* NAN: it is none */
};

struct dims {
	const char *base; /* the name without them */
	struct dim *v;
	size_t n;
};

/* In the arena. */
struct dims dims_of(const struct bench *bench, struct arena *arena);
/* NULL when there is none of that key. */
const struct dim *dims_get(const struct dims *dims, const char *key);

#endif

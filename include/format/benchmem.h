/* What pytest-benchmem leaves in pytest-benchmark's files. */
#ifndef FORMAT_BENCHMEM_H
#define FORMAT_BENCHMEM_H

#include "core/run.h"
#include "ext/json_stream.h"

#include <stddef.h>

#define BENCHMEM_METRICS 4 /* peak, allocations, allocated, rss */

/* The value of extra_info's key "benchmem" (0.2 and later) or "peak_mib" (0.1), which is due, as
 * metrics with their passes as data; ret_n is 0 and *ret_why says so when it is none of the shapes
 * that were ever written. */
void benchmem_take(struct json_stream *js, struct arena *arena,
	struct run_value ret[BENCHMEM_METRICS], size_t *ret_n, const char **ret_why);
void benchmem_take_peak_mib(
	struct json_stream *js, struct arena *arena, struct run_value ret[1], size_t *ret_n);

#endif

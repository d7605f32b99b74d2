/* Google Benchmark's JSON, as written by --benchmark_out; also for files from elsewhere. */
#ifndef HARNESS_GOOGLE_BENCHMARK_H
#define HARNESS_GOOGLE_BENCHMARK_H

#include "base/arena.h"
#include "core/harness.h"
#include "ext/json.h"

/* cpu: the CPU time is the value, as settings.timer asked. A document that is not Google
 * Benchmark's is a bad-output outcome. Texts are copied to the arena. */
void google_benchmark_rows(
	const struct json *doc, bool cpu, struct arena *arena, struct launch_result *ret);

#endif

/* pytest-benchmark's JSON (3.0 to 5.3), also from elsewhere, and what our own pytest plugin
 * (src/harness/revsweep_pytest.py) recorded beside it. */
#ifndef HARNESS_PYTEST_BENCHMARK_H
#define HARNESS_PYTEST_BENCHMARK_H

#include "base/arena.h"
#include "core/harness.h"
#include "ext/json.h"

/* The plugin's text, made from the source at build time. */
extern const unsigned char revsweep_pytest_py[];
extern const size_t revsweep_pytest_py_size;

/* The benches of a result file; duplicates keep the last. cpu: the clock where the file names no
 * timer. A document that is not pytest-benchmark's is a bad-output outcome. Texts are copied to the
 * arena. */
void pytest_benchmark_rows(
	const struct json *doc, bool cpu, struct arena *arena, struct launch_result *ret);

/* Adds what the record knows to those benches: marks, and the outcomes of tests that were not timed
 * or failed after it. `only` as in struct launch_request. */
void pytest_benchmark_join(const struct json *record, const char *const *only, struct arena *arena,
	struct launch_result *ret);

#endif

/* Launches of pytest with pytest-benchmark: format/ reads its file, and here is what our own pytest
 * plugin (src/harness/revsweep_pytest.py) recorded beside it. */
#ifndef HARNESS_PYTEST_BENCHMARK_H
#define HARNESS_PYTEST_BENCHMARK_H

#include "base/arena.h"
#include "core/harness.h"
#include "ext/json.h"

/* The plugin's text, made from the source at build time. */
extern const unsigned char revsweep_pytest_py[];
extern const size_t revsweep_pytest_py_size;

/* What a launch is for: the times, or what pytest-benchmem's memory passes find. */
enum pytest_pass { PYTEST_TIME, PYTEST_MEMORY };

/* The parts of a harness (core/harness.h). */
int pytest_check(const struct suite *suite, struct err *err);
int pytest_command(const struct launch_request *request, enum pytest_pass pass, struct arena *arena,
	struct launch_command *ret, struct err *err);
int pytest_read(const struct launch_request *request, const struct launch_output *output,
	enum pytest_pass pass, struct arena *arena, struct launch_result *ret, struct err *err);
/* What pytest reads from above the collected paths. */
extern const char *const pytest_companions[];

/* Leaves the metrics of memory; a benchmark without any has failed. */
void pytest_benchmem_keep(struct launch_result *ret, struct arena *arena);

/* Adds what the record knows to those benches: marks, and the outcomes of tests that were not timed
 * or failed after it. `only` as in struct launch_request. */
void pytest_benchmark_join(const struct json *record, const char *const *only,
	enum pytest_pass pass, struct arena *arena, struct launch_result *ret);

/* Of a launch that is not timed: the benches become those that the plugin counted; one that it
 * could not count says why. */
void pytest_benchmark_counted(const struct json *record, enum metric_pass pass, struct arena *arena,
	struct launch_result *ret);

#endif

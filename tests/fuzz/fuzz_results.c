/* Any JSON as what our pytest plugin recorded: the first byte says of which pass. Text that is no
 * JSON is fuzz_json's, result files of all formats are fuzz_formats'. */
#include "base/mem.h"
#include "ext/json.h"
#include "harness/pytest_benchmark.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const only[] = {"a.py::test", "tests/b.py::T::test", NULL};
	struct launch_bench benches[] = {{.name = "a.py::test", .metric = "time", .unit = "s"},
		{.name = "tests/b.py::T::test", .metric = "time", .unit = "s"},
		{.name = "tests/b.py::T::test", .metric = "peak", .unit = "B"}};
	struct launch_result result = {
		.outcome = OUTCOME_INIT, .benches = benches, .n_benches = ARRAY_LEN(benches)};
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct json *doc = NULL;

	if (n == 0 || json_parse((const char *)data + 1, n - 1, &doc, &err) < 0)
		return 0;
	pytest_benchmark_join(
		doc, only, data[0] == 'm' ? PYTEST_MEMORY : PYTEST_TIME, &arena, &result);
	for (size_t i = 0; i < result.n_benches && result.outcome.kind == OUTCOME_OK; i++)
		if (!result.benches[i].name || !result.benches[i].metric || !result.benches[i].unit)
			abort();
	arena_done(&arena);
	json_free(doc);
	return 0;
}

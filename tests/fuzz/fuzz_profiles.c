/* Any bytes as a file of profiles. What is kept must be whole. */
#include "format/profiles.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	scoped(profiles) p = {0};
	struct arena arena = ARENA_INIT;
	struct results results;
	struct rev rev = {.kind = REVSPEC_GIT, .spec = "v1", .label = "v1", .tree_id = "1"};
	struct bench bench = {.suite = "s", .name = "a::b[1-x]", .metric = "time", .unit = "s"};
	struct profile_view view;
	struct json_stream *js = json_stream_of((const char *)data, n);

	results_init(&results);
	results_add_rev(&results, &rev);
	results_bench(&results, &bench);
	profiles_read_one(&p, "v1.json", js);
	profiles_match(&p, &results, "1", &arena, &view);
	for (size_t i = 0; i < p.lines.n; i++)
		if (!(p.lines.v[i].seconds >= 0) || isinf(p.lines.v[i].seconds) ||
			p.lines.v[i].function >= p.functions.n)
			abort();
	for (size_t i = 0; i < view.n_lines; i++)
		if (view.lines[i].bench || view.lines[i].rev)
			abort();
	if (!p.lines.n && !p.notes.n && view.n_notes)
		abort();
	json_stream_close(js);
	results_done(&results);
	arena_done(&arena);
	return 0;
}

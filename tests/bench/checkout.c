/* bench_checkout REPOSITORY REV DEST: one checkout, timed from inside, in seconds on stdout. For
 * ci/bench, beside `git worktree add`. */
#include "source/source.h"
#include "sys/clock.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct source *source = NULL;
	struct revspec spec;
	struct rev rev;

	if (argc != 4) {
		fputs("usage: bench_checkout REPOSITORY REV DEST\n", stderr);
		return 2;
	}
	int64_t start = clock_monotonic_ns();
	int r = source_open(argv[1], &source, &err);
	if (r == 0)
		r = revspec_parse(argv[2], &arena, &spec, &err);
	if (r == 0)
		r = source_resolve(source, &spec, &arena, &rev, &err);
	if (r == 0)
		r = source_checkout(source, &rev, NULL, argv[3], &err);
	if (r < 0)
		fprintf(stderr, "bench_checkout: %s\n", err.text);
	else
		printf("%.6f\n", (double)(clock_monotonic_ns() - start) / 1e9);
	source_close(source);
	arena_done(&arena);
	return r < 0;
}

/* bench_checkout REPOSITORY DEST REV...: checks each revision out into DEST/1, DEST/2..., timed
 * from inside; prints the seconds that each took. For ci/bench, beside `git worktree add`. */
#include "source/source.h"
#include "sys/clock.h"
#include "sys/fs.h"

#include <stdio.h>

static int
checkout(struct source *source, const char *name, const char *dest, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct revspec spec;
	struct rev rev;

	int r = revspec_parse(name, &arena, &spec, err);
	if (r == 0)
		r = source_resolve(source, &spec, &arena, &rev, err);
	if (r == 0)
		r = fs_mkdir_p(dest, 0777, err);
	if (r == 0)
		r = source_checkout(source, &rev, NULL, dest, err);
	arena_done(&arena);
	return r;
}

int
main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct source *source = NULL;

	if (argc < 4) {
		fputs("usage: bench_checkout REPOSITORY DEST REV...\n", stderr);
		return 2;
	}
	/* Whoever checks out once opens the repository once. */
	int64_t start = clock_monotonic_ns();
	int r = source_open(argv[1], &source, &err);
	for (int i = 3; r == 0 && i < argc; i++) {
		scoped_free char *dest = xasprintf("%s/%d", argv[2], i - 2);

		r = checkout(source, argv[i], dest, &err);
		int64_t end = clock_monotonic_ns();
		if (r == 0)
			printf("%.6f\n", (double)(end - start) / 1e9);
		start = end;
	}
	if (r < 0)
		fprintf(stderr, "bench_checkout: %s\n", err.text);
	source_close(source);
	return r < 0;
}

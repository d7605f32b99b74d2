/* main() for a fuzz target without a fuzzer: runs it once on each file given, and on each file of
 * each directory given. The corpus is a regression test this way. With clang,
 * -Dc_args=-fsanitize=fuzzer-no-link builds the same targets as real fuzzers. */
#include "base/str.h"
#include "sys/fs.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX ((size_t)16 << 20) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int
replay_file(const char *path, struct err *err)
{
	scoped(str) text = STR_INIT;

	if (fs_read(path, INPUT_MAX, &text, err) < 0)
		return -1;
	/* A copy of just its size, so that reading past the end is seen. */
	scoped_free uint8_t *data = xmalloc(text.n ? text.n : 1);
	for (size_t i = 0; i < text.n; i++)
		data[i] = (uint8_t)text.p[i];
	LLVMFuzzerTestOneInput(data, text.n);
	return 0;
}

struct replay {
	const char *root;
	size_t files;
};

static int
visit(const struct fs_entry *entry, void *arg, struct err *err)
{
	struct replay *replay = arg;

	if (entry->type != 'f')
		return 0;
	scoped_free char *path = path_join(replay->root, entry->path);
	replay->files++;
	return replay_file(path, err);
}

int
main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	size_t files = 0;

	for (int i = 1; i < argc; i++) {
		struct replay replay = {argv[i], 0};
		int r = fs_is_dir(argv[i]) ? fs_walk(argv[i], visit, &replay, &err)
					   : replay_file(argv[i], &err);
		if (r < 0) {
			fprintf(stderr, "replay: %s\n", err.text);
			return EXIT_FAILURE;
		}
		files += fs_is_dir(argv[i]) ? replay.files : 1;
	}
	printf("%zu inputs\n", files);
	/* An empty corpus proves nothing. */
	return files ? EXIT_SUCCESS : EXIT_FAILURE;
}

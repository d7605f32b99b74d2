/* Result files of other tools as runs (core/run.h): one file a format in src/format/, one line in
 * the table of format.c. Harness adapters read with them what a launch left, `diff` and `import`
 * what lies about. */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include "base/err.h"
#include "core/run.h"

#include <stdbool.h>
#include <stddef.h>

#define FORMAT_HEAD ((size_t)64 << 10) /* bytes that a format is told by */

struct format {
	const char *name;    /* "pytest-benchmark" */
	const char *summary; /* one line for help */
	/* How surely a file is one of this format, 0 (not at all) to 100, by its path and its first
	 * n bytes; of a directory n is 0. */
	int (*looks)(const char *path, bool is_dir, const char *head, size_t n);
	/* Reads the file (or directory, also as "DIR@NAME") at path: benches go to the sink,
	 * everything else into run->facts (texts into run->arena). ERR_USAGE, "line:column: what",
	 * when it is damaged or not of this format; what came before the damage has gone to the
	 * sink. */
	int (*read)(
		const char *path, struct run *run, const struct run_sink *sink, struct err *err);
};

/* The whole table, n through ret_n. */
const struct format *const *format_all(size_t *ret_n);
/* ERR_USAGE with a suggestion for an unknown name. */
int format_find(const char *name, const struct format **ret, struct err *err);
/* The format of what lies at path. ERR_USAGE: not there, or nothing that is known; the message says
 * what would have been. */
int format_detect(const char *path, const struct format **ret, struct err *err);
/* All of a file into run, with run_add(); errors begin with the path. */
int format_read(const struct format *format, const char *path, bool keep_data, struct run *run,
	struct err *err);

#endif

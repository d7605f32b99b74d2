/* Looking at a working tree to guess how it is built and benchmarked: what `init` writes down. */
#ifndef CLI_DETECT_H
#define CLI_DETECT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>

struct detected {
	const char *project;  /* name of the directory */
	const char *recipe;   /* "none" when nothing fits */
	const char *harness;  /* "pytest-benchmark", "google-benchmark" or "command" */
	const char *program;  /* what to run, or NULL: not found */
	const char *source;   /* the file that made us think so, or NULL */
	const char *asv_conf; /* asv.conf.json, the one nearest to the top, or NULL */
	/* What of pyproject.toml brings the harness: the name of a dependency group, or of an
	 * extra; NULL: neither does */
	const char *group, *extra;
	bool python;             /* a package that pip can install lies at the top */
	vec(const char *) paths; /* directories of benchmarks for a path-driven harness */
};

#define DETECT_FILES_MAX 50000 /* files looked at */

/* root is the top of a working tree. Texts live in the arena; the caller frees paths. */
int detect_project(const char *root, struct arena *arena, struct detected *ret, struct err *err);
/* Sets `python`, and finds the group and the extra whose requirements hold the package called
 * wanted. */
int detect_python(const char *root, const char *wanted, struct arena *arena, struct detected *ret,
	struct err *err);

#endif

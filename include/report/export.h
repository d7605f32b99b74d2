/* Runs as other programs' result files: one file a format, one line in the table of export.c. Pure.
 */
#ifndef REPORT_EXPORT_H
#define REPORT_EXPORT_H

#include "base/err.h"
#include "base/str.h"
#include "core/run.h"

#include <stdbool.h>
#include <stddef.h>

/* What a format has no place for. */
struct export_loss {
	size_t benches; /* without a value that the format can take */
	size_t values;  /* metrics of benches that are there */
};

struct export_format {
	const char *name;    /* "pytest-benchmark" */
	const char *summary; /* one line for help */
	const char *suffix;  /* of its files: "json" */
	bool single;         /* a file holds one run */
	bool storage;        /* its files go into a pytest-benchmark storage, numbered */
	/* n is 1 when single. Adds to ret_loss. */
	void (*write)(
		const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss);
};

/* The whole table, n through ret_n. */
const struct export_format *export_formats(size_t *ret_n);
/* ERR_USAGE with a suggestion for an unknown name. */
int export_format_find(const char *name, const struct export_format **ret, struct err *err);

/* The directory of a run in a pytest-benchmark storage ("Linux-CPython-3.11-64bit") and what stands
 * after its number ("v1.2.json"), free of what file names must not have. */
void export_storage_names(const struct run *run, struct str *ret_dir, struct str *ret_file);

#endif

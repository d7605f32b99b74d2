/* Tables of runs as other tools print them, for those who come from there: one file a table, one
 * line in the table of diff.c. Pure. */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include "base/arena.h"
#include "base/err.h"
#include "core/grid.h"
#include "report/report.h"

#include <stdbool.h>
#include <stddef.h>

/* Texts as they were typed; NULL: the table's own default. */
struct diff_options {
	const char *columns;   /* comma list */
	const char *sort;      /* one word */
	const char *group_by;  /* comma list of words of diff_key() */
	const char *names;     /* short, normal, long, trial */
	const char *time_unit; /* ns, us, ms, s, auto */
	const char *stat;      /* min, max, mean, median, stddev, iqr, all */
	size_t base;           /* index of a run */
	size_t candidate;      /* for tables of two: index of the other one */
};

enum diff_form { DIFF_TEXT, DIFF_MARKDOWN, DIFF_CSV };

struct diff_table {
	const char *name;
	const char *summary;
	/* ERR_USAGE for options that the table does not understand. */
	int (*write)(const struct grid *grid, const struct diff_options *options,
		enum diff_form form, const struct report_style *style, struct str *out,
		struct err *err);
};

/* ERR_USAGE with a suggestion for an unknown name. */
int diff_table_find(const char *name, const struct diff_table **ret, struct err *err);
const struct diff_table *const *diff_tables(size_t *ret_n);

/* The group of a bench by a comma list of: group (benchmark_group), name (method), func, fullname
 * (nodeid), fullfunc, module, class, param, params, param:NAME, mark (marks), custom, custom:NAME.
 * "" when none of them says anything of it. With `prefixed` as pytest-park writes them:
 * "marks:a,b", "param:n=1", joined by " | ". In the arena. */
const char *diff_key(
	const struct grid_bench *bench, const char *group_by, bool prefixed, struct arena *arena);
/* ERR_USAGE names the first word that is none. */
int diff_check_key(const char *group_by, struct err *err);
/* The name up to its parameters: "test_sort" of "test_sort[1000]". In the arena. */
const char *diff_function(const char *name, struct arena *arena);

#endif

/* A grid made smaller or folded: what --where and --pivot do before anything is compared. */
#ifndef CORE_GRID_SHAPE_H
#define CORE_GRID_SHAPE_H

#include "base/err.h"
#include "core/grid.h"

/* Keeps the benches for which all conditions hold: KEY=VALUE, where KEY is the name of a parameter,
 * of a scalar of extra_info, or one of name, group, mark, module, func, class; VALUE is a glob, and
 * numbers are equal when they mean the same ("1e3" is "1000"). ERR_USAGE for a text without "=", a
 * key that no bench has, and when nothing is left. */
int grid_where(struct grid *grid, const char *const *conditions, size_t n, struct err *err);

/* Lets benches of different runs be the same although some of their parameters differ (an
 * implementation, a device): the parameters of these names are taken out of names and identity, or
 * with `others` all but these. Where two benches of a run become one, the last counts
 * (grid_run.repeated). ERR_USAGE for a name that no bench has. */
int grid_ignore(const struct grid *grid, const char *const *keys, size_t n, bool others,
	struct grid *ret, struct err *err);

/* Folds one run along a parameter: each value of it becomes a run, numbers in their order, other
 * values as they first came, and benches that differ in nothing else become one. `what` is
 * "param:NAME" or NAME. ERR_USAGE when there are several runs, or no bench has it. */
int grid_pivot(const struct grid *grid, const char *what, struct grid *ret, struct err *err);

/* Folds one run along the ends of names: "test_sort_old[1]" and "test_sort_new[1]" become
 * test_sort[1] in the runs "original" and "new". Both lists are comma lists, tried longest first; a
 * leading "_" or "-" does not matter. With auto_list also what pytest-park takes off: _original
 * _reference _baseline _orig _ref _old as original, _new _candidate _cand as new. Benches with
 * neither are left out. ERR_USAGE when there are several runs, or no pair is found. */
int grid_pivot_postfix(const struct grid *grid, const char *original, const char *candidate,
	bool auto_list, struct grid *ret, struct err *err);

#endif

/* Finding recipes: shipped ones by name, the user's own by path, and by what a tree looks like. */
#ifndef BUILD_RECIPES_H
#define BUILD_RECIPES_H

#include "base/arena.h"
#include "base/err.h"
#include "core/recipe.h"

#include <stdbool.h>
#include <stddef.h>

/* Where the shipped recipes lie: REVSWEEP_RECIPES, or beside the program
 * (../share/revsweep/recipes, or recipes of a build tree). ERR_ENVIRONMENT when they are
 * nowhere. The caller frees. */
int recipes_dir(char **ret, struct err *err);
/* A shipped name ("meson") or a path to a .yml file (anything with a slash, relative to base_dir).
 * An unknown name is ERR_USAGE with a suggestion. */
int recipes_load(const char *name_or_path, const char *base_dir, struct arena *arena,
	struct recipe *ret, struct err *err);
/* All shipped ones, by name. */
int recipes_all(struct arena *arena, struct recipe **ret, size_t *ret_n, struct err *err);
/* What was read of recipes: a plan asks for each of its revisions, and the files are the same ones.
 * Begin with {.arena = ...}, where everything then lives; there is nothing to be done with. */
struct recipe_book {
	struct arena *arena;
	struct recipe *shipped; /* all of them, by rank; NULL: not read yet */
	size_t n_shipped;
	const char *name, *base_dir; /* what was loaded last; NULL: nothing */
	struct recipe loaded;
};
/* As recipes_load(). */
int recipe_book_load(struct recipe_book *book, const char *name_or_path, const char *base_dir,
	struct recipe *ret, struct err *err);
/* The first shipped recipe, in the order of their `rank`, one of whose `detect` files `has` finds;
 * the name "none" never wins. ERR_USAGE when nothing fits: says what was looked for. */
int recipe_book_detect(struct recipe_book *book, bool (*has)(const char *path, void *arg),
	void *arg, struct recipe *ret, struct err *err);
/* Whether it can install releases: ERR_USAGE names the shipped ones that can. */
int recipes_check_versions(const struct recipe *recipe, struct err *err);

#endif

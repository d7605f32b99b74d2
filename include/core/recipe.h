/* How to build: a YAML file that people read and copy (recipes/NAME.yml), or the inline `build:` of
 * revsweep.yml with the same keys. Values reach the shell as environment variables only. */
#ifndef CORE_RECIPE_H
#define CORE_RECIPE_H

#include "base/arena.h"
#include "base/err.h"
#include "ext/yaml.h"

#include <stdbool.h>
#include <stddef.h>

struct recipe_param {
	const char *name; /* lower case; the shell sees WITH_NAME */
	const char *summary;
	const char *default_text; /* "" when there is none; a list is its items, one a line */
	bool required;
	bool program; /* names a program: looked up on the caller's PATH, handed on as a path */
	bool file;    /* names a file beside the configuration: its text is handed on */
};

/* Which revisions a step is for. */
enum step_when {
	STEP_ALWAYS,
	STEP_SOURCES, /* those that have files */
	STEP_VERSION, /* releases, which have none: it installs $VERSION from a registry */
};

struct recipe_step {
	const char *name;   /* "configure", "compile", "install": shown while it runs */
	const char *script; /* run by sh -eu in BUILD */
	enum step_when when;
};

struct recipe_pair {
	const char *name, *value;
};

struct recipe {
	const char *name;          /* "meson" */
	const char *summary;       /* one line for `revsweep recipes` */
	const char *origin;        /* the file it was read from, for messages */
	int rank;                  /* detection asks recipes of a lower rank first */
	const char *const *detect; /* any of these files in the tree suggests it; NULL-terminated */
	const char *const *needs;  /* programs; NULL-terminated */
	const struct recipe_param *params;
	size_t n_params;
	const struct recipe_pair
		*env; /* for the steps; values may hold ${PREFIX} ${SRC} ${WITH_NAME} ... */
	size_t n_env;
	const char *const *pass_env; /* taken from the caller's environment when set there */
	const struct recipe_step *steps;
	size_t n_steps;
	/* Environment of the finished prefix, values as in env. PATH-like names (PATH, PYTHONPATH,
	 * LD_LIBRARY_PATH, ...) are put in front of what is there. */
	const struct recipe_pair *provides;
	size_t n_provides;
	const char
		*verify; /* script: fails unless what will be measured comes from PREFIX; or NULL */
	double timeout_s; /* for each step; 0: the default (1 h) */
};

/* The parameter that says what a release is a release of, as the registry calls it. */
#define RECIPE_PACKAGE "name"
#define RECIPE_RANK_LAST 1000 /* of a recipe that gives none */

/* From a YAML map, strict: unknown keys and wrong types are errors at file:line:column with a
 * suggestion. Everything lives in the arena. */
int recipe_of_yaml(const struct yaml_node *map, const char *name, const char *origin,
	struct arena *arena, struct recipe *ret, struct err *err);

/* Whether it can install releases: it has a step for them. */
bool recipe_installs_versions(const struct recipe *recipe);
/* Whether the step is for revisions with files, or for releases. */
bool recipe_step_runs(const struct recipe_step *step, bool is_version);

#endif

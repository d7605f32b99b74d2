/* The environment of builds and launches: an allow-list, never what the caller happens to have. */
#ifndef CORE_ENV_H
#define CORE_ENV_H

#include "base/arena.h"
#include "base/vec.h"
#include "core/recipe.h"

struct env {
	struct arena arena;
	vec(const char *) list; /* "NAME=value", sorted by nothing, NULL-terminated by env_list() */
};

/* PATH=/usr/local/bin:/usr/bin:/bin, HOME and TMPDIR as given, LANG and LC_ALL C.UTF-8, TZ UTC,
 * USER and LOGNAME bench, SHELL /bin/sh, TERM dumb. */
void env_init(struct env *env, const char *home, const char *tmp);
void env_done(struct env *env);
void env_set(struct env *env, const char *name, const char *value);
const char *env_get(const struct env *env, const char *name);
/* value:old for names that hold search paths (PATH and everything that ends in PATH). */
void env_prepend(struct env *env, const char *name, const char *value);
bool env_is_path(const char *name);
/* Takes names (NULL-terminated, may be NULL) from revsweep's own environment when set there. */
void env_pass(struct env *env, const char *const *names);
/* Sets pairs, with ${NAME} replaced by what env has for it ("" when nothing). Path-like names are
 * prepended when `provide` is true. */
void env_set_pairs(struct env *env, const struct recipe_pair *pairs, size_t n, bool provide);
/* argv-like: valid until the next change. */
const char *const *env_list(struct env *env);

#endif

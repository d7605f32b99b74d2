/* Releases: what a recipe installs from a registry. The stages outside source/ do not need this. */
#ifndef SOURCE_RELEASE_H
#define SOURCE_RELEASE_H

#include "base/arena.h"
#include "core/rev.h"
#include "source/source.h"

/* Fills in kind, id, tree_id, version and subject; texts live in the arena. Nothing is asked of any
 * registry: whether there is such a release the build will tell. */
void release_resolve(const struct source_releases *releases, const struct revspec *spec,
	struct arena *arena, struct rev *ret);

#endif

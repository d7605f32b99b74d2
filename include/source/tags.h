/* Tags in the order of versions. The stages outside source/ do not need this. */
#ifndef SOURCE_TAGS_H
#define SOURCE_TAGS_H

#include "base/arena.h"
#include "base/err.h"
#include "ext/git.h"

#include <stdbool.h>
#include <stddef.h>

struct tag {
	const char *name;
	struct repo_id id; /* the commit, when there is one */
	bool commit;
};

/* The tags that match, peeled, in version order; in the arena. That none matches is ERR_SOURCE and
 * names near ones. */
int tags_match(struct repo *repo, const char *glob, struct arena *arena, struct tag **ret,
	size_t *ret_n, struct err *err);

#endif

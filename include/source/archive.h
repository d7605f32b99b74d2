/* Archives: from a path or an address to a tree in the cache. The stages outside source/ do not
 * need this.
 *
 * The cache holds, under the SHA-256 of an archive: HEX, the archive itself when it was downloaded;
 * HEX.tree, what was in it; HEX.id, which is written last and tells the digest of that tree. */
#ifndef SOURCE_ARCHIVE_H
#define SOURCE_ARCHIVE_H

#include "base/arena.h"
#include "base/err.h"
#include "core/rev.h"
#include "source/source.h"

/* Fills in kind, id, tree_id, path and date; texts live in the arena. Relative paths start at dir.
 */
int archive_resolve(const struct source_archives *archives, const char *dir,
	const struct revspec *spec, struct arena *arena, struct rev *ret, struct err *err);
/* The version, or the name of the archive without its suffix. */
const char *archive_label(const struct revspec *spec, struct arena *arena);

#endif

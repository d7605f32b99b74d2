/* Reads the blobs of a tree ahead of whoever writes them: unpacking and verifying an object takes
 * longer than writing a file, and can be done beside it. */
#ifndef SOURCE_AHEAD_H
#define SOURCE_AHEAD_H

#include "source/tree.h"

struct ahead;

/* Begins to read the regular files of the tree, in order. Both arguments must outlive it. */
struct ahead *ahead_new(struct repo *repo, const struct tree *tree);
/* The bytes of the next regular file; to be released with repo_blob_done(). */
int ahead_next(struct ahead *ahead, struct repo_blob *ret, struct err *err);
/* Ends early if need be. */
void ahead_free(struct ahead *ahead);

#endif

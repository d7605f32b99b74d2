/* A resolved revision: pinned, the same tomorrow. */
#ifndef CORE_REV_H
#define CORE_REV_H

#include "core/revspec.h"

#include <stddef.h>
#include <stdint.h>

struct rev {
	enum revspec_kind kind; /* GIT, WORKTREE, DIR, PREFIX, ARCHIVE or VERSION */
	const char *spec;       /* what the user typed */
	const char *label; /* how reports call it: the user's label or spec; unique in a sweep */
	/* full commit id, SHA-256 of an archive or over the content, or over what a release is; of
	 * REV+file.patch the git id of the patched tree */
	const char *id;
	const char *tree_id; /* git tree id, or the content digest: what the build key is made of */
	const char *path;    /* where the files lie, absolute; NULL for GIT and VERSION */
	const char *version; /* of a release, or that of an archive's template; or NULL */
	const char *subject; /* first line of the message, name of an archive's file, name and
				version of a release, or NULL */
	const char *author;  /* name, or NULL */
	int64_t date;        /* of the commit, or of the newest file of an archive; 0: none */
	/* What it is one of ("LABEL=v1..v2"; a side of "A...B"), or NULL. */
	const char *series;
	/* Which of them it is, counted from 0 in the order of history or version; what every:N
	 * leaves out counts as well. */
	size_t position;
};

#define REV_SHORT 10 /* digits of an id that people see */

#endif

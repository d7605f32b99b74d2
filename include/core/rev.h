/* A resolved revision: pinned, the same tomorrow. */
#ifndef CORE_REV_H
#define CORE_REV_H

#include "core/revspec.h"

#include <stdint.h>

struct rev {
	enum revspec_kind kind; /* GIT, WORKTREE, DIR or PREFIX */
	const char *spec;       /* what the user typed */
	const char *label;   /* how reports call it: the user's label or spec; unique in a sweep */
	const char *id;      /* full commit id, or 64 hex digits over the content */
	const char *tree_id; /* git tree id, or the content digest: what the build key is made of */
	const char *path;    /* DIR, PREFIX, WORKTREE: absolute; otherwise NULL */
	const char *subject; /* first line of the commit message, or NULL */
	const char *author;  /* name, or NULL */
	int64_t date;        /* commit time, seconds since 1970; 0 when there is none */
};

#define REV_SHORT 10 /* digits of an id that people see */

#endif

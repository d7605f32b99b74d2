/* What the user types to name revisions. Grammar only: nothing here looks at a repository. */
#ifndef CORE_REVSPEC_H
#define CORE_REVSPEC_H

#include "base/arena.h"
#include "base/err.h"

enum revspec_kind {
	REVSPEC_GIT,       /* a: anything that names one commit ("main", "v1.2", a sha, "HEAD~3") */
	REVSPEC_RANGE,     /* "A..B": every commit after a up to b, first parent */
	REVSPEC_SYMMETRIC, /* "A...B" */
	REVSPEC_MERGE_BASE, /* "merge-base:A,B" */
	REVSPEC_WORKTREE,   /* "worktree": what is in the working directory now */
	REVSPEC_DIR,        /* "dir:PATH": sources on disk */
	REVSPEC_PREFIX,     /* "prefix:PATH": built and installed already */
};

struct revspec {
	enum revspec_kind kind;
	const char *text;  /* as typed, without the label */
	const char *label; /* "LABEL=REVSPEC", or NULL */
	const char *a, *b;
};

#define REVSPEC_TEXT_MAX 1000 /* bytes */

/* A label is one or more of A-Z a-z 0-9 . _ + - without "..", so a branch called "a=b" is written
 * "heads/a=b". A missing side of a range is HEAD. Kinds of the manual that are not there yet are
 * ERR_USAGE, "not supported yet".
 *
 * Errors (ERR_USAGE for a malformed one, ERR_SOURCE for one that cannot be a revision name: control
 * characters, a leading dash, spaces, nothing at all or too much) name the text. Texts live in the
 * arena. */
int revspec_parse(const char *text, struct arena *arena, struct revspec *ret, struct err *err);

#endif

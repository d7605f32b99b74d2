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
	REVSPEC_ARCHIVE,    /* "archive:PATH_OR_URL[#sha256=HEX]"; a: path or URL, b: HEX or NULL */
};

struct revspec {
	enum revspec_kind kind;
	const char *text;  /* as typed, without the label */
	const char *label; /* "LABEL=REVSPEC", or NULL */
	const char *a, *b;
	const char *version; /* ARCHIVE: what stands for {version} in a, or NULL */
};

#define REVSPEC_TEXT_MAX 1000 /* bytes */

/* A label is one or more of A-Z a-z 0-9 . _ + - without "..", so a branch called "a=b" is written
 * "heads/a=b". A missing side of a range is HEAD. Kinds of the manual that are not there yet are
 * ERR_USAGE, "not supported yet".
 *
 * An archive's {version} stands for what follows the last '@': one version here, see below.
 *
 * Errors (ERR_USAGE for a malformed one, ERR_SOURCE for one that cannot be a revision name: control
 * characters, a leading dash, spaces, nothing at all or too much) name the text. Texts live in the
 * arena. */
int revspec_parse(const char *text, struct arena *arena, struct revspec *ret, struct err *err);

/* "archive:x-{version}.tar.gz@1.2,1.3" names several revisions: each of them as a text of its own
 * that revspec_parse() takes ("archive:x-{version}.tar.gz@1.2"), in that order; labelled
 * "LABEL-1.2" if it was "LABEL=archive:...". Any other text is the only one of its list. Errors as
 * above, from whatever is looked at here. */
int revspec_expand(const char *text, struct arena *arena, const char *const **ret, size_t *ret_n,
	struct err *err);

#endif

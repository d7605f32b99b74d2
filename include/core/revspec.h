/* What the user types to name revisions. Grammar only: nothing here looks at a repository. */
#ifndef CORE_REVSPEC_H
#define CORE_REVSPEC_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum revspec_kind {
	REVSPEC_GIT,       /* a: anything that names one commit ("main", "v1.2", a sha, "HEAD~3") */
	REVSPEC_RANGE,     /* "A..B": every commit after a up to b */
	REVSPEC_SYMMETRIC, /* "A...B": what a has and b lacks, and the other way round */
	REVSPEC_MERGE_BASE, /* "merge-base:A,B" */
	REVSPEC_WORKTREE,   /* "worktree": what is in the working directory now */
	REVSPEC_DIR,        /* "dir:PATH": sources on disk */
	REVSPEC_PREFIX,     /* "prefix:PATH": built and installed already */
	REVSPEC_ARCHIVE,    /* "archive:PATH_OR_URL[#sha256=HEX]"; a: path or URL, b: HEX or NULL */
	REVSPEC_TAGS,       /* "tags:GLOB"; a: the glob */
	REVSPEC_LAST,       /* "last:N [REF]"; a: where it ends */
	REVSPEC_PATCH,      /* "REV+file.patch"; b: the file */
	REVSPEC_VERSION,    /* "version:1.2.3": a release that the recipe installs; a: 1.2.3 */
};

struct revspec {
	enum revspec_kind kind;
	const char *text;  /* as typed, without the label */
	const char *label; /* "LABEL=REVSPEC", or NULL */
	const char *a, *b;
	const char *version; /* VERSION: a; ARCHIVE: what stands for {version} in a, or NULL */
	unsigned count;      /* LAST: how many */
	unsigned every;      /* "every:N SERIES": take every Nth of them; 0: all */
};

#define REVSPEC_TEXT_MAX 1000     /* bytes */
#define REVSPEC_COUNT_MAX 1000000 /* of last:N and every:N */

/* A label is one or more of A-Z a-z 0-9 . _ + - without "..", so a branch called "a=b" is written
 * "heads/a=b". A missing side of a range is HEAD, and so is a missing REF. What follows the last
 * '+' of a text that ends in .patch or .diff is a file; a branch that is called so is written
 * "NAME^0".
 *
 * An archive's {version} stands for what follows the last '@': one version here, see below. A
 * version: is digits, perhaps after a "v", and what belongs to them: no range and no "latest".
 *
 * Errors (ERR_USAGE for a malformed one, ERR_SOURCE for one that cannot be a revision name: control
 * characters, a leading dash, spaces, nothing at all or too much) name the text. Texts live in the
 * arena. */
int revspec_parse(const char *text, struct arena *arena, struct revspec *ret, struct err *err);
/* Whether it may name more than one revision: RANGE, SYMMETRIC, TAGS and LAST. */
bool revspec_is_series(const struct revspec *spec);
/* What may stand before a colon, for completion; NULL after the last. */
const char *revspec_kind_name(size_t i);

/* "archive:x-{version}.tar.gz@1.2,1.3" and "version:1.2,1.3" name several revisions: each of them
 * as a text of its own that revspec_parse() takes ("archive:x-{version}.tar.gz@1.2",
 * "version:1.2"), in that order; labelled "LABEL-1.2" if it was "LABEL=...". Any other text is the
 * only one of its list. Errors as above, from whatever is looked at here. */
int revspec_expand(const char *text, struct arena *arena, const char *const **ret, size_t *ret_n,
	struct err *err);

/* Where the configuration says that revisions come from; none of both: a repository. */
struct revspec_source {
	const char *archive; /* PATH_OR_URL with {version} in it, or NULL */
	bool versions;       /* releases that the recipe installs */
};

/* A text without a kind ("1.2,1.3") names versions within such a source: "archive:...@1.2,1.3" or
 * "version:1.2,1.3", with its label. Every other text stays as it is; so do all without a source.
 * In the arena, or text itself. */
const char *revspec_in_source(
	const char *text, const struct revspec_source *source, struct arena *arena);

#endif

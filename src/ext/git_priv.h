/* What the files of ext/git share. libgit2 is known to them only. */
#ifndef EXT_GIT_PRIV_H
#define EXT_GIT_PRIV_H

#include "base/mem.h"
#include "ext/git.h"

#include <git2.h>
#include <string.h>

struct repo {
	git_repository *git;
	git_odb *odb;
	char *worktree;
	bool overlaid; /* new objects stay in memory */
};

_Static_assert(sizeof(((struct repo_id *)0)->raw) == GIT_OID_RAWSZ, "ids are SHA-1");

static inline git_oid
repo_oid(const struct repo_id *id)
{
	git_oid oid;

	memcpy(oid.id, id->raw, sizeof(oid.id));
	return oid;
}

static inline struct repo_id
repo_id_of(const git_oid *oid)
{
	struct repo_id id;

	memcpy(id.raw, oid->id, sizeof(id.raw));
	return id;
}

/* Appends libgit2's text, which it does not always give. */
int repo_fail(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int repo_fail_id(struct err *err, const char *what, const struct repo_id *id);

#endif

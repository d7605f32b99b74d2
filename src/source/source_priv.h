/* What the files of source/ share. */
#ifndef SOURCE_PRIV_H
#define SOURCE_PRIV_H

#include "ext/git.h"
#include "source/source.h"

struct source {
	struct repo *repo; /* NULL without a repository */
	char *dir;         /* absolute; relative paths start here */
	struct source_archives archives;
	struct source_releases releases;
};

int source_need_repo(const struct source *source, const char *what, struct err *err);
/* Fills in what a commit says: kind, id, tree_id, subject, author and date. */
void source_describe(const struct repo_commit *commit, struct arena *arena, struct rev *rev);
/* The revision of a commit, labelled with its short id; what it is part of is left zeroed. */
int source_rev_of(struct source *source, const struct repo_id *id, struct arena *arena,
	struct rev *ret, struct err *err);
/* patch.c: "REV+file.patch" */
int source_resolve_patch(struct source *source, const struct revspec *spec, struct arena *arena,
	struct rev *rev, struct err *err);

#endif

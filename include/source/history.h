/* Ranges of commits. The stages outside source/ do not need this. */
#ifndef SOURCE_HISTORY_H
#define SOURCE_HISTORY_H

#include "base/err.h"
#include "base/vec.h"
#include "ext/git.h"

#include <stdbool.h>
#include <stddef.h>

/* More than this is not looked at to find out what a range holds. */
#define HISTORY_COMMITS_MAX 2000000

/* Commits, parents before their children. */
struct history {
	vec(struct repo_id) ids;
};
void history_done(struct history *history);

/* What is reachable from `to` and not from `from`, whatever the dates of the commits are: along the
 * first parents of `to`, or all of it. ret must be zeroed; done with also on failure. ERR_SOURCE: a
 * shallow clone ends before the range does, a commit is missing. */
int history_between(struct repo *repo, const struct repo_id *from, const struct repo_id *to,
	bool all_parents, struct history *ret, struct err *err);
/* What `a` has and `b` lacks, and the other way round. */
int history_apart(struct repo *repo, const struct repo_id *a, const struct repo_id *b,
	bool all_parents, struct history *ret_a, struct history *ret_b, struct err *err);
/* The last n first parents up to and including `to`; fewer where history begins. */
int history_last(struct repo *repo, const struct repo_id *to, size_t n, struct history *ret,
	struct err *err);

#endif

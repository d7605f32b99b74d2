/* Commits and what leads to them. */
#include "git_priv.h"

void
repo_parents_done(struct repo_parents *parents)
{
	vec_done(&parents->ids);
}

int
repo_parents(struct repo *repo, const struct repo_id *id, bool *ret_found, struct repo_parents *ret,
	struct err *err)
{
	git_oid oid = repo_oid(id);
	git_commit *commit = NULL;
	int e = git_commit_lookup(&commit, repo->git, &oid);

	if (e < 0 && e != GIT_ENOTFOUND)
		return repo_fail_id(err, "commit", id);
	*ret_found = e == 0;
	if (e < 0) {
		git_error_clear();
		return 0;
	}
	unsigned n = git_commit_parentcount(commit);
	ret->date = git_commit_time(commit);
	ret->ids.n = 0;
	for (unsigned i = 0; i < n; i++)
		vec_add(&ret->ids, repo_id_of(git_commit_parent_id(commit, i)));
	git_commit_free(commit);
	return 0;
}

int
repo_peel(struct repo *repo, const struct repo_id *id, bool *ret_found, struct repo_id *ret,
	struct err *err)
{
	git_oid oid = repo_oid(id);
	git_object *object = NULL, *peeled = NULL;
	int e = git_object_lookup(&object, repo->git, &oid, GIT_OBJECT_ANY);

	if (e == 0)
		e = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);
	if (e == 0)
		*ret = repo_id_of(git_object_id(peeled));
	git_object_free(peeled);
	git_object_free(object);
	if (e < 0 && e != GIT_EPEEL && e != GIT_EINVALIDSPEC)
		return repo_fail_id(err, "object", id);
	if (e < 0)
		git_error_clear();
	*ret_found = e == 0;
	return 0;
}

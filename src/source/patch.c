/* "REV+file.patch": a commit with uncommitted work on top. */
#include "source_priv.h"

#include "base/str.h"
#include "source/commit.h"
#include "sys/fs.h"

#include <string.h>

#define PATCH_MAX ((size_t)64 << 20) /* bytes */

static int
read_patch(
	const struct source *source, const struct revspec *spec, struct str *ret, struct err *err)
{
	scoped_free char *joined = path_join(source->dir, spec->b);
	scoped_free char *path = path_absolute(joined);

	if (!fs_exists(path))
		return err_set(err, ERR_SOURCE,
			"there is no patch '%s' (a branch or tag of this name is written "
			"'%.200s^0')",
			path, spec->text);
	return fs_read(path, PATCH_MAX, ret, err);
}

int
source_resolve_patch(struct source *source, const struct revspec *spec, struct arena *arena,
	struct rev *rev, struct err *err)
{
	struct repo_commit commit;
	struct repo_id tree;
	scoped(str) patch = STR_INIT;
	char hex[REPO_ID_HEX];

	if (source_need_repo(source, spec->text, err) < 0 ||
		commit_find(source->repo, spec->a, arena, &commit, err) < 0)
		return -1;
	if (read_patch(source, spec, &patch, err) < 0 ||
		repo_apply(source->repo, &commit.tree, patch.p, patch.n, &tree, err) < 0)
		return err_wrap(err, "'%.200s'", spec->text);
	source_describe(&commit, arena, rev);
	/* No commit has this tree: it is its own name, the same for the same files. */
	repo_id_hex(&tree, hex);
	rev->id = rev->tree_id = arena_strdup(arena, hex);
	rev->subject = arena_printf(arena, "%s, patched", commit.subject);
	return 0;
}

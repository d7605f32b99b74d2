/* Where each suite's files come from: exported once by content, in paths of equal length. */
#include "sweep_priv.h"

#include "sys/fs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A release has no files: the suite of the last revision that has some serves, or the project's. */
static int
suite_without(struct carry *carry, struct rev *ret, struct err *err)
{
	const struct plan *plan = carry->sweep->plan;

	for (size_t i = plan->n_revs; i-- > 0;)
		if (plan->revs[i].kind != REVSPEC_VERSION) {
			*ret = plan->revs[i];
			return 0;
		}
	return source_project(carry->sweep->source, &carry->arena, ret, err);
}

/* Which revision's copy of the suite the revision `rev` runs. */
static int
suite_rev(struct carry *carry, const struct suite *suite, size_t rev, struct rev *ret,
	struct err *err)
{
	const struct plan *plan = carry->sweep->plan;
	struct revspec worktree = {.kind = REVSPEC_WORKTREE, .text = "worktree"};

	switch (suite->from) {
	case FROM_HEAD:
		rev = plan->n_revs - 1;
		break;
	case FROM_BASE:
		rev = plan->terms.base;
		break;
	case FROM_DEFAULT:
	case FROM_REVISION:
		break;
	case FROM_WORKTREE:
		return source_resolve(carry->sweep->source, &worktree, &carry->arena, ret, err);
	}
	if (plan->revs[rev].kind == REVSPEC_VERSION)
		return suite_without(carry, ret, err);
	*ret = plan->revs[rev];
	return 0;
}

typedef vec(const char *) text_list;

static void
add_once(text_list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], text) == 0)
			return;
	vec_add(list, text);
}

/* Files like pyproject.toml and conftest.py at the top and above a path belong to the suite too. */
static int
add_companions(struct carry *carry, const struct rev *rev, const char *const *names,
	const char *path, text_list *list, struct err *err)
{
	scoped_free char *dir = xstrdup(path);

	for (;;) {
		char *slash = strrchr(dir, '/');

		*(slash ? slash : dir) = '\0';
		for (const char *const *name = names; name && *name; name++) {
			const char *file =
				*dir ? arena_printf(&carry->arena, "%s/%s", dir, *name) : *name;
			bool has = false;

			if (source_has(carry->sweep->source, rev, file, &has, err) < 0)
				return -1;
			if (has)
				add_once(list, file);
		}
		if (!*dir)
			return 0;
	}
}

/* The paths to export, NULL-terminated in list; *ret_absent when the tree lacks one of the suite's
 * own. A suite without paths takes the whole tree: an empty list; and so do programs of the build,
 * whose paths are none of files. */
static int
suite_paths(struct carry *carry, const struct plan_suite *ps, const struct rev *rev,
	text_list *list, bool *ret_absent, struct err *err)
{
	const struct suite *suite = ps->suite;

	for (const char *const *p = suite->paths; !ps->harness->built && p && *p; p++) {
		bool has = false;

		if (source_has(carry->sweep->source, rev, *p, &has, err) < 0)
			return -1;
		*ret_absent |= !has;
		add_once(list, *p);
		if (add_companions(carry, rev, ps->harness->companions, *p, list, err) < 0)
			return -1;
	}
	for (const char *const *p = suite->include; list->n && p && *p; p++)
		add_once(list, *p);
	if (list->n) {
		vec_add(list, NULL);
		list->n--;
	}
	return 0;
}

static void
export_digest(const struct rev *rev, const text_list *paths, char hex[DIGEST_HEX])
{
	struct digest *d = digest_new();

	digest_add_text(d, rev->tree_id);
	for (size_t i = 0; i < paths->n; i++)
		digest_add_text(d, paths->v[i]);
	digest_finish(d, hex);
}

/* For revision `of`. Into a directory of its own first: whoever renames first wins, the others have
 * the same bytes. */
static int
export_suite(struct carry *carry, size_t of, const char *suite, const struct rev *rev,
	const text_list *paths, const char *dest, struct err *err)
{
	char *tmp = NULL;

	if (fs_is_dir(dest))
		return 0;
	scoped_free char *prefix = xasprintf("%s.tmp", dest);
	if (fs_temp_dir(prefix, &tmp, err) < 0)
		return -1;
	struct span span = timeline_start(SPAN_CHECKOUT, (int)of, suite);
	int r = source_checkout(carry->sweep->source, rev, paths->n ? paths->v : NULL, tmp, err);
	timeline_end(carry, &span, r < 0 ? SPAN_ERROR : span_ok);
	if (r == 0 && rename(tmp, dest) < 0 && !fs_is_dir(dest))
		r = err_sys(err, ERR_STORE, "cannot publish '%s'", dest);
	struct err ignored = ERR_INIT;
	if (fs_exists(tmp) && fs_remove(tmp, &ignored) < 0 && r == 0) {
		*err = ignored;
		r = -1;
	}
	free(tmp);
	return r;
}

static int
place_suite(struct carry *carry, size_t rev, size_t s, struct err *err)
{
	const struct plan_suite *ps = &carry->sweep->plan->suites[s];
	struct arm *arm = carry_arm(carry, rev, s);
	struct rev from;
	text_list paths = {0};
	bool absent = false;
	char hex[DIGEST_HEX];

	if (ps->pass == PASS_BUILD) {
		arm->suite_dir = "/"; /* it has no files, and is not run */
		return 0;
	}
	if (suite_rev(carry, ps->suite, rev, &from, err) < 0)
		return -1;
	if (from.kind == REVSPEC_PREFIX) {
		arm->suite_dir = from.path;
		return 0;
	}
	int r = suite_paths(carry, ps, &from, &paths, &absent, err);
	if (r == 0 && absent && ps->suite->from != FROM_REVISION)
		r = err_set(err, ERR_SOURCE,
			"suite '%s': revision '%s' lacks one of its paths (%s)", ps->suite->name,
			from.label, ps->suite->paths[0]);
	if (r == 0 && !absent) {
		export_digest(&from, &paths, hex);
		arm->suite_dir = arena_printf(&carry->arena, "%s/suites/%s", carry->cache, hex);
		r = export_suite(carry, rev, ps->suite->name, &from, &paths, arm->suite_dir, err);
	}
	vec_done(&paths);
	return r;
}

int
sweep_suites_of(struct carry *carry, size_t rev, struct err *err)
{
	scoped_free char *dir = path_join(carry->cache, "suites");

	if (fs_mkdir_p(dir, 0700, err) < 0)
		return -1;
	for (size_t s = 0; s < carry->sweep->plan->n_suites; s++)
		if (place_suite(carry, rev, s, err) < 0)
			return -1;
	return 0;
}

int
sweep_suites(struct carry *carry, struct err *err)
{
	for (size_t rev = 0; rev < carry->sweep->plan->n_revs; rev++)
		if (sweep_suites_of(carry, rev, err) < 0)
			return -1;
	return 0;
}

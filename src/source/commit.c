#include "source/commit.h"

#include "base/str.h"
#include "base/suggest.h"
#include "base/vec.h"

#include <ctype.h>
#include <string.h>

#define HEX_MIN 4 /* digits of an abbreviated id, as git demands */
#define CANDIDATES_SHOWN 8

/* What follows "@{" needs the reference itself, not the commit it names now. */
static size_t
base_length(const char *name)
{
	size_t n = strcspn(name, "~^");
	const char *at = strstr(name, "@{");

	return at && (size_t)(at - name) < n ? (size_t)(at - name) : n;
}

static bool
is_hex(const char *text)
{
	size_t n = strlen(text);

	return n >= HEX_MIN && n < REPO_ID_HEX && strspn(text, "0123456789abcdefABCDEF") == n;
}

const char *
commit_shallow_hint(const struct repo *repo)
{
	return repo_is_shallow(repo) ? " (this is a shallow clone; git fetch --unshallow brings "
				       "the rest of the history)"
				     : "";
}

static int
describe(struct repo *repo, const struct repo_id *id, struct arena *arena, struct str *out,
	struct err *err)
{
	struct repo_commit commit;
	char hex[REPO_ID_HEX];

	if (repo_commit(repo, id, arena, &commit, err) < 0)
		return -1;
	repo_id_hex(id, hex);
	str_addf(out, "%.12s (%.40s)", hex, commit.subject);
	return 0;
}

static int
refuse_ambiguous(const char *name, const char *list, struct err *err)
{
	return err_set(err, ERR_SOURCE, "'%.200s' is ambiguous: it may be %s", name, list);
}

/* ---- names of references ---- */

/* Where git looks for a name, in its order. Finding it twice is ambiguous for us: which of the two
 * was meant is not for a benchmark to guess. */
static const char *const places[] = {
	"refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"};

static const char *
fill_place(const char *place, const char *name, struct arena *arena)
{
	const char *hole = strstr(place, "%s");

	return arena_printf(
		arena, "%.*s%s%s", (int)(hole - place), place, name, hole + strlen("%s"));
}

static int
refuse_names(struct repo *repo, const char *name, const char *const *refs,
	const struct repo_id *ids, size_t n, struct arena *arena, struct err *err)
{
	scoped(str) list = STR_INIT;

	for (size_t i = 0; i < n; i++) {
		str_addf(&list, "%s%s, ", i ? " or " : "", refs[i]);
		if (describe(repo, &ids[i], arena, &list, err) < 0)
			return err_wrap(
				err, "'%.200s' is ambiguous, and %s is damaged", name, refs[i]);
	}
	return refuse_ambiguous(name, list.p, err);
}

static int
find_ref(struct repo *repo, const char *name, struct arena *arena, bool *ret_found,
	struct repo_id *ret, struct err *err)
{
	const char *refs[ARRAY_LEN(places)];
	struct repo_id ids[ARRAY_LEN(places)];
	size_t n = 0;

	/* HEAD and its like, and full names, mean themselves. */
	if (strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == strlen(name) ||
		str_starts(name, "refs/")) {
		if (repo_find_ref(repo, name, ret_found, ret, err) < 0)
			return -1;
		if (*ret_found)
			return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		bool found = false;

		refs[n] = fill_place(places[i], name, arena);
		if (repo_find_ref(repo, refs[n], &found, &ids[n], err) < 0)
			return -1;
		n += found;
	}
	if (n > 1)
		return refuse_names(repo, name, refs, ids, n, arena, err);
	*ret_found = n == 1;
	if (n)
		*ret = ids[0];
	return 0;
}

/* ---- ids ---- */

static int
find_abbreviated(struct repo *repo, const char *digits, struct arena *arena, bool *ret_found,
	struct repo_id *ret, struct err *err)
{
	struct repo_id *ids = NULL, *last = NULL;
	scoped(str) list = STR_INIT;
	size_t n = 0, found = 0;

	if (repo_find_prefix(repo, digits, arena, &ids, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool commit = false, again = false;

		for (size_t j = 0; j < i; j++)
			again = again || memcmp(&ids[i], &ids[j], sizeof(ids[i])) == 0;
		if (repo_is_commitish(repo, &ids[i], &commit, err) < 0)
			return -1;
		if (again || !commit)
			continue;
		last = &ids[i];
		if (found++ >= CANDIDATES_SHOWN)
			continue;
		str_add(&list, found > 1 ? " or " : "");
		if (describe(repo, last, arena, &list, err) < 0)
			return -1;
	}
	if (found > CANDIDATES_SHOWN)
		str_addf(&list, " or %zu more", found - CANDIDATES_SHOWN);
	if (found > 1)
		return refuse_ambiguous(digits, list.p, err);
	*ret_found = found == 1;
	if (found)
		*ret = *last;
	return 0;
}

/* The digits in what git describe prints, "v1.2-14-g1a2b3c4". */
static const char *
described_id(const char *name)
{
	const char *dash = strrchr(name, '-');

	return dash && dash > name && dash[1] == 'g' && is_hex(dash + 2) ? dash + 2 : NULL;
}

/* ---- what to say about unknown names ---- */

static const char *
short_name(const char *ref)
{
	static const char *const roots[] = {"refs/heads/", "refs/tags/", "refs/remotes/"};

	for (size_t i = 0; i < ARRAY_LEN(roots); i++)
		if (str_starts(ref, roots[i]))
			return ref + strlen(roots[i]);
	return ref;
}

static int
find_near(
	struct repo *repo, const char *name, struct arena *arena, const char **ret, struct err *err)
{
	const char *const *refs = NULL;
	size_t n = 0;
	scoped_free char *remote = xasprintf("/%s", name);

	if (repo_refs(repo, arena, &refs, &n, err) < 0)
		return -1;
	const char **names = arena_alloc(arena, n + 1, sizeof(*names));
	*ret = NULL;
	for (size_t i = 0; i < n; i++) {
		names[i] = short_name(refs[i]);
		/* The branch is there, but only on the other side: git checkout would make it. */
		if (str_starts(refs[i], "refs/remotes/") && str_ends(refs[i], remote))
			*ret = names[i];
	}
	if (!*ret)
		*ret = suggest(name, names, n);
	return 0;
}

/* HEAD, or a branch, before the first commit. */
static int
refuse_unborn(struct repo *repo, const char *head, struct arena *arena, struct err *err)
{
	const char *const *refs = NULL;
	size_t n = 0;

	if (repo_refs(repo, arena, &refs, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_SOURCE, "the repository has no commits yet");
	return err_set(err, ERR_SOURCE, "HEAD is on branch '%.200s', which has no commits yet",
		short_name(head));
}

static int
refuse_unknown(struct repo *repo, const char *base, struct arena *arena, struct err *err)
{
	const char *head = NULL, *near = NULL;
	struct repo_id id;
	bool born = false;

	if (repo_ref_target(repo, "HEAD", arena, &head, err) < 0 ||
		repo_find_ref(repo, "HEAD", &born, &id, err) < 0)
		return -1;
	if (!born && head && (strcmp(base, "HEAD") == 0 || strcmp(base, short_name(head)) == 0))
		return refuse_unborn(repo, head, arena, err);
	if (repo_id_parse(base, &id))
		return err_set(err, ERR_SOURCE, "this repository has no commit '%s'%s", base,
			commit_shallow_hint(repo));
	if (find_near(repo, base, arena, &near, err) < 0)
		return -1;
	if (near)
		return err_set(err, ERR_SOURCE,
			"there is no branch, tag or commit '%.200s' (did you mean '%.200s'?)", base,
			near);
	return err_set(err, ERR_SOURCE, "there is no branch, tag or commit '%.200s'%s", base,
		commit_shallow_hint(repo));
}

/* ---- all together ---- */

static int
find_base(struct repo *repo, const char *base, struct arena *arena, struct repo_id *ret,
	struct err *err)
{
	const char *described = described_id(base);
	bool found = false;

	if (repo_id_parse(base, ret)) {
		/* A full id is an id, whatever is called the same. */
		struct repo_id *ids = NULL;
		size_t n = 0;

		if (repo_find_prefix(repo, base, arena, &ids, &n, err) < 0)
			return -1;
		return n ? 0 : refuse_unknown(repo, base, arena, err);
	}
	if (find_ref(repo, base, arena, &found, ret, err) < 0)
		return -1;
	if (!found && is_hex(base) && find_abbreviated(repo, base, arena, &found, ret, err) < 0)
		return -1;
	if (!found && described && find_abbreviated(repo, described, arena, &found, ret, err) < 0)
		return -1;
	return found ? 0 : refuse_unknown(repo, base, arena, err);
}

static int
find_object(struct repo *repo, const char *name, struct arena *arena, struct repo_id *ret,
	struct err *err)
{
	size_t n = base_length(name);
	const char *base = arena_strndup(arena, name, n);
	const char *text = name;
	bool found = false;

	if (name[n] != '@') {
		char hex[REPO_ID_HEX];

		base = *base && strcmp(base, "@") != 0 ? base : "HEAD";
		if (find_base(repo, base, arena, ret, err) < 0)
			return -1;
		if (!name[n])
			return 0;
		repo_id_hex(ret, hex);
		text = arena_printf(arena, "%s%s", hex, name + n);
	}
	if (repo_parse(repo, text, &found, ret, err) < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_SOURCE,
			"'%.200s' leads to no commit: '%.200s' has no '%.60s'%s", name, base,
			name + n, commit_shallow_hint(repo));
	return 0;
}

int
commit_find(struct repo *repo, const char *name, struct arena *arena, struct repo_commit *ret,
	struct err *err)
{
	struct repo_id id;

	if (find_object(repo, name, arena, &id, err) < 0)
		return -1;
	if (repo_commit(repo, &id, arena, ret, err) < 0)
		return err_wrap(err, "'%.200s'", name);
	return 0;
}

int
commit_merge_base(struct repo *repo, const char *a, const char *b, struct arena *arena,
	struct repo_commit *ret, struct err *err)
{
	struct repo_commit one, two;
	struct repo_id id;
	bool found = false;

	if (commit_find(repo, a, arena, &one, err) < 0 ||
		commit_find(repo, b, arena, &two, err) < 0)
		return -1;
	if (repo_merge_base(repo, &one.id, &two.id, &found, &id, err) < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_SOURCE, "'%.200s' and '%.200s' have no commit in common%s",
			a, b, commit_shallow_hint(repo));
	return repo_commit(repo, &id, arena, ret, err);
}

int
commit_default_branch(struct repo *repo, struct arena *arena, const char **ret, struct err *err)
{
	static const char *const usual[] = {"refs/heads/main", "refs/remotes/origin/main",
		"refs/heads/master", "refs/remotes/origin/master"};
	const char *target = NULL;
	struct repo_id id;
	bool found = false;

	if (repo_ref_target(repo, "refs/remotes/origin/HEAD", arena, &target, err) < 0)
		return -1;
	if (target && repo_find_ref(repo, target, &found, &id, err) < 0)
		return -1;
	for (size_t i = 0; !found && i < ARRAY_LEN(usual); i++) {
		target = usual[i];
		if (repo_find_ref(repo, target, &found, &id, err) < 0)
			return -1;
	}
	*ret = found ? short_name(target) : NULL;
	return 0;
}

/* What a bisect asks of a repository. */
#include "fixture.h"

#include "source/path.h"

#include <string.h>

/* libgit2 1.5 loses 20 KiB for each extension it finds in a repository's configuration. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2";
}

/* c NAME: a commit with a file and a tag of that name. j NAME OTHER...: the same as a merge. */
#define WORDS                                                                                      \
	"c() { echo $1 > $1; commit $1; git tag $1; }\n"                                           \
	"j() { at $tick; tick=$((tick + 60)); name=$1; shift\n"                                    \
	"git merge -q --no-ff -m $name \"$@\"; git tag $name; }\n"                                 \
	"on() { git checkout -q \"$@\"; }\n"

/*	a---b---m---c---n---d    main
 *	 \     /       /
 *	  x---y---z---/          topic, merged twice
 *	       \
 *	        s                side
 */
static const char history[] =
	"new repo\n" WORDS "c a; on -b topic; c x; on main; c b; on topic; c y; on -b side; c s\n"
	"on main; j m y; on topic; c z; on main; c c; j n topic; c d\n";

/* Two branches that merged each other crosswise, and then once more:
 *	a---p---P---q---f    main
 *	 \   \ /       /
 *	  \   X       /
 *	   \ / \     /
 *	    t---T---u        other
 */
static const char crisscross[] =
	"new repo\n" WORDS "c a; on -b other; c t; on main; c p; j P t; on other; j T p\n"
	"on main; c q; on other; c u; on main; j f other\n";

/* Subjects in order, behind "~" where the path does not begin at GOOD. */
static const char *
shown(const struct source_path *path)
{
	scoped(str) out = STR_INIT;

	for (size_t i = 0; i < path->n; i++) {
		str_addf(&out, "%s%s", i ? " " : path->moved ? "~" : "", path->revs[i].subject);
		ck_assert_uint_eq(path->revs[i].position, i);
		ck_assert_int_eq(path->revs[i].kind, REVSPEC_GIT);
	}
	return arena_strdup(&arena, out.p);
}

static int
find_path(struct source *source, const char *good, const char *bad, struct source_path *ret,
	struct err *err)
{
	struct revspec ends[2];

	ck_assert_msg(revspec_parse(good, &arena, &ends[0], err) == 0, "%s", err->text);
	ck_assert_msg(revspec_parse(bad, &arena, &ends[1], err) == 0, "%s", err->text);
	return source_path(source, &ends[0], &ends[1], &arena, ret, err);
}

static struct source_path
path_of(struct source *source, const char *good, const char *bad)
{
	struct err err = ERR_INIT;
	struct source_path path = {0};

	ck_assert_msg(
		find_path(source, good, bad, &path, &err) == 0, "%s %s: %s", good, bad, err.text);
	return path;
}

static const char *
labels(struct source *source, const char *good, const char *bad)
{
	struct source_path path = path_of(source, good, bad);
	scoped(str) out = STR_INIT;

	for (size_t i = 0; i < path.n; i++)
		str_addf(&out, "%s%s", i ? " " : "", path.revs[i].label);
	return arena_strdup(&arena, out.p);
}

static void
no_path(struct source *source, const char *good, const char *bad, enum err_kind kind,
	const char *says)
{
	struct err err = ERR_INIT;
	struct source_path path;

	ck_assert_msg(find_path(source, good, bad, &path, &err) == -1, "%s %s passed", good, bad);
	ck_assert_msg(err.kind == kind, "%s %s: kind %d: %s", good, bad, err.kind, err.text);
	ck_assert_msg(strstr(err.text, says), "%s %s: %s", good, bad, err.text);
}

/* As shown() does, or "none". */
static const char *
merged(struct source *source, const char *merge)
{
	struct rev rev = resolved(source, merge);
	struct err err = ERR_INIT;
	struct source_path path = {0};
	bool any = false;

	ck_assert_msg(source_merged(source, &rev, &arena, &path, &any, &err) == 0, "%s: %s", merge,
		err.text);
	return any ? shown(&path) : "none";
}

static const char *
touched(struct source *source, const char *text)
{
	struct rev rev = resolved(source, text);
	struct err err = ERR_INIT;
	const char *const *paths = NULL;
	scoped(str) out = STR_INIT;
	size_t n = 0;

	ck_assert_msg(source_touched(source, &rev, &arena, &paths, &n, &err) == 0, "%s: %s", text,
		err.text);
	for (size_t i = 0; i < n; i++)
		str_addf(&out, "%s%s", i ? "|" : "", paths[i]);
	ck_assert_ptr_null(paths[n]);
	return arena_strdup(&arena, out.p);
}

static void
finish(struct source *source)
{
	source_close(source);
	end();
}

struct expected {
	const char *good, *bad, *path;
};

static void
follow(struct source *source, const struct expected *expected, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct source_path path = path_of(source, expected[i].good, expected[i].bad);

		ck_assert_msg(strcmp(shown(&path), expected[i].path) == 0, "%s %s: %s",
			expected[i].good, expected[i].bad, shown(&path));
	}
}

START_TEST(paths_follow_first_parents)
{
	static const struct expected expected[] = {
		{"a", "d", "a b m c n d"},
		{"a", "b", "a b"},
		{"m", "n", "m c n"},
		{"x", "side", "x y s"},
		/* GOOD is below a merge, beside the line, or both. */
		{"y", "d", "~a b m c n d"},
		{"z", "d", "~a b m c n d"},
		{"side", "d", "~a b m c n d"},
		{"side", "topic", "~y z"},
		{"d", "side", "~y s"},
		{"c", "side", "~y s"},
		{"b", "side", "~a x y s"},
		{"merge-base:d,side", "topic", "y z"},
	};

	begin();
	sh("%s", history);
	struct source *source = open_source("repo");
	follow(source, expected, ARRAY_LEN(expected));
	finish(source);
}
END_TEST

START_TEST(crosswise_merges_are_followed)
{
	static const struct expected expected[] = {
		{"a", "f", "a p P q f"},
		{"u", "q", "~p P q"},
		{"q", "u", "~t T u"},
		{"T", "P", "~p P"},
		{"t", "f", "~a p P q f"},
		{"u", "f", "~p P q f"},
	};

	begin();
	sh("%s", crisscross);
	struct source *source = open_source("repo");
	follow(source, expected, ARRAY_LEN(expected));
	ck_assert_str_eq(merged(source, "f"), "~t T u");
	ck_assert_str_eq(merged(source, "P"), "~a t");
	ck_assert_str_eq(merged(source, "T"), "~a p");
	finish(source);
}
END_TEST

START_TEST(ends_keep_the_names_that_they_were_given)
{
	begin();
	sh("%s git tag -a -m annotated v1.2 m; git rev-parse c > ../c; git rev-parse n > ../n\n"
	   "git rev-parse m > ../m; git rev-parse y > ../y\n",
		history);
	struct source *source = open_source("repo");
	const char *c = arena_strndup(&arena, text_of("c"), REV_SHORT);
	const char *n = arena_strndup(&arena, text_of("n"), REV_SHORT);
	const char *y = arena_strndup(&arena, text_of("y"), REV_SHORT);

	ck_assert_str_eq(
		labels(source, "v1.2", "HEAD"), arena_printf(&arena, "v1.2 %s %s HEAD", c, n));
	ck_assert_str_eq(
		labels(source, "old=v1.2", "new=n"), arena_printf(&arena, "old %s new", c));
	/* Side branch: what is in front is not what was typed. */
	ck_assert_str_eq(labels(source, "side", "topic"), arena_printf(&arena, "%s topic", y));
	/* Labels that would come twice. */
	ck_assert_str_eq(labels(source, "x=m", "x=c"), arena_printf(&arena, "x x@%s", c));
	ck_assert_str_eq(labels(source, "m", arena_printf(&arena, "%s=n", c)),
		arena_printf(&arena, "m %s %s@%s", c, c, n));

	struct source_path path = path_of(source, "v1.2", "HEAD");
	ck_assert_str_eq(path.revs[0].id, text_of("m"));
	ck_assert_str_eq(path.revs[0].spec, "v1.2");
	ck_assert_str_eq(path.revs[1].id, text_of("c"));
	ck_assert_str_eq(path.revs[1].spec, "v1.2..HEAD");
	ck_assert_str_eq(path.revs[3].spec, "HEAD");
	ck_assert_str_eq(path.revs[1].author, "A U Thor");
	ck_assert_ptr_null(path.revs[1].series);
	finish(source);
}
END_TEST

/* Dates that fall, jump, and hide more commits than anybody would look at to be sure. */
START_TEST(dates_do_not_matter)
{
	static const struct expected expected[] = {
		{"main~9", "main", "9 8 7 6 5 4 3 2 1 0"},
		{"old", "main", "~4 3 2 1 0"},
		{"main", "old~1497", "~4 s1 s2 s3"},
		{"old", "merger", "~4 3 2 1 0 merger"},
	};

	begin();
	sh("new repo\n"
	   /* MARK DATE BRANCH FROM SUBJECT */
	   "one() { printf 'commit refs/heads/%%s\\nmark :%%d\\ncommitter C <c@example.org> %%d "
	   "+0000\\ndata <<.\\n%%s\\n.\\n%%s\\n\\n' $3 $1 $2 \"$5\" \"${4:+from :$4}\"; }\n"
	   "{ f=; i=9; while [ $i -ge 0 ]; do m=$((10 - i))\n"
	   "one $m $((1600000000 + (i * 7919) %% 13 * 100000)) main \"$f\" $i; f=$m\n"
	   "i=$((i - 1)); done\n"
	   "f=6; i=1; while [ $i -le 1500 ]; do m=$((1000 + i)); one $m 100000 old $f s$i; f=$m\n"
	   "i=$((i + 1)); done\n"
	   "one 3000 50000 merger 10 merger; } > ../stream; git fast-import --quiet < ../stream\n");
	struct source *source = open_source("repo");
	follow(source, expected, ARRAY_LEN(expected));
	no_path(source, "old", "main~4", ERR_USAGE, "'main~4' is an ancestor of 'old'");
	finish(source);
}
END_TEST

START_TEST(what_is_no_path_has_a_reason)
{
	begin();
	sh("%s git tag -a -m x tagged d; on --orphan alone; git rm -rfq .; c k; on -b joined\n"
	   "c l; on main; at $tick; git merge -q --allow-unrelated-histories -m u joined\n"
	   "mkdir sub; git tag file HEAD:a; : > ../x.patch\n",
		history);
	struct source *source = open_source("repo");
	no_path(source, "d", "tagged", ERR_USAGE, "'d' and 'tagged' are the same commit (");
	no_path(source, "d", "a", ERR_USAGE,
		"'a' is an ancestor of 'd': swap them (revsweep bisect a d), or with --find "
		"improvement ask for what made it better");
	no_path(source, "n", "y", ERR_USAGE, "'y' is an ancestor of 'n'");
	no_path(source, "alone", "d", ERR_SOURCE, "'alone' and 'd' have no commit in common");
	no_path(source, "d", "alone", ERR_SOURCE, "'d' and 'alone' have no commit in common");
	no_path(source, "l", "main", ERR_SOURCE,
		"the first parents of 'main' do not lead to the history of 'l'");
	no_path(source, "worktree", "d", ERR_USAGE, "bisect walks commits: 'worktree' is none");
	no_path(source, "a", "dir:sub", ERR_USAGE, "bisect walks commits: 'dir:sub' is none");
	no_path(source, "a", "version:1.2", ERR_USAGE, "bisect walks commits: 'version:1.2'");
	no_path(source, "a", "d+../x.patch", ERR_USAGE, "'d+../x.patch' is none");
	no_path(source, "a..b", "d", ERR_USAGE, "'a..b' names more than one revision");
	no_path(source, "a", "nope", ERR_SOURCE, "no branch, tag or commit 'nope'");
	no_path(source, "file", "d", ERR_SOURCE, "it is a blob, not a commit");
	source_close(source);
	source_open_none(in_sandbox("."), &source);
	no_path(source, "a", "b", ERR_SOURCE, "needs a git repository");
	finish(source);
}
END_TEST

START_TEST(a_shallow_clone_says_so)
{
	begin();
	sh("%s cd ..; git clone -q --no-local --depth 3 --branch main \"file://$PWD/repo\" clone\n"
	   "git clone -q --no-local --no-tags --depth 1 --no-single-branch \"file://$PWD/repo\" "
	   "two\n",
		history);
	struct source *source = open_source("clone");
	struct source_path path = path_of(source, "HEAD~2", "HEAD");
	ck_assert_str_eq(shown(&path), "c n d");
	struct rev rev = resolved(source, "HEAD~2");
	struct err err = ERR_INIT;
	const char *const *paths = NULL;
	size_t n = 0;
	ck_assert_int_eq(source_touched(source, &rev, &arena, &paths, &n, &err), -1);
	ck_assert_int_eq(err.kind, ERR_SOURCE);
	ck_assert_msg(strstr(err.text, "the parent of 'HEAD~2' is missing (this is a shallow "),
		"%s", err.text);
	source_close(source);
	source = open_source("two");
	no_path(source, "origin/side", "main", ERR_SOURCE, "shallow clone");
	finish(source);
}
END_TEST

START_TEST(a_path_has_a_limit)
{
	begin();
	sh("new repo\n"
	   "awk 'BEGIN { for (i = 1; i <= 100001; i++) printf \"commit refs/heads/main\\n"
	   "committer C <c@example.org> %%d +0000\\ndata 0\\n\\n\", 1600000000 + i }' |"
	   "git fast-import --quiet\n"
	   "git tag first main~100000\n");
	struct source *source = open_source("repo");
	no_path(source, "first", "main", ERR_SOURCE,
		"'first..main' holds 100000 commits, and 99999 are the most at once");
	struct source_path path = path_of(source, "first", "main~1");
	ck_assert_uint_eq(path.n, 100000);
	ck_assert_str_eq(path.revs[0].label, "first");
	finish(source);
}
END_TEST

START_TEST(merges_lead_into_their_branches)
{
	begin();
	sh("%s on -b one; c o1; c o2; on main; on -b two; c w1; on main; c e; j octopus one two\n"
	   "on -b late; c l1; on main; j early late\n"
	   "on -b fed; c f1; on main; c g; on fed; j back main; c f2; on main; c h; j fed-in fed\n"
	   "on --orphan alone; git rm -rfq .; c k; on main\n"
	   "at $tick; git merge -q --allow-unrelated-histories -m u alone; git tag u\n"
	   /* What git merge would not do: a merge of an ancestor. */
	   "git tag again $(git commit-tree -p main -p d -m again main^{tree})\n",
		history);
	struct source *source = open_source("repo");
	ck_assert_str_eq(merged(source, "m"), "~a x y");
	ck_assert_str_eq(merged(source, "n"), "~y z");
	ck_assert_str_eq(merged(source, "octopus"), "~d o1 o2");
	/* Nothing happened beside this branch: its base is the merge's first parent. */
	ck_assert_str_eq(merged(source, "early"), "octopus l1");
	/* The branch took main in: its own line leaves main's history before the merge base. */
	ck_assert_str_eq(merged(source, "fed-in"), "~early f1 back f2");
	ck_assert_str_eq(merged(source, "u"), "none");
	ck_assert_str_eq(merged(source, "again"), "none");
	ck_assert_str_eq(merged(source, "d"), "none");
	ck_assert_str_eq(merged(source, "a"), "none");

	struct rev merge = resolved(source, "m");
	struct err err = ERR_INIT;
	struct source_path path;
	bool any = false;
	ck_assert_int_eq(source_merged(source, &merge, &arena, &path, &any, &err), 0);
	for (size_t i = 0; i < path.n; i++)
		ck_assert_str_eq(
			path.revs[i].label, arena_strndup(&arena, path.revs[i].id, REV_SHORT));
	ck_assert_str_eq(
		path.revs[1].spec, arena_printf(&arena, "%.10s^1..%.10s^2", merge.id, merge.id));
	ck_assert_str_eq(path.revs[1].id, resolved(source, "x").id);
	finish(source);
}
END_TEST

START_TEST(touched_files_are_told)
{
	begin();
	sh("new repo\n" WORDS
	   "mkdir -p d/e; echo 1 > d/e/1; echo 2 > d/2; echo 3 > 'with space'; seq 1 50 > long\n"
	   "ln -s d link; c root\n"
	   "git mv long d/moved; echo 51 >> d/moved; chmod +x d/2; c changes\n"
	   "rm link; mkdir link; echo 4 > link/4; rm -r d/e; c types\n"
	   "rm d/2; ln -s moved d/2; echo x > Z; echo x > \"$(printf 'caf\\303\\251')\"; c more\n"
	   "git rm -q --cached Z; git update-index --add --cacheinfo 160000,$(git rev-parse "
	   "root),Z; git commit -q -m sub; git tag sub; git checkout -q -f .; rm -rf Z\n"
	   "git commit -q --allow-empty -m empty; git tag empty\n"
	   "on -b other root; echo y > y; commit y; on main; j merge other\n"
	   "echo new > new; sed -i s/7/8/ d/moved; git add new d/moved\n"
	   "git diff --cached > ../fix.patch; git reset -q --hard\n");
	struct source *source = open_source("repo");
	ck_assert_str_eq(touched(source, "root"), "d/2|d/e/1|link|long|root|with space");
	ck_assert_str_eq(touched(source, "changes"), "changes|d/2|d/moved|long");
	ck_assert_str_eq(touched(source, "types"), "d/e/1|link|link/4|types");
	ck_assert_str_eq(touched(source, "more"), "Z|caf\xc3\xa9|d/2|more");
	ck_assert_str_eq(touched(source, "sub"), "Z");
	ck_assert_str_eq(touched(source, "empty"), "");
	ck_assert_str_eq(touched(source, "merge"), "y");
	ck_assert_str_eq(touched(source, "merge+../fix.patch"), "d/moved|new");

	struct rev dir = resolved(source, "dir:d");
	struct err err = ERR_INIT;
	const char *const *paths = NULL;
	size_t n = 0;
	ck_assert_int_eq(source_touched(source, &dir, &arena, &paths, &n, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, "'dir:d' is no commit");
	finish(source);
}
END_TEST

START_TEST(pathspecs_match_files)
{
	static const struct {
		const char *file, *pathspec;
		bool matches;
	} cases[] = {
		{"src/a.c", "src/a.c", true},
		{"src/a.c", "src", true},
		{"src/a.c", "src/", true},
		{"src/a.c", "./src//", true},
		{"src/a.c", ".//src", true},
		{"src/a.c", ".", true},
		{"src/a.c", "./", true},
		{"src/x/a.c", "src/*.c", true},
		{"src/x/a.c", "*.c", true},
		{"src/x/a.c", "s?c/[x-z]/*", true},
		{"a[1].c", "a[1].c", true},
		{"a[1]/b", "a[1]", true},
		{"a*b", "a\\*b", true},
		{"axb", "a\\*b", false},
		{"src/a.c", "", false},
		{"src/a.c", "sr", false},
		{"src2/a.c", "src", false},
		{"src", "src/a.c", false},
		{"lib/src/a.c", "src", false},
		{"src/a.c", "*.h", false},
		{"src/a.c", "SRC", false},
		{".hidden", ".", true},
		{".hidden", "*", true},
		{".hidden", ".h", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_msg(
			source_path_matches(cases[i].file, cases[i].pathspec) == cases[i].matches,
			"'%s' and '%s'", cases[i].file, cases[i].pathspec);
}
END_TEST

TEST_SUITE("source/path", paths_follow_first_parents, crosswise_merges_are_followed,
	ends_keep_the_names_that_they_were_given, dates_do_not_matter, what_is_no_path_has_a_reason,
	a_shallow_clone_says_so, a_path_has_a_limit, merges_lead_into_their_branches,
	touched_files_are_told, pathspecs_match_files)

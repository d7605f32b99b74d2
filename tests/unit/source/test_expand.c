/* From revspecs to all the revisions that they name. */
#include "fixture.h"

#include <string.h>

/* libgit2 1.5 loses 20 KiB for each extension it finds in a repository's configuration. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2";
}

/*	a---b---m---c---n---d    main
 *	 \     /       /
 *	  x---y---z---/          (topic, merged twice)
 *	       \
 *	        s                side
 *
 * Tags: the letters. Dates rise with each commit, in the order of the script. */
static const char history[] =
	"new repo\n"
	"c() { echo $1 > $1; commit $1; git tag $1; }\n"
	"j() { at $tick; tick=$((tick + 60)); git merge -q --no-ff -m $1 $2; git tag $1; }\n"
	"c a; git checkout -q -b topic; c x; git checkout -q main; c b\n"
	"git checkout -q topic; c y; git checkout -q -b side; c s\n"
	"git checkout -q main; j m y; git checkout -q topic; c z; git checkout -q main\n"
	"c c; j n topic; c d\n";

static struct str notes;

static void
take_note(const char *text, void *arg)
{
	(void)arg;
	str_addf(&notes, "%s\n", text);
}

static int
expand_texts(struct source *source, const char *texts, bool all_parents, struct rev **ret,
	size_t *ret_n, struct err *err)
{
	struct expand_options options = {.all_parents = all_parents, .note = take_note};
	struct revspec specs[16];
	size_t n = 0;

	str_clear(&notes);
	for (const char *p = texts; *p; p += strspn(p, ";")) {
		size_t length = strcspn(p, ";");

		if (revspec_parse(arena_strndup(&arena, p, length), &arena, &specs[n++], err) < 0)
			return -1;
		p += length;
	}
	return source_expand(source, specs, n, &options, &arena, ret, ret_n, err);
}

/* Subjects, "series:" in front where there is one: "a b x:c". */
static const char *
subjects(struct source *source, const char *texts, bool all_parents)
{
	struct err err = ERR_INIT;
	struct rev *revs = NULL;
	size_t n = 0;
	scoped(str) out = STR_INIT;

	ck_assert_msg(expand_texts(source, texts, all_parents, &revs, &n, &err) == 0, "%s: %s",
		texts, err.text);
	for (size_t i = 0; i < n; i++)
		str_addf(&out, "%s%s%s%s", i ? " " : "", revs[i].series ? revs[i].series : "",
			revs[i].series ? ":" : "", revs[i].subject);
	return arena_strdup(&arena, out.p);
}

static const char *
labels(struct source *source, const char *texts)
{
	struct err err = ERR_INIT;
	struct rev *revs = NULL;
	size_t n = 0;
	scoped(str) out = STR_INIT;

	ck_assert_msg(expand_texts(source, texts, false, &revs, &n, &err) == 0, "%s: %s", texts,
		err.text);
	for (size_t i = 0; i < n; i++)
		str_addf(&out, "%s%s", i ? " " : "", revs[i].label);
	return arena_strdup(&arena, out.p);
}

static void
no_series(struct source *source, const char *texts, const char *says)
{
	struct err err = ERR_INIT;
	struct rev *revs = NULL;
	size_t n = 0;

	ck_assert_msg(
		expand_texts(source, texts, false, &revs, &n, &err) == -1, "%s passed", texts);
	ck_assert_msg(err.kind == ERR_SOURCE, "%s: kind %d: %s", texts, err.kind, err.text);
	ck_assert_msg(strstr(err.text, says), "%s: %s", texts, err.text);
}

static void
start(void)
{
	begin();
	notes = (struct str)STR_INIT;
}

static void
finish(struct source *source)
{
	source_close(source);
	str_done(&notes);
	end();
}

START_TEST(ranges_follow_history)
{
	static const struct {
		const char *text, *first, *all;
	} ranges[] = {
		{"a..d", "b m c n d", "x b y m z c n d"},
		{"b..m", "m", "x y m"},
		{"b..c", "m c", "x y m c"},
		{"x..d", "b m c n d", "b y m z c n d"},
		{"y..d", "b m c n d", "b m z c n d"},
		{"topic..", "b m c n d", "b m c n d"},
		{"m..topic", "z", "z"},
		{"a..side", "x y s", "x y s"},
		{"side..d", "b m c n d", "b m z c n d"},
		{"d..side", "s", "s"},
		{"c...topic", "c:b c:m c:c topic:z", "c:b c:m c:c topic:z"},
		{"m...side", "m:b m:m side:s", "m:b m:m side:s"},
		{"d...side", "d:b d:m d:c d:n d:d side:s", "d:b d:m d:z d:c d:n d:d side:s"},
		{"a...b", "b:b", "b:b"},
		{"last:1", "d", "d"},
		{"last:3", "c n d", "c n d"},
		{"last:2 topic", "y z", "y z"},
		{"last:6", "a b m c n d", "a b m c n d"},
		{"every:1 a..d", "b m c n d", "x b y m z c n d"},
		{"every:2 a..d", "b c d", "x y z n d"},
		{"every:3 a..d", "b n d", "x m n d"},
		{"every:4 a..d", "b d", "x z d"},
		{"every:9 a..d", "b d", "x d"},
		{"every:2 last:6", "a m n d", "a m n d"},
		{"every:2 c...topic", "c:b c:c topic:z", "c:b c:c topic:z"},
		{"up=a..c", "up:b up:m up:c", "up:x up:b up:y up:m up:c"},
		{"two=c...topic", "two:b two:m two:c two:z", "two:b two:m two:c two:z"},
		{"s;a..b;d", "s b d", "s b d"},
	};

	start();
	sh("%s", history);
	struct source *source = open_source("repo");
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		const char *first = subjects(source, ranges[i].text, false);
		const char *all = subjects(source, ranges[i].text, true);

		ck_assert_msg(strcmp(first, ranges[i].first) == 0, "%s: %s", ranges[i].text, first);
		ck_assert_msg(strcmp(all, ranges[i].all) == 0, "%s, all: %s", ranges[i].text, all);
	}
	finish(source);
}
END_TEST

/* Commits with dates that go back and forth, as `git rev-list` sees them. */
START_TEST(the_set_is_that_of_git)
{
	static const char *const flags[] = {"--first-parent", ""};

	start();
	/* 300 commits, each with one or two parents among the 20 before; dates are of no help. */
	sh("new repo\n"
	   "i=0; r=7; while [ $i -lt 300 ]; do i=$((i + 1)); r=$(((r * 1103515245 + 12345) %% "
	   "2147483648)); printf 'commit refs/heads/n%%d\\nmark :%%d\\ncommitter C <c@example.org> "
	   "%%d +0000\\ndata 4\\n%%04d\\n' $i $i $((1600000000 + r %% 1000000)) $i\n"
	   "if [ $i -gt 20 ]; then echo from :$((i - 1 - r / 65536 %% 20))\n"
	   "[ $((r / 256 %% 3)) -gt 0 ] || echo merge :$((i - 1 - r / 4096 %% 20))\n"
	   "elif [ $i -gt 1 ]; then echo from :1; fi\n"
	   "echo; done | git fast-import --quiet\n"
	   "for f in --first-parent ''; do for p in n100..n300 n250..n299 n200..n199 n1..n77; do\n"
	   "git rev-list $f $p | sort > ../\"$p$f\"; done; done\n");
	struct source *source = open_source("repo");
	static const char *const pairs[] = {"n100..n300", "n250..n299", "n200..n199", "n1..n77"};
	for (size_t f = 0; f < ARRAY_LEN(flags); f++) {
		for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
			struct err err = ERR_INIT;
			struct rev *revs = NULL;
			size_t n = 0;
			const char *want =
				text_of(arena_printf(&arena, "%s%s", pairs[i], flags[f]));

			ck_assert_msg(
				expand_texts(source, pairs[i], !*flags[f], &revs, &n, &err) == 0,
				"%s: %s", pairs[i], err.text);
			for (size_t k = 0; k < n; k++)
				ck_assert_msg(strstr(want, revs[k].id), "%s%s: %s", pairs[i],
					flags[f], revs[k].subject);
			ck_assert_uint_eq(n, (strlen(want) + 1) / 41);
		}
	}
	finish(source);
}
END_TEST

START_TEST(revisions_say_where_they_stand)
{
	struct err err = ERR_INIT;
	struct rev *revs = NULL;
	size_t n = 0;

	start();
	sh("%s git rev-parse c^{tree} > ../tree; git rev-parse c > ../id\n", history);
	struct source *source = open_source("repo");
	ck_assert_int_eq(expand_texts(source, "up=every:2 a..d", false, &revs, &n, &err), 0);
	ck_assert_uint_eq(n, 3);
	ck_assert_str_eq(revs[1].id, text_of("id"));
	ck_assert_str_eq(revs[1].tree_id, text_of("tree"));
	ck_assert_str_eq(revs[1].label, arena_strndup(&arena, revs[1].id, REV_SHORT));
	ck_assert_str_eq(revs[1].spec, "every:2 a..d");
	ck_assert_str_eq(revs[1].series, "up");
	ck_assert_str_eq(revs[1].author, "A U Thor");
	ck_assert_int_eq(revs[1].date, 1700000000 + 7 * 60);
	ck_assert_uint_eq(revs[0].position, 0);
	ck_assert_uint_eq(revs[1].position, 2);
	ck_assert_uint_eq(revs[2].position, 4);
	ck_assert_int_eq(revs[2].kind, REVSPEC_GIT);
	finish(source);
}
END_TEST

START_TEST(tags_stand_in_the_order_of_versions)
{
	start();
	sh("new repo\n"
	   "for v in v1.10 v1.9 v1.10-rc1 v2.0 v1.9.1 v1.2; do echo $v > f; commit $v\n"
	   "case $v in v1.9) git tag -a -m tag $v;; *) git tag $v;; esac; done\n"
	   "git tag -a -m twice again v1.9; git tag -a -m 'a tag of a tag' v1.9.2 v1.9.1\n"
	   "git tag file HEAD:f; git tag tree HEAD^{tree}\n"
	   "git tag '$(id)' v1.9; git tag 'a;b' v1.9; git tag -- 'x--y' v1.9; git tag "
	   "'caf\xc3\xa9' "
	   "v1.9\n"
	   "git tag 'nested/v1' v2.0; git pack-refs --all; git tag v3.0 v2.0\n");
	struct source *source = open_source("repo");
	ck_assert_str_eq(labels(source, "tags:v1.*"), "v1.2 v1.9 v1.9.1 v1.10-rc1 v1.10");
	ck_assert_ptr_nonnull(strstr(notes.p, "'v1.9.2' is the same as 'v1.9.1' ("));
	ck_assert_str_eq(subjects(source, "r=tags:v1.9*", false), "r:v1.9 r:v1.9.1");
	ck_assert_str_eq(labels(source, "every:2 tags:v?.*"), "v1.2 v1.9.1 v1.10-rc1 v2.0");
	ck_assert_str_eq(labels(source, "tags:v2.0"), "v2.0");
	ck_assert_str_eq(labels(source, "tags:nest*"), "nested/v1");
	ck_assert_str_eq(labels(source, "tags:$(id)"), "$(id)");
	ck_assert_str_eq(labels(source, "tags:caf*"), "caf\xc3\xa9");
	finish(source);
}
END_TEST

START_TEST(tags_that_are_no_commits_are_told)
{
	start();
	sh("new repo; echo 1 > f; commit one; git tag t1; git tag t2 HEAD:f; git tag t3 "
	   "HEAD^{tree}\n"
	   "git tag -a -m x t4 HEAD:f\n");
	struct source *source = open_source("repo");
	ck_assert_str_eq(labels(source, "tags:t*"), "t1");
	ck_assert_str_eq(notes.p, "tag 't2' is left out: it names no commit\n"
				  "tag 't3' is left out: it names no commit\n"
				  "tag 't4' is left out: it names no commit\n");
	no_series(source, "tags:t[234]", "none of 3 tags names a commit");
	finish(source);
}
END_TEST

START_TEST(nothing_has_a_reason)
{
	start();
	sh("%s git tag v8.1 a; git tag v8.2 b; git tag w1 c\n", history);
	struct source *source = open_source("repo");
	no_series(source, "d..a", "'d..a' is empty: a is an ancestor of d; did you mean a..d?");
	no_series(source, "b..b", "both ends are the same commit");
	no_series(source, "heads/main...d", "both ends are the same commit");
	no_series(source, "tags:v9.*", "'tags:v9.*' matches no tag; the nearest are v8.1, v8.2");
	no_series(source, "nope..a", "no branch, tag or commit 'nope'");
	no_series(source, "last:3 nope", "no branch, tag or commit 'nope'");
	ck_assert_str_eq(subjects(source, "last:9", false), "a b m c n d");
	ck_assert_str_eq(notes.p, "'last:9': there are only 6 commits up to HEAD\n");
	source_close(source);
	sh("git init -q -b main empty; git init -q -b main untagged; cd untagged; echo 1 > f; "
	   "commit 1\n");
	source = open_source("empty");
	no_series(source, "last:3", "no commits yet");
	no_series(source, "tags:*", "there are no tags");
	source_close(source);
	source = open_source("untagged");
	no_series(source, "tags:*", "there are no tags here (git fetch --tags");
	finish(source);
}
END_TEST

START_TEST(what_is_named_twice_is_taken_once)
{
	start();
	sh("%s git tag again d\n", history);
	struct source *source = open_source("repo");
	ck_assert_str_eq(labels(source, "d;HEAD;main"), "d");
	ck_assert_ptr_nonnull(strstr(notes.p, "'HEAD' is the same as 'd' ("));
	ck_assert_ptr_nonnull(strstr(notes.p, "'main' is the same as 'd' ("));
	ck_assert_str_eq(labels(source, "d;d"), "d");
	ck_assert_ptr_nonnull(strstr(notes.p, "'d' is there twice and"));
	ck_assert_str_eq(subjects(source, "n..d;c..d", false), "d n");
	/* Two labels are two arms, and the user's label wins. */
	ck_assert_str_eq(labels(source, "one=d;two=d"), "one two");
	ck_assert_str_eq(labels(source, "d;two=d"), "two");
	ck_assert_str_eq(labels(source, "one=d;d"), "one");
	/* Every series is whole, and one revision is found in it. */
	ck_assert_str_eq(subjects(source, "x=b..c;y=m..n", false), "x:m x:c y:c y:n");
	ck_assert_str_eq(labels(source, "c;x=b..c"),
		arena_printf(&arena, "c %.10s", resolved(source, "m").id));
	ck_assert_str_eq(subjects(source, "c;x=b..c", false), "x:c x:m");
	/* The same label for two things. */
	ck_assert_str_eq(labels(source, "z=c;z=d"),
		arena_printf(&arena, "z z@%.10s", resolved(source, "d").id));
	finish(source);
}
END_TEST

START_TEST(a_shallow_clone_is_no_history)
{
	start();
	sh("%s cd ..\n"
	   "git clone -q --no-local --depth 3 --branch main \"file://$PWD/repo\" clone\n",
		history);
	struct source *source = open_source("clone");
	ck_assert_str_eq(subjects(source, "last:2", false), "n d");
	ck_assert_str_eq(subjects(source, "HEAD~1..HEAD", false), "d");
	ck_assert_str_eq(subjects(source, "HEAD~2..HEAD", false), "n d");
	no_series(source, "last:9", "shallow clone; git fetch --unshallow");
	no_series(source, "HEAD~9..HEAD", "shallow clone");
	source_close(source);
	/* Two branches that meet where the clone does not reach. */
	sh("git clone -q --no-local --no-tags --depth 1 --no-single-branch \"file://$PWD/repo\" "
	   "two\n");
	source = open_source("two");
	no_series(source, "origin/side..main", "the history ends at ");
	no_series(source, "origin/side...main", "shallow clone");
	finish(source);
}
END_TEST

START_TEST(a_missing_commit_is_told)
{
	start();
	sh("%s rm -f .git/objects/$(git rev-parse m | sed 's|^..|&/|')\n", history);
	struct source *source = open_source("repo");
	no_series(source, "a..d", "is missing: the repository is damaged");
	no_series(source, "last:9", "is missing");
	no_series(source, "tags:m", "tag 'm'");
	ck_assert_str_eq(subjects(source, "last:2", false), "n d");
	finish(source);
}
END_TEST

START_TEST(other_heads_will_do)
{
	start();
	sh("%s git checkout -q --detach n; cd ..; git clone -q --bare repo bare.git\n"
	   "mkdir nothing\n",
		history);
	struct source *source = open_source("repo");
	ck_assert_str_eq(subjects(source, "m..", false), "c n");
	source_close(source);
	source = open_source("bare.git");
	ck_assert_str_eq(subjects(source, "m..main", false), "c n d");
	source_close(source);
	source_open_none(in_sandbox("nothing"), &source);
	no_series(source, "a..b", "needs a git repository");
	no_series(source, "tags:*", "needs a git repository");
	no_series(source, "last:2", "needs a git repository");
	finish(source);
}
END_TEST

START_TEST(there_is_a_limit)
{
	start();
	sh("new repo\n"
	   "awk 'BEGIN { for (i = 1; i <= 100002; i++) printf \"commit refs/heads/main\\n"
	   "committer C <c@example.org> %%d +0000\\ndata 0\\n\\n\", 1600000000 + i }' |"
	   "git fast-import --quiet\n"
	   "git tag first main~100001\n");
	struct source *source = open_source("repo");
	no_series(source, "first..main", "names 100001 revisions, and 100000 are the most");
	no_series(source, "first..main", "'every:101 first..main'");
	no_series(source, "last:100000;first", "'first' is one revision more than 100000");
	struct err err = ERR_INIT;
	struct rev *revs = NULL;
	size_t n = 0;
	ck_assert_int_eq(expand_texts(source, "every:5000 first..main", false, &revs, &n, &err), 0);
	ck_assert_uint_eq(n, 21);
	finish(source);
}
END_TEST

TEST_SUITE("source/expand", ranges_follow_history, the_set_is_that_of_git,
	revisions_say_where_they_stand, tags_stand_in_the_order_of_versions,
	tags_that_are_no_commits_are_told, nothing_has_a_reason, what_is_named_twice_is_taken_once,
	a_shallow_clone_is_no_history, a_missing_commit_is_told, other_heads_will_do,
	there_is_a_limit)

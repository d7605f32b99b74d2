/* From revspecs to revisions. */
#include "fixture.h"

#include <string.h>

/* libgit2 1.5 loses 20 KiB for each extension it finds in a repository's configuration. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2";
}

/* main: one, two, three; topic: two, four; v1 is an annotated tag of one, light a plain one of two.
 */
static const char history[] = "new repo\n"
			      "echo 1 > a; commit 'one: the first'\n"
			      "git tag -a -m 'version 1' v1\n"
			      "echo 2 > a; commit two; git tag light\n"
			      "git checkout -q -b topic; echo 4 > b; commit four\n"
			      "git checkout -q main; echo 3 > a; commit three\n"
			      "git update-ref refs/remotes/origin/side topic\n"
			      "git update-ref refs/remotes/origin/main main~1\n"
			      "for r in one=main~2 two=main~1 three=main four=topic; do\n"
			      "git rev-parse ${r#*=} > ../${r%%=*}; done\n";

START_TEST(names_lead_to_commits)
{
	static const struct {
		const char *text, *commit;
	} names[] = {{"HEAD", "three"}, {"@", "three"}, {"main", "three"}, {"heads/main", "three"},
		{"refs/heads/main", "three"}, {"topic", "four"}, {"origin/side", "four"},
		{"remotes/origin/side", "four"}, {"v1", "one"}, {"tags/v1", "one"},
		{"v1^{}", "one"}, {"v1^{commit}", "one"}, {"light", "two"}, {"HEAD~2", "one"},
		{"HEAD~", "two"}, {"main^", "two"}, {"main^0", "three"}, {"@~1", "two"},
		{"light^1", "one"}, {"main@{0}", "three"}, {"@{-1}", "four"},
		{"merge-base:main,topic", "two"}, {"merge-base:HEAD,v1", "one"}};

	begin();
	sh("%s", history);
	struct source *source = open_source("repo");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct rev rev = resolved(source, names[i].text);

		ck_assert_msg(strcmp(rev.id, text_of(names[i].commit)) == 0, "%s is %s, not %s",
			names[i].text, rev.id, names[i].commit);
		ck_assert_str_eq(rev.label, names[i].text);
		ck_assert_int_eq(rev.kind, REVSPEC_GIT);
		ck_assert_ptr_null(rev.path);
	}
	source_close(source);
	end();
}
END_TEST

START_TEST(a_revision_is_pinned_and_described)
{
	begin();
	sh("%s git rev-parse main~2^{tree} > ../tree\n", history);
	struct source *source = open_source("repo");
	ck_assert_str_eq(source_worktree(source), in_sandbox("repo"));
	struct rev rev = resolved(source, "old=v1");
	ck_assert_str_eq(rev.label, "old");
	ck_assert_str_eq(rev.spec, "v1");
	ck_assert_str_eq(rev.tree_id, text_of("tree"));
	ck_assert_str_eq(rev.subject, "one: the first");
	ck_assert_str_eq(rev.author, "A U Thor");
	ck_assert_int_eq(rev.date, 1700000000);
	source_close(source);
	end();
}
END_TEST

START_TEST(ids_may_be_short)
{
	begin();
	sh("%s git describe --tags --long topic > ../described\n", history);
	struct source *source = open_source("repo");
	const char *one = text_of("one");
	struct rev rev = resolved(source, one);
	ck_assert_str_eq(rev.id, one);
	rev = resolved(source, arena_strndup(&arena, one, 12));
	ck_assert_str_eq(rev.id, one);
	char *upper = arena_strndup(&arena, one, 20);
	for (char *p = upper; *p; p++)
		*p = (char)(*p >= 'a' ? *p - 32 : *p);
	rev = resolved(source, arena_printf(&arena, "%s^0", upper));
	ck_assert_str_eq(rev.id, one);
	rev = resolved(source, text_of("described"));
	ck_assert_str_eq(rev.id, text_of("four"));
	refused(source, "0123456789012345678901234567890123456789", ERR_SOURCE, "has no commit");
	refused(source, "abc", ERR_SOURCE, "no branch, tag or commit");
	source_close(source);
	end();
}
END_TEST

START_TEST(short_ids_may_be_ambiguous)
{
	begin();
	/* Of 1000 commits some share four digits, and as the dates are fixed always the same. */
	sh("new repo\n"
	   "i=0; while [ $i -lt 1000 ]; do i=$((i + 1)); printf 'commit refs/heads/main\\n"
	   "committer C <c@example.org> %%d +0000\\ndata 3\\nxx\\n\\n' $((1600000000 + i)); done |"
	   "git fast-import --quiet\n"
	   "git rev-list main | cut -c 1-4 | sort | uniq -d | head -n 1 > ../digits\n"
	   "git rev-list main | grep \"^$(cat ../digits)\" | head -n 1 | cut -c 1-12 > ../one\n");
	struct source *source = open_source("repo");
	const char *digits = text_of("digits");
	ck_assert_uint_eq(strlen(digits), 4);
	refused(source, digits, ERR_SOURCE, "ambiguous");
	refused(source, digits, ERR_SOURCE, text_of("one"));
	refused(source, digits, ERR_SOURCE, "(xx) or ");
	/* Files and trees with the same digits are no candidates, and a reference comes first. */
	sh("cd repo; git tag $(cat ../digits) main~5; git rev-parse main~5 > ../tagged\n");
	struct rev rev = resolved(source, digits);
	ck_assert_str_eq(rev.id, text_of("tagged"));
	source_close(source);
	end();
}
END_TEST

START_TEST(a_name_of_two_things_is_refused)
{
	begin();
	sh("%s git tag both main; git branch both topic; git branch heads/main topic\n", history);
	struct source *source = open_source("repo");
	refused(source, "both", ERR_SOURCE, "ambiguous: it may be refs/tags/both, ");
	refused(source, "both", ERR_SOURCE, " or refs/heads/both, ");
	refused(source, "both~1", ERR_SOURCE, "ambiguous");
	refused(source, "heads/main", ERR_SOURCE, "ambiguous");
	ck_assert_str_eq(resolved(source, "heads/both").id, text_of("four"));
	ck_assert_str_eq(resolved(source, "tags/both").id, text_of("three"));
	ck_assert_str_eq(resolved(source, "refs/heads/main").id, text_of("three"));
	source_close(source);
	end();
}
END_TEST

START_TEST(unknown_names_get_a_suggestion)
{
	begin();
	sh("%s git tag release-1.2 main; git tag file main:a\n", history);
	struct source *source = open_source("repo");
	refused(source, "mian", ERR_SOURCE, "did you mean 'main'?");
	refused(source, "mian~2", ERR_SOURCE, "did you mean 'main'?");
	refused(source, "release-1.3", ERR_SOURCE, "did you mean 'release-1.2'?");
	refused(source, "side", ERR_SOURCE, "did you mean 'origin/side'?");
	refused(source, "entirely-else", ERR_SOURCE, "no branch, tag or commit 'entirely-else'");
	refused(source, "merge-base:main,topik", ERR_SOURCE, "did you mean 'topic'?");
	refused(source, "HEAD~9", ERR_SOURCE, "'HEAD' has no '~9'");
	refused(source, "HEAD~99999999999", ERR_SOURCE, "HEAD~99999999999");
	refused(source, "HEAD^7", ERR_SOURCE, "has no '^7'");
	refused(source, "HEAD^{/two}", ERR_USAGE, "a message");
	refused(source, "HEAD@{yesterday", ERR_SOURCE, "leads to no commit");
	refused(source, "main^{tree}", ERR_SOURCE, "is a tree, not a commit");
	refused(source, "file", ERR_SOURCE, "is a blob, not a commit");
	refused(source, "v1..main", ERR_USAGE, "more than one revision");
	refused(source, "v1...main", ERR_USAGE, "more than one revision");
	source_close(source);
	end();
}
END_TEST

START_TEST(hostile_names_are_only_names)
{
	static const char *const names[] = {"$(touch${IFS}pwned)", "a;b", "<script>", "`id`", "'x'",
		"x\xff\xfe", "a|b", "a&b", "\xe2\x80\xae-drow"};

	begin();
	sh("%s git update-ref 'refs/heads/--upload-pack=x' main\n", history);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		setenv("NAME", names[i], 1);
		sh("cd repo; git update-ref \"refs/heads/$NAME\" topic\n");
	}
	struct source *source = open_source("repo");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		ck_assert_str_eq(resolved(source, names[i]).id, text_of("four"));
		ck_assert_str_eq(resolved(source, names[i]).label, names[i]);
	}
	refused(source, "--upload-pack=x", ERR_SOURCE, "dash");
	ck_assert_str_eq(resolved(source, "heads/--upload-pack=x").id, text_of("three"));
	refused(source, "$(touch pwned)", ERR_SOURCE, "space");
	refused(source, "refs/../..", ERR_SOURCE, "slash");
	refused(source, "a.lock", ERR_SOURCE, "no branch");
	ck_assert(!fs_exists("pwned"));
	ck_assert(!fs_exists(in_sandbox("repo/pwned")));
	source_close(source);
	end();
}
END_TEST

static void
cannot_open(const char *dir, const char *says)
{
	struct source *source = NULL;
	struct err err = ERR_INIT;

	ck_assert_int_eq(source_open(in_sandbox(dir), &source, &err), -1);
	ck_assert_ptr_null(source);
	ck_assert_int_eq(err.kind, ERR_SOURCE);
	ck_assert_msg(strstr(err.text, says), "%s", err.text);
}

START_TEST(repositories_without_something)
{
	begin();
	sh("mkdir none; : > file; git init -q -b trunk empty; %s\n"
	   "git clone -q --bare . ../bare.git\n"
	   "git checkout -q --orphan fresh; mkdir sub\n"
	   "git clone -q --depth 1 file://$PWD/../bare.git ../shallow\n"
	   "git init -q --object-format=sha256 ../other\n",
		history);
	cannot_open("none", "no git repository in");
	cannot_open("file", "not a directory");
	cannot_open("other", "objectformat");

	struct source *source = open_source("empty");
	refused(source, "HEAD", ERR_SOURCE, "no commits yet");
	refused(source, "HEAD~1", ERR_SOURCE, "no commits yet");
	refused(source, "trunk", ERR_SOURCE, "no commits yet");
	refused(source, "v1", ERR_SOURCE, "no branch, tag or commit 'v1'");
	resolved(source, "worktree");
	source_close(source);

	source = open_source("repo/sub");
	refused(source, "HEAD", ERR_SOURCE, "HEAD is on branch 'fresh', which has no commits yet");
	ck_assert_str_eq(resolved(source, "main").id, text_of("three"));
	source_close(source);

	source = open_source("bare.git");
	ck_assert_ptr_null(source_worktree(source));
	ck_assert_str_eq(resolved(source, "v1").id, text_of("one"));
	refused(source, "worktree", ERR_SOURCE, "bare");
	source_close(source);

	source = open_source("shallow");
	ck_assert_str_eq(resolved(source, "HEAD").id, text_of("three"));
	refused(source, "HEAD~1", ERR_SOURCE, "shallow clone");
	refused(source, text_of("one"), ERR_SOURCE, "shallow clone");
	source_close(source);

	ck_assert_int_eq(source_open_none(in_sandbox("none"), &source), 0);
	ck_assert_ptr_null(source_worktree(source));
	refused(source, "HEAD", ERR_SOURCE, "needs a git repository");
	refused(source, "worktree", ERR_SOURCE, "needs a git repository");
	resolved(source, "dir:.");
	source_close(source);
	end();
}
END_TEST

START_TEST(the_working_tree_has_an_id)
{
	begin();
	sh("%s printf '*.o\\n' > .gitignore; mkdir d; echo x > d/x; commit five\n", history);
	struct source *source = open_source("repo");
	struct rev clean = resolved(source, "worktree");
	ck_assert_uint_eq(strlen(clean.id), 64);
	ck_assert_str_eq(clean.id, clean.tree_id);
	ck_assert_str_eq(clean.path, in_sandbox("repo"));
	ck_assert_int_eq(clean.kind, REVSPEC_WORKTREE);
	/* Neither ignored files nor times count. */
	sh("cd repo; echo obj > x.o; touch -d 2001-01-01 a\n");
	ck_assert_str_eq(resolved(source, "worktree").id, clean.id);
	/* Bytes, modes, names and untracked files do. */
	static const char *const changes[] = {"echo changed > a", "chmod +x a", "git mv a A",
		"echo new > untracked", "mkdir -p n/m; echo new > n/m/f", "rm d/x", "ln -s a link",
		"rm -r d; ln -s . d"};
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		sh("cd repo; %s\n", changes[i]);
		ck_assert_msg(
			strcmp(resolved(source, "worktree").id, clean.id) != 0, "%s", changes[i]);
		sh("cd repo; git reset -q --hard; git clean -qfd\n");
		ck_assert_msg(strcmp(resolved(source, "worktree").id, clean.id) == 0, "after %s",
			changes[i]);
	}
	source_close(source);
	/* What the user ignores everywhere is ignored here too. */
	sh("cd repo; echo x > x.swp; git config --global core.excludesFile '~/ignore'\n"
	   "echo '*.swp' > ~/ignore\n");
	source = open_source("repo");
	ck_assert_str_eq(resolved(source, "worktree").id, clean.id);
	source_close(source);
	end();
}
END_TEST

START_TEST(directories_and_prefixes_have_ids)
{
	struct source *source = NULL;

	begin();
	sh("mkdir -p p/bin one/sub two/sub\n"
	   "for d in one two; do echo a > $d/a; echo b > $d/sub/b; done\n"
	   "git init -q two; echo 1 > p/bin/tool\n");
	ck_assert_int_eq(source_open_none(sandbox, &source), 0);
	struct rev one = resolved(source, "dir:one"), two = resolved(source, "label=dir:./two/");
	ck_assert_str_eq(one.id, two.id); /* .git does not count */
	ck_assert_str_eq(one.path, in_sandbox("one"));
	ck_assert_str_eq(two.label, "label");
	sh("echo c > two/sub/b\n");
	two = resolved(source, "dir:two");
	ck_assert_str_ne(one.id, two.id);
	sh("mkdir one/empty\n");
	ck_assert_str_ne(one.id, resolved(source, "dir:one").id);
	sh("mkfifo one/fifo\n");
	refused(source, "dir:one", ERR_SOURCE, "neither file, link nor directory");
	refused(source, "dir:three", ERR_SOURCE, "there is no directory");
	refused(source, "dir:one/a", ERR_SOURCE, "there is no directory");

	struct rev prefix = resolved(source, arena_printf(&arena, "prefix:%s/p", sandbox));
	ck_assert_str_eq(prefix.path, in_sandbox("p"));
	ck_assert_str_eq(prefix.id, resolved(source, "prefix:p").id);
	sh("echo 22 > p/bin/tool\n");
	ck_assert_str_ne(prefix.id, resolved(source, "prefix:p").id);
	refused(source, "prefix:nowhere", ERR_SOURCE, "there is no directory");
	source_close(source);
	end();
}
END_TEST

static void
defaults_are(const char *dir, const char *base, const char *head)
{
	struct source *source = open_source(dir);
	struct revspec a, b;
	struct err err = ERR_INIT;

	ck_assert_msg(source_defaults(source, &arena, &a, &b, &err) == 0, "%s", err.text);
	ck_assert_str_eq(a.text, base);
	ck_assert_str_eq(b.text, head);
	resolved(source, a.text);
	resolved(source, b.text);
	source_close(source);
}

static void
no_defaults(const char *dir, const char *says)
{
	struct source *source = open_source(dir);
	struct revspec a, b;
	struct err err = ERR_INIT;

	ck_assert_int_eq(source_defaults(source, &arena, &a, &b, &err), -1);
	ck_assert_int_eq(err.kind, ERR_SOURCE);
	ck_assert_msg(strstr(err.text, says), "%s", err.text);
	source_close(source);
}

START_TEST(releases_have_ids_and_no_files)
{
	static const struct source_releases known[] = {
		{"npm", "toy"}, {"npm", "toys"}, {"cargo", "toy"}, {"own", NULL}};
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct source *source = NULL;
	struct revspec spec;
	struct rev revs[ARRAY_LEN(known)], again, other, project;
	bool has = true;

	ck_assert_int_eq(source_open_none("/tmp", &source), 0);
	ck_assert_int_eq(revspec_parse("version:1.2", &a, &spec, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		source_use_releases(source, &known[i]);
		ck_assert_int_eq(source_resolve(source, &spec, &a, &revs[i], &err), 0);
		ck_assert_uint_eq(strlen(revs[i].id), 64);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(revs[k].id, revs[i].id);
	}
	ck_assert_int_eq(revs[0].kind, REVSPEC_VERSION);
	ck_assert_str_eq(revs[0].label, "1.2");
	ck_assert_str_eq(revs[0].version, "1.2");
	ck_assert_str_eq(revs[0].subject, "toy 1.2");
	ck_assert_str_eq(revs[3].subject, "1.2");
	ck_assert_ptr_null(revs[0].path);
	source_use_releases(source, &known[0]);
	ck_assert_int_eq(revspec_parse("old=version:1.2", &a, &spec, &err), 0);
	ck_assert_int_eq(source_resolve(source, &spec, &a, &again, &err), 0);
	ck_assert_str_eq(again.id, revs[0].id);
	ck_assert_str_eq(again.label, "old");
	ck_assert_int_eq(revspec_parse("version:1.2.0", &a, &spec, &err), 0);
	ck_assert_int_eq(source_resolve(source, &spec, &a, &other, &err), 0);
	ck_assert_str_ne(other.id, revs[0].id);
	ck_assert_int_eq(source_has(source, &other, "setup.py", &has, &err), 0);
	ck_assert(!has);
	ck_assert_int_eq(source_checkout(source, &other, NULL, "/nonexistent", &err), 0);
	source_close(source);
	/* The project itself is what lies there. */
	ck_assert_int_eq(source_open_none(getenv("TEST_DATA"), &source), 0);
	ck_assert_int_eq(source_project(source, &a, &project, &err), 0);
	ck_assert_int_eq(project.kind, REVSPEC_DIR);
	source_close(source);
	arena_done(&a);
}
END_TEST

START_TEST(compare_has_defaults)
{
	begin();
	sh("%s git update-ref -d refs/remotes/origin/main\n", history);
	defaults_are("repo", "HEAD~1", "HEAD");
	sh("cd repo; echo junk > untracked\n");
	defaults_are("repo", "HEAD~1", "HEAD");
	sh("cd repo; echo work >> a\n");
	defaults_are("repo", "HEAD", "worktree");
	sh("cd repo; git add a\n");
	defaults_are("repo", "HEAD", "worktree");
	sh("cd repo; git reset -q --hard; git checkout -q topic\n");
	defaults_are("repo", "merge-base:HEAD,main", "HEAD");
	sh("cd repo; chmod +x a\n");
	defaults_are("repo", "merge-base:HEAD,main", "worktree");
	/* where origin's HEAD points comes first; one that points nowhere does not count */
	sh("cd repo; chmod -x a; git symbolic-ref refs/remotes/origin/HEAD "
	   "refs/remotes/origin/x\n");
	defaults_are("repo", "merge-base:HEAD,main", "HEAD");
	sh("cd repo; git update-ref refs/remotes/origin/x main~1\n");
	defaults_are("repo", "merge-base:HEAD,origin/x", "HEAD");
	end();
}
END_TEST

START_TEST(compare_may_have_no_defaults)
{
	begin();
	sh("git init -q -b main empty\n"
	   "new first; echo 1 > a; commit one; cd ..\n"
	   "new trunk; git checkout -q -b trunk; echo 1 > a; commit one\n");
	no_defaults("empty", "no commits yet");
	no_defaults("first", "first commit");
	no_defaults("trunk", "default branch");
	sh("cd first; git checkout -q --orphan apart; git rm -q -rf .; echo 2 > b; commit other\n");
	no_defaults("first", "no commit in common");
	end();
}
END_TEST

START_TEST(foreign_repositories_are_refused)
{
	begin();
	if (geteuid() != 0) {
		printf("source/source: foreign_repositories_are_refused skipped: "
		       "only root can give files away\n");
		end();
		return;
	}
	sh("%s cd ..; chown -R 12345 repo; git init -q --bare bare.git; chown -R 12345 bare.git\n",
		history);
	cannot_open("repo", "belongs to user 12345, but you are user 0");
	cannot_open("repo", arena_printf(&arena,
				    "git config --global --add safe.directory '%s/repo'", sandbox));
	cannot_open("bare.git", "bare.git'");
	/* the other way libgit2 says it */
	sh("git config --global --add safe.directory /elsewhere\n");
	cannot_open("repo", "belongs to user 12345");
	/* The advice works. */
	sh("git config --global --add safe.directory \"$PWD/repo\"\n");
	struct source *source = open_source("repo");
	ck_assert_str_eq(resolved(source, "main").id, text_of("three"));
	source_close(source);
	cannot_open("bare.git", "belongs to user 12345");
	sh("git config --global --add safe.directory ''\n");
	cannot_open("repo", "belongs to user 12345");
	sh("git config --global --add safe.directory '*'\n");
	source_close(open_source("repo"));
	/* Only the repository's own directory is foreign. */
	sh("rm ~/.gitconfig; chown 0 repo\n");
	cannot_open("repo", "/repo/.git/' belongs to user 12345");
	end();
}
END_TEST

TEST_SUITE("source/source", names_lead_to_commits, a_revision_is_pinned_and_described,
	ids_may_be_short, short_ids_may_be_ambiguous, a_name_of_two_things_is_refused,
	unknown_names_get_a_suggestion, hostile_names_are_only_names,
	repositories_without_something, the_working_tree_has_an_id,
	directories_and_prefixes_have_ids, releases_have_ids_and_no_files, compare_has_defaults,
	compare_may_have_no_defaults, foreign_repositories_are_refused)

/* Revisions with a patch applied to them. */
#include "fixture.h"

#include <string.h>

/* libgit2 1.5 loses 20 KiB for each extension it finds in a repository's configuration. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2";
}

/* The repository's files, their times and contents. */
static const char *
state(void)
{
	sh("cd repo; find . -type f -exec ls -l --full-time {} + | sort | sha256sum > ../state\n"
	   "find . -type f -exec sha256sum {} + | sort | sha256sum >> ../state\n");
	return text_of("state");
}

/* Makes repo with two commits and a change on top that each test undoes and keeps as fix.patch. */
static const char base[] =
	"new repo; seq 1 20 > numbers; mkdir d; echo x > d/x; ln -s x d/l\n"
	"printf '\\000\\001' > bin; : > none; seq 1 20 > 'with space'; commit one; git tag one\n";

START_TEST(patches_apply_in_memory)
{
	static const struct {
		const char *what, *change;
	} changes[] = {
		{"text", "sed -i 's/^7$/seven/; s/^15$/fifteen/' numbers"},
		{"a new file", "mkdir e; echo new > e/new"},
		{"a deleted file", "rm d/x"},
		{"a rename", "git mv numbers d/digits"},
		{"a rename with a change", "git mv numbers digits; echo 21 >> digits"},
		{"a mode", "chmod +x d/x"},
		{"a link", "ln -sf ../numbers d/l"},
		{"a binary change", "printf '\\000\\002\\003' > bin"},
		{"a new binary file", "head -c 3000 /bin/sh > d/more"},
		{"no final newline", "printf 'end' > d/x"},
		{"an empty file", ": > empty"},
		{"empty files and others", ": > \"a b\"; : > d/\"q'\\\"\"; echo 1 > c; chmod +x c"},
		{"names with spaces", "sed -i s/7/8/ 'with space'; git mv 'with space' 'and more'"},
		{"an empty file goes", "git rm -q none"},
	};

	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		begin();
		sh("%s %s; git add -A; git diff --cached --binary -M > ../fix.patch\n"
		   "git write-tree > ../tree; git reset -q --hard; rm -f ../tmp; git gc -q "
		   "--prune=now\n",
			base, changes[i].change);
		const char *before = state();
		struct source *source = open_source("repo");
		struct err err = ERR_INIT;
		struct rev rev;
		ck_assert_msg(resolve(source, "one+../fix.patch", &rev, &err) == 0, "%s: %s",
			changes[i].what, err.text);
		ck_assert_msg(strcmp(rev.tree_id, text_of("tree")) == 0, "%s", changes[i].what);
		ck_assert_str_eq(rev.id, rev.tree_id);
		ck_assert_str_eq(rev.label, "one+../fix.patch");
		ck_assert_str_eq(rev.subject, "one, patched");
		ck_assert_int_eq(rev.date, 1700000000);
		ck_assert_int_eq(mkdir(in_sandbox("out"), 0755), 0);
		ck_assert_msg(source_checkout(source, &rev, NULL, in_sandbox("out"), &err) == 0,
			"%s: %s", changes[i].what, err.text);
		/* What is checked out is what the patch makes in a working tree. */
		sh("cd repo; git apply --index ../fix.patch; cd ..; diff -r --no-dereference -x "
		   ".git repo out; "
		   "cd repo; git reset -q --hard\n");
		source_close(source);
		ck_assert_msg(strlen(before) > 0, "%s", before);
		end();
	}
}
END_TEST

START_TEST(the_repository_is_not_written)
{
	begin();
	/* The patch goes back to files that are there as objects already. */
	sh("%s git tag -f one; sed -i s/7/seven/ numbers; echo new > d/new; commit two\n"
	   "git diff HEAD one > ../fix.patch; git diff one HEAD > ../forth.patch\n"
	   "find . -type f -exec touch -d '2020-01-01' {} +\n",
		base);
	const char *before = state();
	struct source *source = open_source("repo");
	struct rev rev = resolved(source, "HEAD+../fix.patch");
	ck_assert_str_eq(rev.tree_id, resolved(source, "one").tree_id);
	rev = resolved(source, "one+../forth.patch");
	ck_assert_str_eq(rev.tree_id, resolved(source, "HEAD").tree_id);
	source_close(source);
	ck_assert_str_eq(state(), before);
	end();
}
END_TEST

START_TEST(names_and_series)
{
	begin();
	sh("%s sed -i s/7/seven/ numbers; git diff > ../fix.patch; git reset -q --hard\n"
	   "git tag 'one+x.patch'\n"
	   "sed s/7/seven/ numbers | diff -u numbers - > ../plain.patch || true\n",
		base);
	struct source *source = open_source("repo");
	ck_assert_str_eq(resolved(source, "new=one+../fix.patch").label, "new");
	ck_assert_str_eq(resolved(source, "one+x.patch^0").subject, "one");
	refused(source, "one+x.patch", ERR_SOURCE, "'one+x.patch^0'");
	refused(source, "one+../plain.patch", ERR_SOURCE, "no patch as git diff");
	refused(source, "nope+../fix.patch", ERR_SOURCE, "no branch, tag or commit 'nope'");
	ck_assert_str_eq(
		resolved(source, arena_printf(&arena, "one+%s", in_sandbox("fix.patch"))).id,
		resolved(source, "HEAD+../fix.patch").id);
	source_close(source);
	end();
}
END_TEST

START_TEST(what_does_not_apply_names_the_place)
{
	begin();
	sh("%s sed -i 's/^3$/three/; s/^17$/seventeen/' numbers; git diff > ../fix.patch\n"
	   "git reset -q --hard; sed -i 's/^18$/other/' numbers; commit two\n"
	   "rm d/x; commit three\n"
	   "git diff one two 2>/dev/null > ../x.patch || true\n"
	   "git diff HEAD~1 HEAD > ../gone.patch\n"
	   "echo 'no patch at all' > ../text.patch; : > ../empty.patch\n"
	   "sed 's/^@@.*/@@ -1,99999999999 +1 @@/' ../fix.patch > ../hunk.patch\n"
	   "head -c 150 ../fix.patch > ../cut.patch\n"
	   "sed 's|numbers|../../numbers|g' ../fix.patch > ../up.patch\n"
	   "printf 'diff --git a/.git/config b/.git/config\\nnew file mode 100644\\n--- "
	   "/dev/null\\n"
	   "+++ b/.git/config\\n@@ -0,0 +1 @@\\n+[alias]\\n' > ../git.patch\n",
		base);
	struct source *source = open_source("repo");
	refused(source, "HEAD+../fix.patch", ERR_SOURCE, "does not apply: hunk 2 of 'numbers'");
	refused(source, "HEAD+../gone.patch", ERR_SOURCE, "d/x");
	refused(source, "one+../none.patch", ERR_SOURCE, "there is no patch '");
	refused(source, "one+../text.patch", ERR_SOURCE, "'one+../text.patch': it ");
	refused(source, "one+../empty.patch", ERR_SOURCE, "'one+../empty.patch': it ");
	refused(source, "one+../hunk.patch", ERR_SOURCE, "hunk.patch': it ");
	refused(source, "one+../cut.patch", ERR_SOURCE, "cut.patch': it ");
	refused(source, "one+../up.patch", ERR_SOURCE, "up.patch': ");
	refused(source, "one+../git.patch", ERR_SOURCE, "git.patch': ");
	source_close(source);
	end();
}
END_TEST

TEST_SUITE("source/patch", patches_apply_in_memory, the_repository_is_not_written, names_and_series,
	what_does_not_apply_names_the_place)

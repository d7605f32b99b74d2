/* From revisions to files: what is written, what is refused, and that the repository stays as it
 * is. */
#include "fixture.h"

#include "source/tree.h"

#include <string.h>

static const char project[] =
	"new repo\n"
	"mkdir -p src/deep/er tests 'odd name'; echo 'int main;' > src/main.c; echo d > "
	"src/deep/er/f\n"
	"printf 'a\\r\\nb\\0c' > src/bytes; : > src/empty; echo t > tests/t1; echo t > tests-more\n"
	"echo '#!/bin/sh' > run; chmod 755 run; ln -s src/main.c link; ln -s ../../run "
	"src/deep/up\n"
	"ln -s nowhere tests/dangling; echo o > 'odd name/new\nline'; printf 'x\\n' > caf\303\251\n"
	"printf '* text=auto eol=crlf ident\\n' > .gitattributes; printf '*.o\\n' > .gitignore\n"
	"echo x > x.o; mkdir tests/..data; echo y > tests/..data/y; commit 'all kinds'\n"
	"git rev-parse main > ../head\n";

static int
checkout(struct source *source, const struct rev *rev, const char *const *paths, const char *dest,
	struct err *err)
{
	const char *path = in_sandbox(dest);

	ck_assert_int_eq(mkdir(path, 0700), 0);
	return source_checkout(source, rev, paths, path, err);
}

static void
checked_out(struct source *source, const char *spec, const char *const *paths, const char *dest)
{
	struct rev rev = resolved(source, spec);
	struct err err = ERR_INIT;

	ck_assert_msg(checkout(source, &rev, paths, dest, &err) == 0, "%s", err.text);
}

START_TEST(files_modes_times_and_links)
{
	begin();
	sh("%s mkdir ../want; git archive main | tar -x -C ../want\n"
	   "cp .gitattributes ../want; git show main:src/bytes > ../want/src/bytes\n"
	   "cd ../want; for f in src/main.c src/deep/er/f tests/t1 tests-more run; do\n"
	   "git -C ../repo show main:$f > $f; done\n"
	   "git -C ../repo show \"main:caf\303\251\" > caf\303\251; git -C ../repo show "
	   "main:.gitignore "
	   "> .gitignore; git -C ../repo show main:tests/..data/y > tests/..data/y\n"
	   "git -C ../repo show \"main:odd name/new\nline\" > \"odd name/new\nline\"\n",
		project);
	struct source *source = open_source("repo");
	umask(077); /* must not matter */
	checked_out(source, "main", NULL, "got");
	umask(022);
	sh("diff -r --no-dereference want got\n"
	   "cd got; test \"$(find . -type f ! -perm 644 ! -name run)\" = ''\n"
	   "test \"$(stat -c %%a run)\" = 755; test \"$(find . -type d ! -perm 755)\" = '.' \n"
	   "test \"$(find . ! -newermt @1699999999 -o -newermt @1700000000)\" = ''\n"
	   "test \"$(readlink src/deep/up)\" = ../../run\n"
	   "test \"$(od -An -c src/bytes | tr -d ' ')\" = 'a\\r\\nb\\0c'\n");
	source_close(source);
	end();
}
END_TEST

START_TEST(only_the_paths_asked_for)
{
	static const char *const some[] = {"tests/", "./src/deep", "run", NULL};
	static const char *const missing[] = {"tests", "src/dee", NULL};
	static const char *const none[] = {NULL}, *const top[] = {".", NULL};
	struct err err = ERR_INIT;

	begin();
	sh("%s", project);
	struct source *source = open_source("repo");
	checked_out(source, "HEAD", some, "got");
	sh("cd got; find . ! -type d | LC_ALL=C sort > ../list; cat > ../want <<-E\n"
	   "./run\n./src/deep/er/f\n./src/deep/up\n./tests/..data/y\n./tests/dangling\n./tests/"
	   "t1\nE\n"
	   "diff ../want ../list\n");
	struct rev rev = resolved(source, "HEAD");
	ck_assert_int_eq(checkout(source, &rev, missing, "no", &err), -1);
	ck_assert_int_eq(err.kind, ERR_SOURCE);
	ck_assert_msg(strstr(err.text, "'src/dee'"), "%s", err.text);
	checked_out(source, "HEAD", none, "all");
	checked_out(source, "HEAD", top, "top");
	sh("diff -r --no-dereference all top; test -f all/tests-more\n");
	source_close(source);
	end();
}
END_TEST

START_TEST(only_into_an_empty_directory)
{
	struct err err = ERR_INIT;

	begin();
	sh("%s mkdir ../full ../real; : > ../full/x; ln -s real ../link\n", project);
	struct source *source = open_source("repo");
	struct rev rev = resolved(source, "HEAD");
	ck_assert_int_eq(source_checkout(source, &rev, NULL, in_sandbox("full"), &err), -1);
	ck_assert_msg(strstr(err.text, "not empty"), "%s", err.text);
	ck_assert_int_eq(source_checkout(source, &rev, NULL, in_sandbox("gone"), &err), -1);
	ck_assert_int_eq(source_checkout(source, &rev, NULL, in_sandbox("link"), &err), -1);
	sh("rmdir real\n");
	source_close(source);
	end();
}
END_TEST

/* Everything below a directory: names, types, modes, sizes, times and bytes. */
static void
take_stock(const char *of, const char *to)
{
	sh("cd %s; find . -printf '%%p %%y %%m %%s %%T@ %%C@ %%i %%l\\n' | sort > ../%s\n"
	   "find . -type f -print0 | sort -z | xargs -0 sha256sum >> ../%s\n",
		of, to, to);
}

START_TEST(the_repository_stays_as_it_is)
{
	struct revspec base, head;
	struct err err = ERR_INIT;
	bool has = false;

	begin();
	/* Staged, changed, untracked and touched files; an index whose times are out of date. */
	sh("%s git gc -q; echo 1 > one; commit loose; git branch other; echo 2 > staged\n"
	   "git add staged; echo 3 >> run; echo 4 > new; touch -d @1600000000 src/main.c\n",
		project);
	take_stock("repo", "before");
	struct source *source = open_source("repo");
	checked_out(source, "main", NULL, "a");
	checked_out(source, "HEAD~1", NULL, "b");
	checked_out(source, "worktree", NULL, "c");
	ck_assert_int_eq(source_defaults(source, &arena, &base, &head, &err), 0);
	struct rev rev = resolved(source, "worktree");
	ck_assert_int_eq(source_has(source, &rev, "new", &has, &err), 0);
	refused(source, "othre", ERR_SOURCE, "'other'");
	refused(source, "abcd", ERR_SOURCE, "no branch");
	source_close(source);
	take_stock("repo", "after");
	sh("diff before after\n");
	end();
}
END_TEST

START_TEST(the_working_tree_is_copied_as_pinned)
{
	static const char *const some[] = {"run", "new", NULL};
	struct err err = ERR_INIT;

	begin();
	sh("%s echo 3 >> run; mkdir n; echo 4 > n/new; chmod 700 n/new; git rm -q --cached "
	   "tests-more\n"
	   "rm src/empty; rm -r tests; ln -s src tests; : > src/t1; git init -q nested; : > "
	   "nested/file\n"
	   "ln -s run new; chmod 600 src/main.c; chmod +w .\n",
		project);
	struct source *source = open_source("repo");
	checked_out(source, "worktree", NULL, "got");
	sh("rm repo/x.o; rm -r repo/nested; diff -r --no-dereference -x .git repo got\n"
	   "cd got; test $(stat -c %%a n/new) = 755; test $(stat -c %%a src/main.c) = 644\n"
	   "test $(stat -c %%Y run) = $(stat -c %%Y src); test $(stat -c %%Y run) -gt 900000000\n");
	struct rev rev = resolved(source, "worktree");
	ck_assert_int_eq(checkout(source, &rev, some, "some", &err), 0);
	sh("test \"$(ls -A some | tr '\\n' ' ')\" = 'new run '; echo again >> repo/run\n");
	ck_assert_int_eq(checkout(source, &rev, some, "late", &err), -1);
	ck_assert_int_eq(err.kind, ERR_SOURCE);
	ck_assert_msg(strstr(err.text, "files changed"), "%s", err.text);
	sh("ln -s /etc repo/etc\n");
	refused(source, "worktree", ERR_SOURCE, "'etc' -> '/etc' leads to an absolute path");
	source_close(source);
	end();
}
END_TEST

START_TEST(directories_are_copied_prefixes_are_not)
{
	struct source *source = NULL;
	struct err err = ERR_INIT;

	begin();
	sh("mkdir -p d/sub d/none d/.git; echo a > d/a; echo b > d/sub/b; ln -s ../a d/sub/l\n");
	ck_assert_int_eq(source_open_none(sandbox, &source), 0);
	checked_out(source, "dir:d", NULL, "got");
	sh("diff -r --no-dereference -x .git d got; test -d got/none; test ! -e got/.git\n");
	struct rev rev = resolved(source, "prefix:d");
	ck_assert_int_eq(checkout(source, &rev, NULL, "p", &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	sh("ln -s ../.. d/sub/out\n");
	refused(source, "dir:d", ERR_SOURCE, "unsafe tree: the link 'sub/out'");
	source_close(source);
	end();
}
END_TEST

START_TEST(a_tree_can_be_asked)
{
	static const struct {
		const char *path;
		bool commit, worktree;
	} asks[] = {{"run", true, true}, {"src", true, true}, {"src/", true, true},
		{"src/deep/er/f", true, true}, {"sr", false, false}, {"run/x", false, false},
		{"x.o", false, false}, {"new", false, true}, {"tests", true, false},
		{"../repo/run", false, false}, {"/etc/passwd", false, false}, {"", false, false},
		{".git", false, false}, {".", false, false}};
	struct err err = ERR_INIT;

	begin();
	sh("%s : > new; rm -r tests\n", project);
	struct source *source = open_source("repo");
	struct rev commit = resolved(source, "HEAD"), work = resolved(source, "worktree");
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		bool has = !asks[i].commit;

		ck_assert_int_eq(source_has(source, &commit, asks[i].path, &has, &err), 0);
		ck_assert_msg(has == asks[i].commit, "commit has %s", asks[i].path);
		ck_assert_int_eq(source_has(source, &work, asks[i].path, &has, &err), 0);
		ck_assert_msg(has == asks[i].worktree, "worktree has %s", asks[i].path);
	}
	source_close(source);
	end();
}
END_TEST

/* ---- hostile trees ---- */

struct raw_entry {
	const char *mode, *name;
	const char *object; /* file in the sandbox with its id */
};

/* A branch whose tree has exactly these entries, in this order. */
static void
raw_branch(const char *branch, const struct raw_entry *entries, size_t n)
{
	scoped(str) raw = STR_INIT;

	for (size_t i = 0; i < n; i++) {
		struct repo_id id;

		ck_assert(repo_id_parse(text_of(entries[i].object), &id));
		str_addf(&raw, "%s %s", entries[i].mode, entries[i].name);
		str_addc(&raw, '\0');
		str_addn(&raw, (const char *)id.raw, sizeof(id.raw));
	}
	FILE *file = fopen(in_sandbox("raw"), "w");
	ck_assert(file && fwrite(raw.p, 1, raw.n, file) == raw.n && fclose(file) == 0);
	sh("cd repo; git hash-object --literally -w -t tree ../raw > ../%s\n"
	   "git update-ref refs/heads/%s $(git commit-tree -m x $(cat ../%s))\n",
		branch, branch, branch);
}

#define TARGET(name, text) "printf '" text "' | git hash-object -w --stdin > ../" name "\n"
static const char objects[] = "new repo; mkdir sub; echo x > sub/file; commit one\n"
			      "git rev-parse HEAD > ../commit; git rev-parse HEAD:sub > ../tree\n"
			      "echo evil | git hash-object -w --stdin > ../blob\n" /**/
	TARGET("passwd", "/etc/passwd") TARGET("out", "../../x") TARGET("up", "..")
		TARGET("inside", "sub/file") TARGET("twist", "sub/../sub/./file")
			TARGET("back", "sub/../../x") TARGET("nul", "a\\0b") TARGET("dot", ".")
				TARGET("through", "b/../..") TARGET("top", "a/b")
					TARGET("void", "");

static void
unsafe(struct source *source, const char *branch, const char *says)
{
	struct rev rev = resolved(source, branch);
	struct err err = ERR_INIT;
	scoped_free char *dest = xasprintf("dest-%s", branch);

	ck_assert_msg(checkout(source, &rev, NULL, dest, &err) == -1, "%s was written", branch);
	ck_assert_msg(err.kind == ERR_SOURCE, "kind %d: %s", err.kind, err.text);
	ck_assert_msg(strstr(err.text, "unsafe tree"), "%s", err.text);
	ck_assert_msg(strstr(err.text, says), "%s: %s", branch, err.text);
	/* Refused as a whole, before the first file. */
	ck_assert_int_eq(rmdir(in_sandbox(dest)), 0);
}

START_TEST(unsafe_names_are_refused)
{
	static const char *const names[] = {".git", ".GIT", ".Git", ".gIt ", ".git.", ".git. .",
		".git::$INDEX_ALLOCATION", ".git:x", "git~1", "GIT~1", "git~1.", "git~1:x",
		".g\xe2\x80\x8cit", "\xe2\x80\x8d.git", ".gi\xe2\x80\xaet", ".git\xef\xbb\xbf",
		".\xe2\x81\xafGiT", "..", ".", "a/b", "/", "/abs", "../x", "a\\b", "..\\x"};
	static const char *const fine[] = {".gitt", ".gitignore", ".git_", "git", "git~2", "git~10",
		"...", "..x", ".g\xc3\xaft", ".github", "-x", "a b", "\xff\xfe", "$(id)"};
	struct source *source;
	struct err err = ERR_INIT;

	begin();
	sh("%s", objects);
	source = open_source("repo");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *branch = arena_printf(&arena, "bad%zu", i);
		const char *below = arena_printf(&arena, "below%zu", i);

		raw_branch(branch, &(struct raw_entry){"100644", names[i], "blob"}, 1);
		unsafe(source, branch, "unsafe tree: '");
		raw_branch(branch, &(struct raw_entry){"40000", names[i], "tree"}, 1);
		unsafe(source, branch, "unsafe tree: '");
		raw_branch(below, &(struct raw_entry){"40000", "d", branch}, 1);
		unsafe(source, below, "unsafe tree: 'd/");
	}
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		const char *branch = arena_printf(&arena, "fine%zu", i);

		raw_branch(branch, &(struct raw_entry){"100644", fine[i], "blob"}, 1);
		struct rev rev = resolved(source, branch);
		ck_assert_msg(
			checkout(source, &rev, NULL, arena_printf(&arena, "got%zu", i), &err) == 0,
			"%s", err.text);
		scoped_free char *path = xasprintf("got%zu/%s", i, fine[i]);
		ck_assert_str_eq(text_of(path), "evil");
	}
	source_close(source);
	end();
}
END_TEST

START_TEST(unsafe_links_are_refused)
{
	static const struct {
		const char *target, *says;
	} links[] = {{"passwd", "'l' -> '/etc/passwd' leads to an absolute path"},
		{"out", "'l' -> '../../x' leads out of the tree"}, {"up", "leads out of the tree"},
		{"back", "leads out of the tree"}, {"nul", "NUL byte"}, {"void", "leads nowhere"}};

	begin();
	sh("%s", objects);
	struct source *source = open_source("repo");
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		const char *branch = arena_printf(&arena, "link%zu", i);

		raw_branch(branch, &(struct raw_entry){"120000", "l", links[i].target}, 1);
		unsafe(source, branch, links[i].says);
	}
	/* a/b -> "..", which is fine; l -> "a/b/../..": the text stays inside, the way does not. */
	sh("cd repo; printf a/b/../.. | git hash-object -w --stdin > ../chain\n");
	raw_branch("a", &(struct raw_entry){"120000", "b", "up"}, 1);
	const struct raw_entry chain[] = {{"40000", "a", "a"}, {"120000", "l", "chain"}};
	raw_branch("chained", chain, 2);
	unsafe(source, "chained", "leads back through another link");
	/* What stays inside is written as it is. */
	const struct raw_entry good[] = {{"40000", "a", "a"}, {"120000", "l", "inside"},
		{"120000", "m", "twist"}, {"120000", "n", "top"}, {"120000", "o", "dot"},
		{"40000", "sub", "tree"}};
	raw_branch("good", good, ARRAY_LEN(good));
	checked_out(source, "good", NULL, "good-dest");
	sh("cd good-dest; test $(cat l) = x; test $(cat m) = x; test $(readlink a/b) = ..\n");
	source_close(source);
	end();
}
END_TEST

START_TEST(malformed_trees_are_refused)
{
	static const struct raw_entry twice[] = {{"100644", "a", "blob"}, {"100644", "a", "blob"}},
				      dirs[] = {{"40000", "a", "tree"}, {"40000", "a", "tree"}},
				      both[] = {{"100644", "a", "blob"}, {"100644", "a-b", "blob"},
					      {"40000", "a", "tree"}},
				      linked[] = {{"120000", "a", "dot"}, {"40000", "a", "tree"}},
				      order[] = {{"100644", "b", "blob"}, {"100644", "a", "blob"}},
				      device[] = {{"60644", "dev", "blob"}},
				      module[] = {
					      {"160000", "a", "commit"}, {"40000", "a", "tree"}};

	begin();
	sh("%s", objects);
	struct source *source = open_source("repo");
	raw_branch("twice", twice, ARRAY_LEN(twice));
	unsafe(source, "twice", "'a' is there twice");
	raw_branch("dirs", dirs, ARRAY_LEN(dirs));
	unsafe(source, "dirs", "'a' is there twice");
	raw_branch("both", both, ARRAY_LEN(both));
	unsafe(source, "both", "'a' is a file and a directory");
	raw_branch("linked", linked, ARRAY_LEN(linked));
	unsafe(source, "linked", "'a' is a file and a directory");
	raw_branch("module", module, ARRAY_LEN(module));
	unsafe(source, "module", "'a' is a file and a directory");
	raw_branch("order", order, ARRAY_LEN(order));
	unsafe(source, "order", "out of order");
	raw_branch("device", device, ARRAY_LEN(device));
	unsafe(source, "device", "neither file, link nor directory");
	source_close(source);
	end();
}
END_TEST

START_TEST(limits_hold)
{
	struct raw_entry wide[100];
	char names[100][8];

	begin();
	sh("%s head -c 67108864 /dev/zero | git -c core.compression=1 hash-object -w --stdin > "
	   "../big\n",
		objects);
	struct source *source = open_source("repo");
	for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
		snprintf(names[i], sizeof(names[i]), "f%02zu", i);
		wide[i] = (struct raw_entry){"100644", names[i], "blob"};
	}
	raw_branch("wide", wide, ARRAY_LEN(wide));
	for (size_t i = 0; i < ARRAY_LEN(wide); i++)
		wide[i] = (struct raw_entry){"40000", names[i], "wide"};
	raw_branch("wider", wide, ARRAY_LEN(wide));
	for (size_t i = 0; i < ARRAY_LEN(wide); i++)
		wide[i].object = "wider";
	raw_branch("widest", wide, ARRAY_LEN(wide));
	unsafe(source, "widest", "more than 200000 files");
	for (size_t i = 0; i < ARRAY_LEN(wide); i++)
		wide[i] = (struct raw_entry){"100644", names[i], "big"};
	raw_branch("heavy", wide, 65);
	unsafe(source, "heavy", "more than 4 GiB");

	raw_branch("deep0", &(struct raw_entry){"100644", "f", "blob"}, 1);
	for (int i = 1; i <= TREE_DEPTH_MAX + 1; i++) {
		const char *inner = arena_printf(&arena, "deep%d", i - 1);
		const char *outer = arena_printf(&arena, "deep%d", i);

		raw_branch(outer, &(struct raw_entry){"40000", "d", inner}, 1);
	}
	checked_out(source, "deep64", NULL, "deep-dest");
	unsafe(source, "deep65", "nested deeper than 64");
	char name[TREE_NAME_MAX + 2];
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	raw_branch("long", &(struct raw_entry){"100644", name, "blob"}, 1);
	unsafe(source, "long", "longer than 255 bytes");
	source_close(source);
	end();
}
END_TEST

START_TEST(damage_is_noticed)
{
	struct err err = ERR_INIT;

	begin();
	/* An object under another's id: valid in itself, but not what the tree names. */
	sh("new repo; echo good > a; commit one; echo evil > b; commit two\n"
	   "path() { git rev-parse $1 | sed 's,^..,.git/objects/&/,'; }\n"
	   "cp -f $(path HEAD:b) $(path HEAD:a)\n"
	   "echo gone > c; commit three; rm -f $(path HEAD:c)\n");
	struct source *source = open_source("repo");
	struct rev rev = resolved(source, "HEAD~1");
	ck_assert_int_eq(checkout(source, &rev, NULL, "evil", &err), -1);
	ck_assert_int_eq(err.kind, ERR_SOURCE);
	ck_assert_msg(strstr(err.text, "'a'") && strstr(err.text, "hash"), "%s", err.text);
	rev = resolved(source, "HEAD");
	ck_assert_int_eq(checkout(source, &rev, NULL, "gone", &err), -1);
	ck_assert_msg(strstr(err.text, "'c'"), "%s", err.text);
	source_close(source);
	end();
}
END_TEST

/* Enough that reading runs ahead of writing, waits for it, and is called off. */
START_TEST(many_files)
{
	struct err err = ERR_INIT;

	begin();
	sh("new repo; i=0; while [ $i -lt 700 ]; do i=$((i + 1)); mkdir -p d$((i %% 7))\n"
	   "echo $i > d$((i %% 7))/f$i; done; commit many; mkdir ../want\n"
	   "git archive main | tar -x -C ../want\n");
	struct source *source = open_source("repo");
	checked_out(source, "main", NULL, "got");
	sh("diff -r want got\n");
	sh("cd repo; id=$(git rev-parse HEAD:d3/f3); other=$(git rev-parse HEAD:d1/f1)\n"
	   "cd .git/objects; cp -f $(echo $other | sed 's,^..,&/,') $(echo $id | sed "
	   "'s,^..,&/,')\n");
	/* What was read and verified is right still; another reader has only what is there now. */
	checked_out(source, "main", NULL, "again");
	sh("diff -r want again\n");
	source_close(source);
	source = open_source("repo");
	struct rev rev = resolved(source, "main");
	ck_assert_int_eq(checkout(source, &rev, NULL, "bad", &err), -1);
	ck_assert_msg(strstr(err.text, "'d3/f3'"), "%s", err.text);
	source_close(source);
	end();
}
END_TEST

START_TEST(submodules_are_empty_directories)
{
	static const struct raw_entry entries[] = {
		{"100644", "a", "blob"}, {"160000", "module", "commit"}};

	begin();
	sh("%s", objects);
	raw_branch("with", entries, ARRAY_LEN(entries));
	struct source *source = open_source("repo");
	checked_out(source, "with", NULL, "got");
	sh("test -f got/a; test \"$(stat -c %%a got/module)\" = 755; rmdir got/module\n");
	source_close(source);
	end();
}
END_TEST

TEST_SUITE("source/checkout", files_modes_times_and_links, only_the_paths_asked_for,
	only_into_an_empty_directory, the_repository_stays_as_it_is,
	the_working_tree_is_copied_as_pinned, directories_are_copied_prefixes_are_not,
	a_tree_can_be_asked, unsafe_names_are_refused, unsafe_links_are_refused,
	malformed_trees_are_refused, limits_hold, damage_is_noticed, many_files,
	submodules_are_empty_directories)

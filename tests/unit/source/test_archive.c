/* Archives as revisions: labels, digests, times, and what the cache is trusted with. */
#include "fixture.h"

#include "source/archive.h"
#include "source/pins.h"

#include <string.h>

static char said[4000];

static void
listen(const char *what, void *arg)
{
	(void)arg;
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n", what);
}

static struct source *
open_with_archives(void)
{
	struct source *source = NULL;
	const struct source_archives archives = {.cache = in_sandbox("cache/archives"),
		.lock_file = in_sandbox("revsweep.lock"),
		.download_max = 1 << 20,
		.say = listen};

	ck_assert_int_eq(source_open_none(sandbox, &source), 0);
	source_use_archives(source, &archives);
	return source;
}

static const char release[] =
	"mkdir -p x-1.2/src x-1.2/empty; echo one > x-1.2/src/a; echo '#!/bin/sh' > x-1.2/run\n"
	"chmod 755 x-1.2/run; ln -s src/a x-1.2/link\n"
	"touch -h -d @1600000000 x-1.2/src/a x-1.2/link; touch -d @1650000000 x-1.2/run\n"
	"tar -czf x-1.2.tar.gz x-1.2; tar -cf flat.tar -C x-1.2 src empty run link\n"
	"sha256sum x-1.2.tar.gz | cut -c 1-64 > sum\n";

START_TEST(an_archive_is_a_revision)
{
	struct err err = ERR_INIT;

	begin();
	sh("%s", release);
	struct source *source = open_with_archives();
	struct rev rev = resolved(source, "archive:x-1.2.tar.gz");
	ck_assert_int_eq(rev.kind, REVSPEC_ARCHIVE);
	ck_assert_str_eq(rev.label, "x-1.2");
	ck_assert_str_eq(rev.subject, "x-1.2.tar.gz");
	ck_assert_str_eq(rev.id, text_of("sum"));
	ck_assert_int_eq(rev.date, 1650000000);
	struct rev flat = resolved(source, "flat=archive:flat.tar");
	ck_assert_str_eq(flat.label, "flat");
	ck_assert_str_ne(flat.id, rev.id);
	/* the same files: one build serves both */
	ck_assert_str_eq(flat.tree_id, rev.tree_id);
	bool has = false;
	ck_assert_int_eq(source_has(source, &rev, "src/a", &has, &err), 0);
	ck_assert(has);
	ck_assert_int_eq(source_has(source, &rev, "x-1.2", &has, &err), 0);
	ck_assert(!has);
	sh("mkdir out\n");
	ck_assert_msg(
		source_checkout(source, &rev, NULL, in_sandbox("out"), &err) == 0, "%s", err.text);
	sh("diff -r x-1.2 out; test -x out/run; test \"$(readlink out/link)\" = src/a\n"
	   "for f in out out/src out/src/a out/run out/empty out/link; do\n"
	   "test \"$(stat -c %%Y $f)\" = 1650000000; done\n");
	source_close(source);
	end();
}
END_TEST

START_TEST(it_is_called_by_its_name)
{
	static const char *const names[][2] = {{"archive:a/foo-1.0.tar.gz", "foo-1.0"},
		{"archive:foo.tgz", "foo"}, {"archive:foo.zip", "foo"},
		{"archive:foo.tar.zst", "foo"}, {"archive:foo", "foo"}, {"archive:.zip", ".zip"},
		{"archive:https://h/v1.0.tar.gz?raw=1", "v1.0"}, {"archive:a?b.tar", "a?b"},
		{"archive:https://h/", "archive:https://h/"},
		{"archive:x-{version}.tar.gz@2.1", "2.1"}};
	struct err err = ERR_INIT;
	struct revspec spec;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		ck_assert_int_eq(revspec_parse(names[i][0], &arena, &spec, &err), 0);
		ck_assert_str_eq(archive_label(&spec, &arena), names[i][1]);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(the_cache_is_looked_through)
{
	struct err err = ERR_INIT;

	begin();
	sh("%s", release);
	struct source *source = open_with_archives();
	struct rev rev = resolved(source, "archive:x-1.2.tar.gz");
	ck_assert_str_eq(said, "unpacking x-1.2.tar.gz\n");
	resolved(source, "archive:x-1.2.tar.gz");
	ck_assert_str_eq(said, "unpacking x-1.2.tar.gz\n");
	/* edited between the plan and the build */
	sh("for t in cache/archives/*.tree; do echo two > $t/src/a; done; mkdir out\n");
	ck_assert_int_eq(source_checkout(source, &rev, NULL, in_sandbox("out"), &err), -1);
	ck_assert_int_eq(err.kind, ERR_SOURCE);
	ck_assert_msg(strstr(err.text, "is not what it was"), "%s", err.text);
	struct rev again = resolved(source, "archive:x-1.2.tar.gz");
	ck_assert_str_eq(again.tree_id, rev.tree_id);
	ck_assert_str_eq(said, "unpacking x-1.2.tar.gz\nunpacking x-1.2.tar.gz\n");
	ck_assert_int_eq(source_checkout(source, &again, NULL, in_sandbox("out"), &err), 0);
	sh("diff -r x-1.2 out\n");
	source_close(source);
	end();
}
END_TEST

START_TEST(what_is_unsafe_leaves_nothing)
{
	begin();
	sh("mkdir p; mkfifo p/pipe; echo a > p/a; tar -cf pipe.tar p\n"
	   "mkdir -p q/.git; echo a > q/.git/config; tar -cf git.tar q\n"
	   "mkdir r; ln -s ../../etc r/l; tar -cf link.tar r\n"
	   "mkdir s; ln -s ../out s/l; echo > s/a; tar -cf top.tar s\n");
	struct source *source = open_with_archives();
	refused(source, "archive:pipe.tar", ERR_SOURCE, "is a named pipe");
	refused(source, "archive:git.tar", ERR_SOURCE, "would be a git repository");
	refused(source, "archive:link.tar", ERR_SOURCE, "leads out of the archive");
	refused(source, "archive:top.tar", ERR_SOURCE, "leads out of the tree");
	sh("test -z \"$(ls cache/archives | grep -v lock)\"\n");
	source_close(source);
	end();
}
END_TEST

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

START_TEST(pins_are_kept_in_order)
{
	struct err err = ERR_INIT;
	char hex[DIGEST_HEX];
	bool found = true;

	begin();
	const char *path = in_sandbox("revsweep.lock");
	ck_assert_int_eq(pins_find(path, "https://h/b", &found, hex, &err), 0);
	ck_assert(!found);
	ck_assert_int_eq(pins_add(path, "https://h/b", HEX_B, &err), 0);
	ck_assert_int_eq(pins_add(path, "https://h/a", HEX_B, &err), 0);
	ck_assert_int_eq(pins_add(path, "https://h/a", HEX_A, &err), 0);
	sh("grep -v '^#' revsweep.lock > got; printf '%%s\\n' 'sha256=%s https://h/a' "
	   "'sha256=%s https://h/b' > want; cmp got want\n",
		HEX_A, HEX_B);
	sh("sed -i 's/$/\\r/' revsweep.lock\n");
	ck_assert_int_eq(pins_find(path, "https://h/a", &found, hex, &err), 0);
	ck_assert(found);
	ck_assert_str_eq(hex, HEX_A);
	sh("echo 'sha256=%s https://h/b' >> revsweep.lock\n", HEX_A);
	ck_assert_int_eq(pins_find(path, "https://h/a", &found, hex, &err), 0);
	ck_assert_int_eq(pins_find(path, "https://h/b", &found, hex, &err), -1);
	ck_assert_msg(strstr(err.text, "two checksums"), "%s", err.text);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	end();
}
END_TEST

START_TEST(bad_pins_are_named)
{
	static const char *const bad[] = {"sha256=" HEX_A, "sha256=" HEX_A " ", "x",
		"sha256=" HEX_A "a https://h", "sha256=" HEX_A "  https://h", "<<<<<<< ours",
		"sha256=AAAA https://h", "SHA256=" HEX_A " https://h", "sha256=" HEX_A " a b"};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = ERR_INIT;
		char hex[DIGEST_HEX];
		bool found;

		sh("printf '# comment\\n%%s\\n' '%s' > revsweep.lock\n", bad[i]);
		ck_assert_msg(pins_find(in_sandbox("revsweep.lock"), "u", &found, hex, &err) == -1,
			"%s", bad[i]);
		ck_assert_msg(strstr(err.text, "revsweep.lock:2: not"), "%s", err.text);
		ck_assert_int_eq(err.kind, ERR_USAGE);
	}
	end();
}
END_TEST

TEST_SUITE("source/archive", an_archive_is_a_revision, it_is_called_by_its_name,
	the_cache_is_looked_through, what_is_unsafe_leaves_nothing, pins_are_kept_in_order,
	bad_pins_are_named)

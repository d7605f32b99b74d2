#include "core/revspec.h"

#include "base/str.h"

#include "../check_main.h"

#include <string.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHA "sha256=" HEX

static const struct {
	const char *text, *label;
	enum revspec_kind kind;
	const char *spec, *a, *b; /* spec: NULL when it is the text */
} good[] = {
	{"main", NULL, REVSPEC_GIT, NULL, "main", NULL},
	{"v1.2", NULL, REVSPEC_GIT, NULL, "v1.2", NULL},
	{"HEAD~3", NULL, REVSPEC_GIT, NULL, "HEAD~3", NULL},
	{"v1^", NULL, REVSPEC_GIT, NULL, "v1^", NULL},
	{"v1^{commit}", NULL, REVSPEC_GIT, NULL, "v1^{commit}", NULL},
	{"@{upstream}", NULL, REVSPEC_GIT, NULL, "@{upstream}", NULL},
	{"main@{2024-01-01T10:00..}", NULL, REVSPEC_GIT, NULL, "main@{2024-01-01T10:00..}", NULL},
	{"origin/feature/x", NULL, REVSPEC_GIT, NULL, "origin/feature/x", NULL},
	{"0123456789abcdef0123456789abcdef01234567", NULL, REVSPEC_GIT, NULL,
		"0123456789abcdef0123456789abcdef01234567", NULL},
	{"a;b", NULL, REVSPEC_GIT, NULL, "a;b", NULL},
	{"$(id)", NULL, REVSPEC_GIT, NULL, "$(id)", NULL},
	{"caf\xc3\xa9", NULL, REVSPEC_GIT, NULL, "caf\xc3\xa9", NULL},
	{"x\xff", NULL, REVSPEC_GIT, NULL, "x\xff", NULL},
	{"v1.0+build.5", NULL, REVSPEC_GIT, NULL, "v1.0+build.5", NULL},
	{"fix.patch", NULL, REVSPEC_GIT, NULL, "fix.patch", NULL},
	{"v1..v2", NULL, REVSPEC_RANGE, NULL, "v1", "v2"},
	{"v1.0..v1.1", NULL, REVSPEC_RANGE, NULL, "v1.0", "v1.1"},
	{"main..", NULL, REVSPEC_RANGE, NULL, "main", "HEAD"},
	{"..topic", NULL, REVSPEC_RANGE, NULL, "HEAD", "topic"},
	{"HEAD~5..HEAD^2", NULL, REVSPEC_RANGE, NULL, "HEAD~5", "HEAD^2"},
	{"v1...v2", NULL, REVSPEC_SYMMETRIC, NULL, "v1", "v2"},
	{"merge-base:HEAD,origin/main", NULL, REVSPEC_MERGE_BASE, NULL, "HEAD", "origin/main"},
	{"worktree", NULL, REVSPEC_WORKTREE, NULL, NULL, NULL},
	{"heads/worktree", NULL, REVSPEC_GIT, NULL, "heads/worktree", NULL},
	{"dir:.", NULL, REVSPEC_DIR, NULL, ".", NULL},
	{"dir:/a b/c=d,e..f", NULL, REVSPEC_DIR, NULL, "/a b/c=d,e..f", NULL},
	{"dir:x=y", NULL, REVSPEC_DIR, NULL, "x=y", NULL},
	{"dir:C:\\x", NULL, REVSPEC_DIR, NULL, "C:\\x", NULL},
	{"dir:a+b.patch", NULL, REVSPEC_DIR, NULL, "a+b.patch", NULL},
	{"prefix:/opt/x=1", NULL, REVSPEC_PREFIX, NULL, "/opt/x=1", NULL},
	{"old=v1.2", "old", REVSPEC_GIT, "v1.2", "v1.2", NULL},
	{"1.0_rc+a-b=v1..v2", "1.0_rc+a-b", REVSPEC_RANGE, "v1..v2", "v1", "v2"},
	{"new=worktree", "new", REVSPEC_WORKTREE, "worktree", NULL, NULL},
	{"x=dir:a=b", "x", REVSPEC_DIR, "dir:a=b", "a=b", NULL},
	{"x=merge-base:a,b=c", "x", REVSPEC_MERGE_BASE, "merge-base:a,b=c", "a", "b=c"},
	{"a=b=c", "a", REVSPEC_GIT, "b=c", "b=c", NULL},
	{"heads/a=b", NULL, REVSPEC_GIT, NULL, "heads/a=b", NULL},
	{"archive:a b.tgz", NULL, REVSPEC_ARCHIVE, NULL, "a b.tgz", NULL},
	{"archive:/x/c#.tgz", NULL, REVSPEC_ARCHIVE, NULL, "/x/c#.tgz", NULL},
	{"archive:x@1,2.tgz", NULL, REVSPEC_ARCHIVE, NULL, "x@1,2.tgz", NULL},
	{"old=archive:https://h/x.tgz#" SHA, "old", REVSPEC_ARCHIVE, "archive:https://h/x.tgz#" SHA,
		"https://h/x.tgz", HEX},
	{"archive:x-{version}/{version}.tgz@1.2-rc~1", NULL, REVSPEC_ARCHIVE, NULL,
		"x-1.2-rc~1/1.2-rc~1.tgz", NULL},
	{"archive:x-{version}@1#" SHA, NULL, REVSPEC_ARCHIVE, NULL, "x-1", HEX},
	{"version:1.2.3", NULL, REVSPEC_VERSION, NULL, "1.2.3", NULL},
	{"version:v0.1.0-rc.1+b5", NULL, REVSPEC_VERSION, NULL, "v0.1.0-rc.1+b5", NULL},
	{"old=version:2", "old", REVSPEC_VERSION, "version:2", "2", NULL},
	{"v1..v2=x", NULL, REVSPEC_RANGE, NULL, "v1", "v2=x"},
	{"tags:v1.*", NULL, REVSPEC_TAGS, NULL, "v1.*", NULL},
	{"tags:[0-9]*", NULL, REVSPEC_TAGS, NULL, "[0-9]*", NULL},
	{"one=tags:v1.?", "one", REVSPEC_TAGS, "tags:v1.?", "v1.?", NULL},
	{"tags:$(id)", NULL, REVSPEC_TAGS, NULL, "$(id)", NULL},
	{"last:20", NULL, REVSPEC_LAST, NULL, "HEAD", NULL},
	{"last:1 origin/main~2", NULL, REVSPEC_LAST, NULL, "origin/main~2", NULL},
	{"x=last:3  v1", "x", REVSPEC_LAST, "last:3  v1", "v1", NULL},
	{"every:10 v1..v2", NULL, REVSPEC_RANGE, NULL, "v1", "v2"},
	{"every:2 a...b", NULL, REVSPEC_SYMMETRIC, NULL, "a", "b"},
	{"all=every:2 tags:v*", "all", REVSPEC_TAGS, "every:2 tags:v*", "v*", NULL},
	{"every:5 last:100 main", NULL, REVSPEC_LAST, NULL, "main", NULL},
	{"main+fix.patch", NULL, REVSPEC_PATCH, NULL, "main", "fix.patch"},
	{"HEAD~1+/a b/fix.diff", NULL, REVSPEC_PATCH, NULL, "HEAD~1", "/a b/fix.diff"},
	{"v1.0+build.5+../fix.patch", NULL, REVSPEC_PATCH, NULL, "v1.0+build.5", "../fix.patch"},
	{"new=v1+x.patch", "new", REVSPEC_PATCH, "v1+x.patch", "v1", "x.patch"},
	{"v1+x.patch^0", NULL, REVSPEC_GIT, NULL, "v1+x.patch^0", NULL},
};

START_TEST(reads_every_kind)
{
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct err err = ERR_INIT;
		struct revspec spec;
		const char *text = good[i].spec ? good[i].spec : good[i].text;

		ck_assert_msg(revspec_parse(good[i].text, &arena, &spec, &err) == 0, "%s: %s",
			good[i].text, err.text);
		ck_assert_msg(spec.kind == good[i].kind, "%s: kind %d", good[i].text, spec.kind);
		ck_assert_str_eq(spec.text, text);
		ck_assert_msg(str_eq(spec.label, good[i].label), "label of %s", good[i].text);
		ck_assert_msg(str_eq(spec.a, good[i].a), "a of %s", good[i].text);
		ck_assert_msg(str_eq(spec.b, good[i].b), "b of %s", good[i].text);
	}
	arena_done(&arena);
}
END_TEST

static const struct {
	const char *text;
	enum err_kind kind;
	const char *says;
} bad[] = {
	{"", ERR_SOURCE, "empty"},
	{"-x", ERR_SOURCE, "dash"},
	{"--upload-pack=touch", ERR_SOURCE, "dash"},
	{"new=-x", ERR_SOURCE, "dash"},
	{"main..-x", ERR_SOURCE, "dash"},
	{"merge-base:-a,b", ERR_SOURCE, "dash"},
	{"a b", ERR_SOURCE, "space"},
	{"HEAD@{1 day ago}", ERR_SOURCE, "space"},
	{"$(touch pwned)", ERR_SOURCE, "space"},
	{"a\nb", ERR_SOURCE, "control"},
	{"\x1b[2J", ERR_SOURCE, "control"},
	{"dir:a\tb", ERR_SOURCE, "control"},
	{"a\x7f", ERR_SOURCE, "control"},
	{"refs/../..", ERR_SOURCE, "slash"},
	{"/etc/passwd", ERR_SOURCE, "slash"},
	{"a//b", ERR_SOURCE, "slash"},
	{"v1.*", ERR_SOURCE, "pattern"},
	{"a\\b", ERR_SOURCE, "'\\'"},
	{"=main", ERR_USAGE, "label"},
	{"old=", ERR_USAGE, "after the label"},
	{"..", ERR_USAGE, "A..B"},
	{"...", ERR_USAGE, "A..B"},
	{"a..b..c", ERR_USAGE, "one name"},
	{"a....b", ERR_USAGE, "one name"},
	{"^main", ERR_USAGE, "one name"},
	{"merge-base:", ERR_USAGE, "merge-base:A,B"},
	{"merge-base:a", ERR_USAGE, "merge-base:A,B"},
	{"merge-base:a,b,c", ERR_USAGE, "merge-base:A,B"},
	{"merge-base:a,", ERR_USAGE, "lacks"},
	{"merge-base:a..b,c", ERR_USAGE, "one name"},
	{"merge_base:a,b", ERR_USAGE, "a file"},
	{"mergebase:a,b", ERR_USAGE, "did you mean 'merge-base:'"},
	{"HEAD:README", ERR_USAGE, "file"},
	{":/fix", ERR_USAGE, "message"},
	{"dir:", ERR_USAGE, "dir:PATH"},
	{"prefix:", ERR_USAGE, "prefix:PATH"},
	{"archive:https://example.org/x.tgz#sha256=00", ERR_USAGE, "64 hexadecimal digits"},
	{"archive:https://example.org/x.tgz#" SHA "0", ERR_USAGE, "64 hexadecimal digits"},
	{"archive:https://example.org/x.tgz#md5=00", ERR_USAGE, "must be a checksum"},
	{"archive:", ERR_USAGE, "lacks an archive"},
	{"archive:#" SHA, ERR_USAGE, "lacks an archive"},
	{"archive:x-{version}.tgz", ERR_USAGE, "lacks the versions"},
	{"archive:x@{version}.tgz", ERR_USAGE, "lacks the versions"},
	{"archive:x-{version}.tgz@", ERR_USAGE, "lacks the versions"},
	{"archive:x-{version}.tgz@1,2", ERR_USAGE, "more than one revision"},
	{"archive:x-{version}.tgz@1/2", ERR_USAGE, "'1/2' is no version"},
	{"archive:x-{version}.tgz@../2", ERR_USAGE, "is no version"},
	{"archive:x-{version}.tgz@-o", ERR_USAGE, "is no version"},
	{"archive:x-{version}.tgz@1 2", ERR_USAGE, "is no version"},
	{"tags:", ERR_USAGE, "tags:GLOB"},
	{"tags:a b", ERR_SOURCE, "space"},
	{"tag:v1", ERR_USAGE, "did you mean 'tags:'"},
	{"last:", ERR_USAGE, "'' is no number from 1"},
	{"last:0", ERR_USAGE, "'0' is no number from 1"},
	{"last:-3", ERR_USAGE, "no number"},
	{"last:3x", ERR_USAGE, "'3x' is no number"},
	{"last:99999999999999999999", ERR_USAGE, "no number from 1 to 1000000"},
	{"last:3 a..b", ERR_USAGE, "one name"},
	{"last:3 a b", ERR_SOURCE, "space"},
	{"last:3 -x", ERR_SOURCE, "dash"},
	{"every:10", ERR_USAGE, "quoted as one word"},
	{"every:0 a..b", ERR_USAGE, "no number"},
	{"every:2 main", ERR_USAGE, "one revision"},
	{"every:2 dir:x", ERR_USAGE, "one revision"},
	{"every:2 every:2 a..b", ERR_USAGE, "twice"},
	{"every:2 --a..b", ERR_SOURCE, "dash"},
	{"+fix.patch", ERR_USAGE, "lacks a revision name"},
	{"a..b+fix.patch", ERR_USAGE, "one name"},
	{"main+a.patch+b.patch", ERR_USAGE, "one patch"},
	{"-x+a.patch", ERR_SOURCE, "dash"},
	{"version:", ERR_USAGE, "version:1.2.3"},
	{"version:latest", ERR_USAGE, "'latest' is no version of a release"},
	{"version:v", ERR_USAGE, "version:1.2.3"},
	{"version:^1.2", ERR_USAGE, "version:1.2.3"},
	{"version:>=1.2", ERR_USAGE, "version:1.2.3"},
	{"version:x@1.2", ERR_USAGE, "version:1.2.3"},
	{"version:1.*", ERR_USAGE, "'1.*' is no version"},
	{"version:1 2", ERR_USAGE, "'1 2' is no version"},
	{"version:1/2", ERR_USAGE, "'1/2' is no version"},
	{"version:1..2", ERR_USAGE, "'1..2' is no version"},
	{"version:1.2,1.3", ERR_USAGE, "more than one revision"},
};

START_TEST(refuses_with_a_reason)
{
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = ERR_INIT;
		struct revspec spec = {.text = "untouched"};

		ck_assert_msg(revspec_parse(bad[i].text, &arena, &spec, &err) == -1, "%s passed",
			bad[i].text);
		ck_assert_msg(err.kind == bad[i].kind, "%s: kind %d: %s", bad[i].text, err.kind,
			err.text);
		ck_assert_msg(strstr(err.text, bad[i].says), "%s: %s", bad[i].text, err.text);
		ck_assert_str_eq(spec.text, "untouched");
	}
	arena_done(&arena);
}
END_TEST

START_TEST(series_are_counted_and_thinned)
{
	static const struct {
		const char *text;
		unsigned count, every;
		bool series;
	} specs[] = {{"last:20", 20, 0, true}, {"every:10 a..b", 0, 10, true},
		{"every:5 last:100 main", 100, 5, true}, {"a...b", 0, 0, true},
		{"tags:x", 0, 0, true}, {"last:1", 1, 0, true}, {"main", 0, 0, false},
		{"main+x.patch", 0, 0, false}, {"merge-base:a,b", 0, 0, false},
		{"worktree", 0, 0, false}};
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
		struct err err = ERR_INIT;
		struct revspec spec;

		ck_assert_int_eq(revspec_parse(specs[i].text, &arena, &spec, &err), 0);
		ck_assert_uint_eq(spec.count, specs[i].count);
		ck_assert_uint_eq(spec.every, specs[i].every);
		ck_assert_msg(revspec_is_series(&spec) == specs[i].series, "%s", specs[i].text);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(length_is_limited)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct revspec spec;
	char text[4097];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(revspec_parse(text, &arena, &spec, &err), -1);
	ck_assert_int_eq(err.kind, ERR_SOURCE);
	ck_assert(strstr(err.text, "longer than 1000 bytes"));
	text[REVSPEC_TEXT_MAX] = '\0';
	ck_assert_int_eq(revspec_parse(text, &arena, &spec, &err), 0);
	ck_assert_str_eq(spec.a, text);
	arena_done(&arena);
}
END_TEST

static const struct {
	const char *text, *texts; /* joined by spaces; NULL: refused */
} expansions[] = {
	{"main", "main"},
	{"a..b", "a..b"},
	{"archive:x.tgz", "archive:x.tgz"},
	{"archive:x-{version}.tgz@1.2", "archive:x-{version}.tgz@1.2"},
	{"archive:x-{version}.tgz@1.2,1.3,0.9",
		"archive:x-{version}.tgz@1.2 archive:x-{version}.tgz@1.3 "
		"archive:x-{version}.tgz@0.9"},
	{"a=archive:{version}@1,2", "a-1=archive:{version}@1 a-2=archive:{version}@2"},
	{"a=archive:{version}@1~rc1,2", "a-1-rc1=archive:{version}@1~rc1 a-2=archive:{version}@2"},
	{"a=archive:{version}@1#" SHA, "a=archive:{version}@1#" SHA},
	{"archive:{version}@1,2#" SHA, NULL},
	{"archive:{version}@1,,2", NULL},
	{"archive:{version}@1,", NULL},
	{"archive:{version}@1,/etc", NULL},
	{"archive:{version}", NULL},
	{"version:1.2", "version:1.2"},
	{"version:1.2,v1.3,2.0rc1", "version:1.2 version:v1.3 version:2.0rc1"},
	{"a=version:1.2", "a=version:1.2"},
	{"a=version:1,2", "a-1=version:1 a-2=version:2"},
	{"version:", NULL},
	{"version:1,", NULL},
	{"version:1,latest", NULL},
};

START_TEST(versions_are_revisions_of_their_own)
{
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(expansions); i++) {
		scoped(str) got = STR_INIT;
		struct err err = ERR_INIT;
		const char *const *texts;
		size_t n = 0;
		int r = revspec_expand(expansions[i].text, &arena, &texts, &n, &err);

		for (size_t k = 0; k < n; k++)
			str_addf(&got, "%s%s", k ? " " : "", texts[k]);
		ck_assert_msg((r == 0) == (expansions[i].texts != NULL), "%s: %s",
			expansions[i].text, err.text);
		if (r == 0)
			ck_assert_str_eq(got.p, expansions[i].texts);
		else
			ck_assert_int_eq(err.kind, ERR_USAGE);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(names_are_versions_within_a_source)
{
	static const struct {
		const char *text, *in_archive, *in_versions;
	} table[] = {
		{"1.2", "archive:x-{version}@1.2", "version:1.2"},
		{"1.2,1.3", "archive:x-{version}@1.2,1.3", "version:1.2,1.3"},
		{"old=1.2", "old=archive:x-{version}@1.2", "old=version:1.2"},
		{"worktree", "worktree", "worktree"},
		{"dir:x", "dir:x", "dir:x"},
		{"new=dir:x", "new=dir:x", "new=dir:x"},
		{"tags:v*", "tags:v*", "tags:v*"},
	};
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		ck_assert_str_eq(
			revspec_in_source(table[i].text,
				&(struct revspec_source){.archive = "x-{version}"}, &arena),
			table[i].in_archive);
		ck_assert_str_eq(revspec_in_source(table[i].text,
					 &(struct revspec_source){.versions = true}, &arena),
			table[i].in_versions);
		ck_assert_str_eq(
			revspec_in_source(table[i].text, &(struct revspec_source){0}, &arena),
			table[i].text);
	}
	arena_done(&arena);
}
END_TEST

TEST_SUITE("core/revspec", reads_every_kind, versions_are_revisions_of_their_own,
	names_are_versions_within_a_source, refuses_with_a_reason, series_are_counted_and_thinned,
	length_is_limited)

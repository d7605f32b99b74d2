/* Folders of profiles, and what may be wrong with their files. */
#include "format/profiles.h"

#include "base/str.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CASE(more) "{\"case_key\": \"b\", \"function\": \"f\", \"total_time\": 1" more "}"

static void
read_text(struct profiles *p, const char *text)
{
	struct json_stream *js = json_stream_of(text, strlen(text));

	profiles_read_one(p, "d/run-1.json", js);
	json_stream_close(js);
}

START_TEST(what_a_profile_is)
{
	scoped(profiles) p = {0};

	read_text(&p, "{\"cases\": [{\"case_key\": \"t.py::sort|n=10\", \"function\": \"cmp\", "
		      "\"file\": \"s.py\", \"line\": 7, \"total_time\": 0.25, \"calls\": 3}, "
		      "{\"fullname\": \"parse\", \"function\": \"lex\", \"total_time\": 0, "
		      "\"file\": null, \"line\": null}], \"run_id\": \"v1\"}");
	ck_assert_uint_eq(p.notes.n, 0);
	ck_assert_uint_eq(p.lines.n, 2);
	ck_assert_str_eq(p.runs.list.v[p.lines.v[0].run], "v1");
	ck_assert_str_eq(p.keys.list.v[p.lines.v[0].key], "t.py::sort|n=10");
	ck_assert_double_eq(p.lines.v[0].seconds, 0.25);
	const struct profile_function *f = &p.functions.v[p.lines.v[0].function];
	ck_assert_str_eq(f->name, "cmp");
	ck_assert_str_eq(f->file, "s.py");
	ck_assert_int_eq(f->line, 7);
	ck_assert_str_eq(p.keys.list.v[p.lines.v[1].key], "parse");
	f = &p.functions.v[p.lines.v[1].function];
	ck_assert_str_eq(f->file, "");
	ck_assert_int_eq(f->line, 0);
}
END_TEST

START_TEST(who_ran)
{
	static const struct {
		const char *text, *run;
	} runs[] = {{"", "run-1"}, {"\"run_id\": null, ", "run-1"}, {"\"run_id\": \"\", ", "run-1"},
		{"\"run_id\": 1234567, ", "1234567"}, {"\"run_id\": \"v1\", ", "v1"}};

	for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
		scoped(profiles) p = {0};
		scoped_free char *text = xasprintf("{%s\"cases\": [" CASE("") "]}", runs[i].text);

		read_text(&p, text);
		ck_assert_uint_eq(p.runs.list.n, 1);
		ck_assert_str_eq(p.runs.list.v[0], runs[i].run);
	}
}
END_TEST

START_TEST(a_bad_file_is_left_out_whole)
{
	static const struct {
		const char *text, *note;
	} files[] = {
		{"", "1:1: "},
		{"{\"cases\": [" CASE("") "], ", "d/run-1.json: left out: 1:"},
		{"{\"cases\": [" CASE("") "]} x", "1:"},
		{"[]", "no profile, it has no list of cases"},
		{"\"cases\"", "no profile, it has no list of cases"},
		{"{}", "no profile, it has no list of cases"},
		{"{\"cases\": {\"b\": 1}}", "no profile, it has no list of cases"},
		{"{\"benchmarks\": []}", "no profile, it has no list of cases"},
		{"{\"run_id\": [1], \"cases\": [" CASE("") "]}", "its run_id is no text"},
		{"{\"run_id\": true, \"cases\": [" CASE("") "]}", "its run_id is no text"},
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		scoped(profiles) p = {0};

		read_text(&p, files[i].text);
		ck_assert_uint_eq(p.lines.n, 0);
		ck_assert_uint_eq(p.notes.n, 1);
		ck_assert_msg(strstr(p.notes.v[0], files[i].note), "%s", p.notes.v[0]);
	}
}
END_TEST

START_TEST(a_bad_case_is_left_out_alone)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"3", "it is no object"},
		{"null", "it is no object"},
		{"{}", "it has no case_key and no fullname"},
		{"{\"case_key\": \"\", \"function\": \"f\", \"total_time\": 1}",
			"it has no case_key and no fullname"},
		{"{\"case_key\": 3, \"function\": \"f\", \"total_time\": 1}",
			"its case_key is no text"},
		{"{\"fullname\": [\"b\"], \"function\": \"f\", \"total_time\": 1}",
			"its fullname is no text"},
		{"{\"case_key\": \"b\", \"total_time\": 1}", "it has no function"},
		{"{\"case_key\": \"b\", \"function\": \"\", \"total_time\": 1}",
			"it has no function"},
		{"{\"case_key\": \"b\", \"function\": {}, \"total_time\": 1}",
			"its function is no text"},
		{"{\"case_key\": \"b\", \"function\": \"f\"}",
			"its total_time is no finite number"},
		{CASE(", \"total_time\": \"1\""), "its total_time is no finite number"},
		{CASE(", \"total_time\": true"), "its total_time is no finite number"},
		{CASE(", \"total_time\": null"), "its total_time is no finite number"},
		{CASE(", \"total_time\": NaN"), "its total_time is no finite number"},
		{CASE(", \"total_time\": -Infinity"), "its total_time is no finite number"},
		{CASE(", \"total_time\": 1e999"), "its total_time is no finite number"},
		{CASE(", \"total_time\": -0.5"), "its total_time is negative"},
		{CASE(", \"line\": -1"), "its line is no whole number"},
		{CASE(", \"line\": 1.5"), "its line is no whole number"},
		{CASE(", \"line\": 1e30"), "its line is no whole number"},
		{CASE(", \"line\": NaN"), "its line is no whole number"},
		{CASE(", \"line\": \"7\""), "its line is no whole number"},
		{CASE(", \"file\": 7"), "its file is no text"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped(profiles) p = {0};
		scoped_free char *text =
			xasprintf("{\"cases\": [" CASE("") ", %s, " CASE(", \"line\": 2") "]}",
				cases[i].text);
		scoped_free char *note = xasprintf("d/run-1.json: 1 of 3 cases left out; the first "
						   "of them is case 2: %s",
			cases[i].why);

		read_text(&p, text);
		ck_assert_uint_eq(p.lines.n, 2);
		ck_assert_uint_eq(p.notes.n, 1);
		ck_assert_str_eq(p.notes.v[0], note);
	}
}
END_TEST

START_TEST(long_names_and_twins)
{
	scoped(profiles) p = {0};
	scoped_free char *name = xcalloc(PROFILES_TEXT_MAX + 2, 1);

	memset(name, 'x', PROFILES_TEXT_MAX + 1);
	scoped_free char *text =
		xasprintf("{\"cases\": [" CASE("") ", " CASE(", \"file\": \"%s\"") ", " CASE(
				  ", \"file\": \"%s\"") ", " CASE("") "]}",
			name, name + 1);
	read_text(&p, text);
	ck_assert_uint_eq(p.lines.n, 2);
	ck_assert_uint_eq(p.notes.n, 2);
	ck_assert(strstr(p.notes.v[0], "case 2: a name is too long"));
	ck_assert(strstr(p.notes.v[1], "1 of 4 cases left out: their run and case have that "
				       "function already"));
}
END_TEST

/* Each case a benchmark of its own: more than are taken. */
START_TEST(there_is_an_end)
{
	scoped(profiles) p = {0};
	scoped(str) text = STR_INIT;

	str_add(&text, "{\"cases\": [");
	for (unsigned i = 0; i < PROFILES_KEYS_MAX + 5; i++)
		str_addf(&text, "%s{\"fullname\": \"b%u\", \"function\": \"f\", \"total_time\": 1}",
			i ? "," : "", i);
	str_add(&text, "]}");
	read_text(&p, text.p);
	ck_assert_uint_eq(p.lines.n, PROFILES_KEYS_MAX);
	ck_assert_uint_eq(p.notes.n, 1);
	ck_assert_msg(strstr(p.notes.v[0], "5 of 10005 cases left out"), "%s", p.notes.v[0]);
}
END_TEST

/* ---- folders */

static void
put_file(const char *dir, const char *name, const char *text)
{
	scoped_free char *path = path_join(dir, name);
	scoped_free char *parent = path_dir(path);
	struct err err = ERR_INIT;

	ck_assert_int_eq(fs_mkdir_p(parent, 0700, &err), 0);
	ck_assert_msg(fs_write_atomic(path, text, strlen(text), &err) == 0, "%s", err.text);
}

static bool
has_note(const struct profiles *p, const char *text)
{
	for (size_t i = 0; i < p->notes.n; i++)
		if (strstr(p->notes.v[i], text))
			return true;
	return false;
}

START_TEST(a_folder)
{
	scoped(profiles) p = {0};
	struct err err = ERR_INIT;
	char *dir = NULL;

	ck_assert_int_eq(fs_temp_dir("/tmp/profiles-test-", &dir, &err), 0);
	put_file(dir, "b.json", "{\"cases\": [" CASE("") "]}");
	put_file(dir, "a/deep/v1.json", "{\"cases\": [" CASE("") "]}");
	put_file(dir, "notes.txt", "no JSON, and nobody takes it for some");
	put_file(dir, "bad.json", "{");
	put_file(dir, "x.json/inner.json", "{\"cases\": []}");
	scoped_free char *link = path_join(dir, "link.json");
	scoped_free char *pipe = path_join(dir, "pipe.json");
	ck_assert_int_eq(symlink("b.json", link), 0);
	ck_assert_int_eq(mkfifo(pipe, 0600), 0);
	ck_assert_msg(profiles_read(dir, &p, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(p.lines.n, 2);
	ck_assert_str_eq(p.runs.list.v[0], "v1");
	ck_assert_str_eq(p.runs.list.v[1], "b");
	ck_assert_uint_eq(p.notes.n, 3);
	ck_assert(has_note(&p, "bad.json: left out: 1:"));
	ck_assert(has_note(&p, "link.json: left out: a link"));
	ck_assert(has_note(&p, "pipe.json: left out: no regular file"));
	ck_assert_int_eq(fs_remove(dir, &err), 0);
	free(dir);
}
END_TEST

START_TEST(a_folder_has_a_state)
{
	struct err err = ERR_INIT;
	char *dir = NULL;

	ck_assert_int_eq(fs_temp_dir("/tmp/profiles-test-", &dir, &err), 0);
	uint64_t empty = profiles_state(dir);
	put_file(dir, "a.json", "{}");
	uint64_t one = profiles_state(dir);
	ck_assert(one != empty);
	ck_assert(profiles_state(dir) == one);
	put_file(dir, "other", "{}");
	ck_assert(profiles_state(dir) == one);
	scoped_free char *path = path_join(dir, "a.json");
	const struct timespec times[2] = {{.tv_sec = 1, .tv_nsec = 1}, {.tv_sec = 1, .tv_nsec = 1}};
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	uint64_t touched = profiles_state(dir);
	ck_assert(touched != one);
	put_file(dir, "a.json", "{ }");
	ck_assert(profiles_state(dir) != touched);
	ck_assert_int_eq(fs_remove(path, &err), 0);
	ck_assert(profiles_state(dir) == empty);
	ck_assert_int_eq(fs_remove(dir, &err), 0);
	ck_assert(profiles_state(dir) != empty);
	free(dir);
}
END_TEST

START_TEST(no_folder)
{
	static const char *const bad[] = {"/nowhere/at/all", "/dev/null"};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		scoped(profiles) p = {0};
		struct err err = ERR_INIT;

		ck_assert_int_eq(profiles_read(bad[i], &p, &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, bad[i]), "%s", err.text);
	}
}
END_TEST

TEST_SUITE("format/profiles", what_a_profile_is, who_ran, a_bad_file_is_left_out_whole,
	a_bad_case_is_left_out_alone, long_names_and_twins, there_is_an_end, a_folder,
	a_folder_has_a_state, no_folder)

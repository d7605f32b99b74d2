/* Result files read into a run: real ones from tests/data/harness, others given as text. */
#ifndef FORMAT_TEST_H
#define FORMAT_TEST_H

#include "base/str.h"
#include "format/format.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <string.h>

static inline int
read_path(const char *format, const char *path, struct run *run, struct err *err)
{
	const struct format *f = NULL;

	ck_assert_msg(format_find(format, &f, err) == 0, "%s", err->text);
	return format_read(f, path, true, run, err);
}

static inline char *
data_path(const char *name)
{
	return xasprintf("%s/harness/%s", getenv("TEST_DATA"), name);
}

/* A file of tests/data/harness, which is told from other formats, too. */
static inline void
read_data(const char *format, const char *name, struct run *run)
{
	scoped_free char *path = data_path(name);
	const struct format *detected = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(format_detect(path, &detected, &err) == 0, "%s", err.text);
	ck_assert_str_eq(detected->name, format);
	ck_assert_msg(read_path(format, path, run, &err) == 0, "%s", err.text);
}

static inline int
read_text(const char *format, const char *text, struct run *run, struct err *err)
{
	struct err ignored = ERR_INIT;
	char *dir = NULL;

	ck_assert_int_eq(fs_temp_dir("/tmp/format-test-", &dir, err), 0);
	scoped_free char *path = path_join(dir, "result");
	ck_assert_int_eq(fs_write_atomic(path, text, strlen(text), err), 0);
	int r = read_path(format, path, run, err);
	ck_assert_int_eq(fs_remove(dir, &ignored), 0);
	free(dir);
	return r;
}

static inline const struct run_bench *
bench_of(const struct run *run, const char *fullname)
{
	const struct run_bench *found = NULL;

	for (size_t i = 0; i < run->benches.n; i++)
		if (strcmp(run->benches.v[i].fullname, fullname) == 0)
			found = &run->benches.v[i];
	ck_assert_msg(found != NULL, "no bench '%s'", fullname);
	return found;
}

static inline const struct run_value *
value_of(const struct run *run, const char *fullname, const char *metric)
{
	const struct run_value *value = run_value_of(bench_of(run, fullname), metric);

	ck_assert_msg(value != NULL, "'%s' has no metric '%s'", fullname, metric);
	return value;
}

static inline const char *
machine_of(const struct run *run, const char *key)
{
	for (size_t i = 0; i < run->facts.machine.n; i++)
		if (strcmp(run->facts.machine.v[i].key, key) == 0)
			return run->facts.machine.v[i].value;
	return NULL;
}

static inline bool
has_note(const struct run *run, const char *part)
{
	for (size_t i = 0; i < run->facts.notes.n; i++)
		if (strstr(run->facts.notes.v[i], part))
			return true;
	return false;
}

#endif

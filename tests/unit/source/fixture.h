/* Repositories for tests, made by the git program in a directory of their own, with fixed dates. */
#ifndef SOURCE_FIXTURE_H
#define SOURCE_FIXTURE_H

#include "base/str.h"
#include "source/source.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each test runs in a process of its own (Check forks), so these are per test. */
static char *sandbox;
static struct arena arena;

static const char prelude[] =
	"set -eu\n"
	"tick=1700000000\n"
	"at() { export GIT_AUTHOR_DATE=\"$1 +0100\" GIT_COMMITTER_DATE=\"$1 +0100\"; }\n"
	/* commit MESSAGE: everything, a minute after the one before */
	"commit() { at $tick; tick=$((tick + 60)); git add -A; git commit -q -m \"$1\"; }\n"
	"new() { git init -q -b main \"$1\"; cd \"$1\"; }\n"
	"at $tick\n";

/* Runs a script in the sandbox and demands that it works. */
static void __attribute__((format(printf, 1, 2))) sh(const char *fmt, ...)
{
	scoped(str) script = STR_INIT;
	va_list ap;
	int status = 0;

	str_add(&script, prelude);
	va_start(ap, fmt);
	str_vaddf(&script, fmt, ap);
	va_end(ap);
	fflush(NULL);
	pid_t pid = fork();
	ck_assert(pid >= 0);
	if (pid == 0) {
		char *const argv[] = {(char[]){"sh"}, (char[]){"-c"}, script.p, NULL};

		if (chdir(sandbox) == 0)
			execvp("sh", argv);
		_exit(127);
	}
	ck_assert(waitpid(pid, &status, 0) == pid);
	ck_assert_msg(status == 0, "script failed (%d): %s", status, script.p);
}

static void
begin(void)
{
	struct err err = ERR_INIT;
	const char *tmp = getenv("TMPDIR");
	scoped_free char *prefix = xasprintf("%s/revsweep-source-", tmp ? tmp : "/tmp");
	scoped_free char *path = NULL;

	ck_assert_msg(fs_temp_dir(prefix, &path, &err) == 0, "%s", err.text);
	sandbox = realpath(path, NULL);
	scoped_free char *home = path_join(sandbox, "home");
	ck_assert_int_eq(mkdir(home, 0755), 0);
	static const char *const forget[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
		"XDG_CONFIG_HOME", "GIT_CONFIG", "GIT_CONFIG_GLOBAL", "SUDO_UID"};
	for (size_t i = 0; i < ARRAY_LEN(forget); i++)
		unsetenv(forget[i]);
	setenv("HOME", home, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "A U Thor", 1);
	setenv("GIT_AUTHOR_EMAIL", "author@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "C O Mitter", 1);
	setenv("GIT_COMMITTER_EMAIL", "committer@example.org", 1);
	setenv("LC_ALL", "C", 1);
	setenv("GIT_CONFIG_COUNT", "2", 1);
	setenv("GIT_CONFIG_KEY_0", "core.fsync", 1);
	setenv("GIT_CONFIG_VALUE_0", "none", 1);
	setenv("GIT_CONFIG_KEY_1", "core.safecrlf", 1);
	setenv("GIT_CONFIG_VALUE_1", "false", 1);
}

static void
end(void)
{
	struct err err = ERR_INIT;

	ck_assert_msg(fs_remove(sandbox, &err) == 0, "%s", err.text);
	free(sandbox);
	arena_done(&arena);
}

static char *
in_sandbox(const char *path)
{
	scoped_free char *whole = path_join(sandbox, path);

	return arena_strdup(&arena, whole);
}

/* The text of a file in the sandbox, without a final newline. */
static const char *
text_of(const char *path)
{
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(fs_read(in_sandbox(path), 1 << 20, &text, &err) == 0, "%s", err.text);
	str_trim(&text);
	return arena_strdup(&arena, text.p);
}

static __attribute__((unused)) struct source *
open_source(const char *dir)
{
	struct source *source = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(source_open(in_sandbox(dir), &source, &err) == 0, "%s", err.text);
	return source;
}

static int
resolve(struct source *source, const char *text, struct rev *ret, struct err *err)
{
	struct revspec spec;

	if (revspec_parse(text, &arena, &spec, err) < 0)
		return -1;
	return source_resolve(source, &spec, &arena, ret, err);
}

static struct rev
resolved(struct source *source, const char *text)
{
	struct err err = ERR_INIT;
	struct rev rev;

	ck_assert_msg(resolve(source, text, &rev, &err) == 0, "%s: %s", text, err.text);
	return rev;
}

/* That resolving fails with this kind of error and text. */
static void __attribute__((unused))
refused(struct source *source, const char *text, enum err_kind kind, const char *says)
{
	struct err err = ERR_INIT;
	struct rev rev;

	ck_assert_msg(resolve(source, text, &rev, &err) == -1, "%s passed", text);
	ck_assert_msg(err.kind == kind, "%s: kind %d: %s", text, err.kind, err.text);
	ck_assert_msg(strstr(err.text, says), "%s: %s", text, err.text);
}

#endif

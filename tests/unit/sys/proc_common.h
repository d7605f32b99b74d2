/* What the tests of sys/proc.h share: a scratch directory and shell scripts run in it. */
#ifndef PROC_COMMON_H
#define PROC_COMMON_H

#include "base/err.h"
#include "sys/fs.h"
#include "sys/proc.h"

#include <check.h>

#define SECOND UINT64_C(1000000000)

static const char *const plain_env[] = {"PATH=/usr/bin:/bin", NULL};

/* A scratch directory, removed by done(). */
static char *dir;

static void
begin(void)
{
	struct err err = ERR_INIT;

	ck_assert_msg(fs_temp_dir("/tmp/test-proc-", &dir, &err) == 0, "%s", err.text);
}

static void
done(void)
{
	struct err err = ERR_INIT;

	ck_assert_msg(fs_remove(dir, &err) == 0, "%s", err.text);
	free(dir);
}

static char *
read_file(const char *name)
{
	scoped_free char *path = path_join(dir, name);
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(fs_read(path, 64 << 20, &text, &err) == 0, "%s", err.text);
	return str_detach(&text);
}

/* Runs `sh -c script` with the scratch directory as $0 and as working directory. */
static inline struct proc_end
run_sh(const char *script, struct proc_spec spec)
{
	const char *const argv[] = {"sh", "-c", script, dir, NULL};
	struct proc_end end;
	struct err err = ERR_INIT;

	spec.argv = argv;
	if (!spec.env)
		spec.env = plain_env;
	spec.cwd = dir;
	spec.cpu = -1;
	ck_assert_msg(proc_run(&spec, &end, &err) == 0, "%s", err.text);
	return end;
}

#endif

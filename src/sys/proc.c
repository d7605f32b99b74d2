#include "sys/proc.h"

#include "base/str.h"
#include "sys/fs.h"
#include "sys/stop.h"

#include "talk.h"

#include <string.h>
#include <unistd.h>

void
proc_end_done(struct proc_end *end)
{
	vec_done(&end->rounds);
}

int
proc_find_helper(const char *name, const char *variable, char **ret, struct err *err)
{
	const char *given = getenv(variable);
	char self[4096];

	if (given && *given) {
		*ret = xstrdup(given);
		return 0;
	}
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n < 0)
		return err_sys(err, ERR_ENVIRONMENT, "cannot read '/proc/self/exe'");
	self[n] = '\0';
	scoped_free char *dir = path_dir(self);
	scoped_free char *installed = xasprintf("%s/../libexec/revsweep/%s", dir, name);
	scoped_free char *beside = path_join(dir, name);
	if (!fs_is_executable(beside) && !fs_is_executable(installed))
		return err_set(err, ERR_ENVIRONMENT,
			"no '%s' beside '%s' or in '../libexec/revsweep': install revsweep whole, "
			"or set %s to its path",
			name, self, variable);
	*ret = fs_is_executable(beside) ? steal(&beside) : steal(&installed);
	return 0;
}

static int
run(const struct proc_spec *specs, struct proc_end *rets, size_t n, struct err *err)
{
	scoped_free char *helper = NULL;
	struct talk talks[TALKS_MAX];
	size_t begun = 0;
	int r = 0;

	memset(rets, 0, n * sizeof(*rets));
	for (size_t i = 0; i < n; i++)
		rets[i].how = PROC_LOST;
	if (stop_requested())
		return err_set(err, ERR_STOPPED, "stopped");
	if (proc_find_helper("revsweep-exec", "REVSWEEP_EXEC", &helper, err) < 0)
		return -1;
	for (; r == 0 && begun < n; begun++)
		r = talk_begin(&talks[begun], &specs[begun], helper, n > 1, &rets[begun], err);
	if (r == 0)
		talk_listen(talks, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = talk_conclude(&talks[i], err);
	for (size_t i = 0; i < begun; i++)
		talk_done(&talks[i]);
	return r;
}

int
proc_run(const struct proc_spec *spec, struct proc_end *ret, struct err *err)
{
	return run(spec, ret, 1, err);
}

int
proc_run_pair(const struct proc_spec specs[2], struct proc_end ret[2], struct err *err)
{
	return run(specs, ret, 2, err);
}

/* A job that may write nowhere tries to leave a file. */
static bool
try_to_write(const char *path)
{
	const char *const argv[] = {"/bin/sh", "-c", "echo >\"$0\"", path, NULL};
	const char *const env[] = {"PATH=/usr/bin:/bin", NULL}, *const nowhere[] = {NULL};
	struct proc_spec spec = {
		.argv = argv,
		.env = env,
		.timeout_ns = UINT64_C(10000000000),
		.cpu = -1,
		.writable = nowhere,
	};
	scoped(proc_end) end = {0};
	struct err err = ERR_INIT;

	return proc_run(&spec, &end, &err) < 0 || !end.confined || end.how != PROC_EXITED ||
	       fs_exists(path);
}

bool
proc_can_confine(void)
{
	const char *tmp = getenv("TMPDIR");
	scoped_free char *prefix = path_join(tmp && *tmp == '/' ? tmp : "/tmp", "revsweep-probe-");
	char *dir = NULL;
	struct err err = ERR_INIT;

	if (fs_temp_dir(prefix, &dir, &err) < 0)
		return false;
	scoped_free char *path = path_join(dir, "x");
	bool can = !try_to_write(path);
	if (fs_remove(dir, &err) < 0)
		can = false;
	free(dir);
	return can;
}

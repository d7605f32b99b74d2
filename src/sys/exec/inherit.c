#include "inherit.h"

#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 4096

static int
trouble(struct exec_end *end, enum exec_trouble what)
{
	end->trouble = what;
	end->sys_errno = errno;
	return -1;
}

static int
set_limit(int what, rlim_t soft)
{
	struct rlimit limit;

	if (getrlimit(what, &limit) < 0)
		return -1;
	limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
	if (what != RLIMIT_NOFILE) /* programs may raise that one for themselves */
		limit.rlim_max = limit.rlim_cur;
	return setrlimit(what, &limit);
}

/* When memory runs out the benchmark goes before revsweep does. Raising needs no right; where it
 * is refused nothing is lost. */
static void
offer_to_oom_killer(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "500", 3);
	close(fd);
}

static int
pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((unsigned)cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

int
inherit_set(struct job *job, struct output *out, struct exec_end *end)
{
	umask(022);
	offer_to_oom_killer();
	if (job->cwd[0] && chdir(job->cwd) < 0) {
		end->how = PROC_NOT_STARTED;
		return trouble(end, EXEC_FINE);
	}
	job_find_program(job);
	if (output_open(out, job) < 0)
		return trouble(end, EXEC_NO_PIPES);
	if (set_limit(RLIMIT_CORE, 0) < 0 || set_limit(RLIMIT_NOFILE, FILES_MAX) < 0 ||
		set_limit(RLIMIT_FSIZE, (rlim_t)job->head.file_max) < 0)
		return trouble(end, EXEC_NO_LIMITS);
	if (job->head.cpu >= 0 && pin(job->head.cpu) < 0)
		return trouble(end, EXEC_NO_CPU);
	if (job->head.flags & EXEC_CONFINE) {
		int held = confine_writes(job->writable, &end->trouble_index);
		if (held < 0)
			return trouble(end, EXEC_NO_WRITABLE);
		end->confined = held > 0;
	}
	return 0;
}

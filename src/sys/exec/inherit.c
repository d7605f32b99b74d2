#include "inherit.h"

#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_MAX 4096
#define STACK_LEAST ((rlim_t)128 << 20) /* what the kernel leaves for the stack anyhow */

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

/* The first version of the kernel's struct sched_attr, whose header does not go with <sched.h>. */
struct policy {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* Of the ordinary policies only: there the runtime is how soon others get a turn. Kernels before
 * 6.12 ignore it, and older ones do not know it; the job is the same without. */
static void
shorten_slice(uint32_t us)
{
	struct policy policy = {0};

	if (syscall(SYS_sched_getattr, 0, &policy, sizeof(policy), 0) < 0)
		return;
	if (policy.policy != SCHED_OTHER && policy.policy != SCHED_BATCH)
		return;
	policy.runtime = (uint64_t)us * 1000;
	(void)!syscall(SYS_sched_setattr, 0, &policy, 0);
}

/* Where a process has its pages decides by some percent how fast it is, and the kernel draws it
 * anew for each. Here it is the same for all jobs of a number: without drawing, what is mapped
 * grows down from below the room that the stack may want. Containers may refuse it: a job runs just
 * as well. */
static void
share_layout(uint32_t layout)
{
	struct rlimit limit;
	int now = personality(0xffffffff);

	if (now < 0 || personality((unsigned long)now | ADDR_NO_RANDOMIZE) < 0)
		return;
	if (getrlimit(RLIMIT_STACK, &limit) < 0)
		return;
	limit.rlim_cur = STACK_LEAST + (rlim_t)layout * 4096;
	if (limit.rlim_max >= limit.rlim_cur)
		(void)!setrlimit(RLIMIT_STACK, &limit);
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
	if (job->head.layout)
		share_layout(job->head.layout);
	if (job->head.slice_us)
		shorten_slice(job->head.slice_us);
	if (job->head.flags & EXEC_CONFINE) {
		int held = confine_writes(job->writable, &end->trouble_index);
		if (held < 0)
			return trouble(end, EXEC_NO_WRITABLE);
		end->confined = held > 0;
	}
	return 0;
}

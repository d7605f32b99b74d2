#include "sys/counter.h"

#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int
counter_open(enum proc_count what, bool children)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.size = sizeof(attr);
	attr.type = what == PROC_COUNT_INSTRUCTIONS ? PERF_TYPE_HARDWARE : PERF_TYPE_SOFTWARE;
	attr.config = what == PROC_COUNT_INSTRUCTIONS ? PERF_COUNT_HW_INSTRUCTIONS
						      : PERF_COUNT_SW_PAGE_FAULTS;
	attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	attr.exclude_kernel = 1;
	attr.exclude_hv = 1;
	/* What is switched off in us is switched on in a child when it becomes the command. */
	attr.inherit = children;
	attr.disabled = children;
	attr.enable_on_exec = children;
	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

int64_t
counter_read(int fd)
{
	uint64_t got[3] = {0}; /* the count, and the times enabled and running */

	if (fd < 0 || read(fd, got, sizeof(got)) != (ssize_t)sizeof(got))
		return -1;
	return got[1] == got[2] && got[0] <= INT64_MAX ? (int64_t)got[0] : -1;
}

/* Some machines have a counter that stands still. */
bool
proc_can_count(enum proc_count what)
{
	int fd = counter_open(what, false);

	if (fd < 0)
		return false;
	for (volatile int i = 0; i < 1000; i++)
		;
	bool counts = counter_read(fd) > 0 || what == PROC_COUNT_FAULTS;
	close(fd);
	return counts;
}

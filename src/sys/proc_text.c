/* Ends of jobs in words. */
#include "sys/proc.h"

#include "base/format.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void
signal_text(int sig, char *buf, size_t n)
{
	const char *name = sigabbrev_np(sig);

	if (name)
		snprintf(buf, n, "killed by SIG%s", name);
	else
		snprintf(buf, n, "killed by signal %d", sig);
}

char *
proc_end_text(const struct proc_end *end, char *buf, size_t n)
{
	char duration[32];

	switch (end->how) {
	case PROC_EXITED:
		snprintf(buf, n, "exited with %d", end->exit_code);
		break;
	case PROC_SIGNALED:
		signal_text(end->signal, buf, n);
		break;
	case PROC_TIMED_OUT:
		format_duration((double)end->wall_ns / 1e9, duration, sizeof(duration));
		snprintf(buf, n, "timed out after %s", duration);
		break;
	case PROC_OUTPUT_LIMIT:
		snprintf(buf, n, "printed more than it may and was killed");
		break;
	case PROC_NOT_STARTED:
		snprintf(buf, n, "could not be started: %s", strerrordesc_np(end->sys_errno));
		break;
	case PROC_LOST:
		snprintf(buf, n, "was lost: its supervisor died");
		break;
	}
	return buf;
}

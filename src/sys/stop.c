#include "sys/stop.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static atomic_int caught; /* read by all threads; without a lock, so handlers may write it */
static int event = -1;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler cannot wait for a lock");

static void
on_signal(int sig)
{
	int saved = errno;
	uint64_t one = 1;

	caught = sig;
	(void)!write(event, &one, sizeof(one));
	errno = saved;
}

void
stop_install(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction act = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	/* Where it was ignored at start, no child of ours could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sigemptyset(&act.sa_mask);
	for (unsigned i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		struct sigaction old;

		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &act, NULL);
	}
}

bool
stop_requested(void)
{
	return caught != 0;
}

int
stop_fd(void)
{
	return event;
}

void
stop_reraise(void)
{
	if (!caught)
		return;
	signal(caught, SIG_DFL);
	raise(caught);
}

/* Starvation: a neighbour may take so much of the CPUs that a launch mostly waits. Such a block is
 * measured again after a pause, whichever revision looked good in it. */
#include "sweep_priv.h"

#include "base/format.h"
#include "stats/order.h"
#include "sys/stop.h"

#include <poll.h>
#include <stdio.h>

#define SHARES_KEPT 64 /* newest launches that tell what is usual */
#define SHARES_MIN 2
#define STARVED 0.5   /* of the usual share */
#define TELLING_S 0.1 /* shorter launches may wait by chance */
#define PAUSE_S 2
#define PAUSES_MAX 5

struct calm {
	double shares[SHARES_KEPT];
	size_t n; /* ever */
};

struct calm *
calm_new(struct arena *arena, size_t n_suites)
{
	return arena_alloc(arena, n_suites, sizeof(struct calm));
}

static void
remember(struct calm *calm, double share)
{
	calm->shares[calm->n++ % SHARES_KEPT] = share;
}

bool
calm_starved(struct calm *calms, size_t suite, const struct launch_seen *seen, size_t n)
{
	struct calm *calm = &calms[suite];
	scoped_free double *shares = xcalloc(n + 1, sizeof(*shares));
	size_t known = calm->n < SHARES_KEPT ? calm->n : SHARES_KEPT;
	bool disturbed = false;

	for (size_t i = 0; i < n; i++) {
		if (seen[i].wall_s < TELLING_S)
			return false;
		shares[i] = seen[i].cpu_share;
		disturbed = disturbed || seen[i].disturbed;
	}
	if (disturbed && known >= SHARES_MIN &&
		stats_median(shares, n) < STARVED * stats_median(calm->shares, known))
		return true;
	for (size_t i = 0; i < n; i++)
		remember(calm, shares[i]);
	return false;
}

bool
calm_wait(const struct loop *loop, unsigned times)
{
	struct pollfd stop = {.fd = stop_fd(), .events = POLLIN};
	int pause_s = PAUSE_S << (times < PAUSES_MAX ? times : 0);
	char what[96], text[32];

	if (times >= PAUSES_MAX)
		return false;
	snprintf(what, sizeof(what), "other programs take the processors; trying again in %s",
		format_duration(pause_s, text, sizeof(text)));
	sweep_tell(loop->carry, &(struct sweep_status){.phase = SWEEP_WAIT, .what = what});
	poll(&stop, 1, pause_s * 1000); /* who goes on sees that a stop was requested */
	return true;
}

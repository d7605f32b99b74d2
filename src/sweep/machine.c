/* One measurement at a time on a machine: two would disturb each other. */
#include "sweep_priv.h"

#include "measure/machine.h"
#include "sys/clock.h"
#include "sys/fs.h"

/* Whoever measures holds the lock, so that what lies there now belongs to nobody any more. */
static int
sweep_out(struct carry *carry, struct err *err)
{
	if (carry->swept)
		return 0;
	carry->swept = true;
	if (fs_remove(carry->work, err) < 0)
		return -1;
	return fs_mkdir_p(carry->work, 0700, err);
}

static void
tell_waiting(const char *who, void *arg)
{
	sweep_tell(arg, &(struct sweep_status){.phase = SWEEP_WAIT, .what = who});
}

/* What took no time is no wait. */
static void
end_wait(struct carry *carry, struct span *span, int r)
{
	if (r < 0 || clock_monotonic_ns() / 1000 - span->start_us > 1000)
		timeline_end(carry, span, r < 0 ? SPAN_CANCELLED : span_ok);
}

int
sweep_share_machine(struct carry *carry, struct lock *ret, struct err *err)
{
	struct span span = timeline_start(SPAN_WAIT, -1, NULL);
	int r = machine_share(carry->cache, tell_waiting, carry, ret, err);

	end_wait(carry, &span, r);
	return r;
}

int
sweep_hold_machine(struct carry *carry, struct lock *ret, struct err *err)
{
	struct span span = timeline_start(SPAN_WAIT, -1, NULL);
	int r = machine_hold(carry->cache, tell_waiting, carry, ret, err);

	end_wait(carry, &span, r);
	return r < 0 ? -1 : sweep_out(carry, err);
}

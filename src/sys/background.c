#include "sys/background.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of ioprio_set(2), which has no header. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_CLASS_IDLE (3 << 13)

/* What is refused costs nothing but manners. SCHED_BATCH: waking up never interrupts another
 * process. (SCHED_IDLE would starve while builds use all processors.) */
void
background_become(void)
{
	struct sched_param param = {0};

	(void)setpriority(PRIO_PROCESS, 0, 19);
	(void)sched_setscheduler(0, SCHED_BATCH, &param);
	(void)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_CLASS_IDLE);
}

/* The kernel's counters (perf_event_open). */
#ifndef SYS_COUNTER_H
#define SYS_COUNTER_H

#include "sys/proc.h"

#include <stdbool.h>
#include <stdint.h>

/* A counter of ourselves, or of all our children from their exec on. -1 when there is none. */
int counter_open(enum proc_count what, bool children);
/* -1 when it did not count all the time: others wanted the processor's counters, too. */
int64_t counter_read(int fd);

#endif

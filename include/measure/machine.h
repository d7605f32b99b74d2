/* The machine as something one holds: no launch runs beside one of another revsweep, or beside a
 * build. The lock lies in the builds' cache, which all revsweeps of a user share. */
#ifndef MEASURE_MACHINE_H
#define MEASURE_MACHINE_H

#include "base/err.h"
#include "sys/lock.h"

/* For measuring: nobody else measures or builds. Waits as lock_await() does. */
int machine_hold(const char *cache, void (*busy)(const char *who, void *arg), void *arg,
	struct lock *ret, struct err *err);
/* For building: others may build too, but nobody measures. */
int machine_share(const char *cache, void (*busy)(const char *who, void *arg), void *arg,
	struct lock *ret, struct err *err);

#endif

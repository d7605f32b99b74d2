/* Advisory locks on files, held by an open file description: kill -9, a reboot or a clock jump
 * frees them, and there is nothing to unlock by hand. */
#ifndef SYS_LOCK_H
#define SYS_LOCK_H

#include "base/err.h"

#include <stdbool.h>

struct lock {
	int fd; /* -1: not held */
};
#define LOCK_INIT                                                                                  \
	{                                                                                          \
		-1                                                                                 \
	}

/* Creates the file when needed and locks it exclusively. wait = false: ERR_BUSY at once when
 * somebody else holds it, with the holder's pid in the text. */
int lock_take(const char *path, bool wait, struct lock *ret, struct err *err);
/* A shared lock: readers of a thing that only exclusive holders may remove. */
int lock_share(const char *path, bool wait, struct lock *ret, struct err *err);
/* Waits for a lock, but not longer than the user does: a stop ends it (ERR_STOPPED). busy, unless
 * NULL, is told once when there is somebody to wait for, with a sentence about them. */
int lock_await(const char *path, bool shared, void (*busy)(const char *who, void *arg), void *arg,
	struct lock *ret, struct err *err);
/* Whether some process holds the lock exclusively, asked of the kernel: nobody who tries to take it
 * meanwhile is in our way, or we in theirs. False when it cannot be told. */
bool lock_is_held(const char *path);
void lock_done(struct lock *lock);

#endif

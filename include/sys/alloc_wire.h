/* What revsweep-alloc.so, preloaded into what is measured, leaves for revsweep: a file a process
 * image, mapped while it runs, so that nothing has to be written when it ends, however it ends. */
#ifndef SYS_ALLOC_WIRE_H
#define SYS_ALLOC_WIRE_H

#include <stdint.h>

/* The directory that the files are made in; without it nothing is written. */
#define ALLOC_DIR_VARIABLE "REVSWEEP_ALLOC_DIR"

#define ALLOC_MAGIC 0x7265766d656d3031ull
#define ALLOC_SLOTS 64
/* Threads tell the process's high-water mark what they hold in steps of so many bytes: it is exact
 * as long as there is one thread, and off by at most ALLOC_SLOTS times that with more of them. */
#define ALLOC_STEP ((int64_t)16 << 10)

enum alloc_flag {
	ALLOC_OWN_MALLOC = 1,     /* the program brings its own malloc: little was counted */
	ALLOC_STARTED_STATIC = 2, /* it started a program that is statically linked: `started` */
};

/* The part of some threads. */
struct alloc_slot {
	uint64_t allocations, allocated;
	int64_t live; /* not yet told */
	uint64_t unused[5];
};

struct alloc_file {
	uint64_t magic;
	uint32_t flags; /* of enum alloc_flag */
	uint32_t pid;
	/* Calls that allocate; bytes that they asked for, all in all, and of those that were not
	 * freed, now and at most. */
	uint64_t allocations, allocated;
	int64_t live, peak;
	char started[464];
	struct alloc_slot slots[ALLOC_SLOTS];
};

/* What revsweep_alloc_read() fills in, for whoever finds it by dlsym() or ctypes: since the last
 * revsweep_alloc_reset(), or since the process began. What was allocated before is not in `live`,
 * nor is it taken away when it is freed. */
struct revsweep_alloc {
	uint64_t allocations, allocated, live, peak;
};

/* revsweep_alloc_call() calls a function of the process below this one, which tools that can look
 * at one function are told of. */
#define ALLOC_WITHIN "revsweep_alloc_within"

#endif

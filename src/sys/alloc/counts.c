/* The counters: a file that is mapped. A process that cannot make one counts for itself alone. */
#include "counts.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRIES 1000 /* images of one process: each exec makes another */

static struct alloc_file alone; /* until there is a file, and where there is none */
struct alloc_file *counts = &alone;
uint32_t counts_epoch = 1;

static char dir[4096];
static uint64_t allocations_before, allocated_before; /* the last reset */

#define slot_of() (&counts->slots[own_slot()])

/* Each thread takes the next; there may be more threads than slots. */
static unsigned
own_slot(void)
{
	static unsigned next;
	static __thread unsigned mine __attribute__((tls_model("initial-exec")));

	if (!mine)
		mine = 1 + __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) % ALLOC_SLOTS;
	return mine - 1;
}

static void
raise_peak(int64_t live)
{
	int64_t peak = __atomic_load_n(&counts->peak, __ATOMIC_RELAXED);

	while (live > peak && !__atomic_compare_exchange_n(&counts->peak, &peak, live, true,
				      __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

/* What remains untold when a thread ends is told by the next that has the slot. */
void
counts_add_shared(uint64_t calls, uint64_t bytes, int64_t live)
{
	struct alloc_slot *slot = slot_of();

	if (calls) {
		__atomic_fetch_add(&slot->allocations, calls, __ATOMIC_RELAXED);
		__atomic_fetch_add(&slot->allocated, bytes, __ATOMIC_RELAXED);
	}
	int64_t untold = __atomic_add_fetch(&slot->live, live, __ATOMIC_RELAXED);
	if (untold > -ALLOC_STEP && untold < ALLOC_STEP)
		return;
	untold = __atomic_exchange_n(&slot->live, 0, __ATOMIC_RELAXED);
	raise_peak(__atomic_add_fetch(&counts->live, untold, __ATOMIC_RELAXED));
}

/* ---- the file */

/* System calls of our own, since the program's mmap is ours as well. */
static struct alloc_file *
make_file(void)
{
	char path[sizeof(dir) + 48];
	int fd = -1;

	for (int i = 0; fd < 0 && i < TRIES; i++) {
		snprintf(path, sizeof(path), "%s/%ld.%d", dir, (long)getpid(), i);
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			return NULL;
	}
	if (fd < 0)
		return NULL;
	long at = -1;
	if (ftruncate(fd, sizeof(struct alloc_file)) == 0)
		at = syscall(SYS_mmap, NULL, sizeof(struct alloc_file), PROT_READ | PROT_WRITE,
			MAP_SHARED, fd, 0L);
	close(fd);
	return at == -1 ? NULL : (struct alloc_file *)at; /* NOLINT: an address is a number */
}

/* Goes on from `before`, or from nothing. */
static void
open_counts(const struct alloc_file *before)
{
	struct alloc_file *file = dir[0] ? make_file() : NULL;

	if (!file)
		file = &alone;
	if (before && before != file)
		*file = *before;
	else if (!before)
		memset(file, 0, sizeof(*file));
	file->pid = (uint32_t)getpid();
	file->magic = ALLOC_MAGIC;
	counts = file;
}

static void
in_child(void)
{
	struct alloc_file *parents = counts;
	int saved = errno;

	allocations_before = allocated_before = 0;
	counts_epoch++;
	maps_forget();
	open_counts(NULL);
	if (parents != &alone && parents != counts)
		syscall(SYS_munmap, parents, sizeof(*parents));
	errno = saved;
}

static __attribute__((constructor(101))) void
begin(void)
{
	const char *given = getenv(ALLOC_DIR_VARIABLE);
	int saved = errno;

	if (given && given[0] == '/' && strlen(given) < sizeof(dir))
		memcpy(dir, given, strlen(given) + 1);
	open_counts(&alone);
	if (!malloc_is_ours())
		counts->flags |= ALLOC_OWN_MALLOC;
	pthread_atfork(NULL, NULL, in_child);
	errno = saved;
}

/* ---- for harnesses inside the process */

EXPORTED void revsweep_alloc_reset(void);
EXPORTED void revsweep_alloc_read(struct revsweep_alloc *ret);
EXPORTED void revsweep_alloc_within(void (*what)(void));
EXPORTED void revsweep_alloc_call(void (*what)(void));

static void
sum(struct revsweep_alloc *ret)
{
	int64_t live = counts->live;

	*ret = (struct revsweep_alloc){counts->allocations, counts->allocated, 0, 0};
	for (unsigned i = 0; i < ALLOC_SLOTS; i++) {
		ret->allocations += counts->slots[i].allocations;
		ret->allocated += counts->slots[i].allocated;
		live += counts->slots[i].live;
	}
	raise_peak(live);
	ret->live = live > 0 ? (uint64_t)live : 0;
	ret->peak = (uint64_t)counts->peak;
}

void
revsweep_alloc_reset(void)
{
	struct revsweep_alloc now;

	sum(&now);
	allocations_before = now.allocations;
	allocated_before = now.allocated;
	counts_epoch++;
	for (unsigned i = 0; i < ALLOC_SLOTS; i++)
		counts->slots[i].live = 0;
	counts->live = counts->peak = 0;
	maps_forget();
}

void
revsweep_alloc_read(struct revsweep_alloc *ret)
{
	sum(ret);
	ret->allocations -= allocations_before;
	ret->allocated -= allocated_before;
}

/* Callgrind, which is told of this function, does not see it entered from libffi. */
__attribute__((noinline)) void
revsweep_alloc_within(void (*what)(void))
{
	what();
	__asm__ volatile(""); /* it returns here, whatever the compiler thinks of that */
}

void
revsweep_alloc_call(void (*what)(void))
{
	revsweep_alloc_within(what);
	__asm__ volatile("");
}

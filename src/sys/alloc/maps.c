/* Memory that the program maps by itself, without malloc: private, anonymous and accessible.
 * What malloc and the threads' stacks map inside libc does not pass here. Address space that is
 * only reserved (PROT_NONE) is no memory, nor is it counted when access is given later. */
#include "counts.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RANGES_MAX 4096 /* further ones are allocations, but are not missed when they go */

struct range {
	uintptr_t from, to;
};

static struct range ranges[RANGES_MAX]; /* in order, apart */
static size_t n_ranges;
static bool busy;

static void
lock(void)
{
	while (__atomic_test_and_set(&busy, __ATOMIC_ACQUIRE))
		;
}

static void
unlock(void)
{
	__atomic_clear(&busy, __ATOMIC_RELEASE);
}

void
maps_forget(void)
{
	n_ranges = 0;
	unlock();
}

/* The first range that ends behind `at`. */
static size_t
place_of(uintptr_t at)
{
	size_t lo = 0, hi = n_ranges;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (ranges[mid].to <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
insert(size_t i, struct range range)
{
	if (n_ranges == RANGES_MAX)
		return;
	memmove(&ranges[i + 1], &ranges[i], (n_ranges - i) * sizeof(*ranges));
	ranges[i] = range;
	n_ranges++;
}

/* Bytes of it that were counted. */
static int64_t
take_out(struct range r)
{
	uintptr_t taken = 0;
	size_t i = place_of(r.from);

	while (i < n_ranges && ranges[i].from < r.to) {
		struct range old = ranges[i];
		uintptr_t from = old.from > r.from ? old.from : r.from;
		uintptr_t to = old.to < r.to ? old.to : r.to;

		taken += to - from;
		memmove(&ranges[i], &ranges[i + 1], (n_ranges - i - 1) * sizeof(*ranges));
		n_ranges--;
		if (old.to > to)
			insert(i, (struct range){to, old.to});
		if (old.from < from)
			insert(i++, (struct range){old.from, from});
	}
	return (int64_t)taken;
}

static struct range
range_at(const void *p, size_t n)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	return (struct range){(uintptr_t)p, (uintptr_t)p + (n + page - 1) / page * page};
}

static int64_t
forget(struct range r)
{
	lock();
	int64_t taken = take_out(r);
	unlock();
	return taken;
}

static void
remember(struct range r)
{
	lock();
	insert(place_of(r.from), r);
	unlock();
}

static void *
map(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	long got = syscall(SYS_mmap, at, n, protection, flags, fd, offset);

	if (got == -1)
		return MAP_FAILED;
	void *p = (void *)got; /* NOLINT: an address is a number */
	struct range r = range_at(p, n);
	int64_t gone = flags & MAP_FIXED ? forget(r) : 0;
	bool counted = (flags & MAP_ANONYMOUS) && (flags & MAP_TYPE) == MAP_PRIVATE &&
		       protection != PROT_NONE;
	if (counted)
		remember(r);
	if (counted)
		counts_add(1, r.to - r.from, (int64_t)(r.to - r.from) - gone);
	else if (gone)
		counts_add(0, 0, -gone);
	return p;
}

EXPORTED void *
mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	return map(at, n, protection, flags, fd, offset);
}

EXPORTED void *
mmap64(void *at, size_t n, int protection, int flags, int fd, off64_t offset)
{
	return map(at, n, protection, flags, fd, offset);
}

EXPORTED int
munmap(void *p, size_t n)
{
	if (syscall(SYS_munmap, p, n) == -1)
		return -1;
	int64_t gone = forget(range_at(p, n));
	if (gone)
		counts_add(0, 0, -gone);
	return 0;
}

EXPORTED void *
mremap(void *p, size_t old, size_t n, int flags, ...)
{
	void *where = NULL;
	va_list ap;

	va_start(ap, flags);
	if (flags & MREMAP_FIXED)
		where = va_arg(ap, void *);
	va_end(ap);
	long got = syscall(SYS_mremap, p, old, n, flags, where);
	if (got == -1)
		return MAP_FAILED;
	void *q = (void *)got; /* NOLINT: an address is a number */
	int64_t gone = forget(range_at(p, old));
	if (gone == 0)
		return q;
	struct range r = range_at(q, n);
	gone += forget(r);
	remember(r);
	counts_add(1, r.to - r.from, (int64_t)(r.to - r.from) - gone);
	return q;
}

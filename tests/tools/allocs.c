/* Allocates what its argument says, to the byte: for the tests of revsweep-alloc.so.
 *
 *	allocs family            every function that allocates, once
 *	allocs blocks N SIZE     N blocks of SIZE bytes alive at once
 *	allocs fork|exit|exec|threads|map|inside
 *	allocs static PROGRAM    becomes that program */
#include "sys/alloc_wire.h"

#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8

static void *volatile sink;

static void *
keep(void *p)
{
	sink = p;
	if (!p)
		abort();
	return p;
}

/* 11 calls; 1000 + 2000 + 30 + 300 + 400 + 500 + 64 + 70 + 80 + 90 + 4096 bytes. */
static void
family(void)
{
	void *p = keep(malloc(1000)), *q = NULL;

	p = keep(realloc(p, 2000));
	free(p);
	free(keep(calloc(3, 10)));
	free(keep(reallocarray(NULL, 3, 100)));
	if (posix_memalign(&q, 4096, 400) || (size_t)q % 4096)
		abort();
	q = keep(realloc(q, 500));
	free(q);
	free(keep(aligned_alloc(64, 64)));
	free(keep(memalign(128, 70)));
	free(keep(valloc(80)));
	p = keep(malloc(90));
	if (malloc_usable_size(p) < 90)
		abort();
	free(p);
	free(keep(pvalloc(1)));
	free(NULL);
}

static void
blocks(size_t n, size_t size)
{
	void **all = mmap(
		NULL, n * sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED)
		abort();
	for (size_t i = 0; i < n; i++)
		all[i] = keep(malloc(size));
	for (size_t i = 0; i < n; i++)
		free(all[i]);
}

static void *
thread(void *arg)
{
	for (int i = 0; i < 1000; i++)
		free(keep(malloc(1000)));
	return arg;
}

/* The 100000 bytes are from before the fork: they are the parent's. */
static void
forking(void)
{
	void *before = keep(malloc(100000));
	pid_t child = fork();

	if (child == 0) {
		free(before);
		keep(malloc(300000));
		_exit(0);
	}
	waitpid(child, NULL, 0);
	free(before);
}

static void
threads(void)
{
	pthread_t all[THREADS];

	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&all[i], NULL, thread, NULL))
			abort();
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(all[i], NULL);
}

/* 3 pages, one of them given back; and what is not memory of ours. */
static void
map(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *none = mmap(NULL, 9 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || none == MAP_FAILED || munmap(p + page, page) || munmap(none, page))
		abort();
	p = mremap(p, page, 4 * page, MREMAP_MAYMOVE);
	if (p == MAP_FAILED)
		abort();
}

/* As a harness would count one of its benchmarks. */
static void
inside(void)
{
	void (*reset)(void) =
		__extension__(void (*)(void)) dlsym(RTLD_DEFAULT, "revsweep_alloc_reset");
	void (*read_counts)(struct revsweep_alloc *) = __extension__(
		void (*)(struct revsweep_alloc *)) dlsym(RTLD_DEFAULT, "revsweep_alloc_read");
	struct revsweep_alloc got;

	if (!reset || !read_counts)
		abort();
	void *before = keep(malloc(5000));
	reset();
	free(before); /* from before: not missed */
	void *p = keep(malloc(700));
	free(keep(malloc(300)));
	read_counts(&got);
	free(p);
	printf("%llu %llu %llu %llu\n", (unsigned long long)got.allocations,
		(unsigned long long)got.allocated, (unsigned long long)got.live,
		(unsigned long long)got.peak);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "family") == 0)
		family();
	else if (strcmp(what, "blocks") == 0 && argc == 4)
		blocks(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
	else if (strcmp(what, "fork") == 0)
		forking();
	else if (strcmp(what, "exit") == 0)
		_exit(keep(malloc(123)) ? 0 : 1);
	else if (strcmp(what, "exec") == 0 && keep(malloc(123)))
		execl(argv[0], argv[0], "blocks", "2", "1000", (char *)NULL);
	else if (strcmp(what, "threads") == 0)
		threads();
	else if (strcmp(what, "map") == 0)
		map();
	else if (strcmp(what, "static") == 0 && argc == 3)
		execv(argv[2], &argv[2]);
	else if (strcmp(what, "inside") == 0)
		inside();
	else
		return 2;
	return 0;
}

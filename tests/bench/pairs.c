/* What a pair of malloc and free costs, for ci/bench-alloc: with revsweep-alloc.so preloaded and
 * without. Blocks of several sizes, as many alive at once as a small program holds. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ALIVE 256
#define PAIRS 20000000u

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int
main(void)
{
	static char *volatile alive[ALIVE];
	int64_t start = now_ns();

	for (uint32_t i = 0, x = 1; i < PAIRS; i++) {
		x = x * 1664525u + 1013904223u;
		uint32_t at = (x >> 16) % ALIVE;

		free(alive[at]);
		alive[at] = malloc(16 + (x >> 24));
	}
	printf("%.2f\n", (double)(now_ns() - start) / PAIRS);
	return 0;
}

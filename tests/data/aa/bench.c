/* Twenty benchmarks of about half a millisecond, for A/A comparisons. PLANTED is the number of the
 * one that does ten percent more work (none when it is 0); REVISION is an unused constant that makes
 * two builds of the same code differ. Prints "name seconds s" lines. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define BENCHES 20
#define ROUNDS 16
#define STEPS 200000

#ifndef PLANTED
#define PLANTED 0
#endif
#ifndef REVISION
#define REVISION 1
#endif

const int revision = REVISION;
static volatile uint64_t sink;

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
work(int which, long steps)
{
	uint64_t x = (uint64_t)which * 0x9e3779b97f4a7c15u;

	for (long i = 0; i < steps; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	sink += x;
}

int
main(void)
{
	for (int b = 1; b <= BENCHES; b++) {
		long steps = STEPS + (b == PLANTED ? STEPS / 10 : 0);

		for (int round = -2; round < ROUNDS; round++) {
			double start = now();
			work(b, steps);
			double end = now();
			if (round >= 0)
				printf("kernel-%02d %.9f s\n", b, end - start);
		}
	}
	return 0;
}

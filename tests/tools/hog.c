/* hog: a neighbour that keeps a core busy in bursts of random length, for measuring beside it. */
#include "base/mem.h"
#include "base/parse.h"
#include "base/rng.h"

#include <getopt.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char usage[] =
	"usage: hog [--load SHARE] [--burst TIME] [--seconds S] [--seed N]\n"
	"\n"
	"Keeps one core busy in bursts, with pauses between them.\n"
	"\n"
	"  --load SHARE   of the time on average, 0 < SHARE <= 1 (default: 0.33)\n"
	"  --burst TIME   mean length of a burst (default: 100ms)\n"
	"  --seconds S    ends after so long; 0: when it is killed (default: 60)\n"
	"  --seed N       of the lengths (default: 1)\n"
	"  --help         show this help\n";

#define WORDS ((size_t)1 << 19) /* 4 MiB: others' caches suffer as well */

struct job {
	double load, burst_s, seconds;
	uint64_t seed;
};

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
exponential(struct rng *rng, double mean)
{
	return -mean * log1p(-rng_unit(rng));
}

static void
work_until(double end_s, uint64_t *memory)
{
	size_t at = 0;

	do {
		for (unsigned i = 0; i < 20000; i++) {
			at = (at * 5 + memory[at] + 8) % WORDS;
			memory[at] += i;
		}
	} while (now_s() < end_s);
}

static void
rest_until(double end_s)
{
	double left;

	while ((left = end_s - now_s()) > 0) {
		struct timespec t = {.tv_sec = (time_t)left};

		t.tv_nsec = (long)((left - (double)t.tv_sec) * 1e9);
		nanosleep(&t, NULL);
	}
}

static void
run(const struct job *job)
{
	double pause_s = job->burst_s * (1 - job->load) / job->load;
	double at_s = now_s(), end_s = job->seconds > 0 ? at_s + job->seconds : INFINITY;
	uint64_t *memory = xcalloc(WORDS, sizeof(*memory));
	struct rng rng;

	rng_init(&rng, job->seed, 0);
	while (at_s < end_s) {
		at_s = fmin(end_s, at_s + exponential(&rng, job->burst_s));
		work_until(at_s, memory);
		at_s = fmin(end_s, at_s + exponential(&rng, pause_s));
		rest_until(at_s);
	}
	free(memory);
}

static int
option(int letter, struct job *job, struct err *err)
{
	switch (letter) {
	case 'l':
		if (parse_double(optarg, &job->load, err) < 0)
			return -1;
		if (!(job->load > 0 && job->load <= 1))
			return err_set(err, ERR_USAGE, "--load lies above 0 and at most at 1");
		return 0;
	case 'b':
		if (parse_duration(optarg, &job->burst_s, err) < 0)
			return -1;
		if (!(job->burst_s > 0))
			return err_set(err, ERR_USAGE, "--burst must be above 0");
		return 0;
	case 's':
		return parse_duration(optarg, &job->seconds, err);
	default:
		return parse_u64(optarg, UINT64_MAX, &job->seed, err);
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"load", required_argument, NULL, 'l'},
		{"burst", required_argument, NULL, 'b'}, {"seconds", required_argument, NULL, 's'},
		{"seed", required_argument, NULL, 'n'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	struct job job = {.load = 0.33, .burst_s = 0.1, .seconds = 60, .seed = 1};
	struct err err = ERR_INIT;
	int letter;

	while ((letter = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (letter == 'h') {
			fputs(usage, stdout);
			return 0;
		}
		if (letter == '?')
			return 2;
		if (option(letter, &job, &err) < 0) {
			fprintf(stderr, "hog: %s\n", err.text);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "hog: what is '%s'?\n", argv[optind]);
		return 2;
	}
	run(&job);
	return 0;
}

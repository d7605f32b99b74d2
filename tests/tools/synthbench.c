/* synthbench: a benchmark that does an exactly known amount of work, so that a revision that
 * differs in --iters alone is slower by exactly what was asked for. Prints a line a round, as the
 * harness `lines` reads them. */
#include "base/mem.h"
#include "base/parse.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char usage[] =
	"usage: synthbench [--iters N] [--rounds R] [--warmup W] [--kernel cpu|memory]\n"
	"\n"
	"Runs R rounds of N iterations each and prints how long each took.\n"
	"\n"
	"  --iters N      iterations a round (default: 800000 for cpu, about 1 ms;\n"
	"                 1500000 for memory, some 40 ms)\n"
	"  --rounds R     rounds that are printed (default: 16)\n"
	"  --warmup W     rounds before them that are not (default: 2)\n"
	"  --kernel NAME  cpu: a chain of multiplications, each of which needs the one before;\n"
	"                 memory: a walk through 24 MiB beside random reads from it\n"
	"  --help         show this help\n";

#define ITERS_MAX 1000000000000u
#define ROUNDS_MAX 100000u
#define MEMORY_BYTES ((size_t)24 << 20)
#define LINE_WORDS 8 /* of 8 bytes in a cache line */

struct kernel {
	const char *name;
	uint64_t iters;
	uint64_t (*run)(uint64_t iters, uint64_t *memory);
};

static uint64_t
next(uint64_t x)
{
	return x * 6364136223846793005u + 1442695040888963407u;
}

static uint64_t
run_cpu(uint64_t iters, uint64_t *memory)
{
	uint64_t x = memory[0];

	for (uint64_t i = 0; i < iters; i++)
		x = next(x);
	return x;
}

static uint64_t
run_memory(uint64_t iters, uint64_t *memory)
{
	const size_t lines = MEMORY_BYTES / sizeof(uint64_t) / LINE_WORDS;
	uint64_t x = memory[0], sum = 0;
	size_t line = 0;

	for (uint64_t i = 0; i < iters; i++) {
		x = next(x);
		sum += memory[(size_t)((x >> 32) * lines >> 32) * LINE_WORDS + 1];
		memory[line * LINE_WORDS + 2] += sum;
		line = line + 1 < lines ? line + 1 : 0;
	}
	return sum ^ x;
}

static const struct kernel kernels[] = {
	{"cpu", 800000, run_cpu},
	{"memory", 1500000, run_memory},
};

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

struct job {
	const struct kernel *kernel;
	uint64_t iters, rounds, warmup;
};

static void
run(const struct job *job)
{
	uint64_t *memory = xmalloc(MEMORY_BYTES);
	volatile uint64_t result;

	memset(memory, 1, MEMORY_BYTES);
	for (uint64_t i = 0; i < job->warmup + job->rounds; i++) {
		uint64_t start = now_ns();

		result = job->kernel->run(job->iters, memory);
		uint64_t took = now_ns() - start;
		memory[0] = result;
		if (i >= job->warmup)
			printf("%s %llu ns\n", job->kernel->name, (unsigned long long)took);
	}
	free(memory);
}

static int
kernel_of(const char *name, const struct kernel **ret, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(kernels); i++) {
		if (strcmp(kernels[i].name, name) == 0) {
			*ret = &kernels[i];
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "unknown kernel '%.40s' (cpu or memory)", name);
}

static int
option(int letter, struct job *job, struct err *err)
{
	if (letter == 'k')
		return kernel_of(optarg, &job->kernel, err);
	if (letter == 'w')
		return parse_u64(optarg, ROUNDS_MAX, &job->warmup, err);
	uint64_t *value = letter == 'i' ? &job->iters : &job->rounds;
	if (parse_u64(optarg, letter == 'i' ? ITERS_MAX : ROUNDS_MAX, value, err) < 0)
		return -1;
	return *value ? 0
		      : err_set(err, ERR_USAGE, "--%s must be at least 1",
				letter == 'i' ? "iters" : "rounds");
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"iters", required_argument, NULL, 'i'},
		{"rounds", required_argument, NULL, 'r'}, {"warmup", required_argument, NULL, 'w'},
		{"kernel", required_argument, NULL, 'k'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	struct job job = {.kernel = &kernels[0], .rounds = 16, .warmup = 2};
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
			fprintf(stderr, "synthbench: %s\n", err.text);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "synthbench: what is '%s'?\n", argv[optind]);
		return 2;
	}
	if (!job.iters)
		job.iters = job.kernel->iters;
	run(&job);
	return fflush(stdout) == 0 ? 0 : 1;
}

/* The project's own benchmarks: prints "name seconds s" lines, several rounds of each. */
#define _POSIX_C_SOURCE 200809L
#include "wordfreq.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORDS 60000
#define VOCABULARY 3000
#define ROUNDS 9

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The same text every time: words of 4 to 11 letters, the frequent ones more often. */
static char *
make_text(void)
{
	char *text = malloc(WORDS * 12 + 1), *p = text;
	unsigned long long state = 42;

	for (int i = 0; i < WORDS; i++) {
		state = state * 6364136223846793005ull + 1442695040888963407ull;
		unsigned id = (unsigned)(state >> 33) % VOCABULARY;

		id = id * (unsigned)(state >> 50 & 1023) / 1023;
		unsigned length = 4 + id % 8;
		for (unsigned k = 0; k < length; k++) {
			*p++ = (char)('a' + (id * 31 + k * 7) % 26);
			id = id / 2 + 13 * k;
		}
		*p++ = ' ';
	}
	*p = '\0';
	return text;
}

int
main(void)
{
	char *text = make_text();
	struct table *table = malloc(sizeof(*table));
	struct entry *sorted = malloc(sizeof(table->slots));
	volatile size_t sink = 0;

	for (int round = 0; round < ROUNDS; round++) {
		const char *p = text, *word;
		size_t length;

		double start = now();
		while ((length = next_word(&p, &word)) > 0)
			sink += length;
		double scanned = now();
		memset(table, 0, sizeof(*table));
		double cleared = now();
		count_words(table, text);
		double counted = now();
		sink += sort_entries(table, sorted);
		double end = now();
		printf("scan %.9f s\n", scanned - start);
		printf("count %.9f s\n", counted - cleared);
		printf("sort %.9f s\n", end - counted);
	}
	free(sorted);
	free(table);
	free(text);
	return 0;
}

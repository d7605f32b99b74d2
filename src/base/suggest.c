#include "base/suggest.h"

#include <stdint.h>
#include <string.h>

#define LONGEST 63

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
suggest_distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	size_t row[3][LONGEST + 1];

	if (n > LONGEST || m > LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = row[i % 3], *last = row[(i - 1) % 3], *before = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t change = last[j - 1] + (a[i - 1] != b[j - 1]);

			now[j] = least(change, least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
	}
	return row[n % 3][m];
}

const char *
suggest(const char *word, const char *const *known, size_t n)
{
	const char *best = NULL;
	size_t best_distance = 1 + strlen(word) / 4 + 1;

	for (size_t i = 0; i < n; i++) {
		size_t d = suggest_distance(word, known[i]);

		if (d < best_distance) {
			best = known[i];
			best_distance = d;
		}
	}
	return best;
}

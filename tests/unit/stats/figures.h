/* Reference figures: tests/data/stats/NAME, a case a line; lines with a # are comments. */
#ifndef FIGURES_H
#define FIGURES_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define FIGURES_MAX 300 /* numbers in a line */

static inline FILE *
figures_open(const char *name)
{
	const char *data = getenv("TEST_DATA");
	char path[4096];

	ck_assert_msg(data != NULL, "TEST_DATA is not set");
	snprintf(path, sizeof(path), "%s/stats/%s", data, name);
	FILE *f = fopen(path, "r");
	ck_assert_msg(f != NULL, "cannot open %s", path);
	return f;
}

/* The numbers of the next case into v (FIGURES_MAX), and how many; 0 and the file closed at its
 * end.
 */
static inline size_t
figures_next(FILE *f, double *v)
{
	char line[16384];

	while (fgets(line, sizeof(line), f)) {
		char *at = line, *end = line;
		size_t n = 0;

		if (*line == '#')
			continue;
		for (;; at = end) {
			double x = strtod(at, &end);

			if (end == at)
				break;
			ck_assert(n < FIGURES_MAX);
			v[n++] = x;
		}
		ck_assert_int_eq(*end, '\n');
		return n;
	}
	fclose(f);
	return 0;
}

#endif

/* Recorded noise: tests/data/golden/NAME.csv, a launch a row, logs of times in units of 1e-5. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include "base/mem.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 8
#define ROWS_MAX 5000

enum column { W_MIN, W_Q25, W_MED, W_MEAN, C_MIN, C_Q25, C_MED, C_MEAN };

struct trace {
	double v[ROWS_MAX][COLUMNS];
	size_t n;
};

/* The caller frees. */
static inline struct trace *
trace_load(const char *name, size_t rows_min)
{
	const char *data = getenv("TEST_DATA");
	char path[4096], line[512];
	struct trace *t = xcalloc(1, sizeof(*t));

	ck_assert_msg(data != NULL, "TEST_DATA is not set");
	snprintf(path, sizeof(path), "%s/golden/%s.csv", data, name);
	FILE *f = fopen(path, "r");
	ck_assert_msg(f != NULL, "cannot open %s", path);
	ck_assert(fgets(line, sizeof(line), f) != NULL); /* the names of the columns */
	while (fgets(line, sizeof(line), f) && t->n < ROWS_MAX) {
		char *at = strchr(line, ','); /* behind the time */

		for (size_t c = 0; at && c < COLUMNS; c++) {
			t->v[t->n][c] = strtod(at + 1, &at) * 1e-5;
			if (*at != ',')
				break;
		}
		t->n++;
	}
	fclose(f);
	ck_assert(t->n > rows_min);
	return t;
}

#endif

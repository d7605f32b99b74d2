/* A forecast in words: what --dry-run says of time. */
#ifndef CLI_EXPECTED_H
#define CLI_EXPECTED_H

#include "cli/app.h"
#include "sweep/forecast.h"

/* Asks the store, where there is one, and the cache; nothing is made. plan NULL: only builds. */
int expected_find(struct app *app, const struct build_request *requests, size_t n,
	const struct plan *plan, struct forecaster *ret, struct err *err);
/* "expected  12 builds (3 in the cache), 4m 10s to 5m 30s; measuring ..." and what is a guess. */
void expected_text(const struct forecaster *f, bool measured, struct str *out);
/* The same as members of the object that is open in w. */
void expected_json(const struct forecaster *f, bool measured, struct jsonw *w);
/* "4m 10s to 5m 30s", or one of them when both read the same. */
void expected_range(double from_s, double to_s, struct str *out);

#endif

/* The leniency of ext/json.h: a pass over the text before jansson sees it. Outside strings NaN, the
 * infinities and numbers out of range become numbers that jansson takes; inside, half surrogate
 * pairs and \u0000 become \ufffd. It judges no grammar, only depth and size. */
#ifndef EXT_JSON_SCAN_H
#define EXT_JSON_SCAN_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

/* jansson has no NaN and no infinity, so they travel through it as the largest doubles; a document
 * that really holds one of these gets the next smaller one. */
#define JSON_AS_INFINITY 1.7976931348623157e308 /* DBL_MAX */
#define JSON_AS_NAN 1.7976931348623155e308

/* A place from which on the two texts are apart by another distance. */
struct json_shift {
	size_t at_out, at_in;
};

struct json_scan {
	const char *start, *p, *end;
	struct str out;
	vec(struct json_shift) shifts;
	int depth;
	size_t values;
};

void json_scan_done(struct json_scan *s);
/* Fills out. Errors as json_parse(). */
int json_scan_text(struct json_scan *s, const char *text, size_t n, struct err *err);
/* "line:column: what" for byte `at` of out, in terms of the given text; returns -1. */
int json_scan_fail(const struct json_scan *s, size_t at, const char *what, struct err *err);

#endif

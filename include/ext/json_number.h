/* A number of JSON as a double, right to the last bit and faster than strtod. */
#ifndef EXT_JSON_NUMBER_H
#define EXT_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* The number that p begins with, as JSON spells numbers; returns what is behind it, NULL when there
 * is none. One too large is infinite. */
const char *json_number_scan(const char *p, const char *end, double *ret);
/* The n bytes at p as JSON spells numbers; false for anything else. One too large is infinite. */
bool json_number_read(const char *p, size_t n, double *ret);

#endif

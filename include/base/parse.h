/* Numbers with units out of text, independent of the locale. Each takes the whole text: trailing
 * characters are an error. Messages name the text and what was expected (ERR_USAGE). */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

int parse_u64(const char *s, uint64_t max, uint64_t *ret, struct err *err);
/* Finite decimal number; no hexadecimal, no "inf", no "nan". */
int parse_double(const char *s, double *ret, struct err *err);
/* "5us", "1.5s", "10m", "2h", "30" (seconds) -> seconds, >= 0. Units: ns us ms s m min h d. */
int parse_duration(const char *s, double *ret_s, struct err *err);
/* "5MiB", "1.5GB", "4096", "64KiB" -> bytes. Units: B kB KB MB GB TB (decimal), KiB MiB GiB TiB. */
int parse_size(const char *s, double *ret_bytes, struct err *err);
/* "yes" "true" "on" "1" / "no" "false" "off" "0". */
int parse_bool(const char *s, bool *ret, struct err *err);

#endif

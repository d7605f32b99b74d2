/* Numbers to text for people: three significant digits and a unit that fits. Every function writes
 * at most n bytes with the NUL and returns buf. */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include <stddef.h>

/* Seconds: "1.23 us", "45.0 ms", "1.20 s"; from 2 minutes on "3m 20s", "1h 05m". */
char *format_duration(double s, char *buf, size_t n);
/* Bytes: "512 B", "1.50 MiB". */
char *format_size(double bytes, char *buf, size_t n);
/* A value in the unit of its metric: "s" and "B" as above, anything else "1234 widgets",
 * "12.3k widgets". */
char *format_value(double v, const char *unit, char *buf, size_t n);
/* A ratio as a change: 1.082 -> "+8.2%". */
char *format_change(double ratio, char *buf, size_t n);
/* Shortest text that reads back as the same double, in C's form ("0.1", "1e-07"); the NaN and
 * infinities, which JSON lacks, become "null". */
char *format_json_number(double v, char *buf, size_t n);
/* As Python's json module writes a float: the shortest text that reads back as the same double,
 * with a point or an exponent ("1.0", "1e-07", "1e+16"), "NaN", "Infinity", "-Infinity". */
char *format_python_float(double v, char *buf, size_t n);

#endif

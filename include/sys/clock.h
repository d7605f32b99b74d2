#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_monotonic_ns(void);
/* Seconds since 1970, for stamps that people read; never for durations. */
int64_t clock_wall_s(void);
/* "2026-11-21T10:42:30Z" */
char *clock_iso8601(int64_t wall_s, char *buf, size_t n);
/* The way back; 0 for what is no such text, NULL included. */
int64_t clock_of_iso8601(const char *text);
/* Microseconds since 1970: where a monotonic clock is pinned to the wall. */
int64_t clock_wall_us(void);

#endif

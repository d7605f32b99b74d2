/* The formats there are, each in src/format/NAME.c; format.c lists them. */
#ifndef FORMAT_KNOWN_H
#define FORMAT_KNOWN_H

#include "format/format.h"

extern const struct format format_asv;
extern const struct format format_criterion;
extern const struct format format_go;
extern const struct format format_google_benchmark;
extern const struct format format_hyperfine;
extern const struct format format_jmh;
extern const struct format format_nanobench;
extern const struct format format_peakbench;
extern const struct format format_pytest_benchmark;

/* What becomes of a Go benchmark whose line breaks off. */
#define GO_DID_NOT_END "it did not end"

/* For looks(): whether the n bytes of head hold the text. */
bool format_holds(const char *head, size_t n, const char *text);
/* For read(): the statistics of value from its rounds, by pytest-benchmark's rules
 * (stats/summary.h), where they are NAN; and its log_error. */
void format_fill(struct run_value *value);

#endif

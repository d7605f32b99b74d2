/* What the export formats share. */
#ifndef EXPORT_PRIV_H
#define EXPORT_PRIV_H

#include "report/export.h"

#include "base/jsonw.h"

void export_pytest_benchmark(
	const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss);
void export_hyperfine(
	const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss);
void export_google_benchmark(
	const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss);
void export_csv(const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss);
void export_csv_benchmem(
	const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss);
void export_openmetrics(
	const struct run *runs, size_t n, struct str *out, struct export_loss *ret_loss);

/* The time of a bench, or NULL; counts what else there is as lost, but for the metrics that are
 * listed (NULL-terminated). */
const struct run_value *export_time(
	const struct run_bench *bench, const char *const *also, struct export_loss *ret_loss);
/* Member by member: texts, numbers, True, False, None, and JSON that is right. */
void export_pair(struct jsonw *w, const char *key, const struct run_pair *pair);
/* One field of a CSV file as Python's csv module writes it. */
void export_csv_field(struct str *out, const char *text);

#endif

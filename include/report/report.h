/* Reports as bytes: one file a format, one line in the table of report.c. Pure. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/str.h"
#include "core/calibration.h"
#include "core/report.h"

#include <stdbool.h>

struct report_style {
	int width;   /* columns of the terminal; only the path of a log goes past them */
	bool color;  /* ANSI colours */
	bool ascii;  /* no characters outside ASCII of our own */
	int verbose; /* -1 quiet: verdicts only; 0; 1: notes and provenance in full */
	/* What tells this report from others on one page; NULL: there are none. Letters, digits and
	 * "._-/" only. */
	const char *marker;
	bool no_rows; /* json: how many there are in the place of the rows themselves */
};

struct report_format {
	const char *name;
	const char *suffix; /* of files in it, ".md"; NULL: no file is taken for one */
	const char *summary;
	bool detailed; /* it shows a report's timeline and logs as well */
	void (*write)(
		const struct report *report, const struct report_style *style, struct str *out);
};

/* "text", "markdown", "json", ...; NULL when there is none of that name. */
const struct report_format *report_format_find(const char *name);
/* By the suffix of a file; NULL when it is none of theirs. */
const struct report_format *report_format_of(const char *path);
/* The whole table, n through ret_n. */
const struct report_format *report_formats(size_t *ret_n);

/* Everything that pages show, as one JSON object without a newline; src/web/data.ts describes it.
 */
struct jsonw;
void report_view(const struct report *report, struct jsonw *w);

/* The page of the format "html" for a server whose policy lets nothing within a page be run: its
 * script and its style lie at these addresses, and are the bytes below. */
void report_page(
	const struct report *report, const char *script, const char *style, struct str *out);
const void *report_page_script(size_t *ret_n);
const void *report_page_style(size_t *ret_n);

/* The one sentence that says what it all means, without a newline: "2 of 41 benchmarks got slower
 * than the gate allows; worst: sort[1000] +12.3% (between +9.8% and +14.9%)". */
void report_sentence(const struct report *report, struct str *out);

/* All samples that count, each with its bench, revision and block, as CSV or as a JSON array. A
 * revision that builds the same as an earlier one has none of its own. */
void report_samples(const struct report *report, bool as_json, struct str *out);

/* Median over rows of the noise of a pair; NAN when none knows. */
double report_noise(const struct report *report);

/* A calibration, as text or as JSON; and what it means in one sentence, without a newline. */
void report_calibration(const struct calibration *calibration, bool as_json,
	const struct report_style *style, struct str *out);
void report_calibration_sentence(const struct calibration *calibration, struct str *out);

#endif

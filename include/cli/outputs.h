/* Where reports go: standard output or --output, each --report beside it, the summary of a step and
 * annotations of GitHub Actions. All of it is checked before anything is measured. */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include "cli/app.h"
#include "core/calibration.h"
#include "core/report.h"
#include "report/report.h"

#include <stdbool.h>
#include <stddef.h>

#define OUTPUT_OPTIONS                                                                             \
	OPT('f', "format", OPT_TEXT, format, "NAME",                                               \
		"format of the report (default: text, or by the suffix of --output)", "@format"),  \
		OPT('o', "output", OPT_TEXT, output, "FILE",                                       \
			"write the report there instead of to standard output", "@file"),          \
		OPT(0, "report", OPT_LIST, reports, "[FORMAT:]FILE",                               \
			"write the report there as well, in this format or by the suffix of the "  \
			"file (may be repeated)",                                                  \
			"@file"),                                                                  \
		OPT(0, "marker", OPT_TEXT, marker, "NAME",                                         \
			"begin Markdown with <!-- revsweep:NAME -->, so that a bot finds its "     \
			"comment among those of other jobs",                                       \
			NULL),                                                                     \
		OPT(0, "summary", OPT_FLAG, summary, NULL,                                         \
			"append the report as Markdown to the file that GITHUB_STEP_SUMMARY "      \
			"names",                                                                   \
			NULL)
/* For those that write a stored sweep as a page. */
#define OUTPUT_PROFILES                                                                            \
	OPT(0, "profiles", OPT_TEXT, profiles, "DIR",                                              \
		"show the profiles of this folder on the pages of their benchmarks (HTML only)",   \
		"@dir")
/* What such a folder holds, for their descriptions. */
#define PROFILES_HELP                                                                              \
	"A folder of profiles holds, at any depth, files NAME.json: {\"run_id\": \"v1.2\", "       \
	"\"cases\": [{\"case_key\": \"bench.py::sort|n=10\", \"function\": \"cmp\", "              \
	"\"file\": \"sort.py\", \"line\": 7, \"total_time\": 0.25}, ...]}, the seconds of one "    \
	"function of one benchmark in each case. The run is the revision with that label, or "     \
	"with that id (7 digits are enough); without run_id, NAME is. The key of a case (or its "  \
	"\"fullname\") is a benchmark's name, SUITE/NAME, or one without its parameters and with " \
	"them behind a bar; a path before '::' may be missing or be there. What is no profile, "   \
	"is of no revision or benchmark, or goes past 10,000 files of at most 64 MiB and 200,000 " \
	"cases, is left out, and said in a warning and on the page."
/* For those that annotate. */
#define OUTPUT_ANNOTATIONS                                                                         \
	OPT(0, "no-annotations", OPT_FLAG, no_annotations, NULL,                                   \
		"in GitHub Actions, do not annotate: without this, and where GITHUB_ACTIONS is "   \
		"true, regressions and failures are also said to the runner on standard error",    \
		NULL)

/* For the description of `report`; the list of formats follows it by itself. */
#define OUTPUT_HELP                                                                                \
	"JUnit: a test case a benchmark, in the suite that it is of, with the seconds of the "     \
	"revision as its time. A regression is a failure, and so is a verdict that cannot be "     \
	"told where that ends with exit code 9; what failed, crashed, took too long or was not "   \
	"built is an error; what is new, gone, or has no gate is skipped. Change points and "      \
	"culprits are cases that pass, and tell what was found: a page of tests is red exactly "   \
	"where the exit code is not 0.\n\n"                                                        \
	"GitHub: an ::error:: for each regression and failure, the largest first, a ::warning:: "  \
	"for what cannot be told yet, for change points and culprits, and a ::notice:: with what " \
	"it all means. Of each kind ten lines at most, as many as are shown; the tenth counts "    \
	"the others. compare, sweep, bisect and diff say the same to the runner by themselves, "   \
	"on standard error, where GITHUB_ACTIONS is true; --no-annotations keeps them from it.\n"  \
	"\n"                                                                                       \
	"Markdown begins with a line by which a bot finds its comment again, '<!-- revsweep -->' " \
	"or, with --marker NAME, '<!-- revsweep:NAME -->', and is always shorter than a comment "  \
	"on GitHub may be.\n\n"                                                                    \
	"CSV: a text that a spreadsheet would take for a formula (it begins with =, +, -, @, a "   \
	"tab or a line end, after apostrophes or without) has an apostrophe in front. To have "    \
	"it as it was, take one apostrophe off each text that begins so.\n\n"                      \
	"Files are written whole or not at all, whatever the exit code is; a device or a pipe "    \
	"takes what comes."

enum output_way {
	OUTPUT_MAIN, /* --output or standard output */
	OUTPUT_FILE,
	OUTPUT_APPENDED,
	OUTPUT_STDOUT,
	OUTPUT_STDERR,
};

struct output {
	const struct report_format *format;
	enum output_way way;
	const char *path; /* of those that have one */
	struct str text;
};

/* The first one is the main one. Zeroed, or after outputs_done(), it may be chosen anew. */
struct outputs {
	struct output *v;
	size_t n;
};

/* What the options ask for: a known format and a place to write to each. `annotate`: this command
 * does where GitHub Actions runs it. A calibration has two formats only. */
int outputs_choose(
	struct app *app, bool annotate, bool calibration, struct outputs *ret, struct err *err);
void outputs_done(struct outputs *outputs);
/* Whether one of them shows what takes the store to know (report/report.h). */
bool outputs_detailed(const struct outputs *outputs);
/* Replace the text of each. */
void outputs_report(const struct app *app, const struct report *report, struct outputs *outputs);
void outputs_calibration(
	const struct app *app, const struct calibration *calibration, struct outputs *outputs);
/* Each text to its place, standard output last. Where one fails the others are written all the
 * same. */
int outputs_write(struct app *app, const struct outputs *outputs, struct err *err);

/* "text, markdown, json or csv": all formats there are. */
void outputs_formats(struct str *out);
/* The format of --output by its suffix, of --format otherwise; ERR_USAGE when there is none. */
int outputs_main_format(const struct app *app, const struct report_format **ret, struct err *err);

#endif

/* What the formats share: words for verdicts, numbers as people read them, and counts. */
#ifndef REPORT_PRIV_H
#define REPORT_PRIV_H

#include "base/str.h"
#include "report/report.h"

/* One of each kind of row. */
struct tally {
	size_t rows;
	size_t regressed, improved, pass, inconclusive, identical, ungated;
	size_t added, removed, failed, skipped; /* rows whose status is not ok */
	size_t compared;                        /* regressed, improved, pass, inconclusive */
	size_t revs; /* with a row; the base only counts where nothing is judged */
	bool judged; /* false: rows are values, not comparisons */
	bool many_suites, many_metrics;
	size_t base; /* index of the base revision */
};
void tally_rows(const struct report *report, struct tally *ret);

/* "suite/name (metric)", where suite and metric only stand when there are several. Raw bytes. */
void words_name(const struct report *report, const struct tally *tally, const struct row *row,
	struct str *out);
/* A change point as a row, for the words below: its revision against the one before. */
struct row words_row_of(const struct change *change);
/* A value in its unit; "-" when there is none. */
void words_value(const struct report *report, const struct row *row, double value, struct str *out);
/* "+8.2%", "-" when there is none. */
void words_change(const struct row *row, struct str *out);
/* "[+7.1%, +9.4%]", an unknown end is "?"; "" when there is none. */
void words_interval(const struct row *row, struct str *out);
/* "±1.9%", the farther end of the interval; "±?" when an end is unknown, "" when there is none. */
void words_spread(const struct row *row, bool ascii, struct str *out);
bool words_has_interval(const struct row *row); /* both ends are known */
/* "regressed", "within the gate", "slower, in gate", ... at most 15 columns; for rows that are ok.
 */
const char *words_verdict(const struct row *row);
/* "crashed", "did not build", ... for rows that are not ok. */
const char *words_status(enum row_status status);
const char *words_label(const struct report *report, size_t rev); /* never NULL */
bool words_unbuilt(const struct report *report, size_t rev);      /* and somebody wanted it built */
/* "regressed: +8.2% [+7.1%, +9.4%], 12.3 ms to 13.3 ms, gate mean:5%"; "crashed: signal 11". Raw
 * bytes; out is empty before. */
void words_finding(const struct report *report, const struct row *row, struct str *out);
/* "1 benchmark", "3 benchmarks" */
void words_count(struct str *out, size_t n, const char *one, const char *many);
/* "0.7%" of 0.007 */
void words_percent(struct str *out, double fraction);
/* "mean:5% for 12, peak:10% where mark=io for 3": the gates that decided and how many rows each. */
void words_gates(const struct report *report, struct str *out);
/* "4m 12s of measuring, 24 launches in 12 blocks, ..." */
void words_effort(const struct report *report, struct str *out);
/* "noise between 4 builds: up to 0.3% (sort), typically 0.1%"; "" when nothing is known of it. */
void words_layouts(const struct report *report, const struct tally *tally, struct str *out);
/* The same of n numbers, at least one, where `worst` names the largest. Sorts them. */
void words_layout_noise(
	struct str *out, unsigned rebuilds, double *noise, size_t n, const char *worst);
void words_machine(const struct report *report, struct str *out);
void words_judging(const struct report *report, struct str *out);

/* series.c: numbers of a cell, for those who look and do not judge. Of revisions with the same
 * build one was measured. */
const struct results_cell *series_cell(const struct results *results, size_t bench, size_t rev);
/* What was measured of that revision itself. */
const struct results_cell *series_own_cell(const struct results *results, size_t bench, size_t rev);
/* The one number of a launch: its median, where it has one. NAN without a sample. */
double series_value(const struct sample *sample);
/* The median over blocks of that, or (to != NULL) of its ratio to another cell of the same blocks;
 * NAN without any. */
double series_median(const struct results_cell *cell, const struct results_cell *to);
/* The first revision that has the bench: the others are relative to it. */
size_t series_first(const struct results *results, size_t bench);
/* The median and where it lies with 95 %; the ends are NAN where nobody knows. */
struct series_reach {
	double value, lo, hi;
};
struct series_reach series_reach(const struct results_cell *cell);

/* Adds text, which is escaped already, cut in its middle to width columns. */
void layout_shorten(struct str *out, const char *text, int width, bool ascii);
/* Adds text word by word in lines of at most width columns, the following ones indented. column:
 * where the first line stands already. Ends with a newline. */
void layout_wrap(struct str *out, const char *text, int column, int indent, int width);

/* Takes the path off names that are wider than width, as far as they stay different: first what all
 * of them begin with, which is returned and the caller's to free, then more from the long ones. */
char *names_fit(char **names, size_t n, int width);

/* text_table.c, text_foot.c: the parts of the text format. */
enum tone { TONE_PLAIN, TONE_DIM, TONE_BOLD, TONE_BAD, TONE_GOOD, TONE_UNSURE };
void text_tone(struct str *out, const struct report_style *style, enum tone tone, const char *s);
enum tone text_tone_of(const struct row *row);
void text_table(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out);
/* text_series.c: of a sweep, instead of the table. */
void text_series(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out);
void text_changes(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out);
void text_failures(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out);
void text_foot(const struct report *report, const struct tally *tally,
	const struct report_style *style, struct str *out);

/* bars.c. A bar for each revision, or for several where there are more than 100: "▁▁▁▅▅·▇", a dot
 * where nothing is known. From the least value to the most, but no less than 5 %. */
void series_bars(const struct results *results, size_t bench, struct str *out);

/* bisect_text.c, bisect_json.c: a path and its culprit. */
void bisect_text(const struct report *report, const struct report_style *style, struct str *out);
void bisect_markdown(const struct report *report, struct str *out);
void bisect_sentence(const struct report *report, struct str *out);
struct jsonw;
/* bisect_why.c: what changed inside a culprit, in each format; nothing when nobody has looked. */
void why_text(const struct culprit *c, const struct report_style *style, struct str *out);
void why_markdown(const struct culprit *c, struct str *out);
void why_json(const struct culprit *c, struct jsonw *w);
void bisect_json(const struct report *report, struct jsonw *w);
/* bisect_words.c */
enum bisect_side { SIDE_UNTESTED, SIDE_GOOD, SIDE_BAD, SIDE_BETWEEN, SIDE_SKIP };
/* What a revision of the path turned out to be, in git bisect's words. */
enum bisect_side bisect_side_of(const struct report *report, const struct culprit *c, size_t k);
const char *bisect_side_name(enum bisect_side side);
/* "+2.9% [+2.1%, +3.7%]"; "" when unknown. */
void bisect_size(const struct culprit_size *size, struct str *out);
/* "+2.9%", by how much a revision differs from GOOD; "" when unknown. */
void bisect_level(const struct report *report, const struct culprit *c, size_t k, struct str *out);
/* The culprit that is to be named, or the first one that was looked into; NULL: there is none. */
const struct culprit *bisect_main(const struct report *report);
/* Its values stand for good and bad. */
bool bisect_by_predicate(const struct report *report, const struct culprit *c);
/* Commits after GOOD. */
size_t bisect_commits(const struct report *report);
void bisect_effort(const struct report *report, struct str *out);
void bisect_judging(const struct report *report, struct str *out);

/* view.c, view_rows.c, view_profiles.c: parts of report_view(). */
#define DIGITS_FEW 5 /* of what is only drawn */
#define DIGITS_MANY 7
void view_number(struct jsonw *w, double v, int digits); /* null when it is none */
void view_rows(const struct report *report, struct jsonw *w);
void view_change(const struct change *change, struct jsonw *w);
void view_profiles(const struct profile_view *profiles, struct jsonw *w);
/* json.c: members of an object; json_put_rev() leaves out what it builds the same as. */
void json_put_rev(struct jsonw *w, const struct report *report, size_t i);
void json_put_host(struct jsonw *w, const struct host *host);

/* html_table.c: what is to be seen of a report without JavaScript. */
void html_tables(const struct report *report, struct str *out);

/* csv.c: a comma and a field; NULL and unknown numbers are empty. */
void csv_text(struct str *out, const char *text);
void csv_number(struct str *out, double v);

void text_write(const struct report *report, const struct report_style *style, struct str *out);
void markdown_write(const struct report *report, const struct report_style *style, struct str *out);
void json_write(const struct report *report, const struct report_style *style, struct str *out);
void csv_write(const struct report *report, const struct report_style *style, struct str *out);
void html_write(const struct report *report, const struct report_style *style, struct str *out);
void junit_write(const struct report *report, const struct report_style *style, struct str *out);
void github_write(const struct report *report, const struct report_style *style, struct str *out);
void badge_write(const struct report *report, const struct report_style *style, struct str *out);

#endif

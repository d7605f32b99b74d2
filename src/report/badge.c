/* A picture for a README: what it is about, and how it went, in two words that say as much as the
 * colour does. Nothing is fetched: the letters are those that the reader's machine has, made to fit
 * the place that they would take in Verdana. */
#include "report_priv.h"

#include "base/escape.h"

#include <string.h>

#define LABEL "benchmarks"
#define HEIGHT 20
#define PAD 6 /* beside each text */

/* White letters on all of these have a contrast of 4.5 or more. */
#define RED "#b3261e"
#define GREEN "#1a7f37"
#define YELLOW "#8a6100"
#define BLUE "#0a5cb8"
#define GREY "#5f666d"

/* How wide the letters from ' ' to '~' are, in tenths of a pixel at a height of 11. */
static const unsigned char widths[] = {39, 43, 51, 90, 70, 118, 80, 30, 50, 50, 70, 90, 40, 50, 40,
	50, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 50, 50, 90, 90, 90, 60, 110, 75, 75, 77, 85, 70,
	63, 85, 83, 46, 50, 76, 61, 93, 82, 87, 66, 87, 77, 75, 68, 81, 75, 109, 75, 68, 75, 50, 50,
	50, 90, 70, 70, 66, 69, 57, 69, 66, 39, 69, 70, 30, 38, 65, 30, 107, 70, 67, 69, 69, 47, 57,
	43, 70, 65, 90, 65, 65, 58, 70, 50, 70, 90};

/* In pixels. Ours are the only texts, and they are ASCII but for the name of a commit. */
static int
width_of(const char *text)
{
	int tenths = 0;

	for (; *text; text++)
		tenths += *text >= ' ' && *text <= '~' ? widths[*text - ' '] : 70;
	return (tenths + 5) / 10;
}

/* ---- two words */

static const char *
say_bisect(const struct report *report, struct str *out)
{
	const struct culprit *c = bisect_main(report);

	if (!c || c->state != CULPRIT_FOUND) {
		str_add(out, "no culprit");
		return GREY;
	}
	str_addf(out, "culprit %.*s", REV_SHORT, report->results->revs.v[c->to].rev.id);
	return report->better ? BLUE : RED;
}

static const char *
say_changes(const struct report *report, struct str *out)
{
	size_t worse = 0, all = 0;

	for (size_t i = 0; i < report->n_changes; i++) {
		all += report->changes[i].state == CHANGE_CONFIRMED;
		worse += report->changes[i].state == CHANGE_CONFIRMED && report->changes[i].worse;
	}
	if (all)
		words_count(out, all, "change point", "change points");
	else
		str_add(out, "no change");
	return worse ? YELLOW : all ? BLUE : GREEN;
}

static size_t
count_unbuilt(const struct report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->results->revs.n; i++)
		n += words_unbuilt(report, i);
	return n;
}

/* The worst of it first, and no more than that: there is a report for the rest. */
static const char *
say_rows(const struct report *report, const struct tally *t, struct str *out)
{
	size_t unbuilt = count_unbuilt(report);

	if (t->regressed) {
		str_addf(out, "%zu regressed", t->regressed);
		return RED;
	}
	if (unbuilt || t->failed) {
		str_addf(out, "%zu %s", unbuilt ? unbuilt : t->failed,
			unbuilt ? "not built" : "failed");
		return RED;
	}
	if (report->unfinished || (t->compared && t->inconclusive)) {
		str_add(out, report->unfinished ? "unfinished" : "inconclusive");
		return YELLOW;
	}
	if (t->improved) {
		str_addf(out, "%zu improved", t->improved);
		return GREEN;
	}
	if (t->compared || t->identical || (t->rows == 0 && report->verdict == VERDICT_IDENTICAL)) {
		str_add(out, t->compared ? "pass" : "identical");
		return GREEN;
	}
	if (report->series)
		return say_changes(report, out);
	str_add(out, report->results->launches == 0 && t->rows == 0 ? "nothing measured"
		     : t->judged                                    ? "no gate"
								    : "measured");
	return GREY;
}

/* ---- the picture */

static void
put_text(struct str *out, int left, int width, const char *text)
{
	str_addf(out,
		"<text x=\"%d\" y=\"14\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\">",
		left, width);
	escape_xml(out, text);
	str_add(out, "</text>\n");
}

static void
put_picture(const char *text, const char *colour, const char *title, struct str *out)
{
	int label = width_of(LABEL), value = width_of(text);
	int left = label + 2 * PAD, width = left + value + 2 * PAD;

	str_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"" LABEL ": ",
		width, HEIGHT, width, HEIGHT);
	escape_xml(out, text);
	str_add(out, "\">\n<title>");
	escape_xml(out, title);
	str_addf(out,
		"</title>\n"
		"<clipPath id=\"round\"><rect width=\"%d\" height=\"%d\" rx=\"3\"/></clipPath>\n"
		"<g clip-path=\"url(#round)\">\n"
		"<rect width=\"%d\" height=\"%d\" fill=\"#3d444d\"/>\n"
		"<rect x=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n"
		"</g>\n"
		"<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,Geneva,sans-serif\" "
		"font-size=\"11\">\n",
		width, HEIGHT, left, HEIGHT, left, width - left, HEIGHT, colour);
	put_text(out, PAD, label, LABEL);
	put_text(out, left + PAD, value, text);
	str_add(out, "</g>\n</svg>\n");
}

void
badge_write(const struct report *report, const struct report_style *style, struct str *out)
{
	struct tally tally;
	scoped(str) text = STR_INIT;
	scoped(str) title = STR_INIT;

	(void)style;
	tally_rows(report, &tally);
	const char *colour =
		report->bisect ? say_bisect(report, &text) : say_rows(report, &tally, &text);
	str_addf(&title, LABEL ": %s\n", text.p);
	report_sentence(report, &title);
	put_picture(text.p, colour, title.p, out);
}

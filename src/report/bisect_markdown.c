/* A bisect as Markdown, for a comment on the culprit. */
#include "report_priv.h"

#include "base/escape.h"

#include <string.h>

static void
add_cell(struct str *out, const char *text)
{
	escape_markdown(out, text ? text : "");
}

static void
put_row(const struct report *report, const struct culprit *c, size_t k, struct str *out)
{
	const struct rev *rev = &report->results->revs.v[k].rev;
	enum bisect_side side = bisect_side_of(report, c, k);
	bool named = c->state == CULPRIT_FOUND && k > c->from && k <= c->to;

	if (side == SIDE_UNTESTED && c->posterior[k] < .01)
		return;
	str_addf(out, "| %s%s%s | ", named ? "**" : "", bisect_side_name(side), named ? "**" : "");
	bisect_level(report, c, k, out);
	str_addf(out, " | %u | %.1f%% | `%.*s` ", c->looks_at[k], 100 * c->posterior[k], REV_SHORT,
		rev->id);
	add_cell(out, rev->subject);
	str_add(out, " |\n");
}

static void
put_culprit(const struct report *report, const struct culprit *c, struct str *out)
{
	bool found = c->state == CULPRIT_FOUND;

	for (size_t k = c->from + 1; found && k <= c->to; k++) {
		const struct rev *rev = &report->results->revs.v[k].rev;

		str_addf(out, "**%s** ", rev->id);
		add_cell(out, rev->subject);
		if (rev->author) {
			str_add(out, " (");
			add_cell(out, rev->author);
			str_add(out, ")");
		}
		str_add(out, "\n\n");
	}
	/* Who is named matters; how that came about is for those who doubt it. */
	if (found)
		str_add(out, "<details>\n<summary>The commits that were tested</summary>\n\n");
	str_add(out, "| is | change | pairs | chance | commit |\n|---|---:|---:|---:|---|\n");
	for (size_t k = 0; k < c->n_positions; k++)
		put_row(report, c, k, out);
	str_add(out, found ? "\n</details>\n\n" : "\n");
	why_markdown(c, out);
}

void
bisect_markdown(const struct report *report, struct str *out)
{
	scoped(str) effort = STR_INIT;

	for (size_t i = 0; i < report->n_culprits; i++)
		if (report->culprits[i].posterior)
			put_culprit(report, &report->culprits[i], out);
	bisect_effort(report, &effort);
	add_cell(out, effort.p);
	str_add(out, "\n\n");
}

/* What changed inside a culprit: lists of functions, files and symbols, and what cannot be told. */
#include "report_priv.h"

#include "base/escape.h"
#include "base/format.h"
#include "base/jsonw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define INDENT 2
#define NUMBER_COLUMNS 14

/* One of the lists. */
struct part {
	enum why_part part;
	const char *title, *what;
	const struct why_list *list; /* NULL: lines of perf */
};

static void
parts_of(const struct why *why, struct part ret[WHY_PARTS])
{
	ret[0] = (struct part){
		WHY_FUNCTIONS, "instructions of one launch", "function", &why->functions};
	ret[1] = (struct part){WHY_FILES, "installed files, in bytes", "file", &why->files};
	ret[2] = (struct part){WHY_SYMBOLS, "symbols in them, in bytes", "symbol", &why->symbols};
	ret[3] = (struct part){WHY_PERF, "perf diff", NULL, NULL};
}

static void
add_number(struct str *out, int64_t v)
{
	if (v == WHY_ABSENT)
		str_addc(out, '-');
	else
		str_addf(out, "%" PRId64, v);
}

static int64_t
difference(const struct why_change *c)
{
	return (c->after == WHY_ABSENT ? 0 : c->after) - (c->before == WHY_ABSENT ? 0 : c->before);
}

static void
add_total(const struct why *why, enum why_part part, struct str *out)
{
	char change[32];

	if (part != WHY_FUNCTIONS || why->executed_before == WHY_ABSENT)
		return;
	str_addf(out, ": %" PRId64 " to %" PRId64, why->executed_before, why->executed_after);
	if (why->executed_before > 0)
		str_addf(out, " (%s)",
			format_change((double)why->executed_after / (double)why->executed_before,
				change, sizeof(change)));
}

static void
add_name(const struct why_change *c, void (*escape)(struct str *, const char *), struct str *out)
{
	escape(out, c->name);
	if (c->of) {
		str_add(out, " in ");
		escape(out, c->of);
	}
}

/* ---- text */

static void
put_row(const struct why_change *c, const struct report_style *style, struct str *out)
{
	scoped(str) before = STR_INIT;
	scoped(str) after = STR_INIT;
	scoped(str) name = STR_INIT;
	int room = style->width - INDENT - 3 * (NUMBER_COLUMNS + 1) - 1;

	add_number(&before, c->before);
	add_number(&after, c->after);
	add_name(c, escape_text, &name);
	str_addf(out, "%*s%*s %*s %+*" PRId64 "  ", INDENT, "", NUMBER_COLUMNS, before.p,
		NUMBER_COLUMNS, after.p, NUMBER_COLUMNS, difference(c));
	layout_shorten(out, name.p, room > 20 ? room : 20, style->ascii);
	str_addc(out, '\n');
}

static void
put_list(const struct part *part, const struct report_style *style, struct str *out)
{
	const struct why_list *list = part->list;

	if (list->n == 0)
		return;
	str_addf(out, "%*s%*s %*s %*s  %s", INDENT, "", NUMBER_COLUMNS, "before", NUMBER_COLUMNS,
		"after", NUMBER_COLUMNS, "difference", part->what);
	if (list->n < list->differ)
		str_addf(out, " (%zu of %zu)", list->n, list->differ);
	str_addc(out, '\n');
	for (size_t i = 0; i < list->n; i++)
		put_row(&list->v[i], style, out);
}

static void
put_notes(const char *const *notes, const struct report_style *style, struct str *out)
{
	for (; notes && *notes; notes++) {
		scoped(str) safe = STR_INIT;

		escape_text(&safe, *notes);
		str_addf(out, "%*s", 2 * INDENT, "");
		layout_wrap(out, safe.p, 2 * INDENT, 2 * INDENT, style->width);
	}
}

void
why_text(const struct culprit *c, const struct report_style *style, struct str *out)
{
	struct part parts[WHY_PARTS];

	if (!c->why)
		return;
	parts_of(c->why, parts);
	text_tone(out, style, TONE_BOLD, "why");
	str_add(out, ": what changed inside\n");
	for (size_t i = 0; i < WHY_PARTS; i++) {
		const struct part *part = &parts[i];
		const char *const *line = part->list ? NULL : c->why->perf;

		if (!c->why->notes[part->part] && !line && (!part->list || !part->list->n))
			continue;
		str_addf(out, "%*s%s", INDENT, "", part->title);
		add_total(c->why, part->part, out);
		str_addc(out, '\n');
		if (part->list)
			put_list(part, style, out);
		for (; line && *line; line++) {
			str_addf(out, "%*s", 2 * INDENT, "");
			escape_text(out, *line);
			str_addc(out, '\n');
		}
		put_notes(c->why->notes[part->part], style, out);
	}
	str_addc(out, '\n');
}

/* ---- Markdown */

static void
put_markdown(const struct why *why, const struct part *part, struct str *out)
{
	const char *const *note = why->notes[part->part], *const *line =
								  part->list ? NULL : why->perf;

	if (!note && !line && (!part->list || !part->list->n))
		return;
	str_addf(out, "**%s**", part->title);
	add_total(why, part->part, out);
	str_add(out, "\n\n");
	if (part->list && part->list->n)
		str_addf(out, "| before | after | difference | %s |\n|---:|---:|---:|---|\n",
			part->what);
	for (size_t i = 0; part->list && i < part->list->n; i++) {
		str_add(out, "| ");
		add_number(out, part->list->v[i].before);
		str_add(out, " | ");
		add_number(out, part->list->v[i].after);
		str_addf(out, " | %+" PRId64 " | ", difference(&part->list->v[i]));
		add_name(&part->list->v[i], escape_markdown, out);
		str_add(out, " |\n");
	}
	if (part->list && part->list->n)
		str_addc(out, '\n');
	for (; line && *line; line++) {
		escape_markdown(out, *line);
		str_add(out, line[1] ? "<br>\n" : "\n\n");
	}
	for (; note && *note; note++) {
		escape_markdown(out, *note);
		str_add(out, ".\n\n");
	}
}

void
why_markdown(const struct culprit *c, struct str *out)
{
	struct part parts[WHY_PARTS];

	if (!c->why)
		return;
	parts_of(c->why, parts);
	for (size_t i = 0; i < WHY_PARTS; i++)
		put_markdown(c->why, &parts[i], out);
}

/* ---- JSON */

static void
put_count(struct jsonw *w, const char *key, int64_t v)
{
	if (v == WHY_ABSENT)
		jsonw_null(w, key);
	else
		jsonw_int(w, key, v);
}

static void
put_json(struct jsonw *w, const struct why *why, const char *key, const struct part *part)
{
	jsonw_open(w, key, '{');
	if (part->part == WHY_FUNCTIONS) {
		put_count(w, "before", why->executed_before);
		put_count(w, "after", why->executed_after);
	}
	if (part->list) {
		jsonw_int(w, "differ", (int64_t)part->list->differ);
		jsonw_open(w, "largest", '[');
		for (size_t i = 0; i < part->list->n; i++) {
			const struct why_change *c = &part->list->v[i];

			jsonw_open(w, NULL, '{');
			jsonw_text(w, "name", c->name);
			if (part->part == WHY_SYMBOLS)
				jsonw_text(w, "file", c->of);
			put_count(w, "before", c->before);
			put_count(w, "after", c->after);
			jsonw_close(w, '}');
		}
		jsonw_close(w, ']');
	} else {
		jsonw_texts(w, "lines", why->perf);
	}
	jsonw_texts(w, "notes", why->notes[part->part]);
	jsonw_close(w, '}');
}

void
why_json(const struct culprit *c, struct jsonw *w)
{
	static const char *const keys[WHY_PARTS] = {"functions", "files", "symbols", "perf"};
	struct part parts[WHY_PARTS];

	if (!c->why)
		return;
	parts_of(c->why, parts);
	jsonw_open(w, "why", '{');
	for (size_t i = 0; i < WHY_PARTS; i++)
		put_json(w, c->why, keys[i], &parts[i]);
	jsonw_close(w, '}');
}

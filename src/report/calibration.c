/* What a calibration found, for people and for programs. */
#include "report_priv.h"

#include "base/escape.h"
#include "base/format.h"
#include "base/jsonw.h"

#include <math.h>
#include <string.h>

enum column { NAME, VALUE, NOISE, SHOWS, GATE, ANSWER, COLUMNS };

#define NAME_MIN 14

static const char *const titles[COLUMNS] = {
	"benchmark", "value", "noise", "can show", "gate", "answer"};

struct cells {
	struct str of[COLUMNS];
};

static void
put_name(const struct calibration *c, const struct calibration_line *line, struct str *out)
{
	const struct bench *bench = &c->results->benches.v[line->bench];

	escape_text(out, bench->name);
	if (strcmp(bench->metric, "time") != 0) {
		str_add(out, " ");
		escape_text(out, bench->metric);
	}
}

static void
put_answer(const struct calibration_line *line, struct str *out)
{
	if (line->differs)
		str_add(out, "differs from itself");
	else if (isnan(line->blocks))
		str_add(out, "too few blocks to tell");
	else if (isinf(line->blocks))
		str_add(out, "out of reach");
	else
		str_addf(out, "%s %.0f blocks",
			line->reachable ? "in about" : "out of reach: about", line->blocks);
}

static void
fill(const struct calibration *c, const struct calibration_line *line, struct cells *ret)
{
	const struct bench *bench = &c->results->benches.v[line->bench];
	char buf[64];

	for (size_t i = 0; i < COLUMNS; i++)
		str_init(&ret->of[i], STR_MAX);
	put_name(c, line, &ret->of[NAME]);
	str_add(&ret->of[VALUE],
		isnan(line->value) ? "-"
				   : format_value(line->value, bench->unit, buf, sizeof(buf)));
	if (isnan(line->noise))
		str_add(&ret->of[NOISE], "-");
	else
		words_percent(&ret->of[NOISE], line->noise);
	if (isfinite(line->detectable))
		words_percent(&ret->of[SHOWS], line->detectable);
	else
		str_add(&ret->of[SHOWS], "-");
	str_add(&ret->of[GATE], line->gate->text);
	put_answer(line, &ret->of[ANSWER]);
}

static void
put_table(const struct calibration *c, const struct report_style *style, struct str *out)
{
	struct cells *cells = xcalloc(c->n + 1, sizeof(*cells));
	int width[COLUMNS], taken = 0;

	for (size_t i = 0; i < c->n; i++)
		fill(c, &c->lines[i], &cells[i]);
	for (size_t k = 0; k < COLUMNS; k++) {
		width[k] = (int)strlen(titles[k]);
		for (size_t i = 0; i < c->n; i++) {
			int w = text_width(cells[i].of[k].p);
			width[k] = w > width[k] ? w : width[k];
		}
		taken += k == NAME ? 0 : width[k] + 2;
	}
	int room = style->width - taken < NAME_MIN ? NAME_MIN : style->width - taken;
	width[NAME] = width[NAME] < room ? width[NAME] : room;
	for (size_t i = 0; i <= c->n; i++) {
		scoped(str) line = STR_INIT;
		scoped(str) name = STR_INIT;

		layout_shorten(&name, i ? cells[i - 1].of[NAME].p : titles[NAME], width[NAME],
			style->ascii);
		str_addf(&line, "%s%*s", name.p, width[NAME] - text_width(name.p), "");
		for (size_t k = VALUE; k < COLUMNS; k++) {
			const char *text = i ? cells[i - 1].of[k].p : titles[k];
			int pad = width[k] - text_width(text);

			if (k < GATE)
				str_addf(&line, "  %*s%s", pad, "", text);
			else
				str_addf(&line, "  %s%*s", text, pad, "");
		}
		str_trim(&line);
		text_tone(out, style, i ? TONE_PLAIN : TONE_DIM, line.p);
		str_addc(out, '\n');
	}
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < COLUMNS; k++)
			str_done(&cells[i].of[k]);
	free(cells);
}

void
report_calibration_sentence(const struct calibration *c, struct str *out)
{
	size_t reachable = 0, differs = 0;
	scoped(str) name = STR_INIT;

	for (size_t i = 0; i < c->n; i++) {
		reachable += c->lines[i].reachable;
		differs += c->lines[i].differs;
	}
	if (c->n == 0) {
		str_add(out, "nothing was measured");
		return;
	}
	if (reachable == c->n)
		str_add(out, "every gate can be answered");
	else
		str_addf(out, "%zu of %zu gates can be answered", reachable, c->n);
	str_addf(out, " within the %.0f blocks there are%s", c->blocks_most,
		str_eq(c->order, "duet") ? ", as a duet" : "");
	put_name(c, &c->lines[0], &name);
	if (c->lines[0].noise > 0) {
		str_addf(out, "; noisiest: %s, where a pair varies by ", name.p);
		words_percent(out, c->lines[0].noise);
	}
	if (differs)
		str_addf(out,
			"; %zu of them were proven different from themselves: something on this "
			"machine favours one place in a block",
			differs);
}

/* Lines of one bench under several gates have the same. */
static void
put_layouts(const struct calibration *c, const struct report_style *style, struct str *out)
{
	scoped_free double *v = xcalloc(c->n + 1, sizeof(*v));
	const struct calibration_line *worst = NULL;
	scoped(str) name = STR_INIT;
	scoped(str) words = STR_INIT;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (!isfinite(c->lines[i].layout_noise))
			continue;
		v[n++] = c->lines[i].layout_noise;
		if (!worst || c->lines[i].layout_noise > worst->layout_noise)
			worst = &c->lines[i];
	}
	if (c->rebuilds <= 1 || !worst)
		return;
	put_name(c, worst, &name);
	words_layout_noise(&words, c->rebuilds, v, n, name.p);
	str_add(out, "layout   ");
	layout_wrap(out, words.p, 9, 9, style->width);
}

static void
put_notes(const struct calibration *c, const struct report_style *style, struct str *out)
{
	for (size_t i = 0; i < c->results->notes.n; i++) {
		scoped(str) safe = STR_INIT;

		escape_text(&safe, c->results->notes.v[i]);
		str_add(out, "note     ");
		layout_wrap(out, safe.p, 9, 9, style->width);
	}
}

static void
text(const struct calibration *c, const struct report_style *style, struct str *out)
{
	struct report about = {.host = c->host};
	scoped(str) sentence = STR_INIT;
	scoped(str) machine = STR_INIT;
	char took[32];

	str_add(out, "calibrate");
	if (c->project) {
		str_addc(out, ' ');
		escape_text(out, c->project);
	}
	if (c->sweep)
		str_addf(out, ", sweep #%s", c->sweep);
	if (c->date)
		str_addf(out, ", %s", c->date);
	str_addf(out, "\n%zu blocks of %s", c->results->n_blocks,
		c->rebuilds > 1 ? "one revision against itself, in different builds"
				: "one build against itself");
	if (!isnan(c->block_s))
		str_addf(out, ", %s each", format_duration(c->block_s, took, sizeof(took)));
	str_add(out, "\n\n");
	put_table(c, style, out);
	str_addc(out, '\n');
	put_layouts(c, style, out);
	words_machine(&about, &machine);
	str_add(out, "machine  ");
	layout_wrap(out, machine.p, 9, 9, style->width);
	str_add(out, "can show ");
	layout_wrap(out,
		"the smallest change that so many blocks are likely to show; answer: blocks until "
		"\"within the gate\" when nothing changed",
		9, 9, style->width);
	put_notes(c, style, out);
	str_addc(out, '\n');
	report_calibration_sentence(c, &sentence);
	layout_wrap(out, sentence.p, 0, 0, style->width);
}

static void
json(const struct calibration *c, struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};
	scoped(str) sentence = STR_INIT;

	report_calibration_sentence(c, &sentence);
	jsonw_open(&w, NULL, '{');
	jsonw_int(&w, "format", 1);
	jsonw_text(&w, "sweep", c->sweep);
	jsonw_text(&w, "command", "calibrate");
	jsonw_text(&w, "project", c->project);
	jsonw_text(&w, "date", c->date);
	jsonw_open(&w, "lines", '[');
	for (size_t i = 0; i < c->n; i++) {
		const struct calibration_line *line = &c->lines[i];
		const struct bench *bench = &c->results->benches.v[line->bench];

		jsonw_open(&w, NULL, '{');
		jsonw_text(&w, "bench", bench->name);
		jsonw_text(&w, "suite", bench->suite);
		jsonw_text(&w, "metric", bench->metric);
		jsonw_text(&w, "unit", bench->unit);
		jsonw_text(&w, "gate", line->gate->text);
		jsonw_number(&w, "value", line->value);
		jsonw_number(&w, "noise", line->noise);
		if (c->rebuilds > 1)
			jsonw_number(&w, "layout_noise", line->layout_noise);
		jsonw_number(&w, "detectable", line->detectable);
		jsonw_number(&w, "blocks", line->blocks);
		jsonw_bool(&w, "reachable", line->reachable);
		jsonw_bool(&w, "differs", line->differs);
		jsonw_close(&w, '}');
	}
	jsonw_close(&w, ']');
	jsonw_text(&w, "sentence", sentence.p);
	jsonw_text(&w, "order", c->order);
	if (c->rebuilds > 1)
		jsonw_int(&w, "rebuilds", c->rebuilds);
	jsonw_number(&w, "alpha", c->alpha);
	jsonw_number(&w, "beta", c->beta);
	jsonw_int(&w, "family", (int64_t)c->family);
	jsonw_int(&w, "blocks", (int64_t)c->results->n_blocks);
	jsonw_number(&w, "block_s", c->block_s);
	jsonw_number(&w, "blocks_most", c->blocks_most);
	jsonw_open(&w, "host", '{');
	host_write(c->host, &w);
	jsonw_close(&w, '}');
	jsonw_texts(&w, "settings", c->settings);
	jsonw_open(&w, "notes", '[');
	for (size_t i = 0; i < c->results->notes.n; i++)
		jsonw_text(&w, NULL, c->results->notes.v[i]);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}

void
report_calibration(const struct calibration *calibration, bool as_json,
	const struct report_style *style, struct str *out)
{
	if (as_json)
		json(calibration, out);
	else
		text(calibration, style, out);
}

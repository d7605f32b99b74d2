/* The verdicts of a view: what judging says of each row, column by column. */
#include "report_priv.h"

#include "base/jsonw.h"
#include "base/mem.h"

struct column {
	const char *key;
	void (*put)(struct jsonw *w, const struct row *row);
};

#define COLUMN(name, call)                                                                         \
	static void put_##name(struct jsonw *w, const struct row *row)                             \
	{                                                                                          \
		call;                                                                              \
	}
COLUMN(bench, jsonw_int(w, NULL, (int64_t)row->bench))
COLUMN(rev, jsonw_int(w, NULL, (int64_t)row->rev))
COLUMN(base, jsonw_int(w, NULL, (int64_t)row->base))
COLUMN(status, jsonw_text(w, NULL, status_name(row->status)))
COLUMN(verdict, jsonw_text(w, NULL, verdict_name(row->verdict)))
COLUMN(words, jsonw_text(w, NULL,
		      row->status == STATUS_OK ? words_verdict(row) : words_status(row->status)))
COLUMN(value, view_number(w, row->value, DIGITS_MANY))
COLUMN(base_value, view_number(w, row->base_value, DIGITS_MANY))
COLUMN(ratio, view_number(w, row->ratio, DIGITS_MANY))
COLUMN(lo, view_number(w, row->ratio_lo, DIGITS_MANY))
COLUMN(hi, view_number(w, row->ratio_hi, DIGITS_MANY))
COLUMN(blocks, jsonw_int(w, NULL, row->blocks))
COLUMN(noise, view_number(w, row->noise, DIGITS_FEW))
COLUMN(detectable, view_number(w, row->detectable, DIGITS_FEW))
COLUMN(slower, jsonw_int(w, NULL, row->slower))
COLUMN(faster, jsonw_int(w, NULL, row->faster))
COLUMN(gate, jsonw_text(w, NULL, row->gate ? row->gate->text : NULL))
COLUMN(where, jsonw_text(w, NULL, row->gate ? row->gate->where : NULL))
COLUMN(detail, jsonw_text(w, NULL, row->detail))
COLUMN(caution, jsonw_text(w, NULL, row->caution))
COLUMN(log, jsonw_text(w, NULL, row->log))

static const struct column columns[] = {
	{"bench", put_bench},
	{"rev", put_rev},
	{"base", put_base},
	{"status", put_status},
	{"verdict", put_verdict},
	{"words", put_words},
	{"value", put_value},
	{"base_value", put_base_value},
	{"ratio", put_ratio},
	{"lo", put_lo},
	{"hi", put_hi},
	{"blocks", put_blocks},
	{"noise", put_noise},
	{"detectable", put_detectable},
	{"slower", put_slower},
	{"faster", put_faster},
	{"gate", put_gate},
	{"where", put_where},
	{"detail", put_detail},
	{"caution", put_caution},
	{"log", put_log},
};

void
view_rows(const struct report *report, struct jsonw *w)
{
	jsonw_open(w, "rows", '{');
	for (size_t k = 0; k < ARRAY_LEN(columns); k++) {
		jsonw_open(w, columns[k].key, '[');
		for (size_t i = 0; i < report->n_rows; i++)
			columns[k].put(w, &report->rows[i]);
		jsonw_close(w, ']');
	}
	jsonw_close(w, '}');
}

void
view_change(const struct change *c, struct jsonw *w)
{
	jsonw_open(w, NULL, '{');
	jsonw_int(w, "bench", (int64_t)c->bench);
	jsonw_int(w, "before", (int64_t)c->before);
	jsonw_int(w, "after", (int64_t)c->after);
	jsonw_text(w, "state", change_state_name(c->state));
	jsonw_bool(w, "worse", c->worse);
	jsonw_number(w, "probability", c->probability);
	jsonw_number(w, "ratio", c->ratio);
	jsonw_number(w, "lo", c->ratio_lo);
	jsonw_number(w, "hi", c->ratio_hi);
	jsonw_int(w, "blocks", c->blocks);
	jsonw_text(w, "obstacle", c->obstacle);
	jsonw_close(w, '}');
}

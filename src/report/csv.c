/* A line a row, RFC 4180 but for its ends: they are LF. Numbers are in the unit that stands in
 * their row, unknown ones are empty. Control characters in names are shown as in the text format,
 * so that every record is one line. */
#include "report_priv.h"

#include "base/escape.h"
#include "base/format.h"

#include <math.h>
#include <string.h>

void
csv_text(struct str *out, const char *text)
{
	scoped(str) safe = STR_INIT;

	str_addc(out, ',');
	if (text) {
		escape_terminal(&safe, text, strlen(text));
		escape_csv(out, safe.p);
	}
}

void
csv_number(struct str *out, double v)
{
	char buf[40];

	str_addc(out, ',');
	if (isfinite(v))
		str_add(out, format_json_number(v, buf, sizeof(buf)));
}

static void
put_row(const struct report *report, const struct row *row, struct str *out)
{
	const struct bench *bench = &report->results->benches.v[row->bench];

	str_add(out, status_name(row->status));
	csv_text(out, verdict_name(row->verdict));
	csv_text(out, bench->suite);
	csv_text(out, bench->name);
	csv_text(out, bench->metric);
	csv_text(out, bench->unit);
	csv_text(out, words_label(report, row->rev));
	csv_text(out, words_label(report, row->base));
	csv_number(out, row->value);
	csv_number(out, row->base_value);
	csv_number(out, row->ratio);
	csv_number(out, row->ratio_lo);
	csv_number(out, row->ratio_hi);
	csv_text(out, row->gate ? row->gate->text : NULL);
	csv_number(out, row->blocks);
	csv_number(out, row->noise);
	csv_number(out, row->detectable);
	csv_text(out, row->detail);
	csv_text(out, row->log);
	str_addc(out, '\n');
}

void
csv_write(const struct report *report, const struct report_style *style, struct str *out)
{
	(void)style;
	str_add(out,
		"status,verdict,suite,bench,metric,unit,rev,base,value,base_value,ratio,ratio_lo,"
		"ratio_hi,gate,blocks,noise,detectable,detail,log\n");
	for (size_t i = 0; i < report->n_rows; i++)
		put_row(report, &report->rows[i], out);
}

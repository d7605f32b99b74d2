#include "base/jsonw.h"

#include "base/escape.h"
#include "base/format.h"

static void
new_line(struct jsonw *w)
{
	if (!w->pretty && !w->python)
		return;
	str_addc(w->out, '\n');
	for (int i = 0; i < w->depth; i++)
		str_add(w->out, w->python ? "    " : "  ");
}

static void
add_text(struct jsonw *w, const char *text)
{
	if (w->python)
		escape_json_ascii(w->out, text);
	else
		escape_json(w->out, text);
}

/* Comma, line and key before an item. */
static void
begin_item(struct jsonw *w, const char *key)
{
	if (w->after_item)
		str_addc(w->out, ',');
	if (w->depth)
		new_line(w);
	if (key) {
		add_text(w, key);
		str_add(w->out, w->pretty || w->python ? ": " : ":");
	}
	w->after_item = true;
}

void
jsonw_open(struct jsonw *w, const char *key, char bracket)
{
	begin_item(w, key);
	str_addc(w->out, bracket);
	w->depth++;
	w->after_item = false;
}

void
jsonw_close(struct jsonw *w, char bracket)
{
	w->depth--;
	if (w->after_item)
		new_line(w);
	str_addc(w->out, bracket);
	w->after_item = true;
}

void
jsonw_text(struct jsonw *w, const char *key, const char *value)
{
	begin_item(w, key);
	if (value)
		add_text(w, value);
	else
		str_add(w->out, "null");
}

void
jsonw_texts(struct jsonw *w, const char *key, const char *const *texts)
{
	jsonw_open(w, key, '[');
	for (; texts && *texts; texts++)
		jsonw_text(w, NULL, *texts);
	jsonw_close(w, ']');
}

void
jsonw_number(struct jsonw *w, const char *key, double value)
{
	char buf[40];

	jsonw_raw(w, key,
		w->python ? format_python_float(value, buf, sizeof(buf))
			  : format_json_number(value, buf, sizeof(buf)));
}

void
jsonw_int(struct jsonw *w, const char *key, int64_t value)
{
	begin_item(w, key);
	str_addf(w->out, "%jd", (intmax_t)value);
}

void
jsonw_bool(struct jsonw *w, const char *key, bool value)
{
	jsonw_raw(w, key, value ? "true" : "false");
}

void
jsonw_null(struct jsonw *w, const char *key)
{
	jsonw_raw(w, key, "null");
}

void
jsonw_raw(struct jsonw *w, const char *key, const char *json)
{
	begin_item(w, key);
	str_add(w->out, json);
}

#include "report_priv.h"

#include <string.h>

static const struct report_format formats[] = {
	{"text", "a table for the terminal", false, text_write},
	{"markdown", "a comment for a pull request", false, markdown_write},
	{"json", "everything, for programs", false, json_write},
	{"csv", "a line a benchmark, for spreadsheets", false, csv_write},
	{"html", "a page with charts, in one file", true, html_write},
};

const struct report_format *
report_format_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

const struct report_format *
report_formats(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(formats);
	return formats;
}

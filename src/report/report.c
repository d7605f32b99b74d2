#include "report_priv.h"

#include <string.h>

/* All there is to know of a format elsewhere: options, help and completion read this table. */
static const struct report_format formats[] = {
	{"text", ".txt", "a table for the terminal", false, text_write},
	{"markdown", ".md", "a comment for a pull request", false, markdown_write},
	{"json", ".json", "everything, for programs", false, json_write},
	{"csv", ".csv", "a line a benchmark, for spreadsheets", false, csv_write},
	{"html", ".html", "a page with charts, in one file", true, html_write},
	{"junit", ".xml", "a test case a benchmark, for Jenkins, GitLab and others", false,
		junit_write},
	{"github", NULL, "annotations, as commands to a runner of GitHub Actions", false,
		github_write},
	{"badge", ".svg", "a small picture with the outcome in two words", false, badge_write},
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
report_format_of(const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (formats[i].suffix && str_ends(path, formats[i].suffix))
			return &formats[i];
	return NULL;
}

const struct report_format *
report_formats(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(formats);
	return formats;
}

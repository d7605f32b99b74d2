/* Usage: report_of_names FORMAT FILE: a report for each name of the file (tests/data/names), which
 * is then a benchmark and the text of everything else that people may name. Without arguments it
 * says which formats there are. */
#include "../unit/report/report_common.h"

#include "base/escape.h"
#include "sys/fs.h"

#define NAMES_MAX 200

/* Byte by byte, as the head of the file says. In place. */
static void
decode(char *text)
{
	static const char letters[] = "nrts\\", bytes[] = "\n\r\t \\";
	char *to = text;

	for (const char *p = text; *p; p++) {
		unsigned byte;
		const char *known = p[0] == '\\' && p[1] ? strchr(letters, p[1]) : NULL;

		if (known) {
			*to++ = bytes[known - letters];
			p++;
		} else if (sscanf(p, "\\x%2x", &byte) == 1) {
			*to++ = (char)byte;
			p += 3;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
}

static size_t
read_names(char *text, const char **names)
{
	size_t n = 0;

	for (char *line = strtok_r(text, "\n", &text); line && n < NAMES_MAX;
		line = strtok_r(NULL, "\n", &text)) {
		if (str_starts(line, "# "))
			continue;
		decode(line);
		names[n++] = line;
	}
	return n;
}

/* Regressions, failures and rows that pass by turns. */
static void
fill(struct made *m, struct row *rows, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t bench = add_bench(m, "suite", names[i], "time", "s");

		m->report.n_rows = 0;
		if (i % 3 == 1)
			add_failure(m, bench, 1, STATUS_CRASHED, names[i], names[i]);
		else
			add_row(m, bench, 1, i % 3 ? VERDICT_PASS : VERDICT_REGRESSED, 1,
				i % 3 ? 1 : 2 + (double)i, 0.1)
				->caution = names[i];
		rows[i] = m->rows[0];
	}
	m->report.rows = rows;
	m->report.n_rows = n;
}

static void
name_the_rest(struct made *m, const char *name)
{
	m->report.project = name;
	m->gates[0].text = m->gates[0].where = name;
	results_note(&m->results, name);
	snprintf(m->host.cpu, sizeof(m->host.cpu), "%.100s", name);
}

static int
list_formats(void)
{
	size_t n;
	const struct report_format *formats = report_formats(&n);

	for (size_t i = 0; i < n; i++)
		puts(formats[i].name);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 1)
		return list_formats();
	const struct report_format *format = argc == 3 ? report_format_find(argv[1]) : NULL;
	const char *names[NAMES_MAX];
	static struct row rows[NAMES_MAX];
	scoped(str) text = STR_INIT;
	struct err err = ERR_INIT;
	struct made m;

	if (!format || fs_read(argv[2], 1 << 20, &text, &err) < 0) {
		fprintf(stderr, "usage: report_of_names FORMAT FILE %s\n", err.text);
		return 2;
	}
	size_t n = read_names(text.p, names);
	/* One report for each name that all the rest has, one after the other. */
	for (size_t i = 0; i < n; i++) {
		scoped(str) out = STR_INIT;
		scoped(str) safe = STR_INIT;

		made_init(&m);
		add_rev(&m, names[i], "0123456789", names[i]);
		add_rev(&m, "head", "9876543210", names[i]);
		fill(&m, rows, names, i == 0 ? n : 1);
		name_the_rest(&m, names[i]);
		format->write(&m.report, &(struct report_style){.width = 100, .verbose = 1}, &out);
		if (strcmp(format->name, "text") == 0)
			escape_commands(&safe, out.p);
		printf("%zu\n", safe.n ? safe.n : out.n);
		fwrite(safe.n ? safe.p : out.p, 1, safe.n ? safe.n : out.n, stdout);
		results_done(&m.results);
	}
	return 0;
}

#include "cli/app.h"
#include "cli/command.h"

#include "base/escape.h"
#include "base/jsonw.h"
#include "base/parse.h"
#include "sys/clock.h"
#include "sys/term.h"

#include <stdio.h>
#include <string.h>

static const struct opt options[] = {
	OPT('l', "limit", OPT_TEXT, limit, "N", "only the newest N (default: all)", NULL),
	OPT('f', "format", OPT_TEXT, format, "NAME", "text or json", "text json"),
	OPT('o', "output", OPT_TEXT, output, "FILE", "write there instead of to standard output",
		"@file"),
	OPT_END,
};

static void
add_line(const struct store_sweep *s, int width, struct str *out)
{
	char date[32];
	scoped(str) line = STR_INIT;
	bool done = strcmp(s->status, "done") == 0;

	clock_iso8601(s->created, date, sizeof(date));
	str_addf(&line, "#%-4jd %.16s  %-9s ", (intmax_t)s->id, date, s->command);
	if (done)
		str_addf(&line, "exit %d  ", s->exit_code);
	else
		str_addf(&line, "%-7s  ", "open");
	escape_text(&line, s->summary ? s->summary : "unfinished: run the same command to go on");
	if (width > 0 && line.n > (size_t)width)
		str_addf(out, "%.*s...\n", width - 3, line.p);
	else
		str_addf(out, "%s\n", line.p);
}

static void
add_json(const struct store_sweep *s, struct jsonw *w)
{
	char date[32];

	jsonw_open(w, NULL, '{');
	jsonw_int(w, "sweep", s->id);
	jsonw_text(w, "date", clock_iso8601(s->created, date, sizeof(date)));
	jsonw_text(w, "command", s->command);
	jsonw_text(w, "status", s->status);
	if (strcmp(s->status, "done") == 0)
		jsonw_int(w, "exit", s->exit_code);
	else
		jsonw_null(w, "exit");
	jsonw_text(w, "summary", s->summary);
	jsonw_close(w, '}');
}

static int
format_list(
	struct app *app, const struct store_sweep *list, size_t n, struct str *out, struct err *err)
{
	const char *format = app->args.format ? app->args.format : "text";
	struct jsonw w = {.out = out, .pretty = true};

	if (strcmp(format, "text") == 0) {
		for (size_t i = 0; i < n; i++)
			add_line(&list[i], term_is_tty(1) ? term_width(1) : 0, out);
		return 0;
	}
	if (strcmp(format, "json") != 0)
		return err_set(err, ERR_USAGE, "unknown format '%s' (text or json)", format);
	jsonw_open(&w, NULL, '[');
	for (size_t i = 0; i < n; i++)
		add_json(&list[i], &w);
	jsonw_close(&w, ']');
	str_addc(out, '\n');
	return 0;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	scoped_free char *dir = NULL;
	scoped(str) text = STR_INIT;
	struct store *store = NULL;
	struct store_sweep *list = NULL;
	size_t n = 0;
	uint64_t limit = 0;

	*ret_exit = 0;
	app->pages = true;
	if (app->args.limit && parse_u64(app->args.limit, 1000000, &limit, err) < 0)
		return err_wrap(err, "--limit");
	if (app_configure(app, false, err) < 0 || app_store_dir(app, &dir, err) < 0)
		return -1;
	if (store_open(dir, STORE_READ, &store, err) < 0)
		return -1;
	int r = store_list(store, (unsigned)limit, &app->arena, &list, &n, err);
	store_close(store);
	if (r < 0 || format_list(app, list, n, &text, err) < 0)
		return -1;
	return app_print(app, &text, err);
}

static const char *const usage[] = {"[OPTIONS]", NULL};
static const char *const examples[] = {
	"What was measured here lately", "revsweep log --limit 10", NULL};

const struct command cmd_log = {
	.name = "log",
	.summary = "list stored sweeps, newest first",
	.usage = usage,
	.description = "Lists the sweeps of the store: number, date, command, exit code, and the "
		       "sentence each ended with. 'revsweep show N' prints one.",
	.options = options,
	.examples = examples,
	.run = run,
};

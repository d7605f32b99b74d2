#include "cli/app.h"
#include "cli/command.h"
#include "cli/job.h"

#include "base/parse.h"
#include "core/where.h"
#include "report/plot.h"
#include "report/timeline.h"
#include "sweep/sweep.h"
#include "sys/fs.h"
#include "sys/proc.h"
#include "sys/term.h"

#include <stdlib.h>
#include <string.h>

#define PICTURE_MAX ((size_t)256 << 20)
#define SECONDS_MAX 120

static const struct opt options[] = {
	OPT('w', "view", OPT_TEXT, view, "NAME",
		"compare, scatter, scaling, sweep, history, timeline or bisect (default: what "
		"suits "
		"the sweep)",
		"compare scatter scaling sweep history timeline bisect"),
	OPT('f', "format", OPT_TEXT, format, "NAME",
		"text, svg, png, pdf or html (default: text, or by the suffix of --output)",
		"text svg png pdf html"),
	OPT('o', "output", OPT_TEXT, output, "FILE", "write there instead of to standard output",
		"@file"),
	OPT(0, "base", OPT_TEXT, base, "REV",
		"the revision that others are held against (default: that of the sweep)", "@rev"),
	OPT(0, "rev", OPT_TEXT, rev, "REV", "the one that is held against it (default: the last)",
		"@rev"),
	OPT(0, "where", OPT_LIST, where, "KEY=VALUE",
		"only benchmarks for which it holds: name, group, suite, metric, mark, func, or a "
		"parameter; VALUE is a glob, ! in front negates",
		NULL),
	OPT(0, "x", OPT_TEXT, x_axis, "PARAM",
		"scaling: the parameter along the axis (default: the one with most numbers)", NULL),
	OPT(0, "log", OPT_TEXT, log, "AXES",
		"scaling: x, y, both or none (default: both where all numbers are positive)",
		"x y both none"),
	OPT(0, "clip", OPT_TEXT, clip, "RATIO",
		"compare, scatter, sweep: where axes and colours end (1.2: 20% more)", NULL),
	OPT('n', "limit", OPT_TEXT, limit, "N", "draw at most N benchmarks, the first in order",
		NULL),
	OPT(0, "absolute", OPT_FLAG, absolute, NULL, "compare: differences instead of percent",
		NULL),
	OPT(0, "by", OPT_TEXT, by, "LANES", "timeline: worker or revision (default: worker)",
		"worker revision"),
	OPT_END,
};

static const char *const formats[] = {"text", "svg", "png", "pdf", "html"};

static int
choose_format(const struct app *app, const char **ret, struct err *err)
{
	const char *name = app->args.format;

	for (size_t i = 1; !name && app->args.output && i < ARRAY_LEN(formats); i++) {
		const char *dot = strrchr(app->args.output, '.');

		if (dot && strcmp(dot + 1, formats[i]) == 0)
			name = formats[i];
	}
	*ret = name ? name : "text";
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (strcmp(formats[i], *ret) == 0)
			return 0;
	return err_set(err, ERR_USAGE, "unknown format '%s' (text, svg, png, pdf or html)", *ret);
}

static int
check_target(const struct app *app, const char *format, struct err *err)
{
	bool picture = strcmp(format, "png") == 0 || strcmp(format, "pdf") == 0;

	if (picture && !app->args.output && term_is_tty(1))
		return err_set(err, ERR_USAGE,
			"a %s is nothing for a terminal: --output FILE says where it goes", format);
	return 0;
}

/* ---- options */

static int
find_rev(const struct report *report, const char *text, size_t fallback, size_t *ret,
	struct err *err)
{
	*ret = fallback;
	for (size_t i = 0; text && i < report->results->revs.n; i++) {
		const struct rev *rev = &report->results->revs.v[i].rev;

		*ret = i;
		if (str_eq(rev->label, text) ||
			(strlen(text) >= 4 && rev->id && str_starts(rev->id, text)))
			return 0;
	}
	return text ? err_set(err, ERR_USAGE, "the sweep has no revision '%s'", text) : 0;
}

static int
read_log(const char *text, enum plot_log *ret, struct err *err)
{
	static const struct {
		const char *name;
		enum plot_log log;
	} names[] = {{"x", PLOT_LOG_X}, {"y", PLOT_LOG_Y}, {"both", PLOT_LOG_BOTH},
		{"none", PLOT_LOG_NONE}};

	*ret = PLOT_LOG_AUTO;
	for (size_t i = 0; text && i < ARRAY_LEN(names); i++)
		if (strcmp(names[i].name, text) == 0) {
			*ret = names[i].log;
			return 0;
		}
	return text ? err_set(err, ERR_USAGE, "--log is x, y, both or none, not '%s'", text) : 0;
}

static const bool *
choose_benches(struct app *app, const struct report *report)
{
	size_t n = report->results->benches.n;
	bool *wanted = arena_alloc(&app->arena, n + 1, sizeof(*wanted));

	for (size_t i = 0; i < n; i++)
		wanted[i] = where_matches(
			app->args.where.v, app->args.where.n, &report->results->benches.v[i]);
	return wanted;
}

static int
read_options(
	struct app *app, const struct report *report, struct plot_options *ret, struct err *err)
{
	const struct args *args = &app->args;
	size_t base = report->n_rows ? report->rows[0].base : 0, last = report->results->revs.n;
	uint64_t most = 0;

	*ret = (struct plot_options){
		.view = args->view, .x = args->x_axis, .absolute = args->absolute};
	if (!last)
		return err_set(err, ERR_USAGE, "the sweep has no revisions yet");
	if (find_rev(report, args->base, base, &ret->base, err) < 0 ||
		find_rev(report, args->rev, last - 1, &ret->rev, err) < 0 ||
		read_log(args->log, &ret->log, err) < 0)
		return -1;
	if (args->limit && parse_u64(args->limit, 100000, &most, err) < 0)
		return err_wrap(err, "--limit");
	if (args->clip && parse_double(args->clip, &ret->clip, err) < 0)
		return err_wrap(err, "--clip");
	if (args->clip && ret->clip <= 1)
		return err_set(err, ERR_USAGE, "--clip is a ratio above 1, not '%s'", args->clip);
	ret->most = (size_t)most;
	if (args->by && strcmp(args->by, "worker") != 0 && strcmp(args->by, "revision") != 0)
		return err_set(err, ERR_USAGE, "--by is worker or revision, not '%s'", args->by);
	ret->lanes = str_eq(args->by, "revision") ? LANES_BY_REVISION : LANES_BY_WORKER;
	ret->wanted = choose_benches(app, report);
	return 0;
}

/* ---- pictures */

static int
no_gnuplot(struct err *err)
{
	return err_set(err, ERR_ENVIRONMENT,
		"pictures are drawn by gnuplot, which is not installed (Debian: gnuplot-nox); "
		"--format text and html need nothing");
}

static int
run_gnuplot(const char *gnuplot, const char *dir, const char *script, struct err *err)
{
	scoped_free char *log = xasprintf("%s/log", dir);
	const char *const argv[] = {gnuplot, "-d", script, NULL};
	const char *const env[] = {
		"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent", NULL};
	struct proc_spec spec = {.argv = argv,
		.env = env,
		.cwd = dir,
		.stdout_path = log,
		.stderr_path = log,
		.timeout_ns = (uint64_t)SECONDS_MAX * 1000000000,
		.cpu = -1};
	scoped(str) said = STR_INIT;
	scoped(proc_end) end = {0};
	char how[80];

	if (proc_run(&spec, &end, err) < 0)
		return -1;
	if (end.how == PROC_EXITED && end.exit_code == 0)
		return 0;
	struct err ignored = ERR_INIT;
	(void)fs_read_tail(log, 400, &said, &ignored);
	str_trim(&said);
	return err_set(err, ERR_ENVIRONMENT, "gnuplot %s: %s",
		proc_end_text(&end, how, sizeof(how)), said.n ? said.p : "it does not say why");
}

static int
draw_in(const char *dir, const char *gnuplot, const struct figures *figures, const char *format,
	struct str *out, struct err *err)
{
	scoped_free char *script = xasprintf("%s/script", dir);
	scoped_free char *picture = xasprintf("%s/picture", dir);
	scoped(str) text = STR_INIT;

	plot_gnuplot(figures, format, picture, &text);
	if (fs_write_mode(script, text.p, text.n, 0600, err) < 0 ||
		run_gnuplot(gnuplot, dir, script, err) < 0)
		return -1;
	return fs_read(picture, PICTURE_MAX, out, err);
}

static int
draw(const struct figures *figures, const char *format, struct str *out, struct err *err)
{
	scoped_free char *gnuplot = fs_find_program("gnuplot", getenv("PATH"));
	scoped_free char *dir = NULL;
	struct err second = ERR_INIT;

	if (!gnuplot)
		return no_gnuplot(err);
	const char *tmp = getenv("TMPDIR");
	scoped_free char *prefix =
		xasprintf("%s/revsweep-plot-", tmp && *tmp == '/' ? tmp : "/tmp");
	if (fs_temp_dir(prefix, &dir, err) < 0)
		return -1;
	int r = draw_in(dir, gnuplot, figures, format, out, err);
	if (fs_remove(dir, &second) < 0 && r == 0) {
		*err = second;
		return -1;
	}
	return r;
}

/* ---- */

static struct report_style
style_of(const struct app *app)
{
	bool to_file = app->args.output && strcmp(app->args.output, "-") != 0;

	return (struct report_style){.width = to_file ? 100 : term_width(1),
		.color = !to_file && app_color(app, 1),
		.ascii = !term_speaks_utf8()};
}

/* The timeline has letters of its own. */
static bool
is_timeline(const struct plot_options *o)
{
	return str_eq(o->view, "timeline");
}

static int
plot(struct app *app, const char *format, const struct report *report, struct str *out,
	struct err *err)
{
	struct report_style style = style_of(app);
	struct plot_options o;
	struct figures figures = {0};

	if (read_options(app, report, &o, err) < 0)
		return -1;
	int r = plot_make(report, &o, &figures, err);
	if (r == 0 && strcmp(format, "html") == 0)
		report_format_find("html")->write(report, &style, out);
	else if (r == 0 && strcmp(format, "text") != 0)
		r = draw(&figures, format, out, err);
	else if (r == 0 && is_timeline(&o))
		timeline_text(report->timeline, o.lanes, &style, out);
	else if (r == 0)
		plot_text(&figures, &style, out);
	figures_done(&figures);
	return r;
}

static int
plot_stored(struct app *app, struct store *store, struct results *results, struct err *err)
{
	struct store_sweep sweep = {0};
	struct report report;
	const char *format;
	scoped(str) out = STR_INIT;

	str_init(&out, PICTURE_MAX);
	if (choose_format(app, &format, err) < 0 || job_find_sweep(app, store, &sweep, err) < 0)
		return -1;
	if (sweep_report_stored(store, &sweep, results, &app->arena, &report, err) < 0 ||
		sweep_report_detail(store, &sweep, &app->arena, &report, err) < 0 ||
		plot(app, format, &report, &out, err) < 0)
		return -1;
	return app_print(app, &out, err);
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	const char *format;

	*ret_exit = 0;
	if (choose_format(app, &format, err) < 0 || check_target(app, format, err) < 0)
		return -1;
	app->pages = strcmp(format, "text") == 0;
	return job_with_store(app, plot_stored, err);
}

static const char *const usage[] = {"[OPTIONS] [SWEEP]", NULL};
static const char *const examples[] = {"The newest sweep in the terminal", "revsweep plot",
	"A heat map for a document", "revsweep plot --view sweep --output heat.svg",
	"How sorting grows with n, in this revision and the base",
	"revsweep plot --view scaling --where func=sort --x n", NULL};

const struct command cmd_plot = {
	.name = "plot",
	.summary = "draw a stored sweep, in the terminal or as svg, png or pdf",
	.usage = usage,
	.description =
		"Draws one view of a stored sweep (default: the newest). In the terminal these are "
		"bars, sparklines and heat maps of characters; svg, png and pdf are drawn by "
		"gnuplot, "
		"which has to be installed; html is the page of 'revsweep show --format html', "
		"which "
		"has all views.\n\n"
		"compare: bars of what changed between two revisions with their intervals, the "
		"worst "
		"first.\n\n"
		"scatter: the change of each benchmark against its cost.\n\n"
		"scaling: cost along a numeric parameter. Its name is what the harness says "
		"(pytest-benchmark, asv, jmh), or is read from names ([1000], [n=1000], /1000, "
		"n=1000). The exponent is the slope of a straight line through the logarithms, by "
		"least squares, with its R2.\n\n"
		"sweep: benchmarks over revisions, coloured by how many times the first value they "
		"are; more than that is worse. Colours end where 95% of the cells do.\n\n"
		"history: each benchmark over revisions with intervals of 95% and confirmed "
		"changes.\n\n"
		"timeline: what was done when, by workers or revisions.\n\n"
		"bisect: how likely each commit is the culprit, and what was seen of it.",
	.options = options,
	.examples = examples,
	.run = run,
};

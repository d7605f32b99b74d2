#include "cli/app.h"
#include "cli/command.h"

#include "base/escape.h"
#include "base/format.h"
#include "base/jsonw.h"
#include "base/parse.h"
#include "stats/summary.h"
#include "sys/proc.h"

#include <string.h>

extern char **environ;

#define LEAST_RUNS 10
#define LEAST_TIME_S 3.0 /* like hyperfine: at least ten runs and three seconds */
#define MOST_RUNS 100000

static const struct opt options[] = {
	OPT('r', "runs", OPT_TEXT, runs, "N",
		"run exactly this often (default: at least 10 times and 3 s)", NULL),
	OPT('w', "warmup", OPT_TEXT, warmup, "N", "run this often before, unrecorded (default: 1)",
		NULL),
	OPT('s', "shell", OPT_FLAG, shell, NULL, "hand the words to sh -c instead of exec", NULL),
	OPT(0, "timeout", OPT_TEXT, timeout, "TIME", "give up after this long (default: none)",
		NULL),
	OPT('f', "format", OPT_TEXT, format, "NAME", "text or json", "text json"),
	OPT('o', "output", OPT_TEXT, output, "FILE", "write there instead of to standard output",
		"@file"),
	OPT_END,
};

static int
read_options(const struct app *app, struct proc_spec *spec, struct err *err)
{
	uint64_t runs = LEAST_RUNS, warmup = 1;
	double timeout_s = 0;

	if (app->args.runs && parse_u64(app->args.runs, MOST_RUNS, &runs, err) < 0)
		return err_wrap(err, "--runs");
	if (runs == 0)
		return err_set(err, ERR_USAGE, "--runs must be at least 1");
	if (app->args.warmup && parse_u64(app->args.warmup, MOST_RUNS, &warmup, err) < 0)
		return err_wrap(err, "--warmup");
	if (app->args.timeout && parse_duration(app->args.timeout, &timeout_s, err) < 0)
		return err_wrap(err, "--timeout");
	spec->rounds = (unsigned)runs;
	spec->warmup = (unsigned)warmup;
	spec->timeout_ns = (uint64_t)(timeout_s * 1e9);
	if (!app->args.runs) {
		spec->rounds_ns = (uint64_t)(LEAST_TIME_S * 1e9);
		spec->rounds_max = MOST_RUNS;
	}
	return 0;
}

struct measured {
	size_t n;
	struct stats_summary wall, user, sys; /* seconds */
	double rss;                           /* bytes, the largest */
};

static void
summarise(const struct proc_end *end, struct measured *ret)
{
	size_t n = end->rounds.n;
	double *x = xcalloc(3 * n, sizeof(*x));

	ret->n = n;
	ret->rss = 0;
	for (size_t i = 0; i < n; i++) {
		const struct proc_round *r = &end->rounds.v[i];

		x[i] = (double)r->wall_ns / 1e9;
		x[n + i] = (double)r->user_us / 1e6;
		x[2 * n + i] = (double)r->sys_us / 1e6;
		if ((double)r->maxrss_kib * 1024 > ret->rss)
			ret->rss = (double)r->maxrss_kib * 1024;
	}
	stats_summary(x, n, &ret->wall);
	stats_summary(x + n, n, &ret->user);
	stats_summary(x + 2 * n, n, &ret->sys);
	free(x);
}

static void
add_line(struct str *out, const char *name, double a, const char *between, double b)
{
	char x[32], y[32];

	str_addf(out, "  %-18s %10s %s %10s", name, format_duration(a, x, sizeof(x)), between,
		format_duration(b, y, sizeof(y)));
}

static void
write_text(const char *const *argv, const struct measured *m, struct str *out)
{
	char user[32], sys[32], rss[32];

	for (; *argv; argv++) {
		escape_text(out, *argv);
		str_addc(out, argv[1] ? ' ' : '\n');
	}
	add_line(out, "mean, sd:", m->wall.mean, "±", m->wall.stddev);
	str_addf(out, "    user %s, system %s\n", format_duration(m->user.mean, user, sizeof(user)),
		format_duration(m->sys.mean, sys, sizeof(sys)));
	add_line(out, "median, quartile:", m->wall.median, "≥", m->wall.q25);
	str_addf(out, "    peak memory %s\n", format_size(m->rss, rss, sizeof(rss)));
	add_line(out, "range:", m->wall.min, "…", m->wall.max);
	str_addf(out, "    %zu runs\n", m->n);
}

static void
write_json(const char *const *argv, const struct measured *m, const struct proc_end *end,
	struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};

	jsonw_open(&w, NULL, '{');
	jsonw_open(&w, "command", '[');
	for (; *argv; argv++)
		jsonw_text(&w, NULL, *argv);
	jsonw_close(&w, ']');
	jsonw_text(&w, "unit", "s");
	jsonw_number(&w, "mean", m->wall.mean);
	jsonw_number(&w, "stddev", m->wall.stddev);
	jsonw_number(&w, "median", m->wall.median);
	jsonw_number(&w, "min", m->wall.min);
	jsonw_number(&w, "max", m->wall.max);
	jsonw_number(&w, "user", m->user.mean);
	jsonw_number(&w, "system", m->sys.mean);
	jsonw_number(&w, "peak_bytes", m->rss);
	jsonw_open(&w, "times", '[');
	for (size_t i = 0; i < end->rounds.n; i++)
		jsonw_number(&w, NULL, (double)end->rounds.v[i].wall_ns / 1e9);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}

static int
report(struct app *app, const char *const *argv, const struct proc_end *end, int *ret_exit,
	struct err *err)
{
	const char *format = app->args.format ? app->args.format : "text";
	struct measured m;
	scoped(str) out = STR_INIT;
	char why[120];

	if (end->how == PROC_NOT_STARTED)
		return err_set(
			err, ERR_USAGE, "cannot run '%s': %s", argv[0], strerror(end->sys_errno));
	if (end->how != PROC_EXITED || end->exit_code != 0) {
		app_warn(app, "'%s' %s after %zu complete runs", argv[0],
			proc_end_text(end, why, sizeof(why)), end->rounds.n);
		*ret_exit = 3;
		if (!end->rounds.n)
			return 0;
	}
	summarise(end, &m);
	if (strcmp(format, "json") == 0)
		write_json(argv, &m, end, &out);
	else
		write_text(argv, &m, &out);
	return app_print(app, &out, err);
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	const char *format = app->args.format ? app->args.format : "text";
	const char *const *argv = app->args.operands.v;
	struct proc_spec spec = {.env = (const char *const *)environ, .cwd = ".", .cpu = -1};
	struct proc_end end = {0};
	scoped(str) line = STR_INIT;
	const char *shell[] = {"sh", "-c", NULL, NULL};

	*ret_exit = 0;
	if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
		return err_set(err, ERR_USAGE, "unknown format '%s' (text or json)", format);
	if (!app->args.operands.n)
		return err_set(err, ERR_USAGE, "measure what? revsweep measure -- CMD [ARG...]");
	if (read_options(app, &spec, err) < 0)
		return -1;
	for (size_t i = 0; app->args.shell && i < app->args.operands.n; i++)
		str_addf(&line, "%s%s", i ? " " : "", argv[i]);
	shell[2] = line.p;
	spec.argv = app->args.shell ? shell : argv;
	int r = proc_run(&spec, &end, err);
	if (r == 0)
		r = report(app, argv, &end, ret_exit, err);
	proc_end_done(&end);
	return r;
}

static const char *const usage[] = {"[OPTIONS] -- CMD [ARG...]", NULL};
static const char *const examples[] = {"Time a command", "revsweep measure -- gzip -k big.txt",
	"Exactly fifty runs, as JSON", "revsweep measure --runs 50 --format json -- ./bench", NULL};

const struct command cmd_measure = {
	.name = "measure",
	.summary = "time one command, nothing to configure",
	.usage = usage,
	.description =
		"Runs the command again and again with revsweep's own timer and prints mean, "
		"median, "
		"range, CPU time and peak memory. Its output is discarded. The command is executed "
		"directly, without a shell, unless --shell is given. A command that fails ends the "
		"measurement with exit code 3.",
	.options = options,
	.operands = "@file",
	.examples = examples,
	.run = run,
};

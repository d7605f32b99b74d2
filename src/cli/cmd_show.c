#include "cli/command.h"
#include "cli/job.h"

#include "base/escape.h"
#include "base/format.h"
#include "sweep/sweep.h"
#include "sys/fs.h"
#include "sys/stop.h"
#include "sys/term.h"

#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <string.h>

#define WATCH_MS 1000
#define RECORDS_MAX ((size_t)1 << 30)

static const struct opt options[] = {
	OUTPUT_OPTIONS,
	OUTPUT_PROFILES,
	OPT(0, "log", OPT_TEXT, log, "REV", "print the build log of that revision", "@rev"),
	OPT(0, "records", OPT_FLAG, records, NULL,
		"print the sweep's records, one JSON object a line: what replay reads", NULL),
	OPT(0, "timeline", OPT_FLAG, timeline, NULL,
		"draw what was done when, and how well the workers were used (text or json)", NULL),
	OPT(0, "by", OPT_TEXT, by, "WHAT",
		"with --timeline: a lane for each worker (default) or revision", "worker revision"),
	OPT(0, "samples", OPT_FLAG, samples, NULL,
		"print every sample and its place: bench, revision, block (csv or json)", NULL),
	OPT('a', "all", OPT_FLAG, all, NULL, "list every launch instead of the report", NULL),
	OPT(0, "watch", OPT_FLAG, watch, NULL,
		"draw it again whenever it has grown, until it is done", NULL),
	OPT_END,
};

static int
show_log(struct app *app, const struct results *results, struct err *err)
{
	for (size_t i = 0; i < results->revs.n; i++) {
		const struct results_rev *r = &results->revs.v[i];
		scoped(str) raw = STR_INIT;
		scoped(str) text = STR_INIT;

		if (strcmp(r->rev.label, app->args.log) != 0 &&
			!str_starts(r->rev.id, app->args.log))
			continue;
		if (!r->build_log)
			return err_set(err, ERR_USAGE, "'%s' was not built here", r->rev.label);
		if (fs_read_tail(r->build_log, (size_t)1 << 20, &raw, err) < 0)
			return -1;
		for (char *line = raw.p; *line;) {
			size_t n = strcspn(line, "\n");
			escape_terminal(&text, line, n);
			str_addc(&text, '\n');
			line += n + (line[n] == '\n');
		}
		return app_print_lines(app, &text, err);
	}
	return err_set(err, ERR_USAGE, "no revision '%s' in that sweep", app->args.log);
}

static void
add_surroundings(const struct store_launch_row *l, struct str *out)
{
	const char *before = " by ";

	str_addf(out, "  faults %jd+%jd  switches %jd+%jd", (intmax_t)l->minflt,
		(intmax_t)l->majflt, (intmax_t)l->nvcsw, (intmax_t)l->nivcsw);
	if (!isnan(l->cpu_pressure))
		str_addf(out, "  CPU pressure %.0f%%", 100 * l->cpu_pressure);
	if (l->disturbed)
		str_add(out, "  disturbed");
	for (unsigned i = 0; i < DISTURBANCE_COUNT; i++) {
		if (!(l->disturbed_by >> i & 1))
			continue;
		str_addf(out, "%s%s", before, disturbance_words((enum disturbance)i));
		before = ", ";
	}
}

static int
show_launches(struct app *app, struct store *store, int64_t id, struct err *err)
{
	struct store_launch_row *rows = NULL;
	size_t n = 0;
	scoped(str) text = STR_INIT;
	char wall[32], rss[32];

	if (store_launches(store, id, &app->arena, &rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct store_launch_row *l = &rows[i];

		if (l->warmup)
			str_add(&text, "warm-up  ");
		else
			str_addf(&text, "block %-3u", l->block);
		str_addf(&text, " %10s %10s  %-10s ",
			format_duration(l->wall_s, wall, sizeof(wall)),
			format_size(l->rss_bytes, rss, sizeof(rss)), l->outcome);
		escape_text(&text, l->suite);
		str_add(&text, " on ");
		escape_text(&text, l->rev);
		if (l->layout)
			str_addf(&text, "  layout %u", l->layout);
		if (l->discarded)
			str_add(&text, "  discarded");
		add_surroundings(l, &text);
		if (l->detail && *l->detail) {
			str_add(&text, "  ");
			escape_text(&text, l->detail);
		}
		str_addc(&text, '\n');
	}
	return app_print(app, &text, err);
}

static int
show_records(struct app *app, struct store *store, int64_t id, struct err *err)
{
	scoped(str) text = STR_INIT;

	str_init(&text, RECORDS_MAX);
	if (store_export(store, id, &text, err) < 0)
		return -1;
	return app_print(app, &text, err);
}

static int
show_samples(struct app *app, const struct report *report, struct err *err)
{
	const char *format = app->args.format ? app->args.format : "csv";
	bool json = strcmp(format, "json") == 0;
	scoped(str) text = STR_INIT;

	if (!json && strcmp(format, "csv") != 0)
		return err_set(
			err, ERR_USAGE, "samples are printed as csv or json, not as %s", format);
	str_init(&text, RECORDS_MAX);
	report_samples(report, json, &text);
	return app_print(app, &text, err);
}

/* ---- --timeline */

static int
lanes_of(const struct app *app, enum timeline_lanes *ret, struct err *err)
{
	const char *by = app->args.by ? app->args.by : "worker";

	*ret = strcmp(by, "revision") == 0 ? LANES_BY_REVISION : LANES_BY_WORKER;
	if (*ret == LANES_BY_REVISION || strcmp(by, "worker") == 0)
		return 0;
	return err_set(err, ERR_USAGE, "--by is worker or revision, not '%s'", by);
}

static int
format_timeline(
	struct app *app, const struct timeline_input *input, struct str *out, struct err *err)
{
	const char *format = app->args.format ? app->args.format : "text";
	bool to_file = app->args.output && strcmp(app->args.output, "-") != 0;
	struct report_style style = {
		.width = to_file ? 100 : term_width(1), .ascii = !term_speaks_utf8()};
	enum timeline_lanes lanes;

	if (lanes_of(app, &lanes, err) < 0)
		return -1;
	if (strcmp(format, "json") == 0)
		timeline_json(input, out);
	else if (strcmp(format, "text") == 0)
		timeline_text(input, lanes, &style, out);
	else
		return err_set(
			err, ERR_USAGE, "a timeline is printed as text or json, not as %s", format);
	return 0;
}

static int
show_timeline(
	struct app *app, struct store *store, const struct store_sweep *sweep, struct err *err)
{
	struct timeline_input input;
	scoped(str) text = STR_INIT;

	if (sweep_timeline(store, sweep, &app->arena, &input, err) < 0)
		return -1;
	if (!input.n_sessions)
		return err_set(err, ERR_USAGE,
			"sweep #%jd has no timeline: an older revsweep measured it",
			(intmax_t)sweep->id);
	if (format_timeline(app, &input, &text, err) < 0)
		return -1;
	return app_print(app, &text, err);
}

/* What only a report has. */
static int
check_outputs(const struct app *app, struct err *err)
{
	const struct args *args = &app->args;
	const char *what = args->all        ? "--all"
			   : args->timeline ? "--timeline"
			   : args->records  ? "--records"
			   : args->samples  ? "--samples"
			   : args->log      ? "--log"
					    : NULL;

	if (args->by && !args->timeline)
		return err_set(err, ERR_USAGE, "--by belongs to --timeline");
	if (what && (args->reports.n || args->summary || args->profiles))
		return err_set(err, ERR_USAGE,
			"--report, --summary and --profiles are about a report, and %s prints "
			"something else",
			what);
	return 0;
}

static int
show(struct app *app, struct store *store, struct results *results, struct err *err)
{
	struct store_sweep sweep = {0};
	const struct args *args = &app->args;

	if (check_outputs(app, err) < 0)
		return -1;
	if (!args->all && !args->timeline && !args->records && !args->log && !args->samples)
		return job_print_stored(app, store, results, err);
	if (job_find_sweep(app, store, &sweep, err) < 0)
		return -1;
	if (args->all)
		return show_launches(app, store, sweep.id, err);
	if (args->timeline)
		return show_timeline(app, store, &sweep, err);
	if (args->records)
		return show_records(app, store, sweep.id, err);
	struct report report;
	if (sweep_report_stored(store, &sweep, results, &app->arena, &report, err) < 0)
		return -1;
	return args->samples ? show_samples(app, &report, err) : show_log(app, results, err);
}

/* ---- --watch */

/* Once, on a clean screen; what it takes is given back. */
static int
draw(struct app *app, struct store *store, struct err *err)
{
	struct arena kept = app->arena;
	struct results results;
	scoped(str) clean = STR_INIT;

	str_add(&clean, "\x1b[H\x1b[2J\x1b[3J");
	if (app_print(app, &clean, err) < 0)
		return -1;
	app->arena = (struct arena)ARENA_INIT;
	results_init(&results);
	int r = show(app, store, &results, err);
	results_done(&results);
	arena_done(&app->arena);
	app->arena = kept;
	return r;
}

/* False when the user has enough. */
static bool
wait_a_while(void)
{
	struct pollfd stop = {.fd = stop_fd(), .events = POLLIN};

	poll(&stop, 1, WATCH_MS);
	return !stop_requested();
}

/* Draws it again whenever something was stored or the terminal has another size, until it is done.
 */
static int
watch(struct app *app, struct store *store, struct results *results, struct err *err)
{
	struct store_sweep sweep = {0};
	struct store_state state = {0};
	uint64_t seen = 0;
	int width = 0;

	(void)results;
	if (job_find_sweep(app, store, &sweep, err) < 0)
		return -1;
	/* A newer one may begin meanwhile. */
	if (!app->args.operands.n) {
		vec_add(&app->args.operands, arena_printf(&app->arena, "%" PRId64, sweep.id));
		vec_add(&app->args.operands, NULL);
		app->args.operands.n--;
	}
	do {
		if (store_state(store, sweep.id, &state, err) < 0)
			return -1;
		if ((!width || state.change != seen || term_width(1) != width) &&
			draw(app, store, err) < 0)
			return -1;
		seen = state.change;
		width = term_width(1);
	} while (!state.done && wait_a_while());
	return 0;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	*ret_exit = 0;
	if (!app->args.watch) {
		app->pages = true;
		return job_with_store(app, show, err);
	}
	if (!term_is_tty(1) || app->args.output)
		return err_set(err, ERR_USAGE,
			"--watch draws on a terminal again and again; 'revsweep show' prints it "
			"once");
	return job_with_store(app, watch, err);
}

static const char *const usage[] = {"[OPTIONS] [SWEEP]", NULL};
static const char *const examples[] = {"The newest sweep again", "revsweep show",
	"Sweep 12 as JSON", "revsweep show 12 --format json",
	"Where the time went, revision by revision", "revsweep show --timeline --by revision",
	"Why a revision did not build", "revsweep show --log v1.2",
	"A sweep that runs in another terminal", "revsweep show --watch", NULL};

const struct command cmd_show = {
	.name = "show",
	.summary = "print a stored sweep, a build log, every launch, or a timeline",
	.usage = usage,
	.description = "Prints the report of a stored sweep (default: the newest), judged again "
		       "from the stored samples. An unfinished sweep is shown as far as it got.\n\n"
		       "A timeline has a lane for each worker or revision, and in each column "
		       "the phase that took most of it. A sweep that was interrupted has several "
		       "sessions, which are drawn one after the other without the time between "
		       "them. Below it says:\n\n"
		       "took: wall time from the beginning of each session to the end of its "
		       "last phase, and the least that it could have taken with as many workers: "
		       "the longest build, or all builds shared evenly among the workers, "
		       "whichever is more, and then the measuring, which runs alone.\n\n"
		       "work: the time of all builds (look-up, checkout, steps, verification, "
		       "publication) and of the measuring (warm-ups, launches, judging).\n\n"
		       "used: the share of its sessions in which a worker did any of this; of "
		       "all workers, the mean over those there were, idle ones included. Waiting "
		       "and queueing are no work; phases that overlap count once. The measuring "
		       "is worker 1's, and all others stand still meanwhile. While building: the "
		       "same from the first build to the last.\n\n"
		       "held up: the build during which nothing else was at work for "
		       "longest.\n\n" PROFILES_HELP,
	.options = options,
	.examples = examples,
	.run = run,
};

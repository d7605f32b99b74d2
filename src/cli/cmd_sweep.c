#include "cli/command.h"
#include "cli/job.h"

#include "base/str.h"

static const struct opt options[] = {
	OPT(0, "fail", OPT_LIST, fail, "GATE",
		"fail when a revision is worse by more than this: mean:5%, auto:2%, peak:1MiB, ... "
		"(may "
		"be repeated; replaces the gates of the configuration)",
		NULL),
	OPT(0, "against", OPT_TEXT, against, "WHICH",
		"what gates hold a revision against: first (default) or previous",
		"first previous"),
	SERIES_OPTIONS,
	JOB_MISSING,
	JOB_OPTIONS,
	OUTPUT_ANNOTATIONS,
	OPT_END,
};

static int
check(const struct app *app, bool *ret_previous, struct err *err)
{
	const char *against = app->args.against;

	*ret_previous = str_eq(against, "previous");
	if (against && !*ret_previous && !str_eq(against, "first"))
		return err_set(err, ERR_USAGE, "--against is first or previous, not '%s'", against);
	if (app->config.measure.order == ORDER_SEQUENTIAL)
		return err_set(err, ERR_USAGE,
			"sweep has no sequential order: a drift of the machine would look like a "
			"change");
	return 0;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	struct rev *revs;
	bool previous;
	size_t n;

	if (app_configure(app, false, err) < 0 || check(app, &previous, err) < 0)
		return -1;
	if (app_resolve_operands(app, &revs, &n, err) < 0)
		return -1;
	if (n < 2)
		return err_set(err, ERR_USAGE,
			"a sweep needs at least two revisions, and this is one: try a range "
			"(v1.0..main), tags:v1.* or last:20");
	struct job job = {.command = "sweep",
		.revs = revs,
		.n_revs = n,
		.judge = true,
		.changes = true,
		.previous = previous};
	return job_run(app, &job, ret_exit, err);
}

static const char *const usage[] = {"[OPTIONS] REVSPEC...", NULL};
static const char *const examples[] = {"How did twelve releases do?", "revsweep sweep 'tags:v1.*'",
	"The last twenty commits of this branch", "revsweep sweep last:20",
	"Fail when any commit of a branch is 5 % slower than where it began",
	"revsweep sweep main..HEAD --fail auto:5%", "A comment with the series of each benchmark",
	"revsweep sweep last:20 --report comment.md", NULL};

const struct command cmd_sweep = {
	.name = "sweep",
	.summary = "measure many revisions and find where performance changed",
	.usage = usage,
	.description =
		"Builds every revision in a prefix of its own and measures all of them in blocks, "
		"each "
		"revision once a block, in random order. The first blocks (--blocks MIN, 5 unless "
		"said otherwise) propose where a benchmark changed; fresh pairs of launches of the "
		"two revisions beside each such place then prove it or not. What is called a "
		"change "
		"point is proven: at most a share of alpha (1%) of all sweeps name one that is "
		"none. "
		"Changes below 0.5% are not looked for.\n\n"
		"Revisions are shown in the order given: a range or tags:GLOB is in the order of "
		"history or of versions. Values are relative to the first one.\n\n"
		"With --duet the pairs that prove a change are duets, as in compare: steadier on a "
		"noisy machine.\n\n"
		"With gates (--fail, or in the configuration) each revision is also held against "
		"the "
		"first one, or with --against previous against the one before it. --budget is for "
		"what comes after the first blocks.\n\n"
		"How long it may take is said by --dry-run: builds and launches take as long as "
		"those "
		"before them did, the same ones if there were any. Of two times for the builds "
		"half of the forecasts are below the first, nine of ten below the second. "
		"Measuring is at least the first blocks, and at most what the budget allows.\n\n"
		"A build that failed is remembered, and so is, while a sweep goes on, a suite that "
		"failed three times on a revision (or took too long): they are not tried again, "
		"which is said at the end, unless there is --retry-failed.\n\n"
		"With --only-missing the newest sweep of the same plan, finished or not, is added "
		"to: each revision that is built and of which no complete block of a suite is "
		"stored gets MIN blocks of that suite. So that there are pairs to judge by, the "
		"first revision runs along (one more where these are only two, all where it is the "
		"first one that is missing). Nothing else is launched. What failed before is "
		"missing, too, but only --retry-failed tries it. Builds that the cache has not "
		"kept are made again.\n\n"
		"Everything measured is stored as it comes. An interrupted sweep goes on when the "
		"same "
		"command is run again.\n\n" SERIES_HELP,
	.options = options,
	.operands = "@rev",
	.examples = examples,
	.run = run,
};

#include "cli/command.h"
#include "cli/job.h"

static const struct opt options[] = {
	SERIES_OPTIONS,
	JOB_MISSING,
	JOB_OPTIONS,
	OPT_END,
};

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	struct rev *revs;
	size_t n;

	if (app_configure(app, false, err) < 0)
		return -1;
	if (app_resolve_operands(app, &revs, &n, err) < 0)
		return -1;
	struct job job = {.command = "run", .revs = revs, .n_revs = n};
	return job_run(app, &job, ret_exit, err);
}

static const char *const usage[] = {"[OPTIONS] [REVSPEC...]", NULL};
static const char *const examples[] = {"Measure three releases, five blocks each",
	"revsweep run v1.0 v1.1 v1.2", "Measure what is checked out, ten blocks",
	"revsweep run worktree --blocks 10", "Measure every release since 1.0",
	"revsweep run 'tags:v1.*'", NULL};

const struct command cmd_run = {
	.name = "run",
	.summary = "build and measure revisions without judging them",
	.usage = usage,
	.description =
		"Builds the revisions (default: HEAD) and measures them interleaved, the "
		"smallest number of blocks, without a gate. The numbers are stored; with "
		"several revisions the first is what the others are shown against.\n\n" SERIES_HELP,
	.options = options,
	.operands = "@rev",
	.examples = examples,
	.run = run,
};

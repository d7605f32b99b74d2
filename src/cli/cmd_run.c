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
		"several revisions the first is what the others are shown against.\n\n"
		"Beside time, --metrics (or 'measure: {metrics: [...]}') knows: cpu (user and "
		"system time) and rss (resident memory, the most there was), which come with each "
		"launch of a suite; size, of the installed files of a build; peak (the most memory "
		"that was allocated at once), allocated (bytes in all), allocations (calls) and "
		"instructions, which are counted in passes: launches of their own, before those "
		"that are timed, in which every benchmark runs a fixed number of times. Without "
		"time, cpu or rss among the metrics nothing is timed. A peak is counted until two "
		"passes in a row brought nothing less, or until a comparison knows enough, ten "
		"times at most; --passes N counts just so often.\n\n"
		"Memory is what was asked for, by malloc and its like and by private anonymous "
		"mmap; address space that is only reserved is none. A command is counted whole: "
		"the calls and bytes of its processes are added, the peak is the largest of any, "
		"and a child begins with nothing. A Google Benchmark (1.8 or later) is counted one "
		"benchmark at a time, ten iterations each, with all that its program does before "
		"them. A test of pytest-benchmark is counted inside of its process: what one call "
		"of its function does, after one call to warm up. With several threads a peak may "
		"be off by 16 KiB for each of them, 1 MiB at most. A program that is linked "
		"statically, has rights of its own (setuid) or brings its own malloc cannot be "
		"counted, and that is said. Instructions are counted by the processor where it "
		"lets us, else by valgrind, which takes about 50 times as long.\n\n" SERIES_HELP,
	.options = options,
	.operands = "@rev",
	.examples = examples,
	.run = run,
};

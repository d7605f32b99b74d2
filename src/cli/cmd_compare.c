#include "cli/command.h"
#include "cli/job.h"

static const struct opt options[] = {
	OPT(0, "fail", OPT_LIST, fail, "GATE",
		"threshold such as mean:5%, median:0.5ms or 'peak <= 100MiB', instead of the "
		"configured gates (may "
		"be "
		"repeated)",
		NULL),
	OPT(0, "judge", OPT_TEXT, judge, "RULE",
		"sequential (paired test, anytime valid) or classic (pytest-benchmark's rule)",
		"sequential classic"),
	OPT(0, "alpha", OPT_TEXT, alpha, "P",
		"chance of any false alarm over all benchmarks (default: 0.01)", NULL),
	OPT(0, "improvements", OPT_FLAG, improvements, NULL,
		"hold improvements to the gates as well: say improved only beyond the limit", NULL),
	OPT(0, "inconclusive", OPT_TEXT, inconclusive, "WHAT",
		"when a verdict cannot be told: warn (default), fail with exit code 9, or pass",
		"warn fail pass"),
	OPT(0, "strict", OPT_FLAG, strict, NULL, "the same as --inconclusive fail", NULL),
	JOB_REBUILDS,
	JOB_MISSING,
	JOB_OPTIONS,
	OUTPUT_ANNOTATIONS,
	OPT_END,
};

/* The two revspecs: as typed, with defaults for what is missing. */
static int
choose_revspecs(struct app *app, struct revspec specs[2], struct err *err)
{
	struct revspec defaults[2];
	size_t n = app->args.operands.n;

	if (n > 2)
		return err_set(err, ERR_USAGE, "compare takes two revisions, not %zu", n);
	if (app_need_operands(app, 2, err) < 0)
		return -1;
	if (n < 2 && source_defaults(app->source, &app->arena, &defaults[0], &defaults[1], err) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		specs[i] = defaults[i];
		if (i < n && app_parse_revspec(app, app->args.operands.v[i], &specs[i], err) < 0)
			return -1;
		if (revspec_is_series(&specs[i]))
			return err_set(err, ERR_USAGE,
				"'%.200s' names several revisions, and compare takes two, BASE and "
				"HEAD; 'revsweep sweep %.200s' measures all of them",
				specs[i].text, specs[i].text);
	}
	return 0;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	struct revspec specs[2] = {0};
	struct rev *revs = NULL;

	if (app_configure(app, false, err) < 0)
		return -1;
	if (choose_revspecs(app, specs, err) < 0)
		return -1;
	if (app_resolve(app, specs, 2, &revs, err) < 0)
		return -1;
	struct job job = {
		.command = "compare", .revs = revs, .n_revs = 2, .base = 0, .judge = true};
	return job_run(app, &job, ret_exit, err);
}

static const char *const usage[] = {"[OPTIONS] [BASE] [HEAD]", NULL};
static const char *const examples[] = {
	"Compare what is checked out (uncommitted changes included) with the default branch",
	"revsweep compare",
	"Compare two releases, and fail when a mean got more than 5 % slower",
	"revsweep compare v1.2 v1.3 --fail mean:5%",
	"Count allocations beside time, and fail when there are more",
	"revsweep compare --metrics time,allocations --fail allocations:1%",
	"Compare one command before and after the last commit, without any configuration",
	"revsweep compare HEAD~1 HEAD --recipe make --run 'mytool --selftest'",
	"Compare two releases as they were published",
	"revsweep compare 'archive:x-{version}.tgz@1' 'archive:x-{version}.tgz@2'",
	"Compare two releases as users install them",
	"revsweep compare version:1.2.0 version:1.3.0 --with name=mypackage",
	"In CI: a comment for a pull request, tests for Jenkins or GitLab, and text in the log",
	"revsweep compare --report comment.md --report junit.xml",
	NULL,
};

const struct command cmd_compare = {
	.name = "compare",
	.summary = "build two revisions, measure them interleaved, judge",
	.usage = usage,
	.description =
		"Builds both revisions in prefixes of their own, measures them launch by launch in "
		"random order, and says for each benchmark whether HEAD regressed, improved, "
		"stayed "
		"within the gate, or whether that cannot be told yet. Measuring stops when every "
		"verdict is in, or when the budget is spent.\n\n"
		"BASE defaults to the merge base of HEAD with the default branch, HEAD to what is "
		"checked out: the commit, or the working tree when it has uncommitted changes. A "
		"revision is a branch, a tag, a commit id, HEAD~3, merge-base:A,B, worktree, "
		"dir:PATH (sources), prefix:PATH (built already), archive:PATH_OR_URL (a tar or "
		"zip), version:1.2.3 (a release) or REV+file.patch (the patch applied to REV in "
		"memory), each with LABEL= in front if you like.\n\n"
		"An archive from the network needs a checksum, archive:URL#sha256=HEX, or the "
		"first one that comes is pinned in revsweep.lock, beside the configuration, with "
		"--trust-first-use: commit that file, and whatever differs later is refused. "
		"{version} in an archive stands for what follows the last '@'. Archives are "
		"downloaded and unpacked once, by https unless --allow-http or 'source: "
		"{allow_http: true}' allow less, and refused when they hold anything unsafe.\n\n"
		"A release is installed from its registry by the recipes python-venv (pip or uv), "
		"cargo, npm and go, once the parameter 'name' says of what: 'with: {name: ...}'. "
		"It has no files, so its suite is that of the last revision that has some, or of "
		"HEAD, or lies beside the configuration where there is no repository. One that "
		"the registry does not have is a failed build like any other, but is asked for "
		"again the next time. Where several revisions may be named, version:1.2,1.3 is "
		"two of them.\n\n"
		"With --duet both revisions of a block run at the same time and take turns on one "
		"processor, every millisecond or so, and their CPU times are compared: whatever "
		"the machine does to one it does to the other. On a noisy machine pairs then agree "
		"several times better. It needs a harness that reports CPU times (command, "
		"pytest-benchmark, google-benchmark), and says nothing about time spent waiting, "
		"nor about what a program gains from several processors. 'revsweep calibrate' "
		"with and without --duet tells what it is worth on a suite.\n\n"
		"A verdict is about two builds. Others of the same sources, with their code at "
		"other addresses, may differ from them by a few tenths of a percent, and more now "
		"and then. With --rebuilds K each revision is built K times, and the blocks take "
		"turns: both revisions of a block have the same layout. The report says how much "
		"the builds differ, and warns of gates that are smaller than what is luck. The "
		"compilers that a recipe finds on PATH are called with other alignments and with "
		"padding; one that is called by its full path is not, and scripts have no layout. "
		"Each build is measured twice at least.\n\n"
		"With --metrics, or 'measure: {metrics: [time, peak]}', more than time is "
		"measured: "
		"cpu, rss, peak, allocated, allocations, instructions and size. What has to be "
		"counted is counted in passes, launches that are not timed; revsweep-run(1) says "
		"how. Counts are the same every time, so that one launch of each revision tells "
		"them.\n\n"
		"A gate limits growth: peak:10%, allocations:5, rss:5MiB. A ceiling limits the "
		"thing itself, 'peak <= 100MiB' or 'time <= 1s', and holds for the worst round or "
		"pass of HEAD; it needs nothing to compare with.\n\n"
		"Everything measured is stored as it comes. An interrupted compare goes on when "
		"the "
		"same command is run again.",
	.options = options,
	.operands = "@rev",
	.examples = examples,
	.run = run,
};

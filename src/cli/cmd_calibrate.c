#include "cli/command.h"
#include "cli/job.h"

#include "base/parse.h"

#define CALIBRATE_BLOCKS 10
#define CALIBRATE_BLOCKS_MAX 10000

static const struct opt options[] = {
	OPT(0, "fail", OPT_LIST, fail, "GATE",
		"ask about this gate instead of the configured ones (may be repeated)", NULL),
	OPT(0, "alpha", OPT_TEXT, alpha, "P",
		"chance of any false alarm over all benchmarks (default: 0.01)", NULL),
	JOB_REBUILDS,
	JOB_OPTIONS,
	OPT_END,
};

/* One revision in two arms. */
static int
choose_revision(struct app *app, struct rev **ret, struct err *err)
{
	struct rev *found, *pair = arena_alloc(&app->arena, 2, sizeof(*pair));
	size_t n;

	if (app_resolve_operands(app, &found, &n, err) < 0)
		return -1;
	if (n != 1)
		return err_set(err, ERR_USAGE, "calibrate takes one revision, not %zu", n);
	pair[0] = pair[1] = found[0];
	pair[1].label = arena_printf(&app->arena, "%s again", found[0].label);
	*ret = pair;
	return 0;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	/* How many to measure now; what a comparison may take stays as configured. */
	const char *blocks = app->args.blocks;
	uint64_t n = CALIBRATE_BLOCKS;
	struct rev *revs = NULL;

	app->args.blocks = NULL;
	if (app_configure(app, false, err) < 0)
		return -1;
	if (blocks && (parse_u64(blocks, CALIBRATE_BLOCKS_MAX, &n, err) < 0 || n == 0))
		return err_set(err, ERR_USAGE,
			"--blocks takes a number from 1 to %d here, not '%s'", CALIBRATE_BLOCKS_MAX,
			blocks);
	app->config.measure.blocks_min = (unsigned)n;
	if (choose_revision(app, &revs, err) < 0)
		return -1;
	struct job job = {
		.command = "calibrate", .revs = revs, .n_revs = 2, .judge = true, .apart = true};
	return job_run(app, &job, ret_exit, err);
}

static const char *const usage[] = {"[OPTIONS] [REVSPEC]", NULL};
static const char *const examples[] = {
	"What can be seen on this machine, with the configured suites and gates",
	"revsweep calibrate", "Whether a gate of 1 % can be answered, from 30 blocks",
	"revsweep calibrate v1.0 --fail auto:1% --blocks 30", NULL};

const struct command cmd_calibrate = {
	.name = "calibrate",
	.summary = "measure one revision against itself: what can this machine show?",
	.usage = usage,
	.description =
		"Builds one revision (default: HEAD), measures it against itself in ten blocks (or "
		"as many as --blocks says), and tells for each benchmark how much a pair of "
		"launches varies, the smallest change that a comparison can show in the blocks "
		"and the time it has, and whether each gate can be answered at all.\n\n"
		"With --rebuilds K the two halves of a pair are different builds of the revision, "
		"with their code at other addresses (see 'revsweep help compare'): what a pair "
		"varies by includes the luck of the layout then, and the report says how much "
		"that is.\n\n"
		"It is stored; later comparisons on the same kind of machine say which of their "
		"gates are below its noise, unless it was made with --rebuilds.",
	.options = options,
	.operands = "@rev",
	.examples = examples,
	.run = run,
};

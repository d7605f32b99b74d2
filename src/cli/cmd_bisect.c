#include "cli/command.h"
#include "cli/job.h"

#include "source/path.h"

#include <string.h>

#define PATHS_WEIGHT 9 /* a commit that touches one of --paths is ten times as likely */
#define DEPTH_MAX 8    /* merges within merges, changes beside changes */

static const struct opt options[] = {
	OPT(0, "find", OPT_TEXT, find, "WHAT",
		"regression (default), or improvement: which commit made it better",
		"regression improvement"),
	OPT(0, "predicate", OPT_TEXT, predicate, "CMD",
		"instead of benchmarks: CMD says by its exit code, as for git bisect run, that a "
		"revision is good (0), bad (1 to 127) or to be skipped (125)",
		NULL),
	OPT(0, "paths", OPT_LIST, paths, "PATH",
		"a commit that touches it (a file, a directory or a glob) is ten times as likely "
		"(may be repeated)",
		"@file"),
	OPT(0, "skip", OPT_LIST, skip, "REV",
		"do not test this commit, as if it did not build (may be repeated)", "@rev"),
	OPT(0, "all", OPT_FLAG, all, NULL,
		"look for further changes before and after the culprit as well", NULL),
	OPT(0, "why", OPT_FLAG, why, NULL,
		"look into the culprit and its parent as well: functions by the instructions that "
		"they execute (with valgrind), sizes of installed files and of their symbols",
		NULL),
	OPT(0, "first-parent", OPT_FLAG, first_parent, NULL,
		"a merge is an answer: do not look into what it merged", NULL),
	OPT(0, "alpha", OPT_TEXT, alpha, "P",
		"chance of naming anybody when nothing changed (default: 0.01)", NULL),
	JOB_OPTIONS,
	OUTPUT_ANNOTATIONS,
	OPT_END,
};

/* A path that is still to be searched, and what came of it. */
struct hunt {
	const struct rev *revs;
	size_t n;
	unsigned depth;
	struct outputs outputs;
	bool found;
	size_t from, to; /* of its best culprit */
	int exit_code;
};

static int
check(const struct app *app, bool *ret_better, struct err *err)
{
	const char *find = app->args.find;

	*ret_better = str_eq(find, "improvement");
	if (find && !*ret_better && !str_eq(find, "regression"))
		return err_set(
			err, ERR_USAGE, "--find is regression or improvement, not '%s'", find);
	if (app->config.measure.order == ORDER_SEQUENTIAL)
		return err_set(err, ERR_USAGE,
			"bisect has no sequential order: a drift of the machine would look like a "
			"change");
	if (app->args.only_missing || app->config.measure.rebuilds > 1)
		return err_set(err, ERR_USAGE,
			"bisect builds each commit once, and only those that it needs");
	return 0;
}

/* ---- what the repository says */

static int
touches(struct app *app, const struct rev *rev, bool *ret, struct err *err)
{
	const char *const *files;
	size_t n;

	*ret = false;
	if (source_touched(app->source, rev, &app->arena, &files, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < app->args.paths.n; k++)
			*ret = *ret || source_path_matches(files[i], app->args.paths.v[k]);
	return 0;
}

static int
weigh(struct app *app, const struct hunt *hunt, struct terms_bisect *ret, struct err *err)
{
	double *prior;
	size_t any = 0;

	if (app->args.paths.n == 0)
		return 0;
	prior = arena_alloc(&app->arena, hunt->n, sizeof(*prior));
	prior[0] = 1;
	for (size_t k = 1; k < hunt->n; k++) {
		bool touched;

		if (touches(app, &hunt->revs[k], &touched, err) < 0)
			return -1;
		any += touched;
		prior[k] = touched ? 1 + PATHS_WEIGHT : 1;
	}
	if (!any)
		app_warn(app, "no commit between them touches %s", app->args.paths.v[0]);
	ret->prior = prior;
	ret->n_prior = hunt->n;
	return 0;
}

/* Commits that the user says cannot be tested; what lies elsewhere does not matter. */
static int
leave_out(struct app *app, const struct hunt *hunt, struct terms_bisect *ret, struct err *err)
{
	size_t *skip = arena_alloc(&app->arena, app->args.skip.n + 1, sizeof(*skip));

	for (size_t i = 0; i < app->args.skip.n; i++) {
		struct revspec spec;
		struct rev rev;

		if (app_parse_revspec(app, app->args.skip.v[i], &spec, err) < 0 ||
			source_resolve(app->source, &spec, &app->arena, &rev, err) < 0)
			return err_wrap(err, "--skip");
		for (size_t k = 1; k + 1 < hunt->n; k++)
			if (str_eq(hunt->revs[k].id, rev.id))
				skip[ret->n_skip++] = k;
	}
	ret->skip = skip;
	return 0;
}

int
job_describe_culprits(struct app *app, struct report *report, struct err *err)
{
	for (size_t i = 0; i < report->n_culprits; i++) {
		struct culprit *c = &report->culprits[i];
		const struct rev *rev = &report->results->revs.v[c->to].rev;
		size_t n;

		if (c->state == CULPRIT_FOUND && rev->kind == REVSPEC_GIT &&
			source_touched(app->source, rev, &app->arena, &c->files, &n, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- one path */

static int
concluded(struct app *app, struct report *report, void *arg, struct err *err)
{
	struct hunt *hunt = arg;

	for (size_t i = 0; i < report->n_culprits && !hunt->found; i++) {
		const struct culprit *c = &report->culprits[i];

		if (c->state != CULPRIT_FOUND)
			continue;
		hunt->found = true;
		hunt->from = c->from;
		hunt->to = c->to;
	}
	return job_describe_culprits(app, report, err);
}

static int
search(struct app *app, bool better, struct hunt *hunt, struct err *err)
{
	struct job job = {
		.command = "bisect",
		.revs = hunt->revs,
		.n_revs = hunt->n,
		.why = app->args.why,
		.bisect = {.on = true, .better = better, .every = app->args.benches.n > 0},
		.concluded = concluded,
		.arg = hunt,
		.outputs = &hunt->outputs,
	};

	if (outputs_choose(app, job_annotates(&job), false, &hunt->outputs, err) < 0)
		return -1;
	if (weigh(app, hunt, &job.bisect, err) < 0 || leave_out(app, hunt, &job.bisect, err) < 0)
		return -1;
	return job_run(app, &job, &hunt->exit_code, err);
}

static int hunt_down(struct app *app, bool better, struct hunt *hunt, struct err *err);

/* What a further path tells comes after what is known; a machine reads one answer only. */
static void
add_further(struct outputs *known, const struct outputs *further, bool replaces)
{
	for (size_t i = 0; i < known->n && i < further->n; i++) {
		struct output *o = &known->v[i];

		if (strcmp(o->format->name, "text") == 0) {
			str_addf(&o->text, "\n%s", further->v[i].text.p);
		} else if (replaces) {
			str_clear(&o->text);
			str_add(&o->text, further->v[i].text.p);
		}
	}
}

static int
hunt_further(struct app *app, bool better, struct hunt *hunt, const struct rev *revs, size_t n,
	bool replaces, struct err *err)
{
	struct hunt further = {.revs = revs, .n = n, .depth = hunt->depth + 1};

	if (further.depth >= DEPTH_MAX || n < 2)
		return 0;
	int r = hunt_down(app, better, &further, err);
	if (r == 0)
		add_further(&hunt->outputs, &further.outputs, further.found && replaces);
	outputs_done(&further.outputs);
	return r;
}

static int
hunt_in_merge(struct app *app, bool better, struct hunt *hunt, struct err *err)
{
	struct source_path merged;
	bool any = false;

	if (!hunt->found || app->args.first_parent || hunt->to - hunt->from != 1)
		return 0;
	if (source_merged(app->source, &hunt->revs[hunt->to], &app->arena, &merged, &any, err) < 0)
		return -1;
	if (!any)
		return 0;
	app_say(app, "%s is a merge: looking into the %zu commits that came with it",
		hunt->revs[hunt->to].label, merged.n - 1);
	return hunt_further(app, better, hunt, merged.revs, merged.n, true, err);
}

static int
hunt_beside(struct app *app, bool better, struct hunt *hunt, struct err *err)
{
	if (!hunt->found || !app->args.all)
		return 0;
	if (hunt_further(app, better, hunt, hunt->revs, hunt->from + 1, false, err) < 0)
		return -1;
	return hunt_further(
		app, better, hunt, hunt->revs + hunt->to, hunt->n - hunt->to, false, err);
}

static int
hunt_down(struct app *app, bool better, struct hunt *hunt, struct err *err)
{
	if (search(app, better, hunt, err) < 0)
		return -1;
	if (hunt_in_merge(app, better, hunt, err) < 0)
		return -1;
	return hunt_beside(app, better, hunt, err);
}

/* ---- the command */

static int
find_path(struct app *app, struct source_path *ret, struct err *err)
{
	struct revspec good, bad;
	size_t n = app->args.operands.n;

	if (n < 1 || n > 2)
		return err_set(err, ERR_USAGE,
			"bisect takes GOOD and BAD: 'revsweep bisect v1.2 main' (BAD is HEAD "
			"unless given)");
	if (app_parse_revspec(app, app->args.operands.v[0], &good, err) < 0 ||
		app_parse_revspec(app, n == 2 ? app->args.operands.v[1] : "HEAD", &bad, err) < 0)
		return -1;
	if (source_path(app->source, &good, &bad, &app->arena, ret, err) < 0)
		return -1;
	if (ret->moved)
		app_warn(app,
			"GOOD is not on the line that leads to BAD: the path begins at %s, where "
			"they part",
			ret->revs[0].label);
	return 0;
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	struct source_path path;
	bool better;

	if (app->args.predicate) {
		if (app->args.run || app->args.harness)
			return err_set(err, ERR_USAGE,
				"--predicate takes the place of benchmarks: it goes with neither "
				"--run nor --harness");
		app->args.run = app->args.predicate;
		app->args.harness = "predicate";
	}
	if (app_configure(app, false, err) < 0 || check(app, &better, err) < 0 ||
		find_path(app, &path, err) < 0)
		return -1;
	struct hunt hunt = {.revs = path.revs, .n = path.n};
	int r = hunt_down(app, better, &hunt, err);
	if (r == 0 && !app->args.dry_run)
		r = outputs_write(app, &hunt.outputs, err);
	outputs_done(&hunt.outputs);
	*ret_exit = hunt.exit_code;
	return r;
}

static const char *const usage[] = {"[OPTIONS] GOOD [BAD]", NULL};
static const char *const examples[] = {"Which commit since v1.2 made it slower?",
	"revsweep bisect v1.2 main", "One benchmark, and where it is probably to be found",
	"revsweep bisect v1.2 --bench 'sort*' --paths src/sort", "Which commit made it faster?",
	"revsweep bisect v1.2 v1.3 --find improvement",
	"And which of its functions do more than before?", "revsweep bisect v1.2 main --why",
	"Without benchmarks: which commit broke the output?",
	"revsweep bisect v1.2 main --recipe make --predicate 'mytool --selftest'", NULL};

const struct command cmd_bisect = {
	.name = "bisect",
	.summary = "name the commit that made a benchmark slower, in spite of noise",
	.usage = usage,
	.description =
		"First BAD is proven to be worse than GOOD; when that cannot be shown, this is "
		"the answer, with the smallest change that could have been. Then commits between "
		"them are built and launched, each in pairs with GOOD and BAD by turns, where "
		"that tells most for what it costs, until one of them has nearly all of the "
		"probability. At last it is proven against its parent on fresh pairs: nobody is "
		"named on suspicion. About as many commits are built as for git bisect.\n\n"
		"Without --bench the benchmark that is worst in BAD is looked into; with it, each "
		"that matches and got worse. A benchmark that fails or takes too long in BAD, and "
		"not in GOOD, is followed by that symptom. Counts that are the same in every "
		"launch need one launch a commit.\n\n"
		"The path goes along the first parents of BAD. A culprit that is a merge is looked "
		"into, unless --first-parent. Commits that do not build, or lack the benchmark, "
		"are skipped; where the culprit is among them, it is one of several, and all are "
		"named. Commits that install the same files as another need no launch.\n\n"
		"A path with several changes is said to be one; one of those that have a fair "
		"share of "
		"the whole is named, and --all looks for the others. What changed little by little "
		"is blamed on nobody.\n\n"
		"With --why the builds of the culprit and its parent that were measured are "
		"compared. One quick launch of each under 'valgrind --tool=callgrind' counts "
		"the instructions that each function executes itself, over all processes of the "
		"launch; it may take 50 times the timeout of the suite, at most 10 minutes. Of "
		"an interpreter's program these are the functions of the interpreter. Installed "
		"files are compared by size, and programs and libraries by the sizes of their "
		"symbols (with nm). Where the machine counts instructions for perf, 'perf diff' "
		"of two recordings follows. What this machine cannot tell is said, and changes "
		"no answer. With --reuse a stored bisect is explained without measuring.\n\n"
		"Everything is stored as it comes: an interrupted bisect goes on when the same "
		"command is run again, 'revsweep log' lists it, 'revsweep replay' judges it "
		"again. --budget is for measuring; when it is spent, the commits that hold 99% of "
		"the probability are the answer.\n\n"
		"The exit code is 0 when a commit is named, 9 when none is, 3 when GOOD or BAD "
		"cannot be built.",
	.options = options,
	.operands = "@rev",
	.examples = examples,
	.run = run,
};

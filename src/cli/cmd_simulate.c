#include "cli/command.h"
#include "cli/simulate.h"

#include "base/suggest.h"

#include <string.h>

static const struct simulate_way *const ways[] = {
	&simulate_way_compare,
	&simulate_way_suite,
	&simulate_way_sweep,
	&simulate_way_bisect,
	&simulate_way_cost,
};

static const struct opt options[] = {
	OPT(0, "trace", OPT_LIST, traces, "FILE", "recorded noise; repeat for more", "@file"),
	OPT(0, "kind", OPT_LIST, kinds, "N:SUMMARIES:FILE",
		"suite: N benches whose launches have these summaries (or 'all'), with this noise",
		NULL),
	OPT(0, "gate", OPT_TEXT, gate, "GATE",
		"the limit (default: what compare uses without gates, both ways)", NULL),
	OPT(0, "shift", OPT_TEXT, shift, "PERCENT", "how much slower the head is (default: 0%)",
		NULL),
	OPT(0, "slower", OPT_TEXT, slower, "N", "suite: so many benches are (default: none)", NULL),
	OPT(0, "revs", OPT_TEXT, n_revs, "N",
		"sweep: revisions of a series (default: 32); bisect: commits after GOOD "
		"(default: 100)",
		NULL),
	OPT(0, "layout", OPT_TEXT, layout, "PERCENT",
		"bisect: how far builds of one source differ (standard deviation; default: 0%)",
		NULL),
	OPT(0, "unbuildable", OPT_TEXT, unbuildable, "PERCENT",
		"bisect: so many of the commits do not build (default: 0%)", NULL),
	OPT(0, "build-cost", OPT_TEXT, build_cost, "N",
		"bisect: what a build takes, in launches (default: 60)", NULL),
	OPT(0, "drift", OPT_TEXT, drift, "PERCENT",
		"compare: the machine's slowing from a launch to the next (default: 0%)", NULL),
	OPT(0, "rule", OPT_LIST, rules, "NAME",
		"compare: ours, classic, mannwhitney, ttest-peek or fixed-order; bisect: ours, "
		"git, "
		"asv or bernoulli; repeat for more",
		"ours classic mannwhitney ttest-peek fixed-order git asv bernoulli"),
	OPT(0, "clock", OPT_TEXT, clock, "NAME", "the harness's: wall or cpu (default: wall)",
		"wall cpu"),
	OPT(0, "summaries", OPT_TEXT, summaries, "NAMES",
		"compare: what launches have, like min,cpu_q25 (default: all the trace holds)",
		NULL),
	OPT(0, "hypotheses", OPT_TEXT, hypotheses, "N",
		"compare: so many share alpha (default: 1, or 2 without a gate)", NULL),
	OPT(0, "alpha", OPT_TEXT, alpha, "P", "false alarms allowed (default: 0.01)", NULL),
	OPT(0, "beta", OPT_TEXT, beta, "P", "misses allowed; 0: never pass (default: 0.05)", NULL),
	OPT(0, "interval", OPT_TEXT, interval, "LEVEL",
		"compare: try intervals of this level as well, like 0.99", NULL),
	OPT(0, "blocks", OPT_TEXT, blocks, "N",
		"most pairs of launches (default: 100); sweep: first blocks (default: 5)", NULL),
	OPT(0, "launches", OPT_TEXT, launches, "N",
		"launches an arm for rules that fix their number (default: 10); bisect: launches a "
		"commit of git (default: 1)",
		NULL),
	OPT(0, "replays", OPT_TEXT, replays, "N", "how many (default: 2000)", NULL),
	OPT(0, "seed", OPT_TEXT, seed, "N", "seed of windows and coins (default: 1)", NULL),
	OPT(0, "threads", OPT_TEXT, threads, "N",
		"threads; the figures do not depend on it (default: one a processor)", NULL),
	OPT('f', "format", OPT_TEXT, format, "NAME", "text or json", "text json"),
	OPT('o', "output", OPT_TEXT, output, "FILE", "write there instead of to standard output",
		"@file"),
	OPT_END,
};

static int
unknown_way(const char *name, struct err *err)
{
	const char *names[ARRAY_LEN(ways)];

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		names[i] = ways[i]->name;
	const char *near = suggest(name, names, ARRAY_LEN(ways));
	if (near)
		return err_set(
			err, ERR_USAGE, "cannot simulate '%.40s' (did you mean '%s'?)", name, near);
	return err_set(err, ERR_USAGE,
		"cannot simulate '%.40s' (compare, suite, sweep, bisect or cost)", name);
}

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	const struct args *args = &app->args;
	const char *format = args->format ? args->format : "text";

	*ret_exit = 0;
	if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
		return err_set(err, ERR_USAGE, "unknown format '%s' (text or json)", format);
	if (args->operands.n != 1)
		return err_set(
			err, ERR_USAGE, "simulate what? compare, suite, sweep, bisect or cost");
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (strcmp(args->operands.v[0], ways[i]->name) == 0)
			return ways[i]->run(app, err);
	return unknown_way(args->operands.v[0], err);
}

static const char *const usage[] = {"compare [OPTIONS]", "suite [OPTIONS]", "sweep [OPTIONS]",
	"bisect [OPTIONS]", "cost [OPTIONS]", NULL};
static const char *const examples[] = {"False alarms without any gate",
	"revsweep simulate compare --trace tests/data/golden/a_single_unpin_1.csv",
	"How soon 1 % is found, and what others say of the same launches",
	"revsweep simulate compare --trace noise.csv --gate auto:0% --shift 1% --rule ours --rule "
	"mannwhitney",
	"Twenty benches, two of which are slower",
	"revsweep simulate suite --kind 20:all:noise.csv --gate auto:5% --slower 2 --shift 10%",
	NULL};

const struct command cmd_simulate = {
	.name = "simulate",
	.summary = "replay recorded noise through the judge, to see how often it is right",
	.usage = usage,
	.description =
		"Replays recorded noise, to which a known shift is added, through the judge that "
		"compare uses, and counts its verdicts. Adjacent launches of a trace are a pair; a "
		"fair coin decides which of them is called the head. Every figure follows from the "
		"seed.\n\n"
		"compare tries one bench, suite many benches under one alpha, sweep a series of "
		"revisions with a step in it, bisect looks for a culprit among commits, and cost "
		"takes the time that judging needs after a "
		"block of 100 benches.",
	.options = options,
	.examples = examples,
	.hidden = true,
	.run = run,
};

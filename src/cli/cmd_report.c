#include "cli/command.h"
#include "cli/job.h"

static const struct opt options[] = {
	OUTPUT_OPTIONS,
	OUTPUT_PROFILES,
	OPT_END,
};

static int
run(struct app *app, int *ret_exit, struct err *err)
{
	*ret_exit = 0;
	app->pages = true;
	if (app->args.operands.n > 1)
		return err_set(err, ERR_USAGE, "report takes one sweep");
	return job_with_store(app, job_print_stored, err);
}

static const char *const usage[] = {"[OPTIONS] [SWEEP]", NULL};
static const char *const examples[] = {"What was measured last, for Jenkins or GitLab",
	"revsweep report --output junit.xml", "Sweep 12 three ways at once",
	"revsweep report 12 --report all.json --report all.html --output all.csv",
	"A page that says where the time goes, by the profiles of that folder",
	"revsweep report --profiles prof --output report.html", "A badge for a README",
	"revsweep report --output badge.svg",
	"Annotations for GitHub Actions, from a step of its own", "revsweep report --format github",
	NULL};

const struct command cmd_report = {
	.name = "report",
	.summary = "write a stored sweep in any format",
	.usage = usage,
	.description =
		"Writes the report of a stored sweep (default: the newest), judged again from the "
		"stored samples, in one or several formats. An unfinished sweep is written as far "
		"as it got. A calibration is written as text or JSON. The exit code says whether "
		"that worked, not what the sweep found.\n\n" PROFILES_HELP "\n\n" OUTPUT_HELP,
	.options = options,
	.examples = examples,
	.run = run,
};

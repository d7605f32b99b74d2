/* What `show` and `report` share: finding a stored sweep and writing it again. */
#include "cli/job.h"

#include "base/parse.h"
#include "format/profiles.h"
#include "sweep/calibrate.h"
#include "sweep/sweep.h"

#include <string.h>

int
job_find_sweep(struct app *app, struct store *store, struct store_sweep *ret, struct err *err)
{
	const char *which = app->args.operands.n ? app->args.operands.v[0] : NULL;
	struct store_sweep *list = NULL;
	size_t n = 0;
	uint64_t id = 0;

	if (which) {
		if (parse_u64(which + (*which == '#'), INT64_MAX, &id, err) < 0)
			return err_wrap(err, "which sweep");
		return store_get(store, (int64_t)id, &app->arena, ret, err);
	}
	if (store_list(store, 1, &app->arena, &list, &n, err) < 0)
		return -1;
	if (!n)
		return err_set(err, ERR_USAGE, "nothing is stored in '%s' yet", store_dir(store));
	*ret = list[0];
	return 0;
}

int
job_with_store(struct app *app,
	int (*use)(struct app *, struct store *, struct results *, struct err *), struct err *err)
{
	scoped_free char *dir = NULL;
	struct store *store = NULL;
	struct results results;

	if (app_configure(app, false, err) < 0 || app_store_dir(app, &dir, err) < 0)
		return -1;
	if (store_open(dir, STORE_READ, &store, err) < 0)
		return -1;
	results_init(&results);
	int r = use(app, store, &results, err);
	results_done(&results);
	store_close(store);
	return r;
}

static int
check_profiles(const struct app *app, const struct outputs *outputs, struct err *err)
{
	if (!app->args.profiles || outputs_detailed(outputs))
		return 0;
	return err_set(err, ERR_USAGE,
		"--profiles are shown by pages alone, and none is written: add --format html, "
		"--output FILE.html or --report FILE.html");
}

/* What the folder says of the benchmarks of the report, if one is named; in the app's arena. */
static int
add_profiles(struct app *app, struct profiles *profiles, struct report *report, struct err *err)
{
	struct profile_view *view = arena_alloc(&app->arena, 1, sizeof(*view));

	if (!app->args.profiles)
		return 0;
	if (profiles_read(app->args.profiles, profiles, err) < 0)
		return err_wrap(err, "--profiles");
	profiles_match(profiles, report->results, report->sweep, &app->arena, view);
	for (size_t i = 0; i < view->n_notes; i++)
		app_warn(app, "profiles: %s", view->notes[i]);
	report->profiles = view;
	return 0;
}

static int
fill(struct app *app, struct store *store, const struct store_sweep *sweep, bool calibration,
	struct results *results, struct outputs *outputs, struct err *err)
{
	struct calibration found;
	struct report report;
	scoped(profiles) profiles = {0};

	if (calibration) {
		if (calibrate_stored(store, sweep, results, &app->arena, &found, err) < 0)
			return -1;
		outputs_calibration(app, &found, outputs);
		return 0;
	}
	if (sweep_report_stored(store, sweep, results, &app->arena, &report, err) < 0 ||
		job_describe_culprits(app, &report, err) < 0)
		return -1;
	if (outputs_detailed(outputs) &&
		sweep_report_detail(store, sweep, &app->arena, &report, err) < 0)
		return -1;
	if (add_profiles(app, &profiles, &report, err) < 0)
		return -1;
	if (report.exit_code == 0 && sweep->exit_code == err_exit_code(ERR_UNDECIDED))
		report.exit_code = sweep->exit_code; /* it was asked to be that strict */
	outputs_report(app, &report, outputs);
	return 0;
}

int
job_print_stored(struct app *app, struct store *store, struct results *results, struct err *err)
{
	struct store_sweep sweep = {0};
	struct outputs outputs = {0};

	if (job_find_sweep(app, store, &sweep, err) < 0)
		return -1;
	bool calibration = strcmp(sweep.command, "calibrate") == 0 && sweep.exit_code == 0;
	if (outputs_choose(app, false, calibration, &outputs, err) < 0)
		return -1;
	int r = check_profiles(app, &outputs, err);
	if (r == 0)
		r = fill(app, store, &sweep, calibration, results, &outputs, err);
	if (r == 0)
		r = outputs_write(app, &outputs, err);
	outputs_done(&outputs);
	return r;
}

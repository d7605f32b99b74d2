/* Every address there is, at a glance. To add one: a function in an at_*.c, a line here. */
#include "serve_priv.h"

#include "base/parse.h"

#include <string.h>

#define HTML "text/html; charset=utf-8"
#define JSON "application/json"
#define API "/api/v1"
#define LIST "limit offset command status q"
#define PAGED "limit offset"
#define RUNS "base candidate exclude distinct"

/* Two that tell the same follow each other: the page and its data. */
static const struct route routes[] = {
	{"/", LIST, ON_STORE, 0, 0, HTML, at_sweeps_page},
	{API "/sweeps", LIST, ON_STORE, 0, 0, JSON, at_sweeps_json},
	{"/sweep/:", "", ON_SWEEP, 0, 0, HTML, at_sweep_page},
	{API "/sweep/:", "", ON_SWEEP, 0, 0, JSON, at_sweep_json},
	{API "/sweep/:/state", "", ON_MOMENT, 100, 0, JSON, at_state_json},
	{API "/sweep/:/benches", "", ON_SWEEP, 0, 0, JSON, at_benches_json},
	{"/sweep/:/bench/:", "", ON_SWEEP, 0, 0, HTML, at_bench_page},
	{API "/sweep/:/bench/:", "", ON_SWEEP, 0, 0, JSON, at_bench_json},
	{"/sweep/:/charts", "", ON_SWEEP, 0, CHARTS, HTML, at_charts_page},
	{"/sweep/:/launches", PAGED, ON_SWEEP, 0, 0, HTML, at_launches_page},
	{API "/sweep/:/launches", PAGED, ON_SWEEP, 0, 0, JSON, at_launches_json},
	{"/sweep/:/timeline", "", ON_SWEEP, 0, 0, HTML, at_timeline_page},
	{API "/sweep/:/timeline", "", ON_SWEEP, 0, 0, JSON, at_timeline_json},
	{"/sweep/:/log/:", "", ON_MOMENT, 1000, 0, HTML, at_log_page},
	{API "/sweep/:/log/:", "", ON_MOMENT, 1000, 0, JSON, at_log_json},
	{"/compare", RUNS, ON_RUNS, 0, 0, HTML, at_compare_page},
	{"/compare/charts", RUNS, ON_RUNS, 0, CHARTS, HTML, at_compare_charts},
	{API "/compare", RUNS, ON_RUNS, 0, 0, JSON, at_compare_json},
	{"/builds", "", ON_MOMENT, 10000, STORELESS, HTML, at_builds_page},
	{API "/builds", "", ON_MOMENT, 10000, STORELESS, JSON, at_builds_json},
	{"/machine", "", ON_MOMENT, 1000, STORELESS, HTML, at_machine_page},
	{API "/machine", "", ON_MOMENT, 1000, STORELESS, JSON, at_machine_json},
	{"/health", "", ON_STORE, 0, 0, HTML, at_health_page},
	{API "/health", "", ON_STORE, 0, 0, JSON, at_health_json},
	{"/charts.js", "", ON_PROGRAM, 0, STORELESS, "text/javascript; charset=utf-8",
		at_charts_script},
	{"/charts.css", "", ON_PROGRAM, 0, STORELESS, "text/css; charset=utf-8", at_charts_style},
	{"/style.css", "", ON_PROGRAM, 0, STORELESS, "text/css; charset=utf-8", at_style},
};

const struct route *
route_find(const char *path, int64_t ret[TARGET_NUMBERS_MAX])
{
	for (size_t i = 0; i < ARRAY_LEN(routes); i++)
		if (target_match(routes[i].path, path, ret))
			return &routes[i];
	return NULL;
}

static bool
is_known(const char *params, const char *name)
{
	size_t n = strlen(name);

	while (*params) {
		size_t len = strcspn(params, " ");

		if (len == n && strncmp(params, name, n) == 0)
			return true;
		params += len + (params[len] == ' ');
	}
	return false;
}

int
route_check_params(const struct route *route, const struct target *target, struct err *err)
{
	for (size_t i = 0; i < target->n_params; i++)
		if (!is_known(route->params, target->params[i].name))
			return err_set(err, ERR_USAGE, "this address takes no '%s'%s%s",
				target->params[i].name, *route->params ? ", but: " : "",
				route->params);
	return 0;
}

int
asked_number(struct asked *asked, const char *name, uint64_t otherwise, uint64_t most,
	uint64_t *ret, struct err *err)
{
	const char *text = target_param(asked->target, name);

	*ret = otherwise;
	if (!text || parse_u64(text, most, ret, err) == 0)
		return 0;
	asked->malformed = true;
	return err_wrap(err, "%s", name);
}

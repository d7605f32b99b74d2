/* `revsweep simulate cost`: what deciding costs after every block. */
#include "cli/simulate.h"

#include "base/jsonw.h"

#define BENCHES 100

static int
run(struct app *app, struct err *err)
{
	struct simulate_limits limits;
	double mean_s, last_s;
	scoped(str) out = STR_INIT;
	struct jsonw w = {.out = &out, .pretty = true};

	if (simulate_limits(app, &limits, err) < 0)
		return -1;
	simulate_cost(BENCHES, limits.blocks, &mean_s, &last_s);
	if (str_eq(app->args.format, "json")) {
		jsonw_open(&w, NULL, '{');
		jsonw_int(&w, "benches", BENCHES);
		jsonw_int(&w, "blocks", limits.blocks);
		jsonw_number(&w, "mean_s", mean_s);
		jsonw_number(&w, "last_s", last_s);
		jsonw_close(&w, '}');
		str_addc(&out, '\n');
	} else {
		str_addf(&out,
			"%d open benches: %.3f ms a block on average over %u, %.3f ms in "
			"the last one\n",
			BENCHES, 1e3 * mean_s, limits.blocks, 1e3 * last_s);
	}
	return app_print(app, &out, err);
}

const struct simulate_way simulate_way_cost = {"cost", run};

/* Command-line options over the configuration, one by one. */
#include "cli/app.h"

#include "base/parse.h"
#include "base/str.h"
#include "core/metric.h"

#include <string.h>

static int
override_with(struct app *app, struct err *err)
{
	struct config *c = &app->config;
	size_t n = app->args.with.n;

	if (!n)
		return 0;
	struct recipe_pair *pairs = arena_alloc(&app->arena, c->n_with + n, sizeof(*pairs));
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		const char *text = app->args.with.v[i], *eq = strchr(text, '=');

		if (!eq || eq == text)
			return err_set(err, ERR_USAGE, "--with takes NAME=VALUE, not '%s'", text);
		pairs[count].name = arena_strndup(&app->arena, text, (size_t)(eq - text));
		pairs[count++].value = eq + 1;
	}
	for (size_t i = 0; i < c->n_with; i++) {
		bool given = false;

		for (size_t k = 0; k < n; k++)
			given |= strcmp(pairs[k].name, c->with[i].name) == 0;
		if (!given)
			pairs[count++] = c->with[i];
	}
	c->with = pairs;
	c->n_with = count;
	return 0;
}

/* --run CMD: one suite made on the spot, instead of the configured ones. */
static void
override_run(struct app *app)
{
	struct suite *suite = arena_alloc(&app->arena, 1, sizeof(*suite));

	*suite = (struct suite){
		.name = "run",
		.harness = app->args.harness ? app->args.harness : "command",
		.run = app->args.run,
		.from = FROM_DEFAULT,
		.settings = SETTINGS_INIT,
	};
	app->config.suites = suite;
	app->config.n_suites = 1;
}

/* --bench GLOB for every suite, --timeout for every launch. */
static int
override_suites(struct app *app, struct err *err)
{
	struct config *c = &app->config;
	struct suite *suites = arena_copy(&app->arena, c->suites, c->n_suites, sizeof(*suites));
	double timeout_s = 0;

	if (app->args.timeout && parse_duration(app->args.timeout, &timeout_s, err) < 0)
		return err_wrap(err, "--timeout");
	for (size_t i = 0; i < c->n_suites; i++) {
		if (app->args.benches.n) {
			vec_add(&app->args.benches, NULL);
			app->args.benches.n--;
			suites[i].select = app->args.benches.v;
		}
		if (timeout_s > 0)
			suites[i].timeout_s = timeout_s;
	}
	c->suites = suites;
	return 0;
}

static int
override_blocks(const char *text, struct measure *m, struct err *err)
{
	const char *dots = strstr(text, "..");
	scoped_free char *first = dots ? xstrndup(text, (size_t)(dots - text)) : xstrdup(text);
	uint64_t low = 0, high = 0;

	if (parse_u64(first, 100000, &low, err) < 0 ||
		parse_u64(dots ? dots + 2 : text, 100000, &high, err) < 0)
		return err_wrap(err, "--blocks");
	if (low == 0 || high < low)
		return err_set(err, ERR_USAGE, "--blocks takes N or MIN..MAX, not '%s'", text);
	m->blocks_min = (unsigned)low;
	m->blocks_max = (unsigned)high;
	return 0;
}

#define CPUS_MAX 1023 /* as many as an affinity mask holds */

/* The place of a word among those there are. */
static int
choose(const char *text, const char *option, const char *const *words, size_t *ret, struct err *err)
{
	scoped(str) list = STR_INIT;

	for (size_t i = 0; words[i]; i++) {
		if (strcmp(words[i], text) == 0) {
			*ret = i;
			return 0;
		}
		str_addf(&list, "%s%s", !i ? "" : words[i + 1] ? ", " : " or ", words[i]);
	}
	return err_set(err, ERR_USAGE, "%s is %s, not '%s'", option, list.p, text);
}

static int
override_measure(struct app *app, struct err *err)
{
	struct measure *m = &app->config.measure;
	const struct args *a = &app->args;
	size_t order = 0, inconclusive = 0;
	uint64_t pin = 0;

	if (a->metrics && metric_list_parse(a->metrics, &app->arena, &m->metrics, err) < 0)
		return err_wrap(err, "--metrics");
	if (a->passes && passes_parse(a->passes, &m->passes, err) < 0)
		return err_wrap(err, "--passes");
	if (a->budget && parse_duration(a->budget, &m->budget_s, err) < 0)
		return err_wrap(err, "--budget");
	if (a->blocks && override_blocks(a->blocks, m, err) < 0)
		return -1;
	if (a->alpha && parse_double(a->alpha, &m->alpha, err) < 0)
		return err_wrap(err, "--alpha");
	if (a->order && choose(a->order, "--order", order_names, &order, err) < 0)
		return -1;
	if (a->inconclusive && choose(a->inconclusive, "--inconclusive", inconclusive_names,
				       &inconclusive, err) < 0)
		return -1;
	if (a->pin && parse_u64(a->pin, CPUS_MAX, &pin, err) < 0)
		return err_wrap(err, "--pin");
	if (a->rebuilds && rebuilds_parse(a->rebuilds, &m->rebuilds, err) < 0)
		return err_wrap(err, "--rebuilds");
	if (a->duet && a->order && order != ORDER_DUET)
		return err_set(err, ERR_USAGE, "--duet is --order duet, not --order %s", a->order);
	if (a->order || a->duet)
		m->order = a->duet ? ORDER_DUET : (enum order)order;
	if (a->inconclusive || a->strict)
		m->inconclusive = a->strict ? INCONCLUSIVE_FAIL : (enum inconclusive)inconclusive;
	if (a->pin)
		m->pin = (int)pin;
	m->improvements = m->improvements || a->improvements;
	if (m->alpha <= 0 || m->alpha >= 1)
		return err_set(err, ERR_USAGE, "--alpha is a probability between 0 and 1");
	return 0;
}

static int
override_gates(struct app *app, struct err *err)
{
	size_t n = app->args.fail.n;
	struct gate *gates = arena_alloc(&app->arena, n, sizeof(*gates));

	for (size_t i = 0; i < n; i++)
		if (gate_parse(app->args.fail.v[i], NULL, &app->arena, &gates[i], err) < 0)
			return err_wrap(err, "--fail");
	if (n) {
		app->config.gates = gates;
		app->config.n_gates = n;
	}
	return 0;
}

static int
override_isolation(struct app *app, struct err *err)
{
	static const enum isolation levels[] = {
		ISOLATION_NONE, ISOLATION_PREFIX, ISOLATION_SANDBOX};
	const char *name = app->args.isolation;
	bool known = !name;

	for (size_t i = 0; name && i < ARRAY_LEN(levels); i++) {
		if (strcmp(isolation_name(levels[i]), name) == 0) {
			app->config.isolation = levels[i];
			known = true;
		}
	}
	if (!known)
		return err_set(err, ERR_USAGE, "--isolation is none or prefix, not '%s'", name);
	if (app->config.isolation == ISOLATION_SANDBOX)
		return err_set(err, ERR_ENVIRONMENT,
			"isolation 'sandbox' is not available in this version; 'prefix' is");
	return 0;
}

int
app_override(struct app *app, struct err *err)
{
	if (app->args.recipe) {
		app->config.recipe_name = app->args.recipe;
		app->config.inline_recipe = NULL;
	}
	if (app->args.run)
		override_run(app);
	if (override_with(app, err) < 0)
		return -1;
	if (override_suites(app, err) < 0)
		return -1;
	if (override_measure(app, err) < 0)
		return -1;
	if (override_gates(app, err) < 0)
		return -1;
	return override_isolation(app, err);
}

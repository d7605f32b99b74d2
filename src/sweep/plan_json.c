/* The plan as JSON. */
#include "sweep/plan.h"

#include "base/jsonw.h"

static void
json_pairs(struct jsonw *w, const char *key, const struct recipe_pair *pairs, size_t n)
{
	jsonw_open(w, key, '{');
	for (size_t i = 0; i < n; i++)
		jsonw_text(w, pairs[i].name, pairs[i].value);
	jsonw_close(w, '}');
}

static void
json_settings(struct jsonw *w, const struct settings *s)
{
	jsonw_open(w, "settings", '{');
	jsonw_text(w, "timer", s->timer);
	jsonw_number(w, "min_time", s->min_time_s);
	jsonw_number(w, "max_time", s->max_time_s);
	jsonw_int(w, "min_rounds", s->min_rounds);
	jsonw_int(w, "calibration_precision", s->calibration_precision);
	jsonw_int(w, "warmup", s->warmup);
	jsonw_int(w, "warmup_iterations", s->warmup_iterations);
	jsonw_int(w, "disable_gc", s->disable_gc);
	jsonw_close(w, '}');
}

static void
json_suite(struct jsonw *w, const struct plan_suite *ps)
{
	const struct suite *s = ps->suite;

	jsonw_open(w, NULL, '{');
	jsonw_text(w, "name", ps->title);
	if (ps->pass != PASS_TIME)
		jsonw_text(w, "pass", metric_pass_name(ps->pass));
	jsonw_text(w, "harness", s->harness);
	jsonw_text(w, "run", s->run);
	jsonw_texts(w, "paths", s->paths);
	jsonw_texts(w, "args", s->args);
	jsonw_texts(w, "select", s->select);
	jsonw_texts(w, "include", s->include);
	jsonw_text(w, "from", suite_from_name(s->from));
	jsonw_text(w, "cwd", s->cwd);
	jsonw_number(w, "timeout", s->timeout_s);
	json_pairs(w, "env", s->env, s->n_env);
	json_settings(w, &ps->settings);
	jsonw_close(w, '}');
}

static void
json_rev(struct jsonw *w, const struct rev *rev, const struct recipe *recipe)
{
	jsonw_open(w, NULL, '{');
	jsonw_text(w, "label", rev->label);
	jsonw_text(w, "spec", rev->spec);
	jsonw_text(w, "id", rev->id);
	jsonw_text(w, "tree", rev->tree_id);
	jsonw_text(w, "path", rev->path);
	jsonw_text(w, "subject", rev->subject);
	jsonw_int(w, "date", rev->date);
	jsonw_text(w, "recipe", recipe->name);
	jsonw_open(w, "steps", '{');
	for (size_t i = 0; i < recipe->n_steps; i++)
		if (recipe_step_runs(&recipe->steps[i], rev->kind == REVSPEC_VERSION))
			jsonw_text(w, recipe->steps[i].name, recipe->steps[i].script);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

void
plan_write(const struct plan *plan, struct jsonw *w)
{
	const struct config *config = plan->config;

	terms_write(&plan->terms, w);
	jsonw_text(w, "digest", plan->digest);
	jsonw_int(w, "seed", (int64_t)plan->seed);
	jsonw_number(w, "budget", config->measure.budget_s);
	jsonw_int(w, "blocks_min", config->measure.blocks_min);
	jsonw_int(w, "blocks_max", config->measure.blocks_max);
	jsonw_int(w, "pin", config->measure.pin);
	jsonw_texts(w, "metrics", config->measure.metrics);
	if (config->measure.passes)
		jsonw_int(w, "passes", config->measure.passes);
	json_pairs(w, "with", config->with, config->n_with);
	json_pairs(w, "env", config->env, config->n_env);
	jsonw_texts(w, "pass_env", config->pass_env);
	jsonw_open(w, "revs", '[');
	for (size_t i = 0; i < plan->n_revs; i++)
		json_rev(w, &plan->revs[i], &plan->recipes[i]);
	jsonw_close(w, ']');
	jsonw_open(w, "suites", '[');
	for (size_t i = 0; i < plan->n_suites; i++)
		json_suite(w, &plan->suites[i]);
	jsonw_close(w, ']');
}

void
plan_json(const struct plan *plan, struct str *out)
{
	struct jsonw w = {.out = out, .pretty = true};

	jsonw_open(&w, NULL, '{');
	plan_write(plan, &w);
	jsonw_close(&w, '}');
	str_addc(out, '\n');
}

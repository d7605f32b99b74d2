/* What makes two builds the same. */
#include "internal.h"

#include "ext/digest.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define KEY_FORMAT "revsweep build 1"

static void
add_texts(struct digest *d, const char *const *texts)
{
	for (; texts && *texts; texts++)
		digest_add_text(d, *texts);
	digest_add_text(d, NULL);
}

static void
add_pairs(struct digest *d, const struct recipe_pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		digest_add_text(d, pairs[i].name);
		digest_add_text(d, pairs[i].value);
	}
	digest_add_text(d, NULL);
}

static void
add_passed(struct digest *d, const char *const *names)
{
	for (; names && *names; names++) {
		digest_add_text(d, *names);
		digest_add_text(d, getenv(*names));
	}
	digest_add_text(d, NULL);
}

/* Everything of a recipe that reaches a build or a launch; not how it is found or described. */
static void
add_recipe(struct digest *d, const struct recipe *recipe, bool is_version)
{
	char timeout[40];

	digest_add_text(d, recipe->name);
	add_texts(d, recipe->needs);
	add_pairs(d, recipe->env, recipe->n_env);
	for (size_t i = 0; i < recipe->n_steps; i++) {
		if (!recipe_step_runs(&recipe->steps[i], is_version))
			continue;
		digest_add_text(d, recipe->steps[i].name);
		digest_add_text(d, recipe->steps[i].script);
	}
	digest_add_text(d, NULL);
	add_pairs(d, recipe->provides, recipe->n_provides);
	digest_add_text(d, recipe->verify);
	snprintf(timeout, sizeof(timeout), "%.3f", recipe->timeout_s);
	digest_add_text(d, timeout);
}

static bool
text_uses(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = text ? strchr(text, '$') : NULL; p; p = strchr(p + 1, '$')) {
		const char *q = p + 1 + (p[1] == '{');

		if (strncmp(q, name, n) == 0 && !isalnum((unsigned char)q[n]) && q[n] != '_')
			return true;
	}
	return false;
}

/* Whether a script looks at a variable that differs between revisions of the same content. */
bool
recipe_uses(const struct build_request *request, const char *name)
{
	const struct recipe *recipe = request->recipe;
	bool is_version = request->rev->kind == REVSPEC_VERSION;
	bool uses = text_uses(recipe->verify, name);

	for (size_t i = 0; i < recipe->n_steps; i++)
		uses |= recipe_step_runs(&recipe->steps[i], is_version) &&
			text_uses(recipe->steps[i].script, name);
	for (size_t i = 0; i < recipe->n_env; i++)
		uses |= text_uses(recipe->env[i].value, name);
	for (size_t i = 0; i < request->n_env; i++)
		uses |= text_uses(request->env[i].value, name);
	return uses;
}

/* The plain layout adds nothing: its keys are what they were before there were others. */
static void
add_layout(struct digest *d, unsigned layout)
{
	char number[32];

	if (layout == 0)
		return;
	snprintf(number, sizeof(number), "%u", layout);
	digest_add_text(d, "layout");
	digest_add_text(d, number);
	digest_add(d, layout_sh, layout_sh_size);
}

int
key_compute(const struct build_request *request, const struct recipe_pair *params,
	struct arena *arena, char ret[65], struct err *err)
{
	struct digest *d = digest_new();
	struct utsname host;
	struct env env;

	step_env(request, params, NULL, &env);
	digest_add_text(d, KEY_FORMAT);
	digest_add_text(d, request->rev->tree_id);
	add_recipe(d, request->recipe, request->rev->kind == REVSPEC_VERSION);
	add_pairs(d, params, request->recipe->n_params);
	add_passed(d, request->recipe->pass_env);
	add_passed(d, request->pass_env);
	add_pairs(d, request->env, request->n_env);
	digest_add_text(d, recipe_uses(request, "REV") ? request->rev->id : NULL);
	digest_add_text(d, recipe_uses(request, "VERSION") ? env_get(&env, "VERSION") : NULL);
	digest_add_text(d, uname(&host) == 0 ? host.machine : NULL);
	digest_add_text(d, isolation_name(request->isolation));
	digest_add_text(d, request->cache);
	add_layout(d, request->layout);
	int r = tools_identify(request, params, &env, arena, d, err);
	env_done(&env);
	char hex[DIGEST_HEX];
	digest_finish(d, hex);
	if (r == 0)
		memcpy(ret, hex, DIGEST_HEX);
	return r;
}

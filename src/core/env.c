#include "core/env.h"

#include "base/str.h"

#include <string.h>

void
env_init(struct env *env, const char *home, const char *tmp)
{
	memset(env, 0, sizeof(*env));
	env_set(env, "PATH", "/usr/local/bin:/usr/bin:/bin");
	env_set(env, "HOME", home);
	env_set(env, "TMPDIR", tmp);
	env_set(env, "LANG", "C.UTF-8");
	env_set(env, "LC_ALL", "C.UTF-8");
	env_set(env, "TZ", "UTC");
	env_set(env, "USER", "bench");
	env_set(env, "LOGNAME", "bench");
	env_set(env, "SHELL", "/bin/sh");
	env_set(env, "TERM", "dumb");
}

void
env_done(struct env *env)
{
	vec_done(&env->list);
	arena_done(&env->arena);
}

static size_t
find(const struct env *env, const char *name)
{
	size_t k = strlen(name), i = 0;

	while (i < env->list.n &&
		!(strncmp(env->list.v[i], name, k) == 0 && env->list.v[i][k] == '='))
		i++;
	return i;
}

void
env_set(struct env *env, const char *name, const char *value)
{
	size_t i = find(env, name);
	const char *entry = arena_printf(&env->arena, "%s=%s", name, value);

	if (i < env->list.n)
		env->list.v[i] = entry;
	else
		vec_add(&env->list, entry);
}

const char *
env_get(const struct env *env, const char *name)
{
	size_t i = find(env, name);

	return i < env->list.n ? env->list.v[i] + strlen(name) + 1 : NULL;
}

bool
env_is_path(const char *name)
{
	return str_ends(name, "PATH");
}

void
env_prepend(struct env *env, const char *name, const char *value)
{
	const char *old = env_get(env, name);

	if (old && *old)
		value = arena_printf(&env->arena, "%s:%s", value, old);
	env_set(env, name, value);
}

void
env_pass(struct env *env, const char *const *names)
{
	for (; names && *names; names++) {
		const char *value = getenv(*names);
		if (value)
			env_set(env, *names, value);
	}
}

/* ${NAME} replaced by what env has for it. */
static const char *
expand(struct env *env, const char *value)
{
	scoped(str) out = STR_INIT;

	for (const char *p = value; *p;) {
		const char *end = str_starts(p, "${") ? strchr(p, '}') : NULL;

		if (!end) {
			str_addc(&out, *p++);
			continue;
		}
		const char *name = arena_strndup(&env->arena, p + 2, (size_t)(end - p - 2));
		const char *got = env_get(env, name);
		str_add(&out, got ? got : "");
		p = end + 1;
	}
	return arena_strdup(&env->arena, out.p);
}

void
env_set_pairs(struct env *env, const struct recipe_pair *pairs, size_t n, bool provide)
{
	for (size_t i = 0; i < n; i++) {
		const char *value = expand(env, pairs[i].value);

		if (provide && env_is_path(pairs[i].name))
			env_prepend(env, pairs[i].name, value);
		else
			env_set(env, pairs[i].name, value);
	}
}

const char *const *
env_list(struct env *env)
{
	vec_add(&env->list, NULL);
	env->list.n--;
	return env->list.v;
}

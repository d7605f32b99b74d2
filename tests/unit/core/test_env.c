#include "core/env.h"

#include "../check_main.h"

#include <string.h>

START_TEST(an_allow_list)
{
	struct env env;

	setenv("REVSWEEP_CANARY", "secret", 1);
	setenv("LD_LIBRARY_PATH", "/evil", 1);
	setenv("LIBRARY_PATH", "/evil", 1);
	env_init(&env, "/h", "/t");
	static const char *const expected[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/h",
		"TMPDIR=/t", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC", "USER=bench",
		"LOGNAME=bench", "SHELL=/bin/sh", "TERM=dumb", NULL};
	const char *const *list = env_list(&env);
	size_t n = 0;

	for (; list[n]; n++)
		ck_assert_str_eq(list[n], expected[n]);
	ck_assert_uint_eq(n, ARRAY_LEN(expected) - 1);
	env_done(&env);
}
END_TEST

START_TEST(set_get_prepend)
{
	struct env env;

	env_init(&env, "/h", "/t");
	ck_assert_ptr_null(env_get(&env, "A"));
	env_set(&env, "AB", "2");
	env_set(&env, "A", "1");
	ck_assert_str_eq(env_get(&env, "A"), "1");
	env_set(&env, "A", "x=y");
	ck_assert_str_eq(env_get(&env, "A"), "x=y");
	ck_assert_str_eq(env_get(&env, "AB"), "2");
	env_prepend(&env, "PATH", "/p/bin");
	ck_assert_str_eq(env_get(&env, "PATH"), "/p/bin:/usr/local/bin:/usr/bin:/bin");
	env_prepend(&env, "PYTHONPATH", "/p/lib");
	ck_assert_str_eq(env_get(&env, "PYTHONPATH"), "/p/lib");
	ck_assert(env_is_path("LD_LIBRARY_PATH"));
	ck_assert(!env_is_path("PATHS"));
	env_done(&env);
}
END_TEST

START_TEST(passes_what_is_named)
{
	static const char *const names[] = {"RS_GIVEN", "RS_ABSENT", NULL};
	struct env env;

	setenv("RS_GIVEN", "v", 1);
	unsetenv("RS_ABSENT");
	env_init(&env, "/h", "/t");
	env_pass(&env, names);
	env_pass(&env, NULL);
	ck_assert_str_eq(env_get(&env, "RS_GIVEN"), "v");
	ck_assert_ptr_null(env_get(&env, "RS_ABSENT"));
	env_done(&env);
}
END_TEST

START_TEST(pairs_are_expanded)
{
	static const struct recipe_pair pairs[] = {{"PATH", "${PREFIX}/bin"},
		{"BOTH", "${PREFIX}:${MISSING}:$HOME:${HOME"}, {"NEXT", "<${BOTH}>"}};
	struct env env;

	env_init(&env, "/h", "/t");
	env_set(&env, "PREFIX", "/pre");
	env_set_pairs(&env, pairs, ARRAY_LEN(pairs), true);
	ck_assert_str_eq(env_get(&env, "PATH"), "/pre/bin:/usr/local/bin:/usr/bin:/bin");
	ck_assert_str_eq(env_get(&env, "BOTH"), "/pre::$HOME:${HOME");
	ck_assert_str_eq(env_get(&env, "NEXT"), "</pre::$HOME:${HOME>");
	env_set_pairs(&env, pairs, 1, false);
	ck_assert_str_eq(env_get(&env, "PATH"), "/pre/bin");
	env_done(&env);
}
END_TEST

TEST_SUITE("core/env", an_allow_list, set_get_prepend, passes_what_is_named, pairs_are_expanded)

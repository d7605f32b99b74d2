#include "serve/target.h"

#include "../check_main.h"

#include <string.h>

static bool
parses(const char *text, struct arena *arena, struct target *ret)
{
	struct err err = ERR_INIT;

	if (target_parse(text, arena, ret, &err) == 0)
		return true;
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert(err.text[0]);
	return false;
}

START_TEST(words_and_parameters)
{
	struct arena a = ARENA_INIT;
	struct target t;

	ck_assert(parses("/", &a, &t));
	ck_assert_str_eq(t.path, "/");
	ck_assert(parses("/?", &a, &t) && t.n_params == 0);
	ck_assert(parses("/sweep/12/bench/3?limit=50&q=a%20b%2Fc+d%C3%A9&empty=", &a, &t));
	ck_assert_str_eq(t.path, "/sweep/12/bench/3");
	ck_assert_uint_eq(t.n_params, 3);
	ck_assert_str_eq(target_param(&t, "limit"), "50");
	ck_assert_str_eq(target_param(&t, "q"), "a b/c d\xc3\xa9");
	ck_assert_str_eq(target_param(&t, "empty"), "");
	ck_assert_ptr_null(target_param(&t, "other"));
	ck_assert(parses("/compare?base=1:v1&candidate=2&candidate=3", &a, &t));
	ck_assert_str_eq(target_param(&t, "candidate"), "2");
	ck_assert_str_eq(t.params[2].value, "3");
	arena_done(&a);
}
END_TEST

static const char *const refused[] = {"", "sweep", "http://127.0.0.1/", "*", "//", "/sweep/",
	"/sweep//1", "/.", "/..", "/../etc/passwd", "/sweep/../../etc/passwd", "/.git/config",
	"/sweep/.hidden", "/%2e%2e/%2e%2e/etc/passwd", "/%252e%252e/", "/..%2f..%2f", "/..\\..\\",
	"/sweep\\1", "/sweep/1;x=y", "/sweep/1#x", "/Sweep", "/sw eep", "/\xc0\xae\xc0\xae/",
	"/\xe0\x80\xaf", "/\x01", "/\x7f", "/a%00b", "/?a", "/?=1", "/?a=1&", "/?&a=1", "/?a=%",
	"/?a=%4", "/?a=%zz", "/?a=%00", "/?a=%0a", "/?a=%c0%ae", "/?a=%ff", "/?a=%ed%a0%80",
	"/?a=\xff", "/?A=1", "/?a b=1", "/?a=1;b=2&c", "/?a%3d=1"};

START_TEST(everything_else_is_refused)
{
	struct arena a = ARENA_INIT;
	struct target t;

	ck_assert_msg(!parses(refused[_i], &a, &t), "%s", refused[_i]);
	arena_done(&a);
}
END_TEST

START_TEST(there_are_limits)
{
	struct arena a = ARENA_INIT;
	scoped(str) text = STR_INIT;
	struct target t;

	str_add(&text, "/?q=");
	while (text.n < TARGET_MAX)
		str_addc(&text, 'x');
	ck_assert(parses(text.p, &a, &t));
	str_addc(&text, 'x');
	ck_assert(!parses(text.p, &a, &t));
	str_clear(&text);
	str_add(&text, "/?a=1");
	for (int i = 1; i < TARGET_PARAMS_MAX; i++)
		str_add(&text, "&a=1");
	ck_assert(parses(text.p, &a, &t) && t.n_params == TARGET_PARAMS_MAX);
	str_add(&text, "&a=1");
	ck_assert(!parses(text.p, &a, &t));
	arena_done(&a);
}
END_TEST

START_TEST(patterns)
{
	int64_t n[TARGET_NUMBERS_MAX] = {-1, -1};

	ck_assert(target_match("/", "/", n));
	ck_assert(!target_match("/", "/x", n));
	ck_assert(!target_match("/builds", "/", n));
	ck_assert(!target_match("/builds", "/build", n));
	ck_assert(!target_match("/builds", "/buildsx", n));
	ck_assert(target_match("/sweep/:/bench/:", "/sweep/12/bench/0", n));
	ck_assert(n[0] == 12 && n[1] == 0);
	ck_assert(!target_match("/sweep/:", "/sweep/", n));
	ck_assert(!target_match("/sweep/:", "/sweep/x", n));
	ck_assert(!target_match("/sweep/:", "/sweep/1x", n));
	ck_assert(!target_match("/sweep/:", "/sweep/-1", n));
	ck_assert(!target_match("/sweep/:", "/sweep/01", n));
	ck_assert(!target_match("/sweep/:", "/sweep/1/launches", n));
	ck_assert(target_match("/sweep/:", "/sweep/900000000000000000", n));
	ck_assert(!target_match("/sweep/:", "/sweep/99999999999999999999", n));
}
END_TEST

START_TEST(what_is_encoded_comes_back)
{
	static const char text[] = "a b&c=d/%\xc3\xa9:V1.4+x#?\"'<>";
	struct arena a = ARENA_INIT;
	scoped(str) url = STR_INIT;
	struct target t;

	str_add(&url, "/?q=");
	target_encode(&url, text);
	ck_assert(parses(url.p, &a, &t));
	ck_assert_str_eq(target_param(&t, "q"), text);
	arena_done(&a);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("serve/target");
	TCase *tcase = tcase_create("all");

	tcase_add_test(tcase, words_and_parameters);
	tcase_add_loop_test(tcase, everything_else_is_refused, 0, (int)ARRAY_LEN(refused));
	tcase_add_test(tcase, there_are_limits);
	tcase_add_test(tcase, patterns);
	tcase_add_test(tcase, what_is_encoded_comes_back);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

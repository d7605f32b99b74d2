#include "harness_test.h"

START_TEST(every_harness_is_whole_and_found)
{
	struct err err = ERR_INIT;
	size_t n = 0;
	const struct harness *const *all = harness_all(&n);

	ck_assert_uint_ge(n, 5);
	for (size_t i = 0; i < n; i++) {
		const struct harness *found = NULL;
		ck_assert_int_eq(harness_find(all[i]->name, &found, &err), 0);
		ck_assert_ptr_eq(found, all[i]);
		ck_assert(all[i]->check && all[i]->unsupported && all[i]->command && all[i]->read);
		ck_assert(all[i]->summary && *all[i]->summary);
	}
}
END_TEST

START_TEST(unknown_name_gets_a_suggestion)
{
	struct err err = ERR_INIT;
	const struct harness *found = NULL;

	ck_assert_int_eq(harness_find("pytest-benchmrk", &found, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, "did you mean 'pytest-benchmark'"), "%s", err.text);
	ck_assert_int_eq(harness_find("zork", &found, &err), -1);
	ck_assert_msg(strstr(err.text, "known are asv, command, "), "%s", err.text);
	ck_assert_ptr_null(found);
}
END_TEST

START_TEST(what_a_suite_must_have)
{
	static const char *const paths[] = {"tests", NULL};
	static const char *const with_run[] = {
		"command", "google-benchmark", "jmh", "lines", "nanobench", "predicate"};
	struct err err = ERR_INIT;
	const struct harness *h = NULL;

	for (size_t i = 0; i < ARRAY_LEN(with_run); i++) {
		struct suite suite = {.name = "s", .harness = with_run[i], .paths = paths};
		ck_assert_int_eq(harness_find(with_run[i], &h, &err), 0);
		ck_assert_int_eq(h->check(&suite, &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		suite.run = " \n";
		ck_assert_int_eq(h->check(&suite, &err), -1);
		suite.run = "./bench";
		ck_assert_int_eq(h->check(&suite, &err), 0);
	}
	struct suite suite = {.name = "s", .harness = "pytest-benchmark", .run = "pytest"};
	ck_assert_int_eq(harness_find("pytest-benchmark", &h, &err), 0);
	ck_assert_int_eq(h->check(&suite, &err), -1);
	ck_assert_msg(strstr(err.text, "paths"), "%s", err.text);
	suite.paths = paths;
	ck_assert_int_eq(h->check(&suite, &err), 0);
}
END_TEST

TEST_SUITE("harness/harness", every_harness_is_whole_and_found, unknown_name_gets_a_suggestion,
	what_a_suite_must_have)

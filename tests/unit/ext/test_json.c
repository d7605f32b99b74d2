#include "ext/json.h"

#include "base/str.h"

#include "../check_main.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct json *
parsed(const char *text)
{
	struct err err = ERR_INIT;
	struct json *doc = NULL;

	ck_assert_msg(json_parse(text, strlen(text), &doc, &err) == 0, "%s: %s", text, err.text);
	return doc;
}

static double
number_of(const char *text)
{
	struct json *doc = parsed(text);
	ck_assert(json_is_number(json_root(doc)));
	double v = json_number(json_root(doc));
	json_free(doc);
	return v;
}

static void
refused(const char *text, size_t n, const char *part)
{
	struct err err = ERR_INIT;
	struct json *doc = NULL;

	ck_assert_msg(json_parse(text, n, &doc, &err) == -1, "accepted: %s", text);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_ptr_null(doc);
	ck_assert_msg(strstr(err.text, part) != NULL, "%s: '%s' lacks '%s'", text, err.text, part);
}

START_TEST(numbers_that_json_lacks)
{
	ck_assert(isnan(number_of("NaN")));
	ck_assert(isnan(number_of("-NaN")));
	ck_assert(isinf(number_of("Infinity")) && number_of("Infinity") > 0);
	ck_assert(isinf(number_of("-Infinity")) && number_of("-Infinity") < 0);
	ck_assert(isinf(number_of("1e999")) && isinf(number_of("1E+400")));
	ck_assert(isinf(number_of("-1e999")) && number_of("-1e999") < 0);
	ck_assert_double_eq(number_of("1e-999"), 0);
	ck_assert(signbit(number_of("-0.0")) && signbit(number_of("-0")));
}
END_TEST

START_TEST(whole_numbers_of_any_size)
{
	char long_number[500] = "1";

	ck_assert_double_eq(number_of("9007199254740993"), 9007199254740992.0);
	ck_assert_double_eq(number_of("9223372036854775807"), 9223372036854775807.0);
	ck_assert_double_eq(number_of("9223372036854775808"), 9223372036854775808.0);
	ck_assert_double_eq(number_of("-18446744073709551616"), -18446744073709551616.0);
	memset(long_number + 1, '0', 308);
	ck_assert_double_eq(number_of(long_number), 1e308);
	memset(long_number + 1, '0', 498);
	ck_assert(isinf(number_of(long_number)));
}
END_TEST

/* The largest doubles stand for NaN and infinity inside: a document that holds them keeps finite
 * numbers. */
START_TEST(largest_doubles_stay_finite)
{
	static const char *const texts[] = {"1.7976931348623157e308", "1.7976931348623155e308",
		"1.7976931348623157E+308", "-1.7976931348623157e308", "17976931348623157e292"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		double v = number_of(texts[i]);
		ck_assert_msg(isfinite(v) && fabs(v) > 1.79e308, "%s", texts[i]);
	}
	ck_assert_double_eq(number_of("1.7976931348623153e308"), 1.7976931348623153e308);
}
END_TEST

START_TEST(words_are_replaced_outside_strings_only)
{
	struct json *doc = parsed("{\"NaN\": \"Infinity, 1e999\", \"a\\\"NaN\": [NaN,-Infinity]}");
	const struct json_val *root = json_root(doc);

	ck_assert_str_eq(json_text(json_get(root, "NaN")), "Infinity, 1e999");
	ck_assert_uint_eq(json_length(json_get(root, "a\"NaN")), 2);
	json_free(doc);
	refused("[1NaN]", 6, "1:");
	refused("[NaNs]", 6, "1:");
	refused("{NaN: 1}", 8, "1:");
	refused("[nan]", 5, "1:");
	refused("[+1]", 4, "1:");
	refused("[01]", 4, "1:");
}
END_TEST

START_TEST(surrogates_and_nul)
{
	struct json *doc = parsed("[\"a\\ud800z\", \"\\uDC00\", \"\\ud83d\\ude00\", \"x\\u0000y\","
				  "\"\\ud800\\ud83d\\ude00\", \"\\\\ud800\", \"\\u00e9\"]");
	const struct json_val *root = json_root(doc);

	ck_assert_str_eq(json_text(json_at(root, 0)), "a\xef\xbf\xbdz");
	ck_assert_str_eq(json_text(json_at(root, 1)), "\xef\xbf\xbd");
	ck_assert_str_eq(json_text(json_at(root, 2)), "\xf0\x9f\x98\x80");
	ck_assert_str_eq(json_text(json_at(root, 3)), "x\xef\xbf\xbdy");
	ck_assert_str_eq(json_text(json_at(root, 4)), "\xef\xbf\xbd\xf0\x9f\x98\x80");
	ck_assert_str_eq(json_text(json_at(root, 5)), "\\ud800");
	ck_assert_str_eq(json_text(json_at(root, 6)), "\xc3\xa9");
	json_free(doc);
}
END_TEST

START_TEST(strict_in_all_else)
{
	static const char *const bad[] = {"", " ", "\xef\xbb\xbf{}", "{} {}", "[1,]", "{\"a\":1,}",
		"// x\n1", "['a']", "\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "[1 2]", "{",
		"[\"a", "\"\\", "\"\\u12", "\"\\ud800\\u", "tru", "\"\x01\"", "{\"a\":1"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(bad[i], strlen(bad[i]), ":");
	refused("1\0", 2, "1:2: NUL");
	refused("[1]\0 2", 6, "1:4: NUL");
	refused("\"a\0b\"", 5, "1:");
	refused("{\n \"a\": tru }", 13, "2:");
}
END_TEST

START_TEST(errors_name_the_given_text_s_column)
{
	const char *text = "[NaN, NaN, NaN, Infinity, }";
	struct err err = ERR_INIT;
	struct json *doc = NULL;

	ck_assert_int_eq(json_parse(text, strlen(text), &doc, &err), -1);
	ck_assert_msg(strncmp(err.text, "1:28:", 5) == 0 || strncmp(err.text, "1:27:", 5) == 0,
		"%s", err.text);
}
END_TEST

START_TEST(limits)
{
	scoped(str) text = STR_INIT;

	for (int i = 0; i < 64; i++)
		str_addc(&text, '[');
	for (int i = 0; i < 64; i++)
		str_addc(&text, ']');
	json_free(parsed(text.p));
	str_clear(&text);
	for (int i = 0; i < 100000; i++)
		str_addc(&text, '[');
	refused(text.p, text.n, "64 levels");
	ck_assert_uint_eq(json_length(NULL), 0);

	char *large = xmalloc(JSON_TEXT_MAX + 1);
	memset(large, ' ', JSON_TEXT_MAX + 1);
	refused(large, JSON_TEXT_MAX + 1, "16 MiB");
	memset(large, ',', JSON_TEXT_MAX);
	large[0] = '[';
	refused(large, JSON_TEXT_MAX, "values");
	free(large);
}
END_TEST

START_TEST(duplicate_keys_last_wins)
{
	struct json *doc = parsed("{\"a\": 1, \"b\": 2, \"a\": 3}");

	ck_assert_double_eq(json_number(json_get(json_root(doc), "a")), 3);
	json_free(doc);
}
END_TEST

static void
add_key(const char *key, const struct json_val *value, void *arg)
{
	str_addf(arg, "%s=%g ", key, json_number(value));
}

START_TEST(members_in_the_order_of_the_text)
{
	struct json *doc = parsed("{\"z\": 1, \"a\": 2, \"m\": 3}");
	scoped(str) seen = STR_INIT;

	json_each(json_root(doc), add_key, &seen);
	ck_assert_str_eq(seen.p, "z=1 a=2 m=3 ");
	json_each(NULL, add_key, &seen);
	json_free(doc);
}
END_TEST

START_TEST(dump_is_compact_and_sorted)
{
	struct json *doc = parsed("{ \"b\": [1, 2.5, NaN, true, null, \"x\\n\"],"
				  "\"a\": {\"d\": 12345678901234567890, \"c\": false}}");
	char *text = json_dump(json_root(doc));

	ck_assert_str_eq(text, "{\"a\":{\"c\":false,\"d\":1.2345678901234567e+19},"
			       "\"b\":[1,2.5,null,true,null,\"x\\u000a\"]}");
	free(text);
	json_free(doc);
}
END_TEST

START_TEST(other_types_and_null_are_harmless)
{
	struct json *doc = parsed("[true, \"t\", {}, []]");
	const struct json_val *root = json_root(doc);

	ck_assert_ptr_null(json_get(root, "a"));
	ck_assert_ptr_null(json_at(root, 99));
	ck_assert_ptr_null(json_at(json_at(root, 2), 0));
	ck_assert(isnan(json_number(json_at(root, 0))) && isnan(json_number(NULL)));
	ck_assert_ptr_null(json_text(root));
	ck_assert_ptr_null(json_text(NULL));
	ck_assert(json_is_true(json_at(root, 0)) && !json_is_true(json_at(root, 1)));
	ck_assert(json_is_object(json_at(root, 2)) && !json_is_object(NULL));
	ck_assert(json_is_array(json_at(root, 3)) && !json_is_array(NULL));
	ck_assert(!json_is_number(NULL));
	json_free(doc);
	json_free(NULL);
}
END_TEST

TEST_SUITE("ext/json", numbers_that_json_lacks, whole_numbers_of_any_size,
	largest_doubles_stay_finite, words_are_replaced_outside_strings_only, surrogates_and_nul,
	strict_in_all_else, errors_name_the_given_text_s_column, limits, duplicate_keys_last_wins,
	members_in_the_order_of_the_text, dump_is_compact_and_sorted,
	other_types_and_null_are_harmless)

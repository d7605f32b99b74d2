#include "base/arena.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/format.h"
#include "base/index.h"
#include "base/jsonw.h"
#include "base/parse.h"
#include "base/rng.h"
#include "base/str.h"
#include "base/suggest.h"
#include "base/vec.h"

#include "../check_main.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool
is_the_text(size_t place, const void *arg)
{
	char text[20];

	snprintf(text, sizeof(text), "%zu", place);
	return strcmp(text, arg) == 0;
}

START_TEST(an_index_finds_places)
{
	struct index index = {0};
	char text[20];

	ck_assert_uint_eq(index_find(&index, index_hash(0, "0"), is_the_text, "0"), SIZE_MAX);
	for (size_t i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "%zu", i);
		index_add(&index, index_hash(0, text), i);
	}
	for (size_t i = 0; i < 6000; i++) {
		snprintf(text, sizeof(text), "%zu", i);
		ck_assert_uint_eq(index_find(&index, index_hash(0, text), is_the_text, text),
			i < 3000 ? i : SIZE_MAX);
	}
	index_done(&index);
	ck_assert_uint_ne(
		index_hash(index_hash(0, "a"), "bc"), index_hash(index_hash(0, "ab"), "c"));
	ck_assert_uint_ne(index_hash_number(index_hash_number(0, 1), 0),
		index_hash_number(index_hash_number(0, 0), 1));
	ck_assert_uint_ne(index_hash_number(0, 1), index_hash_number(0, UINT64_C(1) << 32));
}
END_TEST

START_TEST(an_arena_can_be_used_again)
{
	struct arena arena = ARENA_INIT;

	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < 100; i++) {
			char *text = arena_printf(&arena, "%d", i);
			uint64_t *n = arena_alloc(&arena, 3, sizeof(*n));

			ck_assert_uint_eq((uintptr_t)n % _Alignof(max_align_t), 0);
			ck_assert(n[0] == 0 && n[1] == 0 && n[2] == 0);
			n[0] = n[1] = n[2] = UINT64_MAX;
			ck_assert_int_eq(atoi(text), i);
		}
		if (turn == 1)
			memset(arena_alloc(&arena, 1, 100000), 1, 100000);
		arena_reset(&arena);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(str_has_a_ceiling)
{
	struct str s;

	str_init(&s, 8);
	str_add(&s, "12345");
	str_addf(&s, "%d", 678);
	ck_assert_str_eq(s.p, "12345678");
	ck_assert(!s.full);
	str_addc(&s, '9');
	ck_assert(s.full);
	ck_assert_str_eq(s.p, "12345678");
	char *text = str_detach(&s);
	ck_assert_str_eq(text, "12345678");
	ck_assert_str_eq(s.p, "");
	free(text);
	str_init(&s, 8);
	str_addf(&s, "%s", "1234");
	str_addf(&s, "%d", 56789);
	ck_assert(s.full);
	ck_assert_str_eq(s.p, "1234");
	str_done(&s);
}
END_TEST

START_TEST(str_grows_as_it_formats)
{
	struct str s = STR_INIT;
	char digits[201];

	memset(digits, '7', 200);
	digits[200] = '\0';
	for (int i = 0; i < 5; i++)
		str_addf(&s, "%d%s", i, digits);
	ck_assert_uint_eq(s.n, 5 * 201);
	ck_assert_uint_eq(strlen(s.p), s.n);
	for (size_t i = 0; i < 5; i++) {
		ck_assert_int_eq(s.p[i * 201], '0' + (int)i);
		ck_assert_int_eq(memcmp(s.p + i * 201 + 1, digits, 200), 0);
	}
	str_done(&s);
}
END_TEST

START_TEST(err_keeps_kind_and_cuts_long_texts)
{
	struct err err = ERR_INIT;
	char longer[3000];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	ck_assert_int_eq(err_set(&err, ERR_SOURCE, "no revision '%s'", "v9"), -1);
	err_wrap(&err, "base");
	ck_assert_str_eq(err.text, "base: no revision 'v9'");
	ck_assert_int_eq(err_exit_code(err.kind), 4);
	err_wrap(&err, "%s", longer);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	errno = ENOSPC;
	err_sys(&err, ERR_STORE, "cannot write");
	ck_assert_int_eq(err_exit_code(err.kind), 7);
}
END_TEST

START_TEST(arena_serves_large_and_small)
{
	struct arena a = ARENA_INIT;
	char *small = arena_printf(&a, "%s-%d", "v", 7);
	char *large = arena_alloc(&a, 100000, 1);

	memset(large, 1, 100000);
	ck_assert_str_eq(small, "v-7");
	for (int i = 0; i < 10000; i++)
		ck_assert_uint_eq((uintptr_t)arena_alloc(&a, 1, 3) % sizeof(double), 0);
	ck_assert_str_eq(small, "v-7");
	arena_done(&a);
}
END_TEST

START_TEST(durations_and_sizes)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {{"5us", 5e-6}, {"1.5s", 1.5}, {"10m", 600}, {"2h", 7200}, {"30", 30}, {"0", 0},
		{".5ms", 5e-4}, {"5 s", 5}};
	static const char *const bad[] = {
		"", "s", "-1s", "1x", "nan", "inf", "0x10s", "1e400", "1s ", "1..2", "--1"};
	struct err err = ERR_INIT;
	double v = 0;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		ck_assert_int_eq(parse_duration(good[i].text, &v, &err), 0);
		ck_assert_double_eq_tol(v, good[i].value, 1e-15 * (1 + v));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_int_eq(parse_duration(bad[i], &v, &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
	}
	ck_assert_int_eq(parse_size("5MiB", &v, &err), 0);
	ck_assert_double_eq(v, 5 * 1048576.0);
	ck_assert_int_eq(parse_size("1kB", &v, &err), 0);
	ck_assert_double_eq(v, 1000);
	ck_assert_int_eq(parse_size("5 mib", &v, &err), -1);
}
END_TEST

START_TEST(whole_numbers)
{
	struct err err = ERR_INIT;
	uint64_t v = 7;

	ck_assert_int_eq(parse_u64("18446744073709551615", UINT64_MAX, &v, &err), 0);
	ck_assert(v == UINT64_MAX);
	ck_assert_int_eq(parse_u64("18446744073709551616", UINT64_MAX, &v, &err), -1);
	ck_assert_int_eq(parse_u64("11", 10, &v, &err), -1);
	ck_assert_int_eq(parse_u64("-1", 10, &v, &err), -1);
	ck_assert_int_eq(parse_u64("", 10, &v, &err), -1);
	ck_assert_int_eq(parse_u64(" 1", 10, &v, &err), -1);
}
END_TEST

START_TEST(numbers_for_people)
{
	char b[64];

	ck_assert_str_eq(format_duration(1.2345e-6, b, sizeof(b)), "1.23 us");
	ck_assert_str_eq(format_duration(0.045, b, sizeof(b)), "45.0 ms");
	ck_assert_str_eq(format_duration(0.9999, b, sizeof(b)), "1.00 s");
	ck_assert_str_eq(format_duration(200, b, sizeof(b)), "3m 20s");
	ck_assert_str_eq(format_duration(3900, b, sizeof(b)), "1h 05m");
	ck_assert_str_eq(format_duration(0, b, sizeof(b)), "0 s");
	ck_assert_str_eq(format_duration(NAN, b, sizeof(b)), "-");
	ck_assert_str_eq(format_size(512, b, sizeof(b)), "512 B");
	ck_assert_str_eq(format_size(1.5 * 1048576, b, sizeof(b)), "1.50 MiB");
	ck_assert_str_eq(format_change(1.082, b, sizeof(b)), "+8.2%");
	ck_assert_str_eq(format_change(0.5, b, sizeof(b)), "-50.0%");
	ck_assert_str_eq(format_change(25, b, sizeof(b)), "x25");
	ck_assert_str_eq(format_change(1, b, sizeof(b)), "0.0%");
	ck_assert_str_eq(format_change(0.9998, b, sizeof(b)), "-0.02%");
	ck_assert_str_eq(format_value(9999, "widgets", b, sizeof(b)), "9999 widgets");
	ck_assert_str_eq(format_value(12345, "widgets", b, sizeof(b)), "12.3k widgets");
	ck_assert_str_eq(format_value(-999600, "", b, sizeof(b)), "-1M");
	ck_assert_str_eq(format_value(1e300, "x", b, sizeof(b)), "1e+288T x");
	ck_assert_str_eq(format_json_number(0.1, b, sizeof(b)), "0.1");
	ck_assert_str_eq(format_json_number(INFINITY, b, sizeof(b)), "null");
	/* Digests are made of these texts: each number has one spelling, for ever. */
	ck_assert_str_eq(format_json_number(0, b, sizeof(b)), "0");
	ck_assert_str_eq(format_json_number(-0.0, b, sizeof(b)), "-0");
	ck_assert_str_eq(format_json_number(-42, b, sizeof(b)), "-42");
	ck_assert_str_eq(format_json_number(999999999999999, b, sizeof(b)), "999999999999999");
	ck_assert_str_eq(format_json_number(1e15, b, sizeof(b)), "1e+15");
	ck_assert_str_eq(format_json_number(1e300, b, sizeof(b)), "1e+300");
	ck_assert_str_eq(format_json_number(1.0 / 3, b, sizeof(b)), "0.3333333333333333");
}
END_TEST

START_TEST(nothing_foreign_reaches_a_terminal)
{
	struct str s = STR_INIT;
	const char text[] = "a\x1b[31m\n\x7f\xc2\x9b\xff\xc0\xaf\xed\xa0\x80\xe2\x80\xae.\xc3\xa9";

	escape_terminal(&s, text, sizeof(text) - 1);
	ck_assert_str_eq(s.p, "a\\x1b[31m\\x0a\\x7f\\u{009b}\\xff\\xc0\\xaf\\xed\\xa0\\x80"
			      "\\u{202e}.\xc3\xa9");
	str_clear(&s);
	escape_json(&s, "q\"\\\n\x01\xff");
	ck_assert_str_eq(s.p, "\"q\\\"\\\\\\u000a\\u0001\\ufffd\"");
	str_clear(&s);
	escape_json(&s, "plain \xc3\xa9 plain~\x7f");
	ck_assert_str_eq(s.p, "\"plain \xc3\xa9 plain~\\u007f\"");
	str_clear(&s);
	escape_json(&s, "");
	ck_assert_str_eq(s.p, "\"\"");
	str_clear(&s);
	escape_json(&s, "\xc2\x9b\xe2\x80\xae\xc3\xa9");
	ck_assert_str_eq(s.p, "\"\\u009b\\u202e\xc3\xa9\"");
	str_clear(&s);
	escape_csv(&s, "=1+1");
	ck_assert_str_eq(s.p, "\"'=1+1\"");
	str_clear(&s);
	escape_csv(&s, "a,\"b\"");
	ck_assert_str_eq(s.p, "\"a,\"\"b\"\"\"");
	str_clear(&s);
	escape_markdown(&s, "a|b`<i>");
	ck_assert_str_eq(s.p, "a&#124;b&#96;&#60;i&#62;");
	str_clear(&s);
	escape_html(&s, "<a href='x\" &amp;\x1b\xff>\u00e9");
	ck_assert_str_eq(s.p, "&#60;a href=&#39;x&#34; &#38;amp;\\x1b\\xff&#62;\u00e9");
	str_clear(&s);
	escape_markdown(&s, "a::b http://x www.x w.x");
	ck_assert_str_eq(s.p, "a::b http&#58;//x www&#46;x w.x");
	str_done(&s);
}
END_TEST

START_TEST(formulas_become_texts_and_come_back)
{
	static const char *const texts[][2] = {{"-1", "\"'-1\""}, {"'-1", "\"''-1\""},
		{"''@x", "\"'''@x\""}, {"'x", "'x"}, {"a=b", "a=b"}, {"\uff1dx", "\"'\uff1dx\""},
		{"\nx", "\"'\nx\""}, {"", ""}};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		scoped(str) s = STR_INIT;

		escape_csv(&s, texts[i][0]);
		ck_assert_str_eq(s.p, texts[i][1]);
	}
}
END_TEST

START_TEST(xml_holds_any_bytes)
{
	scoped(str) s = STR_INIT;

	escape_xml(&s, "<a b='\"'>&]]>");
	ck_assert_str_eq(s.p, "&#60;a b=&#39;&#34;&#39;&#62;&#38;]]&#62;");
	str_clear(&s);
	escape_xml(&s, "\x01\t\n\r\x1f\x7f");
	ck_assert_str_eq(s.p, "\ufffd&#9;&#10;&#13;\ufffd&#127;");
	str_clear(&s);
	escape_xml(&s, "\xff\xc3\xa9\xed\xa0\x80\xef\xbf\xbf\xe2\x80\xae\xc2\x9b");
	ck_assert_str_eq(s.p, "\ufffd\xc3\xa9\ufffd\ufffd\ufffd\ufffd&#8238;&#155;");
}
END_TEST

START_TEST(no_line_is_a_command)
{
	scoped(str) s = STR_INIT;

	escape_commands(&s, "::error::x\n \t\u200b::a::b\nx ::y::\na::b ##[error]\n##[group]");
	ck_assert_str_eq(s.p, "\\x3a:error::x\n \t\u200b\\x3a:a::b\nx ::y::\na::b #\\x23[error]\n"
			      "#\\x23[group]");
}
END_TEST

START_TEST(json_nests)
{
	struct str s = STR_INIT;
	struct jsonw w = {.out = &s};

	jsonw_open(&w, NULL, '{');
	jsonw_text(&w, "a", "x");
	jsonw_open(&w, "b", '[');
	jsonw_int(&w, NULL, -3);
	jsonw_number(&w, NULL, NAN);
	jsonw_open(&w, NULL, '{');
	jsonw_close(&w, '}');
	jsonw_close(&w, ']');
	jsonw_bool(&w, "c", false);
	jsonw_texts(&w, "d", (const char *const[]){"x", "y", NULL});
	jsonw_texts(&w, "e", NULL);
	jsonw_close(&w, '}');
	ck_assert_str_eq(
		s.p, "{\"a\":\"x\",\"b\":[-3,null,{}],\"c\":false,\"d\":[\"x\",\"y\"],\"e\":[]}");
	str_done(&s);
}
END_TEST

START_TEST(did_you_mean)
{
	static const char *const words[] = {"compare", "sweep", "bisect", "run"};

	ck_assert_uint_eq(suggest_distance("kitten", "sitting"), 3);
	ck_assert_uint_eq(suggest_distance("ab", "ba"), 1);
	ck_assert_str_eq(suggest("comapre", words, 4), "compare");
	ck_assert_str_eq(suggest("swep", words, 4), "sweep");
	ck_assert_ptr_null(suggest("frobnicate", words, 4));
}
END_TEST

/* First outputs of xoshiro256** from the state {1, 2, 3, 4}, as in the authors' reference code. */
START_TEST(rng_is_the_published_one)
{
	struct rng r = {{1, 2, 3, 4}};

	ck_assert(rng_u64(&r) == 11520u);
	ck_assert(rng_u64(&r) == 0u);
	ck_assert(rng_u64(&r) == 1509978240u);
	ck_assert(rng_u64(&r) == 1215971899390074240u);
}
END_TEST

START_TEST(permutations_are_uniform_and_replay)
{
	unsigned count[6] = {0};

	for (uint64_t seed = 0; seed < 60000; seed++) {
		struct rng r;
		uint32_t o[3], again[3];

		rng_init(&r, seed, 5);
		rng_permutation(&r, o, 3);
		rng_init(&r, seed, 5);
		rng_permutation(&r, again, 3);
		ck_assert_mem_eq(o, again, sizeof(o));
		count[o[0] * 2 + (o[1] > o[2])]++;
	}
	/* Expected 10000 each, standard deviation 91: six of them make a false alarm impossible. */
	for (int i = 0; i < 6; i++)
		ck_assert(count[i] > 9400 && count[i] < 10600);
}
END_TEST

START_TEST(floats_are_written_as_python_does)
{
	scoped_free char *path = xasprintf("%s/format/python-floats.txt", getenv("TEST_DATA"));
	FILE *f = fopen(path, "r");
	char line[100], want[60], buf[60];
	unsigned long long bits;
	size_t n = 0;

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		double v;

		if (sscanf(line, "%llx %59s", &bits, want) != 2)
			continue;
		memcpy(&v, &bits, sizeof(v));
		ck_assert_str_eq(format_python_float(v, buf, sizeof(buf)), want);
		n++;
	}
	ck_assert_uint_gt(n, 900);
	ck_assert_str_eq(format_python_float((double)NAN, buf, sizeof(buf)), "NaN");
	fclose(f);
}
END_TEST

/* RFC 4648, section 10, and every byte value */
START_TEST(base64_is_the_published_one)
{
	static const char *const coded[] = {
		"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};

	for (size_t n = 0; n < ARRAY_LEN(coded); n++) {
		scoped(str) out = STR_INIT;

		escape_base64(&out, "foobar", n);
		ck_assert_str_eq(out.p, coded[n]);
	}
	scoped(str) out = STR_INIT;
	escape_base64(&out, "\xfb\xff\xfe\x00", 4);
	ck_assert_str_eq(out.p, "+//+AA==");
}
END_TEST

/* json.dumps({"é😀\x7f\n/\"": [1.0, 2, None, "\x01"], "a": {}, "b": []}, indent=4) */
START_TEST(json_as_python_writes_it)
{
	scoped(str) out = STR_INIT;
	struct jsonw w = {.out = &out, .python = true};

	jsonw_open(&w, NULL, '{');
	jsonw_open(&w, "\u00e9\U0001f600\x7f\n/\"", '[');
	jsonw_number(&w, NULL, 1);
	jsonw_int(&w, NULL, 2);
	jsonw_null(&w, NULL);
	jsonw_text(&w, NULL, "\x01");
	jsonw_close(&w, ']');
	jsonw_open(&w, "a", '{');
	jsonw_close(&w, '}');
	jsonw_open(&w, "b", '[');
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	ck_assert_str_eq(out.p,
		"{\n    \"\\u00e9\\ud83d\\ude00\\u007f\\n/\\\"\": [\n        1.0,\n        2,\n"
		"        null,\n        \"\\u0001\"\n    ],\n    \"a\": {},\n    \"b\": []\n}");
}
END_TEST

TEST_SUITE("base", str_has_a_ceiling, str_grows_as_it_formats, err_keeps_kind_and_cuts_long_texts,
	arena_serves_large_and_small, durations_and_sizes, whole_numbers, numbers_for_people,
	nothing_foreign_reaches_a_terminal, formulas_become_texts_and_come_back,
	xml_holds_any_bytes, no_line_is_a_command, json_nests, floats_are_written_as_python_does,
	json_as_python_writes_it, base64_is_the_published_one, did_you_mean,
	rng_is_the_published_one, permutations_are_uniform_and_replay, an_index_finds_places,
	an_arena_can_be_used_again)

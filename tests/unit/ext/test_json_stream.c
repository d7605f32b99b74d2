#include "ext/json_number.h"
#include "ext/json_stream.h"

#include "base/rng.h"

#include "../check_main.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Random doubles in Python's shortest form and with too many digits: as strtod reads them. */
START_TEST(numbers_are_right_to_the_last_bit)
{
	const char *given = getenv("TEST_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)getpid();
	struct rng rng;

	printf("TEST_SEED=%" PRIu64 "\n", seed);
	rng_init(&rng, seed, 0);
	for (int i = 0; i < 100000; i++) {
		uint64_t bits = rng_u64(&rng);
		char text[64];
		double v, got;

		if (i % 3) /* of the size of a time, mostly */
			bits = (bits & 0x800fffffffffffff) | (1023 - 40 + rng_u64(&rng) % 60) << 52;
		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v))
			continue;
		snprintf(text, sizeof(text), "%.*g", i % 2 ? 17 : 1 + i / 2 % 25, v);
		ck_assert_msg(json_number_read(text, strlen(text), &got), "%s", text);
		v = strtod(text, NULL);
		ck_assert_msg(memcmp(&v, &got, sizeof(v)) == 0, "%s", text);
	}
}
END_TEST

START_TEST(what_is_a_number)
{
	static const struct {
		const char *text;
		bool is;
		double v;
	} rows[] = {{"0", true, 0}, {"-0", true, -0.0}, {"1E400", true, INFINITY},
		{"-1e999", true, -INFINITY}, {"1e-400", true, 0}, {"5e-324", true, 5e-324},
		{"123456789012345678901234567890", true, 123456789012345678901234567890.0},
		{"0.1", true, 0.1}, {"1e5", true, 1e5},
		{"9007199254740993", true, 9007199254740992}, {"01", false, 0}, {".5", false, 0},
		{"5.", false, 0}, {"1e", false, 0}, {"+1", false, 0}, {"0x10", false, 0},
		{"-", false, 0}, {"", false, 0}, {"1.5.", false, 0}, {"1e+", false, 0}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		double v = 77;

		ck_assert_msg(
			json_number_read(rows[i].text, strlen(rows[i].text), &v) == rows[i].is,
			"%s", rows[i].text);
		if (rows[i].is)
			ck_assert_msg(memcmp(&v, &rows[i].v, sizeof(v)) == 0, "%s", rows[i].text);
	}
}
END_TEST

/* All that a walk sees, in one line. */
static void
walk(struct json_stream *js, struct arena *arena, struct str *out)
{
	switch (json_kind(js)) {
	case JSON_OBJECT:
		str_addc(out, '{');
		for (json_enter(js); json_next(js);) {
			str_addf(out, "%s=", json_key(js));
			walk(js, arena, out);
		}
		str_addc(out, '}');
		return;
	case JSON_ARRAY:
		str_addc(out, '[');
		for (json_enter(js); json_next(js);)
			walk(js, arena, out);
		str_addc(out, ']');
		return;
	case JSON_TEXT:
		str_addf(out, "'%s' ", json_take_text(js, arena));
		return;
	case JSON_TRUE:
		str_add(out, json_take_true(js) ? "yes " : "?");
		return;
	case JSON_FALSE:
		str_add(out, json_take_true(js) ? "?" : "no ");
		return;
	case JSON_NULL:
	case JSON_NUMBER:
		str_addf(out, "%.17g ", json_take_number(js));
		return;
	case JSON_NONE:
		return;
	}
}

static const char *
walked(const char *text, struct arena *arena)
{
	struct json_stream *js = json_stream_of(text, strlen(text));
	scoped(str) out = STR_INIT;
	struct err err = ERR_INIT;

	walk(js, arena, &out);
	if (json_stream_end(js, &err) < 0) {
		str_clear(&out);
		str_addf(&out, "error %s", err.text);
	}
	json_stream_close(js);
	return arena_strdup(arena, out.p);
}

START_TEST(texts_and_errors)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"{\"a\": [1, 2.5, -3e1], \"b\": {}, \"c\": [], \"a\": \"x\"}",
			"{a=[1 2.5 -30 ]b={}c=[]a='x' }"},
		{"[NaN, Infinity, -Infinity, 1E400, null, -NaN, true, false]",
			"[nan inf -inf inf nan nan yes no ]"},
		{"[\"\\u00e9\\ud83d\\ude00\\ud800x\\u0000\\n\\\"\\\\\\/\"]",
			"['\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbdx\xef\xbf\xbd\n\"\\/' ]"},
		{"", "error 1:1: the file ends where a value was expected"},
		{"[1, 2", "error 1:6: the file ends in the middle of a value"},
		{"[1 2]", "error 1:4: ',' or ']' was expected"},
		{"{\"a\" 1}", "error 1:6: ':' was expected after a key"},
		{"{a: 1}", "error 1:2: a key in quotes was expected"},
		{"[1,]", "error 1:4: a value was expected"},
		{"[\n1,\n  nope]", "error 3:3: neither a number nor a word of JSON"},
		{"[\"ab\ncd\"]", "error 1:5: control character in a text"},
		{"[\"abc", "error 1:6: the file ends inside a text"},
		{"[\"a\\x\"]", "error 1:7: unknown escape in a text"},
		{"[\"\xff\"]", "error 1:5: a text is not UTF-8"},
		{"[] []", "error 1:4: text after the end of the document"},
		{"\xef\xbb\xbf[]", "error 1:1: a byte order mark, which JSON does not have"},
	};
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_str_eq(walked(rows[i].in, &arena), rows[i].out);
	arena_done(&arena);
}
END_TEST

START_TEST(depth_is_limited)
{
	struct arena arena = ARENA_INIT;
	char deep[300] = "";

	memset(deep, '[', 100);
	ck_assert_str_eq(walked(deep, &arena), "error 1:65: nested deeper than 64 levels");
	arena_done(&arena);
}
END_TEST

START_TEST(what_is_not_taken_is_passed_over)
{
	static const char text[] =
		"{\"skip\": {\"x\": [\"}]\\\"\", {}]}, \"n\": 4, \"list\": [1, 2], \"t\": \"u\"}";
	struct json_stream *js = json_stream_of(text, sizeof(text) - 1);
	struct err err = ERR_INIT;
	double n = 0;
	int turns = 0;

	for (json_enter(js); json_next(js); turns++) {
		if (json_key_is(js, "n"))
			n = json_take_number(js);
		else if (json_key_is(js, "t"))
			for (json_enter(js); json_next(js);) /* a text holds nothing */
				ck_abort();
	}
	ck_assert_int_eq(json_stream_end(js, &err), 0);
	ck_assert_int_eq(turns, 4);
	ck_assert_double_eq(n, 4);
	json_stream_close(js);
}
END_TEST

/* Values of every size around the edges of the window, read back from a file. */
START_TEST(a_window_moves_over_a_file)
{
	char path[] = "/tmp/json-stream-XXXXXX";
	int fd = mkstemp(path);
	struct arena arena = ARENA_INIT;
	struct json_stream *js;
	struct err err = ERR_INIT;
	FILE *f = fdopen(fd, "w");
	size_t n = 0;

	ck_assert_ptr_nonnull(f);
	fputs("[0", f);
	for (int i = 1; i < 60000; i++)
		fprintf(f, ",%s%d.%d,\"%0*d\\n\"", i % 7 ? "" : "\n  ", i, i, i % 50 + 1, i);
	fprintf(f, ",\"%0600000d\"]\n", 7);
	fclose(f);
	ck_assert_int_eq(json_stream_open(path, &js, &err), 0);
	for (json_enter(js); json_next(js); n++) {
		if (json_kind(js) == JSON_TEXT) {
			char *text = json_take_text(js, &arena);
			if (n < 119999)
				ck_assert_int_eq(atoi(text), (int)n / 2);
			else
				ck_assert_uint_eq(strlen(text), 600000);
		} else {
			char want[40];
			snprintf(want, sizeof(want), "%d.%d", (int)(n + 1) / 2, (int)(n + 1) / 2);
			ck_assert_double_eq(json_take_number(js), n ? strtod(want, NULL) : 0);
		}
	}
	ck_assert_int_eq(json_stream_end(js, &err), 0);
	ck_assert_uint_eq(n, 120000);
	json_stream_close(js);
	unlink(path);
	arena_done(&arena);
}
END_TEST

TEST_SUITE("ext/json_stream", numbers_are_right_to_the_last_bit, what_is_a_number, texts_and_errors,
	depth_is_limited, what_is_not_taken_is_passed_over, a_window_moves_over_a_file)

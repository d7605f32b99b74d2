#include "ext/yaml.h"

#include "base/str.h"

#include "../check_main.h"

#include <string.h>

static int
parse(const char *text, struct arena *a, struct yaml_node **ret, struct err *err)
{
	return yaml_parse(text, strlen(text), "f.yml", a, ret, err);
}

START_TEST(nodes_know_where_they_stand)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct yaml_node *root = NULL;

	ck_assert_int_eq(parse("# c\na: 5us\nlist:\n  - x\n  - 'off'\nflow: {k: [1, 2], e: }\n", &a,
				 &root, &err),
		0);
	ck_assert_int_eq(root->kind, YAML_MAP);
	ck_assert_uint_eq(root->n, 3);
	struct yaml_node *scalar = yaml_get(root, "a");
	ck_assert_str_eq(scalar->text, "5us");
	ck_assert_int_eq(scalar->line, 2);
	ck_assert_int_eq(scalar->column, 4);
	ck_assert(scalar->plain);
	struct yaml_node *list = yaml_get(root, "list");
	ck_assert_int_eq(list->kind, YAML_LIST);
	ck_assert_int_eq(list->items[1]->line, 5);
	ck_assert(!list->items[1]->plain);
	struct yaml_node *flow = yaml_get(root, "flow");
	ck_assert_str_eq(yaml_get(flow, "k")->items[1]->text, "2");
	ck_assert(yaml_is_null(yaml_get(flow, "e")));
	ck_assert_ptr_null(yaml_get(root, "nothing"));
	ck_assert_ptr_null(yaml_get(list, "x"));
	ck_assert_ptr_null(yaml_get(NULL, "x"));
	arena_done(&a);
}
END_TEST

START_TEST(null_is_plain_only)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct yaml_node *root = NULL;

	ck_assert_int_eq(parse("[~, null, '', 'null', \"~\", nil]", &a, &root, &err), 0);
	static const bool expected[] = {true, true, false, false, false, false};
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		ck_assert_int_eq(yaml_is_null(root->items[i]), expected[i]);
	arena_done(&a);
}
END_TEST

START_TEST(empty_documents_are_empty_maps)
{
	static const char *const texts[] = {
		"", "\n\n", "# only a comment\n", "---\n", "--- ~\n", "\xef\xbb\xbf", "---\n...\n"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct arena a = ARENA_INIT;
		struct err err = ERR_INIT;
		struct yaml_node *root = NULL;

		ck_assert_int_eq(parse(texts[i], &a, &root, &err), 0);
		ck_assert_int_eq(root->kind, YAML_MAP);
		ck_assert_uint_eq(root->n, 0);
		arena_done(&a);
	}
}
END_TEST

START_TEST(json_is_yaml)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct yaml_node *root = NULL;

	ck_assert_int_eq(
		parse("{\"a\": [1, true, null, \"x\\u00e9\\/\"],\n\t\"b\": {}}", &a, &root, &err),
		0);
	ck_assert_str_eq(yaml_get(root, "a")->items[3]->text, "x\xc3\xa9/");
	ck_assert_uint_eq(yaml_get(root, "b")->n, 0);
	arena_done(&a);
}
END_TEST

START_TEST(aliases_and_their_limits)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct yaml_node *root = NULL;

	ck_assert_int_eq(parse("x: &a {k: 1}\ny: *a\n", &a, &root, &err), 0);
	ck_assert_ptr_eq(yaml_get(root, "x"), yaml_get(root, "y"));
	arena_done(&a);
}
END_TEST

START_TEST(bad_texts)
{
	static const struct {
		const char *text, *message;
	} table[] = {
		{"a: 1\nb: 2\na: 3\n", "f.yml:3:1: key 'a' is given twice (first on line 1)"},
		{"a: [1\n", "f.yml:2:1: did not find expected ',' or ']' (while parsing a flow "
			    "sequence that began on line 1)"},
		{"a: !!int 5\n", "f.yml:1:4: tags ('!...') are not accepted"},
		{"a: ! x\n", "f.yml:1:4: tags ('!...') are not accepted"},
		{"- !x {a: 1}\n", "f.yml:1:3: tags ('!...') are not accepted"},
		{"a: 1\n---\nb: 2\n", "f.yml:2:1: a second document"},
		{"{[a]: 1}\n", "f.yml:1:2: a key must be a plain text"},
		{"? {a: 1}\n: 2\n", "f.yml:1:3: a key must be a plain text"},
		{"a: *b\n", "f.yml:1:4: an alias without an anchor before it"},
		{"a: &a [*a]\n", "f.yml:1:8: an alias without an anchor before it"},
		{"a: \"x\\0y\"\n", "f.yml:1:4: a NUL character in a text"},
		{"a: b\n c: d\n", "f.yml:2:3: mapping values are not allowed in this context"},
		{"a: 1\nb: \xff\n", "f.yml:2:4: invalid leading UTF-8 octet"},
		{"a: \x01\n", "f.yml:1:4: control characters are not allowed"},
		{"\xff\xfe"
		 "a",
			"f.yml:1:1: invalid leading UTF-8 octet"},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct arena a = ARENA_INIT;
		struct err err = ERR_INIT;
		struct yaml_node *root = NULL;

		ck_assert_int_eq(parse(table[i].text, &a, &root, &err), -1);
		ck_assert_str_eq(err.text, table[i].message);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_ptr_null(root);
		arena_done(&a);
	}
}
END_TEST

static void
refused(const struct str *text, const char *message)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct yaml_node *root = NULL;

	ck_assert_int_eq(yaml_parse(text->p, text->n, "f.yml", &a, &root, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, message) != NULL, "'%s' lacks '%s'", err.text, message);
	arena_done(&a);
}

START_TEST(bombs_are_refused)
{
	scoped(str) text = STR_INIT;

	/* Ten times ten times ... of one text. */
	str_add(&text, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 10; i++) {
		str_addf(&text, "a%d: &a%d [", i, i);
		for (int j = 0; j < 10; j++)
			str_addf(&text, "%s*a%d", j ? "," : "", i - 1);
		str_add(&text, "]\n");
	}
	refused(&text, "more than 20000 values");

	str_clear(&text);
	for (int i = 0; i < 40; i++)
		str_addc(&text, '[');
	refused(&text, "nested deeper than 32 levels");
	str_clear(&text);
	for (int i = 0; i < 500000; i++)
		str_addc(&text, '[');
	refused(&text, "f.yml:1:33: nested deeper than 32 levels");

	/* Deep by aliases only. */
	str_clear(&text);
	str_add(&text, "- &b0 [x]\n");
	for (int i = 1; i < 40; i++)
		str_addf(&text, "- &b%d [*b%d]\n", i, i - 1);
	refused(&text, "nested deeper than 32 levels");

	str_clear(&text);
	for (int i = 0; i < 20001; i++)
		str_add(&text, "- x\n");
	refused(&text, "more than 20000 values");

	str_clear(&text);
	for (int i = 0; i < 2000; i++)
		str_addf(&text, "- &c%d x\n", i);
	refused(&text, "too many anchors");

	str_clear(&text);
	for (int i = 0; i < 10 << 20; i++)
		str_addc(&text, i % 80 ? '#' : '\n');
	refused(&text, "f.yml:1:1: larger than 1024 KiB");
}
END_TEST

TEST_SUITE("ext/yaml", nodes_know_where_they_stand, null_is_plain_only,
	empty_documents_are_empty_maps, json_is_yaml, aliases_and_their_limits, bad_texts,
	bombs_are_refused)

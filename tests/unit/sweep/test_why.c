/* What changed inside: reading what callgrind and nm say, and comparing two sides. */
#include "sweep/why.h"

#include "sys/fs.h"

#include "../check_main.h"

#include <stdio.h>
#include <string.h>

/* Names are told once and meant by their numbers afterwards; calls have a line of what they cost
 * with all that was called, which is nobody's own. */
static const char two_files[] = "# callgrind format\n"
				"version: 1\n"
				"creator: by hand\n"
				"pid: 12\n"
				"cmd:  /prefix/bench --fast\n"
				"part: 1\n"
				"desc: I1 cache: \n"
				"positions: line\n"
				"events: Dr Ir Dw\n"
				"summary: 0 0 0\n"
				"\n"
				"ob=(1) /prefix/bench\n"
				"fl=(1) main.c\n"
				"fn=(1) main\n"
				"16 1 400 2\n"
				"cfi=(2) sort.c\n"
				"cfn=(2) sort(int*, int)\n"
				"calls=1 50\n"
				"+1 9 9000 9\n"
				"* 3 100\n"
				"cob=(2) /usr/lib/libc.so.6\n"
				"cfn=(3) 0x0000000000001130\n"
				"calls=2 0\n"
				"-17 5 700 5\n"
				"0x10 7\n"
				"\n"
				"fl=(2)\n"
				"fn=(2)\n"
				"51 4 9000 1\n"
				"fi=(3) inlined.h\n"
				"jcnd=3/4 51 +2\n"
				"52\n"
				"+1 0 5\n"
				"fe=(2)\n"
				"\n"
				"ob=(2)\n"
				"fn=(3)\n"
				"0 1 300 0\n"
				"fn=(4) 0x0000000000001180\n"
				"0 1 50 0\n"
				"fn=plain\n"
				"1 0 6\n"
				"totals: 1 2 3\n";

static int64_t
value_of(const struct why_side *side, const char *name)
{
	for (size_t i = 0; i < side->list.n; i++)
		if (strcmp(side->list.v[i].name, name) == 0)
			return side->list.v[i].value;
	return WHY_ABSENT;
}

START_TEST(functions_have_their_own_cost)
{
	struct why_side side = {0};

	ck_assert(why_read_callgrind(two_files, &side));
	why_side_merge(&side);
	ck_assert_int_eq(value_of(&side, "main"), 500);
	ck_assert_int_eq(value_of(&side, "sort(int*, int)"), 9005);
	ck_assert_int_eq(value_of(&side, "plain"), 6);
	ck_assert_int_eq(value_of(&side, "(without a name in libc.so.6)"), 350);
	ck_assert_uint_eq(side.list.n, 4);
	ck_assert_int_eq(side.total, 500 + 9005 + 6 + 350);
	ck_assert_int_eq(side.interpreted, 0);
	/* Another process of the same launch. */
	ck_assert(why_read_callgrind("cmd: /usr/bin/python3.11 x.py\nevents: Ir\nfn=main\n1 20\n"
				     "fn=(1) eval\n2 30000\n",
		&side));
	why_side_merge(&side);
	ck_assert_int_eq(value_of(&side, "main"), 520);
	ck_assert_int_eq(side.interpreted, 30020);
	ck_assert_str_eq(side.interpreter, "python3.11");
	why_side_done(&side);
}
END_TEST

START_TEST(positions_may_have_two_columns)
{
	struct why_side side = {0};

	ck_assert(why_read_callgrind("events: Ir\npositions: instr line\r\nfn=(7) f\r\n"
				     "0x401000 12 3\r\n+4 * 2\r\n+4 +1\r\n",
		&side));
	ck_assert_int_eq(value_of(&side, "f"), 5);
	why_side_done(&side);
}
END_TEST

START_TEST(anything_else_is_no_profile)
{
	static const char *const texts[] = {"", "\n\n", "hello", "fn=(1) a\n1 2\n", "events: Dr\n",
		"events: Irx\nfn=a\n1 3", "= : () (\n(1) a",
		"fn=(\nfn=(99999999999999999999) x\n1 1"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct why_side side = {0};

		ck_assert(!why_read_callgrind(texts[i], &side));
		ck_assert_uint_eq(side.list.n, 0);
		ck_assert_int_eq(side.total, 0);
		why_side_done(&side);
	}
}
END_TEST

START_TEST(numbers_have_a_ceiling)
{
	struct why_side side = {0};

	ck_assert(why_read_callgrind("events: Ir\nfn=(1048577) far\n1 99999999999999999999999\n"
				     "fn=(5)\n1 7\nfn=(1048577) far\n1 9223372036854775807\n",
		&side));
	why_side_merge(&side);
	ck_assert_int_eq(value_of(&side, "far"), INT64_MAX);
	ck_assert_int_eq(value_of(&side, "?"), 7);
	ck_assert_int_eq(side.total, INT64_MAX);
	why_side_done(&side);
}
END_TEST

static void
put(struct why_side *side, const char *name, const char *of, int64_t value)
{
	vec_add(&side->list, (struct why_value){name, of, value});
}

START_TEST(largest_differences_come_first)
{
	struct why_side before = {0}, after = {0};
	struct arena arena = ARENA_INIT;
	struct why_list list = {0};
	char names[20][8];

	put(&before, "same", NULL, 5);
	put(&after, "same", NULL, 5);
	put(&before, "halves", NULL, 60);
	put(&after, "sum", "b", 30);
	put(&before, "halves", NULL, 40);
	put(&after, "halves", NULL, 101);
	put(&before, "gone", NULL, 70);
	put(&before, "sum", "a", 30);
	put(&before, "empty", NULL, 0);
	why_differences(&before, &after, &arena, &list);
	ck_assert_uint_eq(list.n, 5);
	ck_assert_uint_eq(list.differ, 5);
	ck_assert_str_eq(list.v[0].name, "gone");
	ck_assert_int_eq(list.v[0].after, WHY_ABSENT);
	ck_assert_str_eq(list.v[1].of, "a");
	ck_assert_str_eq(list.v[2].of, "b");
	ck_assert_int_eq(list.v[2].before, WHY_ABSENT);
	ck_assert_str_eq(list.v[3].name, "halves");
	ck_assert_int_eq(list.v[3].before, 100);
	ck_assert_str_eq(list.v[4].name, "empty");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(names[i], sizeof(names[i]), "f%zu", i);
		put(&after, names[i], NULL, 1000 + (int64_t)i);
	}
	why_differences(&before, &after, &arena, &list);
	ck_assert_uint_eq(list.n, WHY_SHOWN);
	ck_assert_uint_eq(list.differ, 25);
	ck_assert_str_eq(list.v[0].name, "f19");
	why_side_done(&before);
	why_side_done(&after);
	arena_done(&arena);
}
END_TEST

START_TEST(symbols_have_sizes)
{
	struct why_side side = {0};

	ck_assert_uint_eq(why_read_nm("0000000000004018 0000000000000001 b completed.0\n"
				      "0000000000001139 0000000000000027 T a::work(int, char*)\n"
				      "                 U puts@GLIBC_2.2.5\n"
				      "0000000000001000 T _init\n"
				      "nm: x: no symbols\n"
				      "0000000000001139 0000000000000027 T \n"
				      "0000000000001139 ffffffffffffffffffff T huge\n"
				      "0000000000001139 27",
				  "bin/x", &side),
		2);
	ck_assert_int_eq(value_of(&side, "completed.0"), 1);
	ck_assert_int_eq(value_of(&side, "a::work(int, char*)"), 0x27);
	ck_assert_str_eq(side.list.v[1].of, "bin/x");
	why_side_done(&side);
}
END_TEST

START_TEST(installed_files_have_sizes)
{
	struct why_side side = {0};
	struct err err = ERR_INIT;
	char *dir = NULL;

	ck_assert_int_eq(fs_temp_dir("/tmp/revsweep-why-", &dir, &err), 0);
	scoped_free char *sub = path_join(dir, "lib"), *file = path_join(dir, "lib/a");
	ck_assert_int_eq(fs_mkdir_p(sub, 0755, &err), 0);
	ck_assert_int_eq(fs_write_atomic(file, "12345", 5, &err), 0);
	ck_assert_int_eq(why_read_files(dir, &side, &err), 0);
	ck_assert_uint_eq(side.list.n, 1);
	ck_assert_int_eq(value_of(&side, "lib/a"), 5);
	why_side_done(&side);
	ck_assert_int_eq(fs_remove(dir, &err), 0);
	free(dir);
}
END_TEST

START_TEST(a_launch_may_be_slower_but_not_for_ever)
{
	ck_assert_double_eq(sweep_why_limit_s(2), 100);
	ck_assert_double_eq(sweep_why_limit_s(0), 600);
	ck_assert_double_eq(sweep_why_limit_s(1e9), 600);
}
END_TEST

TEST_SUITE("sweep/why", functions_have_their_own_cost, positions_may_have_two_columns,
	anything_else_is_no_profile, numbers_have_a_ceiling, largest_differences_come_first,
	symbols_have_sizes, installed_files_have_sizes, a_launch_may_be_slower_but_not_for_ever)

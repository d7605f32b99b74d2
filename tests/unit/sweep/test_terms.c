#include "sweep/terms.h"

#include "../check_main.h"

#include <string.h>

/* What is written into a plan is what is read back from it. */
START_TEST(round_trip)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct jsonw w = {.out = &text, .pretty = true};
	struct gate gates[2];
	const char *settings[] = {"s: lines", "s: cannot honour \"timer\"", NULL};
	struct terms t = {
		.command = "compare",
		.project = "p\"q",
		.base = 1,
		.judge = JUDGE_CLASSIC,
		.gates = gates,
		.n_gates = 2,
		.alpha = 0.01,
		.beta = 0.05,
		.order = ORDER_DUET,
		.rebuilds = 4,
		.isolation = "prefix",
		.settings = settings,
		.host = {.name = "h", .cpu = "c", .cpus = 2, .memory = 1 << 30, .virtual = true},
	};
	struct terms back;

	ck_assert_int_eq(gate_parse("mean:5%", "mark=stable", &arena, &gates[0], &err), 0);
	ck_assert_int_eq(gate_parse("mean:0.0005", NULL, &arena, &gates[1], &err), 0);
	jsonw_open(&w, NULL, '{');
	terms_write(&t, &w);
	jsonw_close(&w, '}');
	ck_assert_msg(terms_read(text.p, &arena, &back, &err) == 0, "%s", err.text);
	ck_assert_str_eq(back.command, "compare");
	ck_assert_str_eq(back.project, "p\"q");
	ck_assert_uint_eq(back.base, 1);
	ck_assert_int_eq(back.judge, JUDGE_CLASSIC);
	ck_assert_int_eq(back.order, ORDER_DUET);
	ck_assert_uint_eq(back.rebuilds, 4);
	ck_assert(terms_policy(&back, 1, true).contended);
	ck_assert_uint_eq(back.n_gates, 2);
	ck_assert_str_eq(back.gates[0].where, "mark=stable");
	ck_assert_double_eq(back.gates[0].limit, 0.05);
	ck_assert(!back.gates[1].percent && !back.gates[1].where);
	ck_assert_str_eq(back.settings[1], settings[1]);
	ck_assert_ptr_null(back.settings[2]);
	ck_assert_str_eq(back.host.cpu, "c");
	ck_assert_int_eq(back.host.cpus, 2);
	ck_assert(back.host.virtual);
	str_done(&text);
	arena_done(&arena);
}
END_TEST

START_TEST(damage_is_the_stores)
{
	static const char *const bad[] = {"", "{", "[]", "{\"command\":\"x\"}",
		"{\"command\":\"x\",\"isolation\":\"none\",\"gates\":[{\"fail\":\"meen:5%\"}]}"};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct terms t;

		ck_assert_int_eq(terms_read(bad[i], &arena, &t, &err), -1);
		ck_assert_int_eq(err.kind, ERR_STORE);
		arena_done(&arena);
	}
}
END_TEST

TEST_SUITE("sweep/terms", round_trip, damage_is_the_stores)

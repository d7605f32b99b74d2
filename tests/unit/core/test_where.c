#include "core/where.h"

#include "base/mem.h"

#include "../check_main.h"

static const char *const marks[] = {"stable", "slow"};
static const struct bench bench = {.suite = "io",
	.name = "read[n=1000-big]",
	.metric = "time",
	.unit = "s",
	.group = "disk",
	.marks = marks,
	.n_marks = 2};

/* The table of tests/web/units.mjs: the page reads conditions the same way. */
START_TEST(conditions)
{
	static const struct {
		const char *text;
		bool holds;
	} rows[] = {{"", true}, {"read", true}, {"write", false}, {"name=read*", true},
		{"name=rea", false}, {"func=read", true}, {"n=1e3", true}, {"n=10", false},
		{"param=b?g", true}, {"mark=stable", true}, {"!mark=stable", false},
		{"group=disk", true}, {"metric=peak", false}, {"unknown=1", false},
		{"!write", true}, {"name=read[[]n=1000-big]", true}, {"=", false}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_msg(where_matches(&rows[i].text, 1, &bench) == rows[i].holds, "%s",
			rows[i].text);
	const char *both[] = {"group=disk", "n=1"};
	ck_assert(!where_matches(both, 2, &bench));
	ck_assert(where_matches(both, 1, &bench));
	ck_assert(where_matches(NULL, 0, &bench));
}
END_TEST

TEST_SUITE("core/where", conditions)

#include "core/recipe.h"

#include "base/str.h"
#include "sys/fs.h"

#include "../check_main.h"

#include <string.h>

static int
parse(const char *text, struct arena *a, struct recipe *ret, struct err *err)
{
	struct yaml_node *root = NULL;

	if (yaml_parse(text, strlen(text), "r.yml", a, &root, err) < 0)
		return -1;
	return recipe_of_yaml(root, "r", "r.yml", a, ret, err);
}

START_TEST(every_key)
{
	static const char text[] = "summary: builds it\n"
				   "rank: 7\n"
				   "detect: [a.c, Makefile]\n"
				   "needs: make\n"
				   "parameters:\n"
				   "  options: {summary: more options, default: [-a, -b c]}\n"
				   "  python: {program: yes, default: python3}\n"
				   "  build-type: {required: yes}\n"
				   "  free:\n"
				   "  pins: {file: yes}\n"
				   "env: {CFLAGS: -O2, EMPTY: }\n"
				   "pass_env: [CC, https_proxy]\n"
				   "steps:\n"
				   "  - {name: compile, run: make}\n"
				   "  - {name: get, run: get it, when: version}\n"
				   "  - name: install\n"
				   "    when: sources\n"
				   "    run: |\n"
				   "      make install\n"
				   "      true\n"
				   "provides: {PATH: '${PREFIX}/bin'}\n"
				   "verify: test -e \"$PREFIX\"\n"
				   "timeout: 5m\n";
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct recipe r;

	ck_assert_msg(parse(text, &a, &r, &err) == 0, "%s", err.text);
	ck_assert_str_eq(r.name, "r");
	ck_assert_str_eq(r.summary, "builds it");
	ck_assert_int_eq(r.rank, 7);
	ck_assert_str_eq(r.detect[1], "Makefile");
	ck_assert_ptr_null(r.detect[2]);
	ck_assert_str_eq(r.needs[0], "make");
	ck_assert_uint_eq(r.n_params, 5);
	ck_assert(r.params[4].file && !r.params[3].file);
	ck_assert_str_eq(r.params[0].default_text, "-a\n-b c");
	ck_assert_str_eq(r.params[0].summary, "more options");
	ck_assert(r.params[1].program && !r.params[1].required);
	ck_assert(r.params[2].required);
	ck_assert_str_eq(r.params[3].default_text, "");
	ck_assert_uint_eq(r.n_env, 2);
	ck_assert_str_eq(r.env[1].value, "");
	ck_assert_str_eq(r.pass_env[1], "https_proxy");
	ck_assert_uint_eq(r.n_steps, 3);
	ck_assert_str_eq(r.steps[2].script, "make install\ntrue\n");
	ck_assert(recipe_installs_versions(&r));
	for (int version = 0; version < 2; version++) {
		ck_assert(recipe_step_runs(&r.steps[0], version));
		ck_assert(recipe_step_runs(&r.steps[1], version) == (version == 1));
		ck_assert(recipe_step_runs(&r.steps[2], version) == (version == 0));
	}
	ck_assert_str_eq(r.provides[0].value, "${PREFIX}/bin");
	ck_assert_str_eq(r.verify, "test -e \"$PREFIX\"");
	ck_assert_double_eq(r.timeout_s, 300);
	arena_done(&a);
}
END_TEST

START_TEST(least)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct recipe r;

	ck_assert_int_eq(parse("steps: [{name: a, run: b}]", &a, &r, &err), 0);
	ck_assert_int_eq(r.rank, RECIPE_RANK_LAST);
	ck_assert_ptr_null(r.detect[0]);
	ck_assert_ptr_null(r.needs[0]);
	ck_assert(!recipe_installs_versions(&r));
	ck_assert_ptr_null(r.pass_env[0]);
	ck_assert_ptr_null(r.verify);
	ck_assert_str_eq(r.summary, "");
	arena_done(&a);
}
END_TEST

START_TEST(bad_recipes)
{
	static const struct {
		const char *text, *message;
	} table[] = {
		{"", "r.yml:1:1: a recipe lacks 'steps'"},
		{"step: []", "r.yml:1:1: unknown key 'step' (did you mean 'steps'?)"},
		{"xyzzy: 1", "r.yml:1:1: unknown key 'xyzzy': a recipe has summary, rank, detect, "
			     "needs, parameters, env, pass_env, steps, provides, verify, timeout"},
		{"[]", "r.yml:1:1: a recipe must be a map of 'key: value', not a list"},
		{"steps: make", "r.yml:1:8: 'steps' must be a list, not a text; put '- ' in front "
				"of each item"},
		{"steps: [make]", "r.yml:1:9: a step must be a map of 'key: value', not a text"},
		{"steps: [{run: x}]", "r.yml:1:9: a step lacks 'name'"},
		{"steps: [{name: x}]", "r.yml:1:9: a step lacks 'run'"},
		{"steps: [{name: x, run: }]", "r.yml:1:9: a step lacks 'run'"},
		{"steps: [{name: x, run: [a]}]", "r.yml:1:24: 'run' must be a text, not a list"},
		{"steps: [{name: x, rum: a}]",
			"r.yml:1:19: unknown key 'rum' (did you mean 'run'?)"},
		{"steps: [{name: \"a\\nb\", run: a}]", "r.yml:1:16: 'name' must be a single line"},
		{"detect: /etc/passwd", "r.yml:1:9: 'detect' must be a path relative to the tree, "
					"not '/etc/passwd'"},
		{"detect: [a/../../b]", "r.yml:1:10: 'detect' leaves the tree: 'a/../../b'"},
		{"env: {A=B: 1}", "r.yml:1:7: 'A=B' cannot be the name of an environment variable"},
		{"env: {'': 1}", "r.yml:1:7: '' cannot be the name of an environment variable"},
		{"env: {PREFIX: /}",
			"r.yml:1:7: 'PREFIX' is set by revsweep and cannot be changed"},
		{"env: {WITH_X: 1}",
			"r.yml:1:7: 'WITH_X' is set by revsweep and cannot be changed"},
		{"env: {A: [1]}", "r.yml:1:10: 'A' must be a text, not a list"},
		{"env: [A]", "r.yml:1:6: 'env' must be a map of 'name: value', not a list"},
		{"pass_env: [LD_PRELOAD]", "r.yml:1:12: 'LD_PRELOAD' changes every program; set it "
					   "in 'env', where it shows"},
		{"parameters: {Opt: {}}", "r.yml:1:14: 'Opt' cannot be a parameter: lower-case "
					  "letters, digits, '-' and '_' only"},
		{"parameters: {o: {defualt: 1}}",
			"r.yml:1:18: unknown key 'defualt' (did you mean 'default'?)"},
		{"parameters: {o: {default: {a: b}}}",
			"r.yml:1:27: 'default' must be a text, not a map"},
		{"parameters: {o: {default: [\"a\\nb\"]}}",
			"r.yml:1:28: 'default' must be a single line"},
		{"parameters: {o: {required: maybe}}",
			"r.yml:1:28: 'required': 'maybe' is neither yes nor no"},
		{"timeout: 5 parsecs", "r.yml:1:10: 'timeout': '5 parsecs' has an unknown unit "
				       "'parsecs' for a duration such as 500ms, 5s or 10m"},
		{"timeout: 0", "r.yml:1:10: 'timeout': must be longer than 0, not 0"},
		{"rank: -1", "r.yml:1:7: 'rank': '-1' is not a whole number"},
		{"rank: 99999999", "r.yml:1:7: 'rank': '99999999' is too large (at most 1000000)"},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct arena a = ARENA_INIT;
		struct err err = ERR_INIT;
		struct recipe r = {.name = "untouched"};

		ck_assert_msg(parse(table[i].text, &a, &r, &err) == -1, "%s", table[i].text);
		ck_assert_str_eq(err.text, table[i].message);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_str_eq(r.name, "untouched");
		arena_done(&a);
	}
}
END_TEST

TEST_SUITE("core/recipe", every_key, least, bad_recipes)

#include "core/config.h"

#include "base/str.h"

#include "../check_main.h"

#include <string.h>

static int
parse(const char *text, struct arena *a, struct config *ret, struct err *err)
{
	return config_parse(text, strlen(text), "c.yml", a, ret, err);
}

START_TEST(the_example_of_the_design)
{
	static const char text[] =
		"version: 1\n"
		"project: glass\n"
		"source: {git: .}                        # or git: URL\n"
		"recipe: python-venv                     # a file in recipes/\n"
		"with: {extras: [test, more], python: python3.11}\n"
		"suite:\n"
		"  - name: regression\n"
		"    harness: pytest-benchmark\n"
		"    paths: [tests/regression]\n"
		"    from: base\n"
		"    args: [-x, '']\n"
		"    timeout: 2m\n"
		"    env: {A: '1'}\n"
		"    settings: {timer: wall, warmup: on}\n"
		"  - name: other\n"
		"    harness: command\n"
		"    run: ./bench --fast\n"
		"settings:\n"
		"  timer: process_time\n"
		"  calibration_precision: 1000\n"
		"  min_time: 5us\n"
		"  max_time: 5s\n"
		"  min_rounds: 5\n"
		"  warmup: off\n"
		"measure: {metrics: [time, peak], passes: 3, budget: 10m, blocks: 6..41, alpha: "
		"0.02, "
		"rebuilds: 16}\n"
		"gates:\n"
		"  - {where: \"mark=stable\",   fail: \"mean:5%\"}\n"
		"  - {where: \"mark=unstable\", fail: [\"mean:0.0005\", \"min:1%\"]}\n"
		"  - median:3%\n"
		"env: {OMP_NUM_THREADS: \"1\"}\n"
		"pass_env: [PIP_INDEX_URL]\n"
		"isolation: none\n"
		"jobs: 3\n";
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct config c;

	ck_assert_msg(parse(text, &a, &c, &err) == 0, "%s", err.text);
	ck_assert_str_eq(c.project, "glass");
	ck_assert_str_eq(c.git, ".");
	ck_assert_uint_eq(c.measure.rebuilds, 16);
	ck_assert_int_eq(c.jobs, 3);
	ck_assert_str_eq(c.recipe_name, "python-venv");
	ck_assert_ptr_null(c.inline_recipe);
	ck_assert_uint_eq(c.n_with, 2);
	ck_assert_str_eq(c.with[0].value, "test\nmore");
	ck_assert_uint_eq(c.n_suites, 2);
	ck_assert_str_eq(c.suites[0].paths[0], "tests/regression");
	ck_assert_int_eq(c.suites[0].from, FROM_BASE);
	ck_assert_str_eq(c.suites[0].args[1], "");
	ck_assert_double_eq(c.suites[0].timeout_s, 120);
	ck_assert_str_eq(c.suites[0].env[0].name, "A");
	ck_assert_ptr_null(c.suites[1].paths[0]);
	ck_assert_str_eq(c.suites[1].run, "./bench --fast");
	ck_assert_int_eq(c.suites[1].from, FROM_DEFAULT);
	ck_assert_str_eq(c.measure.metrics[1], "peak");
	ck_assert_uint_eq(c.measure.passes, 3);
	ck_assert(metric_wanted(&c, "peak", false) && !metric_wanted(&c, "rss", false));
	ck_assert_double_eq(c.measure.budget_s, 600);
	ck_assert_uint_eq(c.measure.blocks_min, 6);
	ck_assert_uint_eq(c.measure.blocks_max, 41);
	ck_assert_double_eq(c.measure.alpha, 0.02);
	ck_assert_double_eq(c.measure.beta, DEFAULT_BETA);
	ck_assert_uint_eq(c.n_gates, 4);
	ck_assert_str_eq(c.gates[2].text, "min:1%");
	ck_assert_str_eq(c.gates[2].where, "mark=unstable");
	ck_assert_ptr_null(c.gates[3].where);
	ck_assert_str_eq(c.pass_env[0], "PIP_INDEX_URL");
	ck_assert_int_eq(c.isolation, ISOLATION_NONE);
	struct settings s = settings_for(&c, &c.suites[0]);
	ck_assert_str_eq(s.timer, "wall");
	ck_assert_int_eq(s.warmup, 1);
	ck_assert_int_eq(s.min_rounds, 5);
	ck_assert_double_eq_tol(s.min_time_s, 5e-6, 1e-12);
	s = settings_for(&c, &c.suites[1]);
	ck_assert_str_eq(s.timer, "process_time");
	ck_assert_int_eq(s.warmup, 0);
	ck_assert_int_eq(s.warmup_iterations, -1);
	arena_done(&a);
}
END_TEST

START_TEST(nothing_given)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct config c;

	ck_assert_int_eq(parse("", &a, &c, &err), 0);
	ck_assert_uint_eq(c.n_suites, 0);
	ck_assert_uint_eq(c.measure.blocks_min, DEFAULT_BLOCKS_MIN);
	ck_assert_uint_eq(c.measure.blocks_max, DEFAULT_BLOCKS_MAX);
	ck_assert_int_eq(c.isolation, ISOLATION_PREFIX);
	ck_assert_str_eq(isolation_name(c.isolation), "prefix");
	ck_assert_str_eq(suite_from_name(FROM_WORKTREE), "worktree");
	ck_assert_str_eq(suite_from_name(FROM_DEFAULT), "default");
	ck_assert_ptr_null(c.pass_env[0]);
	ck_assert_ptr_null(c.measure.metrics[0]);
	ck_assert_uint_eq(c.measure.passes, 0);
	ck_assert(metric_wanted(&c, "time", false) && !metric_wanted(&c, "cpu", false));
	ck_assert_int_eq(parse("measure: {passes: auto}\ngates: ['rss:5%']\n", &a, &c, &err), 0);
	ck_assert_uint_eq(c.measure.passes, 0);
	ck_assert(metric_wanted(&c, "rss", false) && !metric_wanted(&c, "cpu", false));
	ck_assert_ptr_null(c.settings.timer);
	ck_assert_int_eq(c.settings.min_rounds, -1);
	ck_assert_int_eq(parse("measure: {blocks: 12}\nsuite: ~\n", &a, &c, &err), 0);
	ck_assert_uint_eq(c.measure.blocks_min, 12);
	ck_assert_uint_eq(c.measure.blocks_max, 12);
	arena_done(&a);
}
END_TEST

START_TEST(inline_builds)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct config c;

	ck_assert_int_eq(
		parse("build:\n  steps:\n    - {name: all, run: make}\n", &a, &c, &err), 0);
	ck_assert_str_eq(c.inline_recipe->steps[0].script, "make");
	ck_assert_str_eq(c.inline_recipe->origin, "c.yml");
	arena_done(&a);
}
END_TEST

#define SUITE "suite:\n- name: a\n  harness: h\n"

START_TEST(bad_configs)
{
	static const struct {
		const char *text, *message;
	} table[] = {
		{"version: 2", "c.yml:1:10: 'version' must be 1: this revsweep knows no other form "
			       "of revsweep.yml"},
		{"a", "c.yml:1:1: revsweep.yml must be a map of 'key: value', not a text"},
		{"suites: []", "c.yml:1:1: unknown key 'suites' (did you mean 'suite'?)"},
		{"source: {archive: x}",
			"c.yml:1:19: 'archive' must hold {version}, which stands for what is asked "
			"for (https://.../x-{version}.tar.gz), and no checksum"},
		{"source: {archive: 'x-{version}', versions: yes}",
			"c.yml:1:44: 'source' has either 'archive' or 'versions'"},
		{"source: {max_download: 3 parsecs}",
			"c.yml:1:24: 'max_download': '3 parsecs' has an unknown unit 'parsecs' for "
			"a size such as 64KiB or 5MiB"},
		{"source: {max_download: 0}",
			"c.yml:1:24: 'max_download' must lie between 1 B and 1000 TB"},
		{"source: {allow_http: perhaps}",
			"c.yml:1:22: 'allow_http': 'perhaps' is neither yes nor no"},
		{"source: {git: https://e.org/x}",
			"c.yml:1:15: remote repositories are not supported yet; clone "
			"'https://e.org/x' and give its path"},
		{"suite: {name: a}", "c.yml:1:8: 'suite' must be a list, not a map; put '- ' in "
				     "front of each item"},
		{"measure: {rebuilds: 2}",
			"c.yml:1:21: 'rebuilds': takes a number of builds from 3 to 16, or 1 for "
			"none but the first, not '2'"},
		{"measure: {rebuilds: few}",
			"c.yml:1:21: 'rebuilds': takes a number of builds from 3 to 16, or 1 for "
			"none but the first, not 'few'"},
		{"measure: {metrics: [time, peek]}",
			"c.yml:1:20: 'metrics': unknown metric 'peek': did you mean 'peak'?"},
		{"measure: {passes: 0}", "c.yml:1:19: 'passes': takes a number of passes from 1 "
					 "to 1000, or auto, not '0'"},
		{"measure: {passes: [1]}", "c.yml:1:19: 'passes' must be a number or auto"},
		{"measure: {rebuilds: [3]}", "c.yml:1:21: 'rebuilds' must be a number"},
		{"suite: [{name: a}]", "c.yml:1:9: a suite lacks 'harness'"},
		{"suite: [{harness: a}]", "c.yml:1:9: a suite lacks 'name'"},
		{SUITE "  comand: x", "c.yml:4:3: unknown key 'comand': a suite has name, harness, "
				      "run, paths, args, select, include, from, cwd, timeout, env, "
				      "settings"},
		{SUITE "  path: x", "c.yml:4:3: unknown key 'path' (did you mean 'paths'?)"},
		{SUITE "  paths: [../x]", "c.yml:4:11: 'paths' leaves the tree: '../x'"},
		{SUITE "  cwd: /tmp",
			"c.yml:4:8: 'cwd' must be a path relative to the tree, not '/tmp'"},
		{SUITE "  args: -x", "c.yml:4:9: 'args' must be a list, not a text; put '- ' in "
				     "front of each item"},
		{SUITE "  from: haed", "c.yml:4:9: 'from' cannot be 'haed' (did you mean 'head'?)"},
		{SUITE "  from: elsewhere", "c.yml:4:9: 'from' cannot be 'elsewhere': it is one of "
					    "head, base, revision, worktree"},
		{SUITE "  timeout: soon", "c.yml:4:12: 'timeout': 'soon' is not a duration such as "
					  "500ms, 5s or 10m"},
		{SUITE "- {name: a, harness: b}",
			"c.yml:4:10: a second suite named 'a' (the first is on line 2)"},
		{"suite: [{name: a/b, harness: x}]",
			"c.yml:1:16: a suite's name cannot hold any of / , = * ? [ ] ! \\ \" '"},
		{"suite: [{name: .a, harness: x}]", "c.yml:1:16: a suite's name cannot begin with "
						    "'.' or be longer than 100 bytes"},
		{"settings: {timer: clock}", "c.yml:1:19: 'timer' cannot be 'clock': it is one of "
					     "wall, cpu, perf_counter, process_time, thread_time, "
					     "monotonic"},
		{"settings: {min_rounds: 0}",
			"c.yml:1:24: 'min_rounds': must be at least 1, not 0"},
		{"settings: {min_rounds: 1.5}",
			"c.yml:1:24: 'min_rounds': '1.5' is not a whole number"},
		{"settings: {min_time: -5us}", "c.yml:1:22: 'min_time': '-5us' is not a duration "
					       "such as 500ms, 5s or 10m"},
		{"settings: {min_time: 2s, max_time: 1s}",
			"c.yml:1:11: 'min_time' is longer than 'max_time'"},
		{"settings: {warmup: perhaps}",
			"c.yml:1:20: 'warmup': 'perhaps' is neither yes nor no"},
		{"measure: {blocks: 9..4}", "c.yml:1:19: 'blocks' must be a number or a range such "
					    "as 5..40, not '9..4'"},
		{"measure: {blocks: 5..}", "c.yml:1:19: 'blocks': '' is not a whole number"},
		{"measure: {blocks: 0}", "c.yml:1:19: 'blocks' must be a number or a range such as "
					 "5..40, not '0'"},
		{"measure: {alpha: 1}", "c.yml:1:18: 'alpha': must lie between 0 and 0.5, not 1"},
		{"measure: {alpha: nan}", "c.yml:1:18: 'alpha': 'nan' is not a number"},
		{"isolation: prefx",
			"c.yml:1:12: 'isolation' cannot be 'prefx' (did you mean 'prefix'?)"},
		{"gates: [{where: x}]", "c.yml:1:9: a gate lacks 'fail'"},
		{"gates: {fail: x}", "c.yml:1:8: 'gates' must be a list, not a map; put '- ' in "
				     "front of each item"},
		{"recipe: make\nbuild: {steps: []}",
			"c.yml:2:8: 'build' and 'recipe' exclude each other"},
		{"build: {setps: []}", "c.yml:1:9: unknown key 'setps' (did you mean 'steps'?)"},
		{"with: [a]", "c.yml:1:7: 'with' must be a map of 'name: value', not a list"},
		{"with: {A: 1}",
			"c.yml:1:8: 'A' cannot be a parameter: lower-case letters, digits, "
			"'-' and '_' only"},
		{"pass_env: [A B]",
			"c.yml:1:12: 'A B' cannot be the name of an environment variable"},
		{"env: {HOME: /root}",
			"c.yml:1:7: 'HOME' is set by revsweep and cannot be changed"},
		{"project: [a]", "c.yml:1:10: 'project' must be a text, not a list"},
		{"project: ''", "c.yml:1:10: 'project' is empty"},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct arena a = ARENA_INIT;
		struct err err = ERR_INIT;
		struct config c = {.project = "untouched"};

		ck_assert_msg(parse(table[i].text, &a, &c, &err) == -1, "%s", table[i].text);
		ck_assert_str_eq(err.text, table[i].message);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_str_eq(c.project, "untouched");
		arena_done(&a);
	}
}
END_TEST

START_TEST(bad_gates_say_where)
{
	struct arena a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct config c;

	ck_assert_int_eq(parse("gates:\n- fail: [mean:5%, mean:nan]\n", &a, &c, &err), -1);
	ck_assert_msg(str_starts(err.text, "c.yml:2:19: "), "%s", err.text);
	ck_assert_int_eq(parse("gates:\n- mean:5%\n- nonsense\n", &a, &c, &err), -1);
	ck_assert_msg(str_starts(err.text, "c.yml:3:3: "), "%s", err.text);
	arena_done(&a);
}
END_TEST

TEST_SUITE("core/config", the_example_of_the_design, nothing_given, inline_builds, bad_configs,
	bad_gates_say_where)

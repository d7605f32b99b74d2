#include "cli/carry.h"

#include "base/str.h"

#include "../check_main.h"

#include <string.h>

static struct arena arena; /* of a test: each has its own process */

/* What one command line becomes; the caller ends it by carried_done(). */
static struct carried
from(const char *text)
{
	struct carried c;
	struct err err = ERR_INIT;

	ck_assert_msg(carry_from(text, ".", NULL, &arena, &c, &err) == 0, "%s", err.text);
	return c;
}

/* "a b | c d": the command lines in a text, by their words. */
static const char *
lines_of(void (*read)(const struct carry_text *text, struct carry_lines *out), const char *text)
{
	const struct carry_text whole = {.file = "file", .text = text, .line = 1};
	scoped(carry_lines) lines = {.arena = &arena};
	scoped(str) out = STR_INIT;

	read(&whole, &lines);
	for (size_t i = 0; i < lines.list.n; i++)
		for (size_t k = 0; k < lines.list.v[i].n; k++)
			str_addf(&out, "%s%s",
				k   ? " "
				: i ? " | "
				    : "",
				lines.list.v[i].words[k].text);
	return arena_strdup(&arena, out.p);
}

START_TEST(settings_are_translated)
{
	static const struct {
		const char *option;
		enum carry_setting which;
		const char *value; /* NULL: none */
	} cases[] = {
		{"--benchmark-timer=time.process_time", CARRY_TIMER, "process_time"},
		{"--benchmark-timer time.perf_counter", CARRY_TIMER, "perf_counter"},
		{"--benchmark-timer=pep418.monotonic", CARRY_TIMER, "monotonic"},
		{"--benchmark-timer=time.time", CARRY_TIMER, "wall"},
		{"--benchmark-timer=my.clock", CARRY_TIMER, NULL},
		{"--benchmark-calibration-precision=1000", CARRY_CALIBRATION_PRECISION, "1000"},
		{"--benchmark-calibration-precision=0", CARRY_CALIBRATION_PRECISION, NULL},
		{"--benchmark-min-time=0.000005", CARRY_MIN_TIME, "5us"},
		{"--benchmark-min-time=x", CARRY_MIN_TIME, NULL},
		{"--benchmark-max-time=5.0", CARRY_MAX_TIME, "5s"},
		{"--benchmark-max-time=0.25", CARRY_MAX_TIME, "250ms"},
		{"--benchmark-max-time=$T", CARRY_MAX_TIME, NULL},
		{"--benchmark-min-rounds=3", CARRY_MIN_ROUNDS, "3"},
		{"--benchmark-warmup=on", CARRY_WARMUP, "on"},
		{"--benchmark-warmup=no", CARRY_WARMUP, "off"},
		{"--benchmark-warmup=auto", CARRY_WARMUP, NULL},
		{"--benchmark-warmup", CARRY_WARMUP, NULL},
		{"--benchmark-warmup-iterations=7", CARRY_WARMUP_ITERATIONS, "7"},
		{"--benchmark-disable-gc", CARRY_DISABLE_GC, "on"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct carried c = from(arena_printf(&arena, "pytest %s", cases[i].option));

		ck_assert_msg(str_eq(c.settings[cases[i].which].value, cases[i].value), "%s: %s",
			cases[i].option, c.settings[cases[i].which].value);
		/* Nothing gets lost: what is not taken is said. */
		ck_assert_msg(cases[i].value || c.notes.n == 1, "%s", cases[i].option);
		carried_done(&c);
	}
}
END_TEST

START_TEST(the_last_of_a_line_and_the_first_of_two_lines_hold)
{
	struct carried c = from("pytest --benchmark-max-time=1 --benchmark-max-time=2; "
				"pytest --benchmark-max-time=3");

	ck_assert_str_eq(c.settings[CARRY_MAX_TIME].value, "2s");
	ck_assert_uint_eq(c.conflicts.n, 1);
	ck_assert_ptr_nonnull(strstr(c.conflicts.v[0], "3s"));
	carried_done(&c);
}
END_TEST

START_TEST(a_least_time_above_the_most_drops_the_most)
{
	struct carried c = from("pytest --benchmark-max-time=1 --benchmark-min-time=2");

	ck_assert_str_eq(c.settings[CARRY_MIN_TIME].value, "2s");
	ck_assert_ptr_null(c.settings[CARRY_MAX_TIME].value);
	ck_assert_uint_eq(c.notes.n, 1);
	carried_done(&c);
}
END_TEST

START_TEST(compare_fail_becomes_gates)
{
	struct carried c =
		from("pytest -m stable --benchmark-compare-fail=mean:5% && "
		     "pytest -m 'unstable and not slow' --benchmark-compare-fail mean:0.0005 "
		     "min:10% && pytest -k sort --benchmark-compare-fail=max:1%");
	static const char *const want[][2] = {{"mean:5%", "mark=stable"},
		{"mean:0.0005", "mark=unstable,!mark=slow"},
		{"min:10%", "mark=unstable,!mark=slow"}, {"max:1%", "name=*sort*"}};

	ck_assert_uint_eq(c.gates.n, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		ck_assert_str_eq(c.gates.v[i].fail, want[i][0]);
		ck_assert_str_eq(c.gates.v[i].where, want[i][1]);
	}
	carried_done(&c);
}
END_TEST

START_TEST(gates_that_disagree_or_are_none)
{
	struct carried c = from("pytest --benchmark-compare-fail=mean:5%; "
				"pytest --benchmark-compare-fail=mean:10%; "
				"pytest --benchmark-compare-fail=mean:nan% ; "
				"pytest -m '(a or b)' --benchmark-compare-fail=min:1%");

	ck_assert_uint_eq(c.gates.n, 1);
	ck_assert_str_eq(c.gates.v[0].fail, "mean:5%");
	ck_assert_ptr_null(c.gates.v[0].where);
	ck_assert_uint_eq(c.conflicts.n, 1);
	ck_assert_uint_eq(c.notes.n, 2);
	carried_done(&c);
}
END_TEST

START_TEST(marks_are_conditions)
{
	static const struct {
		const char *expression, *where[3];
	} cases[] = {
		{"stable", {"mark=stable", NULL}},
		{" not slow ", {"!mark=slow", NULL}},
		{"a and not b", {"mark=a,!mark=b", NULL}},
		{"a or b and c", {"mark=a", "mark=b,mark=c", NULL}},
	};
	static const char *const none[] = {
		"", "(a)", "a b", "a and", "or", "not", "a or", "x(y=1)"};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *const *where = carry_marks(&arena, cases[i].expression);

		ck_assert_msg(where != NULL, "%s", cases[i].expression);
		for (size_t k = 0; k < 3 && cases[i].where[k]; k++)
			ck_assert_str_eq(where[k], cases[i].where[k]);
	}
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		ck_assert_msg(carry_marks(&arena, none[i]) == NULL, "%s", none[i]);
}
END_TEST

START_TEST(what_has_no_place_is_said_once)
{
	struct carried c = from("pytest --benchmark-columns=mean --benchmark-sort=name "
				"--benchmark-histogram=x --benchmark-save=a --benchmark-autosave "
				"--benchmark-storage=s --benchmark-new -n 4 --benchmark-only ; "
				"pytest --benchmark-sort=name");

	ck_assert_uint_eq(c.notes.n, 8);
	ck_assert_ptr_nonnull(strstr(c.notes.v[0], "diff --table stats --columns"));
	ck_assert(c.pytest);
	ck_assert(c.marks.absent);
	carried_done(&c);
}
END_TEST

START_TEST(benchmarks_that_are_off_are_not_carried)
{
	struct carried c = from("pytest a --benchmark-skip --benchmark-max-time=1; "
				"pytest --benchmark-disable --benchmark-enable "
				"--benchmark-max-time=2");
	struct err err = ERR_INIT;

	ck_assert_str_eq(c.settings[CARRY_MAX_TIME].value, "2s");
	ck_assert_uint_eq(c.places.n, 1);
	carried_done(&c);
	ck_assert_int_eq(
		carry_from("pytest tests --benchmark-disable", ".", NULL, &arena, &c, &err), -1);
}
END_TEST

START_TEST(options_that_choose_go_on)
{
	struct carried c =
		from("OMP_NUM_THREADS=1 python -m pytest -m bench -p no:xdist -v -n auto "
		     "--runslow --ignore=x --cov pkg --benchmark-only");

	ck_assert_uint_eq(c.args.n, 3);
	ck_assert_str_eq(c.args.v[0], "-pno:xdist");
	ck_assert_str_eq(c.args.v[1], "--runslow");
	ck_assert_str_eq(c.args.v[2], "--ignore=x");
	ck_assert_uint_eq(c.marks.expressions.n, 1);
	ck_assert_str_eq(c.env.v[0], "OMP_NUM_THREADS=1");
	carried_done(&c);
}
END_TEST

START_TEST(a_sweep_of_benchmem)
{
	struct carried c = from(
		"uvx benchmem sweep mypkg 1.2 mypkg==1.10rc1 main git+https://x/y@dev --suite . "
		"--memory --pytest-arg --benchmark-max-time=2 --pytest-arg=-k --pytest-arg sort "
		"--pin numpy==1.26 --pin dep --as-of 2025-01-01 --import-check mypkg.core --out o");

	ck_assert(c.versions);
	ck_assert_str_eq(c.package, "mypkg");
	ck_assert_str_eq(c.now.v[0], "revsweep sweep version:1.2,1.10rc1");
	ck_assert_str_eq(c.metrics, "time, peak, allocated, allocations");
	ck_assert_str_eq(c.settings[CARRY_MAX_TIME].value, "2s");
	ck_assert_str_eq(c.keywords.expressions.v[0], "sort");
	ck_assert_uint_eq(c.pins.n, 2);
	ck_assert_str_eq(c.as_of, "2025-01-01");
	ck_assert_str_eq(c.module, "mypkg.core");
	ck_assert_uint_eq(c.notes.n, 3); /* main, git+..., --out */
	carried_done(&c);
	c = from("benchmem compare a.json b.json --fail-on peak:10% --fail-on=allocations:5");
	ck_assert_uint_eq(c.gates.n, 2);
	ck_assert_str_eq(c.gates.v[1].fail, "allocations:5");
	carried_done(&c);
}
END_TEST

START_TEST(a_command_line_of_asv)
{
	struct carried c = from("asv continuous --factor 1.1 main HEAD -b Sort");

	ck_assert_str_eq(c.gates.v[0].fail, "median:10%");
	ck_assert_str_eq(c.now.v[0], "revsweep compare BASE HEAD");
	ck_assert_uint_eq(c.notes.n, 1);
	carried_done(&c);
}
END_TEST

START_TEST(other_command_lines_are_refused)
{
	struct carried c;
	struct err err = ERR_INIT;

	ck_assert_int_eq(carry_from("ls -l", ".", NULL, &arena, &c, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

START_TEST(shells)
{
	ck_assert_str_eq(
		lines_of(carry_shell,
			"echo x; pytest 'a b' --benchmark-\\\nonly # --benchmark-x\n"
			"ls && (cd d; py.test --benchmark-skip)\n"
			"pytest ${{ x y }} --benchmark-only\nsh -c 'pytest --benchmark-json x'"),
		"pytest a b --benchmark-only | py.test --benchmark-skip | "
		"pytest ${{ x y }} --benchmark-only | pytest --benchmark-json x");
	ck_assert_str_eq(
		lines_of(carry_shell, "pytest --benchmark-name='"), "pytest --benchmark-name=");
	/* A word that is the same again when it is split. */
	ck_assert_str_eq(lines_of(carry_shell, "x ${a --benchmark-only}"), "");
	ck_assert_str_eq(lines_of(carry_shell, "$ --benchmark-name=$"), "$ --benchmark-name=$");
}
END_TEST

START_TEST(python_files)
{
	ck_assert_str_eq(lines_of(carry_python,
				 "'''Run pytest --benchmark-only.'''\n"
				 "T = 5\nWHERE = pathlib.Path('tests')  # --benchmark-no\n"
				 "FLAGS: list[str] = [\n  '--benchmark-timer=' 'x',\n  "
				 "f'--benchmark-max-time={T}',\n]\n"
				 "FLAGS += ['--benchmark-only']\n"
				 "def s(session):\n"
				 "    session.run('pytest', WHERE, '-m', 'stable', *FLAGS, "
				 "*session.posargs[2:],\n"
				 "        env={'A': '--benchmark-env'}, success_codes=[0, 5])\n"),
		"pytest tests -m stable --benchmark-timer=x --benchmark-max-time=5 "
		"--benchmark-only | "
		"--benchmark-env");
	ck_assert_str_eq(
		lines_of(carry_python,
			"def s(session):\n"
			"    cmd = 'pytest a'.split() + ['--benchmark-only']\n"
			"    cmd.append(\"--benchmark-name=\" + N)\n"
			"    if x:\n        cmd.extend(['-k', r'a\\b'])\n"
			"    session.run(*cmd)\n    os.system('pytest --benchmark-skip')\n"),
		"pytest a --benchmark-only --benchmark-name= -k a\\b | pytest --benchmark-skip");
	/* Whatever it is, it ends. */
	ck_assert_str_eq(lines_of(carry_python, "x = [ ( '--benchmark-only"), "--benchmark-only");
	ck_assert_str_eq(lines_of(carry_python, "run(((\n)]}"), "");
	ck_assert_str_eq(lines_of(carry_python, "'''\\"), "");
}
END_TEST

START_TEST(toml_files)
{
	ck_assert_str_eq(
		lines_of(carry_toml,
			"[tool.pytest.ini_options]\naddopts = [\n  \"-ra\", # why\n  "
			"'--benchmark-only',\n]\n"
			"[tool.poe.tasks]\nmy-bench = {cmd = 'pytest b --benchmark-skip'}\n"
			"other = \"echo; pytest --benchmark-json=x\"\n"),
		"-ra --benchmark-only | pytest b --benchmark-skip | pytest --benchmark-json=x");
	ck_assert_str_eq(
		lines_of(carry_toml, "addopts = '-v --benchmark-only'"), "-v --benchmark-only");
}
END_TEST

START_TEST(ini_files)
{
	ck_assert_str_eq(
		lines_of(carry_ini, "[pytest]\naddopts =\n  -v\n  # no\n  --benchmark-only\n"
				    "[testenv]\ncommands =\n  pip list\n  pytest a \\\n"
				    "    --benchmark-skip\nx: don't\n"),
		"-v --benchmark-only | pytest a --benchmark-skip");
}
END_TEST

START_TEST(makefiles)
{
	ck_assert_str_eq(
		lines_of(carry_makefile,
			"PY ?= python\nFLAGS := --benchmark-only \\\n  --benchmark-name=short\n"
			"FLAGS += -v\nbench:\n\t@echo don't\n\t-@$(PY) -m pytest $(FLAGS) ${X}\n"),
		"python -m pytest --benchmark-only --benchmark-name=short -v ${X}");
}
END_TEST

START_TEST(workflows)
{
	ck_assert_str_eq(
		lines_of(carry_workflow,
			"on: push\njobs:\n  b:\n    steps:\n    - run: pytest a --benchmark-only\n"
			"    - name: x\n      working-directory: d\n      run: |\n        pip "
			"list\n"
			"        pytest b \\\n          --benchmark-skip\n"
			"    - run: >-\n        pytest c\n        --benchmark-json=x\n"),
		"pytest a --benchmark-only | pytest b --benchmark-skip | pytest c "
		"--benchmark-json=x");
	ck_assert_str_eq(lines_of(carry_workflow, "{ not: [yaml"), "");
}
END_TEST

TEST_SUITE("cli/carry", settings_are_translated, the_last_of_a_line_and_the_first_of_two_lines_hold,
	a_least_time_above_the_most_drops_the_most, compare_fail_becomes_gates,
	gates_that_disagree_or_are_none, marks_are_conditions, what_has_no_place_is_said_once,
	benchmarks_that_are_off_are_not_carried, options_that_choose_go_on, a_sweep_of_benchmem,
	a_command_line_of_asv, other_command_lines_are_refused, shells, python_files, toml_files,
	ini_files, makefiles, workflows)

#include "cli/command.h"
#include "cli/complete.h"
#include "cli/opt.h"

#include "../check_main.h"

#include <string.h>

static const struct opt own[] = {
	OPT(0, "fail", OPT_LIST, fail, "GATE", "a list", NULL),
	OPT('n', "dry-run", OPT_FLAG, dry_run, NULL, "a flag", NULL),
	OPT('f', "format", OPT_TEXT, format, "NAME", "a text", "text json"),
	OPT_END,
};

/* Parses a NULL-terminated argv. */
static int
parse(const char **argv, struct args *args, struct err *err)
{
	int n = 0;

	while (argv[n])
		n++;
	memset(args, 0, sizeof(*args));
	return opt_parse(own, n, (char **)argv, args, err);
}

START_TEST(options_and_operands_mix)
{
	struct err err = ERR_INIT;
	struct args a;
	const char *argv[] = {
		"v1", "--fail", "mean:5%", "-nvv", "--fail=min:1%", "v2", "-fjson", "-", NULL};

	ck_assert_int_eq(parse(argv, &a, &err), 0);
	ck_assert_uint_eq(a.operands.n, 3);
	ck_assert_str_eq(a.operands.v[1], "v2");
	ck_assert_str_eq(a.operands.v[2], "-");
	ck_assert_ptr_null(a.operands.v[3]);
	ck_assert_uint_eq(a.fail.n, 2);
	ck_assert_str_eq(a.fail.v[1], "min:1%");
	ck_assert(a.dry_run);
	ck_assert_int_eq(a.verbose, 2);
	ck_assert_str_eq(a.format, "json");
	args_done(&a);
}
END_TEST

START_TEST(two_dashes_end_options)
{
	struct err err = ERR_INIT;
	struct args a;
	const char *argv[] = {"-n", "--", "--fail", "-x", NULL};

	ck_assert_int_eq(parse(argv, &a, &err), 0);
	ck_assert_uint_eq(a.operands.n, 2);
	ck_assert_str_eq(a.operands.v[0], "--fail");
	args_done(&a);
}
END_TEST

START_TEST(mistakes_are_named)
{
	static const struct {
		const char *arg, *text;
	} bad[] = {
		{"--fial=x", "unknown option '--fial' (did you mean '--fail'?)"},
		{"--frobnicate", "unknown option '--frobnicate'"},
		{"--dry-run=1", "option '--dry-run' takes no value"},
		{"--format", "option '--format' needs a value: --format NAME"},
		{"-f", "option '-f' needs a value: -f NAME"},
		{"-x", "unknown option '-x'"},
		{"--", NULL},
	};

	for (size_t i = 0; bad[i].text; i++) {
		struct err err = ERR_INIT;
		struct args a;
		const char *argv[] = {bad[i].arg, NULL};

		ck_assert_int_eq(parse(argv, &a, &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_str_eq(err.text, bad[i].text);
		args_done(&a);
	}
}
END_TEST

/* What completion, help and the manual rely on. */
START_TEST(tables_are_in_order)
{
	for (const struct command *const *c = commands; *c; c++) {
		ck_assert_ptr_eq(command_find((*c)->name), *c);
		ck_assert_msg(
			(*c)->examples[0] && (*c)->examples[1], "%s has no example", (*c)->name);
		for (const struct opt *o = (*c)->options; o->name; o++) {
			ck_assert_msg(
				(o->kind == OPT_TEXT || o->kind == OPT_LIST) == (o->arg != NULL),
				"%s --%s: only a value has a name", (*c)->name, o->name);
			for (const struct opt *p = o + 1; p->name; p++)
				ck_assert_msg(strcmp(o->name, p->name) != 0 &&
						      (!o->letter || o->letter != p->letter),
					"%s --%s stands there twice", (*c)->name, p->name);
			for (const struct opt *p = common_options; p->name; p++)
				ck_assert_msg(strcmp(o->name, p->name) != 0 &&
						      (!o->letter || o->letter != p->letter),
					"%s --%s hides a common option", (*c)->name, o->name);
		}
	}
}
END_TEST

START_TEST(completion_follows_the_tables)
{
	struct str out = STR_INIT;
	const char *format[] = {"compare", "--format"}, *config[] = {"compare", "--config"};

	complete_words(NULL, 0, &out);
	ck_assert_ptr_nonnull(strstr(out.p, "compare\n"));
	str_clear(&out);
	ck_assert_str_eq(complete_words(format, 2, &out), "@format");
	ck_assert_str_eq(out.p, "");
	str_clear(&out);
	complete_words(config, 2, &out);
	ck_assert_str_eq(out.p, "@file\n");
	str_clear(&out);
	complete_words(format, 1, &out);
	ck_assert_ptr_nonnull(strstr(out.p, "--fail\n"));
	ck_assert_ptr_nonnull(strstr(out.p, "--store\n"));
	str_done(&out);
}
END_TEST

TEST_SUITE("cli/opt", options_and_operands_mix, two_dashes_end_options, mistakes_are_named,
	tables_are_in_order, completion_follows_the_tables)

#include "cli/opt.h"

#include "base/suggest.h"

#include <string.h>

const struct opt common_options[] = {
	OPT('C', "directory", OPT_TEXT, directory, "DIR", "run as if started in DIR", "@dir"),
	OPT(0, "config", OPT_TEXT, config, "FILE",
		"configuration to use instead of the revsweep.yml found upward", "@file"),
	OPT(0, "store", OPT_TEXT, store, "DIR",
		"where sweeps are kept (default: REVSWEEP_STORE, or .revsweep beside the "
		"configuration)",
		"@dir"),
	OPT(0, "color", OPT_TEXT, color, "WHEN",
		"auto, always or never (default: auto; NO_COLOR is honoured)", "auto always never"),
	OPT(0, "no-pager", OPT_FLAG, no_pager, NULL,
		"print long results as they are (default: through REVSWEEP_PAGER, PAGER or less "
		"when they do not fit the terminal)",
		NULL),
	OPT('q', "quiet", OPT_COUNT, quiet, NULL, "say less", NULL),
	OPT('v', "verbose", OPT_COUNT, verbose, NULL, "say more", NULL),
	OPT('h', "help", OPT_FLAG, help, NULL, "show this help", NULL),
	OPT_END,
};

static const struct opt *
find_long(const struct opt *table, const char *name, size_t n)
{
	for (; table->name; table++)
		if (strlen(table->name) == n && strncmp(table->name, name, n) == 0)
			return table;
	return NULL;
}

static const struct opt *
find_letter(const struct opt *table, char letter)
{
	for (; table->name; table++)
		if (table->letter == letter)
			return table;
	return NULL;
}

static int
unknown_option(const struct opt *own, const char *name, size_t n, struct err *err)
{
	vec(const char *) known = {0};
	scoped_free char *word = xstrndup(name, n);

	for (const struct opt *o = own; o->name; o++)
		vec_add(&known, o->name);
	for (const struct opt *o = common_options; o->name; o++)
		vec_add(&known, o->name);
	const char *near = suggest(word, known.v, known.n);
	vec_done(&known);
	if (near)
		return err_set(
			err, ERR_USAGE, "unknown option '--%s' (did you mean '--%s'?)", word, near);
	return err_set(err, ERR_USAGE, "unknown option '--%s'", word);
}

static void
set_value(const struct opt *o, struct args *args, const char *value)
{
	void *member = (char *)args + o->offset;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)member = true;
		break;
	case OPT_COUNT:
		++*(int *)member;
		break;
	case OPT_TEXT:
		*(const char **)member = value;
		break;
	case OPT_LIST:
		vec_add((__typeof__(args->with) *)member, value);
		break;
	}
}

static bool
takes_value(const struct opt *o)
{
	return o->kind == OPT_TEXT || o->kind == OPT_LIST;
}

/* "--name", "--name=value", "--name value". Moves *i past a value of its own. */
static int
parse_long(const struct opt *own, int argc, char **argv, int *i, struct args *args, struct err *err)
{
	const char *name = argv[*i] + 2;
	size_t n = strcspn(name, "=");
	const char *value = name[n] ? name + n + 1 : NULL;
	const struct opt *o = find_long(own, name, n);

	if (!o)
		o = find_long(common_options, name, n);
	if (!o)
		return unknown_option(own, name, n, err);
	if (!takes_value(o) && value)
		return err_set(err, ERR_USAGE, "option '--%s' takes no value", o->name);
	if (takes_value(o) && !value) {
		if (*i + 1 >= argc)
			return err_set(err, ERR_USAGE, "option '--%s' needs a value: --%s %s",
				o->name, o->name, o->arg);
		value = argv[++*i];
	}
	set_value(o, args, value);
	return 0;
}

/* "-qv", "-j4", "-j 4". */
static int
parse_letters(
	const struct opt *own, int argc, char **argv, int *i, struct args *args, struct err *err)
{
	for (const char *p = argv[*i] + 1; *p; p++) {
		const struct opt *o = find_letter(own, *p);

		if (!o)
			o = find_letter(common_options, *p);
		if (!o)
			return err_set(err, ERR_USAGE, "unknown option '-%c'", *p);
		if (!takes_value(o)) {
			set_value(o, args, NULL);
			continue;
		}
		if (p[1]) {
			set_value(o, args, p + 1);
			return 0;
		}
		if (*i + 1 >= argc)
			return err_set(err, ERR_USAGE, "option '-%c' needs a value: -%c %s", *p, *p,
				o->arg);
		set_value(o, args, argv[++*i]);
	}
	return 0;
}

int
opt_parse(const struct opt *own, int argc, char **argv, struct args *ret, struct err *err)
{
	int i = 0;

	for (; i < argc; i++) {
		const char *arg = argv[i];

		if (strcmp(arg, "--") == 0) {
			i++;
			break;
		}
		if (arg[0] != '-' || arg[1] == '\0')
			vec_add(&ret->operands, arg);
		else if (arg[1] == '-' && parse_long(own, argc, argv, &i, ret, err) < 0)
			return -1;
		else if (arg[1] != '-' && parse_letters(own, argc, argv, &i, ret, err) < 0)
			return -1;
	}
	for (; i < argc; i++)
		vec_add(&ret->operands, argv[i]);
	vec_add(&ret->operands, NULL);
	ret->operands.n--;
	return 0;
}

void
args_done(struct args *args)
{
	vec_done(&args->with);
	vec_done(&args->suites);
	vec_done(&args->benches);
	vec_done(&args->fail);
	vec_done(&args->reports);
	vec_done(&args->paths);
	vec_done(&args->skip);
	vec_done(&args->labels);
	vec_done(&args->where);
	vec_done(&args->exclude_params);
	vec_done(&args->distinct_params);
	vec_done(&args->traces);
	vec_done(&args->kinds);
	vec_done(&args->rules);
	vec_done(&args->revs);
	vec_done(&args->operands);
}

/* --help and the man pages, made from the tables of the commands. */
#include "cli/command.h"
#include "cli/outputs.h"

#include <string.h>

#define NAME_COLUMN 30 /* where the help of an option starts */

void
help_overview(struct str *out)
{
	str_add(out, "revsweep: did this revision get slower, and which commit did it?\n\n"
		     "usage: revsweep COMMAND [OPTIONS] [OPERANDS]\n\ncommands:\n");
	for (const struct command *const *c = commands; *c; c++)
		if (!(*c)->hidden)
			str_addf(out, "  %-12s %s\n", (*c)->name, (*c)->summary);
	str_add(out, "\n'revsweep COMMAND --help' says more; 'revsweep init' is where to start.\n");
}

/* Words of text in lines of at most width columns, each after `indent` spaces; the first line goes
 * on at column `at`. */
static void
add_wrapped(struct str *out, const char *text, int indent, int at, int width)
{
	bool line_start = true;

	while (*text) {
		int n = (int)strcspn(text, " \n");

		if (!line_start && at + 1 + n > width) {
			str_addf(out, "\n%*s", indent, "");
			at = indent;
			line_start = true;
		}
		if (!line_start) {
			str_addc(out, ' ');
			at++;
		}
		str_addn(out, text, (size_t)n);
		at += n;
		text += n;
		line_start = text[0] == '\n' && text[1] == '\n';
		if (line_start) {
			str_addf(out, "\n\n%*s", indent, "");
			at = indent;
		}
		text += strspn(text, " \n");
	}
	str_addc(out, '\n');
}

/* What an option is for, with the words that only another table knows. */
static void
option_help(const struct opt *o, struct str *out)
{
	str_add(out, o->help);
	if (str_eq(o->words, "@format")) {
		str_add(out, ": ");
		outputs_formats(out);
	}
}

static void
add_option(struct str *out, const struct opt *o, int width)
{
	scoped(str) help = STR_INIT;
	struct str left = STR_INIT;

	str_addf(&left, o->letter ? "  -%c, " : "      ", o->letter);
	str_addf(&left, "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
	if (left.n + 2 > NAME_COLUMN)
		str_addf(&left, "\n%*s", NAME_COLUMN, "");
	else
		str_addf(&left, "%*s", (int)(NAME_COLUMN - left.n), "");
	str_add(out, left.p);
	option_help(o, &help);
	add_wrapped(out, help.p, NAME_COLUMN, NAME_COLUMN, width);
	str_done(&left);
}

void
help_command(const struct command *c, int width, struct str *out)
{
	if (width > 100)
		width = 100;
	for (const char *const *u = c->usage; *u; u++)
		str_addf(out, "%s revsweep %s%s%s\n", u == c->usage ? "usage:" : "      ", c->name,
			**u ? " " : "", *u);
	str_addc(out, '\n');
	add_wrapped(out, c->description, 0, 0, width);
	if (c->options->name) {
		str_add(out, "\noptions:\n");
		for (const struct opt *o = c->options; o->name; o++)
			add_option(out, o, width);
	}
	str_add(out, "\ncommon options:\n");
	for (const struct opt *o = common_options; o->name; o++)
		add_option(out, o, width);
	str_add(out, "\nexamples:\n");
	for (const char *const *e = c->examples; *e; e += 2) {
		str_add(out, "  ");
		add_wrapped(out, e[0], 2, 2, width);
		str_addf(out, "      %s\n", e[1]);
	}
}

/* scdoc takes a backslash before its own marks; lines must not start with a mark either. */
static void
add_scdoc(struct str *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("*_\\<>#[]~", *text))
			str_addc(out, '\\');
		str_addc(out, *text);
	}
}

static void
man_option(const struct opt *o, struct str *out)
{
	scoped(str) help = STR_INIT;

	if (o->letter)
		str_addf(out, "*-%c*, ", o->letter);
	str_addf(out, "*--%s*", o->name);
	if (o->arg)
		str_addf(out, " _%s_", o->arg);
	str_add(out, "\n\t");
	option_help(o, &help);
	add_scdoc(out, help.p);
	str_add(out, ".\n\n");
}

/* Of commands that write reports. */
static void
man_formats(const struct command *c, struct str *out)
{
	size_t n;
	const struct report_format *formats = report_formats(&n);
	bool any = false;

	for (const struct opt *o = c->options; o->name; o++)
		any = any || str_eq(o->words, "@format");
	if (!any)
		return;
	str_add(out, "# FORMATS\n\n");
	for (size_t i = 0; i < n; i++) {
		str_addf(out, "*%s*", formats[i].name);
		if (formats[i].suffix)
			str_addf(out, " (_%s_)", formats[i].suffix);
		str_add(out, "\n\t");
		add_scdoc(out, formats[i].summary);
		str_add(out, ".\n\n");
	}
	if (strcmp(c->name, "report") != 0)
		str_add(out, "*revsweep-report*(1) says more of them.\n\n");
}

static void
man_header(const char *title, const char *name, const char *summary, struct str *out)
{
	str_addf(out, "%s(1) \"\" \"revsweep manual\"\n\n# NAME\n\n%s - ", title, name);
	add_scdoc(out, summary);
	str_add(out, "\n\n# SYNOPSIS\n\n");
}

static void
man_exit_codes(struct str *out)
{
	static const char *const codes[][2] = {
		{"0", "done; every gate passed"},
		{"1", "a regression was found"},
		{"2", "usage, configuration or recipe error"},
		{"3", "finished, but some benchmarks or builds failed"},
		{"4", "a revision cannot be found, downloaded, read or unpacked safely"},
		{"5", "the store is damaged, read-only or newer than this program"},
		{"6", "busy: another revsweep holds what is needed"},
		{"7", "out of resources: disk, memory, processes, or a closed output"},
		{"8", "this machine lacks what was asked for"},
		{"9", "inconclusive, under --strict"},
		{"70", "internal error"},
	};

	str_add(out, "# EXIT STATUS\n\n");
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		str_addf(out, "*%s*\n\t%s.\n\n", codes[i][0], codes[i][1]);
	str_add(out, "A signal is raised again after everything is saved (130 in a shell for "
		     "^C).\n\n");
}

static void
man_progress(struct str *out)
{
	str_add(out, "# WHILE IT RUNS\n\n");
	add_scdoc(out,
		"Results go to standard output, everything else to standard error. On a "
		"terminal that is, while building, a line for each worker (its number, the "
		"revision, the step, how long it has been at that revision) and one for all of "
		"them: how many are built, how many failed, how long the rest will take, and how "
		"long with the measuring. Of two times the first is met by half of the "
		"forecasts, and holds if the least number of blocks will do; the second is kept by "
		"nine of ten, with as many blocks as there may be. Forecasts go by what earlier "
		"builds and sweeps took (see --dry-run); where nothing is known none is shown. "
		"Elsewhere each step is one line. With --quiet there is nothing.\n\n"
		"^C, SIGTERM and SIGHUP end what is being built or launched, and everything that "
		"is complete is kept: the same command goes on from there. A second one kills "
		"revsweep at once, and costs the block or the builds that were under way.");
	str_add(out, "\n\n");
}

static void
man_overview(struct str *out)
{
	man_header("revsweep", "revsweep", "did this revision get slower, and which commit did it?",
		out);
	str_add(out, "*revsweep* _COMMAND_ [_OPTIONS_] [_OPERANDS_]\n\n# DESCRIPTION\n\n");
	add_scdoc(out,
		"revsweep checks out several revisions of a project, builds each in a prefix "
		"of its own, runs the project's benchmarks on all of them, interleaved and "
		"under one set of settings, and says for each benchmark whether it "
		"regressed, improved, stayed within the gate, or whether that cannot be "
		"told yet.");
	str_add(out, "\n\n# COMMANDS\n\n");
	for (const struct command *const *c = commands; *c; c++)
		if (!(*c)->hidden)
			str_addf(out, "*revsweep-%s*(1)\n\t%s.\n\n", (*c)->name, (*c)->summary);
	str_add(out, "# COMMON OPTIONS\n\n");
	for (const struct opt *o = common_options; o->name; o++)
		man_option(o, out);
	man_progress(out);
	man_exit_codes(out);
	str_add(out, "# EXAMPLES\n\nCompare what is checked out with the default branch:\n\n"
		     "\t$ revsweep compare\n");
}

void
help_man(const struct command *c, struct str *out)
{
	if (!c) {
		man_overview(out);
		return;
	}
	scoped_free char *title = xasprintf("revsweep-%s", c->name);

	man_header(title, title, c->summary, out);
	for (const char *const *u = c->usage; *u; u++) {
		str_addf(out, "*revsweep %s* ", c->name);
		add_scdoc(out, *u);
		str_add(out, "\n\n");
	}
	str_add(out, "# DESCRIPTION\n\n");
	add_scdoc(out, c->description);
	str_add(out, "\n\n");
	if (c->options->name)
		str_add(out, "# OPTIONS\n\n");
	for (const struct opt *o = c->options; o->name; o++)
		man_option(o, out);
	str_add(out, "# COMMON OPTIONS\n\n");
	for (const struct opt *o = common_options; o->name; o++)
		man_option(o, out);
	man_formats(c, out);
	man_progress(out);
	man_exit_codes(out);
	str_add(out, "# EXAMPLES\n\n");
	for (const char *const *e = c->examples; *e; e += 2) {
		add_scdoc(out, e[0]);
		str_add(out, ":\n\n\t$ ");
		add_scdoc(out, e[1]);
		str_add(out, "\n\n");
	}
	str_add(out, "# SEE ALSO\n\n*revsweep*(1)\n");
}

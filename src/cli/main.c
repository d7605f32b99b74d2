/* Finds the command, runs it, and turns what became of it into an exit code. */
#include "cli/app.h"
#include "cli/command.h"
#include "cli/talk.h"
#include "sys/stop.h"
#include "sys/term.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* No file of ours may become descriptor 0, 1 or 2. Returns whether stdout was open. */
static bool
open_standard_descriptors(void)
{
	bool stdout_open = fcntl(1, F_GETFD) >= 0;
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
	return stdout_open;
}

static int
run_command(struct app *app, const struct command *c, int argc, char **argv, struct err *err)
{
	int exit_code = 0;

	if (opt_parse(c->options, argc, argv, &app->args, err) < 0)
		return err_wrap(err, "%s", c->name);
	if (app->args.help) {
		scoped(str) text = STR_INIT;
		help_command(c, term_width(1), &text);
		return app_print(app, &text, err);
	}
	if (c->run(app, &exit_code, err) < 0)
		return -1;
	return exit_code;
}

/* `revsweep [-C DIR] [--store DIR] ... COMMAND`: the index of the command in argv. */
static int
command_index(int argc, char **argv)
{
	int i = 1;

	while (i < argc && argv[i][0] == '-' && argv[i][1]) {
		const char *name = argv[i];
		bool value = false;

		for (const struct opt *o = common_options; o->name; o++)
			if (o->arg &&
				((o->letter && name[1] == o->letter && !name[2]) ||
					(str_starts(name, "--") && strcmp(name + 2, o->name) == 0)))
				value = true;
		i += value ? 2 : 1;
	}
	return i;
}

static int
dispatch(struct app *app, int argc, char **argv, struct err *err)
{
	int at = command_index(argc, argv);
	vec(char *) rest = {0};

	if (at >= argc) {
		bool version = argc == 2 && strcmp(argv[1], "--version") == 0;
		bool help =
			argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);

		if (version || help)
			return run_command(
				app, command_find(version ? "version" : "help"), 0, NULL, err);
		struct str text = STR_INIT;
		help_overview(&text);
		talk_line(text.p);
		str_done(&text);
		return argc > 1 ? err_set(err, ERR_USAGE, "no command given") : 2;
	}
	const struct command *c = command_find(argv[at]);
	if (!c)
		return command_unknown(argv[at], err);
	/* Options before the command are as good as after it. */
	for (int i = 1; i < argc; i++)
		if (i != at)
			vec_add(&rest, argv[i]);
	int r = run_command(app, c, (int)rest.n, rest.v, err);
	vec_done(&rest);
	return r;
}

int
main(int argc, char **argv)
{
	struct app app = {.stdout_open = open_standard_descriptors()};
	struct err err = ERR_INIT;

	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	stop_install();
	int code = dispatch(&app, argc, argv, &err);
	if (code < 0) {
		app_error(&err);
		code = err_exit_code(err.kind);
	}
	app_done(&app);
	stop_reraise();
	return code;
}

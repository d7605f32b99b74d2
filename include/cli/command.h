/* Commands: one file each, one line each in commands.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/str.h"
#include "cli/opt.h"

#include <stdbool.h>

struct app;

struct command {
	const char *name;
	const char *summary;       /* one line, no full stop */
	const char *const *usage;  /* what follows the name, NULL-terminated */
	const char *description;   /* paragraphs for the man page, blank lines between */
	const struct opt *options; /* its own, OPT_END at the end */
	const char *operands;      /* what completion offers for them (struct opt.words), or NULL */
	const char *const *examples; /* pairs: what it does, command line; NULL-terminated */
	bool hidden;                 /* for those who work on revsweep: in no list, but there */
	/* 0 and an exit code, or -1 and err. */
	int (*run)(struct app *app, int *ret_exit, struct err *err);
};

extern const struct command *const commands[]; /* NULL-terminated, in the order of help */

const struct command *command_find(const char *name);
/* ERR_USAGE with "did you mean". */
int command_unknown(const char *name, struct err *err);

/* help.c: the texts made from the tables. */
void help_overview(struct str *out);
void help_command(const struct command *command, int width, struct str *out);
void help_man(const struct command *command, struct str *out); /* scdoc; NULL: revsweep(1) */
int help_completion(const char *shell, struct str *out, struct err *err);

#endif

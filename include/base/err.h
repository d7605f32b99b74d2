/* Errors: what stops revsweep itself. What goes wrong in somebody's revision is an outcome
 * (core/outcome.h) and never travels through here.
 *
 * Convention: `int f(inputs..., T *ret_x, struct err *err)` returns 0 or -1. On failure err is set
 * and ret_x is untouched; on success err is untouched. err is never NULL. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

/* Each kind is one exit code of revsweep(1); err_exit_code() is the only mapping. */
enum err_kind {
	ERR_NONE,
	ERR_USAGE,       /* 2: command line, configuration or recipe */
	ERR_SOURCE,      /* 4: revision, repository, unsafe tree */
	ERR_STORE,       /* 5: store damaged, read-only or newer than this program */
	ERR_BUSY,        /* 6: another revsweep holds what we need */
	ERR_RESOURCES,   /* 7: disk full, out of processes or descriptors */
	ERR_ENVIRONMENT, /* 8: this machine lacks what was asked for */
	ERR_UNDECIDED,   /* 9: inconclusive under --strict, a bisect without an answer */
	ERR_STOPPED,     /* the user stopped us by a signal, which main re-raises */
	ERR_INTERNAL,    /* 70: a defect in revsweep */
};

/* An error by value: nothing to free. The text is one line, lower case, no full stop, and may hold
 * foreign bytes; whoever prints it escapes it (base/escape.h). */
struct err {
	enum err_kind kind;
	char text[1000];
};

#define ERR_INIT                                                                                   \
	{                                                                                          \
		ERR_NONE, ""                                                                       \
	}

/* All three return -1, so that a caller can write `return err_set(err, ...)`. */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Appends ": strerror(errno)"; ENOSPC, EDQUOT, EFBIG, EMFILE, ENFILE, ENOMEM and EAGAIN become
 * ERR_RESOURCES whatever kind is given. */
int err_sys(struct err *err, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the text and keeps the kind. */
int err_wrap(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

int err_exit_code(enum err_kind kind);

#endif

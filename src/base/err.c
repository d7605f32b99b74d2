#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int
err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	err->kind = kind;
	return -1;
}

static enum err_kind
kind_of_errno(int code, enum err_kind given)
{
	switch (code) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EAGAIN:
		return ERR_RESOURCES;
	default:
		return given;
	}
}

int
err_sys(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	int code = errno;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	size_t n = strlen(err->text);
	snprintf(err->text + n, sizeof(err->text) - n, ": %s", strerror(code));
	err->kind = kind_of_errno(code, kind);
	return -1;
}

int
err_wrap(struct err *err, const char *fmt, ...)
{
	char context[sizeof(err->text)];
	char inner[sizeof(err->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	memcpy(inner, err->text, sizeof(inner));
	int n = snprintf(err->text, sizeof(err->text), "%s: ", context);
	if (n >= 0 && (size_t)n < sizeof(err->text))
		snprintf(err->text + n, sizeof(err->text) - (size_t)n, "%s", inner);
	return -1;
}

int
err_exit_code(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return 0;
	case ERR_USAGE:
		return 2;
	case ERR_SOURCE:
		return 4;
	case ERR_STORE:
		return 5;
	case ERR_BUSY:
		return 6;
	case ERR_RESOURCES:
		return 7;
	case ERR_ENVIRONMENT:
		return 8;
	case ERR_UNDECIDED:
		return 9;
	case ERR_STOPPED:
		return 130;
	case ERR_INTERNAL:
		return 70;
	}
	return 70;
}

/* What revspec.c and revspec_list.c share. */
#ifndef REVSPEC_PRIV_H
#define REVSPEC_PRIV_H

#include "core/revspec.h"

#define REVSPEC_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define REVSPEC_ARCHIVE_KIND "archive:"
#define REVSPEC_VERSION_KIND "version:"
#define REVSPEC_SHA256 "#sha256="

/* "PATH_OR_URL[@VERSION,...][#sha256=HEX]" in its parts. */
struct archive_parts {
	const char *place;    /* with {version} in it when there are versions */
	const char *versions; /* NULL: none */
	const char *sha256;   /* 64 digits, or NULL */
};

/* What no kind of revspec may hold: it would end up in terminals, logs and command lines. */
int revspec_check_bytes(const char *text, struct err *err);
/* The length of "LABEL" in "LABEL=REVSPEC", 0 when there is no label. */
size_t revspec_label_length(const char *text);
/* rest: what follows "archive:"; text: the whole, for errors, here and below. */
int revspec_split_archive(const char *rest, const char *text, struct arena *arena,
	struct archive_parts *ret, struct err *err);
int revspec_check_version(const char *version, const char *text, struct err *err);
/* The same for a release in a registry. */
int revspec_check_release(const char *version, const char *text, struct err *err);

#endif

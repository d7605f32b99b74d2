/* The command's standard output and error. */
#ifndef EXEC_OUTPUT_H
#define EXEC_OUTPUT_H

#include "job.h"

#include <stdint.h>

enum drained {
	DRAIN_EMPTY, /* nothing is there now */
	DRAIN_MORE,  /* something may be */
	DRAIN_LIMIT, /* more came than may be kept; what may be kept is in the file */
	DRAIN_ERROR, /* the file cannot be written: errno */
};

struct stream {
	int pipe; /* our end, -1: no pipe */
	int file;
	uint64_t left; /* bytes that may still come */
};

struct output {
	int null;     /* /dev/null, for reading and writing */
	int child[2]; /* what becomes the command's stdout and stderr */
	struct stream stream[2];
};

/* A stream that nobody wants gets /dev/null itself and costs nothing. */
int output_open(struct output *out, const struct job *job);
/* At most `reads` times 64 KiB. */
enum drained output_drain(struct stream *s, int reads);

#endif

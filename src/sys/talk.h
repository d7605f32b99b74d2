/* The talk with one helper: from its start, over what it reports, to its death. */
#ifndef SYS_TALK_H
#define SYS_TALK_H

#include "sys/exec_wire.h"

#include <sys/types.h>

#define TALKS_MAX 2 /* at the same time, in one talk_listen() */

/* All descriptors are -1 or ours to close. */
struct talk {
	const struct proc_spec *spec;
	const char *helper;
	struct proc_end *ret; /* filled in as the helper speaks */
	int control, theirs;  /* both ends of the socket */
	int out, errors;      /* output files */
	pid_t pid;            /* of the helper; 0: none */
	int64_t start;
	int64_t deadline; /* when the helper should be gone; INT64_MAX: whenever */
	bool held;        /* its command waits to be released */
	bool ready;       /* nothing else is missing */
	bool told;        /* to end */
	bool greeted, ended, stopped;
	bool over;  /* the helper is dead */
	int status; /* it exited with; -1: killed */
	struct exec_end end;
};

/* Starts a helper and gives it its job; held: all but the command itself. spec, helper and ret must
 * outlive the talk; talk_done() is due in any case. */
int talk_begin(struct talk *talk, const struct proc_spec *spec, const char *helper, bool held,
	struct proc_end *ret, struct err *err);
/* Until all of them are over. Those held are released together, in this order, once each is ready
 * or over. */
void talk_listen(struct talk *talks, size_t n);
/* What it came to, in ret. -1 when revsweep or its helper could not do its part. */
int talk_conclude(struct talk *talk, struct err *err);
/* A helper that is still there ends first, with its tree. */
void talk_done(struct talk *talk);

#endif
